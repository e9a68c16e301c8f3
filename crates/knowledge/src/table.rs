use model::{DeviceKind, MakerId, Ternary};

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
    /// How telling it is.
    pub scope: Scope,
    /// Who builds for the holder, as far as known; in words of maker ids.
    pub oem_hint: Box<str>,
    /// Notes.
    pub note: Box<str>,
    /// Where this comes from.
    pub source: Box<str>,
    /// How well supported.
    pub confidence: Confidence,
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
    /// How well it separates.
    pub specificity: Specificity,
    /// The pattern, as written.
    pub pattern: Box<str>,
    /// Notes.
    pub note: Box<str>,
    /// Where this comes from.
    pub source: Box<str>,
    /// How well supported.
    pub confidence: Confidence,
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
}

/// A row of `kb/socs.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Soc {
    /// Family.
    pub family: Box<str>,
    /// Parts, as written.
    pub part: Box<str>,
    /// Who makes the chip.
    pub maker: Box<str>,
    /// Country of the chip's maker.
    pub country: Box<str>,
    /// What section 889 has to do with it, in words.
    pub ndaa: Box<str>,
    /// Notes.
    pub note: Box<str>,
    /// Where this comes from.
    pub source: Box<str>,
    /// How well supported.
    pub confidence: Confidence,
}

/// A row of `kb/firmware.csv`: a container of firmware files.
#[derive(Debug, Clone, PartialEq)]
pub struct FirmwareFormat {
    /// Whose.
    pub makers: Vec<MakerId>,
    /// Name.
    pub format: Box<str>,
    /// Offset of the magic, where there is one.
    pub magic_offset: Option<u64>,
    /// The magic, where there is one.
    pub magic: Vec<u8>,
    /// Structure, in words.
    pub structure: Box<str>,
    /// Where this comes from.
    pub source: Box<str>,
    /// How well supported.
    pub confidence: Confidence,
}
