//! Answers to makers' own searches (fact file `protocols.md`, section 6), each with what differs from unit to unit.

use super::unit::Unit;

/// A datagram of so many bytes with these parts at these places.
fn laid_out(length: usize, parts: &[(usize, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0; length];
    for (at, part) in parts {
        bytes[*at..at + part.len()].copy_from_slice(part);
    }
    bytes
}

/// The usual netmask.
const MASK: [u8; 4] = [255, 255, 255, 0];

fn gateway(unit: &Unit) -> [u8; 4] {
    let [a, b, c, _] = unit.shown.octets();
    [a, b, c, 1]
}

/// Records of type, length and value.
fn records<const N: usize>(parts: &[(u8, &[u8])], length: impl Fn(usize) -> [u8; N]) -> Vec<u8> {
    parts
        .iter()
        .flat_map(|(kind, value)| [&[*kind][..], &length(value.len()), value].concat())
        .collect()
}

fn short(length: usize) -> u8 {
    u8::try_from(length).expect("a value is short")
}

fn wide(length: usize) -> u16 {
    u16::try_from(length).expect("a datagram is short")
}

/// Hanwha (6.2).
pub(crate) fn hanwha(unit: &Unit, model: &str) -> Vec<u8> {
    let (mac, address) = (unit.mac.to_string(), unit.shown.to_string());
    let url = format!("http://{address}/index.htm");
    laid_out(
        0x106,
        &[
            (0, &[0x0b]),
            (0x13, mac.as_bytes()),
            (0x25, address.as_bytes()),
            (0x35, b"255.255.255.0"),
            (0x6d, model.as_bytes()),
            (0x85, url.as_bytes()),
        ],
    )
}

/// Bosch, in 32 bytes (6.3).
pub(crate) fn bosch(unit: &Unit) -> Vec<u8> {
    laid_out(
        32,
        &[
            (0, &[0x99, 0x39, 0xa4, 0x27]),
            (8, &unit.mac.octets()),
            (16, &unit.shown.octets()),
            (20, &MASK),
            (24, &gateway(unit)),
        ],
    )
}

/// i-PRO and Panasonic before it (6.4).
pub(crate) fn ipro(unit: &Unit, model: &str, firmware: &str) -> Vec<u8> {
    let address = unit.shown.octets();
    let parts: [(u16, &[u8]); 5] = [
        (0x20, &address),
        (0x21, &MASK),
        (0x25, &80u16.to_be_bytes()),
        (0xa8, model.as_bytes()),
        (0xa9, firmware.as_bytes()),
    ];
    let mut bytes = laid_out(53, &[(0, &[0, 1]), (4, &[0, 0x0e]), (6, &unit.mac.octets())]);
    for (kind, value) in parts {
        bytes.extend(kind.to_be_bytes());
        bytes.extend(wide(value.len()).to_be_bytes());
        bytes.extend(value);
    }
    bytes.extend([0xff, 0xff]);
    let behind = wide(bytes.len() - 52).to_be_bytes();
    bytes[2..4].copy_from_slice(&behind);
    bytes
}

/// Sony (6.5).
pub(crate) fn sony(unit: &Unit, model: &str, firmware: &str) -> Vec<u8> {
    let mac = unit.mac.to_string().replace(':', "-");
    let [a, b, c, d] = gateway(unit);
    let pairs = [
        ("MAC", mac),
        ("MODEL", model.to_owned()),
        ("SERIAL", format!("{:07}", unit.number)),
        ("INFO", "NETWORK CAMERA".to_owned()),
        ("DHCP", "0".to_owned()),
        ("IPADR", unit.shown.to_string()),
        ("MASK", "255.255.255.0".to_owned()),
        ("GATEWAY", format!("{a}.{b}.{c}.{d}")),
        ("WEBPORT", "80".to_owned()),
        ("SOFTVERSION", firmware.to_owned()),
    ];
    let mut bytes = vec![2];
    for (name, value) in pairs {
        bytes.extend(format!("{name}:{value}").as_bytes());
        bytes.push(0xff);
    }
    bytes.push(3);
    bytes
}

/// Vivotek (6.6); the first byte repeats the question's.
pub(crate) fn vivotek(unit: &Unit, model: &str) -> Vec<u8> {
    let name = format!("VIVOTEK {model}");
    let (mac, address) = (unit.mac.octets(), unit.shown.octets());
    let length = |length| [short(length)];
    let before = records(&[(1, name.as_bytes()), (2, &mac), (3, &address)], length);
    let behind = records(&[(6, &80u16.to_le_bytes()), (9, model.as_bytes())], length);
    // Type 4 has one byte and no length.
    [&[0, 0x4a, 0x5d, 0x8f, 0x1c][..], &before, &[4, 0], &behind].concat()
}

/// Foscam and the clones of its boards (6.7), masked or plain.
pub(crate) fn foscam(unit: &Unit, firmware: [u8; 4], masking: Option<[u8; 8]>) -> Vec<u8> {
    let serial = unit.capital_mac();
    let mut bytes = laid_out(
        0x57,
        &[
            (0, b"MO_I"),
            (4, &[1, 0]),
            (0x0f, &[0x40]),
            (0x17, serial.as_bytes()),
            (0x24, b"IPCamera"),
            (0x39, &unit.shown.octets()),
            (0x3d, &MASK),
            (0x41, &gateway(unit)),
            (0x4d, &firmware),
            (0x51, &[2, 0, 1, 1]),
            (0x55, &88u16.to_be_bytes()),
        ],
    );
    if let Some(key) = masking {
        bytes[6] = 1;
        bytes[7..15].copy_from_slice(&key);
        bytes[23..].iter_mut().zip(key.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
    }
    bytes
}

/// VStarcam (6.8).
pub(crate) fn vstarcam(unit: &Unit, firmware: &str) -> Vec<u8> {
    let address = unit.shown.to_string();
    let [a, b, c, d] = gateway(unit);
    let serial = format!("VSTA{:06}AAAAA", unit.number);
    laid_out(
        0x210,
        &[
            (0, &[0x44, 0x48, 1, 8]),
            (4, address.as_bytes()),
            (0x14, b"255.255.255.0"),
            (0x24, format!("{a}.{b}.{c}.{d}").as_bytes()),
            (0x54, &unit.mac.octets()),
            (0x5a, &81u16.to_le_bytes()),
            (0x5c, serial.as_bytes()),
            (0x7c, b"IPCAM"),
            (0xcc, firmware.as_bytes()),
        ],
    )
}

/// What differs between makers of TVT's boards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tvt<'t> {
    pub(crate) model: &'t str,
    pub(crate) firmware: &'t str,
    /// The brand's code.
    pub(crate) vendor: &'t str,
    /// 0 DVR, 2 camera, 3 NVR.
    pub(crate) sort: u8,
    pub(crate) channels: u8,
}

/// TVT (6.10).
pub(crate) fn tvt(unit: &Unit, product: Tvt<'_>) -> Vec<u8> {
    let serial = format!("N{:011}", unit.number);
    laid_out(
        240,
        &[
            (0, b"MHED"),
            (4, &[9, 0, 1, 0, 2, 0, 0, 0]),
            (12, b"device"),
            (32, &unit.mac.octets()),
            (38, &6036u16.to_le_bytes()),
            (40, &unit.shown.octets()),
            (44, &MASK),
            (48, &gateway(unit)),
            (56, &20_200_101u32.to_le_bytes()),
            (60, &80u16.to_le_bytes()),
            (62, &554u16.to_le_bytes()),
            (64, &[product.sort]),
            (140, serial.as_bytes()),
            (156, product.firmware.as_bytes()),
            (180, product.model.as_bytes()),
            (212, product.vendor.as_bytes()),
            (228, &[product.channels]),
        ],
    )
}

/// TP-Link (6.12).
pub(crate) fn tplink(unit: &Unit, sort: &str, model: &str, firmware: &str) -> Vec<u8> {
    let mac = unit.mac.to_string().replace(':', "-").to_uppercase();
    let body = format!(
        concat!(
            "{{\"result\":{{\"device_id\":\"00000000000000000000000000000000\",\"owner\":\"\",\"device_type\":\"{sort}\",",
            "\"device_model\":\"{model}\",\"ip\":\"{ip}\",\"mac\":\"{mac}\",\"hardware_version\":\"1.0\",",
            "\"firmware_version\":\"{firmware}\",\"factory_default\":false,",
            "\"mgt_encrypt_schm\":{{\"is_support_https\":true,\"http_port\":443}}}},\"error_code\":0}}"
        ),
        sort = sort,
        model = model,
        ip = unit.shown,
        mac = mac,
        firmware = firmware
    );
    let length = wide(body.len()).to_be_bytes();
    let header = [&[2, 0, 0, 1][..], &length, &[0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0]].concat();
    [header, body.into_bytes()].concat()
}

/// Ubiquiti (6.14), version 1.
pub(crate) fn ubiquiti(unit: &Unit, model: &str, firmware: &str) -> Vec<u8> {
    let mac = unit.mac.octets();
    let both = [&mac[..], &unit.shown.octets()].concat();
    let parts: [(u8, &[u8]); 5] = [
        (0x02, &both),
        (0x01, &mac),
        (0x03, firmware.as_bytes()),
        (0x0b, b"unit"),
        (0x0c, model.as_bytes()),
    ];
    let records = records(&parts, |length| wide(length).to_be_bytes());
    [&[1, 0][..], &wide(records.len()).to_be_bytes(), &records].concat()
}

/// GigE Vision (6.16).
pub(crate) fn gvcp(unit: &Unit, maker: &str, model: &str) -> Vec<u8> {
    laid_out(
        256,
        &[
            (0, &[0, 0, 0, 3, 0, 0xf8]),
            (0x12, &unit.mac.octets()),
            (0x2c, &unit.shown.octets()),
            (0x3c, &MASK),
            (0x50, maker.as_bytes()),
            (0x70, model.as_bytes()),
            (0x90, b"1.0.0"),
            (0xe0, format!("{:08}", unit.number).as_bytes()),
        ],
    )
}

/// V380 (6.16): fields between `^`.
pub(crate) fn v380(unit: &Unit) -> Vec<u8> {
    let [a, b, c, d] = gateway(unit);
    format!(
        "NVDEVRESULT^100^{}^{}^255.255.255.0^{a}.{b}.{c}.{d}^8800^80^1^{}^IPC^1.0^1^1^",
        unit.mac,
        unit.shown,
        10_000_000 + unit.number
    )
    .into_bytes()
}

/// Dahua's old search (2.2).
pub(crate) fn dahua5050(unit: &Unit, brand: &str, model: &str, serial: &str) -> Vec<u8> {
    let second = format!("{}{model}", unit.mac);
    let third = format!(
        "Name:{brand}\r\nDevice:{model}\r\nIPv6Addr:::;gateway:::\r\nSerialNo:{serial}\r\n"
    );
    let fixed = laid_out(
        0x78,
        &[
            (0, &[0xb3, 0]),
            (2, &wide(second.len()).to_le_bytes()),
            (4, &[0x58, 0, 0, 0]),
            (0x10, &[2]),
            (0x14, &wide(third.len()).to_le_bytes()),
            (0x28, &model.as_bytes()[..model.len().min(16)]),
            (0x38, &unit.shown.octets()),
            (0x3c, &MASK),
            (0x40, &gateway(unit)),
            (0x5e, &80u16.to_le_bytes()),
            (0x60, &443u16.to_le_bytes()),
            (0x62, &37777u16.to_le_bytes()),
        ],
    );
    [fixed, second.into_bytes(), third.into_bytes()].concat()
}

/// An answer to an SSDP search (4.1).
pub(crate) fn ssdp(server: &str, sort: &str, name: &str, location: &str) -> Vec<u8> {
    format!(
        concat!(
            "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\nLOCATION: {}\r\nSERVER: {}\r\n",
            "ST: {}\r\nUSN: {}::{}\r\n\r\n"
        ),
        location, server, sort, name, sort
    )
    .into_bytes()
}
