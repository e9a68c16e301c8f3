//! Labelled evidence of real devices, read from `../shared/corpora` where that is present, and the figures of an
//! attribution against it. Shared by the golden test and by `cargo run -p attribute --example evaluate`.

#![allow(dead_code, reason = "the example and the test use different parts")]
#![expect(clippy::disallowed_methods, reason = "tests read files")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use attribute::Attributor;
use knowledge::{Knowledge, Ndaa889};
use model::{Attribution, Level, MakerId, Signal, SignalKind};

/// One device with what is known to be true of it.
pub(crate) struct Case {
    pub(crate) corpus: &'static str,
    pub(crate) id: String,
    pub(crate) signals: Vec<Signal>,
    /// Makers that count as right; empty where the label names none.
    pub(crate) makers: Vec<String>,
    pub(crate) kind: Kind,
}

/// What the label says of the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Surveillance,
    Other,
    NotSaid,
}

/// The figures of one corpus.
#[derive(Debug, Default, Clone)]
pub(crate) struct Figures {
    pub(crate) cases: usize,
    /// Cases whose label names a maker of the knowledge base.
    pub(crate) labelled: usize,
    pub(crate) answered: usize,
    pub(crate) right: usize,
    pub(crate) wrong: usize,
    /// A maker of the PRC that section 889 or the covered list names, given for a device that is not its.
    pub(crate) accusations: usize,
    pub(crate) false_cameras: usize,
    pub(crate) cameras: usize,
    pub(crate) cameras_found: usize,
    pub(crate) mistakes: Vec<String>,
    pub(crate) misses: Vec<String>,
}

impl Figures {
    pub(crate) fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    pub(crate) fn recall(&self) -> f64 {
        share(self.right, self.labelled)
    }
}

/// Answers and their probabilities, for the calibration error.
#[derive(Debug, Default)]
pub(crate) struct Calibration {
    pub(crate) answers: Vec<(f64, bool)>,
}

impl Calibration {
    /// Expected calibration error over bins of equal width, with the table behind it.
    pub(crate) fn error(&self) -> (f64, Vec<(f64, f64, usize)>) {
        const BINS: usize = 10;
        let mut bins = vec![(0.0, 0usize, 0usize); BINS];
        for (probability, is_right) in &self.answers {
            let bin = (0..BINS).rev().find(|bin| *probability >= to_f64(*bin) / to_f64(BINS));
            let slot = &mut bins[bin.unwrap_or(0)];
            slot.0 += probability;
            slot.1 += usize::from(*is_right);
            slot.2 += 1;
        }
        let mut table = Vec::new();
        let mut error = 0.0;
        for (sum, right, count) in bins.into_iter().filter(|(.., count)| *count > 0) {
            let (mean, hit) = (sum / to_f64(count), to_f64(right) / to_f64(count));
            error += (mean - hit).abs() * to_f64(count) / to_f64(self.answers.len());
            table.push((mean, hit, count));
        }
        (error, table)
    }
}

fn to_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

pub(crate) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { to_f64(part) / to_f64(whole) }
}

/// The folder `shared` beside the project, where it is.
pub(crate) fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    folder.is_dir().then_some(folder)
}

/// Runs all cases.
pub(crate) fn evaluate(
    attributor: &Attributor<'_>,
    cases: &[Case],
) -> (BTreeMap<&'static str, Figures>, Calibration) {
    let mut figures: BTreeMap<&'static str, Figures> = BTreeMap::new();
    let mut calibration = Calibration::default();
    for case in cases {
        let found = attributor.attribute(&case.signals);
        let figure = figures.entry(case.corpus).or_default();
        judge(attributor.knowledge(), case, &found, figure, &mut calibration);
    }
    (figures, calibration)
}

