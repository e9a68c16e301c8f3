//! One word: which addresses it means.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipnet::IpNet;

use super::{RANGES_MAX, TargetProblem, WORD_BYTES_MAX};
use crate::addresses::{Range, target};

/// What a word is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Its addresses are to be asked: IPv6 within bounds.
    Ask,
    /// Its addresses are to be left out: as many as may be.
    Exclude,
}

type Sink<'s> = &'s mut dyn FnMut(Range) -> Result<(), TargetProblem>;

/// Hands on the ranges that a word means.
pub(super) fn read(word: &str, purpose: Purpose, sink: Sink<'_>) -> Result<(), TargetProblem> {
    if word.len() > WORD_BYTES_MAX {
        return Err(TargetProblem::WordTooLong);
    }
    // A comma stands between addresses, or between the numbers of one part (`10.0.0.1,5`).
    let whole = |part: &str| part.contains(':') || part.matches('.').count() >= 3;
    if word.split(',').all(whole) {
        return word.split(',').try_for_each(|part| target_word(part, purpose, sink));
    }
    target_word(word, purpose, sink)
}

fn target_word(word: &str, purpose: Purpose, sink: Sink<'_>) -> Result<(), TargetProblem> {
    if let Ok(address) = word.parse() {
        return sink(Range::one(address));
    }
    if let Some((start, prefix)) = word.split_once('/') {
        return whole_network(network(start, prefix)?, purpose, sink);
    }
    if let Some((first, last)) = ends(word) {
        return sink(range(first, last, purpose)?);
    }
    if word.contains(':') {
        return Err(no_ipv6(word));
    }
    octets(word, sink)
}

fn whole_network(network: IpNet, purpose: Purpose, sink: Sink<'_>) -> Result<(), TargetProblem> {
    match purpose {
        Purpose::Ask => sink(range(network.network(), network.broadcast(), purpose)?),
        Purpose::Exclude => Range::of_network(network).try_for_each(sink),
    }
}

fn range(first: IpAddr, last: IpAddr, purpose: Purpose) -> Result<Range, TargetProblem> {
    match purpose {
        Purpose::Ask => target(first, last),
        Purpose::Exclude => Range::between(first, last),
    }
    .map_err(TargetProblem::NoSet)
}

