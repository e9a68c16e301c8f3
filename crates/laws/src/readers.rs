//! Laws of `intake`: how the bytes arrive does not matter, limits hold, a reader that is told to stop stops.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use intake::register::{Mapping, preview};
use intake::{Flow, Format, Input, IntakeError, Note, Options, ReadSeek, Sink, Summary, formats};
use model::Observation;

use crate::feed::{Feed, named};
use crate::secret::{SECRET, holds_secret};
use crate::{Seed, decoders, tools};

/// Notes of one input; the rest is counted.
const NOTES_MAX: usize = 1_100;
/// Names under which things not understood or lost are counted.
const NAMES_MAX: usize = 600;
/// A note is a sentence or two about one place.
const NOTE_BYTES_MAX: usize = 4 << 10;
/// Different values of a column that a preview shows.
const SAMPLES_MAX: usize = 5;

/// Keeps everything until it has enough.
#[derive(Default, Debug, PartialEq)]
pub(crate) struct Memory {
    pub(crate) observations: Vec<Observation>,
    notes: Vec<Note>,
    observations_max: Option<usize>,
}

impl Sink for Memory {
    fn observation(&mut self, observation: Observation) -> Flow {
        self.observations.push(observation);
        if self.observations_max == Some(self.observations.len()) {
            Flow::Stop
        } else {
            Flow::Continue
        }
    }

    fn note(&mut self, note: Note) {
        self.notes.push(note);
    }

    fn progress(&mut self, _: u64) -> Flow {
        Flow::Continue
    }
}

/// Gives few bytes at a time, as a pipe or a full disk would.
struct Trickle<'a> {
    inner: Cursor<&'a [u8]>,
    bytes_max: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.bytes_max);
        self.inner.read(&mut buffer[..length])
    }
}

impl Seek for Trickle<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

