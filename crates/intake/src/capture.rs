//! Recorded packets: pcap and pcapng, read as a stream in bounded memory.
//!
//! A capture gives a few observations per device, not one per packet: what a host said is gathered under the
//! hardware address that sent it, or under its network address where a router stood in between. Video is
//! counted and not looked into; no payload is kept once a decoder has read it.
//!
//! [`frames`] finds the frames, [`link`] the addresses in one, [`flows`] the heads of TCP connections, [`hosts`]
//! who is who; this file lets them meet the decoders of `wire`.

mod flows;
mod frames;
pub(crate) mod hosts;
mod link;
mod listener;
#[cfg(test)]
mod tests;

use model::SourceKind;

use self::frames::{End, Frames};
use self::listener::Listener;
use crate::notebook::Notebook;
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// How often the caller hears how far the reader is.
const PROGRESS_BYTES: u64 = 4 << 20;

/// The classic format.
pub(crate) struct Pcap;
/// The block format.
pub(crate) struct PcapNg;

impl Format for Pcap {
    fn name(&self) -> &'static str {
        "pcap"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Capture
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        if frames::is_pcap(head) { Recognition::Sure } else { Recognition::No }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        listen(Frames::pcap(&mut *input.bytes)?, Notebook::new(self.name(), sink), options)
    }
}

impl Format for PcapNg {
    fn name(&self) -> &'static str {
        "pcapng"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Capture
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        if frames::is_pcapng(head) { Recognition::Sure } else { Recognition::No }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        listen(Frames::pcapng(&mut *input.bytes), Notebook::new(self.name(), sink), options)
    }
}

/// Reads frame after frame; at the end, however it comes, gives what was found.
fn listen(
    mut frames: Frames<'_>,
    mut notebook: Notebook<'_>,
    options: &Options,
) -> Result<Summary, IntakeError> {
    let mut listener = Listener::default();
    let mut last_progress = 0;
    let end = loop {
        match frames.next() {
            Ok(frame) => {
                notebook.record();
                listener.frame(&frame, &mut notebook);
            }
            Err(End::Skipped(problem)) => notebook.warning(
                frames.place(),
                problem,
                "the rest of the capture is read; mend it with a tool such as pcapfix if this matters",
            ),
            Err(end) => break end,
        }
        if frames.offset() - last_progress > PROGRESS_BYTES {
            last_progress = frames.offset();
            notebook.progress(last_progress);
        }
        if notebook.is_stopped() {
            return Ok(notebook.finish());
        }
    };
    let outcome = match end {
        End::Io(source) => Err(IntakeError::Io { offset: frames.offset(), source }),
        End::Broken(problem) => {
            notebook.warning(
                frames.place(),
                problem,
                "the frames before are kept; if more is needed, copy or record the capture again",
            );
            Ok(())
        }
        End::Complete | End::Skipped(_) => Ok(()),
    };
    listener.finish(options, &mut notebook);
    notebook.progress(frames.offset());
    outcome.map(|()| notebook.finish())
}
