//! Laws of `wire`: equal bytes give equal messages, what is kept is clean and small.

use std::net::Ipv4Addr;

use model::{MacAddr, Signal, SignalKind};
use testbed::messages::{self, Identity};
use wire::{Message, Sender};

use crate::feed::{Feed, named};
use crate::secret::{SECRET, holds_secret, planted};
use crate::{Seed, searches};

/// Signals of one message: a datagram full of records gives some hundreds.
const SIGNALS_MAX: usize = 1_024;
/// The longest value of a signal: a whole message.
const VALUE_BYTES_MAX: usize = 64 << 10;
/// What a message may hold over what its bytes were, and beside them: short names for common things.
const GROWTH_MAX: usize = 16;
const MESSAGE_BYTES_MIN: usize = 4 << 10;
/// Addresses, serial numbers and names of one message.
const KEYS_MAX: usize = 1_024;
/// Departures of one message: each is noted once.
const QUIRKS_MAX: usize = 64;
/// How a secret stands in SADP.
const SADP_SECRET: &str = "<Password>hunter2";
/// The longest detail of a departure.
const QUIRK_BYTES_MAX: usize = 80;

/// Two ports, the choice of a secret, a payload.
pub(crate) fn check_datagram(data: &[u8]) {
    let mut feed = Feed(data);
    let (from, to, choice, payload) = (feed.number(), feed.number(), feed.byte(), feed.0);
    let read = wire::datagram(from, to, payload);
    assert_eq!(read, wire::datagram(to, from, payload), "the direction does not matter");
    if let Ok(message) = &read {
        is_bounded(message, payload.len());
        is_clean(message);
    }
    if let Some(leaky) = planted(payload, choice) {
        is_free_of_secrets(wire::datagram(from, to, &leaky).ok().as_ref(), &leaky);
    }
}

/// An EtherType, the payload of a frame without a network layer.
pub(crate) fn check_frame(data: &[u8]) {
    let mut feed = Feed(data);
    let (ether_type, payload) = (feed.number(), feed.0);
    let read = wire::frame(ether_type, payload);
    assert_eq!(read, wire::frame(ether_type, payload), "equal bytes, equal message");
    if let Ok(message) = &read {
        is_bounded(message, payload.len());
        is_clean(message);
    }
    let _ = wire::arp::decode(payload);
}

/// The sender, a port, the choice of a secret, the start of a direction.
pub(crate) fn check_stream(data: &[u8]) {
    let mut feed = Feed(data);
    let sender = if feed.byte() % 2 == 0 { Sender::Server } else { Sender::Client };
    let (port, choice, head) = (feed.number(), feed.byte(), feed.0);
    let read = wire::stream_head(sender, port, head);
    assert_eq!(read, wire::stream_head(sender, port, head), "equal bytes, equal message");
    if let Ok(message) = &read {
        is_bounded(message, head.len());
        is_clean(message);
    }
    if let Some(leaky) = planted(head, choice) {
        is_free_of_secrets(wire::stream_head(sender, port, &leaky).ok().as_ref(), &leaky);
    }
}

/// A line with the kind of a signal, the choice of a secret, the value.
pub(crate) fn check_expand(data: &[u8]) {
    let (kind, choice, value) = kind_and_value(data);
    let message = wire::expand(&Signal::bytes(kind, value));
    if let Ok(text) = std::str::from_utf8(value) {
        let of_text = wire::expand(&Signal::text(kind, text));
        assert_eq!(message, of_text, "how a value is held does not matter");
    }
    if let Some(message) = &message {
        is_bounded(message, value.len());
    }
    if let Some(leaky) = planted(value, choice) {
        is_free_of_secrets(wire::expand(&Signal::bytes(kind, leaky.clone())).as_ref(), &leaky);
    }
}

