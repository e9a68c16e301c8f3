//! Fragile devices die of rough treatment and of nothing else, and never come back.

use std::net::SocketAddr;
use std::time::Duration;

use scan::{LocalPort, Moment};
use testbed::estate::{
    Behaviour, Connections, Fragility, Manners, Network, Question, Settings, Unit, products,
};

use crate::client::{ADDRESS, Client, asked, get, hello, post};

fn camera(fragility: Option<Fragility>, manners: Manners) -> Client {
    let product = products().find(|product| product.name == "dahua-dome").unwrap();
    let behaviour = (product.behaviour)(&Unit::new(1, ADDRESS, product.oui));
    let mut network = Network::new(5, Settings::default());
    network.place(ADDRESS.into(), Behaviour { fragility, manners, ..behaviour });
    Client { network, now: Moment::ZERO, connections: 0 }
}

fn fragile(fragility: Fragility) -> Client {
    camera(Some(fragility), Manners::default())
}

fn lives(client: &mut Client) -> bool {
    let answers = !client.asks(37810, &asked(Question::Dhip)).is_empty();
    assert_eq!(client.network.crash(ADDRESS.into()).is_none(), answers);
    assert_eq!(client.network.crashes().count(), usize::from(!answers));
    answers
}

#[test]
fn ten_packets_a_second_are_survived_and_a_burst_is_not() {
    // Packets that leave every tenth of a second do not arrive so evenly: eleven come within a second now and then.
    let limit = Fragility::PacketsPerSecond(11);
    let to = SocketAddr::new(ADDRESS.into(), 37810);
    let question = asked(Question::Dhip);
    let mut client = fragile(limit);
    for _ in 0..100 {
        client.network.send(client.now, to, LocalPort::Any, &question);
        client.hears(Duration::from_millis(100));
    }
    assert_eq!(client.network.tally(ADDRESS.into()).per_second_most(), 10);
    assert!(lives(&mut client));
    for _ in 0..12 {
        client.network.send(client.now, to, LocalPort::Any, &question);
    }
    client.hears(Duration::from_secs(1));
    let crash = client.network.crash(ADDRESS.into()).unwrap();
    assert_eq!(crash.why, limit);
    assert!(!lives(&mut client));
    assert_eq!(client.opens(80), None);
}

#[test]
fn a_second_connection_is_one_too_many() {
    let mut client = fragile(Fragility::SecondConnection);
    for _ in 0..3 {
        client.converses(80, &get("/")).unwrap();
    }
    assert!(lives(&mut client));
    assert!(client.opens(80).is_some());
    assert_eq!(client.opens(554), None);
    assert!(!lives(&mut client));
}

#[test]
fn nonsense_kills_where_sense_does_not() {
    for (port, nonsense) in
        [(80, &b"\x16\x03\x01\x00"[..]), (443, b"GET / HTTP/1.0\r\n\r\n"), (554, b"HELP\r\n\r\n")]
    {
        let mut client = fragile(Fragility::MalformedPacket);
        client.converses(80, &get("/unknown")).unwrap();
        client.converses(443, &hello()).unwrap();
        assert!(lives(&mut client));
        client.converses(port, nonsense);
        assert!(!lives(&mut client), "{port}");
    }
    let mut client = fragile(Fragility::MalformedPacket);
    // What comes to a port where nothing listens is not looked at.
    client.asks(37020, b"nonsense");
    assert!(lives(&mut client));
    client.asks(3702, b"nonsense");
    assert!(!lives(&mut client));
}

#[test]
fn a_path_that_is_guessed_kills_and_one_that_is_known_does_not() {
    let mut client = fragile(Fragility::UnknownPath);
    client.converses(80, &get("/")).unwrap();
    client.converses(80, &post("/onvif/device_service", "<GetSystemDateAndTime/>")).unwrap();
    assert!(lives(&mut client));
    client.converses(80, &get("/SDK/activateStatus"));
    assert!(!lives(&mut client));
}

#[test]
fn a_crowded_device_refuses_or_asks_for_a_login() {
    let crowded = |connections| {
        let mut client = camera(None, Manners { connections, ..Manners::default() });
        assert!(client.opens(80).is_some());
        client.converses(80, &get("/"))
    };
    assert_eq!(crowded(Connections::RefusedAbove(1)), None);
    let answer = crowded(Connections::UnauthorisedAbove(1)).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 401"));
    assert!(crowded(Connections::Unlimited).unwrap().starts_with(b"HTTP/1.1 200"));
}

#[test]
fn slow_programs_answer_late_and_their_system_does_not() {
    let thinks = (Duration::from_secs(3), Duration::from_secs(8));
    let mut client = camera(None, Manners { thinks, ..Manners::default() });
    let id = client.opens(80).unwrap();
    assert!(client.now < Duration::from_millis(50));
    client.network.write(client.now, id, get("/").into());
    assert_eq!(client.hears(Duration::from_millis(2_900)), []);
    assert_eq!(client.hears(Duration::from_secs(6)).len(), 1);
}