type Reader<'r> = &'r dyn Fn(&mut Input<'_>, &mut dyn Sink) -> Result<Summary, IntakeError>;

/// A whole file, read as what it shows.
pub(crate) fn check_any(data: &[u8]) {
    hold_for(data, &|input, sink| {
        intake::read(input, &Options::default(), sink).map(|(_, summary)| summary)
    });
}

/// A line with the name of a format, then a file that is read as that whether it is or not.
pub(crate) fn check_format(data: &[u8]) {
    let mut feed = Feed(data);
    let format: &dyn Format = *named(formats(), feed.line(), |format| format.name());
    hold_for(feed.0, &|input, sink| format.read(input, &Options::default(), sink));
}

fn hold_for(bytes: &[u8], reader: Reader<'_>) {
    let (outcome, memory) = read_whole(bytes, reader);
    is_bounded(&memory);
    let signals = memory.observations.iter().flat_map(|observation| &observation.signals);
    // For raw replies see the law of cleaning.
    for signal in signals.filter(|signal| !decoders::is_raw(signal.kind)) {
        if signal.kind.as_str().starts_with("register.") {
            let text = signal.as_text().expect("a register holds text");
            assert_eq!(wire::sanitise_note(text), text, "what a person wrote is stored clean");
        } else {
            let clean = wire::sanitise(signal.clone());
            assert_eq!(clean, std::slice::from_ref(signal), "what is stored is clean");
        }
    }
    if let Ok(summary) = &outcome {
        assert_eq!(summary.observations, memory.observations.len() as u64, "each is counted once");
        let names = summary.not_understood.len() + summary.lost.len();
        assert!(names <= NAMES_MAX, "{names} names");
    }
    let bytes_max = 1 + bytes.len() % 61;
    let (trickled, in_parts) = read_with(
        bytes,
        &mut Trickle { inner: Cursor::new(bytes), bytes_max },
        Memory::default(),
        reader,
    );
    assert_eq!(said_of(&memory), said_of(&in_parts), "read {bytes_max} bytes at a time");
    assert_eq!(counts_of(&outcome), counts_of(&trickled), "read {bytes_max} bytes at a time");
    let impatient = Memory { observations_max: Some(1), ..Memory::default() };
    let (_, first) = read_with(bytes, &mut Cursor::new(bytes), impatient, reader);
    assert!(first.observations.len() <= 1, "told to stop after one");
}

pub(crate) fn read_whole(
    bytes: &[u8],
    reader: Reader<'_>,
) -> (Result<Summary, IntakeError>, Memory) {
    read_with(bytes, &mut Cursor::new(bytes), Memory::default(), reader)
}

fn read_with(
    bytes: &[u8],
    source: &mut dyn ReadSeek,
    mut memory: Memory,
    reader: Reader<'_>,
) -> (Result<Summary, IntakeError>, Memory) {
    let mut input = Input { name: "x", size_bytes: bytes.len() as u64, bytes: source };
    let outcome = reader(&mut input, &mut memory);
    (outcome, memory)
}

fn is_bounded(memory: &Memory) {
    assert!(memory.notes.len() <= NOTES_MAX, "{} notes", memory.notes.len());
    for Note { place, field, message, help, .. } in &memory.notes {
        let field_bytes = field.as_ref().map_or(0, String::len);
        let help_bytes = help.as_ref().map_or(0, String::len);
        let bytes = place.len() + message.len() + field_bytes + help_bytes;
        assert!(bytes <= NOTE_BYTES_MAX, "a note of {bytes} bytes at {place}");
    }
}

/// What was found and where something is wrong. What exactly is wrong with broken markup or a broken archive is
/// said in the words of the crates that read them, and those differ with what they had in hand.
fn said_of(memory: &Memory) -> (&[Observation], Vec<&str>) {
    (&memory.observations, memory.notes.iter().map(|note| &*note.place).collect())
}

fn counts_of(outcome: &Result<Summary, IntakeError>) -> Option<&Summary> {
    outcome.as_ref().ok()
}

/// A file of which a preview is asked: it tells what reading gives, and its mapping can be kept.
pub(crate) fn check_preview(data: &[u8]) {
    let mut cursor = Cursor::new(data);
    let mut input = Input { name: "x", size_bytes: data.len() as u64, bytes: &mut cursor };
    let Ok(shown) = preview(&mut input, &Options::default()) else { return };
    let mapping = shown.mapping();
    assert_eq!(Mapping::parse(&mapping.to_toml()).as_ref(), Ok(&mapping), "a mapping can be kept");
    for column in shown.sheets.iter().flat_map(|sheet| &sheet.columns) {
        assert!(column.samples.len() <= SAMPLES_MAX, "{:?}", column.samples);
        assert!((0.0..=1.0).contains(&column.confidence), "{}", column.confidence);
    }
    let name = format!("register ({})", shown.format);
    let format = formats().iter().find(|format| format.name() == name);
    let format = format.expect("a preview names a format");
    let (outcome, memory) =
        read_whole(data, &|input, sink| format.read(input, &Options::default(), sink));
    let promised: u64 = shown.sheets.iter().map(|sheet| sheet.observations).sum();
    assert!(outcome.is_ok() || promised == 0, "{outcome:?} after a preview of {promised}");
    assert_eq!(promised, memory.observations.len() as u64, "a preview tells what reading gives");
}

/// Titles under which people keep credentials.
const SECRET_TITLES: &[&str] = &["Password", "Admin password", "Login password", "PASSWORD"];

/// How people write a credential into a note; `#` is the secret.
const NOTED: &[&str] = &[
    "admin / pass: #",
    "user admin pw #",
    "password=#",
    "pwd: # (roof)",
    "login admin/#",
    "Password is #",
    "default password #",
    "rtsp://admin:#@10.0.0.9/ch1",
    "WiFi key: #",
    "p/w #, front door",
];

/// Cells of a register, one a line, beside a column of passwords and behind noted ones that never arrive anywhere.
pub(crate) fn check_register(data: &[u8]) {
    let mut feed = Feed(data);
    let choice = usize::from(feed.byte());
    let title = SECRET_TITLES[choice % SECRET_TITLES.len()];
    let noted = NOTED[choice / SECRET_TITLES.len() % NOTED.len()].replace('#', SECRET);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = |cells: [&[u8]; 6]| writer.write_record(cells).expect("a Vec takes all");
    write([b"Asset tag", b"Make", b"Model", b"IP address", title.as_bytes(), b"Notes"]);
    write([b"C-0", b"Axis", b"P3245-LVE", b"10.0.0.1", SECRET.as_bytes(), b"foyer"]);
    for tag in ["C-1", "C-2", "C-3"] {
        let (make, model, notes) = (feed.line(), feed.line(), feed.line());
        if [make, model, notes].into_iter().any(holds_secret) {
            return;
        }
        // A line break ends what a person says; what stands before it names no secret of the next line.
        let notes = [noted.as_bytes(), b"\n", notes].concat();
        write([tag.as_bytes(), make, model, b"10.0.0.2", SECRET.as_bytes(), &notes]);
    }
    let bytes = writer.into_inner().expect("a Vec takes all");
    let (outcome, memory) = read_whole(&bytes, &|input, sink| {
        intake::read(input, &Options::default(), sink).map(|(_, summary)| summary)
    });
    let text = format!("{outcome:?} {memory:?}");
    assert!(!text.contains(SECRET), "{text}");
    let mut cursor = Cursor::new(&*bytes);
    let mut input = Input { name: "x", size_bytes: bytes.len() as u64, bytes: &mut cursor };
    let shown = format!("{:?}", preview(&mut input, &Options::default()));
    assert!(!shown.contains(SECRET), "{shown}");
}

/// A mapping file: one that is taken survives being written.
pub(crate) fn check_mapping(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(mapping) = Mapping::parse(&text) {
        assert_eq!(Mapping::parse(&mapping.to_toml()), Ok(mapping), "a mapping survives its file");
    }
}

// --- seeds -------------------------------------------------------------------------------------------------

/// One file of each format, by the format's name.
fn files() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let mut files = vec![
        ("pcap", "pcap", capture()),
        ("pcapng", "pcapng", pcapng()),
        ("nmap XML", "nmap", NMAP.into()),
        ("ISC DHCP leases", "isc", ISC.into()),
        ("ISC DHCP leases", "isc6", ISC6.into()),
        ("Kea leases (CSV)", "kea-csv", KEA_CSV.into()),
        ("Kea leases (JSON)", "kea-json", KEA_JSON.into()),
        ("signals JSONL", "signals", SIGNALS.into()),
        ("dnsmasq leases", "dnsmasq", DNSMASQ.into()),
        ("register (XLSX)", "xlsx", xlsx().expect("a small workbook")),
        ("register (ODS)", "ods", ods().expect("a small workbook")),
        ("register (CSV)", "csv", REGISTER.into()),
        ("register (CSV)", "semicolons", SEMICOLONS.into()),
        ("register (CSV)", "utf16", utf16(REGISTER)),
        ("device message", "message", decoders::datagram_seeds().swap_remove(0).bytes[5..].into()),
        ("device message", "head", decoders::stream_seeds().swap_remove(0).bytes[4..].into()),
    ];
    files.extend(
        tools::FILES.iter().map(|(format, name, text)| (*format, *name, text.as_bytes().into())),
    );
    files
}

