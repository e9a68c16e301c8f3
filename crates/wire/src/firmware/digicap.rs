//! `digicap.dav`: upgrade files of Hikvision and of brands that sell its devices.
//!
//! The header is masked with a fixed key of 16 bytes; byte `i` with the key's byte `(i + i / 16) mod 16`. In clear, little
//! endian (MatrixEditor/hiktools; the fields from 0x1c on as two published headers of V5.4.41 and V5.5.0 show them):
//!
//! ```text
//! 0x00 u32 magic "HKWS"   0x04 u32 sum of the bytes from 0x0c to the end of the header   0x08 u32 header length
//! 0x0c u32 files   0x10 u32 language   0x14 u32 device class   0x18 u32 OEM code   0x1c u32 version, or ones
//! 0x20 u32 length of the package   0x24 u32 build, as the number yymmdd   0x28 u32 version   0x2c feature digits
//! 0x40 entries of 44 bytes: name[32]  u32 offset  u32 length  u32 sum
//! ```
//!
//! `HK20` holds whole packages, each with such a header, for several lines of devices; its entries are the packages.
//! `HK30` is a package whose fields after the count are encrypted.

use super::{Bytes, Container, Field, Reader, day_of_digits};
use crate::octets::{text_at, u32_le_at};

/// From MatrixEditor/hiktools; its first four bytes also follow from the two magics of the fact file.
const KEY: [u8; 16] = [
    0xba, 0xcd, 0xbc, 0xfe, 0xd6, 0xca, 0xdd, 0xd3, 0xba, 0xb9, 0xa3, 0xab, 0xbf, 0xcb, 0xb5, 0xbe,
];
const HKWS: u32 = 0x484b_5753;
const HK20: u32 = 0x484b_3230;
const HK30: u32 = 0x484b_3330;

/// The fixed part, and one entry of what follows it.
const FIXED_BYTES: usize = 0x40;
const ENTRY_BYTES: usize = 44;
const NAME_BYTES: usize = 32;
/// A header holds some tens of entries.
const HEADER_BYTES_MAX: usize = 8 << 10;
/// What the sum covers begins here.
const SUMMED_FROM: usize = 0x0c;
/// Where an `HK20` says how many packages it holds.
const PACKAGES: usize = 0x14;

const OBFUSCATED: &str = "digicap DAV, obfuscated header";
const DECODED: &str = "digicap DAV, decoded header";
const PLAIN: &str = "digicap DAV, plain";
const PACKED: &str = "digicap DAV, several packages";
const ENCRYPTED: &str = "digicap DAV, encrypted index";

pub(super) fn read<B: Bytes>(
    head: &[u8],
    reader: &mut Reader<'_, B>,
) -> Result<Option<Container>, B::Error> {
    let head = head.get(..HEADER_BYTES_MAX).unwrap_or(head);
    let clear = unmasked(head);
    Ok(match u32_le_at(&clear, 0) {
        Some(HKWS) => Some(package(OBFUSCATED, &clear)),
        Some(HK20) => Some(packages(&clear, reader)?),
        Some(HK30) => Some(encrypted(ENCRYPTED, &clear)),
        _ if head.starts_with(b"SWKH") => Some(package(DECODED, head)),
        // The letters in reading order mean numbers in network order.
        _ if head.starts_with(b"HKWS") => Some(package(PLAIN, &turned(head))),
        _ => None,
    })
}

fn unmasked(bytes: &[u8]) -> Vec<u8> {
    let key = |index: usize| KEY.get((index + index / 16) % 16).copied().unwrap_or_default();
    bytes.iter().enumerate().map(|(index, byte)| byte ^ key(index)).collect()
}

/// A header whose numbers stand in network order, as if they stood in the other; names stay as they are.
fn turned(bytes: &[u8]) -> Vec<u8> {
    let mut turned = bytes.to_vec();
    let (fixed, entries) = turned.split_at_mut(FIXED_BYTES.min(bytes.len()));
    let numbers = fixed.get_mut(..0x2c.min(fixed.len())).unwrap_or_default();
    numbers.chunks_exact_mut(4).for_each(<[u8]>::reverse);
    for entry in entries.chunks_exact_mut(ENTRY_BYTES) {
        let numbers = entry.get_mut(NAME_BYTES..).unwrap_or_default();
        numbers.chunks_exact_mut(4).for_each(<[u8]>::reverse);
    }
    turned
}

