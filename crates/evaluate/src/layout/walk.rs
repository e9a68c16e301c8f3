//! What the reader of SNMP walks makes of one: what the agent says of itself.

use std::io::Cursor;

use intake::{Flow, Input, Note, Options, Sink};
use model::{Observation, Signal};

/// The signals of the agent that was walked; its neighbours' are left out. Empty where nothing describes it, or where
/// the bytes are no walk.
pub(super) fn agent(name: &str, bytes: &[u8]) -> Vec<Signal> {
    let mut cursor = Cursor::new(bytes);
    let size_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let mut input = Input { name, size_bytes, bytes: &mut cursor };
    let mut agent = Agent::default();
    match intake::read(&mut input, &Options::default(), &mut agent) {
        Ok(_) => agent.0,
        Err(_) => Vec::new(),
    }
}

#[derive(Default)]
struct Agent(Vec<Signal>);

impl Sink for Agent {
    fn observation(&mut self, observation: Observation) -> Flow {
        if observation.subject.attachment.is_none() {
            self.0.extend(observation.signals);
        }
        Flow::Continue
    }

    fn note(&mut self, _: Note) {}

    fn progress(&mut self, _: u64) -> Flow {
        Flow::Continue
    }
}
