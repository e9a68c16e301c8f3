use model::{AddressClaim, Declared, Place, Subject};
use proptest::prelude::*;

use super::*;

const REGISTER: u8 = 0;
const CAPTURE: u8 = 1;
const LEASES: u8 = 2;

/// An observation in shorthand: `mac=…`, `ip=…`, `from=day`, `until=day`, `serial=…`, `tag=…`, `x=4`.
fn observation(text: &str) -> Observation {
    let mut subject = Subject::default();
    let mut address = None;
    let (mut from, mut until, mut quantity) = (None, None, None);
    let day = |day: &str| Timestamp::from_second(day.parse::<i64>().unwrap() * 86_400).unwrap();
    for word in text.split_whitespace() {
        let (key, value) = word.split_once('=').unwrap();
        match key {
            "mac" => subject.macs.push(format!("0009180000{value}").parse().unwrap()),
            "ip" => address = Some(format!("10.0.0.{value}").parse().unwrap()),
            "serial" => subject.serials.push(value.into()),
            "tag" => subject.local = Some(value.into()),
            "from" => from = Some(day(value)),
            "until" => until = Some(day(value)),
            "x" => quantity = Some(value.parse().unwrap()),
            _ => panic!("{word}"),
        }
    }
    subject.addresses =
        address.map(|address| AddressClaim { address, from, until }).into_iter().collect();
    Observation {
        place: Place(text.into()),
        at: from,
        until,
        vantage: None,
        subject,
        signals: Vec::new(),
        declared: quantity.map(|_| Box::new(Declared { quantity, ..Declared::default() })),
    }
}

fn resolve(observations: &[(u8, &str)]) -> Vec<Group> {
    let mut resolver = Resolver::default();
    let register = resolver.source(Sha256([1; 32]), SourceKind::Register);
    let capture = resolver.source(Sha256([2; 32]), SourceKind::Capture);
    let leases = resolver.source(Sha256([3; 32]), SourceKind::Leases);
    for (source, text) in observations {
        let source = [register, capture, leases][usize::from(*source)];
        resolver.add(source, &observation(text));
    }
    resolver.finish()
}

fn shown(observations: &[(u8, &str)]) -> String {
    resolve(observations)
        .iter()
        .map(|group| {
            let conflicts: Vec<String> =
                group.conflicts.iter().map(|c| format!("\n  {} | {}", c.one, c.other)).collect();
            format!("{} {:?}{}\n", group.id, group.members, conflicts.concat())
        })
        .collect()
}

#[test]
fn a_hardware_address_joins_a_register_row_and_what_was_seen() {
    insta::assert_snapshot!(
        shown(&[
            (REGISTER, "tag=A1 mac=01 ip=5"),
            (CAPTURE, "mac=01 ip=7 from=1 until=1"),
            (CAPTURE, "mac=02 ip=8 from=1 until=1"),
        ]),
        @r"
    mac-000918000001 [0, 1]
    mac-000918000002 [2]
    "
    );
}

#[test]
fn the_label_of_a_long_serial_joins_it() {
    let groups = resolve(&[
        (REGISTER, "tag=A1 serial=F00000012"),
        (CAPTURE, "mac=01 serial=DS-2CD2143G2-I20210406AAWRF00000012 from=1 until=1"),
    ]);
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].id.as_str(), "mac-000918000001");
}

#[test]
fn a_row_with_only_an_address_joins_the_device_that_answers_there() {
    let groups = resolve(&[(REGISTER, "tag=A1 ip=5"), (CAPTURE, "mac=01 ip=5 from=9 until=9")]);
    assert_eq!(groups.len(), 1);
}

#[test]
fn a_stale_lease_never_merges_two_devices() {
    insta::assert_snapshot!(
        shown(&[
            (LEASES, "mac=01 ip=5 from=1 until=2"),
            (CAPTURE, "mac=02 ip=5 from=100 until=100"),
            (REGISTER, "tag=A1 ip=5"),
            (CAPTURE, "ip=5 from=100 until=101"),
        ]),
        @r"
    mac-000918000001 [0]
    mac-000918000002 [1, 2, 3]
    "
    );
}

#[test]
fn an_address_seen_long_after_is_not_joined() {
    let groups =
        resolve(&[(CAPTURE, "ip=5 from=100 until=100"), (LEASES, "mac=01 ip=5 from=1 until=2")]);
    assert_eq!(groups.len(), 2);
}

#[test]
fn two_devices_on_one_address_are_a_finding() {
    insta::assert_snapshot!(
        shown(&[(REGISTER, "tag=A1 mac=01 ip=5"), (CAPTURE, "mac=02 ip=5 from=1 until=1")]),
        @r"
    mac-000918000001 [0]
      register A1 holds the address 10.0.0.5 | capture mac=02 ip=5 from=1 until=1 holds it too, and is another device
    mac-000918000002 [1]
      capture mac=02 ip=5 from=1 until=1 holds the address 10.0.0.5 | register A1 holds it too, and is another device
    "
    );
}

#[test]
fn a_placeholder_serial_joins_nothing() {
    let rows = ["01", "02", "03", "04", "05"].map(|mac| format!("mac={mac} serial=ABC123456"));
    let groups = resolve(&rows.each_ref().map(|row| (CAPTURE, row.as_str())));
    assert_eq!(groups.len(), 5);
    assert!(groups.iter().all(|group| group.conflicts.len() == 1));
    assert_eq!(
        resolve(&[(REGISTER, "tag=A serial=000000"), (REGISTER, "tag=B serial=000000")]).len(),
        2
    );
}

#[test]
fn a_row_of_four_is_four_devices() {
    let groups = resolve(&[(REGISTER, "tag=LIB-2 x=4")]);
    let ids: Vec<&str> = groups.iter().map(|group| group.id.as_str()).collect();
    assert_eq!(ids, ["tag-LIB-2.1", "tag-LIB-2.2", "tag-LIB-2.3", "tag-LIB-2.4"]);
}

#[test]
fn equal_names_are_told_apart() {
    let groups = resolve(&[(REGISTER, "tag=A1"), (REGISTER, "tag=A1")]);
    assert_eq!(groups[1].id.as_str(), "tag-A1_2");
}

proptest! {
    /// The order of observations does not matter for what is joined.
    #[test]
    fn order_does_not_matter(
        rows in prop::collection::vec((1u8..3, 0u8..4, 0u8..4, 0i64..30), 1..9),
        swap in 0usize..8,
    ) {
        let text: Vec<(u8, String)> = rows
            .iter()
            .map(|(source, mac, ip, day)| {
                let mac = if *mac == 0 { String::new() } else { format!("mac=0{mac}") };
                (*source, format!("{mac} ip={ip} from={day} until={day}"))
            })
            .collect();
        let sets = |order: &[usize]| {
            let input: Vec<(u8, &str)> = order.iter().map(|n| (text[*n].0, text[*n].1.as_str())).collect();
            let mut sets: Vec<Vec<usize>> = resolve(&input)
                .iter()
                .filter(|group| group.id.as_str().starts_with("mac-"))
                .map(|group| {
                    let mut members: Vec<usize> = group.members.iter().map(|m| order[*m as usize]).collect();
                    members.sort_unstable();
                    members
                })
                .collect();
            sets.sort();
            sets
        };
        let straight: Vec<usize> = (0..text.len()).collect();
        let mut turned = straight.clone();
        turned.rotate_left(swap % text.len());
        prop_assert_eq!(sets(&straight), sets(&turned));
    }
}
