//! Figures of the attribution against labelled corpora: `cargo run --release -p attribute --example evaluate`.
//! A word after it names a corpus whose mistakes and misses are listed.

#![expect(clippy::print_stdout, reason = "a report on the terminal is the purpose")]

#[path = "../tests/support/mod.rs"]
mod support;

use attribute::{Attributor, Priors};
use knowledge::Knowledge;

fn main() {
    let Some(shared) = support::shared() else {
        println!("skipped: ../shared is not here");
        return;
    };
    let knowledge = Knowledge::embedded();
    let cases = support::cases(&shared, knowledge);
    let attributor = Attributor::new(knowledge, Priors::default());
    let (figures, calibration) = support::evaluate(&attributor, &cases);
    println!(
        "{:<28}{:>7}{:>9}{:>9}{:>7}{:>7}{:>11}{:>8}{:>8}{:>8}{:>10}",
        "corpus",
        "cases",
        "labelled",
        "answered",
        "right",
        "wrong",
        "precision",
        "recall",
        "accus.",
        "falsecam",
        "cameras"
    );
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    for (corpus, f) in &figures {
        println!(
            "{corpus:<28}{:>7}{:>9}{:>9}{:>7}{:>7}{:>11.4}{:>8.4}{:>8}{:>8}{:>5}/{}",
            f.cases,
            f.labelled,
            f.answered,
            f.right,
            f.wrong,
            f.precision(),
            f.recall(),
            f.accusations,
            f.false_cameras,
            f.cameras_found,
            f.cameras
        );
    }
    for (corpus, f) in &figures {
        if wanted.iter().any(|word| word == corpus || word == "all") {
            f.mistakes
                .iter()
                .chain(f.misses.iter().take(4000))
                .for_each(|line| println!("{corpus}: {line}"));
        }
    }
    let (error, table) = calibration.error();
    println!("calibration error {error:.4} over {} answers", calibration.answers.len());
    for (mean, hit, count) in table {
        println!("  said {mean:.3}  right {hit:.3}  n {count}");
    }
}
