//! Single values: placeholders, addresses, quantities, and what spreadsheets do to them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::MacAddr;

use super::row::{Cell, CellKind};

/// Words for "nobody knows", compared without regard to case.
const PLACEHOLDERS: &[&str] = &[
    "n/a",
    "na",
    "n.a.",
    "n/k",
    "nk",
    "unknown",
    "unk",
    "not known",
    "unkown",
    "tbc",
    "tba",
    "tbd",
    "none",
    "nil",
    "null",
    "blank",
    "empty",
    "not recorded",
    "not available",
    "not applicable",
    "no label",
    "see notes",
    "see note",
    "to be confirmed",
    "to be advised",
    "xx",
    "xxx",
    "inconnu",
    "unbekannt",
    "desconocido",
    "k.a.",
    "keine",
    "aucun",
    "aucune",
    "ninguno",
    "nan",
    "missing",
    "pending",
];

/// The longest of [`PLACEHOLDERS`].
const PLACEHOLDER_BYTES_MAX: usize = 16;

/// Whether a cell says nothing: `n/a`, `-`, `unknown`, `TBC`, `?`.
pub(super) fn is_placeholder(text: &str) -> bool {
    let is_punctuation = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_punctuation() && byte != b'#')
            || matches!(text, "–" | "—" | "…")
    };
    text.len() <= PLACEHOLDER_BYTES_MAX
        && (is_punctuation(text) || PLACEHOLDERS.iter().any(|word| word.eq_ignore_ascii_case(text)))
}

/// Whether a cell repeats the one above it in words or marks.
pub(super) fn is_ditto(text: &str) -> bool {
    const DITTO: &[&str] = &[
        "\"",
        "''",
        "\"\"",
        "\" \"",
        "-\"-",
        "- \" -",
        "”",
        "“",
        "„",
        ",,",
        "〃",
        "↑",
        "^",
        "ditto",
        "dito",
        "do.",
        "dto",
        "dto.",
        "as above",
        "same as above",
        "see above",
        "like above",
        "same",
        "idem",
        "wie oben",
        "s.o.",
        "siehe oben",
        "comme ci-dessus",
        "idem ci-dessus",
        "igual",
        "igual que arriba",
    ];
    /// The longest of them.
    const BYTES_MAX: usize = 16;
    (1..=BYTES_MAX).contains(&text.len())
        && DITTO.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// What a spreadsheet did to a value that was something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Damage {
    /// `1.23E+11`: the digits are gone.
    Scientific,
    /// A number with more digits than a spreadsheet keeps.
    DigitsLost,
    /// A date or a time of day.
    Date,
    /// A number that has lost the rest of its characters, or its zeros.
    Number,
    /// A failed formula.
    Formula,
    /// Leading zeros that the rest of the column has.
    Zeros,
}

/// A number has no more digits than this in a spreadsheet.
const EXACT_BELOW: f64 = 1e15;

/// A spreadsheet shows numbers from here in scientific form, and whoever copies that form keeps few digits.
const SCIENTIFIC_FROM: f64 = 1e11;

/// A number copied from its scientific form has no more digits than this before its zeros.
const SCIENTIFIC_DIGITS_MAX: usize = 6;

/// Whether a cell is a failed formula: `#REF!`, `Err:502`, a column too narrow when it was exported.
pub(super) fn is_formula_error(cell: Cell<'_>) -> bool {
    const ERRORS: &[&str] = &[
        "#REF!",
        "#N/A",
        "#NAME?",
        "#VALUE!",
        "#DIV/0!",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#DATA!",
        "#GETTING_DATA",
        "#ERROR!",
        "#BEZUG!",
        "#WERT!",
        "#NV",
        "#VALEUR!",
        "#NOM?",
        "#¡REF!",
    ];
    let text = cell.text;
    cell.kind == CellKind::Error
        || (text.starts_with('#')
            && (ERRORS.iter().any(|error| error.eq_ignore_ascii_case(text))
                || (text.len() >= 3 && text.bytes().all(|byte| byte == b'#'))))
        || text.strip_prefix("Err:").is_some_and(|code| code.len() == 3 && is_digits(code))
}

