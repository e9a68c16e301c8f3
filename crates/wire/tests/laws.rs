//! What holds for any bytes: nothing panics, nothing of a secret survives, cleaning is done at once.

use std::net::Ipv4Addr;
use std::num::NonZeroUsize;

use model::{MacAddr, Signal, SignalKind};
use proptest::prelude::*;
use testbed::messages::{self, Identity};
use wire::{DecodeError, Refusal, Sender};

const DEVICE: Identity<'static> = Identity {
    model: "MODEL-0000",
    serial: "MODEL-000020200101AAWR000000001",
    firmware: "V0.0.0build 200101",
    mac: MacAddr::new([0x58, 0x03, 0xfb, 0, 0, 1]),
    address: Ipv4Addr::new(192, 168, 1, 64),
};

/// One valid message of each grammar that the testbed speaks.
fn valid_messages() -> Vec<Vec<u8>> {
    vec![
        messages::sadp_reply(DEVICE, (0, 16), false),
        messages::dhip_reply(DEVICE, "NVR", "Brandless", 16),
        messages::dvrip_reply(DEVICE, 4),
        messages::probe_matches(
            "urn:uuid:00000000-0000-4000-8000-5803fb000001",
            "dn:NetworkVideoTransmitter",
            &["name/Brandless", "hardware/MODEL-0000"],
            "http://192.168.1.64/onvif/device_service",
        ),
        messages::http_response("401 Unauthorized", &[("Server", "App-webs/")], "<title>x</title>"),
        messages::rtsp_response("200 OK", &[("Server", "Rtsp Server/0.0")]),
        messages::mdns_answer(
            "_axis-video._tcp",
            "AXIS M0000 - ACCC8E000001",
            &["macaddress=ACCC8E000001"],
        ),
        messages::dns_query("hub.example.org"),
    ]
}

