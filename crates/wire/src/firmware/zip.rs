//! Firmware in ZIP archives: Dahua's, whose first header is marked `DH`, Xiongmai's, and others.
//!
//! Of an archive the directory is read, and of its members only the description (`InstallDesc`, `Install`): a JSON text
//! of a few hundred bytes that says for which boards the archive is. It is not code, it is read only where it is stored
//! or deflated into no more than [`DESCRIPTION_BYTES_MAX`], and nothing that does not parse as JSON is looked at.
//! Everything that an archive says of itself is taken for a claim: offsets and sizes beyond the file or the allowance
//! give fewer names, never an error.

use std::io::Read as _;

use flate2::read::DeflateDecoder;
use serde_json::Value;

use super::{Bytes, Container, Field, Reader};
use crate::octets::{array_at, u16_le_at, u32_le_at};

/// The end of an archive: 22 bytes and a remark of up to 64 KiB.
const END_BYTES: usize = 22;
const END_BYTES_MAX: usize = END_BYTES + 0xffff;
/// Directories of firmware list some tens of members.
const DIRECTORY_BYTES_MAX: usize = 256 << 10;
const MEMBERS_MAX: usize = 2_048;
const ENTRY_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;
/// Descriptions are of some hundred bytes; one that unfolds into more is none.
const DESCRIPTION_BYTES_MAX: usize = 64 << 10;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const ENCRYPTED_FLAG: u16 = 1;
/// Where the directory says "see the longer form".
const IN_LONG_FORM: u32 = u32::MAX;
/// Models that are listed one by one.
const MODELS_LISTED: usize = 4;

const DAHUA: &str = "Dahua firmware ZIP";
const ZL: &str = "ZL firmware ZIP";
const MANGLED: &str = "ZIP with changed header numbers";
const XIONGMAI: &str = "Xiongmai firmware ZIP";
const DIGICAP: &str = "ZIP with digicap.dav";
const OTHER: &str = "ZIP archive";

/// How an archive marks its headers: the two letters of the first, and what is added to the last byte of each.
#[derive(Clone, Copy)]
struct Marks {
    first: [u8; 2],
    added: u8,
    format: &'static str,
}

const MARKS: [Marks; 4] = [
    Marks { first: *b"PK", added: 0, format: OTHER },
    Marks { first: *b"DH", added: 0, format: DAHUA },
    Marks { first: *b"ZL", added: 0, format: ZL },
    Marks { first: *b"PK", added: 3, format: MANGLED },
];

impl Marks {
    fn of(head: &[u8]) -> Option<Self> {
        MARKS.into_iter().find(|marks| head.starts_with(&marks.first_header()))
    }

    fn first_header(self) -> [u8; 4] {
        let [one, two] = self.first;
        [one, two, 3, 4 + self.added]
    }

    fn entry(self) -> [u8; 4] {
        // The last byte is 8 where others add 3: 2 + 6.
        [b'P', b'K', 1, if self.added == 0 { 2 } else { 8 }]
    }

    fn end(self) -> [u8; 4] {
        [b'P', b'K', 5, 6 + self.added]
    }
}

/// One entry of the directory.
struct Member {
    name: String,
    flags: u16,
    method: u16,
    packed_bytes: u32,
    bytes: u32,
    offset: u32,
}

pub(super) fn read<B: Bytes>(
    head: &[u8],
    reader: &mut Reader<'_, B>,
) -> Result<Option<Container>, B::Error> {
    let Some(marks) = Marks::of(head) else { return Ok(None) };
    let members = members(marks, reader)?;
    let described = description(&members, reader)?;
    let mut container = Container::new(format(marks, &members, described.is_some()));
    if let Some(text) = &described {
        say_description(text, &mut container);
    }
    let names: Vec<&str> = members.iter().map(|member| &*member.name).collect();
    if names.is_empty() {
        container.say(Field::Header, "no directory");
    } else {
        container.say(Field::Count, names.len().to_string());
    }
    container.say_parts(&names);
    Ok(Some(container))
}

/// Which of the known archives it is: by its mark, else by what lies in it.
fn format(marks: Marks, members: &[Member], is_described: bool) -> &'static str {
    let has = |name: &str| {
        members.iter().any(|member| {
            member.name.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(name))
        })
    };
    match marks.format {
        OTHER if is_described && has("InstallDesc") => XIONGMAI,
        // An archive that somebody's tool marked as any other: the boot loader is still Dahua's.
        OTHER if has("Install") && (has("dhboot.bin.img") || has("dhboot-min.bin.img")) => DAHUA,
        OTHER if has("digicap.dav") => DIGICAP,
        known => known,
    }
}

/// The members, as the directory at the end lists them.
fn members<B: Bytes>(marks: Marks, reader: &mut Reader<'_, B>) -> Result<Vec<Member>, B::Error> {
    let length = reader.file.length();
    let tail_at = length.saturating_sub(END_BYTES_MAX as u64);
    let tail = reader.at(tail_at, END_BYTES_MAX)?;
    let Some(end) = last_of(&tail, &marks.end()) else { return Ok(Vec::new()) };
    let (short_bytes, short_at) = (u32_le_at(&tail, end + 12), u32_le_at(&tail, end + 16));
    let (Some(short_bytes), Some(short_at)) = (short_bytes, short_at) else {
        return Ok(Vec::new());
    };
    let (bytes, at) = if short_bytes == IN_LONG_FORM || short_at == IN_LONG_FORM {
        long_form(&tail, end, reader)?
    } else {
        (u64::from(short_bytes), u64::from(short_at))
    };
    let wanted = usize::try_from(bytes).unwrap_or(usize::MAX).min(DIRECTORY_BYTES_MAX);
    Ok(listed(&reader.at(at, wanted)?, marks))
}

