use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use model::{MacAddr, MakerId, SignalKind};

use crate::brand::{BrandIndex, Found};
use crate::fingerprint::form;
use crate::lookup::{self, DomainIndex, PrefixIndex, SocIndex};
use crate::matcher::{self, Matcher};
use crate::model_index::ModelIndex;
use crate::place::{SourceFile, write_place};
use crate::table::CommonWord;
use crate::table::read::{Table, TableRow, read};
use crate::text::normalised;
use crate::{
    Alias, Brand, BrandReading, Domain, Fingerprint, FirmwareFormat, Layer, Maker, ModelPattern,
    Prefix, Soc, place,
};

/// Every file in it holds fingerprints.
pub(crate) const FINGERPRINT_FOLDER: &str = "fingerprints/";

/// The files of a knowledge base, as text.
#[derive(Debug, Clone, Default)]
pub struct Texts<'t> {
    /// File name below `kb/` and content.
    pub files: Vec<(&'t str, &'t str)>,
}

/// What is wrong at one place, so that the knowledge base cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub struct LoadError {
    /// Which folder, as it is named to people.
    pub folder: Box<str>,
    /// Which file below it.
    pub file: String,
    /// Which line, counted from 1; 0 when the file as a whole is meant.
    pub line: u64,
    /// The id or name of the entry, where it has one.
    pub entry: Option<Box<str>>,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { folder, file, line, entry, problem } = self;
        write_place(f, folder, file, *line)?;
        if let Some(entry) = entry {
            write!(f, ", entry `{entry}`")?;
        }
        write!(f, ": {problem}")
    }
}

/// Knowledge that is not used because what is wrong with it would make verdicts unsafe. There is at least one problem.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the knowledge is refused: {}", self.summary())]
pub struct Refused {
    /// What is wrong, by file and line.
    pub problems: Vec<LoadError>,
}

impl Refused {
    fn summary(&self) -> String {
        match self.problems.as_slice() {
            [] => "no reason is known".into(),
            [only] => only.to_string(),
            [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
        }
    }
}

/// So many problems are told; whoever has more begins with these. A file of nothing but damage must not fill the
/// memory with words about it.
const PROBLEMS_MAX: usize = 1_000;

/// What is wrong with the files, as far as it was looked for.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<LoadError>);

impl Problems {
    pub(crate) fn push(&mut self, problem: LoadError) {
        if !self.is_full() {
            self.0.push(problem);
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.0.len() >= PROBLEMS_MAX
    }
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
#[derive(Debug)]
pub struct Knowledge {
    pub(crate) makers: Table<Maker>,
    pub(crate) brands: Table<Brand>,
    pub(crate) aliases: Table<Alias>,
    pub(crate) common_words: Table<CommonWord>,
    pub(crate) prefixes: Table<Prefix>,
    pub(crate) models: Table<ModelPattern>,
    pub(crate) domains: Table<Domain>,
    pub(crate) socs: Table<Soc>,
    pub(crate) firmware: Table<FirmwareFormat>,
    pub(crate) fingerprints: Vec<Fingerprint>,
    pub(crate) brand_index: BrandIndex,
    prefix_index: PrefixIndex,
    domain_index: DomainIndex,
    soc_index: SocIndex,
    model_index: ModelIndex,
    matcher: Matcher,
    version: Box<str>,
}

impl Default for Knowledge {
    /// Knows nothing.
    fn default() -> Self {
        Self::read(&[]).0
    }
}

/// The files of `kb/`, as listed by the build script.
const EMBEDDED_FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/kb_files.rs"));

impl Knowledge {
    /// The knowledge base built into this program.
    ///
    /// Were it broken, which a test of this crate rules out, this one would be empty:
    /// [`Knowledge::try_embedded`] says what is wrong.
    pub fn embedded() -> &'static Self {
        static EMPTY: OnceLock<Knowledge> = OnceLock::new();
        Self::try_embedded().unwrap_or_else(|_| EMPTY.get_or_init(Self::default))
    }

    /// The knowledge base built into this program, or what is wrong with it. Patterns are not parsed before they
    /// are wanted.
    ///
    /// # Errors
    /// The build holds a file that does not load; a test of this crate rules that out.
    pub fn try_embedded() -> Result<&'static Self, &'static LoadError> {
        static EMBEDDED: OnceLock<Result<Knowledge, LoadError>> = OnceLock::new();
        EMBEDDED.get_or_init(Self::load_embedded).as_ref()
    }

    /// Loads the knowledge base built into this program anew; [`Knowledge::embedded`] does so once.
    ///
    /// # Errors
    /// As [`Knowledge::try_embedded`].
    pub fn load_embedded() -> Result<Self, LoadError> {
        let (knowledge, problems) = Self::read(&[Self::embedded_layer()]);
        problems.into_iter().next().map_or(Ok(knowledge), Err)
    }

    /// The files built into this program.
    pub fn embedded_texts() -> Texts<'static> {
        Texts { files: EMBEDDED_FILES.to_vec() }
    }

