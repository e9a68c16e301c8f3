//! Indexes over the smaller tables: prefixes, domains, chips, firmware formats.

use std::collections::HashMap;

use model::MacAddr;

use crate::text::{Word, normalised, words};
use crate::{Domain, FirmwareFormat, Prefix, Soc};

/// Blocks sorted by first address and size.
#[derive(Debug, Default)]
pub(crate) struct PrefixIndex {
    /// Base, bits, position of the row.
    sorted: Vec<(u64, u8, usize)>,
}

/// Sizes that the IEEE registers, smallest block first.
const BLOCK_BITS: [u8; 3] = [36, 28, 24];

impl PrefixIndex {
    pub(crate) fn new(prefixes: &[Prefix]) -> Self {
        let rows = prefixes.iter().enumerate();
        let mut sorted: Vec<_> = rows.map(|(n, prefix)| (prefix.base, prefix.bits, n)).collect();
        sorted.sort_unstable();
        Self { sorted }
    }

    /// Position of the smallest block that holds the address; `None` for made-up and group addresses.
    pub(crate) fn holding(&self, mac: MacAddr) -> Option<usize> {
        mac.oui()?;
        BLOCK_BITS.into_iter().find_map(|bits| self.block(mac.to_u64(), bits))
    }

    fn block(&self, address: u64, bits: u8) -> Option<usize> {
        let host_bits = 48 - u32::from(bits);
        let base = address >> host_bits << host_bits;
        let found =
            self.sorted.binary_search_by_key(&(base, bits), |(base, bits, _)| (*base, *bits));
        found.ok().and_then(|slot| self.sorted.get(slot)).map(|(_, _, position)| *position)
    }
}

/// Domains by name.
#[derive(Debug, Default)]
pub(crate) struct DomainIndex {
    by_name: HashMap<Box<str>, usize>,
}

impl DomainIndex {
    pub(crate) fn new(domains: &[Domain]) -> Self {
        let rows = domains.iter().enumerate();
        Self { by_name: rows.map(|(n, domain)| (domain.name.clone(), n)).collect() }
    }

    /// Position of the longest domain that is `host` or a parent of it.
    pub(crate) fn holding(&self, host: &str) -> Option<usize> {
        let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
        let mut name = host.as_str();
        loop {
            if let Some(position) = self.by_name.get(name) {
                return Some(*position);
            }
            (_, name) = name.split_once('.')?;
        }
    }
}

/// A chip's name up to this length is a word of other languages too (`S2L`, `T31X`): it counts only when
/// the text says nothing but the chip.
const SHORT_CHIP_NAME: usize = 4;

/// Words of a text that are looked at for a chip.
const CHIP_WORDS_MAX: usize = 200;

/// Chips by the names that devices show.
#[derive(Debug, Default)]
pub(crate) struct SocIndex {
    /// Name, normalised, to positions of rows, ascending.
    exact: HashMap<String, Vec<usize>>,
    /// Beginning of a name, normalised; longest first.
    families: Vec<(String, usize)>,
}

impl SocIndex {
    pub(crate) fn new(socs: &[Soc]) -> Self {
        let mut index = Self::default();
        for (position, soc) in socs.iter().enumerate() {
            for name in &soc.names {
                let key = normalised(name);
                if name.ends_with('*') {
                    index.families.push((key, position));
                } else {
                    index.exact.entry(key).or_default().push(position);
                }
            }
        }
        index.families.sort_by_key(|(name, position)| (std::cmp::Reverse(name.len()), *position));
        index
    }

    /// Position of the row for the first chip that the text names.
    pub(crate) fn named_in(&self, text: &str, socs: &[Soc]) -> Option<usize> {
        let words = words(text, CHIP_WORDS_MAX);
        (0..words.len()).find_map(|start| {
            let (before, rest) = words.split_at_checked(start)?;
            let named = self.begins_with_name(rest, socs)?;
            let after = rest.get(named.words..)?;
            let mut others = before.iter().chain(after);
            let mut says_only_that =
                || others.all(|word| socs.get(named.row).is_some_and(|soc| names_it(soc, word)));
            (named.letters > SHORT_CHIP_NAME || says_only_that()).then_some(named.row)
        })
    }