/// What happened to an identifier (serial number, asset tag, model, address).
pub(super) fn damage(cell: Cell<'_>) -> Option<Damage> {
    if is_formula_error(cell) {
        return Some(Damage::Formula);
    }
    match cell.kind {
        CellKind::Date => Some(Damage::Date),
        CellKind::Number => damaged_number(cell.text),
        _ if is_scientific(cell.text) => Some(Damage::Scientific),
        _ => None,
    }
}

fn damaged_number(text: &str) -> Option<Damage> {
    if is_scientific(text) {
        return Some(Damage::Scientific);
    }
    let value: f64 = text.parse().ok()?;
    if value.abs() >= EXACT_BELOW {
        return Some(Damage::DigitsLost);
    }
    let significant = text.trim_end_matches('0').len();
    (value.abs() >= SCIENTIFIC_FROM && significant <= SCIENTIFIC_DIGITS_MAX)
        .then_some(Damage::Scientific)
}

/// `1.23E+11`, `1,23E+11`, `5E+12`, and `1.23E11`. `5E12` is a serial number like any other.
pub(super) fn is_scientific(text: &str) -> bool {
    let Some((digits, exponent)) = text.split_once(['E', 'e']) else { return false };
    let has_sign = exponent.starts_with(['+', '-']);
    let exponent = exponent.trim_start_matches(['+', '-']);
    let (whole, fraction) = match digits.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    whole.len() == 1
        && is_digits(whole)
        && fraction.is_none_or(is_digits)
        && (1..=3).contains(&exponent.len())
        && is_digits(exponent)
        && (has_sign || fraction.is_some())
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number as it would have been shown, for a message: `123000000000` is `1.23E+11`.
pub(super) fn scientific_form(text: &str) -> Option<String> {
    let digits = text.trim_end_matches('0');
    let (first, rest) = digits.split_at_checked(1)?;
    if !is_digits(text) || rest.len() > SCIENTIFIC_DIGITS_MAX {
        return None;
    }
    let point = if rest.is_empty() { "" } else { "." };
    Some(format!("{first}{point}{rest}E+{:02}", text.len() - 1))
}

/// A row lists no more devices than this.
pub(super) const KEYS_MAX: usize = 256;

/// The parts of a cell that may hold several values.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '\n', '\r', '\t', '|', '&'])
        .flat_map(|part| part.split(" / "))
        .flat_map(|part| part.split(" and "))
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// Whether a value looks like a hardware address.
pub(super) fn looks_like_mac(text: &str) -> bool {
    (12..=23).contains(&text.len()) && hardware_address(text).is_some()
}

/// Two network addresses side by side have twelve digits as well, in groups of any length.
fn hardware_address(text: &str) -> Option<MacAddr> {
    let mut groups = text.split(['.', ' ']).map(str::len);
    let first = groups.next();
    let is_even = !text.contains('.') || groups.all(|length| Some(length) == first);
    text.parse().ok().filter(|_| is_even)
}

/// Why a cell gives no hardware address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoMac {
    /// It is none.
    Malformed,
    /// It lacks one or two digits: leading zeros, as numbers lose them.
    ZerosLost,
    /// All zeros, or a group address: no single device has it.
    NotOneDevice,
}

/// Adds the hardware addresses of a cell; the first problem, if there is one.
pub(super) fn macs(text: &str, found: &mut Vec<MacAddr>) -> Option<NoMac> {
    if let Some(result) = one_mac(text) {
        return keep(result, found);
    }
    let mut problem = None;
    for part in parts(text).filter(|part| !is_placeholder(part)) {
        match one_mac(part) {
            Some(result) => problem = problem.or(keep(result, found)),
            None => problem = problem.or(blank_separated(part, found)),
        }
    }
    problem
}

fn keep(result: Result<MacAddr, NoMac>, found: &mut Vec<MacAddr>) -> Option<NoMac> {
    match result {
        Ok(mac) => {
            if found.len() < KEYS_MAX && !found.contains(&mac) {
                found.push(mac);
            }
            None
        }
        Err(problem) => Some(problem),
    }
}

