use model::{
    Attribution, ConflictKind, Date, Declared, DeclaredMaker, DeviceKind, EntityTier, Estate,
    Extent, Level, MakerId, Organisation, SensitiveTests, Site, Ternary, ZoneClass,
};

use crate::Placement;
use crate::words::{holds_phrase, squash};

/// What rules may know of a maker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MakerRecord {
    /// Id.
    pub id: MakerId,
    /// Name for people.
    pub name: String,
    /// Headquarters.
    pub country: String,
    /// Parent, in words.
    pub parent: String,
    /// Premise of the UK statement.
    pub subject_to_prc_nil: Ternary,
    /// `named`, `subsidiary` or `no`.
    pub ndaa_889: &'static str,
    /// FCC Covered List.
    pub fcc_covered: Ternary,
}

/// What rules may know of a chip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocRecord {
    /// Who makes it.
    pub maker: String,
    /// Country of its maker.
    pub country: String,
}

/// One device as the rules' facts are made from it.
#[derive(Debug, Clone, Copy)]
pub struct DeviceInput<'a> {
    /// Who made it.
    pub attribution: &'a Attribution,
    /// What registers say.
    pub declared: Option<&'a Declared>,
    /// The maker a register declares.
    pub declared_maker: Option<&'a DeclaredMaker>,
    /// Where it stands.
    pub placement: Placement<'a>,
    /// Its chip, where known.
    pub soc: Option<&'a SocRecord>,
    /// Judge a purchase: it is about to be bought, not installed.
    pub purchase: bool,
}

/// All that a rule sees of a device. Equal facts give equal verdicts.
///
/// Names of sites, addresses and probabilities are left out on purpose: what no rule asks for would only
/// tear classes of equal devices apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Facts {
    /// The day the rules are applied for.
    pub as_of: Date,
    /// It is about to be bought.
    pub purchase: bool,
    /// What it is: a text form of [`DeviceKind`].
    pub kind: &'static str,
    /// Whether rules about surveillance equipment speak of it.
    pub surveillance: Ternary,
    /// When it was put in, where a register says so without doubt.
    pub installed: Option<Date>,
    /// A register gives an install date that can be read in two ways or not at all.
    pub installed_unclear: bool,
    /// Who made it.
    pub maker: MakerFacts,
    /// A register declares another maker than the device shows.
    pub declared_conflict: bool,
    /// Brand and maker are different companies.
    pub rebranded: bool,
    /// Its chip.
    pub chip: Option<ChipFacts>,
    /// Where it stands.
    pub site: SiteFacts,
    /// Class of its zone.
    pub zone: Option<&'static str>,
    /// Whether the core network can be reached. `no` only where that was shown; a zone for surveillance is
    /// no proof.
    pub connected_to_core: Ternary,
    /// Whose estate it is.
    pub organisation: Option<OrganisationFacts>,
    /// The chosen entity test: a text form of [`EntityTier`].
    pub entity_test: Option<&'static str>,
    /// What a register says it is for: `security` (a purpose that section 889 names), `other`, `not-stated`.
    pub purpose: &'static str,
    /// Whose device it is: `body`, `landlord` or `unknown`.
    pub owner: &'static str,
}

/// Who made a device, as far as rules may know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct MakerFacts {
    /// On what this rests.
    pub basis: Basis,
    /// How far it is established: a text form of [`Level`].
    pub level: &'static str,
    /// The most probable maker.
    pub leading: Option<OneMaker>,
    /// Others that the evidence leaves open, by id. Empty where the leading maker is established.
    pub others: Vec<OneMaker>,
    /// The makers above hold at least [`COMPLETE`] of the probability.
    pub complete: bool,
}

/// On what a maker finding rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Evidence about the device.
    Observed,
    /// What an order or quotation says that it is for.
    Ordered,
    /// The word of a register alone.
    Declared,
    /// Nothing.
    None,
}

/// A maker as rules see it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct OneMaker {
    /// Id.
    pub id: MakerId,
    /// Name for people.
    pub name: String,
    /// Seat in the PRC, wholly or by one of two seats.
    pub prc_seat: Ternary,
    /// Premise of the UK statement.
    pub subject_to_prc_nil: Ternary,
    /// `named`, `subsidiary`, `no` or `unknown`.
    pub ndaa_889: &'static str,
    /// FCC Covered List.
    pub fcc_covered: Ternary,
}

