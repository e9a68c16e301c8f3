//! Free text over all that registers hold: how long it takes and how real makes are read.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use attribute::{Cell, Certainty, FreeText, free_text};
use knowledge::Knowledge;

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
