//! Rows that need no labels over them: `arp -a` in whatever language, `ip neigh`, arp-scan, the ARP list of firewalls,
//! `key=value` lists.

use super::entry::{Entry, Field, is_mac_shaped};

/// The entry of a line that explains itself.
pub(super) fn read(line: &str) -> Option<Entry> {
    let words: Vec<&str> = line.split_whitespace().take(16).collect();
    let is_address = |word: &str| word.parse::<std::net::IpAddr>().is_ok();
    let after = |mark: &str| {
        let at = words.iter().position(|word| *word == mark)?;
        words.get(at + 1).copied()
    };
    let mut entry = Entry::default();
    match words.as_slice() {
        // `? (10.0.0.1) at 58:03:fb:00:00:01 [ether] on eth0`
        [name, address, "at", mac, ..] if address.starts_with('(') => {
            let address = address.trim_matches(['(', ')']);
            let mac = padded(mac.trim_matches(['<', '>', '(', ')']));
            if !is_address(address) || !(is_mac_shaped(&mac) || mac == "incomplete") {
                return None;
            }
            entry.put(Field::Name, if *name == "?" { "" } else { name });
            entry.put(Field::Address, address);
            entry.put(Field::Mac, &mac);
            entry.put(Field::Interface, after("on").unwrap_or(""));
        }
        // `10.0.0.1 dev eth0 lladdr 58:03:fb:00:00:01 REACHABLE`
        [address, rest @ ..] if is_address(address) && is_neighbour(rest) => {
            entry.put(Field::Address, address);
            entry.put(Field::Mac, after("lladdr").unwrap_or(""));
            entry.put(Field::Interface, after("dev").unwrap_or(""));
        }
        // `outside 10.0.0.1 5803.fb00.0001 15`
        [interface, address, mac, age] if is_address(address) && is_mac_shaped(mac) => {
            let is_age =
                age.bytes().all(|byte| byte.is_ascii_digit()) || matches!(*age, "-" | "alias");
            if !is_age || interface.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            entry.put(Field::Interface, interface);
            entry.put(Field::Address, address);
            entry.put(Field::Mac, mac);
        }
        // `10.0.0.1  58-03-fb-00-00-01  dynamisch`. With tabs between it may be a row of a register.
        [address, mac, _] if is_address(address) && is_spelt_mac(mac) && !line.contains('\t') => {
            entry.put(Field::Address, address);
            entry.put(Field::Mac, mac);
        }
        _ => return None,
    }
    Some(entry)
}

/// Whether a line begins what arp-scan prints.
pub(super) fn begins_arp_scan(line: &str) -> bool {
    line.starts_with("Starting arp-scan ")
        || line.starts_with("Interface: ") && line.contains(", type: ")
}

/// A row of arp-scan: `10.0.0.1<TAB>58:03:fb:00:00:01<TAB>Maker`.
pub(super) fn arp_scan(line: &str) -> Option<Entry> {
    let (address, rest) = line.split_once('\t')?;
    let mac = rest.split('\t').next()?;
    if address.parse::<std::net::IpAddr>().is_err() || !is_spelt_mac(mac) {
        return None;
    }
    let mut entry = Entry::default();
    entry.put(Field::Address, address);
    entry.put(Field::Mac, mac);
    Some(entry)
}

/// Whether a word is a hardware address of six groups.
fn is_spelt_mac(word: &str) -> bool {
    is_mac_shaped(word) && word.matches([':', '-']).count() == 5
}

/// A hardware address as BSD and macOS write it, `58:3:fb:0:0:1`, with its zeros.
fn padded(mac: &str) -> String {
    let groups: Vec<&str> = mac.split(':').collect();
    if groups.len() != 6 || groups.iter().any(|group| group.is_empty()) {
        return mac.to_owned();
    }
    groups.iter().map(|group| format!("{group:0>2}")).collect::<Vec<_>>().join(":")
}

/// The words of `ip neigh` after the address, which end with a state.
fn is_neighbour(words: &[&str]) -> bool {
    const STATES: [&str; 8] =
        ["REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "INCOMPLETE", "PERMANENT", "NOARP"];
    words.last().is_some_and(|state| STATES.contains(state))
}

/// The pairs of a `key=value` line, quotes taken off; none where it holds fewer than three.
pub(super) fn assignments(line: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('=') {
        let key = before.rsplit(char::is_whitespace).next().unwrap_or("");
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        found.push((key, value));
        rest = next;
    }
    found
}

/// Whether a line of assignments begins an entry of its own: it is numbered, or a command of an export.
pub(super) fn begins_entry(line: &str) -> bool {
    let is_first = |word: &str| word == "add" || word.bytes().all(|byte| byte.is_ascii_digit());
    line.split_whitespace().next().is_some_and(is_first)
}

/// Adds what assignments say to an entry.
pub(super) fn assign(pairs: &[(&str, &str)], entry: &mut Entry) {
    for &(key, value) in pairs {
        let field = match key {
            "address" | "address4" | "address6" | "active-address" => Field::Address,
            "mac-address" | "active-mac-address" => Field::Mac,
            "interface" => Field::Port,
            "interface-name" => Field::RemotePort,
            "identity" | "host-name" => Field::Name,
            "system-description" => Field::Description,
            "platform" => Field::Platform,
            "board" => Field::Model,
            "version" => Field::Firmware,
            "status" => Field::Kind,
            _ => continue,
        };
        entry.put(field, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_of_hosts_and_firewalls() {
        let show = |line| {
            let entry = read(line)?;
            Some((
                entry.get(Field::Address)?.to_owned(),
                entry.mac()?.to_string(),
                entry.port()?.to_owned(),
            ))
        };
        let expected = Some(("10.0.0.1".into(), "58:03:fb:00:00:01".into(), "eth1".into()));
        for line in [
            "? (10.0.0.1) at 58:03:fb:00:00:01 [ether] on eth1",
            "? (10.0.0.1) at 58:3:fb:0:0:1 on eth1 ifscope [ethernet]",
            "10.0.0.1 dev eth1 lladdr 58:03:fb:00:00:01 router STALE",
            "    eth1 10.0.0.1 5803.fb00.0001 -",
        ] {
            assert_eq!(show(line), expected, "{line}");
        }
        for line in [
            "1793697302 58:03:fb:00:00:01 10.0.0.1 cam *",
            "10.0.0.1 via 10.0.0.2 dev eth0",
            "10.0.0.1\t58:03:fb:00:00:01\tM1",
            "",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn quoted_values_keep_their_blanks() {
        let line = r#" 0 D interface=ether1 mac-address=58:03:FB:00:00:01 identity="a b" age=7s"#;
        assert_eq!(
            assignments(line),
            [
                ("interface", "ether1"),
                ("mac-address", "58:03:FB:00:00:01"),
                ("identity", "a b"),
                ("age", "7s")
            ]
        );
    }
}