/// A chip as rules see it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct ChipFacts {
    /// Who makes it.
    pub maker: String,
    /// A company of the PRC.
    pub prc: Ternary,
}

/// A place as rules see it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct SiteFacts {
    /// The site is one of the estate file.
    pub known: bool,
    /// A register names a site.
    pub named: bool,
    /// Whether the device stands on sensitive ground; follows from the rest.
    pub sensitive: Ternary,
    /// The tests of a sensitive site.
    pub tests: TestFacts,
    /// `whole` or `parts`.
    pub extent: &'static str,
    /// Whether it stands in one of the sensitive parts; `yes` where the whole site counts.
    pub in_part: Ternary,
    /// The building's systems belong to a landlord.
    pub landlord: bool,
}

/// [`SensitiveTests`], ordered and hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
pub struct TestFacts {
    /// Routinely holds secret material or above.
    pub holds_secret: Ternary,
    /// Hosts a significant share of officials with developed vetting.
    pub vetted_staff: Ternary,
    /// Routinely used by ministers.
    pub ministers: Ternary,
    /// Covered under the Serious Organised Crime and Police Act 2005.
    pub socpa: Ternary,
    /// Sensitive for another reason that the body recorded.
    pub other: Ternary,
}

/// A body as rules see it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct OrganisationFacts {
    /// A text form of [`model::OrganisationKind`].
    pub kind: &'static str,
    /// Whose law.
    pub jurisdiction: String,
    /// Works under contracts of a government.
    pub government_contractor: Ternary,
}

/// The share of probability that the makers left open must hold before their agreement counts: the
/// threshold of the level `probable`.
pub const COMPLETE: f64 = 0.9;

/// Below this probability another maker is not worth naming.
const PLAUSIBLE: f64 = 0.02;

/// More makers than this left open say that nothing is known.
const OPEN_MAKERS_MAX: usize = 8;

/// The facts of one device. `makers` looks up a maker.
pub fn facts(
    device: DeviceInput<'_>,
    estate: &Estate,
    makers: &dyn Fn(&MakerId) -> Option<MakerRecord>,
    as_of: Date,
) -> Facts {
    let attribution = device.attribution;
    let declared = device.declared;
    let zone = device.placement.zone.map(|zone| zone.class);
    Facts {
        as_of,
        purchase: device.purchase,
        kind: attribution.kind.as_str(),
        surveillance: surveillance(attribution.kind),
        installed: declared.and_then(|words| words.installed),
        installed_unclear: declared
            .is_some_and(|words| words.installed.is_none() && words.installed_unclear.is_some()),
        maker: maker_facts(&device, makers),
        declared_conflict: attribution
            .conflicts
            .iter()
            .any(|conflict| conflict.kind == ConflictKind::DeclaredMaker),
        rebranded: attribution.rebranded,
        chip: device.soc.map(chip_facts),
        site: site_facts(device.placement.site, declared),
        zone: zone.map(ZoneClass::as_str),
        connected_to_core: match zone {
            Some(ZoneClass::Core) => Ternary::Yes,
            _ => Ternary::Unknown,
        },
        organisation: estate.organisation.as_ref().map(organisation_facts),
        entity_test: estate.entity_test.as_ref().map(|test| EntityTier::as_str(test.tier)),
        purpose: purpose(declared),
        owner: owner(&device, estate.organisation.as_ref()),
    }
}

const fn surveillance(kind: DeviceKind) -> Ternary {
    match kind {
        DeviceKind::Unknown => Ternary::Unknown,
        kind if kind.is_surveillance() => Ternary::Yes,
        _ => Ternary::No,
    }
}

// --- maker ----------------------------------------------------------------------------------------------