pub(crate) fn any_seeds() -> Vec<Seed> {
    let plain = files().into_iter().map(|(_, name, bytes)| Seed::new(name, &[&bytes]));
    plain.chain(packed_seeds()).collect()
}

/// Files in their packings: in two members, in one frame, cut off, and packed once more.
fn packed_seeds() -> Vec<Seed> {
    let (start, rest) = REGISTER.as_bytes().split_at(REGISTER.len() / 2);
    let members = [gzip(start), gzip(rest)].concat();
    let cut = &members[..members.len() - 20];
    vec![
        Seed::new("csv-gzip", &[&members]),
        Seed::new("csv-gzip-cut", &[cut]),
        Seed::new("csv-gzip-twice", &[&gzip(&members)]),
        Seed::new("csv-zstd", &[&zstd(REGISTER.as_bytes())]),
        Seed::new("pcap-zstd", &[&zstd(&capture())]),
    ]
}

/// Stored and not made smaller: the same bytes with every version of the encoder.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    encoder.write_all(bytes).expect("a Vec takes all");
    encoder.finish().expect("a Vec takes all")
}

/// As [`gzip`].
fn zstd(bytes: &[u8]) -> Vec<u8> {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};
    compress_to_vec(bytes, CompressionLevel::Uncompressed)
}

pub(crate) fn format_seeds() -> Vec<Seed> {
    let seed = |(format, name, bytes): (&str, &str, Vec<u8>)| {
        Seed::new(name, &[format.as_bytes(), b"\n", &bytes])
    };
    files().into_iter().map(seed).collect()
}

pub(crate) fn table_seeds() -> Vec<Seed> {
    let tables = files().into_iter().filter(|(format, ..)| format.starts_with("register"));
    tables.map(|(_, name, bytes)| Seed::new(name, &[&bytes])).collect()
}

pub(crate) fn register_seeds() -> Vec<Seed> {
    vec![
        Seed::new("cells", &[b"\0Hikvision\nDS-2CD0000-I\nback door x4\nDahua\nIPC-HDW0000T\n\"quoted\", and; more\n\n\nTotal\n"]),
        Seed::new("damaged", &[b"\x01=1+1\n1.23E+11\n03/04/2022\n#REF!\n58:03:fb:00:00:01\nrtsp://u:p@10.0.0.9/\n"]),
    ]
}