/// As [`check_expand`].
pub(crate) fn check_sanitise(data: &[u8]) {
    let (kind, choice, value) = kind_and_value(data);
    let port = u16::from(choice) * 7;
    let clean = wire::sanitise(Signal::bytes(kind, value).at_port(port));
    // A raw reply that no decoder knew may be one that a decoder knows, once a secret in it is masked.
    if !clean.iter().any(|signal| is_raw(signal.kind)) {
        let again: Vec<Signal> = clean.iter().cloned().flat_map(wire::sanitise).collect();
        assert_eq!(clean, again, "clean at once");
    }
    if let Some(leaky) = planted(value, choice) {
        let clean = wire::sanitise(Signal::bytes(kind, leaky.clone()).at_port(port));
        let survivor = survivor(&clean);
        assert!(survivor.is_none(), "{survivor:?} of {}", String::from_utf8_lossy(&leaky));
    }
}

pub(crate) const fn is_raw(kind: SignalKind) -> bool {
    matches!(kind, SignalKind::UdpReply | SignalKind::TcpReply)
}

fn kind_and_value(data: &[u8]) -> (SignalKind, u8, &[u8]) {
    let mut feed = Feed(data);
    let kind = *named(SignalKind::ALL, feed.line(), |kind| kind.as_str());
    (kind, feed.byte(), feed.0)
}

fn is_bounded(message: &Message, read_bytes: usize) {
    let Message { signals, keys, quirks, names, .. } = message;
    assert!(signals.len() <= SIGNALS_MAX, "{} signals", signals.len());
    let longest = signals.iter().map(|signal| signal.as_bytes().len()).max().unwrap_or(0);
    assert!(longest <= VALUE_BYTES_MAX, "a value of {longest} bytes");
    let whole: usize = signals.iter().map(|signal| signal.as_bytes().len()).sum();
    assert!(
        whole <= MESSAGE_BYTES_MIN + GROWTH_MAX * read_bytes,
        "{read_bytes} bytes gave {whole}"
    );
    let held = keys.macs.len() + keys.addresses.len() + keys.serials.len() + keys.uuids.len();
    assert!(held + names.len() <= KEYS_MAX, "{held} keys and {} names", names.len());
    assert!(quirks.len() <= QUIRKS_MAX, "{} quirks", quirks.len());
    assert!(quirks.iter().all(|quirk| quirk.detail.len() <= QUIRK_BYTES_MAX), "{quirks:?}");
}

/// What a decoder gives may be stored as it is.
fn is_clean(message: &Message) {
    for signal in &message.signals {
        let clean = wire::sanitise(signal.clone());
        assert_eq!(clean, std::slice::from_ref(signal), "{} gives what is clean", message.protocol);
    }
}

fn is_free_of_secrets(message: Option<&Message>, leaky: &[u8]) {
    let Some(Message { signals, keys, quirks, names, .. }) = message else { return };
    let survivor = survivor(signals);
    assert!(survivor.is_none(), "{survivor:?} of {}", String::from_utf8_lossy(leaky));
    let rest = format!("{keys:?} {quirks:?} {names:?}");
    assert!(!rest.contains(SECRET), "{rest} of {}", String::from_utf8_lossy(leaky));
}

/// A signal that still holds the planted secret. Of SADP only what its own grammar has is a secret: elsewhere,
/// `PasswordResetAbility` would be the name of one.
fn survivor(signals: &[Signal]) -> Option<&Signal> {
    let leaks = |signal: &&Signal| {
        holds_secret(signal.as_bytes())
            && (signal.kind != SignalKind::SadpReply
                || String::from_utf8_lossy(signal.as_bytes()).contains(SADP_SECRET))
    };
    signals.iter().find(leaks)
}

// --- seeds -------------------------------------------------------------------------------------------------

pub(crate) const DEVICE: Identity<'static> = Identity {
    model: "MODEL-0000",
    serial: "MODEL-000020200101AAWR000000001",
    firmware: "V0.0.0build 200101",
    mac: MacAddr::new([0x58, 0x03, 0xfb, 0, 0, 1]),
    address: Ipv4Addr::new(10, 0, 0, 7),
};

