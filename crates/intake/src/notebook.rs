//! What a reader writes down while it reads: observations to the sink, notes, counts.

use std::collections::BTreeMap;

use model::{Observation, Timestamp};

use crate::{Flow, Note, Severity, Sink, Summary};

/// Notes of one input that are passed on; the rest is counted, so that a broken file of a million rows does
/// not bury the screen.
const NOTES_MAX: usize = 1_000;
/// Different names under which things not understood are counted; the rest goes to `other`.
const NAMES_MAX: usize = 500;

/// A reader's pen.
pub(crate) struct Notebook<'s> {
    sink: &'s mut dyn Sink,
    summary: Summary,
    notes: usize,
    stopped: bool,
}

impl<'s> Notebook<'s> {
    pub(crate) fn new(format: &str, sink: &'s mut dyn Sink) -> Self {
        let summary = Summary { format: format.to_owned(), ..Summary::default() };
        Self { sink, summary, notes: 0, stopped: false }
    }

    /// One more row, packet or line was met.
    pub(crate) fn record(&mut self) {
        self.summary.records += 1;
    }

    /// Passes an observation on, unless the caller asked to stop. Whatever a reader took over from elsewhere, what
    /// is passed on holds no secret.
    pub(crate) fn observation(&mut self, mut observation: Observation) {
        if self.stopped {
            return;
        }
        observation.signals = observation.signals.into_iter().flat_map(wire::sanitise).collect();
        self.seen(observation.at);
        self.seen(observation.until);
        self.summary.observations += 1;
        self.stopped = self.sink.observation(observation) == Flow::Stop;
    }

    /// Says how far the reader is.
    pub(crate) fn progress(&mut self, read_bytes: u64) {
        self.stopped |= self.sink.progress(read_bytes) == Flow::Stop;
    }

    /// Whether the caller asked to stop.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped
    }

    pub(crate) fn info(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.note(Severity::Info, place.into(), message.into(), None);
    }

    pub(crate) fn warning(
        &mut self,
        place: impl Into<String>,
        message: impl Into<String>,
        help: &str,
    ) {
        self.note(Severity::Warning, place.into(), message.into(), Some(help.to_owned()));
    }

    pub(crate) fn error(
        &mut self,
        place: impl Into<String>,
        message: impl Into<String>,
        help: &str,
    ) {
        self.note(Severity::Error, place.into(), message.into(), Some(help.to_owned()));
    }

    /// The last line of what a program wrote has no end: it is left out, since its last value may be cut.
    pub(crate) fn left_out(&mut self, place: impl Into<String>) {
        let help = "the lines before are kept; copy the file again";
        self.warning(place, "breaks off before the line ends: left out", help);
    }

    /// The last line of what a person may have pasted has no end: it is read all the same.
    pub(crate) fn may_be_cut(&mut self, place: impl Into<String>) {
        self.info(place, "the file ends within this line: its last value may be cut");
    }

    fn note(&mut self, severity: Severity, place: String, message: String, help: Option<String>) {
        if self.notes == NOTES_MAX {
            self.lost(&format!("notes after the {NOTES_MAX}th"), 1);
            return;
        }
        self.notes += 1;
        self.sink.note(Note { severity, place, field: None, message, help });
    }

    /// Counts what was not understood.
    pub(crate) fn not_understood(&mut self, name: &str, count: u64) {
        let names = &mut self.summary.not_understood;
        let name = if names.len() < NAMES_MAX || names.contains_key(name) { name } else { "other" };
        add(names, name, count);
    }

    /// Counts what was dropped for a limit.
    pub(crate) fn lost(&mut self, reason: &str, count: u64) {
        if count > 0 {
            add(&mut self.summary.lost, reason, count);
        }
    }

    /// Widens the span of time that the input covers.
    pub(crate) fn seen(&mut self, time: Option<Timestamp>) {
        let Some(time) = time else { return };
        let Summary { first, last, .. } = &mut self.summary;
        *first = Some(first.map_or(time, |first| first.min(time)));
        *last = Some(last.map_or(time, |last| last.max(time)));
    }

    pub(crate) fn finish(self) -> Summary {
        self.summary
    }
}

fn add(counts: &mut BTreeMap<String, u64>, name: &str, count: u64) {
    match counts.get_mut(name) {
        Some(sum) => *sum += count,
        None => drop(counts.insert(name.to_owned(), count)),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A sink that keeps everything.
    #[derive(Default)]
    pub(crate) struct Memory {
        pub(crate) observations: Vec<Observation>,
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

    /// Reads `bytes` as whatever they are and gives what a person would want to see of it.
    pub(crate) fn replay(bytes: &[u8]) -> String {
        use std::fmt::Write as _;
        let mut cursor = std::io::Cursor::new(bytes);
        let mut input =
            crate::Input { name: "x", size_bytes: bytes.len() as u64, bytes: &mut cursor };
        let mut memory = Memory::default();
        let outcome = crate::read(&mut input, &crate::Options::default(), &mut memory);
        let mut text = String::new();
        for observation in &memory.observations {
            let json = serde_json::to_string(observation).expect("observations are JSON");
            let _ = writeln!(text, "{json}");
        }
        for Note { severity, place, message, .. } in &memory.notes {
            let _ = writeln!(text, "{} {place}: {message}", severity.as_str());
        }
        match outcome {
            Ok((kind, summary)) => {
                let Summary { format, records, observations, not_understood, lost, .. } = summary;
                let _ = writeln!(
                    text,
                    "{} ({format}): {records} records, {observations} observations; not understood {not_understood:?}; lost {lost:?}",
                    kind.as_str()
                );
            }
            Err(error) => drop(writeln!(text, "{error}")),
        }
        text
    }

    /// Found by fuzzing: descriptions in tables of switches were passed on as they stood.
    #[test]
    fn what_is_passed_on_holds_no_secret() {
        let text = "1.3.6.1.2.1.1.1.0|4|Camera, see rtsp://admin:hunter2@10.0.0.7/\n\
                    1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99.1\n1.3.6.1.2.1.1.5.0|4|cam-1\n";
        let read = replay(text.as_bytes());
        assert!(read.contains("Camera, see rtsp://***@10.0.0.7/"), "{read}");
        assert!(!read.contains("hunter2"), "{read}");
    }

    #[test]
    fn notes_beyond_the_limit_are_counted() {
        let mut memory = Memory::default();
        let mut notebook = Notebook::new("x", &mut memory);
        (0..NOTES_MAX + 5).for_each(|n| notebook.info(format!("line {n}"), "odd"));
        let summary = notebook.finish();
        assert_eq!(memory.notes.len(), NOTES_MAX);
        assert_eq!(summary.lost.get("notes after the 1000th"), Some(&5));
    }
}