fn one_mac(text: &str) -> Option<Result<MacAddr, NoMac>> {
    let bare = text.trim_start_matches(|c: char| c.is_ascii_punctuation());
    let bare =
        ["MAC:", "mac:", "MAC ", "0x"].iter().find_map(|p| bare.strip_prefix(p)).unwrap_or(bare);
    let bare = bare.trim().trim_end_matches(|c: char| c.is_ascii_punctuation());
    if let Some(mac) = hardware_address(bare) {
        return Some(if mac.is_identity() { Ok(mac) } else { Err(NoMac::NotOneDevice) });
    }
    let is_short = (9..12).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_hexdigit());
    is_short.then_some(Err(NoMac::ZerosLost))
}

/// Addresses beside other words: `eth0 44:19:b6:00:00:01 wlan 44:19:b6:00:00:02`.
fn blank_separated(text: &str, found: &mut Vec<MacAddr>) -> Option<NoMac> {
    let before = found.len();
    for word in text.split_whitespace().filter(|word| word.len() >= 12) {
        if let Some(Ok(mac)) = one_mac(word) {
            keep(Ok(mac), found);
        }
    }
    (found.len() == before).then_some(NoMac::Malformed)
}

/// What one value of an address column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Address {
    One(IpAddr),
    /// Several, from here on.
    Range(IpAddr, u64),
}

/// Why a cell gives no network address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoAddress {
    /// It is none.
    Malformed,
    /// A network or a range.
    Range,
    /// An address that no single device has: `0.0.0.0`, loopback, broadcast, multicast.
    NotOneDevice,
    /// It says that the address is given by DHCP.
    Dynamic,
}

/// A range of no more addresses than this can be a list of devices.
const RANGE_MAX: u64 = 256;

/// Adds the network addresses of a cell; the first problem, if there is one. A range counts as its addresses when it
/// has `quantity` of them.
pub(super) fn addresses(
    text: &str,
    quantity: Option<u32>,
    found: &mut Vec<IpAddr>,
) -> Option<NoAddress> {
    let mut problem = None;
    for part in parts(text).filter(|part| !is_placeholder(part)) {
        let result = match one_address(part) {
            Some(Address::One(address)) => keep_address(address, found),
            Some(Address::Range(first, count)) => {
                if quantity.is_some_and(|q| u64::from(q) == count) && count <= RANGE_MAX {
                    add_range(first, count, found);
                    None
                } else {
                    Some(NoAddress::Range)
                }
            }
            None if part.eq_ignore_ascii_case("dhcp") || part.eq_ignore_ascii_case("dynamic") => {
                Some(NoAddress::Dynamic)
            }
            None => among_words(part, found),
        };
        problem = problem.or(result);
    }
    problem
}

fn keep_address(address: IpAddr, found: &mut Vec<IpAddr>) -> Option<NoAddress> {
    let is_one_device = match address {
        IpAddr::V4(v4) => {
            !(v4.is_unspecified() || v4.is_loopback() || v4.is_multicast() || v4.is_broadcast())
        }
        IpAddr::V6(v6) => !(v6.is_unspecified() || v6.is_loopback() || v6.is_multicast()),
    };
    if !is_one_device {
        return Some(NoAddress::NotOneDevice);
    }
    if found.len() < KEYS_MAX && !found.contains(&address) {
        found.push(address);
    }
    None
}

fn add_range(first: IpAddr, count: u64, found: &mut Vec<IpAddr>) {
    if let IpAddr::V4(first) = first {
        for step in 0..count {
            let Some(bits) = u32::try_from(step).ok().and_then(|s| u32::from(first).checked_add(s))
            else {
                return;
            };
            keep_address(IpAddr::V4(Ipv4Addr::from(bits)), found);
        }
    }
}

fn among_words(text: &str, found: &mut Vec<IpAddr>) -> Option<NoAddress> {
    let mut problem = Some(NoAddress::Malformed);
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')')) {
        if let Some(Address::One(address)) = one_address(word) {
            problem = keep_address(address, found);
        }
    }
    problem
}

