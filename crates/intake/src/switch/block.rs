//! Blocks of `label: value` lines about one neighbour each, as the detailed outputs of LLDP and CDP are.

use super::entry::{Entry, Field, cleaned};
use super::vocabulary::{Key, is_opening, key, plain_key};

/// Longest description that is kept, and how many lines of it: a system description has 255 octets.
const DESCRIPTION_BYTES_MAX: usize = 1_024;
const DESCRIPTION_LINES_MAX: usize = 12;
/// Labels that are remembered of a block: none has more.
const LABELS_MAX: usize = 200;

/// The block that is being read.
#[derive(Debug, Default)]
pub(super) struct Block {
    entry: Entry,
    labels: Vec<String>,
    /// A description goes on in the next lines.
    is_open: bool,
    description_lines: usize,
    /// The port that a heading named: it holds for all neighbours under it.
    port: Option<String>,
    /// It describes the switch itself.
    is_own: bool,
}

/// One line of a block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pair<'l> {
    label: String,
    key: Key,
    value: &'l str,
}

/// The pairs of a line: one, or several with blanks or a comma between; none where the label is not known.
pub(super) fn pairs(line: &str) -> Vec<Pair<'_>> {
    let mut found = Vec::new();
    let Some((label, mut rest)) = separated(line) else { return found };
    let Some(mut known) = key(&label).map(|key| (label, key)) else { return found };
    loop {
        let next = next_label(rest);
        let value = next.as_ref().map_or(rest, |next| next.before);
        let value = if line.contains('=') { value.trim_end().trim_end_matches(',') } else { value };
        found.push(Pair { label: known.0, key: known.1, value: cleaned(value) });
        match next {
            Some(next) => {
                known = (next.label, next.key);
                rest = next.after;
            }
            None => return found,
        }
    }
}

struct NextLabel<'l> {
    before: &'l str,
    label: String,
    key: Key,
    after: &'l str,
}

/// A second known label within a value: after a comma, or after two blanks.
fn next_label(value: &str) -> Option<NextLabel<'_>> {
    let colon = value.find(':')?;
    let before_colon = value.get(..colon)?;
    let start = [
        before_colon.trim_end().rfind("  ").map(|at| at + 2),
        before_colon.rfind(',').map(|at| at + 1),
    ]
    .into_iter()
    .flatten()
    .max()?;
    let label = plain_key(value.get(start..colon)?);
    let key = key(&label)?;
    let before = value.get(..start)?.trim_end().trim_end_matches(',');
    Some(NextLabel { before, label, key, after: value.get(colon + 1..)? })
}

/// A label, made plain, and what follows: after a colon, an equals sign, a row of dots, or instead of a value.
fn separated(line: &str) -> Option<(String, &str)> {
    const UNSAID: &str = " - not advertised";
    if let Some((label, value)) = line.split_once(" ..") {
        return Some((plain_key(label), value.trim_start_matches('.')));
    }
    let at = line.find([':', '=']).filter(|at| *at > 0);
    match at {
        Some(at) => Some((plain_key(line.get(..at)?), line.get(at + 1..)?)),
        None => Some((plain_key(line.trim_end().strip_suffix(UNSAID)?), "")),
    }
}

impl Block {
    /// Takes the pairs of a line; gives the block before, where they begin another.
    pub(super) fn take(&mut self, line: u64, pairs: Vec<Pair<'_>>) -> Option<Entry> {
        let begins = pairs.iter().any(|pair| self.begins_another(&pair.label));
        let done = if begins { self.close() } else { None };
        if self.entry.line == 0 {
            self.entry.line = line;
        }
        for pair in pairs {
            self.is_open = pair.key == Key::Field(Field::Description) && self.put(&pair)
                || matches!(pair.key, Key::Field(field) if field != Field::Description) && {
                    self.put(&pair);
                    false
                };
            if self.labels.len() < LABELS_MAX {
                self.labels.push(pair.label);
            }
        }
        done
    }

    fn begins_another(&self, label: &str) -> bool {
        let is_known = |label: &str| self.labels.iter().any(|known| known == label);
        let opens = is_opening(label) || (label == "ipv6address" && is_known("linklayer"));
        opens && is_known(label)
    }

    /// Keeps a value: of addresses and ports all, of the rest the first. `true` where it was the first.
    fn put(&mut self, pair: &Pair<'_>) -> bool {
        let Key::Field(field) = pair.key else { return false };
        let is_first = self.entry.get(field).is_none();
        // `Neighbor: 5803.fb00.0001, TTL 101 seconds`
        let value = match field {
            Field::Mac => pair.value.split(',').next().unwrap_or(""),
            _ => pair.value,
        };
        if is_first || matches!(field, Field::Address | Field::Port | Field::Mac | Field::Name) {
            self.entry.put(field, value);
        }
        is_first
    }

    /// A line that is no pair: more of a description; `false` where none is open.
    pub(super) fn go_on(&mut self, line: &str) -> bool {
        if !self.is_open || self.description_lines == DESCRIPTION_LINES_MAX {
            return false;
        }
        self.description_lines += 1;
        let known = self.entry.values.iter_mut().find(|(field, _)| *field == Field::Description);
        match known {
            Some((_, text)) if text.len() + line.len() < DESCRIPTION_BYTES_MAX => {
                text.push('\n');
                text.push_str(line.trim());
            }
            Some(_) => {}
            None => self.entry.put(Field::Description, line),
        }
        true
    }

    /// An empty line ends a description that has begun.
    pub(super) fn pause(&mut self) {
        if self.entry.get(Field::Description).is_some() {
            self.is_open = false;
        }
    }

