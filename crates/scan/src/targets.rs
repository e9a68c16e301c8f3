//! Targets as nmap takes them, and what is left out of them.

mod word;

use crate::addresses::{Addresses, IPV6_RANGE_MAX, NoSet, Range, Ranges};
use word::Purpose;

/// The most ranges that targets, or exclusions, may come to: a million addresses of which none is beside another
/// take 32 MiB.
pub const RANGES_MAX: usize = 1 << 20;

/// The most IPv6 addresses among targets: as many as a long list of hosts has. More are a sweep in pieces.
pub const IPV6_TARGETS_MAX: u64 = 1 << 20;

/// The longest word in bytes: some thousand addresses with commas between them.
pub const WORD_BYTES_MAX: usize = 1 << 16;

/// The longest list in bytes: some four million addresses.
pub const LIST_BYTES_MAX: usize = 1 << 26;

/// A target or an exclusion cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", place(*line, word.as_deref()))]
pub struct TargetError {
    /// Its line, counted from 1, if it stands in a list.
    pub line: Option<usize>,
    /// The word, cut where it is long, unless the fault is that of all words together.
    pub word: Option<String>,
    /// What is wrong and what to write instead.
    pub problem: TargetProblem,
}

fn place(line: Option<usize>, word: Option<&str>) -> String {
    let line = line.map(|line| format!("line {line}: ")).unwrap_or_default();
    // What stands in a file may try to steer the terminal.
    let word = word.map(|word| format!("`{}` ", word.escape_debug())).unwrap_or_default();
    line + &word
}

/// What is wrong with a target or an exclusion.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetProblem {
    /// Only a name server could say which address is meant, and who runs it would learn of the scan.
    #[error("is a host name, and names are not looked up: write its address")]
    HostName,
    /// Nothing known.
    #[error(
        "is no address: write one such as 10.0.0.1, 10.0.0.0/24, 10.0.0.10-20, \
         10.0.0.1-10.0.1.5 or fd00::1"
    )]
    NoAddress,
    /// An address and a port.
    #[error("names a port: write the address alone")]
    Port,
    /// `fe80::1%eth0`.
    #[error(
        "names an interface: write the address alone; link-local hosts are found on the segments \
         that are attached"
    )]
    Interface,
    /// An IPv4 address has four parts.
    #[error("has {0} parts with dots between them: write four, * for any value of a part")]
    Parts(usize),
    /// One part of an IPv4 address is wrong.
    #[error(
        "has `{}` as a part: write a number from 0 to 255, a range such as 10-20, several with \
         commas between them, or *",
        .0.escape_debug()
    )]
    Part(String),
    /// `010` is 10 to some programs and 8 to others.
    #[error(
        "has `{0}` as a part, which some programs read as octal: write it without the zero in front"
    )]
    LeadingZero(String),
    /// A prefix length that no address has.
    #[error("has `/{}`: write a prefix length from 0 to {max}", .written.escape_debug())]
    Prefix {
        /// What stands behind the stroke.
        written: String,
        /// The longest prefix.
        max: u8,
    },
    /// `10.0-1.0.0/24`.
    #[error("has both a range and a prefix length: write one of them")]
    RangeAndPrefix,
    /// The ends of a range do not make one.
    #[error("cannot be taken: {0}")]
    NoSet(NoSet),
    /// The word is longer than [`WORD_BYTES_MAX`].
    #[error("is longer than {WORD_BYTES_MAX} bytes: write several words, or a list")]
    WordTooLong,
    /// The list is longer than [`LIST_BYTES_MAX`].
    #[error(
        "a list is longer than {LIST_BYTES_MAX} bytes: write networks instead of addresses, or several scans"
    )]
    ListTooLong,
    /// There are more than [`RANGES_MAX`] ranges.
    #[error(
        "comes to more than {RANGES_MAX} ranges: write networks instead of addresses, or several scans"
    )]
    TooManyRanges,
    /// There are more than [`IPV6_TARGETS_MAX`] IPv6 addresses.
    #[error(
        "there are more than {IPV6_TARGETS_MAX} IPv6 addresses; IPv6 is never swept: list addresses, \
         or networks of at most {IPV6_RANGE_MAX}"
    )]
    TooManyIpv6,
}

/// What a scan was asked to look at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Targets {
    /// What is to be looked at.
    pub addresses: Addresses,
    /// What was named as a target and as an exclusion: it stays in the count, as excluded.
    pub excluded: Addresses,
}