fn maker_facts(
    device: &DeviceInput<'_>,
    makers: &dyn Fn(&MakerId) -> Option<MakerRecord>,
) -> MakerFacts {
    let observed = observed_maker(device.attribution, makers);
    let established = matches!(device.attribution.level, Level::Confirmed | Level::Probable);
    let Some(declared) = device
        .declared_maker
        .and_then(|declared| declared.maker.as_ref())
        .filter(|id| !id.is_unknown() && !established)
    else {
        return observed;
    };
    if device.purchase {
        return ordered_maker(declared, observed, makers);
    }
    match observed.basis {
        Basis::None => MakerFacts {
            basis: Basis::Declared,
            leading: Some(one_maker(declared, declared.as_str(), makers)),
            ..observed
        },
        _ => observed,
    }
}

/// An order names what will be delivered, unless weak evidence about that very model speaks for others.
fn ordered_maker(
    declared: &MakerId,
    observed: MakerFacts,
    makers: &dyn Fn(&MakerId) -> Option<MakerRecord>,
) -> MakerFacts {
    let contested = observed
        .leading
        .iter()
        .any(|leading| observed.level != Level::Unknown.as_str() && leading.id != *declared);
    if contested {
        return observed;
    }
    MakerFacts {
        basis: Basis::Ordered,
        level: observed.level,
        leading: Some(one_maker(declared, declared.as_str(), makers)),
        others: Vec::new(),
        complete: true,
    }
}

fn observed_maker(
    attribution: &Attribution,
    makers: &dyn Fn(&MakerId) -> Option<MakerRecord>,
) -> MakerFacts {
    let found = &attribution.maker;
    let leading = (!found.id.is_unknown()).then(|| one_maker(&found.id, &found.name, makers));
    let established =
        leading.is_some() && matches!(attribution.level, Level::Confirmed | Level::Probable);
    let open: Vec<_> = attribution
        .alternatives
        .iter()
        .filter(|other| !other.id.is_unknown() && other.id != found.id)
        .filter(|other| other.probability >= PLAUSIBLE && !established)
        .collect();
    let held: f64 = open.iter().map(|other| other.probability).sum::<f64>()
        + if leading.is_some() { found.probability } else { 0.0 };
    let mut others: Vec<_> = open
        .iter()
        .take(OPEN_MAKERS_MAX)
        .map(|other| one_maker(&other.id, &other.name, makers))
        .collect();
    others.sort();
    others.dedup();
    MakerFacts {
        basis: if leading.is_some() || !others.is_empty() { Basis::Observed } else { Basis::None },
        // A level without a maker is none.
        level: if leading.is_some() { attribution.level } else { Level::Unknown }.as_str(),
        complete: established || (held >= COMPLETE && open.len() <= OPEN_MAKERS_MAX),
        leading,
        others,
    }
}

fn one_maker(
    id: &MakerId,
    name: &str,
    makers: &dyn Fn(&MakerId) -> Option<MakerRecord>,
) -> OneMaker {
    match makers(id) {
        Some(record) => OneMaker {
            id: id.clone(),
            name: record.name,
            prc_seat: prc(&record.country),
            subject_to_prc_nil: record.subject_to_prc_nil,
            ndaa_889: record.ndaa_889,
            fcc_covered: record.fcc_covered,
        },
        None => OneMaker {
            id: id.clone(),
            name: name.to_owned(),
            prc_seat: Ternary::Unknown,
            subject_to_prc_nil: Ternary::Unknown,
            ndaa_889: "unknown",
            fcc_covered: Ternary::Unknown,
        },
    }
}

/// `CN`, or `CN` as one of several seats.
fn prc(country: &str) -> Ternary {
    if country.trim().is_empty() {
        return Ternary::Unknown;
    }
    country.split('/').any(|code| code.trim().eq_ignore_ascii_case("CN")).into()
}

fn chip_facts(soc: &SocRecord) -> ChipFacts {
    ChipFacts { maker: soc.maker.clone(), prc: prc(&soc.country) }
}

// --- place ----------------------------------------------------------------------------------------------