/// Several packages: the first tells language, class and build for all.
fn packages<B: Bytes>(clear: &[u8], reader: &mut Reader<'_, B>) -> Result<Container, B::Error> {
    let mut outer = Container::new(PACKED);
    if let Some(count) = u32_le_at(clear, PACKAGES) {
        outer.say(Field::Count, count.to_string());
    }
    let Some(offset) = u32_le_at(clear, FIXED_BYTES + NAME_BYTES) else {
        outer.say(Field::Header, "cut");
        return Ok(outer);
    };
    let inner = unmasked(&reader.at(u64::from(offset), HEADER_BYTES_MAX)?);
    let first = match u32_le_at(&inner, 0) {
        Some(HKWS) => package(OBFUSCATED, &inner),
        Some(HK30) => encrypted(ENCRYPTED, &inner),
        _ => return Ok(outer),
    };
    for (field, value) in first.fields().filter(|(field, _)| *field != Field::Count) {
        outer.say(field, value);
    }
    Ok(outer)
}

fn encrypted(format: &str, clear: &[u8]) -> Container {
    let mut container = Container::new(format);
    if let Some(count) = u32_le_at(clear, 0x0c) {
        container.say(Field::Count, count.to_string());
    }
    container.say(Field::Header, "encrypted");
    container
}

fn package(format: &str, clear: &[u8]) -> Container {
    let mut container = Container::new(format);
    let Some(fixed) = clear.first_chunk::<FIXED_BYTES>() else {
        container.say(Field::Header, "cut");
        return container;
    };
    say_what_for(fixed, &mut container);
    say_build(fixed, &mut container);
    let count = u32_le_at(fixed, 0x0c).unwrap_or_default();
    container.say(Field::Count, count.to_string());
    let names = entries(clear, count);
    container.say_parts(&names);
    let header_bytes = u32_le_at(fixed, 8).and_then(|length| usize::try_from(length).ok());
    if let Some(summed) = header_bytes.and_then(|length| clear.get(SUMMED_FROM..length)) {
        let sum = summed.iter().fold(0u32, |sum, byte| sum.wrapping_add(u32::from(*byte)));
        let is_right = u32_le_at(fixed, 4) == Some(sum);
        container.say(Field::Checksum, if is_right { "right" } else { "wrong" });
    }
    container
}

fn say_what_for(fixed: &[u8], container: &mut Container) {
    let number = |at| u32_le_at(fixed, at).unwrap_or_default();
    let told = |value: u32, names: [&str; 2]| match value {
        1 => names[0].to_owned(),
        2 => names[1].to_owned(),
        other => other.to_string(),
    };
    let language = number(0x10);
    container.say(Field::Language, told(language, ["english", "chinese"]));
    container.say(Field::Region, if language == 2 { "CN" } else { "" });
    container.say(Field::DeviceClass, told(number(0x14), ["recorder", "camera"]));
    container.say(Field::OemCode, number(0x18).to_string());
}

/// Version and day, where both are such as firmware has: some products keep other things there.
fn say_build(fixed: &[u8], container: &mut Container) {
    let (built, version) = (u32_le_at(fixed, 0x24), u32_le_at(fixed, 0x28));
    let Some(day) = built.and_then(day_of_digits) else { return };
    if let Some([low, high, minor, major @ 1..=9]) = version.map(u32::to_le_bytes) {
        let patch = u16::from_le_bytes([low, high]);
        container.say(Field::Version, format!("V{major}.{minor}.{patch}"));
    }
    container.say(Field::Built, day);
}

/// Names of the entries that lie within the header.
fn entries(clear: &[u8], count: u32) -> Vec<String> {
    let table = clear.get(FIXED_BYTES..).unwrap_or_default();
    table
        .chunks_exact(ENTRY_BYTES)
        .take(usize::try_from(count).unwrap_or(usize::MAX))
        .map(|entry| text_at(entry, 0, NAME_BYTES).into_owned())
        .take_while(|name| !name.is_empty())
        .collect()
}
