//! Floors on what the attribution gets right over the labelled collections beside the project; skipped where they
//! are not.

use std::path::{Path, PathBuf};

use attribute::Priors;
use evaluate::{Answer, Calibration, Evaluation, Figures, Outcome, answers, grouped, held_out};
use knowledge::Knowledge;
use model::Timestamp;

/// Least precision and least recall of a collection. Floors lie a little below what was measured when they were set:
/// they catch a loss, not noise. In none of them may a thing that is no camera be taken for one.
const FLOORS: &[(&str, f64, f64)] = &[
    ("banners/recog", 0.98, 0.90),
    ("banners/recog-", 1.0, 1.0),
    ("banners/nmap", 0.98, 0.50),
    ("banners/nmap-", 1.0, 1.0),
    ("banners/field", 0.98, 0.90),
    ("banners/field-", 1.0, 1.0),
    ("captures", 1.0, 0.70),
    ("dhcp-", 1.0, 1.0),
    ("snmp-", 1.0, 1.0),
    ("snmp", 1.0, 0.90),
    ("discovery", 1.0, 0.92),
    ("http_api", 0.98, 0.97),
    ("rtsp", 1.0, 0.85),
    ("samples", 1.0, 0.97),
    ("onvif/fields", 1.0, 0.98),
    ("onvif/messages", 1.0, 0.98),
    ("rebrands/brand+model+firmware", 0.998, 0.99),
    ("rebrands/brand+model", 0.99, 0.92),
    ("products/by-firmware", 0.998, 0.995),
    ("products/own-or-unmarked", 0.998, 0.99),
    ("register/dirty", 0.999, 0.84),
    ("register/hikvision", 0.999, 0.99),
];

/// Captures without a camera in which one may be found: one in a thousand.
const FALSE_IN_CAPTURES: usize = 2;

fn collections() -> Option<Vec<PathBuf>> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    if !shared.is_dir() {
        eprintln!("skipped: ../shared is not here");
        return None;
    }
    Some(vec![shared.join("corpora"), shared.join("samples")])
}

fn lines<'o>(outcomes: impl Iterator<Item = &'o Outcome>) -> String {
    outcomes.take(10).map(Outcome::line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_collections_are_attributed_no_worse_than_before() {
    let Some(paths) = collections() else { return };
    let found =
        Evaluation::run(Knowledge::embedded(), &paths, &Priors::default(), Timestamp::UNIX_EPOCH)
            .unwrap();
    let figures = grouped(&found.outcomes, |outcome| Some(outcome.corpus.clone()));
    let mut wrong = Vec::new();
    for (corpus, precision, recall) in FLOORS {
        let Some(f) = figures.get(*corpus) else {
            wrong.push(format!("{corpus}: no cases"));
            continue;
        };
        let is_low = |share: Option<f64>, floor: f64| share.is_some_and(|share| share < floor);
        if is_low(f.precision(), *precision) || is_low(f.recall(), *recall) || f.false_cameras > 0 {
            let of_it = found.outcomes.iter().filter(|outcome| outcome.corpus == *corpus);
            let bad = of_it.filter(|o| o.is_false_camera() || o.mark() == evaluate::Mark::Wrong);
            wrong.push(format!("{corpus}: {f:?}\n{}", lines(bad)));
        }
    }
    let captures = figures.get("captures-").copied().unwrap_or_default();
    if captures.false_cameras > FALSE_IN_CAPTURES || captures.cases < 2_000 {
        wrong.push(format!("captures-: {captures:?}"));
    }
    let left_out = Figures::of(&found.left_out);
    if left_out.recall().unwrap_or(0.0) < 0.98 || left_out.precision().unwrap_or(0.0) < 0.995 {
        wrong.push(format!("leave one brand out: {left_out:?}"));
    }
    let accusations: Vec<&Outcome> = found.outcomes.iter().filter(|o| o.is_accusation()).collect();
    if !accusations.is_empty() {
        wrong.push(format!("accusations:\n{}", lines(accusations.into_iter())));
    }
    let error = Calibration::of(&answers(&found.outcomes)).unwrap().error;
    let held_out: Vec<Answer> = held_out(&found.outcomes, found.calibration)
        .into_iter()
        .map(|(_, answer)| answer)
        .collect();
    let unseen = Calibration::of(&held_out).unwrap().error;
    if error > 0.02 || unseen > 0.02 {
        wrong.push(format!("calibration error {error:.4}, on collections not seen {unseen:.4}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
