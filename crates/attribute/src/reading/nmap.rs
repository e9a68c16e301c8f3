//! What nmap concluded (`nmap.service`, `nmap.os`): another tool's reading of the same answers.
//!
//! It weighs least, and a service's conclusion is of the family of the service that nmap read: beside our own fingerprint
//! of the same banner it adds nothing. `docs/reference/signals.md` describes the text.

use std::sync::Arc;

use knowledge::Brand;
use model::{Claim, DeviceKind, SignalKind};

use super::{LEAST_BITS, Origin, Page, Reader, brand_claim, one_reading, source_text};

/// Words are the weakest rank, and these are not even the device's.
const RANK: u8 = 6;
/// How much less a brand in nmap's words says than on the device: nmap names the brand that its contributor knew the
/// banner from, and a platform's banner is shared by all who sell it. Judgement.
const SECOND_HAND_DISCOUNT_BITS: f64 = 6.0;
/// A system told from its TCP/IP stack: stacks are shared by all who use a chip's kit. Judgement.
const STACK_DISCOUNT_BITS: f64 = 11.0;
/// A service that nmap calls a webcam's, a recorder's or an encoder's: just enough to call it so where nothing else
/// speaks (see [`crate::Priors::surveillance_bits`]).
const SURVEILLANCE_BITS: f64 = 4.5;
/// A video recorder may stand in a living room.
const RECORDER_BITS: f64 = 3.0;
/// A service that nmap calls a printer's or router's.
const OTHER_DEVICE_BITS: f64 = 4.0;
/// The same, told from the TCP/IP stack.
const STACK_KIND_BITS: f64 = 2.0;
/// `conf` of a conclusion that nmap is sure of.
const CONFIDENCE_MAX: f64 = 10.0;
/// `accuracy` of a system that nmap is sure of, and the least that is worth a word.
const ACCURACY_MAX: f64 = 100.0;
const ACCURACY_MIN: f64 = 85.0;
/// One line taken apart.
struct Opinion<'t> {
    head: &'t str,
    fields: Vec<(&'t str, &'t str)>,
}

impl<'t> Opinion<'t> {
    fn parse(text: &'t str) -> Self {
        let mut parts = text.split(" | ");
        let head = parts.next().unwrap_or_default().trim();
        let fields = parts.filter_map(|part| part.split_once('='));
        Self { head, fields: fields.map(|(key, value)| (key.trim(), value.trim())).collect() }
    }

    fn field(&self, key: &str) -> &'t str {
        self.fields.iter().find(|(name, _)| *name == key).map_or("", |(_, value)| value)
    }

    /// How sure nmap is, between 0 and 1; sure where it does not say.
    fn sureness(&self, key: &str, whole: f64) -> f64 {
        let said = self.field(key);
        if said.is_empty() {
            return 1.0;
        }
        let share = said.parse::<u8>().map_or(0.0, f64::from) / whole;
        share.clamp(0.0, 1.0)
    }

    /// The vendors of hardware among its CPE names: `cpe:/h:vendor:product`.
    fn hardware_vendors(&self) -> impl Iterator<Item = String> + use<'t> {
        let names = self.field("cpe").split_whitespace();
        names
            .filter_map(|name| name.strip_prefix("cpe:/h:"))
            .filter_map(|rest| rest.split(':').next())
            .map(|vendor| vendor.replace(['_', '-'], " "))
    }
}

