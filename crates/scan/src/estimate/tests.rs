use proptest::prelude::*;

use super::*;

fn sightings(lists: &[List], devices: &[(&str, u8, u32)]) -> Sightings {
    let mut sightings = Sightings::new(lists.to_vec()).unwrap();
    for (stratum, history, devices) in devices {
        sightings.add(stratum, *history, *devices).unwrap();
    }
    sightings
}

fn ways(ways: &[Way]) -> Vec<List> {
    ways.iter().copied().map(List::new).collect()
}

#[test]
fn two_sources_that_share_half_of_each_missed_as_much_as_either_alone_saw() {
    // 200 of the 400 leases were captured: so were half of the devices, and a quarter is in neither.
    let lists = ways(&[Way::Lease, Way::Capture]);
    let estimate = sightings(&lists, &[("", 0b01, 200), ("", 0b10, 200), ("", 0b11, 200)]);
    insta::assert_snapshot!(
        estimate.estimate().unwrap(),
        @"600 seen, 200 not seen (95 % interval 150 to 260; capture–recapture over 2 sources taken as independent)"
    );
}

#[test]
fn passes_of_one_scan_are_one_source_beside_another() {
    let lists = ways(&[Way::Pass, Way::Lease, Way::Pass]);
    let apart = [("", 0b001, 30), ("", 0b100, 50), ("", 0b101, 120), ("", 0b010, 100)];
    let apart = [&apart[..], &[("", 0b011, 30), ("", 0b110, 50), ("", 0b111, 120)]].concat();
    let one = [("", 0b01, 200), ("", 0b10, 100), ("", 0b11, 200)];
    let apart = sightings(&lists, &apart).estimate().unwrap();
    let one = sightings(&ways(&[Way::Pass, Way::Lease]), &one).estimate().unwrap();
    assert_eq!((apart.unseen, apart.low, apart.high), (one.unseen, one.low, one.high));
    assert!(apart.assumptions.contains(&Assumption::Together { way: Way::Pass, lists: 2 }));
    assert!(!apart.is_lower_bound());
}

#[test]
fn passes_alone_give_a_lower_bound_and_say_so() {
    let passes = ways(&[Way::Pass; 8]);
    let devices = [("", 0b1111_1111, 900), ("", 0b0111_1110, 50), ("", 0b1000_0001, 50)];
    let estimate = sightings(&passes, &devices).estimate().unwrap();
    assert!(estimate.is_lower_bound());
    assert_eq!(estimate.method.sources, 5);
    assert!(estimate.to_string().contains("at least"), "{estimate}");
}

#[test]
fn sources_that_depend_are_not_taken_for_independent() {
    // Of 1,000 devices leases and captures miss the same 200, and each 5 % of the others; a register has half of all.
    let lists = ways(&[Way::Lease, Way::Capture, Way::Register]);
    let devices = [
        ("", 0b011, 361),
        ("", 0b001, 19),
        ("", 0b010, 19),
        ("", 0b111, 361),
        ("", 0b101, 19),
        ("", 0b110, 19),
        ("", 0b100, 101),
    ];
    let estimate = sightings(&lists, &devices).estimate().unwrap();
    assert!(estimate.low < 101 && 101 < estimate.high && estimate.high < 150, "{estimate}");
}

#[test]
fn classes_told_apart_are_estimated_apart() {
    let lists = ways(&[Way::Lease, Way::Capture]);
    // One hundred of four hundred recorders are in neither, and one of four hundred cameras.
    let devices = [
        ("recorder", 0b01, 100),
        ("recorder", 0b10, 100),
        ("recorder", 0b11, 100),
        ("camera", 0b01, 19),
        ("camera", 0b10, 19),
        ("camera", 0b11, 361),
    ];
    let apart = sightings(&lists, &devices).estimate().unwrap();
    let mixed = devices.map(|(_, history, count)| ("", history, count));
    let mixed = sightings(&lists, &mixed).estimate().unwrap();
    assert!(apart.low < 101 && 101 < apart.high, "{apart}");
    assert!(mixed.high < 101, "what is hard to see hides among what is easy: {mixed}");
    assert_eq!(apart.method.strata, 2);
}

#[test]
fn small_strata_are_taken_together_and_lose_no_device() {
    let lists = ways(&[Way::Lease, Way::Capture]);
    let mut small = Sightings::new(lists.clone()).unwrap();
    for network in 0..300 {
        let history = [0b01, 0b10, 0b11][network % 3];
        small.add(&format!("10.0.{network}.0/24"), history, 1).unwrap();
    }
    let one = sightings(&lists, &[("", 0b01, 100), ("", 0b10, 100), ("", 0b11, 100)]);
    let (small, one) = (small.estimate().unwrap(), one.estimate().unwrap());
    assert_eq!((small.seen, small.low, small.high), (one.seen, one.low, one.high));
}

