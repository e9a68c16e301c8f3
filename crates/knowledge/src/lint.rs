//! Checks the knowledge base against its own rules.

use std::collections::BTreeMap;
use std::fmt;

use model::{Claim, MakerId};

use crate::base::captures;
use crate::fingerprint::CAPTURES;
use crate::matcher::{VALUE_BYTES_MAX, compile};
use crate::table::read::Table;
use crate::text::normalised;
use crate::{Assertion, Brand, Fingerprint, Knowledge, LoadError, ModelPattern, Texts};

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
    /// A magic is there where an offset is given.
    MagicPresent,
}

/// Something in the knowledge base that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LintFinding {
    /// File below `kb/`.
    pub file: String,
    /// Line, counted from 1; 0 when the file as a whole is meant.
    pub line: u64,
    /// The rule.
    pub rule: LintRule,
    /// What breaks it, with the entry.
    pub problem: String,
}

impl fmt::Display for LintFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, rule: _, problem } = self;
        write!(f, "`kb/{file}` line {line}: {problem}")
    }
}

impl From<LoadError> for LintFinding {
    fn from(error: LoadError) -> Self {
        let LoadError { file, line, problem } = error;
        Self { file, line, rule: LintRule::Loads, problem }
    }
}

impl Knowledge {
    /// All that breaks a rule, by file and line. Empty for the knowledge base of a release.
    pub fn lint(&self) -> Vec<LintFinding> {
        let mut linter = Linter { knowledge: self, findings: Vec::new() };
        linter.makers();
        linter.brands();
        linter.prefixes();
        linter.models();
        linter.domains();
        linter.chips_and_firmware();
        linter.fingerprints();
        linter.findings.sort();
        linter.findings
    }

    /// As [`Knowledge::lint`], for files that may not even load: what does not is a finding too.
    pub fn lint_texts(texts: &Texts<'_>) -> Vec<LintFinding> {
        let (knowledge, problems) = Self::read(texts);
        let mut findings: Vec<LintFinding> = problems.into_iter().map(Into::into).collect();
        findings.extend(knowledge.lint());
        findings.sort();
        findings
    }
}

struct Linter<'k> {
    knowledge: &'k Knowledge,
    findings: Vec<LintFinding>,
}

/// Where a finding is.
#[derive(Clone, Copy)]
struct At<'k> {
    file: &'k str,
    line: u64,
}

