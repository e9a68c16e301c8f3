//! Floors on what the attribution gets right over the labelled corpora; skipped where they are not.

mod support;

use attribute::{Attributor, Priors};
use knowledge::Knowledge;

/// Least precision and least recall of a corpus, and most false cameras in it. Floors lie a little below what was
/// measured when they were set: they catch a loss, not noise.
const FLOORS: &[(&str, f64, f64, usize)] = &[
    ("banners/recog", 0.98, 0.90, 0),
    ("banners/recog-", 1.0, 1.0, 0),
    ("banners/nmap", 0.98, 0.50, 0),
    ("banners/nmap-", 1.0, 1.0, 0),
    ("banners/field", 0.98, 0.90, 0),
    ("banners/field-", 1.0, 1.0, 0),
    ("dhcp-", 1.0, 1.0, 0),
    ("snmp-", 1.0, 1.0, 0),
    ("snmp", 1.0, 0.90, 0),
    ("discovery", 1.0, 0.90, 0),
    ("http_api", 0.98, 0.90, 0),
    ("rtsp", 1.0, 0.75, 0),
    ("samples", 1.0, 0.95, 0),
    ("onvif/fields", 1.0, 0.98, 0),
    ("onvif/messages", 1.0, 0.98, 0),
    ("oem/brand+model+firmware", 0.995, 0.97, 0),
    ("oem/brand-left-out", 0.995, 0.95, 0),
    ("oem/brand+model", 0.98, 0.50, 0),
    ("products/by-firmware", 0.995, 0.99, 0),
    ("products/own-or-unmarked", 0.98, 0.95, 0),
    ("register/dirty", 0.99, 0.80, 0),
];

#[test]
fn the_corpora_are_attributed_no_worse_than_before() {
    let Some(shared) = support::shared() else {
        eprintln!("skipped: ../shared is not here");
        return;
    };
    let knowledge = Knowledge::embedded();
    let attributor = Attributor::new(knowledge, Priors::default());
    let cases = support::cases(&shared, knowledge);
    let (figures, calibration) = support::evaluate(&attributor, &cases);
    let mut wrong = Vec::new();
    for (corpus, precision, recall, false_cameras) in FLOORS {
        let Some(f) = figures.get(corpus) else {
            wrong.push(format!("{corpus}: no cases"));
            continue;
        };
        if f.precision() < *precision || f.recall() < *recall || f.false_cameras > *false_cameras {
            wrong.push(format!(
                "{corpus}: precision {:.4}, recall {:.4}, {} false cameras\n{}",
                f.precision(),
                f.recall(),
                f.false_cameras,
                f.mistakes.iter().take(10).cloned().collect::<Vec<_>>().join("\n")
            ));
        }
    }
    let accusations: usize = figures.values().map(|f| f.accusations).sum();
    if accusations > 1 {
        wrong.push(format!("{accusations} accusations"));
    }
    let (error, _) = calibration.error();
    if error > 0.03 {
        wrong.push(format!("calibration error {error:.4}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
