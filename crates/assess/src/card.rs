use std::sync::OnceLock;

use model::{Date, Force, PolicyId};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::embedded::{CARDS, PolicyFile, RULES};

/// A rule as data (design section 6).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Card {
    /// `UK-386-A`.
    pub id: PolicyId,
    /// A line for lists.
    pub title: String,
    /// Whose law: `GB`, `US`, `US-TX`, …
    pub jurisdiction: String,
    /// Statute, statement, decree.
    pub instrument: String,
    /// Clause within it.
    pub clause: String,
    /// Who is bound, in words.
    pub who: String,
    /// Which makers it speaks of, in words.
    pub entity_test: String,
    /// Which places, in words.
    pub place_test: String,
    /// Which purposes, in words; empty when it names none.
    pub purpose_test: String,
    /// Which connections, in words; empty when it names none.
    pub connection_test: String,
    /// What it asks for.
    pub duty: String,
    /// How strongly it speaks.
    pub force: Force,
    /// When it was published.
    pub published: Option<Date>,
    /// From when it has effect.
    pub effect_from: Date,
    /// Until when, if it ended: the last day it stood.
    pub effect_to: Option<Date>,
    /// Cards it replaces.
    pub supersedes: Vec<PolicyId>,
    /// Where to read it.
    pub citation: String,
    /// `primary`, `secondary` or `unchecked`: how the text was read.
    pub confidence: String,
    /// What the encoder wants the reader to know.
    pub notes: String,
    /// The rule itself, as Rego.
    pub rego: String,
}

impl Card {
    /// Why the card does not stand on a day, in words; `None` when it does.
    pub fn out_of_effect(&self, as_of: Date) -> Option<String> {
        if as_of < self.effect_from {
            return Some(format!(
                "The rule has effect from {}; on {as_of} it did not stand yet.",
                self.effect_from
            ));
        }
        self.effect_to
            .filter(|&last| as_of > last)
            .map(|last| format!("The rule ended on {last}; on {as_of} it no longer stood."))
    }

    /// Instrument, clause and where to read it: the citation of a verdict.
    pub fn full_citation(&self) -> String {
        format!("{}, {}: {}", self.instrument, self.clause, self.citation)
    }

    /// Name of its module in `policies/rego/`, without the ending: `uk_386_a`.
    pub(crate) fn module(&self) -> String {
        self.id.as_str().to_ascii_lowercase().replace('-', "_")
    }
}

/// A file of `policies/cards/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CardFile {
    id: PolicyId,
    title: String,
    jurisdiction: String,
    instrument: String,
    clause: String,
    who: String,
    entity_test: String,
    place_test: String,
    purpose_test: String,
    connection_test: String,
    duty: String,
    force: Force,
    #[serde(default, deserialize_with = "optional_day")]
    published: Option<Date>,
    #[serde(deserialize_with = "day")]
    effect_from: Date,
    #[serde(default, deserialize_with = "optional_day")]
    effect_to: Option<Date>,
    #[serde(default)]
    supersedes: Vec<PolicyId>,
    citation: String,
    confidence: Confidence,
    notes: String,
}

/// How the text of a rule was read.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Confidence {
    Primary,
    Secondary,
    Unchecked,
}

impl Confidence {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Unchecked => "unchecked",
        }
    }
}

/// A day of a TOML file, written bare (`2022-11-24`) or as text.
pub(crate) fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    use serde::de::Error;
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Day {
        Bare(toml::value::Datetime),
        Text(String),
    }
    let text = match Day::deserialize(deserializer)
        .map_err(|_| D::Error::custom("expected a day such as 2024-03-01"))?
    {
        Day::Bare(day) => day.to_string(),
        Day::Text(day) => day,
    };
    text.parse().map_err(|_| D::Error::custom(format!("`{text}` is not a day such as 2024-03-01")))
}

fn optional_day<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Date>, D::Error> {
    day(deserializer).map(Some)
}

fn read_card((name, text): PolicyFile) -> Result<Card, String> {
    let file: CardFile =
        toml::from_str(text).map_err(|error| format!("policies/{name}: {error}"))?;
    let mut card = Card {
        id: file.id,
        title: file.title,
        jurisdiction: file.jurisdiction,
        instrument: file.instrument,
        clause: file.clause,
        who: file.who,
        entity_test: file.entity_test,
        place_test: file.place_test,
        purpose_test: file.purpose_test,
        connection_test: file.connection_test,
        duty: file.duty,
        force: file.force,
        published: file.published,
        effect_from: file.effect_from,
        effect_to: file.effect_to,
        supersedes: file.supersedes,
        citation: file.citation,
        confidence: file.confidence.as_str().to_owned(),
        notes: file.notes,
        rego: String::new(),
    };
    let module = format!("rego/{}.rego", card.module());
    let (_, rego) = RULES
        .iter()
        .find(|(name, _)| *name == module)
        .ok_or_else(|| format!("policies/{name}: policies/{module} is missing"))?;
    card.rego = (*rego).to_owned();
    Ok(card)
}

/// All cards, in the order they are listed.
pub fn cards() -> &'static [Card] {
    static ALL: OnceLock<Vec<Card>> = OnceLock::new();
    // INVARIANT: the files are part of the program, and a test reads each of them.
    #[expect(clippy::expect_used, reason = "the files are part of the program; a test reads them")]
    ALL.get_or_init(|| {
        CARDS.iter().map(|&file| read_card(file)).collect::<Result<_, _>>().expect("built-in cards")
    })
}

/// One card.
pub fn card(id: &PolicyId) -> Option<&'static Card> {
    cards().iter().find(|card| card.id == *id)
}

/// First 12 hex digits of the SHA-256 over all cards and rules.
pub fn policies_version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let mut hash = Sha256::new();
        for (name, text) in CARDS.iter().chain(RULES) {
            // Lengths keep two files apart whatever they hold.
            hash.update(format!("{name} {}\n", text.len()));
            hash.update(text);
        }
        hash.finalize().iter().take(6).map(|octet| format!("{octet:02x}")).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_card_reads_and_is_complete() {
        for &file in CARDS {
            let card = read_card(file).unwrap();
            assert_eq!(file.0, format!("cards/{}.toml", card.id));
            for (field, text) in [
                ("title", &card.title),
                ("instrument", &card.instrument),
                ("clause", &card.clause),
                ("who", &card.who),
                ("entity_test", &card.entity_test),
                ("place_test", &card.place_test),
                ("duty", &card.duty),
                ("notes", &card.notes),
            ] {
                assert!(!text.is_empty(), "{}: {field} is empty", card.id);
            }
            assert!(card.citation.contains("https://"), "{}: no source to read", card.id);
            assert!(card.rego.contains(&format!("package cards.{}\n", card.module())));
        }
    }

    #[test]
    fn a_rule_stands_from_its_first_day_to_its_last() {
        let mut card = cards()[0].clone();
        card.effect_to = Some(jiff::civil::date(2023, 1, 31));
        let stands = |day: &str| card.out_of_effect(day.parse().unwrap());
        assert!(stands("2022-11-23").unwrap().contains("did not stand yet"));
        assert_eq!(stands("2022-11-24"), None);
        assert_eq!(stands("2023-01-31"), None);
        assert!(stands("2023-02-01").unwrap().contains("no longer stood"));
    }

    #[test]
    fn the_version_names_what_was_read() {
        assert_eq!(policies_version().len(), 12);
        assert!(policies_version().bytes().all(|b| b.is_ascii_hexdigit()));
    }
}
