//! Frames of a pcap or pcapng file, one after the other, with nothing in memory but the block at hand.
//!
//! The blocks themselves are decoded by `pcap-parser`; this file finds where each begins and ends, so that a
//! bad block can be stepped over and a cut-off file names the byte.

use std::io;

use pcap_parser::{
    Block, PcapHeader, parse_block_be, parse_block_le, parse_pcap_frame, parse_pcap_frame_be,
    parse_pcap_frame_modified, parse_pcap_header, traits::PcapNGPacketBlock as _,
};

use crate::window::Window;
use crate::{IntakeError, ReadSeek};

/// The largest block or frame; capture tools cut frames at 256 KiB.
const BLOCK_BYTES_MAX: usize = 16 << 20;
/// Interfaces of one section; beyond any machine's.
const INTERFACES_MAX: usize = 4_096;
/// The header of a pcap file.
const PCAP_HEADER_BYTES: usize = 24;
/// Type, length and length again: the smallest block.
const BLOCK_BYTES_MIN: usize = 12;
/// Type of the section header block, the same in both byte orders.
const SECTION_HEADER: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
/// Type of the packet block that pcapng had before the enhanced one.
const OLD_PACKET: u32 = 2;

/// One frame as recorded.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    /// Counted from 1, as Wireshark shows it.
    pub(super) number: u64,
    /// Microseconds since 1970; `None` where the file says zero or what is no instant.
    pub(super) micros: Option<i64>,
    /// LINKTYPE of the tcpdump registry.
    pub(super) link: i32,
    pub(super) data: &'a [u8],
}

/// Why there is no frame.
#[derive(Debug)]
pub(super) enum End {
    /// The file ends where a frame ends.
    Complete,
    /// A part is unreadable and was stepped over: ask again.
    Skipped(String),
    /// Nothing can be read beyond this place.
    Broken(String),
    /// The bytes cannot be had.
    Io(io::Error),
}

pub(super) fn is_pcap(head: &[u8]) -> bool {
    matches!(
        head,
        [0xa1, 0xb2, 0xc3, 0xd4, ..]
            | [0xd4, 0xc3, 0xb2, 0xa1, ..]
            | [0xa1, 0xb2, 0x3c, 0x4d, ..]
            | [0x4d, 0x3c, 0xb2, 0xa1, ..]
            | [0x34, 0xcd, 0xb2, 0xa1, ..]
    )
}

pub(super) fn is_pcapng(head: &[u8]) -> bool {
    head.starts_with(&SECTION_HEADER)
        && matches!(head.get(8..12), Some([0x1a, 0x2b, 0x3c, 0x4d] | [0x4d, 0x3c, 0x2b, 0x1a]))
}

/// The frames of one file.
pub(super) struct Frames<'s> {
    window: Window<'s>,
    kind: Kind,
    number: u64,
}

enum Kind {
    Pcap(PcapHeader),
    PcapNg { big_endian: bool, interfaces: Vec<Interface> },
}

struct Interface {
    link: i32,
    ticks_per_second: u64,
    offset_seconds: i64,
}

impl<'s> Frames<'s> {
    pub(super) fn pcap(source: &'s mut dyn ReadSeek) -> Result<Self, IntakeError> {
        let mut window = Window::new(source);
        let head = window.want(PCAP_HEADER_BYTES);
        let head = head.map_err(|source| IntakeError::Io { offset: 0, source })?;
        let header =
            parse_pcap_header(head).map(|(_, header)| header).map_err(|_| IntakeError::Broken {
                place: "byte 0".into(),
                problem: "the file header is cut off: copy or record the capture again".into(),
            })?;
        window.consume(PCAP_HEADER_BYTES);
        Ok(Self { window, kind: Kind::Pcap(header), number: 0 })
    }

    pub(super) fn pcapng(source: &'s mut dyn ReadSeek) -> Self {
        let kind = Kind::PcapNg { big_endian: false, interfaces: Vec::new() };
        Self { window: Window::new(source), kind, number: 0 }
    }

    /// How many bytes are behind the reader.
    pub(super) fn offset(&self) -> u64 {
        self.window.offset()
    }

    /// Where the reader stands, for people.
    pub(super) fn place(&self) -> String {
        format!("byte {}, after frame {}", self.window.offset(), self.number)
    }

    /// The next frame.
    pub(super) fn next(&mut self) -> Result<Frame<'_>, End> {
        match &mut self.kind {
            Kind::Pcap(header) => pcap_frame(&mut self.window, header, &mut self.number),
            Kind::PcapNg { big_endian, interfaces } => {
                pcapng_frame(&mut self.window, big_endian, interfaces, &mut self.number)
            }
        }
    }
}

