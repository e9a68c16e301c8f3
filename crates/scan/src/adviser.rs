//! Who reads the answers: the engine asks, and does not judge.

use model::{DeviceKind, MakerId, Signal};

/// What the answers of one host amount to so far.
#[derive(Debug, Clone, Default)]
pub struct Advice {
    /// What it seems to be.
    pub kind: DeviceKind,
    /// Whether more answers would change nothing.
    pub is_settled: bool,
    /// Who may have made it: pages of others' products are not asked for.
    pub suspects: Vec<MakerId>,
    /// What it calls itself, where hosts that say the same are likely to take packets alike.
    pub model: Option<Box<str>>,
    /// Names of questions whose answers would teach most, best first.
    pub next: Vec<&'static str>,
}

/// Judges answers, and knows which question would teach most.
pub trait Adviser {
    /// What these signals of one host amount to.
    fn advise(&mut self, signals: &[Signal]) -> Advice;
}