/// Whether a value looks like a network address, alone or with port, scheme or mask.
pub(super) fn looks_like_address(text: &str) -> bool {
    text.len() >= 3
        && text.bytes().any(|byte| matches!(byte, b'.' | b':'))
        && parts(text).next().is_some_and(|part| one_address(part).is_some())
}

fn one_address(text: &str) -> Option<Address> {
    let text = match text.split_once("://") {
        Some((_, rest)) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let credentials = rest.get(..end).and_then(|authority| authority.rfind('@'));
            credentials.and_then(|at| rest.get(at + 1..)).unwrap_or(rest)
        }
        None => text,
    };
    let text = text.strip_prefix("IP:").or_else(|| text.strip_prefix("ip:")).unwrap_or(text).trim();
    if let Ok(v6) = text.parse::<Ipv6Addr>() {
        return Some(Address::One(v6.to_canonical()));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (address, _) = rest.split_once(']')?;
        return address.parse::<Ipv6Addr>().ok().map(|v6| Address::One(v6.to_canonical()));
    }
    if let Some((first, last)) = text.split_once('-') {
        return range(first.trim(), last.trim());
    }
    let (text, suffix) = match text.split_once('/') {
        Some((address, suffix)) => (address, suffix),
        None => (text, ""),
    };
    let address = text.split_once(':').map_or(text, |(address, _)| address);
    if let Ok(v6) = text.parse::<Ipv6Addr>() {
        return Some(Address::One(v6.into()));
    }
    let v4 = dotted(address)?;
    match suffix.parse::<u8>() {
        Ok(prefix @ 1..=31) if is_digits(suffix) => Some(network_or_host(v4, prefix)),
        _ => Some(Address::One(v4.into())),
    }
}

/// `10.20.30.11/24` is a host with its mask, `10.20.30.0/24` a network.
fn network_or_host(v4: Ipv4Addr, prefix: u8) -> Address {
    let host_bits = 32 - u32::from(prefix);
    let host = u32::from(v4) & !(u32::MAX << host_bits);
    if host == 0 && prefix < 31 {
        Address::Range(v4.into(), 1u64 << host_bits)
    } else {
        Address::One(v4.into())
    }
}

/// `10.0.0.10-20` and `10.0.0.10 - 10.0.0.20`.
fn range(first: &str, last: &str) -> Option<Address> {
    let first = dotted(first)?;
    let last = match dotted(last) {
        Some(last) => last,
        None => {
            let [a, b, c, _] = first.octets();
            Ipv4Addr::new(a, b, c, last.parse().ok()?)
        }
    };
    let count = u64::from(u32::from(last)).checked_sub(u64::from(u32::from(first)))? + 1;
    Some(if count == 1 { Address::One(first.into()) } else { Address::Range(first.into(), count) })
}

/// Four decimal numbers; zeros in front are padding, as people pad columns.
fn dotted(text: &str) -> Option<Ipv4Addr> {
    if text.len() > 15 {
        return None;
    }
    let mut octets = [0u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        if part.len() > 3 || !is_digits(part) {
            return None;
        }
        *octet = part.parse().ok()?;
    }
    parts.next().is_none().then(|| octets.into())
}

/// A row stands for no more devices than this; a larger number is something else.
const QUANTITY_MAX: u32 = 10_000;

/// The number of a quantity column: `4`, `x4`, `4 no.`, `4.0`.
pub(super) fn quantity(text: &str) -> Option<u32> {
    let plain = text.trim_start_matches(['x', 'X', '×', ' ']);
    let digits_end = plain.find(|c: char| !c.is_ascii_digit()).unwrap_or(plain.len());
    let (digits, rest) = plain.split_at_checked(digits_end)?;
    let rest = rest.trim().trim_end_matches('.').to_ascii_lowercase();
    let is_unit = matches!(
        rest.as_str(),
        "" | "0"
            | ".0"
            | ".00"
            | "x"
            | "no"
            | "nos"
            | "off"
            | "pcs"
            | "pc"
            | "units"
            | "unit"
            | "each"
            | "ea"
            | "cameras"
            | "camera"
            | "stk"
            | "stück"
            | "devices"
    );
    digits.parse().ok().filter(|count| is_unit && *count <= QUANTITY_MAX)
}