fn site_facts(site: Option<&Site>, declared: Option<&Declared>) -> SiteFacts {
    let named = declared.is_some_and(|words| words.site.is_some());
    let Some(site) = site else {
        return SiteFacts {
            known: false,
            named,
            sensitive: Ternary::Unknown,
            tests: TestFacts::default(),
            extent: "whole",
            in_part: Ternary::Yes,
            landlord: false,
        };
    };
    let in_part = match site.extent {
        Extent::Whole => Ternary::Yes,
        Extent::Parts => {
            in_sensitive_part(site, declared.and_then(|words| words.location.as_deref()))
        }
    };
    SiteFacts {
        known: true,
        named,
        sensitive: sensitive(&site.sensitive, in_part),
        tests: TestFacts::from(site.sensitive),
        extent: match site.extent {
            Extent::Whole => "whole",
            Extent::Parts => "parts",
        },
        in_part,
        landlord: site.landlord.is_some(),
    }
}

impl From<SensitiveTests> for TestFacts {
    fn from(tests: SensitiveTests) -> Self {
        let SensitiveTests { holds_secret, vetted_staff, ministers, socpa, other } = tests;
        Self { holds_secret, vetted_staff, ministers, socpa, other }
    }
}

/// Any test answered yes makes a site sensitive, all answered no make it not.
fn sensitive(tests: &SensitiveTests, in_part: Ternary) -> Ternary {
    let answers = tests.named().map(|(_, answer)| answer);
    let site = if answers.contains(&Ternary::Yes) {
        Ternary::Yes
    } else if answers.contains(&Ternary::Unknown) {
        Ternary::Unknown
    } else {
        Ternary::No
    };
    match (site, in_part) {
        (Ternary::No, _) | (_, Ternary::No) => Ternary::No,
        (Ternary::Yes, Ternary::Yes) => Ternary::Yes,
        _ => Ternary::Unknown,
    }
}

fn in_sensitive_part(site: &Site, location: Option<&str>) -> Ternary {
    match location {
        Some(words) if !squash(words).is_empty() => {
            site.parts.iter().any(|part| holds_phrase(words, part)).into()
        }
        _ => Ternary::Unknown,
    }
}

// --- body, purpose, owner -------------------------------------------------------------------------------

fn organisation_facts(organisation: &Organisation) -> OrganisationFacts {
    OrganisationFacts {
        kind: organisation.kind.as_str(),
        jurisdiction: organisation.jurisdiction.0.clone(),
        government_contractor: organisation.government_contractor,
    }
}

/// Words of a register's purpose column that speak of a purpose which section 889 names.
const SECURITY_WORDS: &[&str] = &[
    "security",
    "safety",
    "surveillance",
    "cctv",
    "guard",
    "perimeter",
    "access",
    "entrance",
    "intrusion",
    "critical",
    "infrastructure",
    "defence",
    "defense",
    "police",
    "custody",
    "crime",
    "evidence",
    "monitoring",
];

fn purpose(declared: Option<&Declared>) -> &'static str {
    let Some(words) = declared.and_then(|words| words.purpose.as_deref()) else {
        return "not-stated";
    };
    if squash(words).is_empty() {
        "not-stated"
    } else if SECURITY_WORDS.iter().any(|word| holds_phrase(words, word)) {
        "security"
    } else {
        "other"
    }
}

/// Words by which registers say that a device is the landlord's.
const LANDLORD_WORDS: &[&str] =
    &["landlord", "landlords", "lessor", "freeholder", "building owner", "managing agent"];

/// What is bought is the body's. A register's owner that is neither the body nor a landlord (a team, a
/// cost centre) says nothing.
fn owner(device: &DeviceInput<'_>, organisation: Option<&Organisation>) -> &'static str {
    if device.purchase {
        return "body";
    }
    let landlord = device.placement.site.and_then(|site| site.landlord.as_deref());
    let Some(words) = device
        .declared
        .and_then(|words| words.owner.as_deref())
        .filter(|words| !squash(words).is_empty())
    else {
        return if landlord.is_some() { "landlord" } else { "unknown" };
    };
    let names = |phrase: &str| holds_phrase(words, phrase);
    if LANDLORD_WORDS.iter().any(|word| names(word)) || landlord.is_some_and(names) {
        "landlord"
    } else if organisation.is_some_and(|body| names(&body.name) || holds_phrase(&body.name, words))
    {
        "body"
    } else {
        "unknown"
    }
}

#[cfg(test)]
mod tests;