    /// The knowledge base built into this program, as the layer that additions go on.
    pub fn embedded_layer() -> Layer<'static> {
        Layer::built_in(Self::embedded_texts())
    }

    /// A knowledge base from the texts of its files.
    ///
    /// # Errors
    /// [`LoadError`] names the first file and line that is wrong.
    pub fn load(texts: &Texts<'_>) -> Result<Self, LoadError> {
        let loaded = Self::load_layers(&[Layer::new(place::BUILT_IN, texts.clone())]);
        loaded.map_err(|refused| match refused.problems.into_iter().next() {
            Some(first) => first,
            // INVARIANT: who refuses names a problem.
            None => LoadError {
                folder: place::BUILT_IN.into(),
                file: String::new(),
                line: 0,
                entry: None,
                problem: "no reason is known".into(),
            },
        })
    }

    /// A whole knowledge base and additions to it. All that is not built in is checked by the rules that keep verdicts
    /// safe ([`LintRule::refuses`](crate::LintRule::refuses)), within bounded time and memory.
    ///
    /// # Errors
    /// [`Refused`] names all that is wrong.
    pub fn load_layers(layers: &[Layer<'_>]) -> Result<Self, Refused> {
        let (knowledge, mut problems) = Self::read(layers);
        let unsafe_ones =
            knowledge.lint_added().into_iter().filter(|finding| finding.rule.refuses());
        problems.extend(unsafe_ones.map(LoadError::from));
        // Of one place what was found first stays first: that a pattern is none before what it does not match.
        problems.sort_by(|a, b| (&a.folder, &a.file, a.line).cmp(&(&b.folder, &b.file, b.line)));
        if problems.is_empty() { Ok(knowledge) } else { Err(Refused { problems }) }
    }

    /// What could be read, and all that is wrong with the rest. Patterns are taken as they are: one that does not
    /// compile never fits.
    pub(crate) fn read(layers: &[Layer<'_>]) -> (Self, Vec<LoadError>) {
        let mut problems = Problems::default();
        let mut tables = Tables::default();
        for (number, layer) in layers.iter().enumerate() {
            for (file, text) in layer.files() {
                tables.read_file(&file, text, number > 0, &mut problems);
            }
        }
        tables.makers.sort_by_key(|maker| maker.id.clone());
        tables.drop_rows_without_end(&mut problems);
        (Self::indexed(tables, version(layers)), problems.0)
    }

    fn indexed(tables: Tables, version: Box<str>) -> Self {
        let common = tables.common_words.rows.iter().map(|row| &*row.word);
        Self {
            brand_index: BrandIndex::new(&tables.brands.rows, &tables.aliases.rows, common),
            prefix_index: PrefixIndex::new(&tables.prefixes.rows),
            domain_index: DomainIndex::new(&tables.domains.rows),
            soc_index: SocIndex::new(&tables.socs.rows),
            model_index: ModelIndex::new(&tables.models.rows),
            matcher: Matcher::new(&tables.fingerprints),
            version,
            makers: tables.makers,
            brands: tables.brands,
            aliases: tables.aliases,
            common_words: tables.common_words,
            prefixes: tables.prefixes,
            models: tables.models,
            domains: tables.domains,
            socs: tables.socs,
            firmware: tables.firmware,
            fingerprints: tables.fingerprints,
        }
    }

    /// This knowledge base as if it had never heard of a brand: without the rows, spellings, model grammars and
    /// fingerprints of every brand that `name` is read as. What is known of makers stays, so that the brand's
    /// devices are judged as a new label's would be. For measuring; its version is that of the whole.
    #[must_use]
    pub fn without_brand(&self, name: &str) -> Self {
        let read = self.brand(name).into_iter().chain(
            self.brands_in(name)
                .into_iter()
                .chain(self.read_make(name))
                .flat_map(|found| found.rows),
        );
        let mut gone: Vec<String> = read.map(|row| normalised(bare_name(&row.name))).collect();
        gone.push(normalised(name));
        let is_gone = |brand: &str| gone.contains(&normalised(bare_name(brand)));
        let mut tables = Tables {
            makers: self.makers.clone(),
            brands: self.brands.clone(),
            aliases: self.aliases.clone(),
            common_words: self.common_words.clone(),
            prefixes: self.prefixes.clone(),
            models: self.models.clone(),
            domains: self.domains.clone(),
            socs: self.socs.clone(),
            firmware: self.firmware.clone(),
            fingerprints: self.fingerprints.clone(),
        };
        tables.brands.retain(|_, row| !is_gone(&row.name));
        tables.aliases.retain(|_, row| !is_gone(&row.brand));
        tables.models.retain(|_, row| !row.brand.as_deref().is_some_and(is_gone));
        tables.fingerprints.retain(|fingerprint| {
            !fingerprint.asserts.iter().any(
                |assertion| matches!(&assertion.claim, model::Claim::Brand(brand) if is_gone(brand)),
            )
        });
        Self::indexed(tables, self.version.clone())
    }

    /// Version: first 12 hex digits of the SHA-256 over all files. With additions, those of the base, a `+`, and those
    /// of the additions.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// All makers, by id.
    pub fn makers(&self) -> &[Maker] {
        &self.makers.rows
    }

    /// One maker.
    pub fn maker(&self, id: &MakerId) -> Option<&Maker> {
        let makers = &self.makers.rows;
        makers.binary_search_by(|maker| maker.id.cmp(id)).ok().and_then(|n| makers.get(n))
    }

    /// All brand rows.
    pub fn brands(&self) -> &[Brand] {
        &self.brands.rows
    }

    /// All other spellings of brands.
    pub fn aliases(&self) -> &[Alias] {
        &self.aliases.rows
    }

    /// All blocks of the IEEE registry that matter here.
    pub fn prefixes(&self) -> &[Prefix] {
        &self.prefixes.rows
    }

    /// All grammars of model numbers.
    pub fn model_patterns(&self) -> &[ModelPattern] {
        &self.models.rows
    }

    /// All domains that devices contact.
    pub fn domains(&self) -> &[Domain] {
        &self.domains.rows
    }

    /// All chips.
    pub fn socs(&self) -> &[Soc] {
        &self.socs.rows
    }

    /// All container formats of firmware.
    pub fn firmware_formats(&self) -> &[FirmwareFormat] {
        &self.firmware.rows
    }

    /// The rows of a brand, its name compared without case, blanks and punctuation.
    pub fn brand(&self, name: &str) -> Vec<&Brand> {
        self.brand_rows(self.brand_index.rows(name))
    }

    /// Reads a make as people write it: exact, then with a small spelling distance. A rare brand is never bent
    /// into a common one.
    pub fn read_make(&self, text: &str) -> Option<BrandReading<'_>> {
        self.brand_index.read_make(text).map(|found| self.reading(found))
    }

    /// Brands that are named inside free text, longest first. Brands that are also a word of the language
    /// (`Ring`, `Capture`) do not count.
    pub fn brands_in(&self, text: &str) -> Vec<BrandReading<'_>> {
        let found = self.brand_index.named_in(text);
        found.into_iter().map(|found| self.reading(found)).collect()
    }

