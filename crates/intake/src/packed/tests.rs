use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::*;
use crate::notebook::tests::{Memory, replay};

const REGISTER: &str = "Asset,Make,Model\nC-1,Axis,P3245-LVE\nC-2,Axis,P3367-VE\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// Lines that no packing makes much smaller, one observation each.
fn lines(count: u32) -> String {
    let mut text = String::new();
    for number in 0..count {
        let mixed = number.wrapping_mul(2_654_435_761).rotate_left(9);
        let [_, a, b, c] = number.to_be_bytes();
        let _ = writeln!(
            text,
            r#"{{"id":"cam-{number}","signals":[{{"kind":"mac","value":"58:03:fb:{a:02x}:{b:02x}:{c:02x}"}},{{"kind":"http.title","value":"{mixed:x}"}}]}}"#
        );
    }
    text
}

fn take_in(source: &mut dyn ReadSeek) -> (Memory, Result<Summary, IntakeError>) {
    let mut input = Input { name: "x", size_bytes: 0, bytes: source };
    let mut memory = Memory::default();
    let outcome = crate::read(&mut input, &Options::default(), &mut memory);
    (memory, outcome.map(|(_, summary)| summary))
}

#[test]
fn what_is_packed_reads_as_what_it_is() {
    let plain = replay(REGISTER.as_bytes());
    let renamed = |name: &str| plain.replace("(CSV):", &format!("(CSV, {name}):"));
    assert!(plain.contains("2 observations"), "{plain}");
    assert_eq!(replay(&gzip(REGISTER.as_bytes())), renamed("gzip"));
    assert_eq!(replay(&zstd(REGISTER.as_bytes())), renamed("zstd"));
    let (start, rest) = REGISTER.as_bytes().split_at(30);
    let members = [gzip(start), gzip(b""), gzip(rest)].concat();
    assert_eq!(replay(&members), renamed("gzip"));
    let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 7, 7, 7][..]].concat();
    let frames = [skippable.clone(), zstd(start), skippable, zstd(rest)].concat();
    assert_eq!(replay(&frames), renamed("zstd"));
    let padded = [gzip(REGISTER.as_bytes()), vec![0; 5_000]].concat();
    assert_eq!(replay(&padded), renamed("gzip"));
}

#[test]
fn a_spreadsheet_that_is_packed_once_more_is_read() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, line) in (0..).zip(REGISTER.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    let bytes = workbook.save_to_buffer().unwrap();
    for packed in [gzip(&bytes), zstd(&bytes)] {
        let (memory, outcome) = take_in(&mut Cursor::new(&packed));
        assert_eq!(memory.observations.len(), 2, "{outcome:?}");
        let mut cursor = Cursor::new(&packed);
        let mut input = Input { name: "x", size_bytes: 0, bytes: &mut cursor };
        let shown = crate::register::preview(&mut input, &Options::default()).unwrap();
        assert_eq!(shown.format, "XLSX");
        assert_eq!(crate::recognise(&mut input).unwrap().unwrap().name(), "register (XLSX)");
    }
}

/// The good part is kept, and the place among the packed bytes is said.
#[test]
fn a_stream_that_was_cut_off_keeps_its_good_part() {
    let text = lines(40_000);
    for (name, packed) in [("gzip", gzip(text.as_bytes())), ("zstd", zstd(text.as_bytes()))] {
        let cut = packed.len() * 2 / 3;
        let (memory, outcome) = take_in(&mut Cursor::new(&packed[..cut]));
        let summary = outcome.unwrap();
        let kept = memory.observations.len();
        assert!((20_000..40_000).contains(&kept), "{name}: {kept} kept");
        let note = memory.notes.last().unwrap();
        assert_eq!(note.severity, Severity::Error);
        assert_eq!(note.place, format!("byte {cut} of the {name} data"));
        assert_eq!(note.message, "the packed data ends too early");
        let lost: Vec<_> = summary.lost.keys().filter(|lost| lost.contains("too early")).collect();
        assert_eq!(lost.len(), 1, "{:?}", summary.lost);
    }
    let refused = take_in(&mut Cursor::new(&gzip(text.as_bytes())[..15])).1.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "byte 15 of the gzip data: the packed data ends too early: copy or make the file again"
    );
}

#[test]
fn damage_is_said_with_its_place() {
    let text = lines(2_000);
    let mut wrong_sum = gzip(text.as_bytes());
    let sum_at = wrong_sum.len() - 8;
    wrong_sum[sum_at] ^= 1;
    let mut wrong_frame = zstd(text.as_bytes());
    *wrong_frame.last_mut().unwrap() ^= 1;
    for packed in [wrong_sum, wrong_frame] {
        let (memory, outcome) = take_in(&mut Cursor::new(&packed));
        assert_eq!(memory.observations.len(), 2_000, "{outcome:?}");
        let note = memory.notes.last().unwrap();
        assert_eq!(note.message, "what was unpacked does not match its checksum");
    }
    let mut damaged = gzip(text.as_bytes());
    let half = damaged.len() / 2;
    damaged[half..half + 40].fill(0xff);
    let (memory, outcome) = take_in(&mut Cursor::new(&damaged));
    assert!(outcome.is_ok() && memory.observations.len() > 500, "{outcome:?}");
    let note = memory.notes.last().unwrap();
    assert!(note.severity == Severity::Error && note.place.starts_with("byte "), "{note:?}");
}

#[test]
fn what_follows_the_packed_data_costs_nothing() {
    let packed = [gzip(REGISTER.as_bytes()), b"-- sent by mail --".to_vec()].concat();
    let read = replay(&packed);
    assert!(read.contains("2 observations"), "{read}");
    assert!(read.contains("what follows the packed data is not packed"), "{read}");
}

