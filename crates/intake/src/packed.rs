//! Inputs that are packed with gzip or zstd: unpacked as they are read, never held whole.
//!
//! What is inside is read as if it lay there unpacked. Where the packing breaks, the reader sees the end of its
//! file and keeps the good part, and what is wrong is said with its place among the packed bytes. A packed file
//! may claim to hold more than any disk: [`UNPACKED_BYTES_MAX`] and [`Packing::ratio_max`] end that early.

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

use flate2::{Decompress, FlushDecompress, Status};
use model::Observation;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::window::Window;
use crate::{Flow, Format, Input, IntakeError, Note, Options, ReadSeek, Severity, Sink, Summary};

/// What one input may unpack to. A sensor on a full gigabit link writes this in nine minutes and a Zeek log of a
/// large city's year is smaller; reading it takes ten minutes. Larger ones are given unpacked, or in parts.
const UNPACKED_BYTES_MAX: u64 = 64 << 30;
/// The ratio of less than this tells nothing: a few thousand equal rows of a register are no attack, and this
/// much costs neither time nor memory.
const RATIO_FREE_BYTES: u64 = 64 << 20;
/// What is held in memory of a format that must be read back and forth, such as a spreadsheet, which is packed
/// itself: a million rows have some 60 MB.
const HELD_BYTES_MAX: u64 = 128 << 20;
/// What zstd itself takes for its window unless told otherwise.
const WINDOW_BYTES_MAX: u64 = 128 << 20;
/// 2^15 bytes: the largest window of gzip, and the only one that files use.
const GZIP_WINDOW_BITS: u8 = 15;
const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The end of the magic number of a frame that holds no data (RFC 8878 section 3.1.2); its first byte is 0x50 to
/// 0x5f.
const SKIPPABLE: [u8; 3] = [0x2a, 0x4d, 0x18];
/// An empty raw block that is the last, and room for a checksum.
const LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

/// How an input is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zstd,
}

impl Packing {
    /// By the first bytes.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [a, b, ..] if [*a, *b] == GZIP => Some(Self::Gzip),
            [0x50..=0x5f, rest @ ..] if rest.starts_with(&SKIPPABLE) => Some(Self::Zstd),
            _ if head.starts_with(&ZSTD) => Some(Self::Zstd),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// How many times larger than its packed form an input may be. Logs reach 10 to 50 with gzip, and with zstd, which
    /// looks back further, some 200. Zeros reach 229 with the fastest gzip, 1,032 with the best, and tens of thousands
    /// with zstd.
    const fn ratio_max(self) -> u64 {
        match self {
            Self::Gzip => 200,
            Self::Zstd => 500,
        }
    }
}

/// What is wrong with the packing.
#[derive(Debug, Clone)]
struct Trouble {
    kind: TroubleKind,
    /// Where among the packed bytes.
    offset: u64,
}

#[derive(Debug, Clone)]
enum TroubleKind {
    Truncated,
    Corrupt(String),
    WrongChecksum,
    /// Bytes behind the end that are no packed data.
    Trailing,
    TooLarge,
    Bomb,
}

impl Trouble {
    fn problem(&self, packing: Packing) -> String {
        match &self.kind {
            TroubleKind::Truncated => "the packed data ends too early".into(),
            TroubleKind::Corrupt(why) => format!("the packed data is damaged ({why})"),
            TroubleKind::WrongChecksum => "what was unpacked does not match its checksum".into(),
            TroubleKind::Trailing => "what follows the packed data is not packed".into(),
            TroubleKind::TooLarge => {
                format!("more than {} GiB unpacked", UNPACKED_BYTES_MAX >> 30)
            }
            TroubleKind::Bomb => {
                let ratio = packing.ratio_max();
                format!("unpacks to more than {ratio} times its size, as only a trap does")
            }
        }
    }

    const fn help(&self) -> &'static str {
        match self.kind {
            TroubleKind::Truncated | TroubleKind::Corrupt(_) | TroubleKind::WrongChecksum => {
                "copy or make the file again"
            }
            TroubleKind::Trailing => "look at the end of the file if more is needed of it",
            TroubleKind::TooLarge => "unpack it and give it unpacked, or in parts",
            TroubleKind::Bomb => "unpack it and look at it; give it unpacked if it is honest",
        }
    }

    fn place(&self, packing: Packing) -> String {
        format!("byte {} of the {} data", self.offset, packing.name())
    }

    /// As the error of an input that gave nothing.
    fn error(&self, packing: Packing) -> IntakeError {
        IntakeError::Broken {
            place: self.place(packing),
            problem: format!("{}: {}", self.problem(packing), self.help()),
        }
    }
}

