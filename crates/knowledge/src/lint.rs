//! Checks the knowledge base against its own rules.

use std::collections::BTreeMap;
use std::fmt;

use model::{Claim, MakerId};

use crate::base::captures;
use crate::fingerprint::CAPTURES;
use crate::literal::{LITERAL_BYTES_MIN, required_literals};
use crate::matcher::{VALUE_BYTES_MAX, compile, parse};
use crate::pattern::{self, Work};
use crate::place::BUILT_IN;
use crate::table::read::Table;
use crate::text::normalised;
use crate::{
    Alias, Assertion, Brand, Fingerprint, Knowledge, Layer, LoadError, ModelPattern, Place,
    Relation, Texts,
};

mod cycle;

/// A heavier weight than this is a typing error: 24 bits are odds of 16 million to one.
const WEIGHT_BITS_MAX: f64 = 24.0;

/// The rule a finding breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LintRule {
    /// The file or row does not load.
    Loads,
    /// An id follows its grammar.
    IdGrammar,
    /// No two entries have one id.
    IdOnce,
    /// A maker that is named stands in `makers.csv`.
    MakerKnown,
    /// A weight is finite, not zero and within ±24 bits.
    Weight,
    /// A fingerprint concludes or catches something.
    Concludes,
    /// A named group is one that is understood.
    GroupKnown,
    /// A reason and a source are given.
    Argued,
    /// A pattern compiles within the limits.
    Compiles,
    /// A pattern requires a literal, so that it runs only where that occurs, or says why not.
    NeedsLiteral,
    /// A pattern of model numbers fits none that is made up at random.
    Narrow,
    /// A name is one company's own brand.
    OwnOnce,
    /// There are examples and counter-examples.
    HasExamples,
    /// An example matches and its captures are as stated.
    ExampleMatches,
    /// A counter-example does not match.
    CounterExampleFails,
    /// A prefix is one that the IEEE assigns.
    PrefixAssigned,
    /// A domain is spelt as it is looked up.
    DomainForm,
    /// An alias or a common word refers to a brand.
    BrandKnown,
    /// Spellings lead to brands and not to each other, no maker is its own parent, and no two brands build each other.
    NoCycle,
    /// A magic is there where an offset is given.
    MagicPresent,
}

impl LintRule {
    /// Whether knowledge that breaks this rule is not loaded: verdicts on it would be unsafe. What breaks one of the
    /// others may be tried in a folder of one's own, and is told by `kb lint`.
    pub const fn refuses(self) -> bool {
        match self {
            Self::Loads
            | Self::IdOnce
            | Self::MakerKnown
            | Self::Weight
            | Self::GroupKnown
            | Self::Compiles
            | Self::NeedsLiteral
            | Self::Narrow
            | Self::OwnOnce
            | Self::ExampleMatches
            | Self::CounterExampleFails
            | Self::PrefixAssigned
            | Self::BrandKnown
            | Self::NoCycle => true,
            Self::IdGrammar
            | Self::Concludes
            | Self::Argued
            | Self::HasExamples
            | Self::DomainForm
            | Self::MagicPresent => false,
        }
    }
}

/// Something in the knowledge base that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LintFinding {
    /// The folder, as it is named to people.
    pub folder: Box<str>,
    /// File below it.
    pub file: String,
    /// Line, counted from 1; 0 when the file as a whole is meant.
    pub line: u64,
    /// The id or name of the entry, where it has one.
    pub entry: Option<Box<str>>,
    /// The rule.
    pub rule: LintRule,
    /// What breaks it.
    pub problem: String,
}

impl fmt::Display for LintFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        LoadError::from(self.clone()).fmt(f)
    }
}

impl From<LoadError> for LintFinding {
    fn from(error: LoadError) -> Self {
        let LoadError { folder, file, line, entry, problem } = error;
        Self { folder, file, line, entry, rule: LintRule::Loads, problem }
    }
}

impl From<LintFinding> for LoadError {
    fn from(finding: LintFinding) -> Self {
        let LintFinding { folder, file, line, entry, rule: _, problem } = finding;
        Self { folder, file, line, entry, problem }
    }
}

/// Findings are told up to this many.
const FINDINGS_MAX: usize = 1_000;

impl Knowledge {
    /// All that breaks a rule, by file and line. Empty for the knowledge base of a release.
    pub fn lint(&self) -> Vec<LintFinding> {
        self.lint_where(true)
    }