    /// The longest registered block that holds this address; `None` for made-up and group addresses.
    pub fn prefix(&self, mac: MacAddr) -> Option<&Prefix> {
        self.prefix_index.holding(mac).and_then(|position| self.prefixes.rows.get(position))
    }

    /// All fingerprints, by file and place in it.
    pub fn fingerprints(&self) -> &[Fingerprint] {
        &self.fingerprints
    }

    /// The fingerprints of `kind` that fit `value`, in the order of the knowledge base. Of a very long value
    /// the first 256 KiB are read.
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

    /// The model grammars that fit a model number, in the order of the table. Blanks, underscores and
    /// missing dashes are allowed for, and a brand before the number (`Acme DS-2CD2143`).
    pub fn models(&self, model: &str) -> Vec<&ModelPattern> {
        let mut fitting = self.model_index.fitting(model);
        if fitting.is_empty()
            && let Some((first, number)) = model.trim().split_once(' ')
            && self.brand_index.knows(&normalised(first))
        {
            fitting = self.model_index.fitting(number);
        }
        fitting.into_iter().filter_map(|position| self.models.rows.get(position)).collect()
    }

    /// The longest known domain that is this host or a parent of it.
    pub fn domain(&self, host: &str) -> Option<&Domain> {
        self.domain_index.holding(host).and_then(|position| self.domains.rows.get(position))
    }