/// One message of each grammar that goes in a datagram: its name, its port, its bytes.
pub(crate) fn datagrams() -> Vec<(&'static str, u16, Vec<u8>)> {
    vec![
        ("sadp", 37_020, messages::sadp_reply(DEVICE, (0, 16), false)),
        ("dhip", 37_810, messages::dhip_reply(DEVICE, "NVR", "Private", 16)),
        ("dvrip", 34_569, messages::dvrip_reply(DEVICE, 4)),
        ("topsee", 3_001, TOPSEE.into()),
        ("ws-discovery", 3_702, probe_match()),
        ("ssdp", 1_900, SSDP.into()),
        ("dhcp", 67, dhcp()),
        ("sip", 5_060, SIP.into()),
        ("snmp", 161, snmp()),
        (
            "mdns",
            5_353,
            messages::mdns_answer(
                "_axis-video._tcp",
                "AXIS M0000 - ACCC8E000001",
                &["macaddress=ACCC8E000001"],
            ),
        ),
        ("dns", 53, messages::dns_query("hub.example.org")),
        ("quic", 443, quic_first()),
    ]
}

/// The whole hello in one datagram, its halves the wrong way round.
fn quic_first() -> Vec<u8> {
    use testbed::quic::{Version, client_hello, crypto, initial};
    let hello = client_hello("hub.example.org", 32);
    let (first, second) = hello.split_at(60);
    let frames = [crypto(first.len(), second), crypto(0, first), vec![0; 20]].concat();
    initial(Version::V1, &[7; 8], 0, &frames)
}

/// The start of one message of each grammar that goes over TCP.
pub(crate) fn heads() -> Vec<(&'static str, u16, Vec<u8>)> {
    let http = |headers: &[(&str, &str)], body: &str| {
        messages::http_response("401 Unauthorized", headers, body)
    };
    let challenge = [
        ("Server", "App-webs/"),
        ("WWW-Authenticate", "Digest realm=\"IP Camera(00001)\", nonce=\"00\", qop=\"auth\""),
        ("Set-Cookie", "sid=0; path=/"),
    ];
    let rtsp = [("Server", "Rtsp Server/3.0"), ("WWW-Authenticate", "Digest realm=\"Login to 0\"")];
    vec![
        ("http", 80, http(&challenge, "<html><title>login</title><script>var a=1</script></html>")),
        ("http-request", 80, HTTP_REQUEST.into()),
        ("http-api", 80, http(&[("Content-Type", "application/xml")], DEVICE_INFO)),
        ("rtsp", 554, messages::rtsp_response("401 Unauthorized", &rtsp)),
        ("rtsp-sdp", 554, RTSP_SDP.into()),
        ("sip", 5_060, SIP.into()),
        ("dvrip", 34_567, messages::dvrip_reply(DEVICE, 4)),
        ("dhip", 37_777, messages::dhip_reply(DEVICE, "IPC", "Private", 0)),
        ("onvif", 80, ONVIF.into()),
        ("upnp", 80, UPNP.into()),
        ("ws-discovery", 3_702, probe_match()),
        ("tls-client", 443, client_hello()),
        ("tls-server", 443, server_flight()),
        ("baichuan", 9_000, BAICHUAN.into()),
        ("ssh", 22, b"SSH-2.0-dropbear_2019.78\r\n".into()),
        ("ftp", 21, b"220 AXIS M0000 Network Camera 0.0.0 (2020) ready.\r\n".into()),
        ("telnet", 23, b"\xff\xfd\x01\xff\xfb\x03(none) login: ".into()),
    ]
}

