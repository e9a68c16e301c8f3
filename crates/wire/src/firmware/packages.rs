//! Containers of single makers that are no archive: a header, then parts.

use super::{Container, Field};
use crate::octets::{array_at, text_at, u32_le_at};

/// Parts of one file; the longest list seen has some thirty.
const PARTS_MAX: usize = 64;

/// The container that `head`, the start of a file of `length` bytes, is of.
pub(super) fn read(head: &[u8], length: u64) -> Option<Container> {
    reolink(head, length)
        .or_else(|| reolink_paks(head))
        .or_else(|| tiandy(head))
        .or_else(|| longse(head))
        .or_else(|| instar(head))
        .or_else(|| hichip(head, length))
        .or_else(|| xiaomi(head))
}

/// Reolink's PAK (PyPI pakler). The wide form has zeros in the upper halves:
///
/// ```text
/// u32 magic   u32 checksum   u32 board type                             (or three u64)
/// sections: name[32]  version[24]  u32 offset  u32 length               (or two u64)
/// ```
///
/// The number of sections is not stored: they end before the first section's data, where the partitions stand, too.
fn reolink(head: &[u8], length: u64) -> Option<Container> {
    const MAGIC: &[u8] = &[0x13, 0x59, 0x72, 0x32];
    const PARTITION_BYTES: usize = 76;
    if !head.starts_with(MAGIC) {
        return None;
    }
    let mut container = Container::new("Reolink PAK");
    let is_wide = u32_le_at(head, 4) == Some(0);
    let (fixed_bytes, section_bytes) = if is_wide { (24, 72) } else { (12, 64) };
    let Some(first) = u32_le_at(head, fixed_bytes + 56) else {
        container.say(Field::Header, "cut");
        return Some(container);
    };
    let board = u32_le_at(head, fixed_bytes - if is_wide { 8 } else { 4 });
    container.say(Field::Hardware, board.map(|n| format!("board type {n:#x}")).unwrap_or_default());
    let tables = usize::try_from(first).unwrap_or(usize::MAX).saturating_sub(fixed_bytes);
    let count = tables / (section_bytes + PARTITION_BYTES);
    if u64::from(first) > length || count > PARTS_MAX {
        container.say(Field::Header, "damaged");
        return Some(container);
    }
    let sections = (0..count).map(|n| fixed_bytes + n * section_bytes).map(|at| {
        let (name, version) = (text_at(head, at, 32), text_at(head, at + 32, 24));
        format!("{name} {version}").trim().to_owned()
    });
    let sections: Vec<String> = sections.filter(|section| !section.is_empty()).collect();
    container.say(Field::Count, sections.len().to_string());
    container.say_parts(&sections);
    Some(container)
}

/// Reolink's later PAKS (PyPI pakler): a header of 104 bytes that bears hardware and version.
fn reolink_paks(head: &[u8]) -> Option<Container> {
    const HEADER_BYTES: u32 = 104;
    if !head.starts_with(b"SKAP") {
        return None;
    }
    let whole = u32_le_at(head, 8)?;
    if u32_le_at(head, 92).is_none_or(|data| data.checked_add(HEADER_BYTES) != Some(whole)) {
        return None;
    }
    let mut container = Container::new("Reolink PAKS");
    let board = u32_le_at(head, 20).map(|n| format!("board {n}")).unwrap_or_default();
    container.say(Field::Hardware, text_at(head, 28, 32));
    container.say(Field::Version, text_at(head, 60, 32));
    container.say(Field::DeviceId, board);
    container.say(Field::Count, u32_le_at(head, 96).unwrap_or_default().to_string());
    Some(container)
}

/// Tiandy's box (OpenIPC/coupler): 40 bytes, then records.
///
/// ```text
/// path[128]   u32 size   u32 size again   data, padded to 8 bytes
/// ```
fn tiandy(head: &[u8]) -> Option<Container> {
    const HEADER_BYTES: usize = 40;
    const RECORD_BYTES: usize = 136;
    const PATH_BYTES: usize = 128;
    /// A text of a few lines.
    const TEXT_BYTES_MAX: usize = 4 << 10;
    if !head.starts_with(b"Tiandy\0") {
        return None;
    }
    let mut container = Container::new("Tiandy box");
    let mut paths = Vec::new();
    let mut at = HEADER_BYTES;
    while paths.len() < PARTS_MAX {
        let path = text_at(head, at, PATH_BYTES);
        let size = u32_le_at(head, at.saturating_add(PATH_BYTES));
        let Some(size) = size.and_then(|size| usize::try_from(size).ok()) else { break };
        if path.is_empty() {
            break;
        }
        let data = at.saturating_add(RECORD_BYTES);
        if path.ends_with("/ProductModule") {
            let text = text_at_lines(head, data, size.min(TEXT_BYTES_MAX));
            container.say(Field::DeviceId, value_of(&text, "productmodel"));
            container.say(Field::Sensor, value_of(&text, "sensortype"));
        } else if let Some(entry) = array_at(head, data.saturating_add(20)) {
            // An image bears the hardware's number as its entry address.
            container.say(Field::Hardware, u32::from_be_bytes(entry).to_string());
        }
        paths.push(path.into_owned());
        at = data.saturating_add(size).saturating_add(7) & !7;
    }
    container.say(Field::Count, paths.len().to_string());
    container.say_parts(&paths);
    Some(container)
}

