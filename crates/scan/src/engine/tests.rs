use std::collections::BTreeMap;

use model::DeviceKind;
use proptest::prelude::*;

use super::*;
use crate::Advice;

/// Says that what answers with `camera` is a settled camera, with `printer` a settled printer, with `model` a camera
/// of one model that is never settled.
struct Words;

impl Adviser for Words {
    fn advise(&mut self, signals: &[Signal]) -> Advice {
        let says = |word: &str| {
            signals.iter().any(|s| String::from_utf8_lossy(s.as_bytes()).contains(word))
        };
        let kind = match () {
            () if says("camera") || says("model") => DeviceKind::Camera,
            () if says("printer") => DeviceKind::OtherDevice,
            () => DeviceKind::Unknown,
        };
        let model = says("model").then(|| "model".into());
        let is_settled = kind != DeviceKind::Unknown && model.is_none();
        Advice { kind, is_settled, model, ..Advice::default() }
    }
}

fn scan(network: &str, passes: u32) -> Engine<Words> {
    let network: ipnet::IpNet = network.parse().unwrap();
    let plan = Plan {
        scope: Scope::attached(&[network]),
        targets: Addresses::of_network(network).unwrap(),
        seed: 7,
        passes,
        max_rate: None,
        user_agent: UserAgent::new("custodiet").unwrap(),
        started: "2026-11-25T10:00:00Z".parse().unwrap(),
    };
    Engine::new(plan, Words)
}

/// What a network of nobody hears.
fn run_alone(engine: &mut Engine<Words>) -> (Moment, Vec<(Moment, Act)>) {
    let (mut now, mut acts) = (Moment::ZERO, Vec::new());
    loop {
        match engine.next(now) {
            Act::Done => return (now, acts),
            Act::Wait(until) => {
                assert!(until > now, "the engine waits for what is past");
                now = until;
            }
            act => acts.push((now, act)),
        }
        assert!(acts.len() < 1_000_000);
    }
}

#[test]
fn silence_is_told_apart_from_what_was_not_asked() {
    let mut engine = scan("10.1.0.0/24", 1);
    let (_, acts) = run_alone(&mut engine);
    assert_eq!(engine.ledger().count(AddressState::Silent), 254);
    // The network's own address and its broadcast address.
    assert_eq!(engine.ledger().count(AddressState::Excluded), 2);
    let questions = acts.iter().filter(|(_, act)| !matches!(act, Act::Close { .. })).count();
    assert_eq!(questions, 254 * catalogue().sweep.len());
    let mut ended = scan("10.1.0.0/24", 1);
    for _ in 0..100 {
        let _ = ended.next(Moment::from_secs(1));
    }
    ended.end(Moment::from_secs(1));
    assert!(ended.ledger().count(AddressState::NotReached) > 100);
}

#[test]
fn the_pace_is_kept_and_the_same_seed_does_the_same() {
    let (_, acts) = run_alone(&mut scan("10.1.0.0/22", 1));
    let packets = |act: &Act| matches!(act, Act::Send(_) | Act::Open { .. });
    let times: Vec<Moment> =
        acts.iter().filter(|(_, act)| packets(act)).map(|(at, _)| *at).collect();
    for window in times.windows(1_002) {
        assert!(window[1_001] - window[0] >= Duration::from_secs(1));
    }
    let (_, again) = run_alone(&mut scan("10.1.0.0/22", 1));
    assert_eq!(acts, again);
}

#[test]
fn a_datagram_of_a_camera_settles_it() {
    let mut engine = scan("10.1.0.0/29", 1);
    let from = SocketAddr::from(([10, 1, 0, 3], 2380));
    let bytes = b"\x02MODEL:camera\xff\x03";
    engine.hear(Moment::from_secs(1), Event::Datagram { from, to: LocalPort::Any, bytes });
    run_alone(&mut engine);
    let report = engine.report().unwrap();
    assert_eq!((report.address, report.state), (from.ip(), AddressState::Camera));
    assert_eq!(report.stop, Stop::Settled);
    assert!(engine.report().is_none());
}

