//! No firmware image was to be had: the headers are made from the format facts, with made-up values.

use std::cell::RefCell;
use std::io::Write as _;

use proptest::prelude::*;

use super::*;

const KEY: [u8; 16] = *b"\xba\xcd\xbc\xfe\xd6\xca\xdd\xd3\xba\xb9\xa3\xab\xbf\xcb\xb5\xbe";

fn said(bytes: &[u8]) -> String {
    let container = examine(&mut &*bytes).unwrap().container;
    container.map_or_else(|| "none".to_owned(), |container| container.to_string())
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

/// A digicap header in clear: language 1, class 2, OEM code as given, V5.0.9 of 31 January 2020.
fn digicap(oem_code: u32) -> Vec<u8> {
    let mut header = vec![0; 0x40 + 2 * 44];
    let numbers: [(usize, u32); 9] = [
        (0, 0x484b_5753),
        (8, 0x40 + 2 * 44),
        (12, 2),
        (16, 1),
        (20, 2),
        (24, oem_code),
        (28, u32::MAX),
        (0x24, 200_131),
        (0x28, 0x0500_0009),
    ];
    numbers.iter().for_each(|(at, n)| put(&mut header, *at, &n.to_le_bytes()));
    put(&mut header, 0x40, b"kernel.img");
    put(&mut header, 0x40 + 44, b"rootfs.img");
    let sum: u32 = header[12..].iter().map(|byte| u32::from(*byte)).sum();
    put(&mut header, 4, &sum.to_le_bytes());
    header
}

fn masked(clear: &[u8]) -> Vec<u8> {
    clear.iter().enumerate().map(|(i, byte)| byte ^ KEY[(i + i / 16) % 16]).collect()
}

/// An archive of stored members, the one named `Install…` deflated; its first header marked with `marks`.
fn archive(marks: &[u8; 2], members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for (name, data) in members {
        let is_text = name.starts_with("Install");
        let method = u16::from(is_text) * 8;
        let packed = if is_text { deflated(data) } else { data.to_vec() };
        let size = |data: &[u8]| u32::try_from(data.len()).unwrap().to_le_bytes();
        let name_bytes = u16::try_from(name.len()).unwrap().to_le_bytes();
        let offset = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        let mut common = vec![20, 0, 0, 0];
        common.extend(method.to_le_bytes());
        common.extend([0; 8]);
        common.extend(size(&packed).iter().chain(&size(data)).chain(&name_bytes));
        common.extend([0, 0]);
        bytes.extend(b"PK\x03\x04".iter().chain(&common).chain(name.as_bytes()).chain(&packed));
        directory.extend(b"PK\x01\x02\x14\0".iter().chain(&common));
        directory.extend([0; 10]);
        directory.extend(offset.iter().chain(name.as_bytes()));
    }
    let at = u32::try_from(bytes.len()).unwrap();
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0\0\0\0\0");
    bytes.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    bytes.extend(at.to_le_bytes().iter().chain(&[0, 0]));
    put(&mut bytes, 0, marks);
    bytes
}

fn deflated(data: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(data).unwrap();
    packer.finish().unwrap()
}

const DESCRIPTION: &[u8] = br#"{"UpgradeCommand":[{"Command":"Burn","FileName":"user-x.cramfs.img"}],
    "Hardware":"HI0000_00X00_S00","DevID":"00000000XXXXX000000000000","CompatibleVersion":2,"Vendor":"General"}"#;

fn xiongmai() -> Vec<u8> {
    archive(b"PK", &[("InstallDesc", DESCRIPTION), ("user-x.cramfs.img", b"x")])
}

/// Reolink's PAK: two sections, as many partitions.
fn pak(is_wide: bool) -> Vec<u8> {
    let (fixed, section) = if is_wide { (24, 72) } else { (12, 64) };
    let first = fixed + 2 * (section + 76);
    let mut bytes = vec![0; first + 8];
    put(&mut bytes, 0, &[0x13, 0x59, 0x72, 0x32]);
    if !is_wide {
        put(&mut bytes, 4, &[1, 2, 3, 4]);
    }
    put(&mut bytes, if is_wide { 16 } else { 8 }, &0x2302u32.to_le_bytes());
    for (n, name) in [&b"loader"[..], b"app"].iter().enumerate() {
        let at = fixed + n * section;
        put(&mut bytes, at, name);
        put(&mut bytes, at + 32, b"v1.0.0.1");
        put(&mut bytes, at + 56, &u32::try_from(first).unwrap().to_le_bytes());
    }
    bytes
}