impl<'k> Linter<'k> {
    fn report(&mut self, at: At<'_>, rule: LintRule, problem: String) {
        self.findings.push(LintFinding { file: at.file.into(), line: at.line, rule, problem });
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

    /// Reports every key but the first of its kind.
    fn check_once<K: Ord + fmt::Display>(&mut self, keys: impl Iterator<Item = (At<'k>, K)>) {
        let mut first: BTreeMap<K, At<'k>> = BTreeMap::new();
        for (at, key) in keys {
            if let Some(other) = first.get(&key) {
                let problem =
                    format!("`{key}` stands in `kb/{}` line {} already", other.file, other.line);
                self.report(at, LintRule::IdOnce, problem);
            } else {
                first.insert(key, at);
            }
        }
    }

    fn makers(&mut self) {
        let table = &self.knowledge.makers;
        self.check_once(located(table).map(|(at, maker)| (at, maker.id.clone())));
    }

    fn brands(&mut self) {
        let knowledge = self.knowledge;
        for (at, brand) in located(&knowledge.brands) {
            self.check_makers(at, &brand.makers);
            let is_found = !knowledge.brand_index.rows(&brand.name).is_empty();
            self.check(is_found, at, LintRule::IdGrammar, || {
                format!("brand `{}` has no letter or digit outside brackets", brand.name)
            });
        }
        self.check_once(located(&knowledge.brands).map(|(at, brand)| (at, brand_key(brand))));
        for (at, alias) in located(&knowledge.aliases) {
            let is_known = !knowledge.brand_index.rows(&alias.brand).is_empty();
            self.check(is_known, at, LintRule::BrandKnown, || {
                format!("brand `{}` is not in brands.csv", alias.brand)
            });
            let is_read_so = knowledge.brand_index.rows(&alias.spelling)
                == knowledge.brand_index.rows(&alias.brand);
            self.check(is_read_so, at, LintRule::IdOnce, || {
                format!("`{}` is the name of another brand already", alias.spelling)
            });
        }
        let spellings = located(&knowledge.aliases);
        self.check_once(spellings.map(|(at, alias)| (at, normalised(&alias.spelling))));
        for (at, row) in located(&knowledge.common_words) {
            self.check(knowledge.brand_index.knows(&row.word), at, LintRule::BrandKnown, || {
                format!("`{}` ({}) is no name of a brand, normalised", row.word, row.note)
            });
        }
        self.check_once(located(&knowledge.common_words).map(|(at, row)| (at, row.word.clone())));
    }

    fn prefixes(&mut self) {
        let table = &self.knowledge.prefixes;
        for (at, prefix) in located(table) {
            self.check_makers(at, &prefix.makers);
            self.check(prefix.base >> 40 & 0b11 == 0, at, LintRule::PrefixAssigned, || {
                format!("prefix `{prefix}` is local or a group: the IEEE assigns none such")
            });
        }
        self.check_once(located(table).map(|(at, prefix)| (at, prefix.to_string())));
    }

    fn models(&mut self) {
        let table = &self.knowledge.models;
        for (at, model) in located(table) {
            self.check_makers(at, &model.makers);
            self.check(is_model_id(&model.id), at, LintRule::IdGrammar, || {
                format!("id `{}` is not `model.<maker>.<slug>`", model.id)
            });
            self.model_examples(at, model);
        }
        self.check_once(located(table).map(|(at, model)| (at, model.id.clone())));
    }

    fn model_examples(&mut self, at: At<'_>, model: &ModelPattern) {
        let ModelPattern { id, pattern, examples, .. } = model;
        self.check(!examples.is_empty(), at, LintRule::HasExamples, || {
            format!("`{id}` has no example")
        });
        let regex = match compile(&format!("(?i:{pattern})")) {
            Ok(regex) => regex,
            Err(error) => {
                let problem = format!("pattern of `{id}` does not compile: {}", one_line(&error));
                return self.report(at, LintRule::Compiles, problem);
            }
        };
        for example in examples {
            let is_found = regex.is_match(example)
                && self.knowledge.models(example).iter().any(|found| found.id == *id);
            self.check(is_found, at, LintRule::ExampleMatches, || {
                format!("example `{example}` does not fit pattern `{pattern}`")
            });
        }
    }

    fn domains(&mut self) {
        let table = &self.knowledge.domains;
        for (at, domain) in located(table) {
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
        self.check_once(located(table).map(|(at, domain)| (at, domain.name.clone())));
    }

    fn chips_and_firmware(&mut self) {
        let knowledge = self.knowledge;
        for (at, soc) in located(&knowledge.socs) {
            self.check_makers(at, &soc.device_makers);
            for name in &soc.names {
                let letters = normalised(name);
                self.check(letters.len() >= 2, at, LintRule::IdGrammar, || {
                    format!("chip name `{name}` is too short")
                });
            }
        }
        for (at, format) in located(&knowledge.firmware) {
            self.check_makers(at, &format.makers);
            let has_magic = format.magic_offset.is_none() || !format.magic.is_empty();
            self.check(has_magic, at, LintRule::MagicPresent, || {
                format!("`{}` has an offset and no magic", format.format)
            });
        }
        self.check_once(located(&knowledge.firmware).map(|(at, row)| (at, row.format.clone())));
    }

    fn fingerprints(&mut self) {
        let all = &self.knowledge.fingerprints;
        for fingerprint in all {
            self.fingerprint(fingerprint);
        }
        self.check_once(all.iter().map(|fingerprint| (place(fingerprint), fingerprint.id.clone())));
    }

    fn fingerprint(&mut self, fingerprint: &'k Fingerprint) {
        let at = place(fingerprint);
        let Fingerprint { id, kind, family, because, source, no_literal, .. } = fingerprint;
        let slug = id.strip_prefix(kind.as_str()).and_then(|rest| rest.strip_prefix('.'));
        self.check(slug.is_some_and(is_slug), at, LintRule::IdGrammar, || {
            format!("id `{id}` is not `{kind}.<slug>`")
        });
        self.check(is_slug(family), at, LintRule::IdGrammar, || {
            format!("family `{family}` of `{id}` is not lower-case letters, digits and `-`")
        });
        let is_argued =
            [Some(because), Some(&source.what), source.url.as_ref(), no_literal.as_ref()]
                .into_iter()
                .flatten()
                .all(|text| !text.trim().is_empty());
        self.check(is_argued, at, LintRule::Argued, || {
            format!("`{id}` has an empty `because`, `source` or `no_literal`")
        });
        for assertion in &fingerprint.asserts {
            self.assertion(at, id, assertion);
        }
        self.pattern(at, fingerprint);
    }

    fn assertion(&mut self, at: At<'_>, id: &str, assertion: &Assertion) {
        let Assertion { claim, weight_bits } = assertion;
        match claim {
            Claim::Maker(maker) => self.check_makers(at, std::slice::from_ref(maker)),
            Claim::MakerOneOf(makers) => self.check_makers(at, makers),
            _ => {}
        }
        let is_weight = weight_bits.abs() <= WEIGHT_BITS_MAX && *weight_bits != 0.0;
        self.check(is_weight, at, LintRule::Weight, || {
            format!("weight {weight_bits} of `{id}` is not within ±{WEIGHT_BITS_MAX} bits, or says nothing")
        });
    }

    fn pattern(&mut self, at: At<'_>, fingerprint: &Fingerprint) {
        let Fingerprint { id, pattern, asserts, examples, non_examples, .. } = fingerprint;
        let has_both = !examples.is_empty() && !non_examples.is_empty();
        self.check(has_both, at, LintRule::HasExamples, || {
            format!("`{id}` needs at least one `example` and one `non_example`")
        });
        let regex = match compile(pattern) {
            Ok(regex) => regex,
            Err(error) => {
                let problem = format!("pattern of `{id}` does not compile: {}", one_line(&error));
                return self.report(at, LintRule::Compiles, problem);
            }
        };
        let mut groups = regex.capture_names().flatten().peekable();
        let concludes = !asserts.is_empty() || groups.peek().is_some();
        self.check(concludes, at, LintRule::Concludes, || {
            format!("`{id}` neither concludes nor catches anything")
        });
        for group in groups {
            self.check(CAPTURES.contains(&group), at, LintRule::GroupKnown, || {
                format!("group `{group}` of `{id}` is not one of {}", CAPTURES.join(", "))
            });
        }
        self.examples(at, fingerprint, &regex);
    }

    fn examples(&mut self, at: At<'_>, fingerprint: &Fingerprint, regex: &regex::Regex) {
        let Fingerprint { id, kind, examples, non_examples, .. } = fingerprint;
        for (input, expected) in examples {
            let found = self.knowledge.matches(*kind, input);
            let is_found = found.iter().any(|found| found.fingerprint == fingerprint);
            self.check(
                is_found && input.len() <= VALUE_BYTES_MAX,
                at,
                LintRule::ExampleMatches,
                || format!("example `{}` of `{id}` does not match", shortened(input)),
            );
            let mut caught = captures(regex, input);
            caught.sort();
            let as_expected = caught.iter().map(|(name, value)| (*name, &**value));
            let as_expected =
                as_expected.eq(expected.iter().map(|(name, value)| (&**name, &**value)));
            self.check(!is_found || as_expected, at, LintRule::ExampleMatches, || {
                format!(
                    "example `{}` of `{id}` catches {caught:?}, not {expected:?}",
                    shortened(input)
                )
            });
        }
        for (input, because) in non_examples {
            let is_found = regex.is_match(input);
            self.check(!is_found, at, LintRule::CounterExampleFails, || {
                format!("counter-example `{}` of `{id}` matches", shortened(input))
            });
            self.check(!because.trim().is_empty(), at, LintRule::Argued, || {
                format!("counter-example `{}` of `{id}` gives no reason", shortened(input))
            });
        }
    }
}

fn located<T>(table: &Table<T>) -> impl Iterator<Item = (At<'_>, &T)> {
    table.numbered().map(|(line, row)| (At { file: table.file, line }, row))
}

fn place(fingerprint: &Fingerprint) -> At<'_> {
    At { file: &fingerprint.file, line: fingerprint.line }
}

/// What makes a brand row one of its own.
fn brand_key(brand: &Brand) -> String {
    let makers: Vec<&str> = brand.makers.iter().map(MakerId::as_str).collect();
    let Brand { name, relation, period, region, .. } = brand;
    format!("{name}, {}, {}, {period}, {region}", makers.join("|"), relation.as_str())
}

fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
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