#[test]
fn what_only_one_source_can_reach_is_left_out_by_name() {
    let lists = ways(&[Way::Pass, Way::Lease]);
    let devices = [("10.1.0.0/16", 0b11, 90), ("10.1.0.0/16", 0b01, 10), ("10.2.0.0/16", 0b10, 40)];
    let estimate = sightings(&lists, &devices).estimate().unwrap();
    assert_eq!(estimate.seen, 100);
    insta::assert_snapshot!(
        estimate.left_out[0],
        @"`10.2.0.0/16` (40 seen): one source alone (leases) shows nothing of what it missed"
    );
}

#[test]
fn where_nothing_can_be_said_the_reason_is() {
    let said = |lists: &[List], devices: &[(&str, u8, u32)]| {
        sightings(lists, devices).estimate().unwrap_err().to_string()
    };
    let lists = ways(&[Way::Pass, Way::Lease]);
    let drawn = [List::new(Way::Pass), List::new(Way::Register).drawn_from(0)];
    let reasons = [
        said(&lists, &[]),
        said(&lists, &[("", 0b01, 100)]),
        said(&lists, &[("", 0b01, 100), ("", 0b10, 100)]),
        said(&lists, &[("", 0b01, 100), ("", 0b10, 100), ("", 0b11, 6)]),
        said(&drawn, &[("", 0b01, 100), ("", 0b11, 100)]),
        said(&[], &[]),
    ];
    insta::assert_snapshot!(reasons.join("\n"), @r"
    no device was seen
    one source alone (passes of the scan) shows nothing of what it missed
    leases and the other sources have no device in common
    only 6 devices are in more than one source, and 7 are the least
    every other list was drawn from one (passes of the scan), so that they miss what it missed
    no device was seen
    ");
}

#[test]
fn a_source_within_another_is_told() {
    let lists = ways(&[Way::Pass, Way::SwitchTable]);
    let estimate = sightings(&lists, &[("", 0b01, 50), ("", 0b11, 50)]).estimate().unwrap();
    let within = Assumption::Within { inner: Way::SwitchTable, outer: Way::Pass };
    assert!(estimate.assumptions.contains(&within));
    assert_eq!(estimate.low, 0);
    assert!(estimate.high > 0, "fifty that were found again do not show that none was missed");
}

#[test]
fn what_is_no_history_is_refused() {
    let mut sightings = Sightings::new(ways(&[Way::Pass, Way::Lease])).unwrap();
    assert_eq!(sightings.add("", 0, 1), Err(SightingsError::InNoList));
    assert_eq!(sightings.add("", 0b100, 1), Err(SightingsError::NoSuchList(0b100)));
    let nine = Sightings::new(ways(&[Way::Pass; 9]));
    assert_eq!(nine.unwrap_err(), SightingsError::TooManyLists(9));
    let astray = Sightings::new(vec![List::new(Way::Lease).drawn_from(0)]);
    assert_eq!(astray.unwrap_err(), SightingsError::DrawnFromNone(0));
}

#[test]
fn a_nation_is_within_bounds() {
    let lists = ways(&[Way::Pass, Way::Lease, Way::Register]);
    let mut nation = Sightings::new(lists).unwrap();
    for network in 0..40_u32 {
        for history in 1..8_u8 {
            nation.add(&network.to_string(), history, u32::MAX).unwrap();
        }
    }
    assert_eq!(nation.estimate().unwrap().method.strata, STRATA_MAX + 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is counted: an ordered interval around the figure, or a reason; and the order of lists does not matter.
    #[test]
    fn any_counts_are_answered(counts in prop::collection::vec(0_u32..300, 7)) {
        let turned = |history: u8| history >> 1 | (history & 1) << 2;
        let devices: Vec<_> = (1..8_u8).zip(counts).map(|(at, count)| ("", at, count)).collect();
        let other: Vec<_> = devices.iter().map(|(_, at, count)| ("", turned(*at), *count)).collect();
        let a = sightings(&ways(&[Way::Pass, Way::Lease, Way::Register]), &devices).estimate();
        let b = sightings(&ways(&[Way::Lease, Way::Register, Way::Pass]), &other).estimate();
        prop_assert_eq!(&a, &b);
        if let Ok(estimate) = a {
            prop_assert!(estimate.low <= estimate.unseen && estimate.unseen <= estimate.high);
            prop_assert_eq!(estimate.seen, devices.iter().map(|(_, _, count)| u64::from(*count)).sum::<u64>());
        }
    }
}