/// Gives `look` what is inside a packed input, or an input that is not packed as it is. `needs_whole` tells by the
/// first bytes inside whether it must be held in memory. Answers what is wrong with the packing, too.
///
/// # Errors
/// [`IntakeError::Io`] when the bytes cannot be had, and what `look` says.
pub(crate) fn with_inside<T>(
    input: &mut Input<'_>,
    needs_whole: fn(&[u8]) -> bool,
    look: impl FnOnce(&mut Input<'_>) -> Result<T, IntakeError>,
) -> Result<(T, Option<Note>), IntakeError> {
    let Some(packing) = Packing::of(&crate::formats::head(input)?) else {
        return look(input).map(|found| (found, None));
    };
    let packed = Cell::new(0);
    let mut unpacked = Unpacked::new(packing, &mut *input.bytes, &packed);
    let found = within(input.name, &mut unpacked, false, crate::formats::head)
        .and_then(|head| within(input.name, &mut unpacked, needs_whole(&head), look));
    match (found, unpacked.trouble) {
        (Ok(found), trouble) => Ok((found, trouble.map(|trouble| trouble.note(packing)))),
        (Err(error), trouble) => Err(trouble.map_or(error, |trouble| trouble.error(packing))),
    }
}

/// Reads what is packed in `input` into `sink`. `claim` finds the format by the first bytes inside.
///
/// # Errors
/// [`IntakeError`] when nothing inside can be read.
pub(crate) fn read(
    packing: Packing,
    input: &mut Input<'_>,
    options: &Options,
    sink: &mut dyn Sink,
    claim: impl FnOnce(&[u8]) -> Result<&'static dyn Format, IntakeError>,
) -> Result<(&'static dyn Format, Summary), IntakeError> {
    let packed = Cell::new(0);
    let mut unpacked = Unpacked::new(packing, &mut *input.bytes, &packed);
    let mut meter = Meter { sink, packed: &packed, observations: 0 };
    let format = format_inside(input.name, &mut unpacked, claim);
    let outcome = format.and_then(|format| {
        within(input.name, &mut unpacked, format.needs_whole(), |inner| {
            format.read(inner, options, &mut meter).map(|summary| (format, summary))
        })
    });
    let Meter { sink, observations, .. } = meter;
    match (outcome, unpacked.trouble) {
        (Ok((format, summary)), None) => Ok((format, named(summary, packing))),
        (Ok((format, mut summary)), Some(trouble)) if observations > 0 || trouble.is_harmless() => {
            sink.note(trouble.note(packing));
            if !trouble.is_harmless() {
                let lost = format!(
                    "rest of the file: {}, {}",
                    trouble.place(packing),
                    trouble.problem(packing)
                );
                summary.lost.insert(lost, 1);
            }
            Ok((format, named(summary, packing)))
        }
        (_, Some(trouble)) if !trouble.is_harmless() => Err(trouble.error(packing)),
        (Err(error), _) => Err(error),
        (Ok((format, summary)), Some(_)) => Ok((format, named(summary, packing))),
    }
}

impl Trouble {
    /// Nothing is lost by it.
    const fn is_harmless(&self) -> bool {
        matches!(self.kind, TroubleKind::Trailing)
    }

    fn note(&self, packing: Packing) -> Note {
        Note {
            severity: if self.is_harmless() { Severity::Warning } else { Severity::Error },
            place: self.place(packing),
            field: None,
            message: self.problem(packing),
            help: Some(self.help().into()),
        }
    }
}

fn named(mut summary: Summary, packing: Packing) -> Summary {
    summary.format = format!("{}, {}", summary.format, packing.name());
    summary
}

fn format_inside(
    name: &str,
    unpacked: &mut Unpacked<'_, '_>,
    claim: impl FnOnce(&[u8]) -> Result<&'static dyn Format, IntakeError>,
) -> Result<&'static dyn Format, IntakeError> {
    let packing = unpacked.packing;
    let head = within(name, unpacked, false, crate::formats::head)?;
    if Packing::of(&head).is_some() {
        return Err(IntakeError::Broken {
            place: format!("inside the {} data", packing.name()),
            problem: "it is packed once more: unpack it once and give that".into(),
        });
    }
    claim(&head).map_err(|error| IntakeError::Broken {
        place: format!("byte 0 of what the {} data holds", packing.name()),
        problem: error.to_string(),
    })
}

