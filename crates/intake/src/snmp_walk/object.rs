//! One object of a walk, whatever tool wrote it.

use std::net::Ipv4Addr;

use model::MacAddr;

/// Start of the names of an interface's hardware address.
pub(super) const IF_PHYS_ADDRESS: &str = "1.3.6.1.2.1.2.2.1.6.";

/// Names that Net-SNMP prints for numbers, where its modules are at hand.
const NAMES: &[(&str, &str)] = &[
    ("iso.", "1."),
    ("mib-2.", "1.3.6.1.2.1."),
    ("enterprises.", "1.3.6.1.4.1."),
    ("sysDescr.", "1.3.6.1.2.1.1.1."),
    ("sysObjectID.", "1.3.6.1.2.1.1.2."),
    ("sysName.", "1.3.6.1.2.1.1.5."),
    ("ifDescr.", "1.3.6.1.2.1.2.2.1.2."),
    ("ifPhysAddress.", IF_PHYS_ADDRESS),
    ("ifName.", "1.3.6.1.2.1.31.1.1.1.1."),
    ("atPhysAddress.", "1.3.6.1.2.1.3.1.1.2."),
    ("ipNetToMediaPhysAddress.", "1.3.6.1.2.1.4.22.1.2."),
    ("ipNetToPhysicalPhysAddress.", "1.3.6.1.2.1.4.35.1.4."),
    ("dot1dBasePortIfIndex.", "1.3.6.1.2.1.17.1.4.1.2."),
    ("dot1dTpFdbPort.", "1.3.6.1.2.1.17.4.3.1.2."),
    ("dot1dTpFdbStatus.", "1.3.6.1.2.1.17.4.3.1.3."),
    ("dot1qTpFdbPort.", "1.3.6.1.2.1.17.7.1.2.2.1.2."),
    ("dot1qTpFdbStatus.", "1.3.6.1.2.1.17.7.1.2.2.1.3."),
    ("lldpLocPortId.", "1.0.8802.1.1.2.1.3.7.1.3."),
    ("lldpRemChassisIdSubtype.", "1.0.8802.1.1.2.1.4.1.1.4."),
    ("lldpRemChassisId.", "1.0.8802.1.1.2.1.4.1.1.5."),
    ("lldpRemPortId.", "1.0.8802.1.1.2.1.4.1.1.7."),
    ("lldpRemSysName.", "1.0.8802.1.1.2.1.4.1.1.9."),
    ("lldpRemSysDesc.", "1.0.8802.1.1.2.1.4.1.1.10."),
    ("cdpCacheAddress.", "1.3.6.1.4.1.9.9.23.1.2.1.1.4."),
    ("cdpCacheVersion.", "1.3.6.1.4.1.9.9.23.1.2.1.1.5."),
    ("cdpCacheDeviceId.", "1.3.6.1.4.1.9.9.23.1.2.1.1.6."),
    ("cdpCachePlatform.", "1.3.6.1.4.1.9.9.23.1.2.1.1.8."),
];
/// An object has at least so many arcs: what is shorter is a version or an address.
const ARCS_MIN: usize = 6;

/// A value as a tool writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Octets that were written in hexadecimal.
    Octets(Vec<u8>),
    /// Anything written as text.
    Text(String),
}

/// A name in numbers and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) name: String,
    pub(super) value: Value,
    /// It was written by a recorder of agents: its value never goes on in another line.
    pub(super) is_recorded: bool,
}

/// The object of a line.
pub(super) fn object(line: &str) -> Option<Object> {
    if let Some((name, rest)) = line.split_once('|') {
        let (tag, value) = rest.split_once('|')?;
        let name = numeric(name.trim())?;
        let is_tag = tag.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
        let value = match tag.strip_suffix('x') {
            Some(_) => Value::Octets(hexadecimal(value)?),
            None => Value::Text(value.trim().to_owned()),
        };
        return is_tag.then_some(Object { name, value, is_recorded: true });
    }
    let (name, value) = line.split_once(" = ").or_else(|| Some((line.strip_suffix(" =")?, "")))?;
    let name = numeric(name.trim())?;
    let (kind, text) = value.split_once(':').unwrap_or(("", value));
    let value = match kind {
        "Hex-STRING" => Value::Octets(hexadecimal(text)?),
        "STRING" | "OID" | "IpAddress" | "INTEGER" | "Network Address" | "Gauge32"
        | "Counter32" | "Timeticks" | "BITS" | "Counter64" | "Opaque" => {
            Value::Text(text.trim().trim_matches('"').to_owned())
        }
        _ => Value::Text(value.trim().trim_matches('"').to_owned()),
    };
    Some(Object { name, value, is_recorded: false })
}

impl Object {
    /// A line that belongs to the value before it. Recorders write values whole.
    pub(super) fn go_on(&mut self, line: &str) {
        match &mut self.value {
            Value::Octets(octets) => octets.extend(hexadecimal(line).unwrap_or_default()),
            Value::Text(text) => {
                text.push('\n');
                text.push_str(line.trim_end().trim_end_matches('"'));
            }
        }
    }
}

impl Value {
    /// The octets on the wire.
    pub(super) fn octets(&self) -> Vec<u8> {
        match self {
            Self::Octets(octets) => octets.clone(),
            Self::Text(text) => text.as_bytes().to_vec(),
        }
    }

    /// The value as text; octets that are none are given in hexadecimal.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Octets(octets) => match std::str::from_utf8(octets) {
                Ok(text) if !text.chars().any(char::is_control) => text.to_owned(),
                _ => octets.iter().map(|octet| format!("{octet:02x}")).collect(),
            },
            Self::Text(text) => text.trim().to_owned(),
        }
    }

    /// A number, also as `up(1)`.
    pub(super) fn number(&self) -> Option<u32> {
        let text = self.text();
        let inner = text.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        inner.unwrap_or(&text).parse().ok()
    }

    /// A hardware address: six octets, or text such as `58:3:fb:0:0:1`.
    pub(super) fn mac(&self) -> Option<MacAddr> {
        let octets = match self {
            Self::Octets(octets) => octets.clone(),
            Self::Text(text) => text
                .split([':', '-'])
                .map(|part| u8::from_str_radix(part.trim(), 16).ok())
                .collect::<Option<Vec<u8>>>()?,
        };
        let octets = <[u8; 6]>::try_from(octets).ok()?;
        Some(MacAddr::new(octets)).filter(|mac| mac.is_identity())
    }

    /// An IPv4 address of four octets or in dots.
    pub(super) fn address(&self) -> Option<Ipv4Addr> {
        match self {
            Self::Octets(octets) => Some(<[u8; 4]>::try_from(octets.as_slice()).ok()?.into()),
            Self::Text(text) => text.parse().ok(),
        }
    }
}

/// `.1.3.6`, `iso.3.6` and the names of modules as numbers.
pub(super) fn numeric(name: &str) -> Option<String> {
    let name = name.trim_start_matches('.');
    let bare = name.rsplit("::").next().unwrap_or(name);
    let number = NAMES
        .iter()
        .find_map(|(word, number)| Some(format!("{number}{}", bare.strip_prefix(word)?)))
        .unwrap_or_else(|| bare.to_owned());
    let mut arcs = 0;
    let is_number = number.split('.').all(|arc| {
        arcs += 1;
        !arc.is_empty() && arc.len() <= 10 && arc.bytes().all(|byte| byte.is_ascii_digit())
    });
    (is_number && arcs >= ARCS_MIN).then_some(number)
}

/// Pairs of digits, with or without blanks.
fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| character.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let (pairs, odd) = digits.as_chunks::<2>();
    odd.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