/// `10.0.0.1-10.0.1.5`
fn ends(word: &str) -> Option<(IpAddr, IpAddr)> {
    let (first, last) = word.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

fn network(start: &str, prefix: &str) -> Result<IpNet, TargetProblem> {
    let Ok(address) = start.parse::<IpAddr>() else {
        // What is wrong with it, if anything is, comes first.
        target_word(start, Purpose::Exclude, &mut |_| Ok(()))?;
        return Err(TargetProblem::RangeAndPrefix);
    };
    let max = if address.is_ipv4() { 32 } else { 128 };
    let digits = prefix.bytes().all(|byte| byte.is_ascii_digit());
    let length = prefix.parse().ok().filter(|_| digits);
    length
        .and_then(|length| IpNet::new(address, length).ok())
        .ok_or_else(|| TargetProblem::Prefix { written: shortened(prefix), max })
}

/// Why a word with colons is no IPv6 address.
fn no_ipv6(word: &str) -> TargetProblem {
    if word.parse::<SocketAddr>().is_ok() {
        TargetProblem::Port
    } else if word.split_once('%').is_some_and(|(address, _)| address.parse::<IpAddr>().is_ok()) {
        TargetProblem::Interface
    } else {
        TargetProblem::NoAddress
    }
}

// --- IPv4 with ranges in its parts ------------------------------------------------------------------------

/// `10.0-1.*.1-5,9`
fn octets(word: &str, sink: Sink<'_>) -> Result<(), TargetProblem> {
    let parts: Vec<&str> = word.split('.').take(WORD_BYTES_MAX).collect();
    let [a, b, c, d] = parts.as_slice() else {
        return Err(no_ipv4(word, parts.len()));
    };
    if !a.starts_with(|c: char| c.is_ascii_digit() || "*-".contains(c)) {
        return Err(no_ipv4(word, parts.len()));
    }
    expand(&[octet(a)?, octet(b)?, octet(c)?, octet(d)?], sink)
}

/// Why a word that has not four parts, or begins with no number, is no IPv4 address.
fn no_ipv4(word: &str, parts: usize) -> TargetProblem {
    let of = |allowed: &str| word.chars().all(|c| allowed.contains(c) || c.is_ascii_digit());
    let name = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    if word.contains(char::is_alphabetic) && word.chars().all(name) {
        TargetProblem::HostName
    } else if parts != 4 && word.contains('.') && of(".,-*") {
        TargetProblem::Parts(parts)
    } else {
        TargetProblem::NoAddress
    }
}

/// The values of one part, as ranges in order that neither meet nor overlap.
struct Octet(Vec<(u8, u8)>);

impl Octet {
    fn is_full(&self) -> bool {
        matches!(self.0.as_slice(), [(u8::MIN, u8::MAX)])
    }

    fn values(&self) -> impl Iterator<Item = u8> {
        self.0.iter().flat_map(|(first, last)| *first..=*last)
    }
}

fn octet(text: &str) -> Result<Octet, TargetProblem> {
    let mut ranges = text.split(',').map(octet_range).collect::<Result<Vec<_>, _>>()?;
    ranges.sort_unstable();
    ranges.dedup_by(|next, kept| {
        let joins = next.0 <= kept.1.saturating_add(1);
        if joins {
            kept.1 = kept.1.max(next.1);
        }
        joins
    });
    Ok(Octet(ranges))
}

/// As nmap reads them: `*`, `7`, `1-5`, `-5` from 0, `5-` to 255, `-` for all.
fn octet_range(text: &str) -> Result<(u8, u8), TargetProblem> {
    if text == "*" {
        return Ok((u8::MIN, u8::MAX));
    }
    let Some((first, last)) = text.split_once('-') else {
        return octet_number(text, text).map(|number| (number, number));
    };
    let first = if first.is_empty() { u8::MIN } else { octet_number(first, text)? };
    let last = if last.is_empty() { u8::MAX } else { octet_number(last, text)? };
    if first <= last { Ok((first, last)) } else { Err(TargetProblem::Part(shortened(text))) }
}

fn octet_number(number: &str, part: &str) -> Result<u8, TargetProblem> {
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    match number.parse() {
        Ok(_) if digits && number.len() > 1 && number.starts_with('0') => {
            Err(TargetProblem::LeadingZero(shortened(part)))
        }
        Ok(value) if digits => Ok(value),
        _ => Err(TargetProblem::Part(shortened(part))),
    }
}

/// One range for each run of addresses: the parts that are full at the end cost nothing.
fn expand(octets: &[Octet; 4], sink: Sink<'_>) -> Result<(), TargetProblem> {
    let full = octets.iter().rev().take_while(|octet| octet.is_full()).count();
    let Some((pivot, before)) = octets.get(..4 - full).and_then(<[Octet]>::split_last) else {
        return sink(spread(0, (u8::MIN, u8::MAX), 24));
    };
    let count = before.iter().map(|octet| octet.values().count()).product::<usize>();
    if count * pivot.0.len() > RANGES_MAX {
        return Err(TargetProblem::TooManyRanges);
    }
    let mut starts = vec![0_u32];
    for octet in before {
        let longer = |start: &u32| {
            let start = *start;
            octet.values().map(move |value| start << 8 | u32::from(value))
        };
        starts = starts.iter().flat_map(longer).collect();
    }
    let bits = 8 * u32::try_from(full).unwrap_or(0);
    starts.iter().try_for_each(|start| {
        pivot.0.iter().try_for_each(|range| sink(spread(*start, *range, bits)))
    })
}

/// The addresses that begin with `start` and a value of `range`, with `bits` behind it of any value.
fn spread(start: u32, range: (u8, u8), bits: u32) -> Range {
    let at = |value: u8| (start << 8 | u32::from(value)) << bits;
    let end = at(range.1) | ((1 << bits) - 1);
    Range::ipv4(Ipv4Addr::from_bits(at(range.0)), Ipv4Addr::from_bits(end))
}

fn shortened(text: &str) -> String {
    text.chars().take(20).collect()
}