pub(crate) fn mapping_seeds() -> Vec<Seed> {
    vec![Seed::new(
        "mapping",
        &[b"# kept\nheader_row = 4\n\n[columns]\n\"Kit\" = \"model\"\n\"Say \\\"hi\\\"\" = \"ignored\"\n'Made by' = \"make\"\n"],
    )]
}

/// A few frames of each kind.
fn capture() -> Vec<u8> {
    use testbed::capture::{Capture, Host};
    let camera = Host { mac: decoders::DEVICE.mac, address: decoders::DEVICE.address };
    let tool = Host {
        mac: model::MacAddr::new([0x58, 0x03, 0xfb, 0, 0, 2]),
        address: std::net::Ipv4Addr::new(10, 0, 0, 9),
    };
    let mut capture = Capture::new(jiff::Timestamp::constant(1_793_697_302, 0));
    capture.arp_reply(camera, tool);
    capture.dhcp_request(camera, "cam-1", Some("AXIS,Network Camera,M0000,0.0.0"), &[1, 3, 6]);
    let (_, port, bytes) = decoders::datagrams().swap_remove(0);
    capture.udp(camera, tool, (port, 50_000), &bytes);
    let (_, port, bytes) = decoders::heads().swap_remove(0);
    capture.tcp(tool, camera, (50_001, port), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", &bytes);
    capture.into_bytes()
}

/// The frames of [`capture`] as blocks of pcapng.
fn pcapng() -> Vec<u8> {
    const FILE_HEADER: usize = 24;
    let mut bytes = vec![
        0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255,
        255, 255, 255, 255, 255, 28, 0, 0, 0, 1, 0, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 4, 0, 20,
        0, 0, 0,
    ];
    let capture = capture();
    let mut rest = &capture[FILE_HEADER..];
    while let Some((header, after)) = rest.split_first_chunk::<16>() {
        let [s0, s1, s2, s3, m0, m1, m2, m3, l0, l1, l2, l3, ..] = *header;
        let length = u32::from_le_bytes([l0, l1, l2, l3]);
        let (frame, next) = after.split_at(length as usize);
        let micros = u64::from(u32::from_le_bytes([s0, s1, s2, s3])) * 1_000_000
            + u64::from(u32::from_le_bytes([m0, m1, m2, m3]));
        let [a, b, c, d, e, f, g, h] = micros.to_le_bytes();
        let padded = frame.len().next_multiple_of(4);
        let total = u32::try_from(padded + 32).expect("seeds are short").to_le_bytes();
        bytes.extend([6, 0, 0, 0]);
        bytes.extend(total);
        bytes.extend([0, 0, 0, 0, e, f, g, h, a, b, c, d]);
        bytes.extend(length.to_le_bytes());
        bytes.extend(length.to_le_bytes());
        bytes.extend(frame);
        bytes.resize(bytes.len() + padded - frame.len(), 0);
        bytes.extend(total);
        rest = next;
    }
    bytes
}

fn xlsx() -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = workbook.add_worksheet().set_name("CCTV")?;
    for (row, line) in (0..).zip(REGISTER.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet.write(row, column, cell)?;
        }
    }
    workbook.save_to_buffer()
}

fn ods() -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    use std::io::Write as _;
    use zip::write::SimpleFileOptions;
    let stored = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    let cell = |text: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row = |line: &str| {
        let cells: String = line.split(',').map(cell).collect();
        format!("<table:table-row>{cells}</table:table-row>")
    };
    let rows: String = REGISTER.lines().map(row).collect();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("mimetype", stored)?;
    writer.write_all(b"application/vnd.oasis.opendocument.spreadsheet")?;
    writer.start_file("content.xml", stored)?;
    write!(writer, "{ODS_BEFORE}{rows}{ODS_AFTER}")?;
    Ok(writer.finish()?.into_inner())
}

