use model::{AddressClaim, Declared, Place, Subject};
use proptest::prelude::*;

use super::*;

/// A row as people write it: `tag serial mac address site location make model`, `-` for an empty cell.
fn row(number: usize, words: &str) -> Observation {
    let mut words = words.split_whitespace().map(|word| (word != "-").then_some(word));
    let mut next = || words.next().flatten();
    let (tag, serial, mac, address) = (next(), next(), next(), next());
    let (site, location, make, model) = (next(), next(), next(), next());
    let word = |text: Option<&str>| text.map(Into::into);
    let claim =
        |text: &str| AddressClaim { address: text.parse().unwrap(), from: None, until: None };
    Observation {
        place: Place(format!("line {number}").into()),
        at: None,
        until: None,
        vantage: None,
        subject: Subject {
            local: word(tag),
            serials: serial.map(Into::into).into_iter().collect(),
            macs: mac.map(|mac| mac.parse().unwrap()).into_iter().collect(),
            addresses: address.map(claim).into_iter().collect(),
            ..Subject::default()
        },
        signals: Vec::new(),
        declared: Some(Box::new(Declared {
            site: word(site),
            location: word(location),
            make: word(make),
            model: word(model),
            ..Declared::default()
        })),
    }
}

fn rows(lines: &[&str]) -> Rows {
    let mut rows = Rows::default();
    for ((id, number), line) in (0..).zip(2..).zip(lines) {
        rows.push(ObservationId(id), RowDraft::of(&row(number, line)));
    }
    rows
}

/// What becomes of the rows, by their places in both editions.
fn paired(older: &[&str], newer: &[&str]) -> String {
    let Pairing { pairs, gone, added } = pair(&rows(older), &rows(newer));
    let mut parts: Vec<String> = pairs
        .iter()
        .map(|pair| {
            let mark = if pair.exchanged { "!" } else { "" };
            format!("{}={} {:?}{mark}", pair.older, pair.newer, pair.by)
        })
        .collect();
    parts.extend(gone.iter().map(|(row, why)| format!("-{row} {why:?}")));
    parts.extend(added.iter().map(|(row, why)| format!("+{row} {why:?}")));
    parts.join(", ")
}

#[test]
fn the_best_key_decides() {
    assert_eq!(
        paired(
            &["C1 SN000001 - 10.0.0.1 Hall", "C2 SN000002 - 10.0.0.2 Hall"],
            // Tags and addresses were swapped; the serial numbers say which is which.
            &["C2 SN000001 - 10.0.0.2 Hall", "C1 SN000002 - 10.0.0.1 Depot"],
        ),
        "0=0 Serial, 1=1 Serial"
    );
    assert_eq!(
        paired(&["C1 - 00:00:5e:00:53:01 - Hall"], &["C9 - 00-00-5E-00-53-01 - Depot"]),
        "0=0 Mac"
    );
    assert_eq!(paired(&["C1 - - - Hall Door"], &["c1 - - - Depot Gate"]), "0=0 Tag");
    assert_eq!(paired(&["- - - 10.0.0.1 Hall"], &["- - - 10.0.0.1 Depot"]), "0=0 Address");
    assert_eq!(paired(&["- - - - Hall Door Axis"], &["- - - - Hall door axis P1"]), "0=0 Position");
}

#[test]
fn a_weak_key_never_joins_two_devices() {
    assert_eq!(paired(&["C1 SN000001"], &["C1 SN000002"]), "0=0 Tag!");
    assert_eq!(
        paired(&["- SN000001 - 10.0.0.1"], &["- SN000002 - 10.0.0.1"]),
        "-0 NotThere, +0 NotThere"
    );
    assert_eq!(paired(&["C1 - - 10.0.0.1"], &["C2 - - 10.0.0.1"]), "-0 KeyUnclear, +0 KeyUnclear");
    // Rows were numbered anew when one was taken out: the numbers do not say which.
    let (door, gate) = ("- - 10.0.0.1 Hall Door Axis P1", "- - 10.0.0.2 Hall Gate Axis P1");
    assert_eq!(
        paired(&[&format!("1 {door}"), &format!("2 {gate}")], &[&format!("1 {gate}")]),
        "1=0 AllButTag, -0 KeyUnclear"
    );
}

#[test]
fn a_key_on_several_rows_proves_nothing() {
    // The tags of two sites are the same: with the site they are unique.
    assert_eq!(
        paired(
            &["C1 - - - Hall", "C1 - - - Depot"],
            &["C1 - - - Depot Gate", "C1 - - - Hall Door"]
        ),
        "1=0 Tag, 0=1 Tag"
    );
    // One site closed and another opened: not a move.
    assert_eq!(
        paired(&["C1 - - - Hall", "C1 - - - Depot"], &["C1 - - - Hall", "C1 - - - School"]),
        "0=0 Content, -1 KeyUnclear, +1 KeyUnclear"
    );
    assert_eq!(
        paired(&["C1 SN000001", "C2 SN000001"], &["C3 SN000001"]),
        "-0 ListedTwice, -1 ListedTwice, +0 ListedTwice"
    );
    assert_eq!(
        paired(&["C1 SN000001", "C2 SN000001"], &["C1 SN000001"]),
        "0=0 Content, -1 ListedTwice"
    );
}

