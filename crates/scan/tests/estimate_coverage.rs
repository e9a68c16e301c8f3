//! The interval for what was not seen holds the truth as often as it says, on estates for which it says so.

#[path = "../examples/estimate_coverage.rs"]
#[expect(dead_code, reason = "the table is written by the example alone")]
mod simulation;

use simulation::{Estate, SEED, Tally};

#[test]
fn the_interval_holds_the_truth_as_often_as_it_says() {
    let coverage = Tally::of(400, SEED, Estate::draw_promised).coverage();
    assert!((0.93..=0.97).contains(&coverage), "{coverage}");
}