/// Reads targets and exclusions, from words and from lists.
#[derive(Debug, Clone, Default)]
pub struct TargetReader {
    asked: Gathered,
    excluded: Gathered,
}

impl TargetReader {
    /// Takes one word of the command line: a target, or several with commas between them.
    ///
    /// # Errors
    /// [`TargetError`].
    pub fn target(&mut self, word: &str) -> Result<(), TargetError> {
        one(&mut self.asked, Purpose::Ask, None, word)
    }

    /// Takes the text of a list (`-iL`): words with blanks or line ends between them; from `#` to the end of the line
    /// is a comment.
    ///
    /// # Errors
    /// [`TargetError`]: the first word that cannot be taken. Nothing may be scanned then: what is missing would be silent.
    pub fn target_list(&mut self, text: &str) -> Result<(), TargetError> {
        list(&mut self.asked, Purpose::Ask, text)
    }

    /// Takes one word of `--exclude`, written as a target is; IPv6 networks of any size, too.
    ///
    /// # Errors
    /// [`TargetError`].
    pub fn exclude(&mut self, word: &str) -> Result<(), TargetError> {
        one(&mut self.excluded, Purpose::Exclude, None, word)
    }

    /// Takes the text of a list of exclusions.
    ///
    /// # Errors
    /// [`TargetError`], as [`TargetReader::target_list`].
    pub fn exclude_list(&mut self, text: &str) -> Result<(), TargetError> {
        list(&mut self.excluded, Purpose::Exclude, text)
    }

    /// What all that means together. The order in which it was said does not matter.
    ///
    /// # Errors
    /// [`TargetError`]: there is too much of it.
    pub fn finish(self) -> Result<Targets, TargetError> {
        let together = |problem| TargetError { line: None, word: None, problem };
        let asked = self.asked.finish().map_err(together)?;
        if asked.ipv6_len() > IPV6_TARGETS_MAX {
            return Err(together(TargetProblem::TooManyIpv6));
        }
        let asked = Addresses::from(asked);
        let excluded = self.excluded.finish().map_err(together)?;
        Ok(Targets { addresses: asked.without(&excluded), excluded: asked.within(&excluded) })
    }
}

fn list(gathered: &mut Gathered, purpose: Purpose, text: &str) -> Result<(), TargetError> {
    if text.len() > LIST_BYTES_MAX {
        return Err(TargetError { line: None, word: None, problem: TargetProblem::ListTooLong });
    }
    // An editor's byte order mark belongs to no word.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // A lone carriage return ends a line too: no comment may swallow what comes behind it.
    let lines = (1..)
        .zip(text.lines())
        .flat_map(|(line, text)| text.split('\r').map(move |text| (line, text)));
    for (line, text) in lines {
        let (words, _comment) = text.split_once('#').unwrap_or((text, ""));
        for word in words.split_whitespace() {
            one(gathered, purpose, Some(line), word)?;
        }
    }
    Ok(())
}

fn one(
    gathered: &mut Gathered,
    purpose: Purpose,
    line: Option<usize>,
    word: &str,
) -> Result<(), TargetError> {
    word::read(word.trim(), purpose, &mut |range| gathered.push(range)).map_err(|problem| {
        TargetError { line, word: Some(word.trim().chars().take(60).collect()), problem }
    })
}

/// Ranges as they come; brought together before they grow beyond bounds.
#[derive(Debug, Clone, Default)]
struct Gathered {
    ranges: Vec<Range>,
}

impl Gathered {
    /// Twice the bound may wait: so it takes as many words again until the ranges are brought together once more.
    fn push(&mut self, range: Range) -> Result<(), TargetProblem> {
        self.ranges.push(range);
        if self.ranges.len() < 2 * RANGES_MAX {
            return Ok(());
        }
        self.ranges = bounded(std::mem::take(&mut self.ranges))?.into_inner();
        Ok(())
    }

    fn finish(self) -> Result<Ranges, TargetProblem> {
        bounded(self.ranges)
    }
}

fn bounded(ranges: Vec<Range>) -> Result<Ranges, TargetProblem> {
    let ranges = Ranges::new(ranges);
    if ranges.count() > RANGES_MAX { Err(TargetProblem::TooManyRanges) } else { Ok(ranges) }
}

#[cfg(test)]
mod tests;
