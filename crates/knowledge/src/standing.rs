//! What an entry rests on: its source, how well that supports it, when it was looked at, and who says otherwise.

use model::Date;

use crate::Confidence;

/// Who says that an entry is wrong, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dispute {
    /// Not decided: who says what, with a reference. The entry counts for less until it is.
    Open(Box<str>),
    /// Decided, and the entry written accordingly: why, with a reference.
    Settled(Box<str>),
}

impl Dispute {
    /// `open: …`, `settled: …`, or nothing.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let parts = text.split_once(':').map(|(state, why)| (state.trim(), why.trim()));
        match parts {
            Some((_, "")) => Err(format!("dispute `{text}` gives no reason")),
            Some(("open", why)) => Ok(Some(Self::Open(why.into()))),
            Some(("settled", why)) => Ok(Some(Self::Settled(why.into()))),
            _ => Err(format!("dispute `{text}` is not `open: …` or `settled: …`")),
        }
    }
}

impl std::fmt::Display for Dispute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open(why) => write!(f, "open: {why}"),
            Self::Settled(why) => write!(f, "settled: {why}"),
        }
    }
}

/// What an entry says of itself beside its source and confidence.
///
/// While a dispute is open, the fields of the entry are what it counts for; this keeps what
/// is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// When the source was looked at, or the thing observed.
    pub seen_on: Option<Date>,
    /// Who says otherwise.
    pub dispute: Option<Dispute>,
    /// As written, where it counts for less.
    written: Option<Box<Written>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Written {
    source: Box<str>,
    confidence: Confidence,
}

/// An entry's source and confidence as they count, and how it stands.
pub(crate) struct Support {
    pub(crate) source: Box<str>,
    pub(crate) confidence: Confidence,
    pub(crate) standing: Standing,
}

impl Support {
    /// A disputed entry is `unverified` however well it was supported, and whoever cites it says so.
    pub(crate) fn new(
        source: Box<str>,
        confidence: Confidence,
        seen_on: Option<Date>,
        dispute: Option<Dispute>,
    ) -> Self {
        let Some(Dispute::Open(why)) = &dispute else {
            return Self {
                source,
                confidence,
                standing: Standing { seen_on, dispute, written: None },
            };
        };
        let cited = format!("disputed: {why}; {source}").into();
        let written = Some(Box::new(Written { source, confidence }));
        let standing = Standing { seen_on, dispute, written };
        Self { source: cited, confidence: Confidence::Unverified, standing }
    }
}

impl Standing {
    pub(crate) const NOTHING: Self = Self { seen_on: None, dispute: None, written: None };

    /// Whether a dispute is open.
    pub fn is_disputed(&self) -> bool {
        matches!(self.dispute, Some(Dispute::Open(_)))
    }

    /// What something of the entry counts for: no more than `at_most` while a dispute is open.
    pub(crate) fn counted<T: Copy + Ord>(&self, written: T, at_most: T) -> T {
        if self.is_disputed() { written.min(at_most) } else { written }
    }

    /// The source as written, given how it is cited.
    pub(crate) fn written_source<'a>(&'a self, cited: &'a str) -> &'a str {
        self.written.as_ref().map_or(cited, |written| &written.source)
    }

    /// The confidence as written, given what it counts for.
    pub(crate) fn written_confidence(&self, counted: Confidence) -> Confidence {
        self.written.as_ref().map_or(counted, |written| written.confidence)
    }
}

/// The newest day or month that a source names, as it writes it (`2026-06-25`, `2026-07`). Numbers of documents and
/// parts of addresses are no dates.
pub(crate) fn date_in(source: &str) -> Option<&str> {
    let words = source.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';'));
    words.filter(|word| is_date(word.trim_end_matches('.'))).map(|w| w.trim_end_matches('.')).max()
}

fn is_date(word: &str) -> bool {
    let day = match word.len() {
        7 => format!("{word}-01"),
        10 => word.to_owned(),
        _ => return false,
    };
    word.starts_with("20")
        && word.bytes().all(|b| b.is_ascii_digit() || b == b'-')
        && day.parse::<Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dispute_says_whether_it_is_open_and_why() {
        let parsed = |text: &str| Dispute::parse(text).map(|d| d.map(|d| d.to_string()));
        assert_eq!(parsed(" "), Ok(None));
        assert_eq!(parsed("open: the maker objects").unwrap().unwrap(), "open: the maker objects");
        assert_eq!(parsed("settled :seen inside").unwrap().unwrap(), "settled: seen inside");
        for wrong in ["open", "open:", "closed: x", "the maker objects"] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_source_tells_its_newest_date() {
        for (source, date) in [
            ("registry (snapshot 2026-06-25, package 20260625)", Some("2026-06-25")),
            ("list (as transcribed 2026-07 in a/b:c.sql); seen 2025-12-31.", Some("2026-07")),
            ("CVE-2023-5553, https://example.org/2024-04-17/x, device-2021.md, 2026-13", None),
            ("", None),
        ] {
            assert_eq!(date_in(source), date, "{source}");
        }
    }
}
