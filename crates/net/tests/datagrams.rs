//! Datagrams over loopback, where 127.0.0.0/8 gives as many hosts as a test wants.

mod support;

use std::net::UdpSocket;
use std::thread;
use std::time::Duration;

use net::{Network, Ports, Shortfall};
use scan::{Act, Event, LocalPort};
use support::{PATIENCE, datagram, heard, network, play};

/// A port on which nothing listens.
fn closed_port() -> u16 {
    port(&UdpSocket::bind("0.0.0.0:0").unwrap())
}

fn port(socket: &UdpSocket) -> u16 {
    socket.local_addr().unwrap().port()
}

#[test]
fn a_closed_port_says_that_a_host_is_there() {
    let port = closed_port();
    let act = datagram([127, 0, 0, 9], port, LocalPort::Any, b"?");
    let heard = heard(&mut network(&[]), [act], 1, PATIENCE);
    assert_eq!(heard, [format!("PortUnreachable {{ to: 127.0.0.9:{port} }}")]);
}

#[test]
fn what_one_datagram_meets_is_never_laid_at_the_door_of_another() {
    let peer = UdpSocket::bind("127.0.0.9:0").unwrap();
    let (open, closed) = (port(&peer), closed_port());
    let mut network = network(&[]);
    let mut heard = Vec::new();
    // Batches of one and of two: the system tells an error to whoever sends next, in this call or the one after.
    for host in 1..=100 {
        let mut hear = |event: Event<'_>| heard.push(format!("{event:?}"));
        network.act(datagram([127, 0, 1, host], closed, LocalPort::Any, b"?"), &mut hear);
        if host % 2 == 0 {
            network.flush(&mut hear);
        }
        network.act(datagram([127, 0, 0, 9], open, LocalPort::Any, b"?"), &mut hear);
        network.flush(&mut hear);
    }
    play(&mut network, [], Duration::from_millis(200), |_, event| {
        heard.push(format!("{event:?}"));
        Vec::new()
    });
    heard.sort_unstable();
    let mut expected: Vec<String> = (1..=100)
        .map(|host| format!("PortUnreachable {{ to: 127.0.1.{host}:{closed} }}"))
        .collect();
    expected.sort_unstable();
    assert_eq!(heard, expected);
    assert_eq!(network.tally().datagrams_sent, 200);
    peer.set_nonblocking(true).unwrap();
    let arrived = std::iter::from_fn(|| peer.recv(&mut [0; 8]).ok()).count();
    assert_eq!(arrived, 100);
}

#[test]
fn an_answer_to_a_fixed_port_is_heard_and_so_is_one_to_the_port_that_asked() {
    let fixed = closed_port();
    let peer = UdpSocket::bind("127.0.0.9:0").unwrap();
    let to = port(&peer);
    let answers = thread::spawn(move || {
        let (_, asker) = peer.recv_from(&mut [0; 64]).unwrap();
        peer.send_to(b"here", asker).unwrap();
        peer.send_to(b"there", ("127.0.0.1", fixed)).unwrap();
    });
    let act = datagram([127, 0, 0, 9], to, LocalPort::Any, b"?");
    let mut came = Vec::new();
    play(&mut network(&[fixed]), [act], PATIENCE, |_, event| {
        let Event::Datagram { from, to, bytes } = event else { panic!("{event:?}") };
        came.push((from.to_string(), to, bytes.to_vec()));
        if came.len() == 2 { vec![Act::Done] } else { Vec::new() }
    });
    answers.join().unwrap();
    came.sort_unstable();
    let from = format!("127.0.0.9:{to}");
    let here = (from.clone(), LocalPort::Any, b"here".to_vec());
    assert_eq!(came, [here, (from, LocalPort::Fixed(fixed), b"there".to_vec())]);
}

#[test]
fn a_datagram_leaves_the_fixed_port_that_it_names() {
    let fixed = closed_port();
    let peer = UdpSocket::bind("127.0.0.9:0").unwrap();
    let act = datagram([127, 0, 0, 9], port(&peer), LocalPort::Fixed(fixed), b"?");
    heard(&mut network(&[fixed]), [act], 1, Duration::ZERO);
    assert_eq!(peer.recv_from(&mut [0; 8]).unwrap().1.port(), fixed);
}

#[test]
fn a_busy_port_is_told_and_the_scan_goes_on() {
    let other = UdpSocket::bind("0.0.0.0:0").unwrap();
    let busy = port(&other);
    let mut network = network(&[busy]);
    let said: Vec<String> = network.shortfalls().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [format!(
            "could not bind UDP {busy}: in use by another program; answers sent there will not be seen"
        )]
    );
    let peer = UdpSocket::bind("127.0.0.9:0").unwrap();
    let act = datagram([127, 0, 0, 9], port(&peer), LocalPort::Fixed(busy), b"?");
    heard(&mut network, [act], 1, Duration::ZERO);
    assert_ne!(peer.recv_from(&mut [0; 8]).unwrap().1.port(), busy);
    let troubles: Vec<String> = network.tally().troubles.keys().map(ToString::to_string).collect();
    assert_eq!(
        troubles,
        [format!("sent from another port than UDP {busy}, which could not be bound")]
    );
}

