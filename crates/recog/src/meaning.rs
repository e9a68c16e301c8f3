//! What the parameters of a fingerprint mean here: a kind of device, a brand, a maker, named groups.

use std::collections::BTreeMap;

use knowledge::{Brand, Confidence, Knowledge, Relation};
use model::{DeviceKind, MakerId};

use crate::document::Param;

/// A value that refers to others (`{hw.vendor}`) does so this deep at most.
const REFERENCES_MAX: usize = 4;

// Weights in bits. All are judgement: these are other people's conclusions, checked against their own examples alone. Alone,
// the strongest is just enough to call a device a camera and to name a maker as possible.

/// A device that is called a camera.
const CAMERA_BITS: f64 = 5.0;
/// A recorder, encoder, door station or door controller whose vendor is known to make such things.
const KNOWN_VENDOR_BITS: f64 = 5.0;
/// The same of a vendor that is not known here: `DVR` stands in living rooms, `Video Encoder` in studios.
const OTHER_SURVEILLANCE_BITS: f64 = 3.5;
/// A device that is called a printer, router, telephone.
const OTHER_DEVICE_BITS: f64 = 4.0;
/// The maker whose own brand the vendor is, of surveillance equipment.
const MAKER_BITS: f64 = 9.0;
/// The same, where the fingerprint does not say what the device is.
const MAKER_ALONE_BITS: f64 = 4.0;
/// The vendor as the brand: what the label says, and no evidence of a maker.
const BRAND_BITS: f64 = 3.0;

/// What a fingerprint says, in our words.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Meaning {
    pub(crate) kind: Option<(DeviceKind, f64)>,
    pub(crate) brand: Option<(String, f64)>,
    pub(crate) maker: Option<(MakerId, f64)>,
    /// Groups of the pattern that get a name, by number.
    pub(crate) groups: BTreeMap<usize, &'static str>,
    /// The parameter that each named group is, to compare with examples.
    pub(crate) names: BTreeMap<&'static str, String>,
}

/// Why a fingerprint means nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaningless {
    /// It names no device and no vendor that is known here.
    NotConcerned,
    /// Its values refer to each other in a circle.
    Circle,
}

impl Meaning {
    pub(crate) fn of(params: &[Param], knowledge: &Knowledge) -> Result<Self, Meaningless> {
        let values = Values::new(params)?;
        let device = values.fixed("hw.device").or_else(|| values.fixed("os.device"));
        let kind = device.and_then(kind_of);
        let vendor = ["hw.vendor", "service.vendor", "os.vendor"]
            .into_iter()
            .find_map(|name| values.fixed(name));
        let rows = vendor.map(|vendor| rows_of(knowledge, vendor)).unwrap_or_default();
        let is_surveillance = kind.is_some_and(DeviceKind::is_surveillance);
        let mut meaning = Self::default();
        match kind {
            Some(DeviceKind::Camera) => meaning.kind = Some((DeviceKind::Camera, CAMERA_BITS)),
            Some(kind) if is_surveillance && !rows.is_empty() => {
                meaning.kind = Some((kind, KNOWN_VENDOR_BITS));
            }
            Some(kind) if is_surveillance => meaning.kind = Some((kind, OTHER_SURVEILLANCE_BITS)),
            Some(kind) => meaning.kind = Some((kind, OTHER_DEVICE_BITS)),
            None if rows.is_empty() => return Err(Meaningless::NotConcerned),
            None => {}
        }
        if let Some(vendor) = vendor.filter(|_| is_surveillance || !rows.is_empty()) {
            let name = rows.first().map_or(vendor, |row| &row.name);
            meaning.brand = Some((name.to_owned(), BRAND_BITS));
        }
        if let Some(maker) = own_maker(&rows, knowledge) {
            meaning.maker = match kind {
                Some(_) if is_surveillance => Some((maker, MAKER_BITS)),
                None => Some((maker, MAKER_ALONE_BITS)),
                Some(_) => None,
            };
        }
        // What another device calls its model is of no use here.
        if is_surveillance || (kind.is_none() && !rows.is_empty()) {
            meaning.name_groups(&values);
        }
        Ok(meaning)
    }