fn text_at_lines(bytes: &[u8], at: usize, length: usize) -> String {
    let rest = bytes.get(at..).unwrap_or_default();
    String::from_utf8_lossy(rest.get(..length).unwrap_or(rest)).into_owned()
}

/// The value of `name=value;` in a text of such lines.
fn value_of(text: &str, name: &str) -> String {
    let mut lines = text.lines().filter_map(|line| line.trim().split_once('='));
    let value = lines.find(|(known, _)| known.trim() == name).map(|(_, value)| value);
    value.unwrap_or_default().trim().trim_end_matches(';').to_owned()
}

/// FLS of Longse and Herospeed (OpenIPC/coupler): `chip[8]  sensor[8]  u32 size  01 00 00 00  "BURNER_BIN"`.
fn longse(head: &[u8]) -> Option<Container> {
    if !head.get(24..)?.starts_with(b"BURNER_BIN") {
        return None;
    }
    let mut container = Container::new("Longse / Herospeed FLS");
    container.say(Field::Chip, text_at(head, 0, 8));
    container.say(Field::Sensor, text_at(head, 8, 8));
    Some(container)
}

/// BNEG (unblob): `"BNEG"  u32 major = 1  u32 minor = 1  u32 size  u32 size`.
fn instar(head: &[u8]) -> Option<Container> {
    let number = |at| u32_le_at(head, at);
    let is_one = head.starts_with(b"BNEG") && number(4) == Some(1) && number(8) == Some(1);
    let has_parts = number(12).is_some_and(|n| n > 0) && number(16).is_some_and(|n| n > 0);
    (is_one && has_parts).then(|| Container::new("INSTAR BNEG"))
}

/// PIHC of Hichip (OpenIPC/coupler): `"PIHC"  u32 type  six u32 lengths  file name[40]  six MD5 in hexadecimal[40]`.
fn hichip(head: &[u8], length: u64) -> Option<Container> {
    const UPGRADE: u32 = 4098;
    const RESTORE: u32 = 4097;
    const PARTS: [&str; 6] = ["boot", "bootarg", "kernel", "rootfs", "ipc", "zip"];
    let kind = u32_le_at(head, 4)?;
    if !head.starts_with(b"PIHC") || !matches!(kind, UPGRADE | RESTORE) {
        return None;
    }
    let mut container = Container::new("Hichip PIHC");
    let sizes = (0..PARTS.len()).map(|n| u32_le_at(head, 8 + 4 * n).unwrap_or_default());
    let sizes: Vec<u32> = sizes.collect();
    let parts = PARTS.iter().zip(&sizes).filter(|(_, size)| **size > 0);
    let parts: Vec<&str> = parts.map(|(name, _)| *name).collect();
    if sizes.iter().map(|size| u64::from(*size)).sum::<u64>() > length {
        container.say(Field::Header, "cut");
    }
    container.say(Field::Name, text_at(head, 32, 40));
    container.say(Field::Count, parts.len().to_string());
    container.say_parts(&parts);
    Some(container)
}

/// HDR1 and HDR2 of Xiaomi (unblob): the second bears device and region as text.
fn xiaomi(head: &[u8]) -> Option<Container> {
    let (format, header_bytes) = match head.get(..4)? {
        b"HDR1" => ("Xiaomi HDR1", 48),
        b"HDR2" => ("Xiaomi HDR2", 80),
        _ => return None,
    };
    // The signature comes after the header, else these are somebody else's four letters.
    if u32_le_at(head, 4).is_none_or(|at| at < header_bytes) {
        return None;
    }
    let mut container = Container::new(format);
    if header_bytes == 80 {
        container.say(Field::DeviceId, text_at(head, 16, 8));
        container.say(Field::Region, text_at(head, 24, 8));
    }
    Some(container)
}