    /// As [`Knowledge::lint`], without what is built in: a test of this crate has checked that.
    pub(crate) fn lint_added(&self) -> Vec<LintFinding> {
        self.lint_where(false)
    }

    fn lint_where(&self, with_built_in: bool) -> Vec<LintFinding> {
        let findings = Vec::new();
        let mut linter = Linter { knowledge: self, with_built_in, findings, runs_patterns: true };
        linter.affordable();
        linter.makers();
        linter.brands();
        linter.aliases();
        linter.common_words();
        linter.prefixes();
        linter.models();
        linter.domains();
        linter.chips_and_firmware();
        linter.fingerprints();
        linter.findings.sort();
        linter.findings
    }

    /// All that breaks a rule in layers that may not even load, without what is built in: what does not load is a finding
    /// too. Answers what could be read as well.
    pub fn lint_layers(layers: &[Layer<'_>]) -> (Self, Vec<LintFinding>) {
        let (knowledge, problems) = Self::read(layers);
        let findings = with_problems(problems, knowledge.lint_added());
        (knowledge, findings)
    }

    /// As [`Knowledge::lint`], for texts that may not even load.
    pub fn lint_texts(texts: &Texts<'_>) -> Vec<LintFinding> {
        let (knowledge, problems) = Self::read(&[Layer::new(BUILT_IN, texts.clone())]);
        with_problems(problems, knowledge.lint())
    }
}

fn with_problems(problems: Vec<LoadError>, found: Vec<LintFinding>) -> Vec<LintFinding> {
    let mut findings: Vec<LintFinding> = problems.into_iter().map(Into::into).collect();
    findings.extend(found);
    findings.sort();
    findings
}

struct Linter<'k> {
    knowledge: &'k Knowledge,
    /// Whether what is built in is checked too, and every example tried beside all other entries.
    with_built_in: bool,
    findings: Vec<LintFinding>,
    /// Patterns may be compiled and run: each is within the limits, and so are all together.
    runs_patterns: bool,
}

/// What a finding is about.
#[derive(Clone, Copy)]
struct At<'k> {
    place: &'k Place,
    entry: &'k str,
}

impl<'k> Linter<'k> {
    fn report(&mut self, at: At<'_>, rule: LintRule, problem: String) {
        if self.findings.len() < FINDINGS_MAX {
            let wrong: LintFinding = at.place.wrong(at.entry, problem).into();
            self.findings.push(LintFinding { rule, ..wrong });
        }
    }

    fn check(&mut self, holds: bool, at: At<'_>, rule: LintRule, problem: impl FnOnce() -> String) {
        if !holds {
            self.report(at, rule, problem());
        }
    }

    fn check_makers(&mut self, at: At<'_>, makers: &[MakerId]) {
        for id in makers {
            let is_known = self.knowledge.maker(id).is_some();
            self.check(is_known, at, LintRule::MakerKnown, || {
                format!("maker `{id}` is not in makers.csv")
            });
        }
    }

    fn is_checked(&self, place: &Place) -> bool {
        self.with_built_in || !place.is_built_in()
    }

