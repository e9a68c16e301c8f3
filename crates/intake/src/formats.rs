use std::io::{Read as _, SeekFrom};

use model::SourceKind;

use crate::{
    Input, IntakeError, Options, Sink, Summary, capture, eve, geojson, leases, masscan, message,
    nessus, nmap, packed, register, scanner_jsonl, signals, snmp_walk, switch, zeek,
};

/// How many bytes a format may look at to recognise its own.
const HEAD_BYTES: usize = 64 << 10;

/// How sure a format is that an input is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recognition {
    /// It is not.
    No,
    /// It could be: text with separators, say. A format that is sure goes first.
    Perhaps,
    /// A magic number or a grammar that nobody else uses.
    Sure,
}

/// A format of recorded evidence.
pub trait Format: Sync {
    /// Name for people.
    fn name(&self) -> &'static str;
    /// What its observations are.
    fn kind(&self) -> SourceKind;
    /// Looks at the first bytes (64 KiB or all).
    fn recognise(&self, head: &[u8], name: &str) -> Recognition;
    /// Whether it must be read back and forth, or its size be known before. Such an input is held in memory while
    /// it is read where it is packed.
    fn needs_whole(&self) -> bool {
        false
    }
    /// Reads it all into `sink`.
    ///
    /// # Errors
    /// [`IntakeError`] when the input as a whole cannot be read; rows that are bad become notes.
    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError>;
}

static FORMATS: &[&dyn Format] = &[
    &capture::Pcap,
    &capture::PcapNg,
    &nmap::NmapXml,
    &nessus::NessusXml,
    &leases::IscLeases,
    &leases::KeaCsv,
    &leases::KeaJson,
    &signals::SignalsJsonl,
    &zeek::ZeekTsv,
    &zeek::ZeekJson,
    &eve::EveJson,
    &masscan::MasscanJson,
    &masscan::MasscanList,
    &masscan::Greppable,
    &scanner_jsonl::Zgrab2,
    &scanner_jsonl::Httpx,
    &scanner_jsonl::Nuclei,
    &geojson::GeoJson,
    &geojson::OsmXml,
    &leases::Dnsmasq,
    &leases::WindowsTable,
    &leases::WindowsNetsh,
    &leases::WindowsXml,
    &snmp_walk::SnmpWalk,
    &switch::SwitchTables,
    &register::XLSX,
    &register::ODS,
    &register::JSON,
    &register::CSV,
    &message::DeviceMessage,
];

/// Every format, the most telling first.
pub fn formats() -> &'static [&'static dyn Format] {
    FORMATS
}

/// The format of an input, by its first bytes; `None` when nobody knows it. Of a packed input that of what is
/// inside.
///
/// # Errors
/// [`IntakeError::Io`] when the bytes cannot be had.
pub fn recognise(input: &mut Input<'_>) -> Result<Option<&'static dyn Format>, IntakeError> {
    let claim = |input: &mut Input<'_>| Ok(claimant(&head(input)?, input.name));
    packed::with_inside(input, |_| false, claim).map(|(claimant, _)| claimant)
}

/// Reads an input into `sink` as the format it shows. One that is packed with gzip or zstd is unpacked on the way.
///
/// # Errors
/// [`IntakeError`] when the input as a whole cannot be read.
pub fn read(
    input: &mut Input<'_>,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<(SourceKind, Summary), IntakeError> {
    let head = head(input)?;
    let name = input.name;
    let claim = |head: &[u8]| claimant(head, name).ok_or_else(|| unknown(head));
    let (format, summary) = match packed::Packing::of(&head) {
        Some(packing) => packed::read(packing, input, options, sink, claim)?,
        None => {
            let format = claim(&head)?;
            (format, format.read(input, options, sink)?)
        }
    };
    Ok((format.kind(), summary))
}

/// The format that is surest; the first of those that are equally sure.
fn claimant(head: &[u8], name: &str) -> Option<&'static dyn Format> {
    let mut best = (Recognition::No, None);
    for format in formats() {
        let recognition = format.recognise(head, name);
        if recognition > best.0 {
            best = (recognition, Some(*format));
        }
    }
    best.1
}