/// The inside as an input of its own: as a stream, or in memory where the reader must go back and forth in it.
fn within<T>(
    name: &str,
    unpacked: &mut Unpacked<'_, '_>,
    needs_whole: bool,
    look: impl FnOnce(&mut Input<'_>) -> Result<T, IntakeError>,
) -> Result<T, IntakeError> {
    let io = |source| IntakeError::Io { offset: 0, source };
    unpacked.rewind().map_err(io)?;
    if !needs_whole {
        // Readers take the size for the measure of their progress; here that is told in packed bytes.
        return look(&mut Input { name, size_bytes: u64::MAX, bytes: unpacked });
    }
    let mut held = Vec::new();
    unpacked.by_ref().take(HELD_BYTES_MAX + 1).read_to_end(&mut held).map_err(io)?;
    let size_bytes = held.len() as u64;
    if size_bytes > HELD_BYTES_MAX {
        return Err(IntakeError::Limit {
            what: "a packed spreadsheet or list".into(),
            limit: format!("{} MiB", HELD_BYTES_MAX >> 20),
            help: "unpack it and give that".into(),
        });
    }
    look(&mut Input { name, size_bytes, bytes: &mut Cursor::new(held) })
}

/// Passes on what a reader finds, and tells its progress in packed bytes.
struct Meter<'s> {
    sink: &'s mut dyn Sink,
    packed: &'s Cell<u64>,
    observations: u64,
}

impl Sink for Meter<'_> {
    fn observation(&mut self, observation: Observation) -> Flow {
        self.observations += 1;
        self.sink.observation(observation)
    }

    fn note(&mut self, note: Note) {
        self.sink.note(note);
    }

    fn progress(&mut self, _: u64) -> Flow {
        self.sink.progress(self.packed.get())
    }
}

/// One gzip member or zstd frame.
enum Member {
    Gzip(Decompress),
    Zstd(Box<FrameDecoder>),
}

/// The unpacked bytes of an input. A break in the packing looks like the end.
struct Unpacked<'s, 'c> {
    packing: Packing,
    window: Window<'s>,
    /// How far the packed bytes were read at most.
    packed: &'c Cell<u64>,
    member: Option<Member>,
    position: u64,
    has_ended: bool,
    trouble: Option<Trouble>,
}

impl<'s, 'c> Unpacked<'s, 'c> {
    fn new(packing: Packing, source: &'s mut dyn ReadSeek, packed: &'c Cell<u64>) -> Self {
        let window = Window::new(source);
        let (member, trouble) = (None, None);
        Self { packing, window, packed, member, position: 0, has_ended: false, trouble }
    }

    fn end(&mut self, kind: TroubleKind) {
        let offset = self.window.offset();
        self.has_ended = true;
        self.trouble.get_or_insert(Trouble { kind, offset });
    }

    /// Unpacks into `buffer`; nothing where a member began or ended.
    fn step(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.member.take() {
            None => self.begin().map(|()| 0),
            Some(Member::Gzip(decoder)) => self.inflate(decoder, buffer),
            Some(Member::Zstd(decoder)) => self.decode_frame(decoder, buffer),
        }
    }

    /// Between members: another one, padding, or the end.
    fn begin(&mut self) -> io::Result<()> {
        let is_first = self.window.offset() == 0;
        let start = self.window.want(8)?;
        match (start, Packing::of(start)) {
            ([], _) => self.has_ended = true,
            (_, Some(Packing::Gzip)) if self.packing == Packing::Gzip => {
                self.member = Some(Member::Gzip(Decompress::new_gzip(GZIP_WINDOW_BITS)));
            }
            (&[0x50..=0x5f, _, _, _, a, b, c, d], Some(Packing::Zstd))
                if self.packing == Packing::Zstd =>
            {
                let length = 8 + u64::from(u32::from_le_bytes([a, b, c, d]));
                if self.window.skip(length)? < length {
                    self.end(TroubleKind::Truncated);
                }
            }
            (_, Some(Packing::Zstd)) if self.packing == Packing::Zstd => self.begin_frame(),
            // Tapes and some tools fill the last block with zeros.
            ([0, ..], None) if !is_first => {
                let there = self.window.there()?;
                let zeros = there.iter().take_while(|byte| **byte == 0).count();
                self.window.consume(zeros);
            }
            _ => self.end(TroubleKind::Trailing),
        }
        Ok(())
    }

