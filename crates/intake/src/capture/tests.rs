use etherparse::PacketBuilder;
use model::{MacAddr, Observation};
use testbed::messages;

use crate::notebook::tests::Memory;
use crate::{Input, Options, Summary};

const CAMERA: u8 = 0x01;
const VIEWER: u8 = 0x02;
const ROUTER: u8 = 0x0e;

const fn mac(tail: u8) -> [u8; 6] {
    [0x58, 0x03, 0xfb, 0, 0, tail]
}

/// An end of a frame: the tail of its hardware address, and its network address.
type End = (u8, [u8; 4]);

/// A capture in the making: frames one second apart.
#[derive(Default)]
struct Recording {
    frames: Vec<Vec<u8>>,
}

impl Recording {
    fn udp(&mut self, from: End, to: End, ports: (u16, u16), ttl: u8, payload: &[u8]) {
        let mut frame = Vec::new();
        PacketBuilder::ethernet2(mac(from.0), mac(to.0))
            .ipv4(from.1, to.1, ttl)
            .udp(ports.0, ports.1)
            .write(&mut frame, payload)
            .unwrap();
        self.frames.push(frame);
    }

    fn tcp(&mut self, from: End, to: End, ports: (u16, u16), sequence: u32, payload: &[u8]) {
        let mut frame = Vec::new();
        PacketBuilder::ethernet2(mac(from.0), mac(to.0))
            .ipv4(from.1, to.1, 64)
            .tcp(ports.0, ports.1, sequence, 1_000)
            .ack(1)
            .write(&mut frame, payload)
            .unwrap();
        self.frames.push(frame);
    }

    fn arp(&mut self, (tail, address): End) {
        let mut frame = [[0xff; 6], mac(tail)].concat();
        frame.extend([0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 2]);
        frame.extend(mac(tail));
        frame.extend(address);
        frame.extend([0; 10]);
        self.frames.push(frame);
    }

    fn old_sadp(&mut self, (tail, address): End) {
        let mut frame = [[0xff; 6], mac(tail)].concat();
        frame.extend([0x80, 0x33, 0x21, 1, 0, 1, 0, 0, 0, 1, 6, 4, 4, 0, 0, 0]);
        frame.extend(mac(tail));
        frame.extend(address);
        frame.extend([0; 80]);
        self.frames.push(frame);
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
        bytes.extend([0; 8]);
        bytes.extend(65_535u32.to_le_bytes());
        bytes.extend(1u32.to_le_bytes());
        for (second, frame) in (1_793_697_302u32..).zip(&self.frames) {
            let length = u32::try_from(frame.len()).unwrap();
            for value in [second, 0, length, length] {
                bytes.extend(value.to_le_bytes());
            }
            bytes.extend(frame);
        }
        bytes
    }

    fn read(&self) -> (Vec<Observation>, Summary) {
        let bytes = self.bytes();
        let mut cursor = std::io::Cursor::new(&bytes);
        let mut input = Input { name: "x", size_bytes: bytes.len() as u64, bytes: &mut cursor };
        let mut memory = Memory::default();
        let (_, summary) = crate::read(&mut input, &Options::default(), &mut memory).unwrap();
        (memory.observations, summary)
    }