fn judge(
    knowledge: &Knowledge,
    case: &Case,
    found: &Attribution,
    figures: &mut Figures,
    calibration: &mut Calibration,
) {
    figures.cases += 1;
    let is_answered = !found.maker.id.is_unknown();
    let is_right = case.makers.iter().any(|id| are_one_house(id, found.maker.id.as_str()));
    let words = || {
        let signals: Vec<String> = case
            .signals
            .iter()
            .map(|s| {
                let text = String::from_utf8_lossy(s.as_bytes()).replace(['\n', '\r'], " ");
                format!("{}={}", s.kind, text.chars().take(90).collect::<String>())
            })
            .collect();
        let evidence: Vec<String> = found
            .evidence
            .iter()
            .filter(|item| item.weight_bits != 0.0)
            .take(4)
            .map(|item| format!("{} {} {:.1}", item.fingerprint, item.claim, item.weight_bits))
            .collect();
        format!(
            "{} want {:?} got {} {} {:.3} {} | {} | {}",
            case.id,
            case.makers,
            found.kind.as_str(),
            found.maker.id,
            found.maker.probability,
            found.level.as_str(),
            signals.join(" ; "),
            evidence.join(" ; ")
        )
    };
    figures.answered += usize::from(is_answered);
    let is_camera = found.kind.is_surveillance();
    match case.kind {
        Kind::Surveillance => {
            figures.cameras += 1;
            figures.cameras_found += usize::from(is_camera);
            if !is_camera {
                figures.misses.push(format!("NO CAMERA {}", words()));
            }
        }
        Kind::Other if is_camera => {
            figures.false_cameras += 1;
            figures.mistakes.push(format!("FALSE CAMERA {}", words()));
        }
        _ => {}
    }
    if !case.makers.is_empty() {
        figures.labelled += 1;
        if is_answered {
            figures.right += usize::from(is_right);
            figures.wrong += usize::from(!is_right);
            calibration.answers.push((found.maker.probability, is_right));
            if found.maker.probability < 0.9 {
                figures.misses.push(format!("LOW {}", words()));
            }
        } else {
            figures.misses.push(format!("NO MAKER {}", words()));
        }
    }
    if case.makers.is_empty() && case.kind == Kind::NotSaid && is_answered {
        figures.misses.push(format!("ANSWER {}", words()));
    }
    let is_wrong =
        is_answered && !is_right && (!case.makers.is_empty() || case.kind == Kind::Other);
    if is_wrong {
        let is_accused = is_listed(knowledge, &found.maker.id) && found.level != Level::Conflicting;
        figures.accusations += usize::from(is_accused);
        let mark = if is_accused { "ACCUSATION" } else { "WRONG" };
        figures.mistakes.push(format!("{mark} {}", words()));
    }
}

fn is_listed(knowledge: &Knowledge, id: &MakerId) -> bool {
    knowledge.maker(id).is_some_and(|maker| maker.ndaa_889 != Ndaa889::No)
}

/// Companies that a label may use for each other.
fn are_one_house(one: &str, other: &str) -> bool {
    const HOUSES: &[&[&str]] = &[
        &["hikvision", "ezviz", "hikmicro", "hikrobot", "prama", "pyronix"],
        &["dahua", "imou", "huaray", "dahua_zhilian"],
        &["tplink_us", "tplink_cn", "mercury_cn"],
        &["ipro", "panasonic"],
        &["topsee", "anjvision"],
        &["illustra", "sensormatic"],
        &["longse", "herospeed"],
        &["hualai", "wyze"],
    ];
    one == other || HOUSES.iter().any(|house| house.contains(&one) && house.contains(&other))
}

/// All cases of `shared/corpora`.
pub(crate) fn cases(shared: &Path, knowledge: &Knowledge) -> Vec<Case> {
    let corpora = Corpora { root: shared.join("corpora"), labels: Labels::new(knowledge) };
    let mut cases = Vec::new();
    corpora.banners(&mut cases);
    corpora.favicons(&mut cases);
    corpora.onvif(&mut cases);
    corpora.files("rtsp", "rtsp/index.csv", &mut cases);
    corpora.files("http_api", "http_api/index.csv", &mut cases);
    corpora.files("discovery", "discovery_packets/index.csv", &mut cases);
    corpora.products(&mut cases);
    corpora.models(&mut cases);
    corpora.snmp(&mut cases);
    corpora.dhcp(&mut cases);
    corpora.blocks(&mut cases);
    samples(shared, &mut cases);
    cases
}