fn paks() -> Vec<u8> {
    let mut bytes = vec![0; 104 + 16];
    put(&mut bytes, 0, b"SKAP");
    put(&mut bytes, 8, &120u32.to_le_bytes());
    put(&mut bytes, 20, &7u32.to_le_bytes());
    put(&mut bytes, 28, b"IPC_000");
    put(&mut bytes, 60, b"v3.0.0.0_20013100");
    put(&mut bytes, 92, &16u32.to_le_bytes());
    put(&mut bytes, 96, &3u32.to_le_bytes());
    bytes
}

fn tiandy() -> Vec<u8> {
    let text = b"[start]\nproductmodel=000001;\nsensortype=70;\n[end]\n";
    let mut bytes = vec![0; 40];
    put(&mut bytes, 0, b"Tiandy\0\0");
    for (path, data) in [("/nvs/ProductModule", &text[..]), ("/dev/mtdblock1", &[0; 64])] {
        let mut record = vec![0; 136];
        put(&mut record, 0, path.as_bytes());
        put(&mut record, 128, &u32::try_from(data.len()).unwrap().to_le_bytes());
        bytes.extend(record.iter().chain(data));
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }
    let entry = bytes.len() - 64 + 20;
    put(&mut bytes, entry, &205_003u32.to_be_bytes());
    bytes
}

fn longse() -> Vec<u8> {
    let mut bytes = vec![0; 60];
    put(&mut bytes, 0, b"16CV300");
    put(&mut bytes, 8, b"IMX000");
    put(&mut bytes, 24, b"BURNER_BIN");
    bytes
}

fn hichip() -> Vec<u8> {
    let mut bytes = vec![0; 512 + 30];
    put(&mut bytes, 0, b"PIHC\x02\x10\0\0");
    put(&mut bytes, 16, &20u32.to_le_bytes());
    put(&mut bytes, 28, &10u32.to_le_bytes());
    put(&mut bytes, 32, b"upgrade.pkg");
    bytes
}

fn u_image() -> Vec<u8> {
    let mut bytes = vec![0; 80];
    put(&mut bytes, 0, &[0x27, 0x05, 0x19, 0x56]);
    put(&mut bytes, 8, &1_580_428_800u32.to_be_bytes());
    put(&mut bytes, 28, &[5, 2, 2, 1]);
    put(&mut bytes, 32, b"Linux-0.0.0");
    bytes
}

fn everything() -> Vec<Vec<u8>> {
    let mut packed = vec![0; 0x6c];
    put(&mut packed, 0, &0x484b_3230u32.to_le_bytes());
    put(&mut packed, 0x14, &1u32.to_le_bytes());
    put(&mut packed, 0x60, &0x6cu32.to_le_bytes());
    let packed = [masked(&packed), masked(&digicap(1))].concat();
    let mut hdr2 = vec![0; 90];
    put(&mut hdr2, 0, b"HDR2\x60\0\0\0");
    put(&mut hdr2, 16, b"XX00\0\0\0\0EU");
    vec![
        masked(&digicap(1)),
        packed,
        archive(b"DH", &[("Install", b"{}"), ("check.img", b"x")]),
        xiongmai(),
        pak(false),
        pak(true),
        paks(),
        tiandy(),
        longse(),
        hichip(),
        u_image(),
        hdr2,
        b"BNEG\x01\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\0\0".to_vec(),
    ]
}