fn pcap_frame<'w>(
    window: &'w mut Window<'_>,
    header: &PcapHeader,
    number: &mut u64,
) -> Result<Frame<'w>, End> {
    let modified = header.is_modified_format();
    let prefix = if modified { 24 } else { 16 };
    let head = window.want(prefix).map_err(End::Io)?;
    let big_endian = header.is_bigendian();
    let captured = match (head.len(), word(head, 8, big_endian)) {
        (0, _) => return Err(End::Complete),
        (length, Some(captured)) if length == prefix => captured,
        _ => return Err(End::Broken("the file ends inside a frame's header".into())),
    };
    let length = usize::try_from(captured).unwrap_or(usize::MAX).saturating_add(prefix);
    if length > BLOCK_BYTES_MAX {
        return Err(End::Broken(format!(
            "a frame claims {captured} bytes: the file is damaged here"
        )));
    }
    let whole = window.take(length).map_err(End::Io)?;
    let parse = match (modified, big_endian) {
        (true, _) => parse_pcap_frame_modified,
        (false, true) => parse_pcap_frame_be,
        (false, false) => parse_pcap_frame,
    };
    let Ok((_, block)) = parse(whole) else {
        return Err(End::Broken(format!(
            "the file ends inside a frame of {captured} bytes, of which {} are there",
            whole.len().saturating_sub(prefix)
        )));
    };
    *number += 1;
    let fraction = i64::from(block.ts_usec);
    let micros = if header.is_nanosecond_precision() { fraction / 1_000 } else { fraction };
    Ok(Frame {
        number: *number,
        micros: plausible(Some(i64::from(block.ts_sec) * 1_000_000 + micros)),
        // The upper bits say how long the frame check sequence is.
        link: header.network.0 & 0xffff,
        data: block.data,
    })
}

fn pcapng_frame<'w>(
    window: &'w mut Window<'_>,
    big_endian: &mut bool,
    interfaces: &mut Vec<Interface>,
    number: &mut u64,
) -> Result<Frame<'w>, End> {
    loop {
        let length = block_length(window, big_endian)?;
        if length > BLOCK_BYTES_MAX {
            let skipped = window.skip(length as u64).map_err(End::Io)?;
            return Err(if skipped == length as u64 {
                End::Skipped(format!(
                    "a block of {length} bytes is over the limit of {BLOCK_BYTES_MAX}"
                ))
            } else {
                End::Broken(format!(
                    "a block claims {length} bytes: the file is cut off or damaged"
                ))
            });
        }
        // The borrow checker cannot see that a block without a frame is given back before the next turn, so
        // what stands in the block is looked up twice: first what it is, then the frame.
        let block = window.want(length).map_err(End::Io)?;
        if block.len() < length {
            let there = block.len();
            return Err(End::Broken(format!(
                "the file ends inside a block of {length} bytes, of which {there} are there"
            )));
        }
        let parse = if *big_endian { parse_block_be } else { parse_block_le };
        let step = match parse(block) {
            Ok((_, block)) => note_block(&block, *big_endian, interfaces),
            Err(_) => Step::Bad("a block breaks its own grammar"),
        };
        match step {
            Step::Nothing => window.consume(length),
            Step::Bad(problem) => {
                window.consume(length);
                return Err(End::Skipped(problem.into()));
            }
            Step::Frame { interface, ticks, start, end } => {
                *number += 1;
                let number = *number;
                let block = window.take(length).map_err(End::Io)?;
                let data = block.get(start..end).unwrap_or_default();
                let Some(interface) = interfaces.get(interface) else {
                    return Err(End::Skipped(
                        "a frame of an interface that is not described".into(),
                    ));
                };
                let micros = ticks.and_then(|ticks| interface.micros(ticks));
                return Ok(Frame { number, micros: plausible(micros), link: interface.link, data });
            }
        }
    }
}