/// Messages of real devices, one file each, in folders named after what they are.
fn samples(shared: &Path, cases: &mut Vec<Case>) {
    let root = shared.join("samples");
    let rows = rows_of(&root.join("INDEX.csv"));
    for row in rows {
        let Ok(bytes) = fs::read(root.join(&row["file"])) else { continue };
        let signals = sample_signals(&row["protocol"], &row["file"], &bytes);
        let truth = row["maker_true"].as_str();
        if signals.is_empty() || matches!(truth, "none" | "many") {
            continue;
        }
        cases.push(Case {
            corpus: "samples",
            id: row["file"].clone(),
            signals,
            // Firms that the tables do not know count as nobody.
            makers: truth
                .split('|')
                .filter(|id| !matches!(*id, "unknown" | "alphanetworks" | "cellvision" | "nice"))
                .map(str::to_owned)
                .collect(),
            kind: Kind::Surveillance,
        });
    }
}

fn sample_signals(protocol: &str, file: &str, bytes: &[u8]) -> Vec<Signal> {
    use SignalKind as K;
    let text = String::from_utf8_lossy(bytes).into_owned();
    let whole = |kind| vec![Signal::text(kind, text.as_str())];
    let lines = |kind: K, name: &str| -> Vec<Signal> {
        let values = text.lines().filter_map(|line| {
            let (head, rest) = line.split_at_checked(name.len())?;
            head.eq_ignore_ascii_case(name).then(|| rest.trim())
        });
        values.map(|value| Signal::text(kind, value)).collect()
    };
    let raw = |port: u16| vec![Signal::bytes(K::UdpReply, bytes).at_port(port)];
    match protocol {
        "sadp" => whole(K::SadpReply),
        "dhip" if file.ends_with(".json") => whole(K::DhipReply),
        "dvrip34569" if file.ends_with(".json") => whole(K::DvripReply),
        "wsdiscovery" => whole(K::OnvifProbeMatch),
        "wsdiscovery-scopes" if file.ends_with(".json") => {
            let json: serde_json::Value = serde_json::from_str(&text).expect("a sample");
            let scopes: Vec<&str> = json["scopes"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|s| s.as_str())
                .collect();
            vec![Signal::text(K::OnvifScopes, scopes.join(" "))]
        }
        "wsdiscovery-scopes" => Vec::new(),
        "onvif-getcapabilities" | "onvif-getdeviceinformation" | "onvif-getsystemdateandtime" => {
            whole(K::OnvifReply)
        }
        "ssdp" => whole(K::SsdpResponse),
        "upnp-description" => whole(K::UpnpDescription),
        "isapi-deviceinfo" | "axis-basicdeviceinfo" | "uniview-lapi" => whole(K::HttpBody),
        "rtsp" if text.starts_with("v=") => whole(K::RtspSdp),
        "rtsp" => vec![Signal::bytes(K::TcpReply, bytes).at_port(554)],
        "http-server" => lines(K::HttpServer, "Server:"),
        "rtsp-server" => lines(K::RtspServer, "Server:"),
        "http-title" => {
            let title = text.trim().trim_start_matches("<title>").trim_end_matches("</title>");
            vec![Signal::text(K::HttpTitle, title)]
        }
        "http-wwwauth" => {
            let headed = lines(K::HttpWwwAuthenticate, "WWW-Authenticate:");
            if headed.is_empty() { whole(K::HttpWwwAuthenticate) } else { headed }
        }
        "tls-subject" => text.lines().map(|line| Signal::text(K::TlsSubject, line)).collect(),
        "telnet-banner" => whole(K::TelnetBanner),
        "ftp-banner" => text.lines().map(|line| Signal::text(K::FtpBanner, line)).collect(),
        "dhcp-option60" => {
            text.lines().map(|line| Signal::text(K::DhcpVendorClass, line)).collect()
        }
        "snmp" => {
            let value = |oid: &str| {
                let line = text.lines().find(|line| line.starts_with(oid))?;
                line.splitn(3, '|').nth(2).map(str::to_owned)
            };
            let mut signals = Vec::new();
            for (kind, oid) in [
                (K::SnmpSysdescr, "1.3.6.1.2.1.1.1.0|"),
                (K::SnmpSysobjectid, "1.3.6.1.2.1.1.2.0|"),
            ] {
                signals.extend(value(oid).map(|value| Signal::text(kind, value)));
            }
            signals
        }
        "mdns" => raw(5353),
        "dhcp" => raw(67),
        "gb28181" => raw(5060),
        "foscam10000" | "vivotek10000" => raw(10000),
        "sony2380" => raw(2380),
        "hanwha7701" => raw(7711),
        "boschrcp" => raw(1758),
        "panasonic10670" => raw(10670),
        "vstarcam8600" => raw(8600),
        "tvt23456" => raw(23456),
        "tplink20002" => raw(20002),
        "baichuan" if bytes.starts_with(&[0xf0, 0xde]) => {
            vec![Signal::bytes(K::TcpReply, bytes).at_port(9000)]
        }
        "baichuan" => raw(2015),
        "dahua5050" => raw(5050),
        "360vision3600" => raw(3600),
        _ => Vec::new(),
    }
}