/// Answers of one peer, whatever it is asked.
#[derive(Debug, Clone)]
enum Peer {
    Refuses,
    Opens(Vec<u8>),
    EndsAtOnce,
    Resets,
    Datagrams(u16, Vec<u8>, usize),
    Unreachable,
    PortUnreachable,
}

fn any_peer() -> impl Strategy<Value = Peer> {
    let bytes = || {
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..400),
            Just(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n".to_vec()),
            Just(b"HTTP/1.1 200 OK\r\n\r\nprinter".to_vec()),
            Just(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ncamera".to_vec()),
            Just(vec![0; 64 * 1024]),
        ]
    };
    let short = || proptest::collection::vec(any::<u8>(), 0..60);
    prop_oneof![
        Just(Peer::Refuses),
        bytes().prop_map(Peer::Opens),
        Just(Peer::EndsAtOnce),
        Just(Peer::Resets),
        (prop_oneof![Just(37020u16), Just(37810), Just(3702), any::<u16>()], short(), 0usize..12)
            .prop_map(|(port, bytes, times)| Peer::Datagrams(port, bytes, times)),
        Just(Peer::Unreachable),
        Just(Peer::PortUnreachable),
    ]
}

/// Drives a scan against peers that answer at once, and counts what each got.
fn run(engine: &mut Engine<Words>, peers: &[Vec<Peer>]) -> BTreeMap<IpAddr, u32> {
    let mut now = Moment::ZERO;
    let mut packets: BTreeMap<IpAddr, u32> = BTreeMap::new();
    let mut open: BTreeMap<ConnectionId, IpAddr> = BTreeMap::new();
    let mut step = 0;
    loop {
        step += 1;
        assert!(step < 2_000_000, "no end");
        let act = engine.next(now);
        let peer_of = |address: IpAddr| {
            let IpAddr::V4(v4) = address else { return &[][..] };
            let place = usize::from(v4.octets()[3]) % peers.len().max(1);
            peers.get(place).map_or(&[][..], Vec::as_slice)
        };
        match act {
            Act::Done => return packets,
            Act::Wait(until) => now = until,
            Act::Send(datagram) => {
                let to = datagram.to();
                *packets.entry(to.ip()).or_default() += 1;
                for peer in peer_of(to.ip()) {
                    match peer {
                        Peer::Datagrams(port, bytes, times) => {
                            let from = SocketAddr::new(to.ip(), *port);
                            for _ in 0..*times {
                                let to = LocalPort::Any;
                                engine.hear(now, Event::Datagram { from, to, bytes });
                            }
                        }
                        Peer::Unreachable => engine.hear(now, Event::Unreachable { to: to.ip() }),
                        Peer::PortUnreachable => engine.hear(now, Event::PortUnreachable { to }),
                        _ => {}
                    }
                }
            }
            Act::Open { id, permit, .. } => {
                let address = permit.address();
                *packets.entry(address).or_default() += 1;
                let already = open.values().filter(|other| **other == address).count();
                assert_eq!(already, 0, "two connections to {address}");
                open.insert(id, address);
                for peer in peer_of(address) {
                    match peer {
                        Peer::Refuses => engine.hear(now, Event::Refused(id)),
                        Peer::Opens(bytes) => {
                            engine.hear(now, Event::Opened(id));
                            engine.hear(now, Event::Data { id, bytes });
                        }
                        Peer::EndsAtOnce => {
                            engine.hear(now, Event::Opened(id));
                            engine.hear(now, Event::Ended(id));
                        }
                        Peer::Resets => {
                            engine.hear(now, Event::Opened(id));
                            engine.hear(now, Event::Reset(id));
                        }
                        _ => {}
                    }
                }
            }
            Act::Write { id, .. } => {
                assert!(open.contains_key(&id), "written to what is closed");
                *packets.entry(open[&id]).or_default() += 1;
            }
            Act::Close { id } => {
                open.remove(&id);
            }
        }
    }
}