/// A quantity inside words: `x4, landlord's own`, `4 no. Hikvision domes`, `qty 4`, `4x Hikvision`. A zoom lens is none.
pub(super) fn quantity_in(text: &str) -> Option<u32> {
    // Most cells hold no such thing: look for a digit before splitting.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let separators = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | ')' | '.');
    let mut words = text.split(separators).filter(|word| !word.is_empty()).peekable();
    let mut before = "";
    let mut is_first = true;
    while let Some(word) = words.next() {
        let after = words.peek().copied().unwrap_or_default();
        if !is_zoom(after)
            && let Some(count) = counted(before, word, after, is_first)
            && (2..=QUANTITY_MAX).contains(&count)
        {
            return Some(count);
        }
        before = word;
        is_first = false;
    }
    None
}

/// Words that say what is counted, of those that several parts of one cell count.
const COUNTED_WORDS: &[&str] = &[
    "camera",
    "cam",
    "dome",
    "bullet",
    "turret",
    "ptz",
    "nvr",
    "dvr",
    "xvr",
    "recorder",
    "intercom",
    "encoder",
    "kamera",
    "camara",
    "caméra",
    "cámara",
    "telecamer",
    "rekorder",
    "enregistreur",
    "grabador",
    "registratore",
];

/// The parts, each with its number, of a cell that plainly counts several sorts of device: `2x dome, 1 NVR`, `4 Axis
/// P3245 + 1 recorder`, `2x P3245-LV, 1x XNV-6080`. Each part must begin with a number, and one of them say what is
/// counted or all of them name a model; anything else gives nothing.
pub(super) fn sorts_in(text: &str) -> Option<Vec<(u32, &str)>> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let parts = text.split([',', ';', '+', '&', '\n', '|']).flat_map(|part| part.split(" and "));
    let parts = parts.map(str::trim).filter(|part| !part.is_empty());
    let sorts: Option<Vec<_>> = parts.map(|part| Some((leading_count(part)?, part))).collect();
    let sorts = sorts.filter(|sorts| (2..=SORTS_MAX).contains(&sorts.len()))?;
    let lower = text.to_lowercase();
    let says_what = || COUNTED_WORDS.iter().any(|word| lower.contains(word));
    let are_models = || sorts.iter().all(|(_, part)| part.split_whitespace().any(is_model_like));
    (says_what() || are_models()).then_some(sorts)
}

/// Letters and at least three digits: `P3245-LV`, and no plug (`RJ45`) or measure (`30m`).
fn is_model_like(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    digits >= 3 && word.starts_with(char::is_alphabetic)
}

/// More parts are a list of something else.
const SORTS_MAX: usize = 12;

/// The number that a part begins with, before a word: `2x dome`, `2 x dome`, `4 Axis`.
fn leading_count(part: &str) -> Option<u32> {
    let mut words = part.split_whitespace();
    let first = words.next()?;
    let times: &[char] = &['x', 'X', '×'];
    let digits = first.strip_suffix(times).or_else(|| first.strip_prefix(times)).unwrap_or(first);
    let second = words.next()?;
    let is_sign = second.trim_end_matches(times).is_empty();
    let what = if is_sign { words.next()? } else { second };
    let is_word = what.starts_with(char::is_alphabetic) && !is_zoom(what);
    let count = digits.parse().ok().filter(|_| is_digits(digits) && is_word);
    count.filter(|count| (1..=QUANTITY_MAX).contains(count))
}

fn is_zoom(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    ["zoom", "opt", "digit", "magn", "lens", "mm"].iter().any(|start| word.starts_with(start))
}