/// What a block means to the reader; a frame by its place in the block.
enum Step {
    Nothing,
    Bad(&'static str),
    Frame { interface: usize, ticks: Option<u64>, start: usize, end: usize },
}

/// The length of the block that begins here. A section header also says in which order bytes come.
fn block_length(window: &mut Window<'_>, big_endian: &mut bool) -> Result<usize, End> {
    let head = window.want(BLOCK_BYTES_MIN).map_err(End::Io)?;
    if head.is_empty() {
        return Err(End::Complete);
    }
    if head.starts_with(&SECTION_HEADER) {
        match head.get(8..12) {
            Some([0x1a, 0x2b, 0x3c, 0x4d]) => *big_endian = true,
            Some([0x4d, 0x3c, 0x2b, 0x1a]) => *big_endian = false,
            _ => return Err(End::Broken("a section without a byte order".into())),
        }
    }
    let length = (head.len() == BLOCK_BYTES_MIN).then(|| word(head, 4, *big_endian)).flatten();
    let Some(length) = length else {
        return Err(End::Broken("the file ends inside a block's header".into()));
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length < BLOCK_BYTES_MIN || !length.is_multiple_of(4) {
        return Err(End::Broken(format!(
            "a block claims {length} bytes: the file is damaged here"
        )));
    }
    Ok(length)
}

/// Offset of the data in an enhanced packet block, and in the old packet block.
const PACKET_DATA_AT: usize = 28;
/// Offset of the data in a simple packet block.
const SIMPLE_DATA_AT: usize = 12;

fn note_block(block: &Block<'_>, big_endian: bool, interfaces: &mut Vec<Interface>) -> Step {
    let ticks = |high: u32, low: u32| Some(u64::from(high) << 32 | u64::from(low));
    let frame = |interface: u32, ticks, at: usize, length: usize| Step::Frame {
        interface: usize::try_from(interface).unwrap_or(usize::MAX),
        ticks,
        start: at,
        end: at.saturating_add(length),
    };
    match block {
        Block::SectionHeader(_) => {
            interfaces.clear();
            Step::Nothing
        }
        Block::InterfaceDescription(described) => {
            if interfaces.len() == INTERFACES_MAX {
                return Step::Bad("more interfaces than any machine has");
            }
            interfaces.push(Interface {
                link: described.linktype.0,
                ticks_per_second: ticks_per_second(described.if_tsresol),
                // The parser reads the offset as little endian in both orders.
                offset_seconds: if big_endian {
                    described.if_tsoffset.swap_bytes()
                } else {
                    described.if_tsoffset
                },
            });
            Step::Nothing
        }
        Block::EnhancedPacket(packet) => frame(
            packet.if_id,
            ticks(packet.ts_high, packet.ts_low),
            PACKET_DATA_AT,
            packet.packet_data().len(),
        ),
        Block::SimplePacket(packet) => frame(0, None, SIMPLE_DATA_AT, packet.packet_data().len()),
        Block::Unknown(block) if block.block_type == OLD_PACKET.to_le_or_be(big_endian) => {
            let field = |at| word(block.data, at, big_endian);
            match (field(0), field(4), field(8), field(12)) {
                (Some(head), Some(high), Some(low), Some(length)) => {
                    let interface = if big_endian { head >> 16 } else { head & 0xffff };
                    let there = block.data.len().saturating_sub(20);
                    let length = usize::try_from(length).unwrap_or(usize::MAX).min(there);
                    frame(interface, ticks(high, low), PACKET_DATA_AT, length)
                }
                _ => Step::Bad("a packet block without its fields"),
            }
        }
        _ => Step::Nothing,
    }
}

/// A block's type as the parser gives it: read as little endian, whatever the order of the file.
trait BlockType {
    fn to_le_or_be(self, big_endian: bool) -> Self;
}

impl BlockType for u32 {
    fn to_le_or_be(self, big_endian: bool) -> Self {
        if big_endian { self.swap_bytes() } else { self }
    }
}

/// `if_tsresol`: a power of ten, or of two where the highest bit is set; microseconds where it makes no sense.
fn ticks_per_second(resolution: u8) -> u64 {
    const MICROSECONDS: u64 = 1_000_000;
    let exponent = u32::from(resolution & 0x7f);
    let ticks = if resolution & 0x80 == 0 {
        10u64.checked_pow(exponent)
    } else {
        1u64.checked_shl(exponent)
    };
    ticks.unwrap_or(MICROSECONDS)
}

impl Interface {
    fn micros(&self, ticks: u64) -> Option<i64> {
        let micros = i128::from(ticks) * 1_000_000 / i128::from(self.ticks_per_second);
        i64::try_from(micros + i128::from(self.offset_seconds) * 1_000_000).ok()
    }
}

/// A time of zero was never set, and one that no calendar holds is none.
fn plausible(micros: Option<i64>) -> Option<i64> {
    micros.filter(|&micros| micros != 0 && model::Timestamp::from_microsecond(micros).is_ok())
}

fn word(bytes: &[u8], at: usize, big_endian: bool) -> Option<u32> {
    let octets = *bytes.get(at..)?.first_chunk::<4>()?;
    Some(if big_endian { u32::from_be_bytes(octets) } else { u32::from_le_bytes(octets) })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn all(mut frames: Frames<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            match frames.next() {
                Ok(Frame { number, micros, link, data }) => {
                    lines.push(format!("{number} {micros:?} {link} {data:?}"));
                }
                Err(End::Skipped(problem)) => lines.push(format!("skipped: {problem}")),
                Err(end) => {
                    lines.push(format!("{end:?} {}", frames.place()));
                    return lines;
                }
            }
        }
    }

    fn pcap(big_endian: bool, magic: u32) -> Vec<u8> {
        let word = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        let mut bytes = word(magic).to_vec();
        bytes.extend([0; 12]);
        bytes.extend(word(65_535));
        bytes.extend(word(0x5000_0001));
        for value in [1, 500_000, 2, 9] {
            bytes.extend(word(value));
        }
        bytes.extend([7, 8]);
        bytes
    }

    #[test]
    fn all_four_magics_are_one_format() {
        for big_endian in [false, true] {
            for (magic, micros) in [(0xa1b2_c3d4, 1_500_000), (0xa1b2_3c4d, 1_000_500)] {
                let mut cursor = Cursor::new(pcap(big_endian, magic));
                assert!(is_pcap(cursor.get_ref()));
                let lines = all(Frames::pcap(&mut cursor).unwrap());
                assert_eq!(
                    lines,
                    [
                        format!("1 Some({micros}) 1 [7, 8]"),
                        "Complete byte 42, after frame 1".into()
                    ]
                );
            }
        }
    }

    #[test]
    fn a_cut_off_frame_and_a_mad_length_end_the_reading() {
        let mut bytes = pcap(false, 0xa1b2_c3d4);
        bytes.pop();
        assert_eq!(
            all(Frames::pcap(&mut Cursor::new(&bytes)).unwrap()),
            [
                "Broken(\"the file ends inside a frame of 2 bytes, of which 1 are there\") byte 41, after frame 0"
            ]
        );
        bytes[32..36].fill(0xff);
        assert!(
            all(Frames::pcap(&mut Cursor::new(&bytes)).unwrap())[0]
                .contains("claims 4294967295 bytes")
        );
    }

    fn block(big_endian: bool, kind: u32, body: &[u8]) -> Vec<u8> {
        let word = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        let length = word(u32::try_from(body.len() + 12).unwrap());
        [word(kind).as_slice(), &length, body, &length].concat()
    }

    /// A section with one interface whose clock ticks 2^10 times a second and runs an hour late, and one
    /// frame of each kind of block.
    fn section(big_endian: bool) -> Vec<u8> {
        let word = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        let half = |value: u16| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        let hour: [u8; 8] =
            if big_endian { 3_600i64.to_be_bytes() } else { 3_600i64.to_le_bytes() };
        let head = [word(0x1a2b_3c4d).as_slice(), &half(1), &half(0), &[0xff; 8]].concat();
        let options = [
            half(9).as_slice(),
            &half(1),
            &[0x8a, 0, 0, 0],
            &half(14),
            &half(8),
            &hour,
            &half(0),
            &half(0),
        ]
        .concat();
        let interface = [half(1).as_slice(), &half(0), &word(0), &options].concat();
        let enhanced = [word(0), word(0), word(2_560), word(3), word(3), [1, 2, 3, 0]].concat();
        let old = [
            half(0).as_slice(),
            &half(0),
            &word(0),
            &word(1_024),
            &word(1),
            &word(1),
            &[4, 0, 0, 0],
        ]
        .concat();
        let simple = [word(2), [5, 6, 0, 0]].concat();
        let lost = [word(9), word(0), word(0), word(0), word(0)].concat();
        [
            block(big_endian, 0x0a0d_0d0a, &head),
            block(big_endian, 1, &interface),
            block(big_endian, 6, &enhanced),
            block(big_endian, 6, &lost),
            block(big_endian, 0x0bad, &[0; 4]),
            block(big_endian, 2, &old),
            block(big_endian, 3, &simple),
        ]
        .concat()
    }

    #[test]
    fn sections_of_both_byte_orders_with_their_clocks() {
        let mut cursor = Cursor::new([section(false), section(true)].concat());
        assert!(is_pcapng(cursor.get_ref()));
        let lines = all(Frames::pcapng(&mut cursor));
        let expected = |first: u64| {
            [
                format!("{first} Some(3602500000) 1 [1, 2, 3]"),
                "skipped: a frame of an interface that is not described".to_owned(),
                format!("{} Some(3601000000) 1 [4]", first + 2),
                format!("{} None 1 [5, 6]", first + 3),
            ]
        };
        assert_eq!(lines[..4], expected(1));
        assert_eq!(lines[4..8], expected(5));
        assert!(lines[8].starts_with("Complete"));
    }

    #[test]
    fn a_block_that_breaks_its_grammar_is_stepped_over() {
        let mut bytes = section(false);
        bytes.extend(block(false, 6, &[0; 16]));
        bytes.extend(block(false, 3, &[1, 0, 0, 0, 7, 0, 0, 0]));
        let lines = all(Frames::pcapng(&mut Cursor::new(&bytes)));
        assert_eq!(lines[4], "skipped: a block breaks its own grammar");
        assert_eq!(lines[5], "5 None 1 [7]");
    }
}