#[test]
fn a_digicap_header_says_language_class_oem_code_and_build_however_it_is_masked() {
    let clear = digicap(1);
    let rest = "language=english; device-class=camera; oem-code=1; version=V5.0.9; built=2020-01-31; \
                count=2; parts=kernel.img, rootfs.img; checksum=right";
    assert_eq!(said(&masked(&clear)), format!("digicap DAV, obfuscated header; {rest}"));
    assert_eq!(said(&clear), format!("digicap DAV, decoded header; {rest}"));
    let [_, packed, ..] = &everything()[..] else { panic!() };
    let rest = rest.replace("count=2; ", "");
    assert_eq!(said(packed), format!("digicap DAV, several packages; count=1; {rest}"));
}

#[test]
fn a_digicap_header_in_network_order_is_read() {
    let mut plain = digicap(7);
    plain[..0x2c].chunks_exact_mut(4).for_each(<[u8]>::reverse);
    for entry in [0x40, 0x40 + 44] {
        plain[entry + 32..entry + 44].chunks_exact_mut(4).for_each(<[u8]>::reverse);
    }
    let text = said(&plain);
    assert!(
        text.starts_with("digicap DAV, plain; language=english; device-class=camera; oem-code=7")
    );
    assert!(text.ends_with("checksum=right"), "{text}");
}

#[test]
fn what_is_no_build_is_not_taken_for_one() {
    let mut clear = digicap(1);
    put(&mut clear, 0x24, &u32::MAX.to_le_bytes());
    put(&mut clear, 0x10, &2u32.to_le_bytes());
    let text = said(&masked(&clear));
    assert!(!text.contains("built") && !text.contains("version"), "{text}");
    assert!(
        text.contains("language=chinese; region=CN") && text.contains("checksum=wrong"),
        "{text}"
    );
    assert_eq!(said(&masked(&digicap(1)[..40])), "digicap DAV, obfuscated header; header=cut");
}

#[test]
fn headers_of_other_makers() {
    insta::assert_snapshot!(everything()[2..].iter().map(|file| said(file) + "\n").collect::<String>(), @"
    Dahua firmware ZIP; count=2; parts=Install, check.img
    Xiongmai firmware ZIP; vendor=General; hardware=HI0000_00X00_S00; device-id=00000000XXXXX000000000000; count=2; parts=InstallDesc, user-x.cramfs.img
    Reolink PAK; hardware=board type 0x2302; count=2; parts=loader v1.0.0.1, app v1.0.0.1
    Reolink PAK; hardware=board type 0x2302; count=2; parts=loader v1.0.0.1, app v1.0.0.1
    Reolink PAKS; hardware=IPC_000; version=v3.0.0.0_20013100; device-id=board 7; count=3
    Tiandy box; device-id=000001; sensor=70; hardware=205003; count=2; parts=/nvs/ProductModule, /dev/mtdblock1
    Longse / Herospeed FLS; chip=16CV300; sensor=IMX000
    Hichip PIHC; name=upgrade.pkg; count=2; parts=kernel, zip
    uImage; name=Linux-0.0.0; built=2020-01-31
    Xiaomi HDR2; device-id=XX00; region=EU
    INSTAR BNEG
    ");
}

#[test]
fn archives_are_told_by_mark_and_members() {
    let install =
        br#"{"Cpu":"XX0000","Vendor":"Lantern","Devices":[["NC-0000","1.00"],["NC-0001","1.00"]]}"#;
    let zl = said(&archive(b"ZL", &[("Install", install)]));
    assert_eq!(
        zl,
        "ZL firmware ZIP; vendor=Lantern; chip=XX0000; model=NC-0000, NC-0001; count=1; parts=Install"
    );
    let remarked = archive(b"PK", &[("Install", b"burn"), ("dhboot.bin.img", b"x")]);
    assert!(said(&remarked).starts_with("Dahua firmware ZIP;"));
    let handed_out = archive(b"PK", &[("EU/digicap.dav", b"x"), ("notes.pdf", b"x")]);
    assert!(said(&handed_out).starts_with("ZIP with digicap.dav;"));
    assert_eq!(said(&archive(b"PK", &[("a.txt", b"x")])), "ZIP archive; count=1; parts=a.txt");
    // A false header, as Hichip writes it.
    assert_eq!(said(b"PK\x03\x04 and nothing of an archive"), "ZIP archive; header=no directory");
}

#[test]
fn a_description_that_unfolds_or_points_astray_is_left() {
    let bomb = archive(b"PK", &[("InstallDesc", &vec![b' '; 80 << 10])]);
    assert_eq!(said(&bomb), "ZIP archive; count=1; parts=InstallDesc");
    let mut far = xiongmai();
    let directory = far.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    put(&mut far, directory + 42, &u32::MAX.to_le_bytes());
    assert_eq!(said(&far), "ZIP archive; count=2; parts=InstallDesc, user-x.cramfs.img");
    let mut lying = xiongmai();
    put(&mut lying, directory + 24, &(1u32 << 30).to_le_bytes());
    assert!(said(&lying).starts_with("ZIP archive;"), "a gibibyte is no description");
    let mut endless = xiongmai();
    let end = endless.len() - 22;
    put(&mut endless, end + 12, &[0xff; 8]);
    assert_eq!(said(&endless), "ZIP archive; header=no directory");
}

#[test]
fn names_of_members_cannot_steer_what_reads_them() {
    let names = [("a;vendor=Axis", &b"x"[..]), ("\u{1b}[31mred\n", b"x"), ("b\u{9b}", b"x")];
    let text = said(&archive(b"PK", &names));
    assert_eq!(text, "ZIP archive; count=3; parts=a,vendor=Axis, [31mred, b");
    let many = vec![("x".repeat(60_000), ()); 40];
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, ())| (&**name, &b""[..])).collect();
    assert!(said(&archive(b"PK", &many)).len() < 200);
}