#[test]
fn what_cannot_be_read_inside_is_named() {
    let twice = gzip(&gzip(REGISTER.as_bytes()));
    assert_eq!(
        replay(&twice),
        "inside the gzip data: it is packed once more: unpack it once and give that\n"
    );
    let mut tar = vec![0; 1_024];
    tar[257..262].copy_from_slice(b"ustar");
    assert_eq!(
        replay(&zstd(&tar)),
        "byte 0 of what the zstd data holds: a tar archive: unpack it and give the files inside\n"
    );
    assert!(replay(&gzip(b"")).contains("an empty file"));
    assert!(
        replay(&gzip(&[0; 100_000])).contains("byte 0 of what the gzip data holds: not a known")
    );
}

/// As many copies of one part as are asked for, without holding them.
struct Repeated {
    first: Vec<u8>,
    part: Vec<u8>,
    times: u64,
    position: u64,
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let first = self.first.len() as u64;
        let rest = match self.position.checked_sub(first) {
            None => &self.first[length(self.position)..],
            Some(behind) if behind >= self.times * self.part.len() as u64 => return Ok(0),
            Some(behind) => &self.part[length(behind % self.part.len() as u64)..],
        };
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Repeated {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Start(place) = to else { return Err(io::ErrorKind::Unsupported.into()) };
        self.position = place;
        Ok(place)
    }
}

/// Ten gigabytes of zeros end after the first few megabytes, whatever stands before them.
#[test]
fn a_bomb_ends_quickly_whatever_it_begins_with() {
    let zeros = vec![0; 4 << 20];
    let mut register = REGISTER.to_owned();
    for number in 0..20_000 {
        let _ = writeln!(register, "D-{number},Axis,P3245-LVE");
    }
    for (first, part, rows) in [
        // A register is walked three times: rows behind the first chunk are found each time.
        (gzip(register.as_bytes()), gzip(&zeros), 20_002),
        (zstd(REGISTER.as_bytes()), zstd(&zeros), 0),
        (gzip(lines(3).as_bytes()), gzip(&zeros), 3),
        (gzip(b""), gzip(&zeros), 0),
    ] {
        let packing = Packing::of(&first).unwrap();
        let mut bomb = Repeated { first, part, times: 2_560, position: 0 };
        let (memory, outcome) = take_in(&mut bomb);
        assert_eq!(memory.observations.len(), rows, "{outcome:?}");
        let said = format!("{outcome:?} {:?}", memory.notes);
        let is_refused =
            said.contains("as only a trap does") || said.contains("not a known format");
        assert!(is_refused, "{said}");
        assert!(said.contains(&format!("{} data", packing.name())), "{said}");
        assert!(bomb.position < 4 << 20, "{} packed bytes were read", bomb.position);
    }
}

/// Honest logs say the same thing over and over; nothing is said against them.
#[test]
fn a_log_of_one_line_over_and_over_is_honest() {
    let line = lines(1);
    let packed = gzip(line.repeat(1_000).as_bytes());
    let (memory, outcome) = take_in(&mut Cursor::new(&packed));
    assert_eq!((memory.observations.len(), memory.notes.len()), (1_000, 0), "{outcome:?}");
    assert!(line.len() * 1_000 / packed.len() > 50);
}

#[test]
fn progress_is_told_in_packed_bytes() {
    struct Watch(u64);
    impl Sink for Watch {
        fn observation(&mut self, _: Observation) -> Flow {
            Flow::Continue
        }
        fn note(&mut self, _: Note) {}
        fn progress(&mut self, read_bytes: u64) -> Flow {
            self.0 = self.0.max(read_bytes);
            Flow::Continue
        }
    }
    let packed = gzip(lines(40_000).as_bytes());
    let size_bytes = packed.len() as u64;
    let mut cursor = Cursor::new(packed);
    let mut input = Input { name: "x", size_bytes, bytes: &mut cursor };
    let mut watch = Watch(0);
    crate::read(&mut input, &Options::default(), &mut watch).unwrap();
    assert!(watch.0 > size_bytes / 2 && watch.0 <= size_bytes, "{} of {size_bytes}", watch.0);
}

#[test]
fn places_are_found_by_reading_again() {
    let text = lines(5_000);
    let packed = gzip(text.as_bytes());
    let mut cursor = Cursor::new(&packed);
    let counter = Cell::new(0);
    let mut unpacked = Unpacked::new(Packing::Gzip, &mut cursor, &counter);
    for place in [300_000, 17, 200_000, 0] {
        assert_eq!(unpacked.seek(SeekFrom::Start(place)).unwrap(), place);
        let mut read = [0; 10];
        unpacked.read_exact(&mut read).unwrap();
        assert_eq!(read, text.as_bytes()[length(place)..][..10]);
    }
    assert!(unpacked.seek(SeekFrom::End(0)).is_err());
}

proptest! {
    /// Cut anywhere and changed anywhere, it is read or refused.
    #[test]
    fn damage_anywhere_breaks_nothing(cut in 0usize..3_000, at in 0usize..3_000, change in 0u8..) {
        let text = lines(60);
        for mut packed in [gzip(text.as_bytes()), zstd(text.as_bytes())] {
            packed.truncate(packed.len().min(cut));
            if let Some(byte) = packed.get_mut(at) {
                *byte ^= change;
            }
            let (memory, _) = take_in(&mut Cursor::new(&packed));
            prop_assert!(memory.observations.len() <= 60);
        }
    }
}
