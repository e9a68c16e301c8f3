//! May we order this? An order or quotation, judged before money is spent.

use assess::Judge;
use attribute::Attributor;
use intake::{Flow, Input, IntakeError, Note, Options, Sink};
use knowledge::Knowledge;
use model::{Answer, Observation};
use report::DeviceLine;

use crate::device::Merged;
use crate::{AuditError, Context, SourceIndex};

/// An order of more lines is a catalogue.
const LINES_MAX: usize = 100_000;

/// One line of an order and what the rules say of buying it.
#[derive(Debug, Clone)]
pub struct OrderLine {
    /// Where it stands: `sheet "Order" row 4`.
    pub place: String,
    /// How many.
    pub quantity: u32,
    /// What it is, who makes it, and the verdicts.
    pub device: DeviceLine,
}

impl OrderLine {
    /// The worst answer; `None` when no rule was asked.
    pub fn worst(&self) -> Option<Answer> {
        self.device.verdicts.iter().map(|verdict| verdict.answer).min()
    }
}

#[derive(Default)]
struct Lines {
    observations: Vec<Observation>,
    notes: Vec<Note>,
    left_out: u64,
}

impl Sink for Lines {
    fn observation(&mut self, observation: Observation) -> Flow {
        if self.observations.len() >= LINES_MAX {
            self.left_out += 1;
            return Flow::Stop;
        }
        self.observations.push(observation);
        Flow::Continue
    }

    fn note(&mut self, note: Note) {
        self.notes.push(note);
    }

    fn progress(&mut self, _read_bytes: u64) -> Flow {
        Flow::Continue
    }
}

/// What was read of an order.
#[derive(Debug)]
pub struct CheckedOrder {
    /// Its lines.
    pub lines: Vec<OrderLine>,
    /// Remarks of the reader.
    pub notes: Vec<Note>,
    /// Lines beyond the limit.
    pub left_out: u64,
}

/// Why an order cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// It cannot be read.
    #[error(transparent)]
    Input(#[from] IntakeError),
    /// A rule or the program.
    #[error(transparent)]
    Audit(#[from] AuditError),
}

/// Judges every line of an order as a purchase.
///
/// # Errors
/// [`OrderError`] when the order as a whole cannot be read, or a rule cannot be evaluated.
pub fn check_order(
    input: &mut Input<'_>,
    options: &Options,
    knowledge: &'static Knowledge,
    context: &Context,
) -> Result<CheckedOrder, OrderError> {
    let mut read = Lines::default();
    intake::read(input, options, &mut read)?;
    let attributor = Attributor::new(knowledge, context.priors.clone());
    let mut judge = Judge::new(&context.cards()).map_err(AuditError::from)?;
    let mut lines = Vec::with_capacity(read.observations.len());
    for observation in &read.observations {
        let merged = Merged::of([observation]);
        let judged = merged.judged(&attributor, context, &[], true);
        let verdicts = judge.judge(&judged.facts).map_err(AuditError::from)?;
        let place = String::from(&*observation.place.0);
        let mut device = merged.line(place.clone(), judged, &[], &SourceIndex::default());
        device.verdicts = verdicts;
        let quantity = observation.declared.as_ref().and_then(|d| d.quantity).unwrap_or(1);
        lines.push(OrderLine { place, quantity, device });
    }
    Ok(CheckedOrder { lines, notes: read.notes, left_out: read.left_out })
}
