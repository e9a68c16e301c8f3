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

fn hand_to_every_entry(bytes: &[u8], port: u16) {
    let _ = wire::datagram(port, 0, bytes);
    for sender in [Sender::Client, Sender::Server] {
        let _ = wire::stream_head(sender, port, bytes);
    }
    let _ = wire::arp::decode(bytes);
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
        which in 0..8usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = valid_messages().swap_remove(which);
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
    for bytes in valid_messages() {
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
