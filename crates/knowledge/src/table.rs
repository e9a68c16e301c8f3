use std::fmt;

use model::{DeviceKind, MakerId, Ternary};

use crate::Standing;

pub(crate) mod read;

/// How well a fact is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// One weak source.
    Unverified,
    /// One or more secondary sources.
    Reported,
    /// Primary source or several that agree.
    Confirmed,
}

impl Ndaa889 {
    /// The text form in the files of the knowledge base.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Subsidiary => "subsidiary",
            Self::No => "no",
        }
    }
}

impl Relation {
    /// The text form in the files of the knowledge base.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OwnBrand => "own-brand",
            Self::OemFull => "oem-full",
            Self::OemPartial => "oem-partial",
            Self::Formerly => "formerly",
        }
    }
}

impl Specificity {
    /// The text form in the files of the knowledge base.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Untested => "untested",
            Self::Weak => "weak",
            Self::Shared => "shared",
            Self::Distinct => "distinct",
        }
    }
}

impl Confidence {
    /// The text form in the files of the knowledge base.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unverified => "unverified",
            Self::Reported => "reported",
            Self::Confirmed => "confirmed",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "unverified" => Ok(Self::Unverified),
            "reported" => Ok(Self::Reported),
            "confirmed" => Ok(Self::Confirmed),
            other => {
                Err(format!("confidence `{other}` is not one of confirmed, reported, unverified"))
            }
        }
    }
}

/// What section 889 of the NDAA FY2019 says of a maker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ndaa889 {
    /// Named in the statute.
    Named,
    /// Subsidiary or affiliate of a named company.
    Subsidiary,
    /// Neither.
    No,
}

/// A row of `kb/makers.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Maker {
    /// Stable id.
    pub id: MakerId,
    /// Legal name.
    pub legal_name: Box<str>,
    /// Name for people.
    pub short_name: Box<str>,
    /// `manufacturer`, `brand-owner`, `platform`, `component`, `soc`.
    pub role: Box<str>,
    /// ISO 3166-1 alpha-2 of the headquarters; may be a pair such as `HK/CN`.
    pub country: Box<str>,
    /// Parent or ultimate owner, in words.
    pub parent: Box<str>,
    /// State ownership, in words.
    pub state_ownership: Box<str>,
    /// Whether the premise "subject to the PRC National Intelligence Law" fits.
    pub subject_to_prc_nil: Ternary,
    /// Section 889.
    pub ndaa_889: Ndaa889,
    /// FCC Covered List.
    pub fcc_covered: Ternary,
    /// Notes.
    pub notes: Box<str>,
    /// Where this comes from.
    pub source: Box<str>,
    /// How well supported.
    pub confidence: Confidence,
    /// When it was looked at, and who says otherwise.
    pub standing: Standing,
}

/// How a brand relates to its makers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The maker's own name or house brand.
    OwnBrand,
    /// All lines are built by the makers named.
    OemFull,
    /// Some lines are built by the makers named.
    OemPartial,
    /// So it was once.
    Formerly,
}

/// A row of `kb/brands.csv`. A brand may have several rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Brand {
    /// As on the box.
    pub name: Box<str>,
    /// Who builds for it.
    pub makers: Vec<MakerId>,
    /// How.
    pub relation: Relation,
    /// When, in words; empty means no limit known.
    pub period: Box<str>,
    /// Where; empty means not known.
    pub region: Box<str>,
    /// Notes.
    pub note: Box<str>,
    /// Where this comes from.
    pub source: Box<str>,
    /// How well supported.
    pub confidence: Confidence,
    /// When it was looked at, and who says otherwise.
    pub standing: Standing,
}

impl Brand {
    /// The name without the line it speaks of: `Aritech` of `Aritech (Carrier)`.
    pub fn plain_name(&self) -> &str {
        let outside = self.name.split('(').next().unwrap_or(&self.name).trim();
        if outside.is_empty() { &self.name } else { outside }
    }
}