/// Twelve devices of one model, of which the first to be asked falls silent, or does not.
fn scan_of_one_model(falls_silent: bool) -> Vec<HostReport> {
    let mut engine = scan("10.1.0.0/28", 1);
    let mut now = Moment::ZERO;
    let mut mute: Option<IpAddr> = None;
    loop {
        match engine.next(now) {
            Act::Done => break,
            Act::Wait(until) => now = until,
            Act::Send(datagram) if datagram.to().port() == 37020 => {
                let (from, to) = (datagram.to(), LocalPort::Fixed(37020));
                if mute != Some(from.ip()) {
                    let bytes = b"<ProbeMatch><Types>inquiry</Types><DeviceDescription>model</DeviceDescription></ProbeMatch>";
                    engine.hear(now, Event::Datagram { from, to, bytes });
                }
                if falls_silent {
                    mute = mute.or(Some(from.ip()));
                }
            }
            _ => {}
        }
        assert!(now < Moment::from_secs(600), "no end");
    }
    std::iter::from_fn(|| engine.report()).collect()
}

#[test]
fn one_device_of_a_model_is_asked_first() {
    let well = scan_of_one_model(false);
    assert_eq!(well.len(), 14);
    let is_asked_all = |report: &HostReport| matches!(report.stop, Stop::Budget | Stop::Exhausted);
    assert!(well.iter().all(is_asked_all), "{well:?}");
    let ill = scan_of_one_model(true);
    assert_eq!(ill.len(), 14);
    let spared = ill.iter().filter(|report| report.stop == Stop::Spared);
    // Those that wait have had the sweep's questions, and none after it.
    assert!(spared.clone().all(|report| report.packets_sent <= 9), "{ill:?}");
    assert_eq!(spared.count(), 13);
}

fn asks(act: &Act) -> Option<(SocketAddr, bool)> {
    match act {
        Act::Send(datagram) => Some((datagram.to(), false)),
        Act::Open { permit, port, .. } => Some((SocketAddr::new(permit.address(), *port), true)),
        _ => None,
    }
}

#[test]
fn a_scan_that_was_broken_off_goes_on() {
    let (_, whole) = run_alone(&mut scan("10.1.0.0/24", 2));
    let whole: Vec<_> = whole.iter().filter_map(|(_, act)| asks(act)).collect();
    let mut first = scan("10.1.0.0/24", 2);
    let (mut now, mut asked) = (Moment::ZERO, Vec::new());
    while asked.len() < whole.len() / 3 {
        match first.next(now) {
            Act::Wait(until) => now = until,
            act => asked.extend(asks(&act)),
        }
    }
    let json = serde_json::to_string(&first.checkpoint()).unwrap();
    let checkpoint: Checkpoint = serde_json::from_str(&json).unwrap();
    assert_eq!(checkpoint, first.checkpoint());
    let mut second = Engine::resume(scan("10.1.0.0/24", 2).plan, Words, &checkpoint).unwrap();
    let (_, rest) = run_alone(&mut second);
    asked.extend(rest.iter().filter_map(|(_, act)| asks(act)));
    assert_eq!(asked, whole);
    assert_eq!(second.counts().packets_sent, u64::try_from(whole.len()).unwrap());
    assert_eq!(second.ledger().count(AddressState::Silent), 254);
}

#[test]
fn a_host_that_was_begun_keeps_its_budget() {
    let mut first = scan("10.1.0.0/29", 1);
    let from = SocketAddr::from(([10, 1, 0, 3], 2380));
    let event = Event::Datagram { from, to: LocalPort::Any, bytes: b"\x02MODEL:thing\xff\x03" };
    first.hear(Moment::ZERO, event);
    let mut now = Moment::ZERO;
    let mut packets = 0;
    while packets < 20 {
        match first.next(now) {
            Act::Wait(until) => now = until,
            act => packets += u32::from(asks(&act).is_some_and(|(to, _)| to.ip() == from.ip())),
        }
    }
    let plan = scan("10.1.0.0/29", 1).plan;
    let mut second = Engine::resume(plan, Words, &first.checkpoint()).unwrap();
    let (_, rest) = run_alone(&mut second);
    let again = rest.iter().filter_map(|(_, act)| asks(act)).filter(|(to, _)| to.ip() == from.ip());
    assert!(packets + u32::try_from(again.count()).unwrap() <= 30);
    let other = scan("10.1.0.0/28", 1).plan;
    assert!(matches!(
        Engine::resume(other, Words, &first.checkpoint()).map(drop),
        Err(ResumeError::Other { what: "targets:", theirs: 8, ours: 16 })
    ));
}