/// Label texts to maker ids.
struct Labels(Vec<(String, String)>);

fn normal(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Labels {
    fn new(knowledge: &Knowledge) -> Self {
        let mut names = Vec::new();
        // A brand owner's name is a label on somebody's hardware, so it is no truth about the maker.
        let is_maker =
            |maker: &&knowledge::Maker| !maker.id.is_unknown() && &*maker.role != "brand-owner";
        for maker in knowledge.makers().iter().filter(is_maker) {
            names.push((normal(&maker.short_name), maker.id.to_string()));
            names.push((normal(maker.id.as_str()), maker.id.to_string()));
        }
        for (name, id) in [
            ("panasonicipro", "ipro"),
            ("tplink", "tplink_us"),
            ("netwave", "reecam"),
            ("meritlilin", "lilin"),
            ("hipcam", "hichip"),
            ("indigosecurity", "indigovision"),
            ("2ntelekomunikace", "2n"),
            ("macrovideo", "macrovideo"),
            ("illustrajci", "illustra"),
            ("wyze", "hualai"),
            ("eagleeyenetworks", "eagleeye"),
            ("arecontvision", "arecont"),
            ("uniview", "uniview"),
            ("tvt", "tvt"),
            ("xiongmai", "xiongmai"),
            ("hanwha", "hanwha"),
            ("dahua", "dahua"),
            ("ubiquiti", "ubiquiti"),
        ] {
            names.push((name.into(), id.into()));
        }
        Self(names)
    }

    fn ids(&self, label: &str) -> Vec<String> {
        let label = normal(label);
        self.0.iter().filter(|(name, _)| *name == label).map(|(_, id)| id.clone()).collect()
    }
}

struct Corpora {
    root: PathBuf,
    labels: Labels,
}

type Row = BTreeMap<String, String>;

impl Corpora {
    fn rows(&self, file: &str) -> Vec<Row> {
        rows_of(&self.root.join(file))
    }

    fn banners(&self, cases: &mut Vec<Case>) {
        for (corpus, file) in [
            ("banners/recog", "banners/recog_cameras.csv"),
            ("banners/recog-", "banners/recog_negatives.csv"),
            ("banners/nmap", "banners/nmap_generated_cameras.csv"),
            ("banners/nmap-", "banners/nmap_generated_negatives.csv"),
            ("banners/field", "banners/field_positive.csv"),
            ("banners/field-", "banners/field_negative.csv"),
        ] {
            let is_negative = corpus.ends_with('-');
            for row in self.rows(file) {
                let Some(signal) = banner(&row) else { continue };
                let truth = row.get("true_maker").filter(|t| !t.is_empty()).or(row.get("maker"));
                let is_hard = row["cls"].contains("hard");
                cases.push(Case {
                    corpus,
                    id: row["id"].clone(),
                    signals: vec![signal],
                    makers: if is_negative {
                        vec![]
                    } else {
                        self.labels.ids(truth.map_or("", |t| t))
                    },
                    kind: match is_negative {
                        true => Kind::Other,
                        _ if is_hard
                            || row["cls"] == "vms"
                            || row["cls"].starts_with("unknown") =>
                        {
                            Kind::NotSaid
                        }
                        _ => Kind::Surveillance,
                    },
                });
            }
        }
    }

    fn favicons(&self, cases: &mut Vec<Case>) {
        for row in self.rows("banners/favicons.csv") {
            let kind = if row["algo"] == "md5" {
                SignalKind::HttpFaviconMd5
            } else {
                SignalKind::HttpFaviconMmh3
            };
            let is_negative = row["cls"] == "negative";
            cases.push(Case {
                corpus: "banners/favicons",
                id: row["product"].clone(),
                signals: vec![Signal::text(kind, row["hash"].as_str())],
                makers: if is_negative { vec![] } else { self.labels.ids(&row["maker"]) },
                kind: if is_negative { Kind::Other } else { Kind::NotSaid },
            });
        }
    }

    fn onvif(&self, cases: &mut Vec<Case>) {
        use SignalKind as K;
        for row in self.rows("onvif/index.csv") {
            let mut signals = Vec::new();
            for (kind, key) in [
                (K::OnvifManufacturer, "manufacturer_field"),
                (K::OnvifModel, "model"),
                (K::OnvifFirmware, "firmware"),
                (K::OnvifSerial, "serial"),
                (K::OnvifScopes, "scopes"),
            ] {
                if !row[key].is_empty() {
                    signals.push(Signal::text(kind, row[key].as_str()));
                }
            }
            let makers = self.labels.ids(&row["true_maker"]);
            cases.push(Case {
                corpus: "onvif/fields",
                id: row["id"].clone(),
                signals,
                makers: makers.clone(),
                kind: Kind::Surveillance,
            });
            let folder = self.root.join("onvif").join(&row["id"]);
            let mut files: Vec<PathBuf> = fs::read_dir(folder)
                .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
                .unwrap_or_default();
            files.sort();
            let signals: Vec<Signal> = files
                .iter()
                .filter_map(|path| fs::read(path).ok())
                .map(|bytes| {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    let is_match = text.contains("ProbeMatch") || text.contains(":Hello>");
                    let is_list = text.trim_start().starts_with("onvif://");
                    let kind = if is_list {
                        K::OnvifScopes
                    } else if is_match {
                        K::OnvifProbeMatch
                    } else {
                        K::OnvifReply
                    };
                    Signal::text(kind, text)
                })
                .collect();
            if !signals.is_empty() {
                cases.push(Case {
                    corpus: "onvif/messages",
                    id: row["id"].clone(),
                    signals,
                    makers,
                    kind: Kind::Surveillance,
                });
            }
        }
    }

    /// Messages as files, listed in an index.
    fn files(&self, corpus: &'static str, index: &str, cases: &mut Vec<Case>) {
        for row in self.rows(index) {
            let Some(path) = self.file_of(corpus, &row) else { continue };
            let Ok(bytes) = fs::read(&path) else { continue };
            let port = row.get("port").and_then(|port| port.parse().ok()).unwrap_or(554);
            let signal = match corpus {
                "rtsp" if bytes.starts_with(b"v=") => {
                    Signal::text(SignalKind::RtspSdp, String::from_utf8_lossy(&bytes).into_owned())
                }
                "rtsp" => Signal::bytes(SignalKind::TcpReply, bytes).at_port(554),
                "http_api" => {
                    Signal::text(SignalKind::HttpBody, String::from_utf8_lossy(&bytes).into_owned())
                }
                _ if row["transport"] == "tcp" => {
                    Signal::bytes(SignalKind::TcpReply, bytes).at_port(port)
                }
                _ => Signal::bytes(SignalKind::UdpReply, bytes).at_port(port),
            };
            let cls = row["cls"].as_str();
            let is_negative = matches!(cls, "negative" | "hard_negative" | "machine_vision_camera");
            cases.push(Case {
                corpus,
                id: path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
                signals: vec![signal],
                makers: if is_negative { vec![] } else { self.labels.ids(&row["true_maker"]) },
                kind: match cls {
                    _ if is_negative => Kind::Other,
                    "negative_or_camera" => Kind::NotSaid,
                    _ => Kind::Surveillance,
                },
            });
        }
    }

    fn file_of(&self, corpus: &str, row: &Row) -> Option<PathBuf> {
        match corpus {
            "rtsp" => Some(self.root.join("rtsp/files").join(&row["file"])),
            "discovery" => Some(self.root.join("discovery_packets").join(&row["file"])),
            _ => fs::read_dir(self.root.join("http_api/files"))
                .ok()?
                .flatten()
                .map(|entry| entry.path())
                .find(|path| {
                    path.file_stem().is_some_and(|stem| stem.to_string_lossy() == row["id"])
                }),
        }
    }

    fn products(&self, cases: &mut Vec<Case>) {
        use SignalKind as K;
        let signals = |row: &Row, company: &str, has_firmware: bool| {
            let mut signals = Vec::new();
            for (kind, text) in [
                (K::OnvifManufacturer, row[company].as_str()),
                (K::OnvifModel, row["model"].as_str()),
                (K::OnvifFirmware, if has_firmware { row["firmware"].as_str() } else { "" }),
            ] {
                if !text.is_empty() {
                    signals.push(Signal::text(kind, text));
                }
            }
            signals
        };
        for row in self.rows("models/onvif_products.csv") {
            if row["type"] != "device" {
                continue;
            }
            let makers = match row["fw_family"].as_str() {
                "" => self.labels.ids(&row["maker"]),
                family => self.labels.ids(family),
            };
            let is_own = row["fw_family"].is_empty() && !makers.is_empty();
            let corpus = if is_own {
                "products/own-or-unmarked"
            } else if makers.is_empty() {
                "products/not-labelled"
            } else {
                "products/by-firmware"
            };
            cases.push(Case {
                corpus,
                id: row["id"].clone(),
                signals: signals(&row, "company", true),
                makers,
                kind: Kind::NotSaid,
            });
        }
        for row in self.rows("models/oem_silver.csv") {
            let makers = self.labels.ids(&row["true_maker"]);
            cases.push(Case {
                corpus: "oem/brand+model+firmware",
                id: row["id"].clone(),
                signals: signals(&row, "brand", true),
                makers: makers.clone(),
                kind: Kind::Surveillance,
            });
            cases.push(Case {
                corpus: "oem/brand+model",
                id: row["id"].clone(),
                signals: signals(&row, "brand", false),
                makers: makers.clone(),
                kind: Kind::Surveillance,
            });
            let left_out = vec![
                Signal::text(K::OnvifManufacturer, "Brand Nobody Knows"),
                Signal::text(K::OnvifModel, row["model"].as_str()),
                Signal::text(K::OnvifFirmware, row["firmware"].as_str()),
            ];
            cases.push(Case {
                corpus: "oem/brand-left-out",
                id: row["id"].clone(),
                signals: left_out,
                makers,
                kind: Kind::Surveillance,
            });
        }
    }

    fn models(&self, cases: &mut Vec<Case>) {
        use SignalKind as K;
        for (corpus, file, make) in [
            ("register/hikvision", "models/hikvision_models.csv", "Hikvision"),
            ("register/reolink", "models/reolink_models.csv", "Reolink"),
        ] {
            for row in self.rows(file) {
                let makers = self.labels.ids(make);
                let model = Signal::text(K::RegisterModel, row["model"].as_str());
                cases.push(Case {
                    corpus,
                    id: row["id"].clone(),
                    signals: vec![Signal::text(K::RegisterMake, make), model],
                    makers,
                    kind: Kind::NotSaid,
                });
            }
        }
        for (number, row) in self.rows("registers/make_model_dirty.csv").into_iter().enumerate() {
            let signals = vec![
                Signal::text(K::RegisterMake, row["make"].as_str()),
                Signal::text(K::RegisterModel, row["model"].as_str()),
            ];
            // A make that is a maker's own name and no brand of many sources is the label; others have none.
            let makers = self.labels.ids(&row["make"]);
            let corpus =
                if makers.is_empty() { "register/dirty-unlabelled" } else { "register/dirty" };
            cases.push(Case {
                corpus,
                id: format!("row {}", number + 2),
                signals,
                makers,
                kind: Kind::NotSaid,
            });
        }
    }

    fn snmp(&self, cases: &mut Vec<Case>) {
        for (corpus, file) in [("snmp", "snmp/cameras.csv"), ("snmp-", "snmp/negatives.csv")] {
            for row in self.rows(file) {
                let mut signals = Vec::new();
                for (kind, key) in [
                    (SignalKind::SnmpSysdescr, "sysDescr"),
                    (SignalKind::SnmpSysobjectid, "sysObjectID"),
                ] {
                    if !row[key].trim().is_empty() {
                        signals.push(Signal::text(kind, row[key].trim()));
                    }
                }
                let is_other = corpus == "snmp-" || row["cls"].contains("not_camera");
                cases.push(Case {
                    corpus,
                    id: row["id"].clone(),
                    signals,
                    makers: if corpus == "snmp-" { vec![] } else { self.labels.ids(&row["maker"]) },
                    kind: if is_other { Kind::Other } else { Kind::Surveillance },
                });
            }
        }
    }

    fn dhcp(&self, cases: &mut Vec<Case>) {
        for (corpus, file) in
            [("dhcp", "dhcp_tcp/cameras.csv"), ("dhcp-", "dhcp_tcp/negatives.csv")]
        {
            for row in self.rows(file) {
                let Ok(fields) = serde_json::from_str::<serde_json::Value>(&row["fields"]) else {
                    continue;
                };
                let mut signals = Vec::new();
                for (kind, key) in [
                    (SignalKind::DhcpVendorClass, "dhcpvendorcode"),
                    (SignalKind::DhcpVendorClass, "vendor_id"),
                    (SignalKind::DhcpParams, "dhcpoption55"),
                    (SignalKind::SshBanner, "ssh"),
                    (SignalKind::SipServer, "sipserver"),
                    (SignalKind::HttpServer, "webserver"),
                ] {
                    if let Some(text) = fields[key].as_str().filter(|text| !text.is_empty()) {
                        signals.push(Signal::text(kind, text));
                    }
                }
                let is_negative = corpus == "dhcp-";
                cases.push(Case {
                    corpus,
                    id: row["id"].clone(),
                    signals,
                    makers: if is_negative { vec![] } else { self.labels.ids(&row["maker"]) },
                    kind: if is_negative { Kind::Other } else { Kind::NotSaid },
                });
            }
        }
    }

    fn blocks(&self, cases: &mut Vec<Case>) {
        for row in self.rows("models/oui_brands.csv") {
            let mac = format!("{}:00:00:01", row["oui"]);
            cases.push(Case {
                corpus: "mac-alone",
                id: row["oui"].clone(),
                signals: vec![Signal::text(SignalKind::Mac, mac)],
                makers: self.labels.ids(&row["brand"]),
                kind: Kind::NotSaid,
            });
        }
    }
}

/// The signal of a banner corpus' row; `None` for sorts that are no signal of ours.
fn banner(row: &Row) -> Option<Signal> {
    use SignalKind as K;
    let text = row["text"].as_str();
    let kind = match row["kind"].as_str() {
        "html_title" => K::HttpTitle,
        "http_header.server" => K::HttpServer,
        "http_header.wwwauth" => K::HttpWwwAuthenticate,
        "http_header.cookie" => K::HttpCookie,
        "favicon.md5" => K::HttpFaviconMd5,
        "ftp.banner" | "ftp" => K::FtpBanner,
        "ssh.banner" => return Some(Signal::text(K::SshBanner, format!("SSH-2.0-{text}"))),
        "ssh" | "lan_banner_ssh" => K::SshBanner,
        "telnet" | "" => K::TelnetBanner,
        "dhcp_vendor_class" => K::DhcpVendorClass,
        "rtsp_header.server" => K::RtspServer,
        "x509.subject" => K::TlsSubject,
        "x509.issuer" => K::TlsIssuer,
        "sip_header.user_agent" => K::SipUserAgent,
        "sip_header.server" => K::SipServer,
        "snmp.sys_description" => K::SnmpSysdescr,
        "snmp.sys_object_id" => K::SnmpSysobjectid,
        "mdns.device-info.txt" => K::MdnsService,
        "dhip_json" => K::DhipReply,
        "lan_banner_upnp" => K::SsdpResponse,
        "tls.jarm" => return None,
        kind if kind.contains('.') => return None,
        _ => {
            let port = row.get("port").and_then(|port| port.parse().ok()).unwrap_or(80);
            let bytes: Vec<u8> = text.bytes().collect();
            return Some(Signal::bytes(K::TcpReply, bytes).at_port(port));
        }
    };
    Some(Signal::text(kind, text))
}

fn rows_of(file: &Path) -> Vec<Row> {
    let text = fs::read(file).expect("a corpus file");
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_slice());
    let headers: Vec<String> = reader
        .byte_headers()
        .expect("a header row")
        .iter()
        .map(|h| String::from_utf8_lossy(h).into_owned())
        .collect();
    reader
        .byte_records()
        .map(|record| {
            let record = record.expect("a row");
            let values = record.iter().map(|v| String::from_utf8_lossy(v).into_owned());
            headers.iter().cloned().zip(values).collect()
        })
        .collect()
}