impl Reader<'_> {
    /// A signal of one of nmap's two kinds.
    pub(super) fn read_nmap(
        &self,
        page: &mut Page<'_>,
        kind: SignalKind,
        value: &str,
        shown: &Arc<str>,
    ) {
        let opinion = Opinion::parse(value);
        if kind == SignalKind::NmapService {
            self.read_nmap_service(page, &opinion, shown);
        } else {
            self.read_nmap_system(page, &opinion, shown);
        }
    }

    fn read_nmap_service(&self, page: &mut Page<'_>, opinion: &Opinion<'_>, shown: &Arc<str>) {
        let sureness = opinion.sureness("conf", CONFIDENCE_MAX);
        let said = Said {
            fingerprint: "nmap.service",
            what: "nmap's service detection (product field)",
            family: family_of_service(opinion.head),
            discount: SECOND_HAND_DISCOUNT_BITS,
            sureness,
        };
        let product = opinion.field("product");
        self.say_named_brand(page, product, opinion, shown, &said);
        let words = format!("{product} {}", opinion.field("info")).to_ascii_lowercase();
        if let Some((kind, bits)) = kind_of_service(opinion.field("device"), &words) {
            self.say(page, shown, Claim::Kind(kind), bits * sureness, &said.origin(None));
        }
    }

    fn read_nmap_system(&self, page: &mut Page<'_>, opinion: &Opinion<'_>, shown: &Arc<str>) {
        let sureness = opinion.sureness("accuracy", ACCURACY_MAX);
        if sureness * ACCURACY_MAX < ACCURACY_MIN {
            return;
        }
        let said = Said {
            fingerprint: "nmap.os",
            what: "nmap's OS detection (osmatch)",
            family: "nmap-os",
            discount: STACK_DISCOUNT_BITS,
            sureness,
        };
        self.say_named_brand(page, opinion.field("vendor"), opinion, shown, &said);
        let kind = match opinion.field("type") {
            "webcam" => DeviceKind::Camera,
            sort if is_other_device(sort) => DeviceKind::OtherDevice,
            _ => return,
        };
        self.say(page, shown, Claim::Kind(kind), STACK_KIND_BITS * sureness, &said.origin(None));
    }

    /// The one brand that nmap's words name, or else its CPE name of the hardware.
    fn say_named_brand(
        &self,
        page: &mut Page<'_>,
        words: &str,
        opinion: &Opinion<'_>,
        shown: &Arc<str>,
        said: &Said,
    ) {
        let in_words = one_reading(self.knowledge.brands_in(words)).map(|reading| reading.rows);
        let by_cpe = || {
            opinion
                .hardware_vendors()
                .map(|vendor| self.knowledge.brand(&vendor))
                .find(|rows| !rows.is_empty())
        };
        let Some(rows) = in_words.or_else(by_cpe) else { return };
        let Some(name) = rows.first().map(|row| row.name.to_string()) else { return };
        self.name_brand_of(page, &name, &rows);
        for row in &rows {
            let Some(claim) = brand_claim(row) else { continue };
            let bits = (self.brand_bits(row, &rows) - said.discount).max(LEAST_BITS);
            self.say(page, shown, claim, bits * said.sureness, &said.origin(Some(row)));
        }
    }
}

/// What all reasons of one conclusion share.
struct Said {
    fingerprint: &'static str,
    what: &'static str,
    family: &'static str,
    discount: f64,
    sureness: f64,
}

impl Said {
    fn origin(&self, row: Option<&Brand>) -> Origin<'static> {
        let source = match row {
            Some(row) => format!("{}; of the brand: {}", self.what, row.source),
            None => self.what.to_owned(),
        };
        Origin {
            fingerprint: self.fingerprint.into(),
            source: source_text(&source, None),
            rank: RANK,
            family: self.family,
            grammar: None,
        }
    }
}

/// The family of the banner that nmap read, by its name of the service.
fn family_of_service(name: &str) -> &'static str {
    let name = name.rsplit('/').next().unwrap_or(name);
    match name {
        "http" | "https" | "http-proxy" | "http-alt" => "web",
        "rtsp" => "rtsp",
        "sip" => "sip",
        "ssh" => "ssh",
        "telnet" => "telnet",
        "ftp" => "ftp",
        "snmp" => "snmp",
        "upnp" => "upnp",
        "ws-discovery" => "onvif",
        // Its own decoders of such services give the family `raw` as well.
        _ => "raw",
    }
}

/// Kind of device by nmap's `devicetype` and its words.
fn kind_of_service(device: &str, words: &str) -> Option<(DeviceKind, f64)> {
    let names = |marks: &[&str]| marks.iter().any(|mark| words.contains(mark));
    // nmap files conference systems and pocket cameras under `webcam`.
    const NO_SURVEILLANCE: &[&str] = &[
        "conferenc",
        "polycom",
        "tandberg",
        "lifesize",
        "gopro",
        "hero3",
        "pentax",
        "set-top",
        "set top",
    ];
    if device == "webcam" && names(NO_SURVEILLANCE) {
        return Some((DeviceKind::OtherDevice, OTHER_DEVICE_BITS));
    }
    if names(NO_SURVEILLANCE) {
        return is_other_device(device).then_some((DeviceKind::OtherDevice, OTHER_DEVICE_BITS));
    }
    let is_camera = names(&["ip camera", "ipcam", "network camera", "security camera"]);
    let is_recorder = names(&["dvr", "nvr", "video recorder", "disk recorder"]);
    let is_encoder = names(&["video encoder", "video server"]);
    let is_open =
        matches!(device, "" | "webcam" | "media device" | "security-misc" | "specialized");
    match device {
        _ if is_other_device(device) => Some((DeviceKind::OtherDevice, OTHER_DEVICE_BITS)),
        "webcam" if is_recorder => Some((DeviceKind::Recorder, SURVEILLANCE_BITS)),
        "webcam" => Some((DeviceKind::Camera, SURVEILLANCE_BITS)),
        _ if is_open && is_camera => Some((DeviceKind::Camera, SURVEILLANCE_BITS)),
        _ if is_open && is_encoder && !words.contains("videolan") => {
            Some((DeviceKind::Encoder, RECORDER_BITS))
        }
        _ if is_open && is_recorder => Some((DeviceKind::Recorder, RECORDER_BITS)),
        _ => None,
    }
}