#[test]
fn a_second_demand_for_a_login_is_the_last() {
    let mut engine = scan("10.1.0.0/30", 2);
    let peers = [vec![Peer::Opens(b"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n\r\n".to_vec())]];
    run(&mut engine, &peers);
    let reports: Vec<HostReport> = std::iter::from_fn(|| engine.report()).collect();
    assert_eq!(reports.len(), 2);
    for report in reports {
        assert_eq!(report.stop, Stop::Refused);
        assert!(report.packets_sent <= 16, "{report:?}");
    }
}

#[test]
fn who_repeats_himself_does_not_put_off_the_end() {
    let mut engine = scan("10.1.0.0/29", 1);
    let from = SocketAddr::from(([10, 1, 0, 3], 3702));
    let mut now = Moment::ZERO;
    loop {
        let event = Event::Datagram { from, to: LocalPort::Any, bytes: b"again" };
        engine.hear(now, event);
        match engine.next(now) {
            Act::Done => break,
            Act::Wait(until) => now = until.min(now + Duration::from_millis(40)),
            _ => {}
        }
        assert!(now < Moment::from_secs(300), "no end");
    }
    assert_eq!(engine.report().map(|report| report.stop), Some(Stop::Flood));
}

#[test]
fn a_hundred_thousand_replies_are_counted_and_not_kept() {
    let mut engine = scan("10.1.0.0/29", 1);
    let from = SocketAddr::from(([10, 1, 0, 3], 37020));
    for number in 0..100_000u32 {
        let bytes = number.to_be_bytes();
        engine.hear(
            Moment::from_secs(1),
            Event::Datagram { from, to: LocalPort::Any, bytes: &bytes },
        );
    }
    run_alone(&mut engine);
    let report = engine.report().unwrap();
    assert_eq!((report.state, report.stop), (AddressState::OtherDevice, Stop::Flood));
    assert!(report.signals.len() < 128);
    assert!(report.dropped > 99_000);
    assert!(report.packets_sent <= 30);
}

#[test]
fn who_was_not_asked_makes_no_host() {
    let mut engine = scan("10.1.0.0/29", 1);
    for number in 0..5_000u32 {
        let from = SocketAddr::from((std::net::Ipv4Addr::from(0x0b00_0000 + number), 37020));
        let event = Event::Datagram { from, to: LocalPort::Any, bytes: b"camera" };
        engine.hear(Moment::ZERO, event);
    }
    assert_eq!(engine.counts().strays, 5_000);
    assert!(engine.strays.len() <= STRAYS_MAX);
    assert!(engine.hosts.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever peers do, the scan ends, every address has a state, nobody gets more than the limits allow, and no host
    /// has two connections.
    #[test]
    fn no_peer_breaks_the_limits(
        peers in proptest::collection::vec(proptest::collection::vec(any_peer(), 0..3), 1..6),
        passes in 1u32..3,
    ) {
        let mut engine = scan("10.1.0.0/28", passes);
        let packets = run(&mut engine, &peers);
        let limits = engine.limits;
        let mut reports: BTreeMap<IpAddr, HostReport> = BTreeMap::new();
        while let Some(report) = engine.report() {
            prop_assert!(report.signals.len() <= 128);
            reports.insert(report.address, report);
        }
        prop_assert_eq!(engine.ledger().count(AddressState::NotReached), 0);
        for (address, count) in packets {
            let is_camera = reports.get(&address).is_some_and(|r| r.state == AddressState::Camera);
            let most = if is_camera { limits.packets_to_camera() } else { limits.packets_to_host() };
            prop_assert!(count <= most * passes, "{} packets to {}", count, address);
        }
    }
}