/// A row of `kb/aliases.csv`: another spelling of a brand.
#[derive(Debug, Clone, PartialEq)]
pub struct Alias {
    /// As people write it.
    pub spelling: Box<str>,
    /// A name of `kb/brands.csv`.
    pub brand: Box<str>,
    /// Notes.
    pub note: Box<str>,
    /// Where this comes from.
    pub source: Box<str>,
    /// How well supported.
    pub confidence: Confidence,
    /// When it was looked at, and who says otherwise.
    pub standing: Standing,
}

/// A row of `kb/common_words.csv`: a brand that is also a word, and so says nothing inside prose.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CommonWord {
    /// The brand, normalised.
    pub(crate) word: Box<str>,
    /// Why.
    pub(crate) note: Box<str>,
}

/// How a make in free text was read.
#[derive(Debug, Clone, PartialEq)]
pub struct BrandReading<'k> {
    /// All rows of the brand it was read as.
    pub rows: Vec<&'k Brand>,
    /// The part of the text that was read.
    pub read: String,
    /// Edit distance between that part and the brand; 0 is exact but for case and punctuation.
    pub distance: usize,
}

impl BrandReading<'_> {
    /// The brand's name as on the box.
    pub fn name(&self) -> &str {
        self.rows.first().map_or("", |brand| brand.plain_name())
    }
}

/// How telling a prefix is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The organisation makes cameras and little else.
    CameraMaker,
    /// Recorders.
    Recorder,
    /// Intercoms.
    Intercom,
    /// Alarms and video.
    AlarmAndVideo,
    /// Radios and body-worn cameras.
    RadioAndBodycam,
    /// The organisation owns a brand and buys the hardware.
    BrandOwner,
    /// A module or chip that sits in other makers' devices.
    Component,
    /// A conglomerate: the prefix says little.
    MixedConglomerate,
    /// Seen in the field, not in the registry.
    FieldObserved,
}

impl Scope {
    pub(crate) const NAMES: &[(&str, Self)] = &[
        ("camera-maker", Self::CameraMaker),
        ("recorder", Self::Recorder),
        ("intercom", Self::Intercom),
        ("alarm-and-video", Self::AlarmAndVideo),
        ("radio-and-bodycam", Self::RadioAndBodycam),
        ("brand-owner", Self::BrandOwner),
        ("component", Self::Component),
        ("mixed-conglomerate", Self::MixedConglomerate),
        ("field-observed", Self::FieldObserved),
    ];

    /// The text form in the files of the knowledge base.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, scope)| *scope == self).map_or("", |(name, _)| name)
    }
}

/// A row of `kb/prefixes.csv`: a block of the IEEE registry.
#[derive(Debug, Clone, PartialEq)]
pub struct Prefix {
    /// The block's first address, left-aligned in 48 bits.
    pub base: u64,
    /// 24, 28 or 36.
    pub bits: u8,
    /// Holder, as registered.
    pub organisation: Box<str>,
    /// The holder as a maker; several when it is not settled.
    pub makers: Vec<MakerId>,
    /// How telling it is; says little while it is disputed.
    pub scope: Scope,
    /// As written.
    pub(crate) written_scope: Scope,
    /// Who builds for the holder, as far as known; in words of maker ids.
    pub oem_hint: Box<str>,
    /// Notes.
    pub note: Box<str>,
    /// Where this comes from.
    pub source: Box<str>,
    /// How well supported.
    pub confidence: Confidence,
    /// When it was looked at, and who says otherwise.
    pub standing: Standing,
}

impl fmt::Display for Prefix {
    /// As the IEEE writes a block: `58:03:FB`, `70:B3:D5:00:1/36`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = usize::from(self.bits / 4);
        let all = format!("{:012X}", self.base);
        for (n, digit) in all.chars().take(digits).enumerate() {
            write!(f, "{}{digit}", if n > 0 && n % 2 == 0 { ":" } else { "" })?;
        }
        if self.bits == 24 { Ok(()) } else { write!(f, "/{}", self.bits) }
    }
}

