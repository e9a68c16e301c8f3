//! The context that verdicts need: whose estate, which rules, as of which day.

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use attribute::Priors;
use knowledge::Knowledge;
use model::{Date, Estate, PolicyId, Sha256};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

/// An estate file is written by hand: anything larger is something else.
const ESTATE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// A file of priors names each maker once at most.
const PRIORS_BYTES_MAX: u64 = 1024 * 1024;

/// The file that a part of the context came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EstateSource {
    /// Name of the file.
    pub name: String,
    /// Hash of its bytes.
    pub sha256: Sha256,
}

impl fmt::Display for EstateSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, SHA-256 {}", self.name, self.sha256)
    }
}

/// What a computation is made for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Context {
    /// The estate; empty when nobody said.
    pub estate: Estate,
    /// The file it came from.
    pub estate_source: Option<EstateSource>,
    /// Rule cards that were asked for by name; empty means those of the body's jurisdiction.
    pub policies: Vec<PolicyId>,
    /// The day the rules are applied for.
    pub as_of: Date,
    /// What is believed before any evidence.
    #[serde(default)]
    pub priors: Priors,
    /// The file it came from; nothing where it is what the program has built in.
    #[serde(default)]
    pub priors_source: Option<EstateSource>,
}

/// The estate file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ContextError {
    /// The bytes cannot be had.
    #[error("cannot read `{path}`")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not text, or far too long to be such a file.
    #[error("`{path}` is no {what}: it must be UTF-8 text of at most {} MiB", bytes_max >> 20)]
    NotText {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
        /// The longest that is read.
        bytes_max: u64,
    },
    /// It is no estate file.
    #[error("`{path}`: {source}")]
    Estate {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        source: assess::EstateError,
    },
    /// It is no file of priors.
    #[error("`{path}` {source}")]
    Priors {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the line.
        source: attribute::PriorsError,
    },
}

/// An estate file as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedEstate {
    /// What it says.
    pub estate: Estate,
    /// Which file.
    pub source: EstateSource,
    /// Remarks: what was read in another way than written, what lies within what.
    pub notes: Vec<String>,
}

/// Reads an estate file.
///
/// # Errors
/// [`ContextError`] names the file and the place.
pub fn load_estate(path: &Path) -> Result<LoadedEstate, ContextError> {
    let (text, source) = text_of(path, "estate file", ESTATE_BYTES_MAX)?;
    let (estate, notes) = assess::parse_estate_with_notes(&text)
        .map_err(|source| ContextError::Estate { path: path.into(), source })?;
    Ok(LoadedEstate { estate, source, notes })
}

/// Reads a file of priors (`docs/reference/priors.md`).
///
/// # Errors
/// [`ContextError`] names the file and the line.
pub fn load_priors(
    path: &Path,
    knowledge: &Knowledge,
) -> Result<(Priors, EstateSource), ContextError> {
    let (text, source) = text_of(path, "file of priors", PRIORS_BYTES_MAX)?;
    let priors = Priors::read(&text, knowledge)
        .map_err(|source| ContextError::Priors { path: path.into(), source })?;
    Ok((priors, source))
}

fn text_of(
    path: &Path,
    what: &'static str,
    bytes_max: u64,
) -> Result<(String, EstateSource), ContextError> {
    let io = |source| ContextError::Io { path: path.into(), source };
    // The length is counted and not asked for: a pipe or a device does not know its own.
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(io)?;
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(io)?;
    let sha256 = Sha256(sha2::Sha256::digest(&bytes).into());
    let text = Some(bytes)
        .filter(|bytes| bytes.len() as u64 <= bytes_max)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| ContextError::NotText { path: path.into(), what, bytes_max })?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok((text, EstateSource { name, sha256 }))
}

/// Whether the first bytes of a file are those of an estate file: a table header that only such a file has.
pub fn looks_like_estate(head: &[u8]) -> bool {
    const HEADERS: [&str; 4] = ["[organisation]", "[entity_test]", "[[sites]]", "[[zones]]"];
    String::from_utf8_lossy(head).lines().any(|line| HEADERS.contains(&line.trim()))
}

impl Context {
    /// A context without an estate.
    pub fn without_estate(as_of: Date) -> Self {
        Self {
            estate: Estate::default(),
            estate_source: None,
            policies: Vec::new(),
            as_of,
            priors: Priors::default(),
            priors_source: None,
        }
    }

    /// The priors in a word: the file they came from with its hash, or that they are built in.
    pub fn priors_name(&self) -> String {
        self.priors_source.as_ref().map_or_else(|| "built in".into(), ToString::to_string)
    }

    /// The cards to ask: those named, else those of the body's jurisdiction, else all.
    pub fn cards(&self) -> Vec<PolicyId> {
        if !self.policies.is_empty() {
            return self.policies.clone();
        }
        let all = assess::cards();
        let Some(organisation) = &self.estate.organisation else {
            return all.iter().map(|card| card.id.clone()).collect();
        };
        let own = organisation.jurisdiction.0.as_str();
        // A contractor of another country's government is bound by that country's rule for contractors.
        let contractor = organisation.government_contractor == model::Ternary::Yes
            || organisation.kind == model::OrganisationKind::GovernmentContractor;
        let applies = |card: &&assess::Card| {
            let theirs = card.jurisdiction.as_str();
            own == theirs
                || own.strip_prefix(theirs).is_some_and(|rest| rest.starts_with('-'))
                || (contractor && card.id.as_str() == "US-889-B")
        };
        let mut cards: Vec<PolicyId> =
            all.iter().filter(applies).map(|card| card.id.clone()).collect();
        if cards.is_empty() {
            cards = all.iter().map(|card| card.id.clone()).collect();
        }
        cards
    }

    /// What is missing, in words that say how to give it.
    pub fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        let estate = &self.estate;
        if estate.organisation.is_none() {
            missing.push(
                "Who the body is: without `[organisation]` in an estate file no rule can say whether it binds.".into(),
            );
        }
        if estate.entity_test.is_none() {
            missing.push(
                "The entity test: rules that name no company need `[entity_test]` in the estate file, with a tier, an author and a date.".into(),
            );
        }
        if estate.sites.is_empty() {
            missing.push(
                "Sites: without `[[sites]]` nobody can say what stands on a sensitive site.".into(),
            );
        }
        if estate.zones.is_empty() {
            missing.push(
                "Zones: without `[[zones]]` nobody can say what is connected to a core network."
                    .into(),
            );
        }
        for site in &estate.sites {
            let tests = site.sensitive.named();
            let unknown: Vec<&str> = tests
                .iter()
                .filter(|(_, value)| *value == model::Ternary::Unknown)
                .map(|(name, _)| *name)
                .collect();
            if !unknown.is_empty() && tests.iter().all(|(_, value)| *value != model::Ternary::Yes) {
                missing.push(format!(
                    "Site `{}`: nobody has said whether it is sensitive ({}).",
                    site.id,
                    unknown.join(", ")
                ));
            }
        }
        missing
    }
}
