use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::Date;

/// Yes, no, or nobody has said.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Ternary {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// Nobody has said.
    #[default]
    Unknown,
}

impl Ternary {
    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

impl From<bool> for Ternary {
    fn from(is_so: bool) -> Self {
        if is_so { Self::Yes } else { Self::No }
    }
}

/// What kind of body this is; decides who is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrganisationKind {
    /// A ministry or department of a central government, and its agencies.
    CentralGovernment,
    /// A council or municipality.
    LocalAuthority,
    /// A police force.
    Police,
    /// Armed forces and their ministry.
    Defence,
    /// Hospital, health trust.
    Health,
    /// School, school trust, college.
    School,
    /// University.
    University,
    /// A state or provincial body of a federation.
    StateGovernment,
    /// A company that contracts with a federal or central government.
    GovernmentContractor,
    /// Any other company.
    Company,
    /// Anything else.
    Other,
}

impl OrganisationKind {
    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CentralGovernment => "central-government",
            Self::LocalAuthority => "local-authority",
            Self::Police => "police",
            Self::Defence => "defence",
            Self::Health => "health",
            Self::School => "school",
            Self::University => "university",
            Self::StateGovernment => "state-government",
            Self::GovernmentContractor => "government-contractor",
            Self::Company => "company",
            Self::Other => "other",
        }
    }
}

/// Whose law: an ISO 3166-1 alpha-2 country, with a subdivision where it matters (`GB`, `US-TX`, `CA-QC`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Jurisdiction(pub String);

/// The tiers of the entity test (fact file `policy.md` section 6). Each takes in those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityTier {
    /// The maker is listed by law somewhere.
    Named,
    /// Its ultimate parent is a company of the PRC.
    PrcParent,
    /// Registered elsewhere, controlled from the PRC.
    PrcControlled,
    /// Another brand, built by one of the above.
    PrcOem,
    /// A system-on-chip or cloud service of the PRC.
    PrcComponent,
    /// Assembled in the PRC by anybody.
    MadeInPrc,
}

impl EntityTier {
    /// All tiers, narrowest first.
    pub const ALL: [Self; 6] = [
        Self::Named,
        Self::PrcParent,
        Self::PrcControlled,
        Self::PrcOem,
        Self::PrcComponent,
        Self::MadeInPrc,
    ];

    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::PrcParent => "prc_parent",
            Self::PrcControlled => "prc_controlled",
            Self::PrcOem => "prc_oem",
            Self::PrcComponent => "prc_component",
            Self::MadeInPrc => "made_in_prc",
        }
    }
}

/// The entity test that the body chose, and who answers for the choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntityTest {
    /// How wide.
    pub tier: EntityTier,
    /// Role that chose it (a post, not a person's name).
    pub author: String,
    /// When.
    pub date: Date,
    /// Why, in words.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The body whose estate this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Name.
    pub name: String,
    /// What kind of body.
    pub kind: OrganisationKind,
    /// Whose law.
    pub jurisdiction: Jurisdiction,
    /// Whether the body works under contracts of a federal or central government.
    #[serde(default)]
    pub government_contractor: Ternary,
}

/// The four tests of a sensitive site (UK answer of 9 April 2024, fact file `policy.md` section 2) and `other`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SensitiveTests {
    /// Routinely holds SECRET material or above.
    pub holds_secret: Ternary,
    /// Hosts a significant proportion of officials with developed vetting.
    pub vetted_staff: Ternary,
    /// Routinely used by ministers.
    pub ministers: Ternary,
    /// A government location covered under the Serious Organised Crime and Police Act 2005.
    pub socpa: Ternary,
    /// Sensitive for another reason that the body recorded.
    pub other: Ternary,
}

impl SensitiveTests {
    /// The tests by name, in the order of the official definition.
    pub const fn named(&self) -> [(&'static str, Ternary); 5] {
        [
            ("holds_secret", self.holds_secret),
            ("vetted_staff", self.vetted_staff),
            ("ministers", self.ministers),
            ("socpa", self.socpa),
            ("other", self.other),
        ]
    }
}

/// How much of a site is sensitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// The whole site.
    #[default]
    Whole,
    /// Only named parts; a device elsewhere on it is not on sensitive ground.
    Parts,
}

/// A place with cameras.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Short key that registers use.
    pub id: String,
    /// Name.
    pub name: String,
    /// Other names and codes by which registers call it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The sensitive-site tests.
    #[serde(default)]
    pub sensitive: SensitiveTests,
    /// How much of it they cover.
    #[serde(default)]
    pub extent: Extent,
    /// The sensitive parts, where the extent is `parts`: words of the register's location column.
    #[serde(default)]
    pub parts: Vec<String>,
    /// Why it is classed so.
    #[serde(default)]
    pub reason: Option<String>,
    /// Owner of the building's systems, where it is not the body.
    #[serde(default)]
    pub landlord: Option<String>,
    /// End of the lease.
    #[serde(default)]
    pub lease_end: Option<Date>,
    /// Networks of this site.
    #[serde(default)]
    pub networks: Vec<IpNet>,
}

/// What a zone is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZoneClass {
    /// The body's core network.
    Core,
    /// Set apart for surveillance equipment.
    Surveillance,
    /// Guests.
    Guest,
    /// Management of the network itself.
    Management,
    /// Outside.
    Internet,
}

impl ZoneClass {
    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Surveillance => "surveillance",
            Self::Guest => "guest",
            Self::Management => "management",
            Self::Internet => "internet",
        }
    }
}

/// A network segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Short key.
    pub id: String,
    /// What it is for.
    pub class: ZoneClass,
    /// Networks of this zone.
    pub networks: Vec<IpNet>,
    /// VLAN ids.
    #[serde(default)]
    pub vlans: Vec<u16>,
}

/// `estate.toml`: the context that verdicts need.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Estate {
    /// Whose estate.
    pub organisation: Option<Organisation>,
    /// The chosen entity test.
    pub entity_test: Option<EntityTest>,
    /// Places.
    pub sites: Vec<Site>,
    /// Network segments.
    pub zones: Vec<Zone>,
}
