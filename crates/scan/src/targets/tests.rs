use std::net::IpAddr;

use proptest::prelude::*;

use super::*;

fn targets(word: &str) -> Result<Targets, TargetError> {
    let mut reader = TargetReader::default();
    reader.target(word)?;
    reader.finish()
}

/// The ranges that a word means, as text.
fn meant(word: &str) -> String {
    match targets(word) {
        Ok(targets) => spelled(&targets.addresses),
        Err(error) => error.to_string(),
    }
}

fn spelled(addresses: &Addresses) -> String {
    let spell = |(first, last): (IpAddr, IpAddr)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    addresses.ranges().map(spell).collect::<Vec<_>>().join(" ")
}

#[test]
fn words_as_nmap_takes_them() {
    for (word, ranges) in [
        ("10.0.0.1", "10.0.0.1"),
        ("10.0.0.77/24", "10.0.0.0-10.0.0.255"),
        ("10.0.0.10-20", "10.0.0.10-10.0.0.20"),
        ("10.0.0.1,5,7-9", "10.0.0.1 10.0.0.5 10.0.0.7-10.0.0.9"),
        ("10.0.0.1-10.0.1.5", "10.0.0.1-10.0.1.5"),
        ("10.0-1.*.*", "10.0.0.0-10.1.255.255"),
        ("10.0,2.-.250-", "10.0.0.250-10.0.0.255"),
        ("10.0.7.-2", "10.0.7.0-10.0.7.2"),
        ("*.*.*.*", "0.0.0.0-255.255.255.255"),
        ("0.0.0.0/0", "0.0.0.0-255.255.255.255"),
        ("10.0.0.1,10.0.0.3,fd00::1", "10.0.0.1 10.0.0.3 fd00::1"),
        ("fd00::/120", "fd00::-fd00::ff"),
        ("fd00::10-fd00::1f", "fd00::10-fd00::1f"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
    ] {
        let found = meant(word);
        assert!(found.starts_with(ranges), "{word}: {found}");
    }
    assert_eq!(targets("10.0-1.*.1-5").unwrap().addresses.len(), 2 * 256 * 5);
    assert_eq!(targets("10.0-1.*.1-5").unwrap().addresses.ranges().len(), 512);
}

#[test]
fn errors_name_the_word_and_what_to_write() {
    let words = [
        "camera-7.example.org",
        "localhost",
        "10.0.0",
        "10.0.0.256",
        "10.0.0.20-10",
        "10.0.0.x",
        "010.0.0.1",
        "10.0.0.1/33",
        "10.0.0.1/255.255.255.0",
        "10.0.0.1/+8",
        "10.0.0-1.0/24",
        "10.0.0.9-10.0.0.1",
        "10.0.0.1-fd00::1",
        "10.0.0.1,",
        "10.0.0.1:80",
        "[fd00::1]:80",
        "fd00::/64",
        "fd00::1/129",
        "fe80::1%eth0",
        "fd00::1::2",
        "*.*.*.1-5",
        "http://10.0.0.1/",
        "\u{1b}[2J",
        "",
    ];
    insta::assert_snapshot!(words.map(meant).join("\n"), @r#"
    `camera-7.example.org` is a host name, and names are not looked up: write its address
    `localhost` is a host name, and names are not looked up: write its address
    `10.0.0` has 3 parts with dots between them: write four, * for any value of a part
    `10.0.0.256` has `256` as a part: write a number from 0 to 255, a range such as 10-20, several with commas between them, or *
    `10.0.0.20-10` has `20-10` as a part: write a number from 0 to 255, a range such as 10-20, several with commas between them, or *
    `10.0.0.x` has `x` as a part: write a number from 0 to 255, a range such as 10-20, several with commas between them, or *
    `010.0.0.1` has `010` as a part, which some programs read as octal: write it without the zero in front
    `10.0.0.1/33` has `/33`: write a prefix length from 0 to 32
    `10.0.0.1/255.255.255.0` has `/255.255.255.0`: write a prefix length from 0 to 32
    `10.0.0.1/+8` has `/+8`: write a prefix length from 0 to 32
    `10.0.0-1.0/24` has both a range and a prefix length: write one of them
    `10.0.0.9-10.0.0.1` cannot be taken: the range ends before it begins
    `10.0.0.1-fd00::1` cannot be taken: the range begins in IPv4 and ends in IPv6, or the other way round
    `10.0.0.1,` has `` as a part: write a number from 0 to 255, a range such as 10-20, several with commas between them, or *
    `10.0.0.1:80` names a port: write the address alone
    `[fd00::1]:80` names a port: write the address alone
    `fd00::/64` cannot be taken: IPv6 is never swept: list addresses
    `fd00::1/129` has `/129`: write a prefix length from 0 to 128
    `fe80::1%eth0` names an interface: write the address alone; link-local hosts are found on the segments that are attached
    `fd00::1::2` is no address: write one such as 10.0.0.1, 10.0.0.0/24, 10.0.0.10-20, 10.0.0.1-10.0.1.5 or fd00::1
    `*.*.*.1-5` comes to more than 1048576 ranges: write networks instead of addresses, or several scans
    `http://10.0.0.1/` is no address: write one such as 10.0.0.1, 10.0.0.0/24, 10.0.0.10-20, 10.0.0.1-10.0.1.5 or fd00::1
    `\u{1b}[2J` is no address: write one such as 10.0.0.1, 10.0.0.0/24, 10.0.0.10-20, 10.0.0.1-10.0.1.5 or fd00::1
    `` is no address: write one such as 10.0.0.1, 10.0.0.0/24, 10.0.0.10-20, 10.0.0.1-10.0.1.5 or fd00::1
    "#);
}

#[test]
fn a_list_has_comments_blanks_and_any_line_ends() {
    let mut reader = TargetReader::default();
    reader
        .target_list("\u{feff}10.0.0.1 10.0.0.2\r\n# 10.0.0.3\n\t10.0.0.4#5\r10.0.0.6\n")
        .unwrap();
    assert_eq!(spelled(&reader.finish().unwrap().addresses), "10.0.0.1-10.0.0.2 10.0.0.4 10.0.0.6");

    let error = TargetReader::default().target_list("10.0.0.1\n\n10.0.0.2 nvr.local").unwrap_err();
    assert_eq!(error.line, Some(3));
    insta::assert_snapshot!(error, @"line 3: `nvr.local` is a host name, and names are not looked up: write its address");
}

#[test]
fn what_is_excluded_stays_in_the_count() {
    let mut reader = TargetReader::default();
    reader.exclude("10.0.0.0-9,10.9.0.0/16").unwrap();
    reader.exclude_list("10.0.0.20-10.0.0.29 # the theatre\nfd00::/8").unwrap();
    reader.target("10.0.0.0/24").unwrap();
    reader.target("fd00::1").unwrap();
    let targets = reader.finish().unwrap();
    assert_eq!(spelled(&targets.addresses), "10.0.0.10-10.0.0.19 10.0.0.30-10.0.0.255");
    assert_eq!(spelled(&targets.excluded), "10.0.0.0-10.0.0.9 10.0.0.20-10.0.0.29 fd00::1");
}

#[test]
fn no_input_takes_memory_without_bounds() {
    let problem = |words: &str| {
        let mut reader = TargetReader::default();
        let taken = reader.target_list(words);
        taken.and_then(|()| reader.finish().map(drop)).unwrap_err().problem
    };
    let sparse: String = (0..17).map(|i| format!("{i}.*.*.0,2,4,6,8 ")).collect();
    assert_eq!(problem(&sparse), TargetProblem::TooManyRanges);
    let sweep: String = (0..17).map(|i| format!("fd00::{i}:0/112 ")).collect();
    assert_eq!(problem(&sweep), TargetProblem::TooManyIpv6);
    assert_eq!(problem(&"1".repeat(WORD_BYTES_MAX + 1)), TargetProblem::WordTooLong);
    assert_eq!(problem(&" ".repeat(LIST_BYTES_MAX + 1)), TargetProblem::ListTooLong);
}

proptest! {
    #[test]
    fn no_text_harms(text in "[0-9a-f.:,*/ #\\-\n]{0,60}|\\PC{0,60}") {
        let mut reader = TargetReader::default();
        let _ = reader.target_list(&text);
        let _ = reader.exclude_list(&text);
        let _ = reader.finish();
    }

    /// What a set prints of itself is read as that set.
    #[test]
    fn ranges_are_read_as_they_are_written(parts in proptest::collection::vec((any::<u32>(), 0..9_u32), 1..9)) {
        let mut set = Addresses::default();
        for (first, more) in parts {
            let at = |n: u32| IpAddr::from(n.to_be_bytes());
            set = set.union(&Addresses::between(at(first), at(first.saturating_add(more))).unwrap());
        }
        let mut reader = TargetReader::default();
        reader.target_list(&spelled(&set)).unwrap();
        prop_assert_eq!(reader.finish().unwrap().addresses, set);
    }
}
