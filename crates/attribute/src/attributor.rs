use knowledge::Knowledge;
use model::{
    Attribution, Declared, DeclaredMaker, DeviceKind, Level, MakerFinding, MakerId, Signal,
};

/// What is believed before any evidence; in the open, so that a reader can disagree.
#[derive(Debug, Clone, PartialEq)]
pub struct Priors {
    /// Probability that a device of unknown maker was built by somebody who is not in the knowledge base.
    pub other: f64,
}

impl Default for Priors {
    fn default() -> Self {
        Self { other: 0.5 }
    }
}

/// Says what signals show. Holds the knowledge and the priors; one value serves all threads.
#[derive(Debug)]
pub struct Attributor<'k> {
    knowledge: &'k Knowledge,
    priors: Priors,
}

impl<'k> Attributor<'k> {
    /// An attributor over this knowledge.
    pub fn new(knowledge: &'k Knowledge, priors: Priors) -> Self {
        Self { knowledge, priors }
    }

    /// The knowledge it works with.
    pub fn knowledge(&self) -> &'k Knowledge {
        self.knowledge
    }

    /// What the signals of one device show. The order of the signals does not matter. Registers' words come as
    /// `register.*` signals: they are declared, never observed, and weigh accordingly.
    pub fn attribute(&self, signals: &[Signal]) -> Attribution {
        let _ = (signals, &self.priors);
        Attribution {
            kind: DeviceKind::Unknown,
            maker: MakerFinding {
                id: MakerId::unknown(),
                name: "unknown".into(),
                probability: 0.0,
            },
            alternatives: Vec::new(),
            level: Level::Unknown,
            brand: None,
            model: None,
            firmware: None,
            serial: None,
            rebranded: false,
            conflicts: Vec::new(),
            evidence: Vec::new(),
            platform: None,
            soc: None,
            quirks: Vec::new(),
        }
    }

    /// The maker that a register declares, as far as its words allow; `None` when it declares none.
    pub fn declared_maker(&self, declared: &Declared) -> Option<DeclaredMaker> {
        let _ = declared;
        None
    }
}