/// A value of each kind of signal that holds more than itself.
fn texts() -> Vec<(SignalKind, Vec<u8>)> {
    use SignalKind as K;
    let dhip = messages::dhip_reply(DEVICE, "IPC", "Private", 0).split_off(32);
    let dvrip = messages::dvrip_reply(DEVICE, 4).split_off(20);
    vec![
        (K::UdpReply, messages::sadp_reply(DEVICE, (0, 16), false)),
        (K::UdpReply, messages::dhip_reply(DEVICE, "IPC", "Private", 0)),
        (K::TcpReply, HTTP_REQUEST.into()),
        (K::TcpReply, RTSP_SDP.into()),
        (K::SadpReply, messages::sadp_reply(DEVICE, (0, 16), true)),
        (K::DhipReply, dhip),
        (K::DvripReply, dvrip),
        (K::OnvifProbeMatch, probe_match()),
        (K::OnvifScopes, b"onvif://www.onvif.org/name/Brandless onvif://www.onvif.org/hardware/M-0 onvif://www.onvif.org/MAC/58:03:fb:00:00:01".into()),
        (K::OnvifReply, ONVIF.into()),
        (K::OnvifManufacturer, b"Brandless".into()),
        (K::OnvifModel, b"MODEL-0000".into()),
        (K::OnvifFirmware, b"V0.0.0 build 200101".into()),
        (K::OnvifSerial, b"MODEL-000020200101AAWR000000001".into()),
        (K::SsdpResponse, SSDP.into()),
        (K::UpnpDescription, UPNP.into()),
        (K::HttpWwwAuthenticate, b"Digest realm=\"IP Camera(00001)\", Basic realm=\"x\"".into()),
        (K::HttpBody, DEVICE_INFO.into()),
        (K::HttpBody, b"{\"deviceName\":\"cam\",\"sn\":\"0000000A0001\",\"mac\":\"58:03:fb:00:00:01\"}".into()),
        (K::HttpBody, b"root.Brand.Brand=AXIS\nroot.Properties.System.SerialNumber=ACCC8E000001\n".into()),
        (K::RtspWwwAuthenticate, b"Digest realm=\"Login to 0A00000PAA00000\"".into()),
        (K::RtspSdp, b"v=0\r\no=- 1 1 IN IP4 10.0.0.7\r\ns=Media Server\r\na=control:rtsp://10.0.0.7/track1\r\n".into()),
        (K::MdnsService, b"AXIS M0000 - ACCC8E000001 _axis-video._tcp macaddress=ACCC8E000001".into()),
        (K::DhcpVendorClass, b"AXIS,Network Camera,M0000,0.0.0".into()),
        (K::SnmpSysdescr, b"; AXIS M0000; Network Camera; 10.0.0; x; 1; 1;".into()),
        (K::TlsSubject, b"CN=ACCC8E000001,O=Maker\\, Inc.,C=SE".into()),
        (K::FtpBanner, b"220 AXIS M0000 Network Camera 0.0.0 ready.".into()),
        (K::NmapService, b"rtsp | product=Brandless IP camera rtspd | device=webcam | cpe=cpe:/h:brandless:m-0 | conf=8".into()),
        (K::NmapOs, b"Brandless M-0 | type=webcam | vendor=Brandless | family=embedded | accuracy=96".into()),
    ]
}

pub(crate) fn datagram_seeds() -> Vec<Seed> {
    let seed = |(name, port, bytes): (&str, u16, Vec<u8>)| {
        Seed::new(name, &[&port.to_be_bytes(), &[0xc3, 0x50, 0], &bytes])
    };
    datagrams().into_iter().chain(searches::datagrams()).map(seed).collect()
}

pub(crate) fn frame_seeds() -> Vec<Seed> {
    let seed = |(name, ether_type, bytes): (&str, u16, Vec<u8>)| {
        Seed::new(name, &[&ether_type.to_be_bytes(), &bytes])
    };
    searches::frames().into_iter().chain([("arp", 0x0806, arp())]).map(seed).collect()
}

pub(crate) fn stream_seeds() -> Vec<Seed> {
    let seed = |(name, port, bytes): (&str, u16, Vec<u8>)| {
        let sender = u8::from(matches!(name, "http-request" | "sip" | "tls-client"));
        Seed::new(name, &[&[sender], &port.to_be_bytes(), &[0], &bytes])
    };
    heads().into_iter().map(seed).collect()
}

