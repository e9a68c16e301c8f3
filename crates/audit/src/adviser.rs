//! The attribution as the adviser of a scan: it says what answers amount to, and what to ask next.

use attribute::Attributor;
use model::{DeviceKind, Level, MakerId, Signal};
use scan::{Advice, Adviser};

/// Judges the answers of one host as all evidence is judged.
#[derive(Debug)]
pub struct ScanAdviser<'k> {
    attributor: Attributor<'k>,
}

impl<'k> ScanAdviser<'k> {
    /// An adviser that judges as this attributor does.
    pub fn new(attributor: Attributor<'k>) -> Self {
        Self { attributor }
    }
}

impl Adviser for ScanAdviser<'_> {
    fn advise(&mut self, signals: &[Signal]) -> Advice {
        let found = self.attributor.attribute(signals);
        let is_named = matches!(found.level, Level::Confirmed | Level::Probable);
        let is_settled = match found.kind {
            DeviceKind::OtherDevice => true,
            kind => kind.is_surveillance() && is_named,
        };
        let next = match is_settled {
            true => Vec::new(),
            false => {
                let next = self.attributor.next_questions(signals);
                next.iter().map(|next| next.question.id).collect()
            }
        };
        let mut suspects: Vec<MakerId> = found.alternatives.into_iter().map(|a| a.id).collect();
        suspects.insert(0, found.maker.id.clone());
        let model = found.model.map(|model| format!("{} {model}", found.maker.id).into());
        Advice { kind: found.kind, is_settled, suspects, model, next }
    }
}