#[test]
fn rows_without_a_key_are_said_to_be_so() {
    let nameless = "- - - - - - Axis P1";
    assert_eq!(paired(&[nameless; 3], &[nameless; 2]), "0=0 Content, 1=1 Content, -2 NoKey");
    assert_eq!(paired(&[nameless], &["- - - - - - Axis P2"]), "-0 NoKey, +0 NoKey");
    assert_eq!(paired(&["C1 SN000001"], &[]), "-0 NotThere");
}

#[test]
fn the_place_that_readers_add_to_a_tag_is_no_part_of_it() {
    let mut one = row(7, "X");
    one.place = Place("sheet \"A\" row 7 (2 of 3)".into());
    one.subject.local = Some("CAM (front) (sheet \"A\" row 7) (2 of 3)".into());
    assert_eq!(tag(&one), Some(("CAM (front)".to_owned(), Some("2"))));
    one.subject.local = Some("CAM-1 (2 of 3)".into());
    assert_eq!(tag(&one), Some(("CAM-1".to_owned(), Some("2"))));
}

/// Few values of each key, so that rows share keys often; now and then none.
fn line() -> impl Strategy<Value = String> {
    let cell = |name: &'static str, values: u8| {
        (0..=values).prop_map(move |n| if n == 0 { "-".into() } else { format!("{name}{n}") })
    };
    (
        cell("C", 6),
        cell("SN00000", 6),
        cell("00:00:5e:00:53:0", 6),
        cell("10.0.0.", 6),
        cell("Site", 2),
        cell("Door", 3),
        cell("Make", 2),
        cell("P", 2),
    )
        .prop_map(|(tag, serial, mac, address, site, location, make, model)| {
            [tag, serial, mac, address, site, location, make, model].join(" ")
        })
}

/// What becomes of the rows by what they say, without their places.
fn told(older: &[String], newer: &[String]) -> Vec<String> {
    let words = |lines: &[String]| lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
    let (older_text, newer_text) = (words(older), words(newer));
    let (old, new): (Vec<&str>, Vec<&str>) =
        (older_text.lines().collect(), newer_text.lines().collect());
    let Pairing { pairs, gone, added } = pair(&rows(&old), &rows(&new));
    let mut told: Vec<String> = pairs
        .iter()
        .map(|p| {
            let (one, other) = (old[p.older as usize], new[p.newer as usize]);
            format!("{one} -> {other} {:?} {}", p.by, p.exchanged)
        })
        .collect();
    told.extend(gone.iter().map(|(row, why)| format!("-{} {why:?}", old[*row as usize])));
    told.extend(added.iter().map(|(row, why)| format!("+{} {why:?}", new[*row as usize])));
    told.sort();
    told
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_never_matters(
        (older, older_mixed) in prop::collection::vec(line(), 0..14)
            .prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
        (newer, newer_mixed) in prop::collection::vec(line(), 0..14)
            .prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
    ) {
        prop_assert_eq!(told(&older, &newer), told(&older_mixed, &newer_mixed));
    }

    #[test]
    fn a_register_does_not_differ_from_itself(lines in prop::collection::vec(line(), 0..20)) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let Pairing { pairs, gone, added } = pair(&rows(&lines), &rows(&lines));
        prop_assert!(gone.is_empty() && added.is_empty());
        prop_assert!(pairs.iter().all(|pair| pair.by == PairedBy::Content));
    }

    /// Taking away what is gone, putting what changed in place and adding what is new gives the newer edition, and no
    /// row is told of twice.
    #[test]
    fn the_difference_applied_gives_the_newer_edition(
        older in prop::collection::vec(line(), 0..14),
        newer in prop::collection::vec(line(), 0..14),
    ) {
        let old: Vec<&str> = older.iter().map(String::as_str).collect();
        let new: Vec<&str> = newer.iter().map(String::as_str).collect();
        let Pairing { pairs, gone, added } = pair(&rows(&old), &rows(&new));
        let mut made: Vec<Option<&str>> = old.iter().map(|line| Some(*line)).collect();
        for (row, _) in &gone {
            prop_assert!(made[*row as usize].take().is_some());
        }
        for pair in &pairs {
            let slot = &mut made[pair.older as usize];
            if pair.by == PairedBy::Content {
                // Spelling of a MAC aside, equal rows are equal lines.
                prop_assert_eq!(*slot, Some(new[pair.newer as usize]));
            }
            prop_assert!(slot.is_some());
            *slot = Some(new[pair.newer as usize]);
        }
        let mut made: Vec<&str> = made.into_iter().flatten().collect();
        made.extend(added.iter().map(|(row, _)| new[*row as usize]));
        let mut expected = new.clone();
        made.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(made, expected);
    }
}
