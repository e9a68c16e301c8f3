use model::{Attribution, Date, Declared, DeclaredMaker, Estate, MakerId, Ternary};

use crate::Placement;

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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Facts {}

/// The facts of one device. `makers` looks up a maker.
pub fn facts(
    device: DeviceInput<'_>,
    estate: &Estate,
    makers: &dyn Fn(&MakerId) -> Option<MakerRecord>,
    as_of: Date,
) -> Facts {
    let _ = (device, estate, makers, as_of);
    Facts {}
}
