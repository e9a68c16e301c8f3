use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn read(text: &str, cell: Cell) -> FreeText {
    free_text(Knowledge::embedded(), text, cell)
}

/// One line a part: `4 × Axis P3245 [camera]`.
fn shown(item: &Described) -> String {
    let mut words: Vec<String> = Vec::new();
    words.extend(item.quantity.map(|count| format!("{count} ×")));
    words.extend(item.brand.as_ref().map(|brand| brand.name.clone()));
    words.extend(item.model.as_ref().map(|model| model.number.clone()));
    words.extend(item.kind.map(|kind| format!("[{}]", kind.as_str())));
    if item.sense != Sense::Claimed {
        words.push(format!("({})", item.sense.as_str()));
    }
    words.join(" ")
}

/// The table of `docs/reference/free-text.md`.
#[test]
fn the_documented_examples_are_read_so() {
    let page = include_str!("../../../../docs/reference/free-text.md");
    let (_, examples) = page.split_once("## Examples").expect("the table");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in
        examples.lines().filter(|line| line.starts_with("| ") && !line.contains("| text | read"))
    {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [cell, text, expected, rest] = cells[..] else { panic!("{line}") };
        let cell = match cell {
            "make" => Cell::Make,
            "model" => Cell::Model,
            _ => Cell::Text,
        };
        let free = read(text, cell);
        let found = free.items.iter().map(shown).collect::<Vec<_>>().join("; ");
        if found != expected || free.rest.join(" ") != rest {
            wrong.push(format!("{text}: {found} | {}", free.rest.join(" ")));
        }
        count += 1;
    }
    assert!(count > 40, "{count} examples");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_distance_is_shown() {
    let brand = |text: &str, cell| read(text, cell).items[0].brand.clone().expect("a brand");
    let note = |text: &str, cell| brand(text, cell).note().expect("a note");
    assert_eq!(note("dahau", Cell::Make), "`dahau` read as Dahua, 1 letter off");
    assert_eq!(note("Hikvission dome", Cell::Text), "`Hikvission` read as Hikvision, 1 letter off");
    assert_eq!(note("UBNT", Cell::Make), "`UBNT` read as UniFi Protect, another name of it");
    assert_eq!(brand("HIK-VISION", Cell::Make).note(), None);
    assert_eq!(brand("dahau", Cell::Make).certainty, Certainty::OtherSpelling);
    assert_eq!(brand("duhua", Cell::Make).certainty, Certainty::Slip);
    let model = read("ds2cd2143", Cell::Model).items[0].model.clone().expect("a model");
    assert_eq!(model.note().as_deref(), Some("`ds2cd2143` read as DS-2CD2143, hyphen put back"));
    let model = read("DS-2CD2O43", Cell::Model).items[0].model.clone().expect("a model");
    assert_eq!((model.distance, model.respelling), (1, Respelling::LookAlike));
}

#[test]
fn what_is_as_near_to_two_names_is_neither() {
    let brands = "name,makers,relation,period,region,note,source,confidence\n\
                  Exampla,unknown,own-brand,,,,made up,reported\n\
                  Exampli,unknown,oem-full,,,,made up,reported\n";
    let makers =
        Knowledge::embedded_texts().files.into_iter().filter(|(file, _)| *file == "makers.csv");
    let texts = knowledge::Texts { files: makers.chain([("brands.csv", brands)]).collect() };
    let knowledge = Knowledge::load(&texts).expect("it loads");
    let free = free_text(&knowledge, "Eaxmpla", Cell::Make);
    assert_eq!(free.items[0].brand.as_ref().map(|brand| &*brand.name), Some("Exampla"));
    let free = free_text(&knowledge, "Examplla", Cell::Make);
    assert_eq!(free.items[0].brand.as_ref().map(|brand| brand.distance), Some(1));
    let free = free_text(&knowledge, "Exampxli", Cell::Make);
    assert_eq!(free.items.len(), 0, "a reseller's name forgives less: {free:?}");
    let free = free_text(&knowledge, "Examplia", Cell::Make);
    assert_eq!(free.items[0].brand, None);
    assert_eq!(free.items[0].between, ["Exampla", "Exampli"]);
}

/// Every name and spelling of the knowledge base by itself is itself, and never another brand's.
#[test]
fn a_name_is_never_read_as_another() {
    let knowledge = Knowledge::embedded();
    let names: BTreeSet<&str> = knowledge.brands().iter().map(Brand::plain_name).collect();
    let mut wrong = Vec::new();
    for name in names {
        let free = read(name, Cell::Make);
        let [item] = &free.items[..] else {
            wrong.push(format!("{name}: {free:?}"));
            continue;
        };
        let own = knowledge.brand(name);
        let found = item.brand.as_ref().map_or(Vec::new(), |brand| knowledge.brand(&brand.name));
        let is_own = own.iter().any(|row| found.iter().any(|other| std::ptr::eq(*row, *other)));
        if !is_own || item.brand.as_ref().is_some_and(|brand| brand.distance > 0) {
            wrong.push(format!("{name}: {:?}", item.brand));
        }
    }
    for alias in knowledge.aliases() {
        let free = read(&alias.spelling, Cell::Make);
        let found = free.items.iter().find_map(|item| item.brand.as_ref());
        let meant = knowledge.brand(&alias.brand);
        let is_meant = found.is_some_and(|brand| {
            brand.certainty != Certainty::Slip
                && knowledge
                    .brand(&brand.name)
                    .iter()
                    .any(|row| meant.iter().any(|other| std::ptr::eq(*row, *other)))
        });
        if !is_meant {
            wrong.push(format!("{}: {found:?}", alias.spelling));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn any_cell() -> impl Strategy<Value = Cell> {
    proptest::sample::select(vec![Cell::Make, Cell::Model, Cell::Text])
}

/// Text of the sort that registers hold, with everything between.
fn any_text() -> impl Strategy<Value = String> {
    let word = proptest::sample::select(vec![
        "Hikvision",
        "hikvison",
        "Dahua",
        "Axis",
        "KT and C",
        "DS-2CD2143",
        "ds2cd",
        "2143",
        "not",
        "replaced",
        "with",
        "to be",
        "(",
        ")",
        ",",
        "/",
        "+",
        "2x",
        "4 no.",
        "dome",
        "NVR",
        "?",
        "or similar",
        "ex-",
        "ß",
        "É",
        "大华",
        "\u{0}",
        "\n",
    ]);
    let piece = prop_oneof![3 => word.prop_map(str::to_owned), 1 => "\\PC{0,6}"];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #[test]
    fn no_text_is_too_much(text in any_text(), cell in any_cell()) {
        let free = read(&text, cell);
        for item in &free.items {
            prop_assert!(item.brand.as_ref().is_none_or(|brand| text.contains(&brand.written)));
            prop_assert!(item.model.as_ref().is_none_or(|model| text.contains(&model.written)));
            prop_assert!(item.quantity.is_none_or(|count| (1..=QUANTITY_MAX).contains(&count)));
        }
        prop_assert!(free.rest.iter().all(|word| text.contains(word.as_str())));
    }

    /// Neither blanks around it nor case change what is read.
    #[test]
    fn blanks_around_make_no_difference(text in any_text(), cell in any_cell()) {
        prop_assert_eq!(read(&text, cell), read(&format!(" \t{text}  "), cell));
    }

    #[test]
    fn case_makes_no_difference(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "hikvision", "hikvison", "dahua", "axis", "ds-2cd2143", "not", "replaced", "with", ",", "/", "4x", "dome", "nvr",
        ]), 0..8),
        cell in any_cell(),
    ) {
        let text = pieces.join(" ");
        let names = |free: FreeText| -> Vec<_> {
            let name = |item: Described| {
                (item.brand.map(|brand| brand.name), item.model.map(|model| model.number.to_lowercase()), item.kind, item.sense)
            };
            free.items.into_iter().map(name).collect()
        };
        prop_assert_eq!(names(read(&text, cell)), names(read(&text.to_uppercase(), cell)));
    }

    /// Three letters of another sort are no slip of any name.
    #[test]
    fn more_than_two_letters_off_is_nothing(
        brand in 0usize..400, first in 0usize..9, letters in "[qxzj]{3}",
    ) {
        let knowledge = Knowledge::embedded();
        let brands = knowledge.brands();
        let name = knowledge::folded(brands[brand % brands.len()].plain_name());
        let letters: String = name.chars().take(1 + first).chain(letters.chars()).chain(name.chars().skip(1 + first)).collect();
        let near = knowledge.near_name(&letters);
        let is_other = |rows: &[&Brand]| knowledge::folded(rows[0].plain_name()) != name;
        // It may be near to a longer name, but not to this one.
        let is_right = match near {
            NearName::One(found) => is_other(&found.rows) && found.distance <= 2,
            _ => true,
        };
        prop_assert!(is_right);
    }

    /// What is denied is never claimed, whoever it is.
    #[test]
    fn a_brand_that_is_denied_or_gone_is_no_claim(
        brand in 0usize..600,
        phrase in proptest::sample::select(vec![
            "not {}", "no {}", "replaced {}", "replaced {} with another", "formerly {}", "{} removed 2021", "ex-{}", "{} compatible",
            "instead of {}", "non-{}", "kein {}", "{} decommissioned", "{} or similar", "removed old {} dome",
            "{}-like", "{} like dome", "{} type", "{}-type camera", "like {}", "looks like {}", "unlike {}", "anything but {}", "{} alternative",
            "{}-free", "{} excluded", "fake {} dome", "dummy {}", "{} dummy", "{}-ähnlich", "excluding {}", "alternative to {}", "{} banned",
        ]),
    ) {
        let knowledge = Knowledge::embedded();
        let brands = knowledge.brands();
        let name = brands[brand % brands.len()].plain_name();
        let text = phrase.replace("{}", name);
        let free = read(&text, Cell::Text);
        prop_assert!(
            free.items.iter().all(|item| item.brand.is_none() || !item.sense.is_claim()),
            "{}: {:?}", text, free
        );
    }
}