fn utf16(text: &str) -> Vec<u8> {
    [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

const REGISTER: &str = "Asset tag,Make,Model,Serial number,MAC address,IP address,Site,Installed,Password,Notes\n\
    C-1,Hikvision,DS-2CD0000-I,MODEL-000020200101AAWR000000001,58:03:fb:00:00:01,10.0.0.7,Depot,2021-05-04,x,back door\n\
    C-2,Axis,P0000-LE,ACCC8E000001,ac-cc-8e-00-00-01,10.0.0.8-10,Town Hall,03/04/2022,x,x4\n\
    C-3,Dahua,IPC-HDW0000T,1.23E+11,,10.0.0.9:8000,Depot,44328,x,#REF!\n\
    Total,3,,,,,,,,\n";
const SEMICOLONS: &[u8] = b"Camera list 2014;;;\n;;;\nMake;Model;IP;Comment\nBosch;NBE-0000-AL;10.0.1.1;f\xfcr den Hof\nHanwha;XNV-0000R;10.0.1.2;\"two\nlines\"\n";
const NMAP: &str = "<?xml version=\"1.0\"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner=\"nmap\" start=\"1762251600\">\n\
    <host starttime=\"1762251601\" endtime=\"1762251690\"><status state=\"up\"/><address addr=\"10.0.0.7\" addrtype=\"ipv4\"/>\
    <address addr=\"58:03:FB:00:00:01\" addrtype=\"mac\" vendor=\"x\"/><hostnames><hostname name=\"cam-1\"/></hostnames><ports>\
    <port protocol=\"tcp\" portid=\"80\"><state state=\"open\"/><service name=\"http\" product=\"x\" devicetype=\"webcam\" method=\"probed\" conf=\"10\" servicefp=\"SF-Port80-TCP:V=7%r(GetRequest,9,&quot;HTTP/1\\.0\\x20401\\r\\n&quot;)\"><cpe>cpe:/h:x:y</cpe></service>\
    <script id=\"http-title\" output=\"login\"/><script id=\"http-auth\" output=\"&#xa;HTTP/1.1 401 Unauthorized&#xd;&#xa;  Digest realm=IP Camera(00001)\"/></port>\
    <port protocol=\"tcp\" portid=\"443\"><state state=\"open\"/><script id=\"ssl-cert\" output=\"Subject: commonName=cam&#xa;Issuer: commonName=ca\"/></port>\
    </ports><os><osmatch name=\"x\" accuracy=\"96\"><osclass type=\"webcam\" vendor=\"x\"><cpe>cpe:/h:x:y</cpe></osclass></osmatch></os></host></nmaprun>\n";
const ISC: &str = "# dhcpd.leases(5)\nlease 10.0.0.7 {\n  starts 3 2026/11/04 10:00:00;\n  ends 3 2026/11/04 22:00:00;\n  binding state active;\n\
    hardware ethernet 58:03:fb:00:00:01;\n  uid \"\\001X\\003\\373\\000\\000\\001\";\n  client-hostname \"cam-1\";\n  set vendor-class-identifier = \"AXIS,Network Camera,M0000,0.0.0\";\n}\n";
const ISC6: &str = "# dhcpd.leases(5)\nia-na \"\\001\\000\\000\\000\\000\\001\\000\\001\\021\\042\\063\\104X\\003\\373\\000\\000\\001\" {\n\
    cltt 3 2026/11/04 10:00:00;\n  iaaddr 2001:db8::7 {\n    binding state active;\n    ends epoch 1793697302;\n  }\n}\n";
const KEA_CSV: &str = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n\
    10.0.0.7,58:03:fb:00:00:01,01:58:03:fb:00:00:01,3600,1793697302,1,0,0,cam-1,0,\n";
const KEA_JSON: &str = "[{\"arguments\":{\"leases\":[{\"ip-address\":\"10.0.0.7\",\"hw-address\":\"58:03:fb:00:00:01\",\"cltt\":1793690000,\"valid-lft\":3600,\"hostname\":\"cam-1\",\"state\":0}]},\"result\":0}]";
const SIGNALS: &str = "{\"id\":\"a\",\"signals\":[{\"kind\":\"mac\",\"value\":\"58:03:fb:00:00:01\"},{\"kind\":\"http.server\",\"value\":\"App-webs/\",\"port\":80}]}\n\
    {\"id\":2,\"signals\":[{\"kind\":\"udp.reply\",\"value\":\"IAAAAERISVA=\",\"encoding\":\"base64\",\"port\":37810},{\"kind\":\"new.kind\",\"value\":1}]}\n";
const DNSMASQ: &str = "1793697302 58:03:fb:00:00:01 10.0.0.7 cam-1 01:58:03:fb:00:00:01\n1793697302 ac:cc:8e:00:00:01 10.0.0.8 * *\nduid 00:01:00:01:11:22:33:44:58:03:fb:00:00:01\n";
const ODS_BEFORE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
    xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"CCTV\">";
const ODS_AFTER: &str =
    "</table:table></office:spreadsheet></office:body></office:document-content>";
