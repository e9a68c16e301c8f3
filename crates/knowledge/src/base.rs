use std::sync::OnceLock;

use model::{MacAddr, MakerId, SignalKind};

use crate::fingerprint::form;
use crate::matcher::{self, Matcher};
use crate::{
    Brand, BrandReading, Domain, Fingerprint, FirmwareFormat, Maker, ModelPattern, Prefix, Soc,
};

/// The files of a knowledge base, as text.
#[derive(Debug, Clone, Default)]
pub struct Texts<'t> {
    /// File name below `kb/` and content.
    pub files: Vec<(&'t str, &'t str)>,
}

/// The knowledge base cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`kb/{file}` line {line}: {problem}")]
pub struct LoadError {
    /// Which file.
    pub file: String,
    /// Which line, counted from 1; 0 when the file as a whole is meant.
    pub line: u64,
    /// What is wrong.
    pub problem: String,
}

/// A fingerprint that fits a signal, with what its named groups caught.
#[derive(Debug, Clone, PartialEq)]
pub struct Match<'k> {
    /// Index of the fingerprint; see [`Knowledge::fingerprints`].
    pub fingerprint: &'k Fingerprint,
    /// Named groups that took part, in order.
    pub captures: Vec<(&'k str, Box<str>)>,
}

impl PartialEq for Fingerprint {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// All that is known, indexed.
#[derive(Debug, Default)]
pub struct Knowledge {
    makers: Vec<Maker>,
    brands: Vec<Brand>,
    fingerprints: Vec<Fingerprint>,
    matcher: Matcher,
}

/// The files of `kb/`, as listed by the build script.
const EMBEDDED_FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/kb_files.rs"));

impl Knowledge {
    /// The knowledge base built into this program.
    pub fn embedded() -> &'static Self {
        static EMPTY: OnceLock<Knowledge> = OnceLock::new();
        Self::try_embedded().unwrap_or_else(|_| EMPTY.get_or_init(Self::default))
    }

    /// The knowledge base built into this program, or what is wrong with it.
    ///
    /// # Errors
    /// The build holds a file that does not load; a test of this crate rules that out.
    pub fn try_embedded() -> Result<&'static Self, &'static LoadError> {
        static EMBEDDED: OnceLock<Result<Knowledge, LoadError>> = OnceLock::new();
        EMBEDDED.get_or_init(|| Self::load(&Self::embedded_texts())).as_ref()
    }

    /// The files built into this program.
    pub fn embedded_texts() -> Texts<'static> {
        Texts { files: EMBEDDED_FILES.to_vec() }
    }

    /// A knowledge base from the texts of its files.
    ///
    /// # Errors
    /// [`LoadError`] names the first file and line that is wrong.
    pub fn load(texts: &Texts<'_>) -> Result<Self, LoadError> {
        let (knowledge, problems) = Self::read(texts);
        problems.into_iter().next().map_or(Ok(knowledge), Err)
    }

    /// What could be read, and all that is wrong with the rest.
    pub(crate) fn read(texts: &Texts<'_>) -> (Self, Vec<LoadError>) {
        let mut problems = Vec::new();
        let mut fingerprints = Vec::new();
        for (file, text) in &texts.files {
            if file.starts_with("fingerprints/") {
                form::read(file, text, &mut fingerprints, &mut problems);
            }
        }
        let matcher = Matcher::new(&fingerprints);
        (Self { makers: Vec::new(), brands: Vec::new(), fingerprints, matcher }, problems)
    }

    /// Version: first 12 hex digits of the SHA-256 over all files.
    pub fn version(&self) -> &str {
        ""
    }

    /// All makers, by id.
    pub fn makers(&self) -> &[Maker] {
        &self.makers
    }

    /// One maker.
    pub fn maker(&self, id: &MakerId) -> Option<&Maker> {
        self.makers.iter().find(|maker| maker.id == *id)
    }

    /// All brand rows.
    pub fn brands(&self) -> &[Brand] {
        &self.brands
    }

    /// The rows of a brand, its name compared without case, blanks and punctuation.
    pub fn brand(&self, name: &str) -> Vec<&Brand> {
        let _ = name;
        Vec::new()
    }

    /// Reads a make as people write it: exact, then with a small spelling distance. A rare brand is never bent
    /// into a common one.
    pub fn read_make(&self, text: &str) -> Option<BrandReading<'_>> {
        let _ = text;
        None
    }

    /// Brands that are named inside free text.
    pub fn brands_in(&self, text: &str) -> Vec<BrandReading<'_>> {
        let _ = text;
        Vec::new()
    }

    /// The longest registered block that holds this address; `None` for made-up and group addresses.
    pub fn prefix(&self, mac: MacAddr) -> Option<&Prefix> {
        let _ = mac;
        None
    }

    /// All fingerprints.
    pub fn fingerprints(&self) -> &[Fingerprint] {
        &self.fingerprints
    }

    /// The fingerprints of `kind` that fit `value`, in the order of the knowledge base.
    pub fn matches(&self, kind: SignalKind, value: &str) -> Vec<Match<'_>> {
        let value = matcher::head(value);
        let mut found = Vec::new();
        self.matcher.each(kind, value, |position, regex| {
            if let Some(fingerprint) = self.fingerprints.get(position) {
                found.push(Match { fingerprint, captures: captures(regex, value) });
            }
        });
        found
    }

    /// The model grammars that fit a model number.
    pub fn models(&self, model: &str) -> Vec<&ModelPattern> {
        let _ = model;
        Vec::new()
    }

    /// The longest known domain that is this host or a parent of it.
    pub fn domain(&self, host: &str) -> Option<&Domain> {
        let _ = host;
        None
    }

    /// The chip that a text names.
    pub fn soc(&self, text: &str) -> Option<&Soc> {
        let _ = text;
        None
    }

    /// The container format that the first bytes of a file show.
    pub fn firmware_format(&self, head: &[u8]) -> Option<&FirmwareFormat> {
        let _ = head;
        None
    }
}

/// The named groups of `regex` that took part in its first match, in order.
pub(crate) fn captures<'r>(regex: &'r regex::Regex, value: &str) -> Vec<(&'r str, Box<str>)> {
    // The first group is the match as a whole and has no name.
    if regex.captures_len() == 1 {
        return Vec::new();
    }
    let Some(groups) = regex.captures(value) else { return Vec::new() };
    let named = regex.capture_names().flatten();
    named.filter_map(|name| Some((name, groups.name(name)?.as_str().into()))).collect()
}
