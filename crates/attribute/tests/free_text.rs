//! Free text over all that registers hold: how long it takes and how real makes are read.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use attribute::{Attributor, Cell, Certainty, FreeText, Priors, free_text};
use knowledge::Knowledge;
use model::{ConflictKind, Declared, Level, Signal, SignalKind};

fn read(text: &str, cell: Cell) -> FreeText {
    free_text(Knowledge::embedded(), text, cell)
}

#[test]
fn a_cell_of_a_megabyte_is_read_in_bounded_time() {
    for cell in [Cell::Make, Cell::Model, Cell::Text] {
        for part in ["Hikvison DS-2CD2O43 not ", "x", "a ", "1,", "hikvisiom (", "é/é+", "no "] {
            let text = part.repeat(1_000_000 / part.len());
            let began = Instant::now();
            read(&text, cell);
            assert!(began.elapsed() < Duration::from_secs(5), "{cell:?} {part}");
        }
    }
}

/// All makes of the corpus: what is read with a distance is few, and each was looked at.
#[test]
fn real_makes_are_read_with_few_slips() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/corpora/registers/make_model_dirty.csv"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("skipped: ../shared is not here");
        return;
    };
    let makes: BTreeSet<&str> =
        text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for make in &makes {
        let free = read(make, Cell::Make);
        let brand = free.items.iter().find_map(|item| item.brand.as_ref());
        let how = match brand {
            None => "unread",
            Some(brand) if brand.certainty == Certainty::Slip => {
                eprintln!("{make}: {}", brand.note().unwrap_or_default());
                "slip"
            }
            Some(brand) => match brand.distance {
                0 => "exact",
                _ => "listed slip",
            },
        };
        *counts.entry(how).or_default() += 1;
    }
    eprintln!("{} makes: {counts:?}", makes.len());
    assert!(counts["exact"] > 300, "{counts:?}");
    assert!(counts["slip"] < 20, "{counts:?}");
}

/// A model number in a list of brands is of one device and not of the other; behind a label it tells who built it.
#[test]
fn a_number_in_a_list_of_brands_accuses_nobody() {
    let attributor = Attributor::new(Knowledge::embedded(), Priors::default());
    let maker = |text: &str| {
        let signals = [Signal::text(SignalKind::RegisterText, text)];
        attributor.attribute(&signals).maker.id.as_str().to_owned()
    };
    for listed in [
        "Bosch dome and Hikvision DS-2CD2143",
        "Axis, Hikvision DS-2CD2143",
        "2 Axis domes + Hikvision DS-2CD2143",
        "Hikvision DS-2CD2143 & Axis recorder",
    ] {
        assert_eq!(maker(listed), "unknown", "{listed}");
    }
    assert_eq!(maker("Honeywell Hikvision DS-2CD2143"), "hikvision");
    assert_eq!(maker("Hikvision dome, DS-2CD2143"), "hikvision");
}

/// A brand beside a model number of somebody who never built for it: one of the two is wrong, or they are two devices.
#[test]
fn a_register_that_contradicts_itself_is_a_conflict() {
    let attributor = Attributor::new(Knowledge::embedded(), Priors::default());
    let of = |make: &str, model: &str| {
        let signals = [
            Signal::text(SignalKind::RegisterMake, make),
            Signal::text(SignalKind::RegisterModel, model),
        ];
        attributor.attribute(&signals)
    };
    for (make, model) in [
        ("Axis", "DS-7608NI-K2"),
        ("Axis", "2x P3245-LV, 1x DS-7608NI-K2"),
        ("Hikvision", "AXIS P3245-LV"),
    ] {
        let found = of(make, model);
        assert_eq!(found.level, Level::Conflicting, "{make} {model}");
        assert_eq!(found.conflicts.first().map(|c| c.kind), Some(ConflictKind::DeclaredMaker));
        let declared =
            Declared { make: Some(make.into()), model: Some(model.into()), ..Declared::default() };
        let said = attributor.declared_maker(&declared);
        assert_eq!(said.and_then(|said| said.maker), None, "{make} {model}");
    }
    // A label that others build for, and a maker's own number.
    for (make, model) in [("Honeywell", "DS-7608NI-K2"), ("Axis", "P3245-LV")] {
        assert_eq!(of(make, model).conflicts, [], "{make} {model}");
    }
    // What the device shows settles it.
    let shown = Signal::text(SignalKind::HttpServer, "DNVRS-Webs");
    let words = Signal::text(SignalKind::RegisterMake, "Axis");
    let found = attributor.attribute(&[shown, words]);
    assert_eq!(found.maker.id.as_str(), "hikvision");
}