    /// A sentence over blocks. The entry is the block before.
    pub(super) fn heading(&mut self, line: u64, heading: Heading<'_>) -> Option<Entry> {
        let done = self.close();
        match heading {
            Heading::Port(port) => self.port = Some(port.to_owned()),
            Heading::Neighbour => {}
            Heading::Chassis { chassis, port } => {
                self.entry.line = line;
                self.entry.put(Field::Chassis, chassis);
                self.entry.put(Field::RemotePort, port);
            }
            Heading::Own => self.is_own = true,
        }
        done
    }

    /// What was read, if it is about a neighbour; the next block is another's.
    pub(super) fn close(&mut self) -> Option<Entry> {
        let Self { mut entry, labels, is_own, port, .. } = std::mem::take(self);
        if let Some(port) = &port
            && entry.get(Field::Port).is_none()
        {
            entry.put(Field::Port, port);
        }
        self.port = port;
        let has = |field| entry.get(field).is_some();
        let said = |label: &str| labels.iter().any(|known| known == label);
        let is_neighbour = has(Field::Chassis)
            || said("deviceid") && has(Field::Name)
            || has(Field::Name) && has(Field::RemotePort)
            || has(Field::Mac) && has(Field::Address);
        if is_own {
            entry.values.retain(|(field, _)| *field != Field::Port);
        }
        is_neighbour.then_some(entry)
    }

    /// Whether the switch describes itself.
    pub(super) fn is_own(&self) -> bool {
        self.is_own
    }

    /// What the switch says of itself, where that is what is being read.
    pub(super) fn take_own(&mut self) -> Option<Entry> {
        if self.is_own { self.close() } else { None }
    }

    /// Ends the blocks of one command.
    pub(super) fn finish(&mut self) -> Option<Entry> {
        let done = self.close();
        self.port = None;
        done
    }
}

/// A sentence that stands over one or more blocks.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heading<'l> {
    /// The neighbours below are behind this port of the switch.
    Port(&'l str),
    /// Another neighbour behind the same port.
    Neighbour,
    /// Another neighbour behind the same port, with its names.
    Chassis {
        /// Its chassis id.
        chassis: &'l str,
        /// Its port id.
        port: &'l str,
    },
    /// The switch describes itself.
    Own,
}

/// The heading that a line is.
pub(super) fn heading(line: &str) -> Option<Heading<'_>> {
    let line = line.trim();
    let between = |before: &str, after: &str| {
        let (_, rest) = line.split_once(before)?;
        let end = if after.is_empty() { rest.len() } else { rest.find(after)? };
        let name = rest.get(..end)?.trim();
        (!name.is_empty() && !name.contains(' ')).then_some(Heading::Port(name))
    };
    if line.contains("Local Device Information") {
        return Some(Heading::Own);
    }
    if let Some((chassis, port)) =
        line.strip_prefix("Chassis ").and_then(|rest| rest.strip_suffix(':')?.split_once(", Port "))
    {
        return Some(Heading::Chassis { chassis, port });
    }
    if line.starts_with("Neighbor ") && line.contains(", age ") {
        return Some(Heading::Neighbour);
    }
    let ends = |tail: &str| line.trim_end_matches([':', '.']).ends_with(tail);
    if line.contains(" has ") && (ends("neighbors") || ends("neighbor(s)")) {
        let port = line.split_whitespace().next()?;
        return Some(Heading::Port(port));
    }
    if line.starts_with("Interface ") && line.contains(" LLDP neighbors") {
        return between("Interface ", " detected");
    }
    if line.starts_with("LLDP neighbor-information of port ") {
        return between("[", "]");
    }
    if line.starts_with("Remote LLDP ") {
        return between("Slot/Port ", ":").or_else(|| between("Local Port ", ":"));
    }
    match line.strip_prefix("Local ").and_then(|rest| rest.strip_suffix(':')) {
        Some(port) if port.bytes().any(|byte| byte.is_ascii_digit()) => between("Local ", ":"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_hold_several_pairs() {
        let read = |line| -> Vec<(Key, String)> {
            pairs(line).into_iter().map(|pair| (pair.key, pair.value.to_owned())).collect()
        };
        let port = Key::Field(Field::Port);
        let remote = Key::Field(Field::RemotePort);
        assert_eq!(
            read("Interface: mgmt0,  Port ID (outgoing port): FastEthernet1/0/32"),
            [(port, "mgmt0".into()), (remote, "FastEthernet1/0/32".into())]
        );
        assert_eq!(
            read("Link-layer   : 5803-fb00-0001                     State : STALE"),
            [(Key::Field(Field::Mac), "5803-fb00-0001".into()), (Key::Skip, "STALE".into())]
        );
        assert_eq!(
            read("System Name - not advertised"),
            [(Key::Field(Field::Name), String::new())]
        );
        assert_eq!(
            read("  Chassis ID ....................... 5803.fb00.0001"),
            [(Key::Field(Field::Chassis), "5803.fb00.0001".into())]
        );
        assert_eq!(read("Technical Support: http://www.example.org"), []);
    }

    #[test]
    fn headings_name_the_port_of_the_switch() {
        for line in [
            "Interface Gi1/7 detected 1 LLDP neighbors:",
            "Gi1/7 has 1 neighbor(s):",
            "LLDP neighbor-information of port 7[Gi1/7]:",
            "Remote LLDP nearest-bridge Agents on Local Port Gi1/7:",
            "Local Gi1/7:",
        ] {
            assert_eq!(heading(line), Some(Heading::Port("Gi1/7")), "{line}");
        }
        assert_eq!(heading("Local information:"), None);
    }
}
