//! Seeds of makers' own search and cloud protocols: one answer each, made up after `protocols.md`.

use crate::decoders::DEVICE;

/// The protocol, its port, its bytes.
pub(crate) fn datagrams() -> Vec<(&'static str, u16, Vec<u8>)> {
    vec![
        ("dahua5050", 5_050, dahua5050()),
        ("dahua-p2p", 8_800, DAHUA_P2P.into()),
        ("tvt", 23_456, tvt()),
        ("hanwha", 7_701, hanwha()),
        ("bosch", 1_757, bosch()),
        ("bosch-xml", 1_757, BOSCH_XML.into()),
        ("ipro", 10_670, ipro()),
        ("sony", 2_380, SONY.into()),
        ("vivotek", 10_000, VIVOTEK.into()),
        ("foscam", 10_000, foscam()),
        ("vstarcam", 8_600, vstarcam()),
        ("ubiquiti", 10_001, ubiquiti()),
        ("tplink", 20_002, [&[2, 0, 0, 1][..], &[0; 12], TPLINK.as_bytes()].concat()),
        ("kasa", 9_999, kasa()),
        ("baichuan", 2_018, BAICHUAN.into()),
        ("gvcp", 3_956, gvcp()),
        ("nice", 2_007, nice()),
        ("cellvision", 62_976, cellvision()),
        ("360vision", 3_600, b"DISCOVER TYPE=IPDOME KEY='00:11:22:00:00:01' ID=1000000001\r\n".into()),
        ("v380", 10_009, b"NVDEVRESULT^1^A0:9F:10:00:00:01^10.0.0.7^255.255.255.0^10.0.0.1^0^0^0^0^0^0^10000001^x^y".into()),
        ("eden", 8_088, b"BOX|<root><serialNumber>00:11:22:00:00:01</serialNumber><adresseIP>10.0.0.4</adresseIP><portWeb>80</portWeb></root>".into()),
        ("pppp", 32_108, [&[0xf1, 0x41, 0, 20][..], b"AAAA\0\0\0\0\0\0\0\x01BBBBB\0\0\0"].concat()),
        ("tutk", 10_001, tutk()),
        ("nbns", 137, nbns()),
        ("llmnr", 5_355, llmnr()),
    ]
}

/// Frames without a network layer: the protocol, its EtherType, its bytes.
pub(crate) fn frames() -> Vec<(&'static str, u16, Vec<u8>)> {
    let sender = [0x58u8, 3, 0xfb, 0, 0, 1, 10, 0, 0, 7];
    let head = [0x21, 1, 0, 1, 0, 0, 0, 1, 6, 4, 4, 0, 0, 0];
    let answer = [&head[..], &sender, &[0xff; 10], &[255, 255, 255, 0], &[0; 80]].concat();
    vec![("lldp", 0x88cc, lldp()), ("cdp", 0x0100, cdp()), ("old-sadp", 0x8033, answer)]
}