    /// The name that `words` begin with: all of it known before a family's beginning, and then the longer of
    /// `ARTPEC-6`, which is two words, and `Hi3516`.
    fn begins_with_name(&self, words: &[Word<'_>], socs: &[Soc]) -> Option<Named> {
        let name = |count: usize| {
            let part = words.get(..count)?;
            Some(part.iter().map(|word| word.folded.as_str()).collect::<String>())
        };
        let exact = |count| {
            let name = name(count)?;
            let row = self.exact_row(&name, socs)?;
            Some(Named { row, words: count, letters: name.len() })
        };
        let family = |count| {
            let name = name(count)?;
            let (start, row) = self.family(&name)?;
            Some(Named { row, words: count, letters: start.len() })
        };
        exact(2).or_else(|| exact(1)).or_else(|| family(1)).or_else(|| family(2))
    }

    /// The row for a name. Rows that speak of the chip in general come before rows that speak of one device
    /// it was seen in.
    fn exact_row(&self, name: &str, socs: &[Soc]) -> Option<usize> {
        let is_general = |position: &usize| {
            let soc = socs.get(*position);
            soc.is_some_and(|soc| soc.device_makers.iter().all(model::MakerId::is_unknown))
        };
        let rows = self.exact.get(name)?;
        let general = rows.iter().copied().find(|row| is_general(row));
        let family = || self.family(name).map(|(_, row)| row).filter(is_general);
        general.or_else(family).or_else(|| rows.first().copied())
    }

    /// The longest beginning of a family's names that `name` has.
    fn family(&self, name: &str) -> Option<(&str, usize)> {
        let family = self.families.iter().find(|(start, _)| name.starts_with(start.as_str()));
        family.map(|(start, row)| (start.as_str(), *row))
    }
}

/// A chip's name at the beginning of some words.
struct Named {
    /// Position of the row.
    row: usize,
    /// Words it takes.
    words: usize,
    /// Letters and digits of it that are known.
    letters: usize,
}

/// Whether a word beside the chip's name only says whose it is.
fn names_it(soc: &Soc, word: &Word<'_>) -> bool {
    const CHIP_WORDS: &[&str] = &["soc", "chip", "cpu", "processor", "family", "series"];
    CHIP_WORDS.contains(&word.folded.as_str())
        || [&soc.family, &soc.maker]
            .iter()
            .any(|text| words(text, CHIP_WORDS_MAX).iter().any(|own| own.folded == word.folded))
}

/// A magic without an offset is looked for in so many bytes.
const HEAD_BYTES_MAX: usize = 4096;

/// Position of the format whose magic `head` shows; the longest magic decides.
pub(crate) fn firmware_format(head: &[u8], formats: &[FirmwareFormat]) -> Option<usize> {
    let fits = |format: &FirmwareFormat| {
        let holds = |head: &[u8], part: &[u8]| {
            part.is_empty() || head.windows(part.len()).any(|window| window == part)
        };
        let start = head.get(..HEAD_BYTES_MAX).unwrap_or(head);
        let shows_magic = match format.magic_offset {
            Some(offset) => head.get(offset..).is_some_and(|rest| rest.starts_with(&format.magic)),
            None => holds(start, &format.magic),
        };
        !format.magic.is_empty() && shows_magic && holds(head, format.needs.as_bytes())
    };
    let fitting = formats.iter().enumerate().filter(|(_, format)| fits(format));
    // Of equals the first: `max_by_key` would take the last.
    fitting.min_by_key(|(_, format)| std::cmp::Reverse(format.magic.len())).map(|(n, _)| n)
}
