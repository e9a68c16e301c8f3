//! Where knowledge stands: which folder, which file, which line.

use std::fmt;
use std::sync::Arc;

use crate::base::{ADDED_MAKERS, FINGERPRINT_FOLDER};
use crate::table::CommonWord;
use crate::table::read::TableRow;
use crate::text::line_of;
use crate::{
    Alias, Brand, Domain, FirmwareFormat, LoadError, Maker, ModelPattern, Prefix, Soc, Texts,
};

/// How the knowledge base that is built in is called.
pub(crate) const BUILT_IN: &str = "kb";

/// Knowledge from one place: this program, or a folder.
///
/// The first of several layers is a whole knowledge base, the others are additions to it.
#[derive(Debug, Clone)]
pub struct Layer<'t> {
    /// As it is named to people.
    folder: Box<str>,
    texts: Texts<'t>,
    /// A test of this crate has checked all of it.
    is_checked: bool,
}

impl Layer<'_> {
    /// The tables that a folder may hold.
    pub const TABLES: [&'static str; 10] = [
        ADDED_MAKERS,
        Alias::FILE,
        Brand::FILE,
        CommonWord::FILE,
        Domain::FILE,
        FirmwareFormat::FILE,
        Maker::FILE,
        ModelPattern::FILE,
        Prefix::FILE,
        Soc::FILE,
    ];

    /// Whether a file of this name, below its folder, holds knowledge.
    pub fn is_read(name: &str) -> bool {
        let is_fingerprints = name
            .strip_prefix(FINGERPRINT_FOLDER)
            .is_some_and(|name| name.ends_with(".toml") && !name.contains('/'));
        Layer::TABLES.contains(&name) || is_fingerprints
    }
}

impl<'t> Layer<'t> {
    /// The files of a folder. All of it is checked when it is loaded.
    pub fn new(folder: &str, texts: Texts<'t>) -> Self {
        Self { folder: folder.into(), texts, is_checked: false }
    }

    /// The files of a folder as bytes, by their names below it.
    ///
    /// # Errors
    /// All files that are not UTF-8, with the line.
    pub fn of_bytes(folder: &str, files: &'t [(String, Vec<u8>)]) -> Result<Self, Vec<LoadError>> {
        let mut texts = Texts::default();
        let mut problems = Vec::new();
        for (name, bytes) in files {
            match std::str::from_utf8(bytes) {
                // Editors on Windows write a mark before the first character.
                Ok(text) => texts.files.push((name, text.strip_prefix('\u{feff}').unwrap_or(text))),
                Err(error) => {
                    problems.push(not_utf8(folder, name, bytes, error.valid_up_to()));
                }
            }
        }
        if problems.is_empty() { Ok(Self::new(folder, texts)) } else { Err(problems) }
    }

    /// The files built into this program.
    pub(crate) fn built_in(texts: Texts<'t>) -> Self {
        Self { folder: BUILT_IN.into(), texts, is_checked: true }
    }

    /// As it is named to people.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// Its files.
    pub fn texts(&self) -> &Texts<'t> {
        &self.texts
    }

    /// The files in it, each with what tells where it stands.
    pub(crate) fn files(&self) -> impl Iterator<Item = (Arc<SourceFile>, &'t str)> {
        self.texts.files.iter().map(|(name, text)| {
            let (folder, is_checked) = (self.folder.clone(), self.is_checked);
            (Arc::new(SourceFile { folder, name: (*name).into(), is_checked }), *text)
        })
    }
}

fn not_utf8(folder: &str, file: &str, bytes: &[u8], offset: usize) -> LoadError {
    let before = String::from_utf8_lossy(bytes.get(..offset).unwrap_or(bytes));
    let line = line_of(&before, before.len());
    // What the line begins with is the id of most tables, and tells where to look in the others.
    let beginning = before.lines().last().filter(|_| !before.ends_with('\n')).unwrap_or_default();
    LoadError {
        folder: folder.into(),
        file: file.into(),
        line,
        entry: entry_name(beginning.split(',').next().unwrap_or_default()),
        problem: "the text is not UTF-8".into(),
    }
}

/// A name as messages show it; `None` for none.
pub(crate) fn entry_name(name: &str) -> Option<Box<str>> {
    const SHOWN: usize = 80;
    let name = name.trim();
    let end = name.char_indices().nth(SHOWN).map_or(name.len(), |(end, _)| end);
    let (head, rest) = name.split_at_checked(end)?;
    let dots = if rest.is_empty() { "" } else { "…" };
    (!head.is_empty()).then(|| format!("{head}{dots}").into())
}

/// A file of a layer.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SourceFile {
    pub(crate) folder: Box<str>,
    /// Below the folder.
    pub(crate) name: Box<str>,
    pub(crate) is_checked: bool,
}

impl SourceFile {
    /// What is wrong at a line of it.
    pub(crate) fn wrong(&self, line: u64, entry: &str, problem: String) -> LoadError {
        LoadError {
            folder: self.folder.clone(),
            file: self.name.to_string(),
            line,
            entry: entry_name(entry),
            problem,
        }
    }
}

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    file: Arc<SourceFile>,
    line: u64,
}

impl Place {
    pub(crate) fn new(file: &Arc<SourceFile>, line: u64) -> Self {
        Self { file: Arc::clone(file), line }
    }

    /// What is wrong here.
    pub(crate) fn wrong(&self, entry: &str, problem: String) -> LoadError {
        self.file.wrong(self.line, entry, problem)
    }

    /// The folder, as it is named to people: `kb` for what is built in.
    pub fn folder(&self) -> &str {
        &self.file.folder
    }

    /// The file below the folder.
    pub fn file(&self) -> &str {
        &self.file.name
    }

    /// The line, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Whether it is built into this program, and so was checked when that was made.
    pub fn is_built_in(&self) -> bool {
        self.file.is_checked
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line } = self;
        write_place(f, &file.folder, &file.name, *line)
    }
}

/// `` `folder/file` line 3 ``; without the line where the file as a whole is meant.
pub(crate) fn write_place(
    f: &mut fmt::Formatter<'_>,
    folder: &str,
    file: &str,
    line: u64,
) -> fmt::Result {
    match folder.trim_end_matches('/') {
        "" => write!(f, "`{folder}{file}`")?,
        folder => write!(f, "`{folder}/{file}`")?,
    }
    if line > 0 { write!(f, " line {line}") } else { Ok(()) }
}