/// Length and place of the directory, as the longer form (`zip64`) says.
fn long_form<B: Bytes>(
    tail: &[u8],
    end: usize,
    reader: &mut Reader<'_, B>,
) -> Result<(u64, u64), B::Error> {
    const LOCATOR_BYTES: usize = 20;
    const RECORD_BYTES: usize = 56;
    let number = |bytes: &[u8], at: usize| array_at(bytes, at).map(u64::from_le_bytes);
    let locator = end.checked_sub(LOCATOR_BYTES).and_then(|at| tail.get(at..end));
    let locator = locator.filter(|locator| locator.starts_with(b"PK\x06\x07"));
    let Some(record_at) = locator.and_then(|locator| number(locator, 8)) else { return Ok((0, 0)) };
    let record = reader.at(record_at, RECORD_BYTES)?;
    if !record.starts_with(b"PK\x06\x06") {
        return Ok((0, 0));
    }
    Ok((number(&record, 40).unwrap_or_default(), number(&record, 48).unwrap_or_default()))
}

/// Where the last `mark` stands.
fn last_of(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).rposition(|window| window == mark)
}

fn listed(directory: &[u8], marks: Marks) -> Vec<Member> {
    let mut members = Vec::new();
    let mut rest = directory;
    while rest.starts_with(&marks.entry()) && members.len() < MEMBERS_MAX {
        let Some((member, bytes)) = member(rest) else { break };
        members.push(member);
        rest = rest.get(bytes..).unwrap_or_default();
    }
    members
}

/// The entry at the start of `bytes`, and how long it is.
fn member(bytes: &[u8]) -> Option<(Member, usize)> {
    let length = |at| u16_le_at(bytes, at).map(usize::from);
    let name_bytes = length(28)?;
    let name = bytes.get(ENTRY_BYTES..ENTRY_BYTES + name_bytes)?;
    let member = Member {
        name: String::from_utf8_lossy(name).into_owned(),
        flags: u16_le_at(bytes, 8)?,
        method: u16_le_at(bytes, 10)?,
        packed_bytes: u32_le_at(bytes, 20)?,
        bytes: u32_le_at(bytes, 24)?,
        offset: u32_le_at(bytes, 42)?,
    };
    Some((member, ENTRY_BYTES + name_bytes + length(30)? + length(32)?))
}

/// The text with which the archive describes itself, as JSON.
fn description<B: Bytes>(
    members: &[Member],
    reader: &mut Reader<'_, B>,
) -> Result<Option<Value>, B::Error> {
    let Some(member) =
        members.iter().find(|member| matches!(&*member.name, "InstallDesc" | "Install"))
    else {
        return Ok(None);
    };
    let size = |bytes: u32| usize::try_from(bytes).ok().filter(|n| *n <= DESCRIPTION_BYTES_MAX);
    let (Some(packed_bytes), Some(_)) = (size(member.packed_bytes), size(member.bytes)) else {
        return Ok(None);
    };
    if member.flags & ENCRYPTED_FLAG != 0 {
        return Ok(None);
    }
    let local = reader.at(u64::from(member.offset), LOCAL_BYTES)?;
    let (Some(name), Some(extra)) = (u16_le_at(&local, 26), u16_le_at(&local, 28)) else {
        return Ok(None);
    };
    let start = u64::from(member.offset) + LOCAL_BYTES as u64 + u64::from(name) + u64::from(extra);
    let packed = reader.at(start, packed_bytes)?;
    Ok(text(member.method, &packed).and_then(|text| serde_json::from_slice(&text).ok()))
}

/// What the bytes of a member stand for, if that is little.
fn text(method: u16, packed: &[u8]) -> Option<Vec<u8>> {
    match method {
        STORED => Some(packed.to_vec()),
        DEFLATED => {
            let mut text = Vec::new();
            let limit = DESCRIPTION_BYTES_MAX as u64 + 1;
            DeflateDecoder::new(packed).take(limit).read_to_end(&mut text).ok()?;
            (text.len() <= DESCRIPTION_BYTES_MAX).then_some(text)
        }
        _ => None,
    }
}

/// Xiongmai's names, then those of Dahua's line.
fn say_description(description: &Value, container: &mut Container) {
    let said = |name: &str| match description.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    // `SkipCheck` lets any device take the file: it is nobody's name.
    container.say(Field::Vendor, said("Vendor").replace("SkipCheck", ""));
    container.say(Field::Hardware, said("Hardware"));
    container.say(Field::DeviceId, said("DevID"));
    container.say(Field::Chip, said("Cpu"));
    container.say(Field::Version, said("Version"));
    let devices = description.get("Devices").and_then(Value::as_array);
    let models: Vec<&str> = devices
        .into_iter()
        .flatten()
        .filter_map(|device| device.get(0).unwrap_or(device).as_str())
        .take(MODELS_LISTED)
        .collect();
    container.say(Field::Model, models.join(", "));
}