/// A message of `length` bytes with these fields in it and zeros between them.
fn laid_out(length: usize, fields: &[(usize, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0; length];
    for (at, field) in fields {
        bytes[*at..at + field.len()].copy_from_slice(field);
    }
    bytes
}

/// One valid datagram of each maker's own protocol that the testbed does not speak, with its name.
fn makers_messages() -> Vec<(&'static str, Vec<u8>)> {
    let mac = &DEVICE.mac.octets();
    let address = &DEVICE.address.octets();
    let mask = &[255, 255, 255, 0];
    let dahua: [(usize, &[u8]); 5] = [
        (0, &[0xb3, 0, 25, 0, 0x58]),
        (0x10, &[2]),
        (0x38, address),
        (0x78, b"58:03:fb:00:00:01MODEL-00"),
        (0x91, b"Name:Brandless\r\nDevice:MODEL-0000\r\n"),
    ];
    let tvt: [(usize, &[u8]); 4] =
        [(0, b"MHED\x08\0\x01\0\x02"), (32, mac), (40, address), (196, b"MODEL-0000")];
    let hanwha: [(usize, &[u8]); 4] = [
        (0, &[0x0b]),
        (0x13, b"58:03:fb:00:00:01"),
        (0x25, b"192.168.1.64"),
        (0x6d, b"MODEL-0000"),
    ];
    let bosch: [(usize, &[u8]); 4] =
        [(0, &[0x99, 0x39, 0xa4, 0x27]), (8, mac), (16, address), (20, mask)];
    let ipro: [(usize, &[u8]); 5] = [
        (0, &[0, 1, 0, 25, 0, 0x0e]),
        (6, mac),
        (53, &[0, 0x20, 0, 4, 192, 168, 1, 64]),
        (61, b"\0\xa8\0\x08MODEL-00"),
        (73, &[0xff, 0xff]),
    ];
    let foscam: [(usize, &[u8]); 4] =
        [(0, b"MO_I\x01\0"), (0x0f, &[0x40]), (0x17, b"5803FB000001"), (0x39, address)];
    let vstarcam: [(usize, &[u8]); 4] =
        [(0, &[0x44, 0x48, 1, 8]), (4, b"192.168.1.64"), (0x14, b"255.255.255.0"), (0x54, mac)];
    let gvcp: [(usize, &[u8]); 4] =
        [(0, &[0, 0, 0, 3, 0, 0xf8]), (0x12, mac), (0x2c, address), (0x70, b"MODEL-0000")];
    let nice: [(usize, &[u8]); 4] = [(0, b"NICE"), (10, mac), (16, address), (20, mask)];
    let cellvision: [(usize, &[u8]); 5] = [
        (0, &[0xff, 0xff, 4, 0, 0xa0, 0]),
        (6, mac),
        (18, &[2, 0, 0x27, 1]),
        (220, b"MODEL-0000"),
        (288, mask),
    ];
    let ubiquiti = [b"\x02\x06\0\x16\x01\0\x06", &mac[..], b"\x0c\0\x0aMODEL-0000"].concat();
    let vivotek = [b"\x01\x4a\x5d\x8f\x1c\x02\x06", &mac[..], b"\x09\x0aMODEL-0000"].concat();
    let tplink = [
        &[2, 0, 0, 1][..],
        &[0; 12],
        br#"{"result":{"device_model":"MODEL-0000","mac":"58-03-FB-00-00-01"}}"#,
    ]
    .concat();
    let tutk = [&[4, 2, 0x19, 0x0a, 8, 0, 0, 0, 0x28, 4, 0x12, 0][..], &[0; 12]].concat();
    vec![
        ("dahua5050", laid_out(0xc0, &dahua)),
        ("tvt", laid_out(240, &tvt)),
        ("hanwha", laid_out(0x106, &hanwha)),
        ("bosch", laid_out(32, &bosch)),
        ("ipro", laid_out(77, &ipro)),
        ("foscam", laid_out(0x57, &foscam)),
        ("vstarcam", laid_out(0x130, &vstarcam)),
        ("gvcp", laid_out(256, &gvcp)),
        ("nice", laid_out(0x60, &nice)),
        ("cellvision", laid_out(317, &cellvision)),
        ("ubiquiti", ubiquiti),
        ("vivotek", vivotek),
        ("tplink", tplink),
        ("tutk", tutk),
        ("pppp", b"\xf1\x31\0\x14AAAA\0\0\0\0\0\0\0\x01BBBBB\0\0\0".to_vec()),
        (
            "sony",
            b"\x02MAC:58-03-fb-00-00-01\xffMODEL:MODEL-0000\xffSERIAL:1\xffDHCP:OFF\xff\x03"
                .to_vec(),
        ),
        (
            "dahua-p2p",
            b"GET /heartbeat/device/0A00000PAA00001 HTTP/1.1\r\nCSeq: 1\r\n\r\n".to_vec(),
        ),
        ("360vision", b"DISCOVER TYPE=IPDOME KEY='58:03:fb:00:00:01' ID=1\r\n".to_vec()),
        ("edimax", b"<param><code value=\"1300\" /><port value=\"50000\" /></param>".to_vec()),
        ("eden", b"BOX|<root><serialNumber>58:03:fb:00:00:01</serialNumber></root>".to_vec()),
        (
            "bosch",
            b"<root xmlns=\"OEMExt00:device-1-0\"><deviceType>OEMExt00</deviceType></root>"
                .to_vec(),
        ),
    ]
}

fn hand_to_every_entry(bytes: &[u8], port: u16) {
    let _ = wire::datagram(port, 0, bytes);
    for sender in [Sender::Client, Sender::Server] {
        let _ = wire::stream_head(sender, port, bytes);
    }
    let _ = wire::arp::decode(bytes);
    let _ = wire::old_sadp::decode(bytes);
    for kind in SignalKind::ALL {
        let signal = Signal::bytes(*kind, bytes).at_port(port);
        let _ = wire::expand(&signal);
        let clean = wire::sanitise(signal);
        let again: Vec<Signal> = clean.iter().cloned().flat_map(wire::sanitise).collect();
        assert_eq!(clean, again, "{kind} is clean at once");
    }
}

/// Starts that make a decoder claim what follows.
fn marked_bytes() -> impl Strategy<Value = Vec<u8>> {
    let marks: Vec<&'static [u8]> = vec![
        b"",
        b"\x20\0\0\0DHIP",
        b"\xff\x01\0\0\0\0\0\0\0\0\0\0\0\0\xfb\x05",
        b"<ProbeMatch><Types>",
        b"<XML_TOPSEE>",
        b"\x30\x30\x02\x01\x01\x04\x06public\xa2",
        b"\x16\x03\x01\x00\x40\x02\0\0\x02\x03\x03\x0b",
        b"\x16\x03\x01\x00\x40\x01\0\0\x3c\x03\x03",
        b"\0\0\x84\0\0\0\0\x01\0\0\0\0\x03_ab\x05local\0\0\x0c\0\x01",
        b"HTTP/1.1 200 OK\r\n",
        b"RTSP/1.0 200 OK\r\n",
        b"220 ",
        b"\xb3\0\x19\0\x58\0\0\0",
        b"MHED\x08\0\x01\0\x02\0\0\0",
        b"MO_I\x01\0\x01MASKMASK\x40",
        b"\x01\x4a\x5d\x8f\x1c\x02",
        b"\x44\x48\x01\x08192.168.1.64\0\0\0\x00255.255.255.0\0\0\0",
        b"\x02\x06\0\x20\x01\0\x06",
        b"\x02\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0{\"result\":{",
        b"\xd0\xf2\x81\xf8\x8b\xff\x9a\xf7\xd5\xef\x94\xb6\xd1\xb4\xc0\x9f\xec\x95\xe6\x8f\xe1\x87\xe8\xca",
        b"\x3a\xcf\x87\x2a",
        b"\xf0\xde\xbc\x0a\x01\0\0\0",
        b"\x58\x91\x58\x51\0\0\0\0<",
        b"NVDEVRESULT^^^^^^^^^^^^",
        b"\xf1\x14",
        b"\x04\x02\x19\x0a",
        b"\x21\x01\0\0\0\0\0\0\x06\x04",
    ];
    (prop::sample::select(marks), prop::collection::vec(any::<u8>(), 0..400))
        .prop_map(|(mark, tail)| [mark, &tail].concat())
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in marked_bytes(), port in prop::sample::select(vec![0u16, 23, 53, 161, 5353])) {
        hand_to_every_entry(&bytes, port);
    }

    #[test]
    fn any_damage_to_a_valid_message_is_survived(
        which in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut all = valid_messages();
        all.extend(makers_messages().into_iter().map(|(_, bytes)| bytes));
        let mut bytes = all.swap_remove(which.index(all.len()));
        for (place, value) in damage {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        bytes.truncate(cut.index(bytes.len() + 1));
        hand_to_every_entry(&bytes, 0);
    }
}

