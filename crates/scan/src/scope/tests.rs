use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::*;

const NOW: &str = "2026-01-05T12:00:00Z";

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn networks(texts: &[&str]) -> Vec<IpNet> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// A scope file with these lines below its owner and authority.
fn file(lines: &str) -> Result<Scope, ScopeError> {
    let head = "[scope]\nowner = \"Example Council\"\nauthority = \"CHG-0001\"\n";
    Scope::parse(&format!("{head}{lines}"), &|_| None)
}

fn answer(scope: &Scope, address: &str) -> String {
    match scope.permit(ip(address), at(NOW)) {
        Ok(permit) => format!("{} may be asked", permit.address()),
        Err(denied) => denied.to_string(),
    }
}

#[test]
fn a_whole_file_says_who_where_when_and_how_much() {
    let scope = Scope::parse(
        r#"
            [scope]
            owner = "Example Council"
            authority = "CHG-0001, approved by the head of infrastructure"
            contact = "network operations, extension 1234"
            ranges = ["10.20.0.0/16", "192.168.7.0/24", "fd12:3456::/48", "2a00:1234:5678::/48"]
            exclude = ["10.20.99.0/24", "10.20.1.7"]
            window = "Mon-Fri 19:00-06:00 +01:00; Sat,Sun 00:00-24:00 +01:00"
            not_before = 2026-01-01
            not_after = 2026-03-31
            max_rate = 200
            max_rate_per_host = 5
            max_connections_per_host = 2
            max_packets_per_host = 20
            max_packets_per_camera = 40
        "#,
        &|_| None,
    )
    .unwrap();
    insta::assert_snapshot!(scope, @"Example Council, authority: CHG-0001, approved by the head of infrastructure; 4 ranges, 2 exclusions; Mon-Fri 19:00-06:00 +01:00; Sat,Sun 00:00-24:00 +01:00; from 2026-01-01T00:00:00Z; until 2026-04-01T00:00:00Z; at most 200 packets/s");
    insta::assert_debug_snapshot!(toml::Table::try_from(&scope).unwrap(), @r#"
    {
        "authority": String(
            "CHG-0001, approved by the head of infrastructure",
        ),
        "contact": String(
            "network operations, extension 1234",
        ),
        "ends": String(
            "2026-04-01T00:00:00Z",
        ),
        "excluded": Integer(
            2,
        ),
        "limits": Table(
            {
                "max_connections_per_host": Integer(
                    2,
                ),
                "max_packets_per_camera": Integer(
                    40,
                ),
                "max_packets_per_host": Integer(
                    20,
                ),
                "max_rate": Integer(
                    200,
                ),
                "max_rate_per_host": Integer(
                    5,
                ),
            },
        ),
        "not_before": String(
            "2026-01-01T00:00:00Z",
        ),
        "owner": String(
            "Example Council",
        ),
        "ranges": Integer(
            4,
        ),
        "source": String(
            "scope-file",
        ),
        "window": String(
            "Mon-Fri 19:00-06:00 +01:00; Sat,Sun 00:00-24:00 +01:00",
        ),
    }
    "#);
    let limits = scope.limits();
    assert_eq!((limits.packets_per_second(), limits.packets_per_second_to_host()), (200, 5));
    assert_eq!((limits.packets_to_host(), limits.packets_to_camera()), (20, 40));
    assert_eq!(limits.connections_to_host(), 2);
    assert_eq!(scope.contact(), Some("network operations, extension 1234"));
}

/// `docs/reference/scope.md`
#[test]
fn the_file_of_the_documentation_is_taken() {
    let page = include_str!("../../../../docs/reference/scope.md");
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let london = |name: &str| {
        assert_eq!(name, "Europe/London");
        jiff::tz::TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").ok()
    };
    let scope = Scope::parse(example, &london).unwrap();
    assert_eq!(scope.owner(), Some("Example Council"));
    assert_eq!((scope.networks().len(), scope.excluded().len()), (3, 2));
}

#[test]
fn every_refusal_names_the_place_and_what_to_write() {
    let wrong = [
        "",
        "ranges = []",
        "ranges = \"10.0.0.0/8\"",
        "ranges = [\"10.0.0.0/33\"]",
        "ranges = [\"camera.example.org\"]",
        "ranges = [\"10.20.0.1/16\"]",
        "ranges = [\n  \"10.0.0.0/8\",\n  \"11.0.0.0/8\",\n]",
        "ranges = [\"10.0.0.0/7\"]",
        "ranges = [\"0.0.0.0/0\"]",
        "ranges = [\"192.0.2.0/24\"]",
        "ranges = [\"224.0.0.0/4\"]",
        "ranges = [\"255.255.255.255\"]",
        "ranges = [\"0.0.0.0\"]",
        "ranges = [\"ff02::/16\"]",
        "ranges = [\"::/0\"]",
        "ranges = [\"2a00::/16\"]",
        "ranges = [\"2001:db8::/32\"]",
        "ranges = [\"64:ff9b::/96\"]",
        "ranges = [\"::ffff:10.0.0.0/104\"]",
        "ranges = [\"10.0.0.0/8\"]\nexclude = [\"192.168.0.0/16\"]",
        "ranges = [\"10.0.0.0/8\"]\nexclude = [\"10.0.0.0/8\"]",
        "ranges = [\"10.0.0.0/8\"]\nexclude = [\"x\"]",
        "ranges = [\"10.0.0.0/8\"]\nmaxrate = 5",
        "ranges = [\"10.0.0.0/8\"]\nmax_rate = 5000",
        "ranges = [\"10.0.0.0/8\"]\nmax_rate = 0",
        "ranges = [\"10.0.0.0/8\"]\nmax_rate = \"fast\"",
        "ranges = [\"10.0.0.0/8\"]\nmax_rate_per_host = 11",
        "ranges = [\"10.0.0.0/8\"]\nmax_connections_per_host = 3",
        "ranges = [\"10.0.0.0/8\"]\nmax_packets_per_host = -1",
        "ranges = [\"10.0.0.0/8\"]\nmax_packets_per_camera = 61",
        "ranges = [\"10.0.0.0/8\"]\nwindow = \"at night\"",
        "ranges = [\"10.0.0.0/8\"]\nwindow = \"daily 19:00-06:00 Europe/London\"",
        "ranges = [\"10.0.0.0/8\"]\nnot_after = 2026-03-31T10:00:00",
        "ranges = [\"10.0.0.0/8\"]\nnot_after = \"2026-03-31\"",
        "ranges = [\"10.0.0.0/8\"]\nnot_before = 2026-04-01\nnot_after = 2026-03-30",
        "ranges = [\"10.0.0.0/8\"]\nnot_before = 2026-01-05\nnot_after = 2026-01-06\nwindow = \"Sun 00:00-24:00 UTC\"",
        "ranges = [\"10.0.0.0/8\"]\ncontact = \"\"",
        "ranges = [\"10.0.0.0/8\"]\ncontact = \"x\\u001b[2J\"",
        "ranges = [\"10.0.0.0/8\"]\nowner = \"again\"",
        "ranges = [",
    ];
    let say =
        |lines: &str| file(lines).map(|scope| scope.to_string()).unwrap_or_else(|e| e.to_string());
    insta::assert_snapshot!(wrong.map(say).join("\n"), @r#"
    line 1, column 1: scope.ranges is missing: write such as ranges = ["10.20.0.0/16"]
    line 4, column 10: scope.ranges is empty: write networks such as ["10.20.0.0/16"]
    line 4, column 10: scope.ranges: invalid type: string "10.0.0.0/8", expected a sequence: write such as ranges = ["10.20.0.0/16"]
    line 4, column 11: scope.ranges `10.0.0.0/33` is no network: write one such as "10.20.0.0/16", or one address
    line 4, column 11: scope.ranges `camera.example.org` is no network: write one such as "10.20.0.0/16", or one address
    line 4, column 11: scope.ranges `10.20.0.1/16` has bits behind its prefix: write "10.20.0.0/16" for the network, or the address alone
    line 6, column 3: scope.ranges `11.0.0.0/8` holds public addresses, which are never asked, whatever a scope says: write private networks (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16, 127.0.0.0/8, or parts of them)
    line 4, column 11: scope.ranges `10.0.0.0/7` holds public addresses, which are never asked, whatever a scope says: write private networks (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16, 127.0.0.0/8, or parts of them)
    line 4, column 11: scope.ranges `0.0.0.0/0` holds public addresses, which are never asked, whatever a scope says: write private networks (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16, 127.0.0.0/8, or parts of them)
    line 4, column 11: scope.ranges `192.0.2.0/24` holds public addresses, which are never asked, whatever a scope says: write private networks (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16, 127.0.0.0/8, or parts of them)
    line 4, column 11: scope.ranges `224.0.0.0/4` holds multicast addresses, which name groups, not hosts: write the networks of the hosts
    line 4, column 11: scope.ranges `255.255.255.255` holds public addresses, which are never asked, whatever a scope says: write private networks (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16, 127.0.0.0/8, or parts of them)
    line 4, column 11: scope.ranges `0.0.0.0` holds addresses that no host can have (0.0.0.0/8, ::): write the networks of the hosts
    line 4, column 11: scope.ranges `ff02::/16` holds multicast addresses, which name groups, not hosts: write the networks of the hosts
    line 4, column 11: scope.ranges `::/0` is broader than an organisation's own part of the public IPv6 space: write prefixes of at least 32 bits
    line 4, column 11: scope.ranges `2a00::/16` is broader than an organisation's own part of the public IPv6 space: write prefixes of at least 32 bits
    line 4, column 11: scope.ranges `2001:db8::/32` holds IPv6 addresses that are no organisation's own (documentation, translation to IPv4, protocols, or not given out): write the networks of the hosts
    line 4, column 11: scope.ranges `64:ff9b::/96` holds IPv6 addresses that are no organisation's own (documentation, translation to IPv4, protocols, or not given out): write the networks of the hosts
    line 4, column 11: scope.ranges `::ffff:10.0.0.0/104` is IPv4 written as IPv6: write it as IPv4
    line 5, column 12: scope.exclude `192.168.0.0/16` excludes nothing, for no range holds any of it: correct it or delete it
    line 4, column 10: scope.exclude leaves no host of scope.ranges: correct one of them
    line 5, column 12: scope.exclude `x` is no network: write one such as "10.20.0.0/16", or one address
    line 5, column 1: unknown field `maxrate`, expected one of `owner`, `authority`, `contact`, `ranges`, `exclude`, `window`, `not_before`, `not_after`, `max_rate`, `max_rate_per_host`, `max_connections_per_host`, `max_packets_per_host`, `max_packets_per_camera`
    line 5, column 12: scope.max_rate is 5000: write a number from 1 to 1000
    line 5, column 12: scope.max_rate is 0: write a number from 1 to 1000
    line 5, column 12: scope.max_rate: invalid type: string "fast", expected i64: write such as 5, without quotes
    line 5, column 21: scope.max_rate_per_host is 11: write a number from 1 to 10
    line 5, column 28: scope.max_connections_per_host is 3: write a number from 1 to 2
    line 5, column 24: scope.max_packets_per_host is -1: write a number from 1 to 30
    line 5, column 26: scope.max_packets_per_camera is 61: write a number from 1 to 60
    line 5, column 10: scope.window: `at night` is not days, times and zone: write such as "Mon-Fri 19:00-06:00 UTC"
    line 5, column 10: scope.window: the rules of the time zone `Europe/London` are not to be had here: check its spelling, or write UTC or an offset such as +01:00
    line 5, column 13: scope.not_after `2026-03-31T10:00:00` is no moment: write a day such as 2026-03-31, or a time with its offset such as 2026-03-31T18:00:00+01:00
    line 5, column 13: scope.not_after: invalid type: string "2026-03-31", expected a TOML datetime: write such as not_after = 2026-03-31, without quotes
    line 6, column 13: scope.not_after lies before scope.not_before: correct one of them
    line 7, column 10: scope.window does not open between scope.not_before and scope.not_after: correct one of them
    line 5, column 11: scope.contact is empty: write who or what it is, in words
    line 5, column 11: scope.contact holds control characters: write one line
    line 5, column 1: `owner` is given a second time: delete one of them
    line 4, column 11: scope.ranges: unclosed array, expected `]`
    "#);

    let whole = [
        "",
        "[scop]\n",
        "[scope]\nranges = []",
        "[scope]\nowner = \" \"\nauthority = \"x\"\nranges = [\"10.0.0.0/8\"]",
    ];
    let say = |text: &str| Scope::parse(text, &|_| None).unwrap_err().to_string();
    insta::assert_snapshot!(whole.map(say).join("\n"), @r#"
    line 1, column 1: there is no [scope]: write it, with owner, authority and ranges below
    line 1, column 2: unknown field `scop`, expected `scope`
    line 1, column 1: scope.owner is missing: write such as owner = "Example Council"
    line 2, column 9: scope.owner is empty: write who or what it is, in words
    "#);
}

#[test]
fn each_denial_has_its_reason() {
    let scope = file(
        "ranges = [\"10.20.0.0/16\", \"10.20.5.255\", \"10.30.0.0/24\", \"10.30.0.255\", \"10.40.0.2/31\", \"2a00:1234::/48\"]
         exclude = [\"10.20.9.0/24\"]",
    )
    .unwrap()
    .beside(&networks(&["10.20.5.17/24", "192.168.1.5/24"]));
    let addresses = [
        "10.20.0.1",
        "10.21.0.1",
        "10.20.9.1",
        "10.20.0.0",
        "10.20.255.255",
        "10.20.5.0",
        "10.20.5.255",
        "10.20.6.255",
        "10.30.0.0",
        "10.30.0.255",
        "10.40.0.2",
        "10.40.0.3",
        "192.168.1.7",
        "8.8.8.8",
        "::ffff:8.8.8.8",
        "::ffff:10.20.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "0.0.0.0",
        "2a00:1234::1",
        "2a00:9999::1",
        "2002:a14:1::1",
        "ff02::c",
        "::",
    ];
    insta::assert_snapshot!(addresses.map(|address| answer(&scope, address)).join("\n"), @r#"
    10.20.0.1 may be asked
    10.21.0.1 lies outside the scope
    10.20.9.1 is excluded by the scope
    10.20.0.0 is the address of the network 10.20.0.0/16 itself
    10.20.255.255 is the broadcast address of 10.20.0.0/16
    10.20.5.0 is the address of the network 10.20.5.0/24 itself
    10.20.5.255 is the broadcast address of 10.20.5.0/24
    10.20.6.255 may be asked
    10.30.0.0 is the address of the network 10.30.0.0/24 itself
    10.30.0.255 may be asked
    10.40.0.2 may be asked
    10.40.0.3 may be asked
    192.168.1.7 lies outside the scope
    8.8.8.8 is a public address, and these are never asked
    8.8.8.8 is a public address, and these are never asked
    10.20.0.1 may be asked
    224.0.0.1 names a group of hosts, not a host
    255.255.255.255 is the broadcast address of 255.255.255.255/32
    0.0.0.0 is no host's address
    2a00:1234::1 may be asked
    2a00:9999::1 lies outside the scope
    2002:a14:1::1 is a public address, and these are never asked
    ff02::c names a group of hosts, not a host
    :: is no host's address
    "#);
}

#[test]
fn a_segment_is_asked_as_a_whole_only_where_all_of_it_may_be() {
    let scope = file("ranges = [\"10.20.0.0/16\", \"10.30.0.0/25\"]\nexclude = [\"10.20.9.7\"]")
        .unwrap()
        .beside(&networks(&["10.20.5.17/24", "10.20.9.1/24", "10.30.0.1/24", "192.168.1.5/24"]));
    let ask = |scope: &Scope, segment: &str| match scope
        .permit_segment(segment.parse().unwrap(), at(NOW))
    {
        Ok(permit) => format!("{} may be asked", permit.segment()),
        Err(denied) => denied.to_string(),
    };
    let segments = [
        "10.20.5.17/24",
        "10.20.9.0/24",
        "10.30.0.0/24",
        "192.168.1.0/24",
        "10.20.6.0/24",
        "10.20.5.0/25",
    ];
    insta::assert_snapshot!(segments.map(|segment| ask(&scope, segment)).join("\n"), @r#"
    10.20.5.0/24 may be asked
    a part of 10.20.9.0/24 is excluded by the scope, and a question to the segment would reach it
    not all of 10.30.0.0/24 lies in the scope, and a question to the segment would reach all of it
    not all of 192.168.1.0/24 lies in the scope, and a question to the segment would reach all of it
    10.20.6.0/24 is not attached to this machine
    10.20.5.0/25 is not attached to this machine
    "#);
    let attached = Scope::attached(&networks(&["192.168.1.5/24", "203.0.113.9/24"]));
    assert_eq!(ask(&attached, "192.168.1.0/24"), "192.168.1.0/24 may be asked");
    assert!(attached.permit_segment("203.0.113.0/24".parse().unwrap(), at(NOW)).is_err());
}

#[test]
fn without_a_file_only_private_networks_that_are_attached() {
    let scope = Scope::attached(&networks(&[
        "192.168.7.20/24",
        "203.0.113.9/24",
        "2a00:1234::7/64",
        "fd12::7/64",
        "127.0.0.1/8",
        "10.255.0.1/7",
    ]));
    assert_eq!(scope.networks(), networks(&["192.168.7.0/24", "fd12::/64", "127.0.0.0/8"]));
    let addresses = [
        "192.168.7.1",
        "192.168.7.255",
        "192.168.8.1",
        "203.0.113.10",
        "2a00:1234::8",
        "fd12::8",
        "127.0.0.1",
        "10.255.0.2",
    ];
    insta::assert_snapshot!(addresses.map(|address| answer(&scope, address)).join("\n"), @r#"
    192.168.7.1 may be asked
    192.168.7.255 is the broadcast address of 192.168.7.0/24
    192.168.8.1 lies outside the scope
    203.0.113.10 is a public address, and these are never asked
    2a00:1234::8 lies outside the scope
    fd12::8 may be asked
    127.0.0.1 may be asked
    10.255.0.2 lies outside the scope
    "#);
    insta::assert_snapshot!(scope, @"no scope file: private networks that are attached; 3 ranges; at most 1000 packets/s");
    assert_eq!(scope.limits(), Limits::default());
}

#[test]
fn time_is_part_of_the_permission() {
    let scope = file(
        "ranges = [\"10.0.0.0/8\"]
         window = \"Mon-Fri 19:00-06:00 UTC\"
         not_before = 2026-01-03
         not_after = 2026-01-06",
    )
    .unwrap();
    let ask = |now: &str| scope.permit(ip("10.0.0.1"), at(now)).map(drop);
    let monday = at("2026-01-05T19:00:00Z");
    assert_eq!(
        ask("2026-01-02T20:00:00Z"),
        Err(Denied::NotYet { from: at("2026-01-03T00:00:00Z") })
    );
    // The night of Friday ends within.
    assert_eq!(ask("2026-01-03T05:00:00Z"), Ok(()));
    assert_eq!(ask("2026-01-03T06:00:00Z"), Err(Denied::Closed { opens: Some(monday) }));
    assert_eq!(ask("2026-01-05T19:00:00Z"), Ok(()));
    assert_eq!(ask("2026-01-06T23:59:59Z"), Ok(()));
    assert_eq!(
        ask("2026-01-07T00:00:00Z"),
        Err(Denied::Expired { since: at("2026-01-07T00:00:00Z") })
    );
    assert_eq!(scope.opens(at("2026-01-01T00:00:00Z")), Some(at("2026-01-03T00:00:00Z")));
    assert_eq!(scope.opens(at("2026-01-07T00:00:00Z")), None);
    // What speaks against the address comes first: no other hour helps.
    assert_eq!(scope.permit(ip("11.0.0.1"), at(NOW)), Err(Denied::Public(ip("11.0.0.1"))));
}

#[test]
fn only_loopback_may_be_asked_faster() {
    let rate = |range: &str| file(&format!("ranges = [\"{range}\"]\nmax_rate = 500_000"));
    assert_eq!(rate("127.0.0.0/8").unwrap().limits().packets_per_second(), 500_000);
    assert!(rate("10.0.0.0/8").is_err());
    let wary = file("ranges = [\"10.0.0.0/8\"]\nmax_packets_per_camera = 10").unwrap().limits();
    assert_eq!((wary.packets_to_host(), wary.packets_to_camera()), (10, 10));
}

#[test]
fn sifting_a_network_of_millions_counts_every_address() {
    let scope = file("ranges = [\"10.20.0.0/16\"]\nexclude = [\"10.20.9.0/24\"]").unwrap();
    let sifted = scope.sift(&Addresses::of_network("10.0.0.0/8".parse().unwrap()).unwrap());
    assert_eq!(sifted.permitted.len(), 65_536 - 256 - 2);
    assert_eq!(sifted.excluded.len(), 256);
    assert_eq!(sifted.refused.len(), (1 << 24) - 65_536 + 2);
}

/// Networks of which many meet: short and long prefixes in a small part of the space.
fn some_networks(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<IpNet>> {
    let v4 = (0_u32..512, 22_u8..=32).prop_map(|(low, prefix)| {
        IpNet::new(Ipv4Addr::from_bits(0xc0a8_0000 | low).into(), prefix).unwrap().trunc()
    });
    let v6 = (0_u128..512, 119_u8..=128).prop_map(|(low, prefix)| {
        IpNet::new(Ipv6Addr::from_bits(0xfd00 << 112 | low).into(), prefix).unwrap().trunc()
    });
    proptest::collection::vec(prop_oneof![3 => v4, 1 => v6], count)
}

fn some_address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        8 => (0_u32..512).prop_map(|low| IpAddr::from((0xc0a8_0000 | low).to_be_bytes())),
        2 => (0_u128..512).prop_map(|low| IpAddr::V6(Ipv6Addr::from_bits(0xfd00 << 112 | low))),
        1 => any::<u32>().prop_map(|any| IpAddr::from(any.to_be_bytes())),
        1 => any::<u128>().prop_map(|any| IpAddr::V6(Ipv6Addr::from_bits(any))),
    ]
}

/// The first or last address of a network that has such, and not named as a host.
fn is_edge(listed: &[IpNet], address: IpAddr) -> bool {
    let wide = |net: &&IpNet| net.addr().is_ipv4() && net.prefix_len() <= 30;
    let ends = |net: &IpNet| net.network() == address || net.broadcast() == address;
    let host =
        |net: &IpNet| net.addr().is_ipv4() && net.prefix_len() >= 31 && net.contains(&address);
    listed.iter().filter(wide).any(ends) && !listed.iter().any(host)
}

proptest! {
    /// The permission, said once more in the plainest way.
    #[test]
    fn permitted_is_what_is_listed_and_not_left_out_and_a_host_and_in_time(
        listed in some_networks(1..6),
        excluded in some_networks(0..4),
        addresses in proptest::collection::vec(some_address(), 64),
        hour in 0_u32..24,
    ) {
        let windows = Windows::parse("daily 08:00-17:00 UTC", &|_| None).unwrap();
        let hours = Hours { windows: Some((String::new(), windows)), ..Hours::default() };
        let scope = Scope::new(Source::Attached, listed.clone(), excluded.clone(), hours, Limits::default());
        let now = at(&format!("2026-01-05T{hour:02}:30:00Z"));
        for address in addresses {
            let within = |nets: &[IpNet]| nets.iter().any(|net| net.contains(&address));
            let host = within(&listed) && !within(&excluded) && !is_edge(&listed, address);
            let permit = scope.permit(address, now);
            prop_assert_eq!(permit.is_ok(), host && (8..17).contains(&hour), "{}: {:?}", address, permit);
            let sifted = scope.sift(&Addresses::one(address));
            prop_assert_eq!(sifted.permitted.len(), u64::from(host));
            prop_assert_eq!(sifted.excluded.len(), u64::from(within(&listed) && within(&excluded)));
            prop_assert_eq!(sifted.permitted.len() + sifted.excluded.len() + sifted.refused.len(), 1);
            match permit {
                Ok(permit) => prop_assert_eq!(permit.address(), address),
                Err(Denied::Closed { opens }) => prop_assert!(host && opens.is_some()),
                Err(Denied::Excluded(_)) => prop_assert!(within(&excluded)),
                Err(Denied::Broadcast { network, .. } | Denied::NetworkAddress { network, .. }) => {
                    prop_assert!(listed.contains(&network) && network.contains(&address))
                }
                Err(denied) => prop_assert!(!within(&listed), "{}", denied),
            }
        }
    }

    /// Whatever a file lists, it opens nothing that is public.
    #[test]
    fn no_file_permits_a_public_ipv4_address(
        address: u32, start: u32, prefix in 0_u8..=32,
    ) {
        let network = IpNet::new(Ipv4Addr::from_bits(start).into(), prefix).unwrap().trunc();
        if let Ok(scope) = file(&format!("ranges = [\"{network}\"]")) {
            for address in [Ipv4Addr::from_bits(address), Ipv4Addr::from_bits(start)] {
                let asked = scope.permit(address.into(), at(NOW)).is_ok();
                let shared = address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64;
                let private = address.is_private() || address.is_loopback() || address.is_link_local();
                prop_assert!(!asked || private || shared);
            }
        }
    }

    #[test]
    fn no_text_harms(text in "[a-z_\\[\\]=\"0-9.:/\n ,-]{0,200}|\\PC{0,80}") {
        let _ = Scope::parse(&text, &|_| None);
        let _ = file(&text);
    }
}
