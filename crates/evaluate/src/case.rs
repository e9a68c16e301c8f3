//! One device with what is known to be true of it.

use std::collections::BTreeMap;

use knowledge::Knowledge;
use model::{MakerId, Signal};

/// Evidence of one device and its label.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The collection it comes from, such as `banners/recog`.
    pub corpus: String,
    /// Its name there.
    pub id: String,
    /// What was seen.
    pub signals: Vec<Signal>,
    /// What is true.
    pub truth: Truth,
}

/// What the label says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// Makers that count as right: several where the label leaves them open, none where it names nobody known.
    pub makers: Vec<MakerId>,
    /// What it is.
    pub kind: TrueKind,
    /// The brand on the box, where the label tells it from the maker: what leave-one-brand-out leaves out.
    pub brand: Option<String>,
}

/// What the label says of the kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TrueKind {
    /// A camera, recorder, encoder or another device of surveillance.
    Surveillance,
    /// Something else: a camera found here is a false one.
    Other,
    /// The label does not say.
    #[default]
    NotSaid,
}

/// Companies that labels use for each other: a label of the one is answered rightly by the other. The brand says
/// which of them sold the box; who built it is one house, or was when the label was made.
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

impl Truth {
    /// Whether an answer is right.
    pub fn allows(&self, answer: &MakerId) -> bool {
        self.makers.iter().any(|maker| are_one_house(maker.as_str(), answer.as_str()))
    }
}

fn are_one_house(one: &str, other: &str) -> bool {
    one == other || HOUSES.iter().any(|house| house.contains(&one) && house.contains(&other))
}

/// Names that labels give makers, to their ids.
#[derive(Debug)]
pub(crate) struct Labels(BTreeMap<String, Vec<MakerId>>);

/// Names of labels that the knowledge base writes in another way.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("panasonicipro", "ipro"),
    ("tplink", "tplink_us"),
    ("netwave", "reecam"),
    ("meritlilin", "lilin"),
    ("hipcam", "hichip"),
    ("indigosecurity", "indigovision"),
    ("2ntelekomunikace", "2n"),
    ("illustrajci", "illustra"),
    ("wyze", "hualai"),
    ("eagleeyenetworks", "eagleeye"),
    ("arecontvision", "arecont"),
];

impl Labels {
    pub(crate) fn new(knowledge: &Knowledge) -> Self {
        let mut names: BTreeMap<String, Vec<MakerId>> = BTreeMap::new();
        // A brand owner's name is a label on somebody's hardware, so it is no truth about the maker.
        let is_maker =
            |maker: &&knowledge::Maker| !maker.id.is_unknown() && &*maker.role != "brand-owner";
        for maker in knowledge.makers().iter().filter(is_maker) {
            for name in [normal(&maker.short_name), normal(maker.id.as_str())] {
                let ids = names.entry(name).or_default();
                if !ids.contains(&maker.id) {
                    ids.push(maker.id.clone());
                }
            }
        }
        for (name, id) in OTHER_NAMES {
            if let Ok(id) = id.parse::<MakerId>()
                && knowledge.maker(&id).is_some()
            {
                let ids = names.entry((*name).to_owned()).or_default();
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
        Self(names)
    }

    /// The ids that a label names; empty for nobody known.
    pub(crate) fn ids(&self, label: &str) -> Vec<MakerId> {
        self.0.get(&normal(label)).cloned().unwrap_or_default()
    }
}

fn normal(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(makers: &[&str]) -> Truth {
        let makers = makers.iter().map(|id| id.parse().expect("an id")).collect();
        Truth { makers, ..Truth::default() }
    }

    #[test]
    fn a_company_of_the_same_house_is_right_and_others_are_not() {
        let id = |id: &str| id.parse().expect("an id");
        assert!(truth(&["dahua"]).allows(&id("imou")));
        assert!(truth(&["axis", "dahua"]).allows(&id("dahua")));
        assert!(!truth(&["dahua"]).allows(&id("hikvision")));
        assert!(!truth(&[]).allows(&id("dahua")));
    }

    #[test]
    fn labels_find_makers_by_name_and_never_brand_owners() {
        let knowledge = Knowledge::embedded();
        let labels = Labels::new(knowledge);
        assert_eq!(labels.ids("Arecont Vision"), vec!["arecont".parse().expect("an id")]);
        assert_eq!(labels.ids("Nobody At All"), Vec::new());
        for maker in knowledge.makers().iter().filter(|m| &*m.role == "brand-owner") {
            let named = labels.ids(&maker.short_name);
            assert!(!named.contains(&maker.id), "{} is no maker", maker.id);
        }
    }
}
