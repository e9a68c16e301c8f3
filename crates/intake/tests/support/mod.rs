//! What the tests over whole files share.

use intake::{Flow, Note, Sink};
use model::Observation;

/// A sink that keeps everything.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) observations: Vec<Observation>,
    #[allow(dead_code, reason = "not every test looks at remarks")]
    pub(crate) notes: Vec<Note>,
}

impl Sink for Memory {
    fn observation(&mut self, observation: Observation) -> Flow {
        self.observations.push(observation);
        Flow::Continue
    }

    fn note(&mut self, note: Note) {
        self.notes.push(note);
    }

    fn progress(&mut self, _: u64) -> Flow {
        Flow::Continue
    }
}
