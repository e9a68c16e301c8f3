//! Devices and makers for this crate's tests. All values are made up, the makers are those of the facts.

use model::{Attribution, DeviceKind, Level, MakerFinding, MakerId, Ternary};

use crate::MakerRecord;

pub(crate) fn parse(id: &str) -> MakerId {
    id.parse().unwrap()
}

pub(crate) fn attribution(maker: &str, probability: f64, level: Level) -> Attribution {
    let name = maker_record(&parse(maker)).map_or_else(|| maker.to_owned(), |record| record.name);
    Attribution {
        kind: DeviceKind::Camera,
        maker: MakerFinding { id: parse(maker), name, probability },
        alternatives: Vec::new(),
        level,
        brand: None,
        model: None,
        firmware: None,
        serial: None,
        rebranded: false,
        conflicts: Vec::new(),
        evidence: Vec::new(),
        platform: None,
        soc: None,
        quirks: Vec::new(),
    }
}

/// A knowledge base of a few makers.
pub(crate) fn maker_record(id: &MakerId) -> Option<MakerRecord> {
    use Ternary::{No, Unknown, Yes};
    let (name, country, nil, ndaa_889, fcc) = match id.as_str() {
        "hikvision" => ("Hikvision", "CN", Yes, "named", Yes),
        "ezviz" => ("EZVIZ", "CN", Yes, "subsidiary", Yes),
        "dahua" => ("Dahua", "CN", Yes, "named", Yes),
        "huawei" => ("Huawei", "CN", Yes, "named", Yes),
        "uniview" => ("Uniview", "CN", Yes, "no", No),
        "tiandy" => ("Tiandy", "CN", Yes, "no", No),
        "reolink" => ("Reolink", "HK/CN", Yes, "no", No),
        "tplink_us" => ("TP-Link Systems", "US", Unknown, "no", No),
        "lorex" => ("Lorex", "CA", No, "subsidiary", Unknown),
        "axis" => ("Axis", "SE", No, "no", No),
        _ => return None,
    };
    Some(MakerRecord {
        id: id.clone(),
        name: name.to_owned(),
        country: country.to_owned(),
        parent: String::new(),
        subject_to_prc_nil: nil,
        ndaa_889,
        fcc_covered: fcc,
    })
}