pub(crate) fn text_seeds() -> Vec<Seed> {
    let seed = |(number, (kind, value)): (usize, (SignalKind, Vec<u8>))| {
        Seed::new(format!("{number:02}-{kind}"), &[kind.as_str().as_bytes(), b"\n\0", &value])
    };
    texts().into_iter().enumerate().map(seed).collect()
}

fn probe_match() -> Vec<u8> {
    messages::probe_matches(
        "urn:uuid:00000000-0000-4000-8000-5803fb000001",
        "dn:NetworkVideoTransmitter tds:Device",
        &["name/Brandless", "hardware/MODEL-0000", "MAC/58:03:fb:00:00:01"],
        "http://10.0.0.7/onvif/device_service http://[fe80::5a03:fbff:fe00:1]/onvif/device_service",
    )
}

fn dhcp() -> Vec<u8> {
    const BEFORE_PAYLOAD: usize = 24 + 16 + 14 + 20 + 8;
    let host = testbed::capture::Host { mac: DEVICE.mac, address: DEVICE.address };
    let mut capture = testbed::capture::Capture::new(jiff::Timestamp::UNIX_EPOCH);
    capture.dhcp_request(host, "cam-1", Some("AXIS,Network Camera,M0000,0.0.0"), &[1, 3, 6, 15]);
    capture.into_bytes().split_off(BEFORE_PAYLOAD)
}

fn arp() -> Vec<u8> {
    [&[0, 1, 8, 0, 6, 4, 0, 2][..], &DEVICE.mac.octets(), &[10, 0, 0, 7], &[0; 10]].concat()
}

/// An element of BER or DER.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("seeds are short").to_be_bytes();
    [&[tag, 0x82], &length[..], content].concat()
}

fn snmp() -> Vec<u8> {
    let variable =
        |name: &[u8], value: &[u8]| element(0x30, &[element(6, name), element(4, value)].concat());
    let variables = [
        variable(&[0x2b, 6, 1, 2, 1, 1, 1, 0], b"; AXIS M0000; Network Camera; 10.0.0; x; 1; 1;"),
        variable(&[0x2b, 6, 1, 2, 1, 2, 2, 1, 6, 2], &DEVICE.mac.octets()),
    ];
    let list = element(0x30, &variables.concat());
    let response = element(0xa2, &[&[2, 1, 7, 2, 1, 0, 2, 1, 0], &list[..]].concat());
    element(0x30, &[&[2, 1, 1][..], &element(4, b"public"), &response].concat())
}

fn handshake(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("seeds are short").to_be_bytes();
    [&[kind], &length[1..], body].concat()
}

fn tls_record(flight: &[u8]) -> Vec<u8> {
    let length = u16::try_from(flight.len()).expect("seeds are short").to_be_bytes();
    [&[22, 3, 1][..], &length, flight].concat()
}

fn client_hello() -> Vec<u8> {
    let name = [&[0, 0, 0, 20, 0, 18, 0, 0, 15][..], b"hub.example.org"].concat();
    tls_record(&handshake(
        1,
        &[&[3, 3][..], &[7; 32], &[0, 0, 2, 0, 4, 1, 0, 0, 24], &name].concat(),
    ))
}

fn server_flight() -> Vec<u8> {
    let dn = |value: &[u8]| {
        let pair = [element(6, &[0x55, 4, 3]), element(0x0c, value)].concat();
        element(0x30, &element(0x31, &element(0x30, &pair)))
    };
    let dates = [element(0x17, b"700101000000Z"), element(0x17, b"700101000000Z")].concat();
    let fields = [
        element(0xa0, &[2, 1, 2]),
        element(2, &[1]),
        element(0x30, &element(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 0x0b])),
        dn(b"Product Root CA"),
        element(0x30, &dates),
        dn(b"ACCC8E000001"),
        element(0x30, &[0; 40]),
    ];
    let certificate =
        element(0x30, &[element(0x30, &fields.concat()), element(0x30, &[])].concat());
    let length = u32::try_from(certificate.len()).expect("seeds are short").to_be_bytes();
    let outer = u32::try_from(certificate.len() + 3).expect("seeds are short").to_be_bytes();
    let chain = [&outer[1..], &length[1..], &certificate].concat();
    let hello = [&[3, 3][..], &[7; 32], &[0, 0, 4, 0]].concat();
    tls_record(&[handshake(2, &hello), handshake(11, &chain)].concat())
}

