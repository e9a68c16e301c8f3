//! Laws of `wire::firmware`: little is read of a file, what is said of it is short and read back as it was.

use std::convert::Infallible;

use model::{Signal, SignalKind};
use wire::firmware::{Bytes, Container, READ_BYTES_MAX, examine};

use crate::Seed;

/// The longest text form: some thirty fields of a hundred bytes.
const TEXT_BYTES_MAX: usize = 4 << 10;

/// A firmware file.
pub(crate) fn check(data: &[u8]) {
    let mut file = Counted { data, read: 0 };
    let Ok(examined) = examine(&mut file);
    assert!(file.read <= READ_BYTES_MAX, "{} bytes were read", file.read);
    assert!(data.starts_with(&examined.head), "the head is the file's");
    let Ok(again) = examine(&mut &*data);
    assert_eq!(examined, again, "equal bytes, equal container");
    if let Some(container) = &examined.container {
        let text = container.to_string();
        assert!(text.len() <= TEXT_BYTES_MAX, "{} bytes say what it is", text.len());
        assert!(!text.chars().any(char::is_control), "{text:?} is clean");
        assert_eq!(Container::parse(&text), *container, "what is written is read");
        let signal = Signal::text(SignalKind::FirmwareContainer, text);
        assert!(wire::sanitise(signal).len() <= 1, "a container is one signal");
    }
    let parsed = Container::parse(&String::from_utf8_lossy(data));
    assert_eq!(Container::parse(&parsed.to_string()), parsed, "what was read is written");
}

struct Counted<'d> {
    data: &'d [u8],
    read: usize,
}

impl Bytes for Counted<'_> {
    type Error = Infallible;

    fn length(&self) -> u64 {
        self.data.len() as u64
    }

    fn read_at(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, Infallible> {
        self.read += length;
        let mut data = self.data;
        data.read_at(offset, length)
    }
}

pub(crate) fn seeds() -> Vec<Seed> {
    vec![
        Seed::new("digicap", &[&digicap()]),
        Seed::new("zip", &[&archive(b"PK", "InstallDesc")]),
        Seed::new("dahua", &[&archive(b"DH", "Install")]),
        Seed::new("pak", &[&pak()]),
        Seed::new(
            "tiandy",
            &[b"Tiandy\0\0", &[0; 32], &record(b"/nvs/ProductModule", b"productmodel=1;\n")],
        ),
        Seed::new("longse", &[b"16CV300\0IMX000\0\0\0\0\0\0\x01\0\0\0BURNER_BIN", &[0; 10]]),
        Seed::new("hichip", &[b"PIHC\x02\x10\0\0", &[1; 24], b"upgrade.pkg", &[0; 64]]),
        Seed::new("paks", &[b"SKAP\0\0\0\0\x68\0\0\0", &[0; 80], &[0; 12]]),
        Seed::new("uimage", &[b"\x27\x05\x19\x56", &[0; 24], &[5, 2, 2, 1], b"Linux", &[0; 40]]),
        Seed::new("squashfs", &[b"hsqs\x01\0\0\0\0\0\0\x5e\0\0\x02\0", &[0; 80]]),
        Seed::new("text", &[b"Dahua firmware ZIP; vendor=X; parts=Install, check.img"]),
    ]
}

/// One file in a digicap of made-up numbers, masked.
fn digicap() -> Vec<u8> {
    const KEY: &[u8; 16] = b"\xba\xcd\xbc\xfe\xd6\xca\xdd\xd3\xba\xb9\xa3\xab\xbf\xcb\xb5\xbe";
    let numbers: [u32; 11] =
        [0x484b_5753, 0, 0x6c, 1, 1, 2, 1, u32::MAX, 0x100, 200_131, 0x0500_0009];
    let mut clear: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    clear.resize(0x40, 0);
    clear.extend(b"kernel.img");
    clear.resize(0x6c, 0);
    clear.iter().enumerate().map(|(n, byte)| byte ^ KEY[(n + n / 16) % 16]).collect()
}

/// An archive of one stored description.
fn archive(marks: &[u8; 2], name: &str) -> Vec<u8> {
    const TEXT: &[u8] =
        br#"{"Vendor":"X","Hardware":"B","DevID":"00000000","Devices":[["NC-0000","1"]]}"#;
    let size = |length: usize| u32::try_from(length).expect("seeds are short").to_le_bytes();
    let (text, named) = (size(TEXT.len()), size(name.len()));
    let common = [&[20, 0, 0, 0, 0, 0][..], &[0; 8], &text, &text, &named[..2], &[0, 0]].concat();
    let local = [&marks[..], b"\x03\x04", &common, name.as_bytes(), TEXT].concat();
    let entry = [b"PK\x01\x02\x14\0", &common[..], &[0; 14], name.as_bytes()].concat();
    let end =
        [&b"PK\x05\x06"[..], &[0; 8], &size(entry.len()), &size(local.len()), &[0, 0]].concat();
    [local, entry, end].concat()
}

/// A PAK of one section.
fn pak() -> Vec<u8> {
    let mut bytes = vec![0; 12 + 64 + 76 + 8];
    bytes[..12].copy_from_slice(&[0x13, 0x59, 0x72, 0x32, 1, 2, 3, 4, 2, 0x23, 0, 0]);
    bytes[12..18].copy_from_slice(b"loader");
    bytes[44..52].copy_from_slice(b"v1.0.0.1");
    bytes[68] = 12 + 64 + 76;
    bytes
}

fn record(path: &[u8], data: &[u8]) -> Vec<u8> {
    let mut bytes = path.to_vec();
    bytes.resize(128, 0);
    let size = u32::try_from(data.len()).expect("seeds are short").to_le_bytes();
    [&bytes[..], &size, &size, data].concat()
}