/// How well a model pattern separates makers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Specificity {
    /// Not measured.
    Untested,
    /// Others use it too, often.
    Weak,
    /// Shared by a few makers.
    Shared,
    /// One maker's alone, as far as measured.
    Distinct,
}

/// A row of `kb/models.csv`: the grammar of a model number.
#[derive(Debug, Clone)]
pub struct ModelPattern {
    /// Stable id, `model.<maker>.<n or slug>`.
    pub id: Box<str>,
    /// Whose numbers look so.
    pub makers: Vec<MakerId>,
    /// What such a model is.
    pub kind: DeviceKind,
    /// Brand on the box, where the numbers are a brand's.
    pub brand: Option<Box<str>>,
    /// How well it separates; `weak` at most while it is disputed.
    pub specificity: Specificity,
    /// As written.
    pub(crate) written_specificity: Specificity,
    /// The pattern, as written; it is applied without regard to case.
    pub pattern: Box<str>,
    /// Model numbers that fit.
    pub examples: Vec<Box<str>>,
    /// How many model numbers of the labelled corpus fit; 0 where nobody counted.
    pub corpus_hits: u32,
    /// The part of those that are of the makers named, 0 to 1.
    pub corpus_share: Option<f64>,
    /// Notes.
    pub note: Box<str>,
    /// Where this comes from.
    pub source: Box<str>,
    /// How well supported.
    pub confidence: Confidence,
    /// When it was looked at, and who says otherwise.
    pub standing: Standing,
}

/// A row of `kb/domains.csv`: a name that devices contact.
#[derive(Debug, Clone, PartialEq)]
pub struct Domain {
    /// The name; it and everything below it.
    pub name: Box<str>,
    /// Whose cloud.
    pub makers: Vec<MakerId>,
    /// What for.
    pub purpose: Box<str>,
    /// Notes.
    pub note: Box<str>,
    /// Where this comes from.
    pub source: Box<str>,
    /// How well supported.
    pub confidence: Confidence,
    /// When it was looked at, and who says otherwise.
    pub standing: Standing,
}

/// A row of `kb/socs.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Soc {
    /// Family.
    pub family: Box<str>,
    /// Parts, as written.
    pub part: Box<str>,
    /// Names that devices show; one that ends in `*` means all that begin so.
    pub names: Vec<Box<str>>,
    /// Who makes the chip.
    pub maker: Box<str>,
    /// Country of the chip's maker.
    pub country: Box<str>,
    /// Makers of devices that the row speaks of. The chip alone says nothing about who built a device.
    pub device_makers: Vec<MakerId>,
    /// Devices that the row speaks of, in words.
    pub known_models: Box<str>,
    /// What section 889 has to do with it, in words.
    pub ndaa: Box<str>,
    /// Notes.
    pub note: Box<str>,
    /// Where this comes from.
    pub source: Box<str>,
    /// How well supported.
    pub confidence: Confidence,
    /// When it was looked at, and who says otherwise.
    pub standing: Standing,
}

/// A row of `kb/firmware.csv`: a container of firmware files.
#[derive(Debug, Clone, PartialEq)]
pub struct FirmwareFormat {
    /// Whose.
    pub makers: Vec<MakerId>,
    /// Name.
    pub format: Box<str>,
    /// What such files are called, in words.
    pub file_names: Box<str>,
    /// Offset of the magic; without one it may stand anywhere in the head.
    pub magic_offset: Option<usize>,
    /// The magic, where there is one.
    pub magic: Vec<u8>,
    /// Text that must occur in the head too, where the magic alone is anybody's; may be empty.
    pub needs: Box<str>,
    /// Structure, in words.
    pub structure: Box<str>,
    /// Encryption and signatures, in words.
    pub protection: Box<str>,
    /// What in it tells the builder of a rebranded device, in words.
    pub oem_clue: Box<str>,
    /// Where this comes from.
    pub source: Box<str>,
    /// How well supported.
    pub confidence: Confidence,
    /// When it was looked at, and who says otherwise.
    pub standing: Standing,
}