/// The first bytes; the input stands at its start again afterwards.
pub(crate) fn head(input: &mut Input<'_>) -> Result<Vec<u8>, IntakeError> {
    let io = |offset: usize| move |source| IntakeError::Io { offset: offset as u64, source };
    input.bytes.seek(SeekFrom::Start(0)).map_err(io(0))?;
    let mut head = Vec::new();
    let taken = (&mut *input.bytes).take(HEAD_BYTES as u64).read_to_end(&mut head);
    taken.map_err(io(head.len()))?;
    input.bytes.seek(SeekFrom::Start(0)).map_err(io(0))?;
    Ok(head)
}

/// Formats that people hand over and that are not read: what each is, and what to do.
const FOREIGN: &[(&[u8], &str, &str)] = &[
    (b"BZh", "compressed with bzip2", "decompress it first (bunzip2)"),
    (b"\xfd7zXZ\0", "compressed with xz", "decompress it first (unxz)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it and give the files inside"),
    (b"Rar!", "a RAR archive", "unpack it and give the files inside"),
    (b"PK\x03\x04", "a zip archive that is no spreadsheet", "unpack it and give the files inside"),
    (b"PK\x05\x06", "an empty zip archive", "give the files themselves"),
    (b"%PDF", "a PDF", "give the table it was printed from (CSV, XLSX or ODS)"),
    (
        b"\xd0\xcf\x11\xe0",
        "a file of an old office program",
        "save it as XLSX, ODS or CSV and give that",
    ),
    (b"SQLite format 3\0", "an SQLite database", "name it with --db if it is ours"),
    (b"\x89PNG", "a picture", "give the data it shows"),
    (b"\xff\xd8\xff", "a picture", "give the data it shows"),
    (b"GIF8", "a picture", "give the data it shows"),
    (b"\x7fELF", "a program", "leave it out"),
    (b"MZ", "a program", "leave it out"),
    (
        b"GMBU",
        "a capture of Microsoft Network Monitor",
        "convert it with Wireshark (editcap -F pcapng)",
    ),
    (b"snoop\0\0\0", "a capture of snoop", "convert it with Wireshark (editcap -F pcapng)"),
];

fn unknown(head: &[u8]) -> IntakeError {
    if head.is_empty() {
        return IntakeError::Unsupported {
            what: "an empty file",
            help: "nothing can be read of it",
        };
    }
    if head.get(257..262) == Some(b"ustar") {
        return IntakeError::Unsupported {
            what: "a tar archive",
            help: "unpack it and give the files inside",
        };
    }
    FOREIGN.iter().find(|(magic, ..)| head.starts_with(magic)).map_or(
        IntakeError::UnknownFormat,
        |&(_, what, help)| IntakeError::Unsupported { what, help },
    )
}

/// Why something else than a register cannot be previewed.
pub(crate) fn no_register(head: &[u8], name: &str) -> IntakeError {
    claimant(head, name).map_or_else(
        || unknown(head),
        |format| IntakeError::Unsupported {
            what: format.name(),
            help: "`import` and `audit` read it; only registers (CSV, XLSX, ODS) have columns to preview",
        },
    )
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::notebook::tests::Memory;

    fn outcome(bytes: &[u8]) -> String {
        let mut cursor = Cursor::new(bytes);
        let mut input = Input { name: "x", size_bytes: bytes.len() as u64, bytes: &mut cursor };
        match read(&mut input, &Options::default(), &mut Memory::default()) {
            Ok((kind, summary)) => format!("{}: {}", kind.as_str(), summary.format),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_is_not_read_is_named_with_what_to_do() {
        assert_eq!(outcome(b"BZh9"), "compressed with bzip2: decompress it first (bunzip2)");
        assert_eq!(
            outcome(b"%PDF-1.7"),
            "a PDF: give the table it was printed from (CSV, XLSX or ODS)"
        );
        assert_eq!(outcome(b""), "an empty file: nothing can be read of it");
        assert!(outcome(b"GoAhead-Webs").starts_with("not a known format"));
    }
}