    /// The chip that a text names; the row that speaks of it in general, where there is one.
    pub fn soc(&self, text: &str) -> Option<&Soc> {
        let position = self.soc_index.named_in(text, &self.socs.rows)?;
        self.socs.rows.get(position)
    }

    /// The container format that the first bytes of a file show; 4 KiB are enough.
    pub fn firmware_format(&self, head: &[u8]) -> Option<&FirmwareFormat> {
        let position = lookup::firmware_format(head, &self.firmware.rows)?;
        self.firmware.rows.get(position)
    }

    pub(crate) fn brand_rows(&self, positions: &[usize]) -> Vec<&Brand> {
        positions.iter().filter_map(|position| self.brands.rows.get(*position)).collect()
    }

    fn reading(&self, found: Found<'_>) -> BrandReading<'_> {
        BrandReading {
            rows: self.brand_rows(found.rows),
            read: found.read,
            distance: found.distance,
        }
    }
}

/// What the files hold, before it is indexed.
#[derive(Default)]
struct Tables {
    makers: Table<Maker>,
    brands: Table<Brand>,
    aliases: Table<Alias>,
    common_words: Table<CommonWord>,
    prefixes: Table<Prefix>,
    models: Table<ModelPattern>,
    domains: Table<Domain>,
    socs: Table<Soc>,
    firmware: Table<FirmwareFormat>,
    fingerprints: Vec<Fingerprint>,
}

/// Rows of one brand, with the spellings that lead to them. The longest list of today has ten; each spelling holds the
/// positions of all.
const BRAND_ROWS_MAX: usize = 100;

impl Tables {
    fn read_file(
        &mut self,
        file: &Arc<SourceFile>,
        text: &str,
        is_addition: bool,
        problems: &mut Problems,
    ) {
        match &*file.name {
            Maker::FILE => read(file, text, &mut self.makers, problems),
            ADDED_MAKERS if is_addition => read(file, text, &mut self.makers, problems),
            Brand::FILE => read(file, text, &mut self.brands, problems),
            Alias::FILE => read(file, text, &mut self.aliases, problems),
            CommonWord::FILE => read(file, text, &mut self.common_words, problems),
            Prefix::FILE => read(file, text, &mut self.prefixes, problems),
            ModelPattern::FILE => read(file, text, &mut self.models, problems),
            Domain::FILE => read(file, text, &mut self.domains, problems),
            Soc::FILE => read(file, text, &mut self.socs, problems),
            FirmwareFormat::FILE => read(file, text, &mut self.firmware, problems),
            name if name.starts_with(FINGERPRINT_FOLDER) => {
                form::read(file, text, &mut self.fingerprints, problems);
            }
            _ => {}
        }
    }

    /// Leaves out the rows of a brand that has more than anybody reads: the index holds them once for each spelling.
    fn drop_rows_without_end(&mut self, problems: &mut Problems) {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        self.brands.retain(|place, brand| {
            let count = counts.entry(normalised(bare_name(&brand.name))).or_default();
            *count += 1;
            let is_kept = *count <= BRAND_ROWS_MAX;
            if !is_kept {
                let problem = format!("the brand has more than {BRAND_ROWS_MAX} rows");
                problems.push(place.wrong(&brand.name, problem));
            }
            is_kept
        });
    }
}

/// Makers that an addition brings along. `makers.csv` in a folder says that the folder is a whole knowledge base.
pub(crate) const ADDED_MAKERS: &str = "added-makers.csv";

/// The name of a brand without the line of products that brackets behind it name.
fn bare_name(name: &str) -> &str {
    name.split_once('(').map_or(name, |(name, _)| name)
}

/// Of the base and, after a `+`, of the additions.
fn version(layers: &[Layer<'_>]) -> Box<str> {
    let (base, additions) = layers.split_at(layers.len().min(1));
    let mut version = hash_of(base);
    if !additions.is_empty() {
        version.push('+');
        version.push_str(&hash_of(additions));
    }
    version.into()
}

fn hash_of(layers: &[Layer<'_>]) -> String {
    use std::fmt::Write as _;

    use sha2::Digest as _;

    let mut hash = sha2::Sha256::new();
    for (number, layer) in layers.iter().enumerate() {
        if number > 0 {
            // No file has such a length of name: what follows is of the next folder.
            hash.update("+:");
        }
        for (file, text) in &layer.texts().files {
            // Lengths between the parts: no two sets of files give the same bytes.
            hash.update(format!("{}:{file}{}:", file.len(), text.len()));
            hash.update(text);
        }
    }
    let mut version = String::new();
    for octet in hash.finalize().iter().take(6) {
        let _ = write!(version, "{octet:02x}");
    }
    version
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
