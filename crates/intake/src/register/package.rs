//! The zip file that an XLSX or ODS is: looked through before anybody trusts it.

use std::io::{Read, Seek};

use quick_xml::events::Event as Xml;
use zip::ZipArchive;

use crate::IntakeError;

/// Everything unpacked: a register of a million rows unpacks to some 300 MiB.
const UNPACKED_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// A part that unpacks to more than this many times its size is a bomb, once it is over [`RATIO_FROM_BYTES`]. A sheet
/// of equal rows reaches 60.
const RATIO_MAX: u64 = 200;

/// Small parts may be packed as tightly as they like.
const RATIO_FROM_BYTES: u64 = 10 * 1024 * 1024;

/// Parts: a workbook has one for each sheet and picture and a few more.
const PARTS_MAX: usize = 10_000;

/// Bytes of XML without a new tag. A cell holds 32,767 characters; the reader holds such a run in memory.
const RUN_BYTES_MAX: usize = 1024 * 1024;

/// A string of the shared table takes at least `<si/>`.
const SHARED_STRING_BYTES_MIN: u64 = 5;

const HELP: &str = "save the sheet as CSV, which has no such limit";

/// Refuses what would exhaust memory when unpacked, whatever its table of contents says; how many tags speak of merged
/// cells, about.
pub(super) fn vet(bytes: impl Read + Seek) -> Result<usize, IntakeError> {
    let mut archive = ZipArchive::new(bytes).map_err(|error| broken(&error))?;
    if archive.len() > PARTS_MAX {
        return Err(limit("the number of parts", format!("{PARTS_MAX}")));
    }
    let mut total = 0u64;
    let mut merges = 0usize;
    for index in 0..archive.len() {
        let mut part = match archive.by_index(index) {
            Ok(part) => part,
            // A part that cannot be unpacked (encrypted, unknown method) cannot be read later either.
            Err(_) => continue,
        };
        let name = part.name().to_owned();
        if !is_xml(&name) {
            continue;
        }
        let packed = part.compressed_size();
        let size = unpack(
            &mut part,
            &name,
            packed,
            UNPACKED_BYTES_MAX.saturating_sub(total),
            &mut merges,
        )?;
        total = total.saturating_add(size);
        if name.to_ascii_lowercase().ends_with("sharedstrings.xml") {
            drop(part);
            vet_shared_strings(&mut archive, index, size)?;
        }
    }
    Ok(merges)
}

/// Pictures and the like are never unpacked.
fn is_xml(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".xml") || name.ends_with(".rels")
}

/// Counts what comes out. A damaged part ends here; its good beginning may still be read.
fn unpack(
    part: &mut impl Read,
    name: &str,
    packed: u64,
    left: u64,
    merges: &mut usize,
) -> Result<u64, IntakeError> {
    let mut chunk = vec![0u8; 64 * 1024];
    let (mut size, mut run) = (0u64, 0usize);
    loop {
        let count = match part.read(&mut chunk) {
            Ok(0) | Err(_) => return Ok(size),
            Ok(count) => count,
        };
        size += u64::try_from(count).unwrap_or(u64::MAX);
        if size > left {
            let limit_mib = UNPACKED_BYTES_MAX / (1024 * 1024);
            return Err(limit("the unpacked size", format!("{limit_mib} MiB")));
        }
        if size > RATIO_FROM_BYTES && size / packed.max(1) > RATIO_MAX {
            return Err(limit(&format!("the compression of `{name}`"), format!("{RATIO_MAX}:1")));
        }
        for piece in chunk.get(..count).unwrap_or_default().split_inclusive(|byte| *byte == b'<') {
            run += piece.len();
            // At the edge of a chunk one is missed now and then: the list around them counts as well.
            *merges += usize::from(piece.starts_with(b"mergeCell"));
            if run > RUN_BYTES_MAX {
                return Err(limit(&format!("a text in `{name}`"), "1 MiB".into()));
            }
            if piece.last() == Some(&b'<') {
                run = 0;
            }
        }
    }
}

/// The reader makes room for as many strings as the table says it has: the table must be large enough for them.
fn vet_shared_strings<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    index: usize,
    size: u64,
) -> Result<(), IntakeError> {
    let Ok(part) = archive.by_index(index) else { return Ok(()) };
    let mut xml = quick_xml::Reader::from_reader(std::io::BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let declared = match xml.read_event_into(&mut buffer) {
            Ok(Xml::Start(tag) | Xml::Empty(tag)) if tag.local_name().as_ref() == "sst" => {
                let mut attributes = tag.attributes();
                attributes
                    .with_checks(false)
                    .flatten()
                    .filter(|attribute| attribute.key.as_ref() == "uniqueCount")
                    .filter_map(|attribute| attribute.value.trim().parse::<u64>().ok())
                    .max()
            }
            Ok(Xml::Eof) | Err(_) => None,
            Ok(_) => continue,
        };
        return match declared {
            Some(count) if count.saturating_mul(SHARED_STRING_BYTES_MIN) > size => {
                Err(IntakeError::Broken {
                    place: "sharedStrings.xml".into(),
                    problem: format!(
                        "it says it has {count} texts and is too small for them; {HELP}"
                    ),
                })
            }
            _ => Ok(()),
        };
    }
}

fn limit(what: &str, limit: String) -> IntakeError {
    IntakeError::Limit { what: what.into(), limit, help: HELP.into() }
}

fn broken(error: &dyn std::fmt::Display) -> IntakeError {
    IntakeError::Broken {
        place: "file".into(),
        problem: format!(
            "the spreadsheet is damaged or cut off ({error}): open it in a spreadsheet program, let it repair it, and save it again"
        ),
    }
}
