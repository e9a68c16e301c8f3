//! Companies that belong together, and what a company's name tells of its products.

use std::collections::HashMap;

use knowledge::{Brand, Knowledge, Relation};
use model::MakerId;

use crate::name::normal;

/// Companies under one roof that ship each other's platforms. The first is the head: what shows the platform
/// shows the head first, its daughters less ([`crate::Priors::daughter_bits`]). From the column
/// `parent_ultimate_owner` of `makers.csv`; daughters that design on their own (2N of Axis' owner) are left out.
const GROUPS: &[&[&str]] = &[
    &["hikvision", "ezviz", "hikmicro", "hikrobot", "pyronix", "prama"],
    &["dahua", "imou", "huaray", "dahua_zhilian"],
    &["tplink_us", "tplink_cn", "mercury_cn"],
    &["panasonic", "ipro"],
    &["huawei", "hisilicon"],
    &["longse", "herospeed"],
    &["avigilon", "pelco", "indigovision", "ava", "motorola"],
    &["topsee", "anjvision"],
    &["illustra", "sensormatic"],
];

/// Makers whose name also stands on things that film nothing: their brand alone is no sign of a camera.
const MAKE_MANY_THINGS: &[&str] = &[
    "2n",
    "abus",
    "aiphone",
    "ajax",
    "akuvox",
    "alarmcom",
    "anker",
    "aqara",
    "aritech",
    "basler",
    "bilian",
    "bosch",
    "canon",
    "comelit",
    "dlink",
    "dnake",
    "doorbird",
    "edimax",
    "flir",
    "grandstream",
    "h3c",
    "hisilicon",
    "hkc",
    "honeywell",
    "huawei",
    "hytera",
    "interlogix",
    "levelone",
    "mercury_cn",
    "meraki",
    "motorola",
    "nest",
    "netatmo",
    "niko",
    "panasonic",
    "paxton",
    "petards",
    "planet",
    "pyronix",
    "qihoo360",
    "qnap",
    "raytec",
    "resideo",
    "ring",
    "sensormatic",
    "sepura",
    "simplisafe",
    "skyworth",
    "sony",
    "synology",
    "texecom",
    "tplink_cn",
    "tplink_us",
    "trendnet",
    "tuya",
    "ubiquiti",
    "urmet",
    "verint",
    "wyze",
    "xiaomi",
    "yale",
    "zkteco",
    "zte",
    "hikrobot",
    "snapav",
    "lumenera",
    "intelbras",
    "eagleeye",
    "genetec",
    "milestone",
    "exacq",
    "bcdvideo",
    "seneca",
    "razberi",
    "salient",
    "matrix_in",
    "cnb",
    "hunt",
    "silent",
    "synectics",
    "urmet",
    "visiotech",
    "partizan",
];

/// The group that holds `maker`, head first; empty when it stands alone.
pub(crate) fn group(maker: &str) -> &'static [&'static str] {
    GROUPS.iter().find(|group| group.contains(&maker)).copied().unwrap_or_default()
}

/// The companies of a group that the mark of its head's platform may stand for as well.
pub(crate) fn daughters(head: &MakerId) -> impl Iterator<Item = MakerId> {
    let group = group(head.as_str());
    let is_head = group.first() == Some(&head.as_str());
    group.iter().skip(1).filter(move |_| is_head).filter_map(|id| id.parse().ok())
}

/// The place of `maker` in its group, the head's being 0; makers that stand alone are heads.
pub(crate) fn place(maker: &MakerId) -> usize {
    group(maker.as_str()).iter().position(|id| *id == maker.as_str()).unwrap_or(0)
}

/// Whether two makers are one company or companies of one group.
pub fn are_related(one: &MakerId, other: &MakerId) -> bool {
    one == other || group(one.as_str()).contains(&other.as_str())
}

/// Whether the name of this maker on a device is by itself a sign of surveillance equipment.
pub fn makes_cameras_alone(knowledge: &Knowledge, maker: &MakerId) -> bool {
    let is_maker = |role: &str| matches!(role, "manufacturer" | "brand-owner");
    !MAKE_MANY_THINGS.contains(&maker.as_str())
        && knowledge.maker(maker).is_some_and(|maker| is_maker(&maker.role))
}

/// Makers by their names in normal form, short and legal, in the order of the table.
#[derive(Debug)]
pub(crate) struct MakerNames(HashMap<String, Vec<MakerId>>);

impl MakerNames {
    pub(crate) fn new(knowledge: &Knowledge) -> Self {
        let mut names: HashMap<String, Vec<MakerId>> = HashMap::new();
        for maker in knowledge.makers().iter().filter(|maker| !maker.id.is_unknown()) {
            for name in [&maker.short_name, &maker.legal_name] {
                let ids = names.entry(normal(name)).or_default();
                // Both names of a company may be one.
                if ids.last() != Some(&maker.id) {
                    ids.push(maker.id.clone());
                }
            }
        }
        Self(names)
    }

    /// The makers whose own name or house brand `brand` is; `rows` are its rows.
    pub(crate) fn owners(&self, brand: &str, rows: &[&Brand]) -> Vec<MakerId> {
        let own_rows = rows.iter().filter(|row| row.relation == Relation::OwnBrand);
        let by_row = own_rows.flat_map(|row| &row.makers).filter(|id| !id.is_unknown());
        let by_name = self.0.get(&normal(brand)).into_iter().flatten();
        by_row.chain(by_name).cloned().collect()
    }
}