    /// Names the groups whose values attribution reads; each name once, the more telling parameter first.
    fn name_groups(&mut self, values: &Values<'_>) {
        const NAMES: &[(&str, &str)] = &[
            ("hw.model", "model"),
            ("hw.product", "model"),
            ("hw.serial_number", "serial"),
            ("host.mac", "mac"),
            ("hw.vendor", "brand"),
            ("hw.firmware", "firmware"),
            ("os.version", "firmware"),
            ("service.version", "version"),
        ];
        for (param, group) in NAMES {
            if let Some(Value::Caught(pos)) = values.0.get(*param)
                && !self.names.contains_key(group)
                && !self.groups.contains_key(pos)
            {
                self.groups.insert(*pos, group);
                self.names.insert(group, (*param).to_owned());
            }
        }
    }
}

/// A parameter's value.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Fixed(String),
    Caught(usize),
    /// Made of text and of what groups catch: nothing that can be said before a match.
    Mixed,
}

struct Values<'p>(BTreeMap<&'p str, Value>);

impl<'p> Values<'p> {
    fn new(params: &'p [Param]) -> Result<Self, Meaningless> {
        let written: BTreeMap<&str, &Param> =
            params.iter().map(|param| (param.name.as_str(), param)).collect();
        let resolved = written
            .iter()
            .map(|(name, param)| Ok((*name, resolve(param, &written, REFERENCES_MAX)?)));
        resolved.collect::<Result<_, _>>().map(Self)
    }

    fn fixed(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Value::Fixed(text)) if !text.trim().is_empty() => Some(text.trim()),
            _ => None,
        }
    }
}

fn resolve(
    param: &Param,
    written: &BTreeMap<&str, &Param>,
    left: usize,
) -> Result<Value, Meaningless> {
    if param.pos > 0 {
        return Ok(Value::Caught(param.pos));
    }
    let mut text = String::new();
    let mut rest = param.value.as_str();
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, inner)| Some((before, inner.split_once('}')?)))
    {
        text.push_str(before);
        rest = after;
        let Some(other) = written.get(name) else {
            // Braces that name nothing are text.
            text.extend(["{", name, "}"]);
            continue;
        };
        if left == 0 {
            return Err(Meaningless::Circle);
        }
        match resolve(other, written, left - 1)? {
            Value::Fixed(value) => text.push_str(&value),
            caught if text.is_empty() && after.is_empty() => return Ok(caught),
            _ => return Ok(Value::Mixed),
        }
    }
    text.push_str(rest);
    Ok(Value::Fixed(text))
}

/// The kind of device that a word stands for; `None` where it stands for none.
fn kind_of(device: &str) -> Option<DeviceKind> {
    let device = device.to_ascii_lowercase().replace(['-', '_'], " ");
    let names = |marks: &[&str]| marks.iter().any(|mark| device.contains(mark));
    const NO_DEVICE: &[&str] = &[
        "",
        "appliance",
        "device",
        "embedded",
        "general",
        "general purpose",
        "storage",
        "nas",
        "unknown",
    ];
    if NO_DEVICE.contains(&device.trim()) {
        return None;
    }
    Some(match () {
        () if names(&["conferenc", "document camera", "action camera"]) => DeviceKind::OtherDevice,
        () if names(&["body worn", "bodycam"]) => DeviceKind::BodyWorn,
        () if names(&["camera", "web cam", "webcam"]) => DeviceKind::Camera,
        () if names(&["dvr", "nvr", "video recorder"]) => DeviceKind::Recorder,
        () if names(&["video encoder", "video decoder", "video server"]) => DeviceKind::Encoder,
        () if names(&["intercom", "doorbell", "door station", "video door"]) => {
            DeviceKind::Intercom
        }
        () if names(&["access control"]) => DeviceKind::AccessControl,
        () => DeviceKind::OtherDevice,
    })
}