fn counted(before: &str, word: &str, after: &str, is_first: bool) -> Option<u32> {
    let is = |word: &str, expected: &[&str]| expected.iter().any(|e| word.eq_ignore_ascii_case(e));
    let plain = || is_digits(word).then(|| word.parse().ok()).flatten();
    if let Some(count) = word.strip_prefix(['x', 'X', '×']).filter(|rest| is_digits(rest)) {
        return count.parse().ok();
    }
    if let Some(count) = word.strip_suffix(['x', 'X', '×']).filter(|rest| is_digits(rest)) {
        return if is_first && !after.is_empty() { count.parse().ok() } else { None };
    }
    if is(before, &["qty", "quantity", "x"]) && !before.is_empty() {
        return plain();
    }
    if is_first && is(after, &["x", "×"]) {
        return plain();
    }
    if is(after, &["no", "nos", "off"]) {
        return plain();
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_macs(text: &str) -> (Vec<String>, Option<NoMac>) {
        let mut found = Vec::new();
        let problem = macs(text, &mut found);
        (found.iter().map(MacAddr::to_string).collect(), problem)
    }

    fn read_addresses(text: &str, quantity: Option<u32>) -> (String, Option<NoAddress>) {
        let mut found = Vec::new();
        let problem = addresses(text, quantity, &mut found);
        (found.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(" "), problem)
    }

    #[test]
    fn hardware_addresses_in_all_spellings() {
        let one = (vec!["44:19:b6:00:00:01".to_owned()], None);
        for text in [
            "44-19-B6-00-00-01",
            "4419.b600.0001",
            "4419B6000001",
            "MAC: 44:19:B6:00:00:01",
            "44:19:B6:00:00:01 (eth0)",
            "44:19:b6:00:00:01, 4419B6000001",
        ] {
            assert_eq!(read_macs(text), one, "{text}");
        }
        let two = vec!["44:19:b6:00:00:01".to_owned(), "44:19:b6:00:00:02".to_owned()];
        for text in [
            "44:19:B6:00:00:01\n44:19:B6:00:00:02",
            "4419B6000001 / 4419B6000002",
            "4419B6000001 4419B6000002",
        ] {
            assert_eq!(read_macs(text), (two.clone(), None), "{text}");
        }
        assert_eq!(read_macs("1217000001"), (vec![], Some(NoMac::ZerosLost)));
        assert_eq!(read_macs("00:00:00:00:00:00"), (vec![], Some(NoMac::NotOneDevice)));
        assert_eq!(read_macs("on the label"), (vec![], Some(NoMac::Malformed)));
        assert_eq!(read_macs("N/A, N/A"), (vec![], None));
        assert!(!looks_like_mac("10.0.0.23 10.0.1.23"));
    }

    #[test]
    fn network_addresses_with_everything_around_them() {
        for text in [
            "10.20.30.11",
            "10.20.30.11:554",
            "10.20.30.11/24",
            "http://10.20.30.11:8080/doc/page",
            "rtsp://admin:x@10.20.30.11:554/ch1",
            "010.020.030.011",
            "10.20.30.11 (static)",
            "cam 10.20.30.11",
        ] {
            assert_eq!(read_addresses(text, None), ("10.20.30.11".into(), None), "{text}");
        }
        assert_eq!(read_addresses("[fe80::1]:80", None), ("fe80::1".into(), None));
        assert_eq!(read_addresses("10.0.0.1; 10.0.0.2", None), ("10.0.0.1 10.0.0.2".into(), None));
        assert_eq!(
            read_addresses("10.0.0.1-3", Some(3)),
            ("10.0.0.1 10.0.0.2 10.0.0.3".into(), None)
        );
        for text in ["10.0.0.1-3", "10.0.0.0/24", "10.0.0.1 - 10.0.0.9"] {
            assert_eq!(
                read_addresses(text, Some(1)),
                (String::new(), Some(NoAddress::Range)),
                "{text}"
            );
        }
        assert_eq!(read_addresses("DHCP", None), (String::new(), Some(NoAddress::Dynamic)));
        assert_eq!(read_addresses("0.0.0.0", None), (String::new(), Some(NoAddress::NotOneDevice)));
        assert_eq!(read_addresses("10.0.0.256", None), (String::new(), Some(NoAddress::Malformed)));
    }

    #[test]
    fn damage_is_seen() {
        let text = |text| damage(Cell { text, kind: CellKind::Text });
        let number = |text| damage(Cell { text, kind: CellKind::Number });
        assert_eq!(text("1.23E+11"), Some(Damage::Scientific));
        assert_eq!(text("1,23457E+11"), Some(Damage::Scientific));
        assert_eq!(text("#REF!"), Some(Damage::Formula));
        assert_eq!(text("########"), Some(Damage::Formula));
        assert_eq!(text("5E12"), None);
        assert_eq!(text("2E0012345"), None);
        assert_eq!(text("F00000001"), None);
        assert_eq!(number("123000000000"), Some(Damage::Scientific));
        assert_eq!(number("1234567890123456"), Some(Damage::DigitsLost));
        assert_eq!(number("123456789012"), None);
        assert_eq!(number("4711"), None);
        assert_eq!(scientific_form("123000000000").as_deref(), Some("1.23E+11"));
    }

    #[test]
    fn quantities_and_zoom_lenses() {
        for (text, expected) in [
            ("x4", Some(4)),
            ("x4, landlord's own system", Some(4)),
            ("4 no. domes", Some(4)),
            ("Hik dome (4 off)", Some(4)),
            ("4x Hikvision", Some(4)),
            ("4 x Hikvision", Some(4)),
            ("qty: 12", Some(12)),
            ("PTZ 25x optical", None),
            ("4x zoom", None),
            ("x30 zoom PTZ", None),
            ("8ch DVR", None),
            ("DS-2CD2143G0-I 4MP", None),
            ("Camera 4", None),
            ("1920x1080", None),
        ] {
            assert_eq!(quantity_in(text), expected, "{text}");
        }
        let two = [(2, "2x Hikvision DS-2CD2143"), (1, "1 Dahua NVR")];
        assert_eq!(sorts_in("2x Hikvision DS-2CD2143, 1 Dahua NVR").as_deref(), Some(&two[..]));
        let two = [(4, "4 Axis P3245"), (1, "1 recorder")];
        assert_eq!(sorts_in("4 Axis P3245 + 1 recorder").as_deref(), Some(&two[..]));
        let two = [(2, "2x P3245-LV"), (1, "1x XNV-6080")];
        assert_eq!(sorts_in("2x P3245-LV, 1x XNV-6080").as_deref(), Some(&two[..]));
        assert_eq!(sorts_in("2x RJ45, 1x BNC"), None);
        let two = [(3, "3 x dome"), (2, "2 x bullet")];
        assert_eq!(sorts_in("3 x dome and 2 x bullet").as_deref(), Some(&two[..]));
        for text in [
            "4x dome",
            "dome, 2 x bullet",
            "12 High Street, 4 Mill Lane",
            "4x zoom, 2 cameras",
            "1, 2",
        ] {
            assert_eq!(sorts_in(text), None, "{text}");
        }
        assert_eq!(quantity("4 no."), Some(4));
        assert_eq!(quantity("x4"), Some(4));
        assert_eq!(quantity("4.0"), Some(4));
        assert_eq!(quantity("several"), None);
        assert_eq!(quantity("123456789"), None);
    }

    #[test]
    fn nothing_is_said_in_many_ways() {
        for text in ["n/a", "N/A", "-", "--", "?", "??", "Unknown", "TBC", "none", "…"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["Axis", "0", "A-1", "###"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            let mut found = Vec::new();
            macs(&text, &mut found);
            addresses(&text, Some(2), &mut Vec::new());
            quantity(&text);
            quantity_in(&text);
            sorts_in(&text);
            looks_like_address(&text);
            looks_like_mac(&text);
            for kind in [CellKind::Text, CellKind::Number, CellKind::Date] {
                damage(Cell { text: &text, kind });
                super::super::dates::read(Cell { text: &text, kind });
            }
            super::super::titles::read(&text);
        }
    }
}