/// nmap's types of device that film nothing. `media device`, `security-misc`, `specialized` and `storage-misc` hold
/// recorders too, and `general purpose` says nothing.
fn is_other_device(sort: &str) -> bool {
    const SORTS: &[&str] = &[
        "WAP",
        "bridge",
        "broadband router",
        "firewall",
        "game console",
        "hub",
        "load balancer",
        "PBX",
        "PDA",
        "phone",
        "power-device",
        "power-misc",
        "print server",
        "printer",
        "proxy server",
        "remote management",
        "router",
        "switch",
        "telecom-misc",
        "terminal",
        "terminal server",
        "VoIP adapter",
        "VoIP phone",
    ];
    SORTS.iter().any(|known| known.eq_ignore_ascii_case(sort))
}

#[cfg(test)]
mod tests {
    use knowledge::Knowledge;
    use model::{Attribution, Signal};

    use super::*;
    use crate::{Attributor, Priors};

    fn attribute(signals: &[(SignalKind, &str)]) -> Attribution {
        let signals: Vec<Signal> =
            signals.iter().map(|(kind, value)| Signal::text(*kind, *value)).collect();
        Attributor::new(Knowledge::embedded(), Priors::default()).attribute(&signals)
    }

    fn of_service(line: &str) -> (DeviceKind, String) {
        let found = attribute(&[(SignalKind::NmapService, line)]);
        (found.kind, found.maker.id.to_string())
    }

    #[test]
    fn a_product_names_the_brand_and_a_device_type_the_kind() {
        let found = attribute(&[(
            SignalKind::NmapService,
            "rtsp | product=Dahua IP camera rtspd | device=webcam",
        )]);
        assert_eq!((found.kind, found.maker.id.as_str()), (DeviceKind::Camera, "dahua"));
        assert_eq!(found.level, model::Level::Possible);
        assert!(found.evidence.iter().all(|item| item.rank == RANK
            && &*item.family == "rtsp"
            && item.source.starts_with("nmap's service detection (product field)")));
    }

    #[test]
    fn hardware_is_named_by_its_cpe_too() {
        let (kind, maker) = of_service(
            "http | product=WYM httpd | device=webcam | cpe=cpe:/h:hikvision:x cpe:/o:linux:linux_kernel",
        );
        assert_eq!((kind, maker.as_str()), (DeviceKind::Camera, "hikvision"));
    }

    #[test]
    fn of_companies_of_one_group_the_head_is_meant_first() {
        let word = of_service("http | product=TP-Link IP camera httpd | device=webcam").1;
        let label = attribute(&[
            (SignalKind::OnvifManufacturer, "TP-Link"),
            (SignalKind::HttpTitle, "Network Camera"),
        ]);
        assert_eq!(word, label.maker.id.as_str());
    }

    #[test]
    fn nobody_is_accused_by_what_films_nothing() {
        let is = |line: &str| of_service(line);
        assert_eq!(
            is("http | product=Acme printer http config | device=printer").0,
            DeviceKind::OtherDevice
        );
        assert_eq!(
            is("http | product=D-Link DIR router http config | device=broadband router").1,
            "unknown"
        );
        assert_eq!(
            is("ftp | product=Tandberg MXP video conferencing | device=webcam").0,
            DeviceKind::OtherDevice
        );
        assert_eq!(
            is("http | product=Topfield DVR httpd | device=media device").0,
            DeviceKind::Unknown
        );
        assert_eq!(
            is("http | product=nginx | cpe=cpe:/a:igor_sysoev:nginx").0,
            DeviceKind::Unknown
        );
        assert_eq!(is("http").0, DeviceKind::Unknown);
        // Two brands settle nothing.
        assert_eq!(
            is("http | product=Dahua or Hikvision camera httpd | device=webcam").1,
            "unknown"
        );
        // A conclusion that nmap itself doubts.
        assert_eq!(
            is("http | product=Dahua camera | device=webcam | conf=5").0,
            DeviceKind::Unknown
        );
    }

    #[test]
    fn what_nmap_read_of_a_banner_adds_nothing_to_the_banner() {
        let banner = (SignalKind::RtspServer, "Dahua Rtsp Server");
        let opinion = (SignalKind::NmapService, "rtsp | product=Dahua rtspd | device=webcam");
        let (alone, both) = (attribute(&[banner]), attribute(&[banner, opinion]));
        assert_eq!((both.maker, both.level), (alone.maker, alone.level));
    }

    #[test]
    fn a_stack_alone_calls_nothing_a_camera() {
        let found = attribute(&[(
            SignalKind::NmapOs,
            "Axis 211 Network Camera | type=webcam | vendor=Axis | family=embedded | accuracy=100",
        )]);
        assert_eq!((found.kind, found.maker.id.as_str()), (DeviceKind::Unknown, "unknown"));
        assert!(!found.evidence.is_empty());
        let doubtful =
            attribute(&[(SignalKind::NmapOs, "x | type=webcam | vendor=Axis | accuracy=80")]);
        assert!(doubtful.evidence.is_empty());
    }
}
