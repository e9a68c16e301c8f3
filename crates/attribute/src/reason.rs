//! What one signal says, and how heavily: the smallest step of an attribution.

use std::sync::Arc;

use knowledge::Specificity;
use model::{Claim, MakerId};

/// How the id of a reason begins that rests on a row of the table of brands; the name in normal form follows.
pub(crate) const BRAND_ROW_PREFIX: &str = "brand.";

/// One signal says one thing.
#[derive(Debug, Clone)]
pub(crate) struct Reason {
    /// `kind=value`, shortened.
    pub(crate) signal: Arc<str>,
    pub(crate) claim: Claim,
    /// The claim as a reader sees it.
    pub(crate) words: Arc<str>,
    /// The makers it speaks for.
    pub(crate) supports: Vec<Support>,
    /// Log-likelihood ratio in bits, before the context is looked at.
    pub(crate) weight_bits: f64,
    /// Id of the fingerprint or table row.
    pub(crate) fingerprint: Arc<str>,
    pub(crate) source: Arc<str>,
    /// 1 is strongest.
    pub(crate) rank: u8,
    pub(crate) family: Arc<str>,
    /// The family's name as a number, quick to compare.
    pub(crate) family_key: u64,
    /// Set where the weight depends on the brand: a model grammar.
    pub(crate) grammar: Option<Grammar>,
    /// Whether a register says it, not the device.
    pub(crate) is_declared: bool,
}

/// A maker that a reason speaks for.
#[derive(Debug, Clone)]
pub(crate) struct Support {
    pub(crate) maker: MakerId,
    /// The maker's id as a number, quick to compare.
    pub(crate) key: u64,
    /// By how much less than the reason's weight it speaks for this maker.
    pub(crate) less: f64,
}

/// A short name as a number (FNV-1a). Among the few hundred names of families and makers no two share one.
pub(crate) fn key(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// What a model grammar needs to know of the brand before it can be weighed.
#[derive(Debug, Clone)]
pub(crate) struct Grammar {
    pub(crate) specificity: Specificity,
    /// Brand whose model numbers these are, in normal form; where it is the maker's own, or not said, empty.
    pub(crate) brand: Option<Box<str>>,
    pub(crate) makers: Vec<MakerId>,
}

impl Reason {
    /// The makers it speaks for; empty where it speaks of something else.
    pub(crate) fn makers(&self) -> &[MakerId] {
        match &self.claim {
            Claim::Maker(id) => std::slice::from_ref(id),
            Claim::MakerOneOf(ids) => ids,
            _ => &[],
        }
    }
}

/// A value read out of a signal, for the fields of the verdict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fact {
    Brand(BrandName),
    Model(Text),
    Firmware(Text),
    Serial(Text),
    Quirk {
        protocol: Arc<str>,
        name: Arc<str>,
    },
    /// The brand whose model numbers look so; for the label alone, for a grammar must not support itself.
    ImpliedBrand(BrandName),
    /// What the register calls the make, brand read.
    DeclaredBrand(BrandName),
    DeclaredModel(Text),
    DeclaredSerial(Text),
    /// A model number of these makers in a cell that lists numbers of strangers too: of one of several devices.
    ListedModel {
        makers: Vec<MakerId>,
        signal: Arc<str>,
    },
}

/// A brand as a device shows it or a register says it, with what the knowledge base holds of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BrandName {
    /// 0 is nearest to the device.
    pub(crate) remoteness: u8,
    pub(crate) name: Arc<str>,
    /// The name in normal form.
    pub(crate) normal: Arc<str>,
    /// Makers that any row of the brand names.
    pub(crate) makers: Vec<MakerId>,
    /// Makers whose own brand it is.
    pub(crate) owners: Vec<MakerId>,
}

/// A text and how near to the device it stands; 0 is nearest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Text {
    pub(crate) remoteness: u8,
    pub(crate) text: Arc<str>,
}

/// All that one signal shows.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) facts: Vec<Fact>,
    pub(crate) reasons: Vec<Reason>,
}