#[test]
fn a_port_that_another_scan_shares_is_told() {
    let fixed = closed_port();
    let first = network(&[fixed]);
    assert!(first.shortfalls().is_empty(), "{:?}", first.shortfalls());
    assert!(network(&[fixed]).shortfalls().contains(&Shortfall::Shared(fixed)));
}

#[test]
fn the_longest_datagram_comes_whole() {
    let peer = UdpSocket::bind("127.0.0.9:0").unwrap();
    let to = port(&peer);
    let answers = thread::spawn(move || {
        let (_, asker) = peer.recv_from(&mut [0; 64]).unwrap();
        peer.send_to(&[7; 65_507], asker).unwrap();
    });
    let act = datagram([127, 0, 0, 9], to, LocalPort::Any, b"?");
    let mut length = 0;
    let mut network = network(&[]);
    play(&mut network, [act], PATIENCE, |_, event| {
        let Event::Datagram { bytes, .. } = event else { panic!("{event:?}") };
        assert!(bytes.iter().all(|byte| *byte == 7));
        length = bytes.len();
        vec![Act::Done]
    });
    answers.join().unwrap();
    assert_eq!((length, network.tally().datagrams_cut), (65_507, 0));
}

#[test]
fn a_datagram_that_is_too_long_is_told_and_holds_nothing_up() {
    let peer = UdpSocket::bind("127.0.0.9:0").unwrap();
    let to = port(&peer);
    let mut network = network(&[]);
    let acts = [
        datagram([127, 0, 0, 9], to, LocalPort::Any, &[0; 65_508]),
        datagram([127, 0, 0, 9], to, LocalPort::Any, b"?"),
    ];
    heard(&mut network, acts, 1, Duration::ZERO);
    assert_eq!(peer.recv(&mut [0; 8]).unwrap(), 1);
    let tally = network.tally();
    assert_eq!((tally.datagrams_sent, tally.datagrams_unsent), (1, 1));
    assert_eq!(tally.troubles.len(), 1);
}

/// Resident memory of this process.
fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4_096
}

/// 100,000 answers to one question; where nobody reads them in time, they are counted all the same.
#[test]
fn a_flood_is_counted_to_the_last_datagram_and_takes_no_memory() {
    const FLOOD: u64 = 100_000;
    let peer = UdpSocket::bind("127.0.0.9:0").unwrap();
    let mut network = network(&[]);
    let act = datagram([127, 0, 0, 9], port(&peer), LocalPort::Any, b"?");
    heard(&mut network, [act], 1, Duration::ZERO);
    let (_, asker) = peer.recv_from(&mut [0; 8]).unwrap();
    let before = resident_bytes();
    let flood = move |count: u64| (0..count).for_each(|_| drop(peer.send_to(&[7; 512], asker)));
    let flood = thread::spawn(move || {
        flood(FLOOD / 2);
        flood
    });
    let flood = flood.join().unwrap();
    let last = thread::spawn(move || flood(FLOOD / 2));
    let mut received = 0;
    play(&mut network, [], Duration::from_secs(1), |_, _| {
        received += 1;
        Vec::new()
    });
    last.join().unwrap();
    play(&mut network, [], Duration::from_millis(200), |_, _| {
        received += 1;
        Vec::new()
    });
    let tally = network.tally();
    assert_eq!(tally.datagrams_received, received);
    assert!(tally.datagrams_lost > 0, "{tally:?}");
    assert_eq!(tally.datagrams_received + tally.datagrams_lost, FLOOD);
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 16 << 20, "{grown} bytes");
}

#[test]
fn a_group_that_was_joined_is_heard() {
    let Some(loopback) = net::interfaces().unwrap().into_iter().find(|network| network.is_loopback)
    else {
        return eprintln!("skipped: no loopback interface");
    };
    assert!(loopback.net.addr().is_loopback());
    let fixed = closed_port();
    let group = net::Group {
        address: [239, 255, 77, 77].into(),
        port: LocalPort::Fixed(fixed),
        interface: loopback.index,
    };
    let ports = Ports { fixed: [fixed].into(), groups: [group].into(), link_local: None };
    let mut network = Network::open(&ports).unwrap();
    assert!(network.shortfalls().is_empty(), "{:?}", network.shortfalls());
    // Bound to loopback, it leaves by loopback.
    let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
    peer.send_to(b"all", ("239.255.77.77", fixed)).unwrap();
    let heard = heard(&mut network, [], 1, PATIENCE);
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].contains(&format!("to: Fixed({fixed})")), "{heard:?}");
    let lost = Shortfall::NotJoined(net::Group { interface: 999_999, ..group }, 19);
    let ports = Ports { groups: [net::Group { interface: 999_999, ..group }].into(), ..ports };
    assert!(Network::open(&ports).unwrap().shortfalls().contains(&lost));
}