/// The header of an answer.
const BAICHUAN: &[u8] =
    &[0xf0, 0xde, 0xbc, 0x0a, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01, 0xdd, 0x14, 0x66];
const TOPSEE: &str = "<?xml version=\"1.0\" encoding=\"GB2312\" ?>\n<XML_TOPSEE>\n<MESSAGE_HEADER\nMsg_type=\"SYSTEM_SEARCHIPC_MESSAGE\"\n\
    Msg_code=\"3\"\nMsg_flag=\"0\"\n/>\n<MESSAGE_BODY>\n<DEVICE_TYPE\nDeviceType=\"NVS-X000-HD\"\nDeviceModule=\"X000\"\n/>\n\
    <IPC_SERIALNUMBER\nSerialNumber=\"0000000A0001\"\n/>\n<LANConfig\nMacAddress=\"00:5a:22:00:00:01\"\nIPAddress=\"10.0.0.7\"\n/>\n\
    <StreamAccess\nVideoPort=\"554\"\nPTZPort=\"8091\"\n/>\n</MESSAGE_BODY>\n</XML_TOPSEE>";
const SSDP: &str = "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nST: upnp:rootdevice\r\nUSN: uuid:00000000-0000-4000-8000-5803fb000001::upnp:rootdevice\r\n\
    SERVER: Linux/3.0 UPnP/1.0 Camera/1.0\r\nLOCATION: http://10.0.0.7:49152/desc.xml\r\n\r\n";
const SIP: &str = "REGISTER sip:34020000002000000001@3402000000 SIP/2.0\r\nFrom: <sip:34020000001320000001@3402000000>;tag=1\r\n\
    User-Agent: IP Camera\r\nContact: <sip:34020000001320000001@10.0.0.7:5060>\r\n\r\n";
const HTTP_REQUEST: &str =
    "GET /ISAPI/System/deviceInfo?x=1&y=2 HTTP/1.1\r\nHost: 10.0.0.7\r\nUser-Agent: tool\r\n\r\n";
const RTSP_SDP: &str = "RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Type: application/sdp\r\nContent-Length: 72\r\n\r\n\
    v=0\r\no=- 1 1 IN IP4 10.0.0.7\r\ns=Media Server\r\na=control:rtsp://10.0.0.7/t1\r\n";
const DEVICE_INFO: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><DeviceInfo version=\"2.0\" xmlns=\"http://www.example.org/ver20\">\
    <deviceName>IP CAMERA</deviceName><model>MODEL-0000</model><serialNumber>MODEL-000020200101AAWR000000001</serialNumber>\
    <macAddress>58:03:fb:00:00:01</macAddress><firmwareVersion>V0.0.0</firmwareVersion></DeviceInfo>";
const ONVIF: &str = "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\">\
    <s:Body><tds:GetDeviceInformationResponse><tds:Manufacturer>Brandless</tds:Manufacturer><tds:Model>MODEL-0000</tds:Model>\
    <tds:FirmwareVersion>V0.0.0</tds:FirmwareVersion><tds:SerialNumber>0000000A0001</tds:SerialNumber><tds:HardwareId>88</tds:HardwareId>\
    </tds:GetDeviceInformationResponse></s:Body></s:Envelope>";
const UPNP: &str = "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device>\
    <deviceType>urn:schemas-upnp-org:device:Basic:1</deviceType><friendlyName>Camera - 10.0.0.7</friendlyName>\
    <manufacturer>Brandless</manufacturer><modelName>MODEL-0000</modelName><serialNumber>0000000A0001</serialNumber>\
    <UDN>uuid:00000000-0000-4000-8000-5803fb000001</UDN><presentationURL>http://10.0.0.7/</presentationURL></device></root>";