/// The brand rows of a vendor's name, read without a slip of the pen: these names were not typed by a clerk.
fn rows_of<'k>(knowledge: &'k Knowledge, vendor: &str) -> Vec<&'k Brand> {
    let exact = knowledge.brand(vendor);
    if !exact.is_empty() {
        return exact;
    }
    // The first word must be the name: `Acme Technologies` is Acme, `Digital Acme` may be anybody.
    let reading = knowledge.read_make(vendor).filter(|reading| {
        let read = reading.read.to_lowercase();
        reading.distance == 0 && vendor.to_lowercase().starts_with(&read)
    });
    reading.map(|reading| reading.rows).unwrap_or_default()
}

/// The maker whose own brand these rows say it is, where they say nothing else.
fn own_maker(rows: &[&Brand], knowledge: &Knowledge) -> Option<MakerId> {
    let own = rows.iter().find(|row| row.relation == Relation::OwnBrand)?;
    let [maker] = own.makers.as_slice() else { return None };
    let is_builder = knowledge.maker(maker).is_some_and(|maker| &*maker.role == "manufacturer");
    let is_alone = rows.iter().all(|row| {
        row.relation == Relation::OwnBrand
            || row.confidence == Confidence::Unverified
            || row.makers.iter().all(|other| other == maker || other.is_unknown())
    });
    (is_builder && is_alone && own.confidence > Confidence::Unverified).then(|| maker.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn param(pos: usize, name: &str, value: &str) -> Param {
        Param { pos, name: name.into(), value: value.into() }
    }

    fn meaning(params: &[Param]) -> Result<Meaning, Meaningless> {
        Meaning::of(params, Knowledge::embedded())
    }

    #[test]
    fn a_camera_of_an_own_brand_names_its_maker() {
        let said = meaning(&[
            param(0, "hw.vendor", "Dahua"),
            param(0, "hw.device", "IP Camera"),
            param(1, "hw.product", ""),
            param(1, "service.version", ""),
        ])
        .unwrap();
        assert_eq!(said.kind, Some((DeviceKind::Camera, CAMERA_BITS)));
        assert_eq!(said.maker.unwrap().0.as_str(), "dahua");
        assert_eq!(said.brand.unwrap().0, "Dahua");
        assert_eq!(said.groups, BTreeMap::from([(1, "model")]), "a group has one name");
    }

    #[test]
    fn a_brand_that_buys_names_no_maker() {
        let said =
            meaning(&[param(0, "hw.vendor", "Lorex"), param(0, "hw.device", "DVR")]).unwrap();
        assert_eq!((said.kind.unwrap().0, said.maker), (DeviceKind::Recorder, None));
        assert_eq!(said.brand.unwrap().0, "Lorex");
    }

    #[test]
    fn other_devices_rule_out() {
        let said = meaning(&[
            param(0, "hw.vendor", "Acme Widgets"),
            param(0, "hw.device", "Laser Printer"),
            param(1, "hw.product", ""),
        ])
        .unwrap();
        assert_eq!(said.kind, Some((DeviceKind::OtherDevice, OTHER_DEVICE_BITS)));
        assert_eq!((said.brand, said.maker, said.groups.len()), (None, None, 0));
        let nothing = meaning(&[param(0, "service.vendor", "Acme Widgets")]);
        assert_eq!(nothing, Err(Meaningless::NotConcerned));
    }

    #[test]
    fn values_may_refer_to_each_other_but_not_in_a_circle() {
        let said = meaning(&[
            param(0, "hw.vendor", "{service.vendor}"),
            param(0, "service.vendor", "Axis"),
            param(0, "hw.device", "Web {x}cam"),
            param(0, "x", ""),
            param(0, "hw.product", "{service.product}"),
            param(2, "service.product", ""),
        ])
        .unwrap();
        assert_eq!(said.maker.unwrap().0.as_str(), "axis");
        assert_eq!(said.groups, BTreeMap::from([(2, "model")]));
        let circle =
            meaning(&[param(0, "hw.vendor", "{hw.device}"), param(0, "hw.device", "{hw.vendor}")]);
        assert_eq!(circle, Err(Meaningless::Circle));
    }
}