    fn inflate(&mut self, mut decoder: Decompress, buffer: &mut [u8]) -> io::Result<usize> {
        let there = self.window.there()?;
        let is_at_end = there.is_empty();
        let (taken, given) = (decoder.total_in(), decoder.total_out());
        let status = decoder.decompress(there, buffer, FlushDecompress::None);
        let taken = length(decoder.total_in() - taken);
        let given = length(decoder.total_out() - given);
        self.window.consume(taken);
        match status {
            Ok(Status::StreamEnd) => {}
            Ok(_) if is_at_end && given == 0 => self.end(TroubleKind::Truncated),
            Ok(_) => self.member = Some(Member::Gzip(decoder)),
            Err(error) => self.end(match error.message() {
                Some("incorrect data check" | "incorrect length check") => {
                    TroubleKind::WrongChecksum
                }
                why => TroubleKind::Corrupt(why.unwrap_or("no deflate data").into()),
            }),
        }
        Ok(given)
    }

    fn begin_frame(&mut self) {
        let mut decoder = Box::new(FrameDecoder::new());
        decoder.set_max_window_size(WINDOW_BYTES_MAX);
        match decoder.init(&mut self.window) {
            Ok(()) => self.member = Some(Member::Zstd(decoder)),
            Err(FrameDecoderError::ReadFrameHeaderError(
                ReadFrameHeaderError::MagicNumberReadError(error)
                | ReadFrameHeaderError::FrameDescriptorReadError(error)
                | ReadFrameHeaderError::WindowDescriptorReadError(error)
                | ReadFrameHeaderError::DictionaryIdReadError(error)
                | ReadFrameHeaderError::FrameContentSizeReadError(error),
            )) if error.kind() == io::ErrorKind::UnexpectedEof => self.end(TroubleKind::Truncated),
            Err(error) => self.end(TroubleKind::Corrupt(error.to_string())),
        }
    }

    fn decode_frame(
        &mut self,
        mut decoder: Box<FrameDecoder>,
        buffer: &mut [u8],
    ) -> io::Result<usize> {
        while decoder.can_collect() == 0 && !decoder.is_finished() {
            let block = BlockDecodingStrategy::UptoBlocks(1);
            if let Err(error) = decoder.decode_blocks(&mut self.window, block) {
                let is_at_end = self.window.there()?.is_empty();
                self.end(if is_at_end {
                    TroubleKind::Truncated
                } else {
                    TroubleKind::Corrupt(error.to_string())
                });
                // The decoder keeps what later blocks may repeat until it has seen the last one.
                if decoder.decode_blocks(&LAST_BLOCK[..], BlockDecodingStrategy::All).is_err() {
                    return Ok(0);
                }
            }
        }
        let given = decoder.read(buffer)?;
        if !decoder.is_finished() || decoder.can_collect() > 0 {
            self.member = Some(Member::Zstd(decoder));
        } else if self.trouble.is_none()
            && let Some(said) = decoder.get_checksum_from_data()
            && Some(said) != decoder.get_calculated_checksum()
        {
            self.end(TroubleKind::WrongChecksum);
        }
        Ok(given)
    }

    /// Whether the bytes so far are more than an honest input holds.
    fn check(&mut self) {
        let packed = self.window.offset();
        self.packed.set(self.packed.get().max(packed));
        if self.position > UNPACKED_BYTES_MAX {
            self.end(TroubleKind::TooLarge);
        } else if self.position > RATIO_FREE_BYTES
            && self.position / self.packing.ratio_max() > packed
        {
            self.end(TroubleKind::Bomb);
        }
        if self.is_too_much() {
            self.member = None;
        }
    }

    fn is_too_much(&self) -> bool {
        let kind = self.trouble.as_ref().map(|trouble| &trouble.kind);
        matches!(kind, Some(TroubleKind::TooLarge | TroubleKind::Bomb))
    }
}

impl Read for Unpacked<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !buffer.is_empty() && (self.member.is_some() || !self.has_ended) {
            let given = self.step(buffer)?;
            self.position += given as u64;
            self.check();
            if given > 0 {
                return Ok(given);
            }
        }
        Ok(0)
    }
}

/// Forward by reading, backward by beginning anew; the end is not known before it is read.
impl Seek for Unpacked<'_, '_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(distance) => self.position.checked_add_signed(distance),
            SeekFrom::End(_) => return Err(io::ErrorKind::Unsupported.into()),
        };
        let place = place.ok_or(io::ErrorKind::InvalidInput)?;
        if place < self.position {
            self.window.rewind()?;
            (self.member, self.position, self.has_ended) = (None, 0, false);
            // What is wrong is met again, by whoever reads as far.
            self.trouble = None;
        }
        let ahead = place - self.position;
        io::copy(&mut self.by_ref().take(ahead), &mut io::sink())?;
        Ok(self.position)
    }
}

fn length(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