#[test]
fn every_truncation_of_a_valid_message_is_survived() {
    let makers = makers_messages().into_iter().map(|(_, bytes)| bytes);
    for bytes in valid_messages().into_iter().chain(makers) {
        for length in 0..bytes.len() {
            let _ = wire::datagram(0, 0, &bytes[..length]);
            let _ = wire::stream_head(Sender::Server, 0, &bytes[..length]);
        }
    }
}

#[test]
fn content_decides_and_ports_do_not() {
    let protocol =
        |bytes: &[u8], port| wire::datagram(port, port, bytes).map(|message| message.protocol);
    for (bytes, expected) in valid_messages().iter().zip(["sadp", "dhip", "dvrip", "ws-discovery"])
    {
        for port in [0, 53, 1900, 3001, 5353, 37020] {
            assert_eq!(protocol(bytes, port), Ok(expected));
        }
    }
}

/// Ports that several protocols share are among them.
#[test]
fn makers_protocols_are_told_by_content_on_every_port() {
    for (expected, bytes) in makers_messages() {
        for port in [0, 53, 1900, 2000, 3702, 5353, 8600, 9999, 10_000, 10_001, 34_569, 37_020] {
            let protocol = wire::datagram(port, 50_000, &bytes).map(|message| message.protocol);
            assert_eq!(protocol, Ok(expected), "port {port}");
        }
        // A byte more or less in front is another message.
        for shifted in [&bytes[1..], &[&[0x7e], &bytes[..]].concat()] {
            let protocol = wire::datagram(0, 0, shifted).map(|message| message.protocol);
            assert_ne!(protocol, Ok(expected), "shifted");
        }
    }
}

#[test]
fn a_plain_greeting_is_a_banner_where_a_telnet_server_says_it() {
    let greeting = b"Welcome to MODEL-0000\r\n";
    let head =
        |sender, port| wire::stream_head(sender, port, greeting).map(|message| message.protocol);
    assert_eq!(head(Sender::Server, 23), Ok("banner"));
    assert_eq!(head(Sender::Server, 9000), Err(Refusal::UnknownProtocol));
    assert_eq!(head(Sender::Client, 23), Err(Refusal::UnknownProtocol));
}

#[test]
fn a_claimed_message_that_cannot_be_read_names_its_protocol() {
    let refusal = wire::datagram(37810, 50_000, b"\x20\0\0\0DHIP\0\0").unwrap_err();
    let source = DecodeError::Incomplete { needed: NonZeroUsize::new(22) };
    assert_eq!(refusal, Refusal::Undecodable { protocol: "dhip", source });
}

#[test]
fn a_raw_reply_is_read_as_the_datagram_it_holds() {
    let bytes = messages::sadp_reply(DEVICE, (0, 16), false);
    let raw = Signal::bytes(SignalKind::UdpReply, bytes.clone()).at_port(37020);
    let message = wire::expand(&raw).expect("a SADP reply");
    assert_eq!(Ok(&message), wire::datagram(37020, 0, &bytes).as_ref());
    assert_eq!(wire::sanitise(raw), message.signals);
}

#[test]
fn secrets_do_not_survive_in_any_signal() {
    let leaks: [(SignalKind, &str); 6] = [
        (
            SignalKind::UdpReply,
            "DHGET /x HTTP/1.1\r\nX-WSSE: UsernameToken PasswordDigest=\"hunter2\"\r\n",
        ),
        (
            SignalKind::SadpReply,
            "<ProbeMatch><Types>inquiry</Types><Salt>hunter2</Salt></ProbeMatch>",
        ),
        (
            SignalKind::DhipReply,
            r#"{"method":"client.notifyDevInfo","params":{"password":"hunter2"}}"#,
        ),
        (SignalKind::RtspSdp, "v=0\r\na=control:rtsp://admin:hunter2@192.168.1.64/track1\r\n"),
        (SignalKind::OnvifReply, "<s:Envelope><wsse:Password>hunter2</wsse:Password></s:Envelope>"),
        (
            SignalKind::UdpReply,
            "<XML_TOPSEE><H Msg_code=\"3\"/><A Username=\"u\" Password=\"hunter2\"/></XML_TOPSEE>",
        ),
    ];
    for (kind, text) in leaks {
        let signal = Signal::text(kind, text);
        let kept = format!("{:?}{:?}", wire::expand(&signal), wire::sanitise(signal));
        assert!(!kept.contains("hunter2"), "{kind}: {kept}");
    }
}