    /// The rows to check.
    fn own<T, E: Fn(&T) -> &str>(
        &self,
        table: &'k Table<T>,
        entry: E,
    ) -> impl Iterator<Item = (At<'k>, &'k T)> + use<'k, T, E> {
        let with_built_in = self.with_built_in;
        all(table, entry).filter(move |(at, _)| with_built_in || !at.place.is_built_in())
    }

    /// Reports every key but the first of its kind.
    fn check_once<K: Ord + fmt::Display>(&mut self, keys: impl Iterator<Item = (At<'k>, K)>) {
        let mut first: BTreeMap<K, At<'k>> = BTreeMap::new();
        for (at, key) in keys {
            let Some(other) = first.get(&key).copied() else {
                first.insert(key, at);
                continue;
            };
            // Makers are sorted by id, so that the one that is built in may come second.
            let (at, other) = if at.place.is_built_in() { (other, at) } else { (at, other) };
            if self.is_checked(at.place) {
                let problem = format!("`{key}` stands in {} already", other.place);
                self.report(at, LintRule::IdOnce, problem);
            }
        }
    }

    /// Whether patterns may be compiled and run over their examples. Asks for what each costs, and for the sums, before
    /// one is.
    fn affordable(&mut self) {
        let knowledge = self.knowledge;
        let models = knowledge.models.placed().map(|(place, row)| {
            (At { place, entry: &row.id }, &row.pattern, row.examples.iter().map(|e| e.len()).sum())
        });
        let fingerprints = knowledge.fingerprints.iter().map(|f| {
            let matching = f.examples.iter().map(|(input, _)| input.len());
            let others = f.non_examples.iter().map(|(input, _)| input.len());
            (place(f), &f.pattern, matching.chain(others).sum())
        });
        let mut total = Work::default();
        for (at, pattern, bytes) in models.chain(fingerprints) {
            if !self.is_checked(at.place) {
                continue;
            }
            let added = pattern::cost(pattern).and_then(|cost| total.add(cost, bytes));
            if let Err(problem) = added {
                self.runs_patterns = false;
                self.report(at, LintRule::Compiles, problem);
            }
            if total.is_too_much() {
                return;
            }
        }
    }

    fn makers(&mut self) {
        let table = &self.knowledge.makers;
        self.check_once(
            all(table, |maker| maker.id.as_str()).map(|(at, row)| (at, row.id.clone())),
        );
        let rounds = cycle::of_parents(&table.rows);
        for (at, maker) in self.own(table, |maker| maker.id.as_str()) {
            let round = rounds.from(maker.id.as_str());
            self.check(round.is_none(), at, LintRule::NoCycle, || {
                format!("the maker is its own parent: {}", round.as_deref().unwrap_or_default())
            });
        }
    }

    fn brands(&mut self) {
        let knowledge = self.knowledge;
        let table = &knowledge.brands;
        for (at, brand) in self.own(table, |brand| &brand.name) {
            self.check_makers(at, &brand.makers);
            let is_found = !knowledge.brand_index.rows(&brand.name).is_empty();
            self.check(is_found, at, LintRule::IdGrammar, || {
                "the brand has no letter or digit outside brackets".into()
            });
        }
        self.check_once(all(table, |brand| &brand.name).map(|(at, brand)| (at, brand_key(brand))));
        self.owners();
        let names = cycle::Names::of(&knowledge.makers.rows);
        let rounds = cycle::of_builders(&names, &table.rows);
        for (at, brand) in self.own(table, |brand| &brand.name) {
            let round = names.owner(brand).and_then(|owner| rounds.from(owner));
            self.check(round.is_none(), at, LintRule::NoCycle, || {
                format!(
                    "the brands are built by each other: {}",
                    round.as_deref().unwrap_or_default()
                )
            });
        }
    }

    /// Reports rows that give a company's own brand to another: what its register entries say would turn round.
    fn owners(&mut self) {
        let is_own = |(_, brand): &(At<'_>, &Brand)| brand.relation == Relation::OwnBrand;
        let rows = || all(&self.knowledge.brands, |brand| &brand.name).filter(is_own);
        let mut owners: BTreeMap<String, (At<'k>, &Brand)> = BTreeMap::new();
        let mut twice = Vec::new();
        for (at, brand) in rows() {
            let (first, other) =
                *owners.entry(normalised(brand.plain_name())).or_insert((at, brand));
            if other.makers != brand.makers && self.is_checked(at.place) {
                let owner: Vec<&str> = other.makers.iter().map(MakerId::as_str).collect();
                twice.push((
                    at,
                    format!(
                        "it is the own brand of {} already ({}): object to that row, or name another relation",
                        owner.join("|"),
                        first.place
                    ),
                ));
            }
        }
        for (at, problem) in twice {
            self.report(at, LintRule::OwnOnce, problem);
        }
    }

    fn aliases(&mut self) {
        let knowledge = self.knowledge;
        let table = &knowledge.aliases;
        let index = &knowledge.brand_index;
        let spellings: BTreeMap<String, &Alias> =
            table.rows.iter().map(|alias| (normalised(&alias.spelling), alias)).collect();
        let rounds = cycle::of_spellings(&table.rows);
        for (at, alias) in self.own(table, |alias| &alias.spelling) {
            let (spelling, brand) = (normalised(&alias.spelling), normalised(&alias.brand));
            if let Some(round) = rounds.from(&spelling) {
                self.report(at, LintRule::NoCycle, format!("the spellings lead round: {round}"));
                continue;
            }
            if spelling != brand && spellings.contains_key(&brand) {
                let problem = format!("`{}` is a spelling itself: name the brand", alias.brand);
                self.report(at, LintRule::BrandKnown, problem);
                continue;
            }
            let is_known = !index.rows(&alias.brand).is_empty();
            self.check(is_known, at, LintRule::BrandKnown, || {
                format!("brand `{}` is not in brands.csv", alias.brand)
            });
            let is_read_so = index.rows(&alias.spelling) == index.rows(&alias.brand);
            self.check(is_read_so, at, LintRule::IdOnce, || {
                format!("`{}` is the name of another brand already", alias.spelling)
            });
        }
        // A brand that is added must not take the spelling of another away.
        for (at, brand) in self.own(&knowledge.brands, |brand| &brand.name) {
            let taken = spellings.get(&normalised(brand.plain_name())).copied();
            let taken = taken.filter(|alias| index.rows(&alias.brand) != index.rows(&brand.name));
            self.check(taken.is_none(), at, LintRule::IdOnce, || {
                let other = taken.map_or("", |alias| &alias.brand);
                format!("the name is a spelling of `{other}` already")
            });
        }
        let keys = all(table, |alias| &alias.spelling);
        self.check_once(keys.map(|(at, alias)| (at, normalised(&alias.spelling))));
    }

    fn common_words(&mut self) {
        let knowledge = self.knowledge;
        let table = &knowledge.common_words;
        for (at, row) in self.own(table, |row| &row.word) {
            self.check(knowledge.brand_index.knows(&row.word), at, LintRule::BrandKnown, || {
                format!("`{}` ({}) is no name of a brand, normalised", row.word, row.note)
            });
        }
        self.check_once(all(table, |row| &row.word).map(|(at, row)| (at, row.word.clone())));
    }

    fn prefixes(&mut self) {
        let table = &self.knowledge.prefixes;
        for (place, prefix) in table.placed() {
            if !self.is_checked(place) {
                continue;
            }
            let name = prefix.to_string();
            let at = At { place, entry: &name };
            self.check_makers(at, &prefix.makers);
            self.check(prefix.base >> 40 & 0b11 == 0, at, LintRule::PrefixAssigned, || {
                "the prefix is local or a group: the IEEE assigns none such".into()
            });
        }
        let keys = all(table, |prefix| &prefix.organisation);
        self.check_once(keys.map(|(at, prefix)| (at, prefix.to_string())));
    }

    fn models(&mut self) {
        let table = &self.knowledge.models;
        for (at, model) in self.own(table, |model| &model.id) {
            self.check_makers(at, &model.makers);
            self.check(is_model_id(&model.id), at, LintRule::IdGrammar, || {
                "the id is not `model.<maker>.<slug>`".into()
            });
            self.model_examples(at, model);
        }
        self.check_once(all(table, |model| &model.id).map(|(at, model)| (at, model.id.clone())));
    }

    fn model_examples(&mut self, at: At<'_>, model: &ModelPattern) {
        let ModelPattern { id, pattern, examples, .. } = model;
        self.check(!examples.is_empty(), at, LintRule::HasExamples, || {
            "there is no example".into()
        });
        if !self.runs_patterns {
            return;
        }
        let regex = match compile(&format!("(?i:{pattern})")) {
            Ok(regex) => regex,
            Err(error) => return self.does_not_compile(at, &error),
        };
        let random = RANDOM_MODELS.iter().find(|text| regex.is_match(text));
        self.check(random.is_none(), at, LintRule::Narrow, || {
            let text = random.unwrap_or(&"");
            format!("pattern `{pattern}` fits `{text}`, and with it numbers of anybody")
        });
        for example in examples {
            // Among thousands of strange grammars each would be tried on each example of the others.
            let is_listed = || {
                !self.with_built_in || self.knowledge.models(example).iter().any(|m| m.id == *id)
            };
            let is_found = regex.is_match(example) && is_listed();
            self.check(is_found, at, LintRule::ExampleMatches, || {
                format!("example `{}` does not fit pattern `{pattern}`", shortened(example))
            });
        }
    }

    fn does_not_compile(&mut self, at: At<'_>, error: &regex::Error) {
        let problem = format!("the pattern does not compile: {}", one_line(error));
        self.report(at, LintRule::Compiles, problem);
    }

    fn domains(&mut self) {
        let table = &self.knowledge.domains;
        for (at, domain) in self.own(table, |domain| &domain.name) {
            self.check_makers(at, &domain.makers);
            let name = &domain.name;
            let is_name = name.contains('.')
                && name.split('.').all(|label| {
                    !label.is_empty()
                        && label
                            .bytes()
                            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
                });
            self.check(is_name, at, LintRule::DomainForm, || {
                format!("`{name}` is no domain in lower case")
            });
        }
        let keys = all(table, |domain| &domain.name);
        self.check_once(keys.map(|(at, domain)| (at, domain.name.clone())));
    }

    fn chips_and_firmware(&mut self) {
        let knowledge = self.knowledge;
        for (at, soc) in self.own(&knowledge.socs, |soc| &soc.part) {
            self.check_makers(at, &soc.device_makers);
            for name in &soc.names {
                let letters = normalised(name);
                self.check(letters.len() >= 2, at, LintRule::IdGrammar, || {
                    format!("chip name `{name}` is too short")
                });
            }
        }
        let firmware = &knowledge.firmware;
        for (at, format) in self.own(firmware, |format| &format.format) {
            self.check_makers(at, &format.makers);
            let has_magic = format.magic_offset.is_none() || !format.magic.is_empty();
            self.check(has_magic, at, LintRule::MagicPresent, || {
                "there is an offset and no magic".into()
            });
        }
        let keys = all(firmware, |format| &format.format);
        self.check_once(keys.map(|(at, row)| (at, row.format.clone())));
    }

    fn fingerprints(&mut self) {
        let all = &self.knowledge.fingerprints;
        for fingerprint in all {
            if self.is_checked(&fingerprint.place) {
                self.fingerprint(fingerprint);
            }
        }
        self.check_once(all.iter().map(|fingerprint| (place(fingerprint), fingerprint.id.clone())));
    }

    fn fingerprint(&mut self, fingerprint: &'k Fingerprint) {
        let at = place(fingerprint);
        let Fingerprint { id, kind, family, because, source, no_literal, .. } = fingerprint;
        let slug = id.strip_prefix(kind.as_str()).and_then(|rest| rest.strip_prefix('.'));
        let is_id = slug.is_some_and(is_slug) || is_imported_id(id);
        self.check(is_id, at, LintRule::IdGrammar, || format!("the id is not `{kind}.<slug>`"));
        self.check(is_slug(family), at, LintRule::IdGrammar, || {
            format!("family `{family}` is not lower-case letters, digits and `-`")
        });
        let is_argued =
            [Some(because), Some(&source.what), source.url.as_ref(), no_literal.as_ref()]
                .into_iter()
                .flatten()
                .all(|text| !text.trim().is_empty());
        self.check(is_argued, at, LintRule::Argued, || {
            "`because`, `source` or `no_literal` is empty".into()
        });
        for assertion in &fingerprint.asserts {
            self.assertion(at, assertion, fingerprint.written_bits(assertion));
        }
        self.pattern(at, fingerprint);
    }

    fn assertion(&mut self, at: At<'_>, assertion: &Assertion, written_bits: f64) {
        match &assertion.claim {
            Claim::Maker(maker) => self.check_makers(at, std::slice::from_ref(maker)),
            Claim::MakerOneOf(makers) => self.check_makers(at, makers),
            _ => {}
        }
        let is_weight = written_bits.abs() <= WEIGHT_BITS_MAX && written_bits != 0.0;
        self.check(is_weight, at, LintRule::Weight, || {
            format!("weight {written_bits} is not within ±{WEIGHT_BITS_MAX} bits, or says nothing")
        });
    }

    fn pattern(&mut self, at: At<'_>, fingerprint: &Fingerprint) {
        let Fingerprint { pattern, asserts, examples, non_examples, no_literal, .. } = fingerprint;
        let has_both = !examples.is_empty() && !non_examples.is_empty();
        self.check(has_both, at, LintRule::HasExamples, || {
            "at least one `example` and one `non_example` are needed".into()
        });
        if !self.runs_patterns {
            return;
        }
        let regex = match compile(pattern) {
            Ok(regex) => regex,
            Err(error) => return self.does_not_compile(at, &error),
        };
        let has_literal = || parse(pattern).ok().and_then(|hir| required_literals(&hir)).is_some();
        self.check(no_literal.is_some() || has_literal(), at, LintRule::NeedsLiteral, || {
            format!(
                "pattern `{pattern}` requires no literal of {LITERAL_BYTES_MIN} bytes, so it would run on \
                 every value: anchor it on one, or say why not in `no_literal`"
            )
        });
        let mut groups = regex.capture_names().flatten().peekable();
        let concludes = !asserts.is_empty() || groups.peek().is_some();
        self.check(concludes, at, LintRule::Concludes, || {
            "the fingerprint neither concludes nor catches anything".into()
        });
        for group in groups {
            self.check(CAPTURES.contains(&group), at, LintRule::GroupKnown, || {
                format!("group `{group}` is not one of {}", CAPTURES.join(", "))
            });
        }
        self.examples(at, fingerprint, &regex);
    }

    fn examples(&mut self, at: At<'_>, fingerprint: &Fingerprint, regex: &regex::Regex) {
        let Fingerprint { kind, examples, non_examples, .. } = fingerprint;
        for (input, expected) in examples {
            let is_listed = || {
                let found = self.knowledge.matches(*kind, input);
                found.iter().any(|found| found.fingerprint == fingerprint)
            };
            // As for grammars.
            let is_found = regex.is_match(input) && (!self.with_built_in || is_listed());
            self.check(
                is_found && input.len() <= VALUE_BYTES_MAX,
                at,
                LintRule::ExampleMatches,
                || format!("example `{}` does not match", shortened(input)),
            );
            let mut caught = captures(regex, input);
            caught.sort();
            let as_expected = caught.iter().map(|(name, value)| (*name, &**value));
            let as_expected =
                as_expected.eq(expected.iter().map(|(name, value)| (&**name, &**value)));
            self.check(!is_found || as_expected, at, LintRule::ExampleMatches, || {
                format!("example `{}` catches {caught:?}, not {expected:?}", shortened(input))
            });
        }
        for (input, because) in non_examples {
            let is_found = regex.is_match(input);
            self.check(!is_found, at, LintRule::CounterExampleFails, || {
                format!("counter-example `{}` matches", shortened(input))
            });
            self.check(!because.trim().is_empty(), at, LintRule::Argued, || {
                format!("counter-example `{}` gives no reason", shortened(input))
            });
        }
    }
}

/// All rows, with what a finding about them says.
fn all<T>(table: &Table<T>, entry: impl Fn(&T) -> &str) -> impl Iterator<Item = (At<'_>, &T)> {
    table.placed().map(move |(place, row)| (At { place, entry: entry(row) }, row))
}

fn place(fingerprint: &Fingerprint) -> At<'_> {
    At { place: &fingerprint.place, entry: &fingerprint.id }
}

/// Numbers that nobody gives: a pattern that fits one fits anything of that shape.
const RANDOM_MODELS: &[&str] = &[
    "",
    "0",
    "7",
    "q",
    "Z",
    "qxz",
    "QXZJ",
    "9041",
    "QXZJ9041",
    "QXZ-9041",
    "9041-QXZ",
    "QXZ 9041 J",
];

/// What makes a brand row one of its own.
fn brand_key(brand: &Brand) -> String {
    let makers: Vec<&str> = brand.makers.iter().map(MakerId::as_str).collect();
    let Brand { name, relation, period, region, .. } = brand;
    format!("{name}, {}, {}, {period}, {region}", makers.join("|"), relation.as_str())
}

fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

/// The id of a record that was made of another project's ([`Fingerprint::IMPORTED`]).
fn is_imported_id(id: &str) -> bool {
    let rest = id.strip_prefix(Fingerprint::IMPORTED).and_then(|rest| rest.split_once('.'));
    rest.is_some_and(|(file, hash)| is_slug(file) && is_slug(hash))
}

fn is_model_id(id: &str) -> bool {
    let mut parts = id.split('.');
    parts.next() == Some("model") && id.split('.').count() == 3 && parts.all(is_slug)
}

/// The last line of a regex error is the one that says what is wrong.
fn one_line(error: &regex::Error) -> String {
    error.to_string().lines().last().unwrap_or_default().trim().to_owned()
}

fn shortened(text: &str) -> String {
    const SHOWN: usize = 100;
    let head: String = text.chars().take(SHOWN).collect();
    if head.len() < text.len() { format!("{head}…") } else { head }
}

#[cfg(test)]
mod tests;