    /// One line an observation: hardware addresses, network addresses, signals of the named kinds.
    fn hosts(&self, kinds: &[&str]) -> String {
        let line = |observation: &Observation| {
            let macs: Vec<String> =
                observation.subject.macs.iter().map(MacAddr::to_string).collect();
            let addresses: Vec<String> = observation
                .subject
                .addresses
                .iter()
                .map(|claim| claim.address.to_string())
                .collect();
            let signals: Vec<String> = observation
                .signals
                .iter()
                .filter(|signal| kinds.contains(&signal.kind.as_str()))
                .map(|signal| format!("{}={}", signal.kind, signal.as_text().unwrap_or("?")))
                .collect();
            format!("{} {macs:?} {addresses:?} {signals:?}", observation.place.0)
        };
        self.read().0.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

fn reply(model: &str, serial: &str, tail: u8) -> Vec<u8> {
    messages::sadp_reply(
        messages::Identity {
            model,
            serial,
            firmware: "V5.7.3build 220112",
            mac: MacAddr::new(mac(tail)),
            address: [10, 0, 9, tail].into(),
        },
        (1, 0),
        true,
    )
}

fn banner(server: &str) -> Vec<u8> {
    messages::http_response("401 Unauthorized", &[("Server", server)], "")
}

/// A router passes on what cameras of three other networks say: its hardware address is nobody's but its own.
#[test]
fn a_router_lends_its_address_to_nobody() {
    let mut recording = Recording::default();
    recording.arp((ROUTER, [10, 0, 0, 1]));
    for network in 1..=3 {
        let viewer = (VIEWER, [10, 0, 0, 9]);
        let camera = (ROUTER, [10, 0, network, 7]);
        recording.tcp(camera, viewer, (80, 50_000), 1, &banner(&format!("cam-{network}")));
    }
    recording.tcp((VIEWER, [10, 0, 0, 9]), (ROUTER, [10, 0, 1, 7]), (50_000, 80), 1, b"");
    insta::assert_snapshot!(recording.hosts(&["http.server"]), @r#"
frames 1-4 ["58:03:fb:00:00:0e"] ["10.0.0.1"] []
frame 2 [] ["10.0.1.7"] ["http.server=cam-1"]
frame 3 [] ["10.0.2.7"] ["http.server=cam-2"]
frame 4 [] ["10.0.3.7"] ["http.server=cam-3"]
frame 5 ["58:03:fb:00:00:02"] ["10.0.0.9"] []
"#);
}

/// A single camera behind a router shows that it is by its hop count.
#[test]
fn hops_counted_down_mean_a_router() {
    let mut recording = Recording::default();
    let viewer = (VIEWER, [10, 0, 0, 9]);
    let far = reply("DS-0", "DS-020200101AAWR000000000", 0x77);
    recording.udp((ROUTER, [10, 0, 9, 7]), viewer, (37_020, 50_000), 63, &far);
    let near = reply("DS-1", "DS-120200101AAWR000000001", CAMERA);
    recording.udp((CAMERA, [10, 0, 0, 7]), viewer, (37_020, 50_001), 64, &near);
    insta::assert_snapshot!(recording.hosts(&["device.serial", "mac"]), @r#"
frame 1 ["58:03:fb:00:00:0e"] [] ["mac=58:03:fb:00:00:0e"]
frame 1 ["58:03:fb:00:00:77"] ["10.0.9.7"] ["mac=58:03:fb:00:00:77", "device.serial=DS-020200101AAWR000000000"]
frame 2 ["58:03:fb:00:00:01"] ["10.0.0.7"] ["mac=58:03:fb:00:00:01", "device.serial=DS-120200101AAWR000000001"]
"#);
}

/// What a camera asks DNS for, and whom it then talks to, is said of the camera; the server itself is no
/// device, and the gateway keeps its hardware address.
#[test]
fn contacts_outside_have_names_and_are_no_devices() {
    let mut recording = Recording::default();
    let camera = (CAMERA, [192, 168, 1, 7]);
    let gateway = (ROUTER, [192, 168, 1, 1]);
    recording.udp(camera, gateway, (40_000, 53), 64, &messages::dns_query("cloud.example.org"));
    let mut answer = messages::dns_query("cloud.example.org");
    (answer[2], answer[3], answer[7]) = (0x81, 0x80, 1);
    answer.extend([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 203, 0, 113, 5]);
    recording.udp(gateway, camera, (53, 40_000), 64, &answer);
    let server = (ROUTER, [203, 0, 113, 5]);
    recording.tcp(camera, server, (40_001, 8_883), 1, b"\0\0\0");
    recording.tcp(server, camera, (8_883, 40_001), 1, &banner("a web server"));
    insta::assert_snapshot!(recording.hosts(&["dns.query", "cloud.contact", "http.server"]), @r#"
frames 1-3 ["58:03:fb:00:00:01"] ["192.168.1.7"] ["dns.query=cloud.example.org", "cloud.contact=cloud.example.org"]
frames 2-4 ["58:03:fb:00:00:0e"] ["192.168.1.1"] []
"#);
}

/// A hundred equal answers and an hour of video cost one observation and no decoding.
#[test]
fn what_repeats_is_said_once() {
    let mut recording = Recording::default();
    let (camera, viewer) = ((CAMERA, [10, 0, 0, 7]), (VIEWER, [10, 0, 0, 9]));
    let answer = reply("DS-1", "DS-120200101AAWR000000001", CAMERA);
    for _ in 0..100 {
        recording.udp(camera, viewer, (37_020, 50_001), 64, &answer);
    }
    for n in 0..200u8 {
        recording.udp(camera, viewer, (6_970, 50_002), 64, &[0x80, 96, 0, n, 1, 2, 3, 4, 5, 6]);
    }
    let (observations, summary) = recording.read();
    assert_eq!(observations.len(), 1);
    assert_eq!(observations[0].place.0.as_ref(), "frames 1-300");
    let replies =
        |kind: &str| observations[0].signals.iter().filter(|s| s.kind.as_str() == kind).count();
    assert_eq!((replies("sadp.reply"), replies("port.open")), (1, 2));
    assert_eq!(summary.not_understood.get("udp/6970"), Some(&200));
}

/// A clock that was never set, and one that is years off, do not stop the reading.
#[test]
fn a_frame_without_a_time_is_still_seen() {
    let mut recording = Recording::default();
    recording.arp((CAMERA, [10, 0, 0, 7]));
    let mut bytes = recording.bytes();
    bytes[24..28].fill(0);
    let mut cursor = std::io::Cursor::new(&bytes);
    let mut input = Input { name: "x", size_bytes: bytes.len() as u64, bytes: &mut cursor };
    let mut memory = Memory::default();
    let (_, summary) = crate::read(&mut input, &Options::default(), &mut memory).unwrap();
    assert_eq!((summary.first, memory.observations[0].at), (None, None));
    assert_eq!(memory.notes[0].message, "1 frames have no time, or one that no calendar holds");
}

/// Two devices that use one address in turn stay two.
#[test]
fn one_address_of_two_devices_joins_nothing() {
    let mut recording = Recording::default();
    recording.arp((CAMERA, [10, 0, 0, 7]));
    recording.arp((VIEWER, [10, 0, 0, 7]));
    insta::assert_snapshot!(recording.hosts(&[]), @r#"
frame 1 ["58:03:fb:00:00:01"] ["10.0.0.7"] []
frame 2 ["58:03:fb:00:00:02"] ["10.0.0.7"] []
"#);
}

#[test]
fn a_frame_without_a_network_layer_names_its_device() {
    let mut recording = Recording::default();
    recording.old_sadp((CAMERA, [192, 168, 1, 64]));
    let hosts = recording.hosts(&["device.protocol"]);
    assert!(hosts.contains("58:03:fb:00:00:01") && hosts.contains("old-sadp/reply"), "{hosts}");
}

/// A hello with a post-quantum key share comes in two datagrams, and here the second first.
#[test]
fn a_device_that_speaks_quic_names_its_cloud() {
    use testbed::quic::{Version, client_hello, crypto, initial};
    let (camera, cloud) = ((CAMERA, [10, 0, 0, 7]), (ROUTER, [203, 0, 113, 5]));
    let hello = client_hello("hub.example.org", 1_216);
    let (first, second) = hello.split_at(1_000);
    let mut recording = Recording::default();
    for (number, frames) in [(1, crypto(first.len(), second)), (0, crypto(0, first))] {
        let datagram = initial(Version::V1, &[9; 8], number, &frames);
        recording.udp(camera, cloud, (50_001, 443), 64, &datagram);
    }
    let answer = initial(Version::V1, &[8; 8], 0, &[1; 40]);
    recording.udp(cloud, camera, (443, 50_001), 60, &answer);
    for n in 0..50 {
        recording.udp(cloud, camera, (443, 50_001), 60, &[0x40, n, 7, 7, 7, 7]);
    }
    let hosts = recording.hosts(&["tls.sni", "tls.ja4"]);
    let expected = r#"["tls.sni=hub.example.org", "tls.ja4=q13d0205h3_62ed6f6ca7ad_"#;
    assert!(hosts.contains(expected), "{hosts}");
    let (_, summary) = recording.read();
    assert_eq!(summary.not_understood.get("udp/443 (QUIC)"), None, "{:?}", summary.not_understood);
}

#[test]
fn quic_whose_start_was_not_recorded_is_counted() {
    let (camera, cloud) = ((CAMERA, [10, 0, 0, 7]), (ROUTER, [203, 0, 113, 5]));
    let mut recording = Recording::default();
    let answer = testbed::quic::initial(testbed::quic::Version::V1, &[8; 8], 0, &[1; 40]);
    let mut broken = answer.clone();
    broken[30] ^= 1;
    recording.udp(cloud, camera, (443, 50_001), 60, &broken);
    let (_, summary) = recording.read();
    assert_eq!(summary.not_understood.get("udp/443 (QUIC)"), Some(&1));
}

/// Some frames of every kind of this file.
fn mixed() -> Recording {
    let mut recording = Recording::default();
    let (camera, viewer) = ((CAMERA, [10, 0, 0, 7]), (VIEWER, [10, 0, 0, 9]));
    recording.arp(camera);
    recording.udp(camera, viewer, (37_020, 50_002), 64, &reply("MODEL-0000", "M0000000001", 1));
    recording.tcp(viewer, camera, (50_003, 80), 1, b"GET / HTTP/1.1\r\nHost: 10.0.0.7\r\n\r\n");
    recording.tcp(camera, viewer, (80, 50_003), 1, b"HTTP/1.1 401 x\r\nServer: App-webs/\r\n\r\n");
    recording.old_sadp(viewer);
    recording
}

/// The frames as blocks of pcapng: of two interfaces, the second of which keeps the first 60 bytes of a frame.
fn blocks(big_endian: bool, frames: &[Vec<u8>]) -> Vec<u8> {
    let word = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let half = |value: u16| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let block = |kind: u32, body: &[u8]| {
        let length = word(u32::try_from(body.len() + 12).unwrap());
        [&word(kind)[..], &length, body, &length].concat()
    };
    let interface = |snap: u32| block(1, &[&half(1)[..], &half(0), &word(snap)].concat());
    let head = [&word(0x1a2b_3c4d)[..], &half(1), &half(0), &[0xff; 8]].concat();
    let mut bytes = [block(0x0a0d_0d0a, &head), interface(0), interface(60)].concat();
    for (number, frame) in (0..).zip(frames) {
        let kept = if number % 2 == 1 { &frame[..frame.len().min(60)] } else { frame };
        let [kept_bytes, all_bytes] = [kept, frame].map(|part| u32::try_from(part.len()).unwrap());
        let mut body = [number % 2, 0x64c, number, kept_bytes, all_bytes].map(word).concat();
        body.extend(kept);
        body.resize(body.len().next_multiple_of(4), 0);
        bytes.extend(block(6, &body));
    }
    bytes
}

fn read_bytes(bytes: &[u8]) -> (Memory, Result<Summary, crate::IntakeError>) {
    let mut cursor = std::io::Cursor::new(bytes);
    let mut input = Input { name: "x", size_bytes: bytes.len() as u64, bytes: &mut cursor };
    let mut memory = Memory::default();
    let outcome = crate::read(&mut input, &Options::default(), &mut memory);
    (memory, outcome.map(|(_, summary)| summary))
}

/// Cut anywhere, every frame before the cut is read, and the cut is told unless it falls between two frames.
#[test]
fn a_capture_that_is_cut_anywhere_keeps_its_frames() {
    const RECORD_HEADER: usize = 16;
    let recording = mixed();
    let little = blocks(false, &recording.frames);
    let big = blocks(true, &recording.frames);
    let classic = recording.bytes();
    let mut ends: Vec<usize> = vec![24];
    for frame in &recording.frames {
        ends.push(ends[ends.len() - 1] + RECORD_HEADER + frame.len());
    }
    assert_eq!(ends[ends.len() - 1], classic.len());
    for cut in 24..=classic.len() {
        let (memory, outcome) = read_bytes(&classic[..cut]);
        let whole = ends.iter().filter(|end| **end <= cut).count() as u64 - 1;
        assert_eq!(outcome.unwrap().records, whole, "cut at byte {cut}");
        assert_eq!(memory.notes.is_empty(), ends.contains(&cut), "cut at byte {cut}");
    }
    for bytes in [little, big] {
        let mut records = 0;
        for cut in 12..=bytes.len() {
            let (memory, outcome) = read_bytes(&bytes[..cut]);
            let summary = outcome.unwrap();
            assert!(summary.records >= records, "cut at byte {cut}");
            assert!(summary.records > records || !memory.notes.is_empty() || cut % 4 == 0);
            records = summary.records;
        }
        assert_eq!(records, recording.frames.len() as u64);
    }
}

/// In either order of bytes, over two interfaces and two sections, with frames that were kept in part.
#[test]
fn blocks_of_two_interfaces_tell_the_same() {
    let recording = mixed();
    let whole = read_bytes(&recording.bytes()).0.observations;
    for sections in [[false, true], [true, false]] {
        let bytes = sections.map(|big_endian| blocks(big_endian, &recording.frames)).concat();
        let (memory, outcome) = read_bytes(&bytes);
        let summary = outcome.unwrap();
        assert_eq!((summary.format.as_str(), summary.records), ("pcapng", 10));
        let macs = |observations: &[Observation]| -> Vec<MacAddr> {
            observations.iter().flat_map(|o| o.subject.macs.clone()).collect()
        };
        assert_eq!(macs(&memory.observations), macs(&whole));
        assert!(memory.notes.is_empty(), "{:?}", memory.notes);
    }
}