/// A file of 4 GiB that is not there.
struct Vast {
    head: Vec<u8>,
    read: RefCell<usize>,
}

impl Bytes for Vast {
    type Error = Infallible;

    fn length(&self) -> u64 {
        4 << 30
    }

    fn read_at(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, Infallible> {
        *self.read.borrow_mut() += length;
        let mut bytes = if offset == 0 { self.head.clone() } else { Vec::new() };
        bytes.resize(length, 0);
        Ok(bytes)
    }
}

#[test]
fn of_a_vast_file_little_is_read() {
    for head in everything() {
        let mut file = Vast { head, read: RefCell::new(0) };
        examine(&mut file).unwrap();
        assert!(*file.read.borrow() <= READ_BYTES_MAX);
    }
}

#[test]
fn video_and_disks_are_no_firmware() {
    assert_eq!(Holds::of("Dahua recording frame").as_str(), "video, not firmware");
    assert_eq!(Container::parse("Dahua firmware ZIP; vendor=X").holds(), Holds::Firmware);
}

#[test]
fn noise_is_hardly_ever_recognised() {
    let mut state = 1u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u8::try_from(state >> 56).unwrap()
    };
    for _ in 0..20_000 {
        let noise: Vec<u8> = (0..96).map(|_| next()).collect();
        assert_eq!(said(&noise), "none");
    }
}

#[test]
fn every_format_that_is_read_is_listed() {
    for file in everything() {
        let container = examine(&mut &*file).unwrap().container.unwrap();
        assert!(STRUCTURED.contains(&container.format()), "{}", container.format());
    }
}

#[test]
fn every_cut_of_a_header_is_read_or_refused() {
    for file in everything() {
        for length in 0..file.len() {
            said(&file[..length]);
        }
    }
}

proptest! {
    #[test]
    fn damage_never_panics_and_the_text_form_is_read_back(
        which in 0usize..13,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        rest in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        let mut file = everything().swap_remove(which);
        for (at, byte) in damage {
            let at = at.index(file.len());
            file[at] = byte;
        }
        file.extend(rest);
        if let Some(container) = examine(&mut &*file).unwrap().container {
            let text = container.to_string();
            prop_assert!(text.len() < 4_096 && !text.chars().any(char::is_control), "{:?}", text);
            prop_assert_eq!(Container::parse(&text), container);
        }
    }

    #[test]
    fn any_text_is_a_container_in_one_form(text in ".{0,200}") {
        let once = Container::parse(&text);
        prop_assert_eq!(Container::parse(&once.to_string()), once);
    }
}