/// `length` zeros with these fields in them.
fn fields(length: usize, fields: &[(usize, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0; length];
    for (at, field) in fields {
        bytes[*at..at + field.len()].copy_from_slice(field);
    }
    bytes
}

fn dahua5050() -> Vec<u8> {
    let mut bytes = fields(
        0x78,
        &[
            (0, &[0xb3]),
            (2, &[25, 0, 0x58]),
            (0x10, &[2]),
            (0x28, b"IPC-X000"),
            (0x38, &[10, 0, 0, 7]),
            (0x5e, &[80, 0, 0xbb, 1, 0x91, 0x93]),
        ],
    );
    bytes.extend(b"00:12:16:00:00:01IPC-X000Name:Brandless\r\nDevice:IPC-X0000\r\nSerialNo:0A00000PAA00001\r\n\r\n");
    bytes
}

fn tvt() -> Vec<u8> {
    fields(
        240,
        &[
            (0, b"MHED\x08\0\x01\0\x02"),
            (32, &[0, 0x18, 0xae, 0, 0, 1, 0x94, 0x17, 10, 0, 0, 7, 255, 255, 255, 0]),
            (60, &[80, 0, 0x2a, 2, 2]),
            (140, b"N000000000001"),
            (156, b"1.0-0000000"),
            (196, b"TD-X000"),
            (212, b"BRANDLESS"),
        ],
    )
}

fn hanwha() -> Vec<u8> {
    fields(
        0x106,
        &[
            (0, &[0x0b]),
            (0x13, b"00:09:18:00:00:01"),
            (0x25, b"10.0.0.7"),
            (0x6d, b"XNX-0000"),
            (0x85, b"http://10.0.0.7/index.htm"),
        ],
    )
}

fn bosch() -> Vec<u8> {
    fields(
        32,
        &[
            (0, &[0x99, 0x39, 0xa4, 0x27, 0, 0, 0, 1]),
            (8, &[0, 7, 0x5f, 0, 0, 1, 0, 0, 10, 0, 0, 7, 255, 255, 255, 0, 10, 0, 0, 1]),
        ],
    )
}

fn ipro() -> Vec<u8> {
    const HEADER_BYTES: usize = 52;
    let mut bytes = fields(53, &[(1, &[1]), (5, &[0x0e, 0, 0x80, 0x45, 0, 0, 1])]);
    for (kind, value) in
        [(0x20u16, &[10, 0, 0, 7][..]), (0x25, &[0, 80]), (0xa8, b"WV-X0000\0\0"), (0xa9, b"1.00")]
    {
        bytes.extend(kind.to_be_bytes());
        bytes.extend(u16::try_from(value.len()).expect("seeds are short").to_be_bytes());
        bytes.extend(value);
    }
    bytes.extend([0xff, 0xff, 0, 0]);
    bytes[3] = u8::try_from(bytes.len() - HEADER_BYTES).expect("seeds are short");
    bytes
}

fn foscam() -> Vec<u8> {
    fields(
        0x57,
        &[
            (0, b"MO_I\x01"),
            (15, &[0x40]),
            (0x17, b"00626E000001"),
            (0x39, &[10, 0, 0, 7]),
            (0x4d, &[11, 22, 2, 10]),
            (0x56, &[88]),
        ],
    )
}

fn vstarcam() -> Vec<u8> {
    fields(
        0x130,
        &[
            (0, &[0x44, 0x48, 1, 8]),
            (4, b"10.0.0.7"),
            (0x14, b"255.255.255.0"),
            (0x54, &[0x48, 2, 0x2a, 0, 0, 1, 81, 0]),
            (0x5c, b"VSTB000001AAAAA"),
            (0xcc, b"48.0.0.1"),
        ],
    )
}

fn ubiquiti() -> Vec<u8> {
    let mut bytes = b"\x02\x06\0\0\x02\0\x0a\x24\xa4\x3c\0\0\x01\x0a\0\0\x07\x0c\0\x06UVC G0\x03\0\x06v0.0.1\x0b\0\x07camera1".to_vec();
    bytes[3] = u8::try_from(bytes.len() - 4).expect("seeds are short");
    bytes
}

fn kasa() -> Vec<u8> {
    let mut key = 0xab;
    let mask = |byte| {
        key ^= byte;
        key
    };
    KASA.bytes().map(mask).collect()
}

fn gvcp() -> Vec<u8> {
    fields(
        256,
        &[
            (0, &[0, 0, 0, 3, 0, 0xf8]),
            (0x12, &[0, 0x30, 0x53, 0, 0, 1]),
            (0x2c, &[169, 254, 1, 1]),
            (0x50, b"Brandless"),
            (0x70, b"acX0000"),
            (0xe0, b"00000001"),
        ],
    )
}

fn nice() -> Vec<u8> {
    fields(0x60, &[(0, b"NICE"), (10, &[0, 8, 0x43, 0, 0, 1, 10, 0, 0, 7, 255, 255, 255, 0])])
}

fn cellvision() -> Vec<u8> {
    fields(
        317,
        &[
            (
                0,
                &[
                    0xff, 0xff, 4, 0, 0xa0, 0, 0xb0, 0xc5, 0x54, 0, 0, 1, 10, 0, 0, 8, 0, 0, 2, 0,
                    0x27, 1,
                ],
            ),
            (118, b"1.00"),
            (220, b"DCS-000L"),
            (284, &[10, 0, 0, 8, 255, 255, 255, 0]),
        ],
    )
}

fn tutk() -> Vec<u8> {
    [&[4, 2][..], &[0x19, 0x0a, 8, 0, 0, 0], &[0x28, 0x04], &[0x12, 0], &[0; 4], &[0x55; 8]]
        .concat()
}

fn nbns() -> Vec<u8> {
    let padded = b"CAM-1          \0";
    let letters = padded.iter().flat_map(|byte| [b'A' + (byte >> 4), b'A' + (byte & 15)]);
    let mut bytes = vec![0, 1, 0x29, 0x10, 0, 1, 0, 0, 0, 0, 0, 1, 32];
    bytes.extend(letters);
    bytes.extend([0, 0, 0x20, 0, 1]);
    bytes.extend([0xc0, 0x0c, 0, 0x20, 0, 1, 0, 0, 0, 60, 0, 6, 0, 0, 10, 0, 0, 7]);
    bytes
}

fn llmnr() -> Vec<u8> {
    let name = b"\x05cam-1\0\0\x01\0\x01";
    [&[0, 1, 0x80, 0, 0, 1, 0, 1, 0, 0, 0, 0][..], name, name, &[0, 0, 0, 60, 0, 4, 10, 0, 0, 7]]
        .concat()
}

fn lldp() -> Vec<u8> {
    let element = |kind: u8, value: &[u8]| {
        [&[kind << 1, u8::try_from(value.len()).expect("seeds are short")], value].concat()
    };
    let mac = DEVICE.mac.octets();
    [
        element(1, &[&[4][..], &mac].concat()),
        element(2, &[&[3][..], &mac].concat()),
        element(3, &[0, 120]),
        element(5, b"cam-1"),
        element(6, b"AXIS M0000 Network Camera"),
        element(8, &[5, 1, 10, 0, 0, 7, 2, 0, 0, 0, 1, 0]),
        element(127, b"\x00\x12\xbb\x0aM0000"),
        element(0, &[]),
    ]
    .concat()
}

fn cdp() -> Vec<u8> {
    let element = |kind: u16, value: &[u8]| {
        let length = u16::try_from(value.len() + 4).expect("seeds are short");
        [&kind.to_be_bytes()[..], &length.to_be_bytes(), value].concat()
    };
    [
        vec![0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0, 2, 180, 0, 0],
        element(1, b"cam-1"),
        element(2, &[0, 0, 0, 1, 1, 1, 0xcc, 0, 4, 10, 0, 0, 7]),
        element(5, b"Camera X 1.0"),
        element(6, b"Model 1"),
    ]
    .concat()
}

const DAHUA_P2P: &[u8] = b"DHGET /online/p2psrv/0A00000PAA00001 HTTP/1.1\r\nCSeq: 1\r\nX-WSSE: UsernameToken Username=\"0A00000PAA00001\"\r\n\r\n";
const BOSCH_XML: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><root xmlns=\"OEMExt00:device-1-0\"><device><deviceType>OEMExt00:device:deviceID0</deviceType>\
    <friendlyName>DINION X</friendlyName><serialNumber>000000000000000001</serialNumber><physAddress>00-07-5F-00-00-01</physAddress><RCPPort>1756</RCPPort></device></root>";
const SONY: &[u8] = b"\x02MAC:08-00-46-00-00-01\xffMODEL:SNC-X000\xffSERIAL:00000001\xffIPADR:10.0.0.7\xffWEBPORT:80\xffSOFTVERSION:1.0.0\xff\x03";
const VIVOTEK: &[u8] = b"\x02\x4a\x5d\x8f\x1c\x02\x06\0\x02\xd1\0\0\x01\x03\x04\x0a\0\0\x07\x04\x1b\x06\x02\x50\0\x08\x02en\x09\x06IP0000\x0a\x01\0";
const TPLINK: &str = r#"{"error_code":0,"result":{"device_model":"C000","device_type":"SMART.IPCAMERA","firmware_version":"1.0.0","ip":"10.0.0.7","mac":"98-25-4A-00-00-01"}}"#;
const KASA: &str = r#"{"system":{"get_sysinfo":{"sw_ver":"1.0.0","model":"EC00(EU)","type":"IOT.IPCAMERA","mac":"50:C7:BF:00:00:01"}}}"#;
const BAICHUAN: &[u8] = &[0xaa, 0xaa, 0, 0];
