//! Packets are counted as a kernel would send them.

use std::net::SocketAddr;
use std::time::Duration;

use scan::{Act, ConnectionId, Datagram, Event, LocalPort, Moment, Scope};
use testbed::estate::{
    Behaviour, Farewell, HOSTILE, Network, OtherPorts, OwnedEvent, Packets, Product, Question,
    Reply, Service, Settings, Site, Unit, products,
};

use crate::client::{ADDRESS, Client, MESSAGE_ID, alone, asked, elsewhere, get, said};

const SECOND: Duration = Duration::from_secs(1);

fn product(name: &str) -> &'static Product {
    products().chain(HOSTILE).find(|product| product.name == name).unwrap()
}

fn with(name: &str, settings: Settings) -> Client {
    let product = product(name);
    alone(product, &Unit::new(1, ADDRESS, product.oui), settings)
}

/// A device of this behaviour alone in a network.
fn behaving(behaviour: Behaviour, settings: Settings) -> Client {
    let mut network = Network::new(3, settings);
    network.place(ADDRESS.into(), behaviour);
    Client { network, now: Moment::ZERO, connections: 0 }
}

/// A server that answers everything with a body of so many bytes.
fn server(bytes: usize, ends: bool) -> Behaviour {
    let site = Site { pages: Vec::new(), otherwise: Reply { bytes: vec![b'x'; bytes], ends } };
    Behaviour { services: vec![(80, Service::Web(site))], ..Behaviour::default() }
}

fn counted(client: &Client) -> (Packets, Packets) {
    let tally = client.network.tally(ADDRESS.into());
    (Packets { bytes: 0, ..tally.sent }, Packets { bytes: 0, ..tally.answered })
}

#[test]
fn a_whole_conversation_is_counted() {
    let mut client = behaving(server(5 * 1448, false), Settings::default());
    let answer = client.converses(80, &get("/")).unwrap();
    assert_eq!(answer.len(), 5 * 1448);
    let (sent, answered) = counted(&client);
    // One for the SYN's answer, three for five segments, one for the other side's FIN.
    assert_eq!(sent, Packets { syns: 1, acks: 5, segments: 1, fins: 1, ..Packets::default() });
    assert_eq!(answered, Packets { syns: 1, segments: 5, fins: 1, ..Packets::default() });
    assert_eq!(sent.count(), 8);
    let tally = client.network.tally(ADDRESS.into());
    assert_eq!((tally.open, tally.open_most), (0, 1));
    let request = get("/").len() as u64;
    assert_eq!(tally.sent.bytes, 60 + 5 * 52 + 52 + request + 52);
    assert_eq!(tally.answered.bytes, 60 + 5 * (52 + 1448) + 52);
}

#[test]
fn who_ends_decides_what_it_costs() {
    let mut client = behaving(server(10, true), Settings::default());
    client.converses(80, &get("/")).unwrap();
    let (sent, answered) = counted(&client);
    assert_eq!(sent, Packets { syns: 1, acks: 3, segments: 1, fins: 1, ..Packets::default() });
    assert_eq!(answered, Packets { syns: 1, acks: 1, segments: 1, fins: 1, ..Packets::default() });

    let abrupt = Settings { farewell: Farewell::Abrupt, ..Settings::default() };
    let mut client = behaving(server(10, false), abrupt);
    client.converses(80, &get("/")).unwrap();
    let (sent, answered) = counted(&client);
    assert_eq!(sent, Packets { syns: 1, acks: 2, segments: 1, resets: 1, ..Packets::default() });
    assert_eq!(answered, Packets { syns: 1, segments: 1, ..Packets::default() });
}

#[test]
fn a_connection_is_refused_ignored_or_given_up() {
    let mut client = behaving(Behaviour::default(), Settings::default());
    assert_eq!(client.opens(80), None);
    assert_eq!(client.hears(SECOND * 200), []);
    let (sent, answered) = counted(&client);
    assert_eq!((sent.count(), answered.resets), (1, 1));

    // SYNs at 0, 1, 3, 7, 15, 31 and 63 seconds, and the end at 127.
    let filtered = Behaviour { other_ports: OtherPorts::Filtered, ..Behaviour::default() };
    let mut client = behaving(filtered, Settings::default());
    client.network.open(client.now, ConnectionId(1), SocketAddr::new(ADDRESS.into(), 80));
    assert_eq!(client.hears(SECOND * 126), []);
    assert_eq!(client.hears(SECOND * 2), [OwnedEvent::Failed(ConnectionId(1))]);
    assert_eq!(counted(&client).0.syns, 7);

    // What answers after we have given up is refused by our system.
    let mut client = behaving(server(1, false), Settings::default());
    client.network.open(client.now, ConnectionId(1), SocketAddr::new(ADDRESS.into(), 80));
    client.network.close(client.now, ConnectionId(1));
    assert_eq!(client.hears(SECOND * 9), []);
    assert_eq!((counted(&client).0.syns, counted(&client).0.resets), (1, 1));
}

#[test]
fn data_to_a_connection_that_is_gone_is_refused() {
    let mut client = behaving(server(9 * 1448, false), Settings::default());
    let id = client.opens(80).unwrap();
    client.network.write(client.now, id, get("/").into());
    let heard = client.network.next_event();
    assert!(matches!(heard, Some((_, OwnedEvent::Data { .. }))));
    client.network.close(heard.unwrap().0, id);
    assert_eq!(client.hears(SECOND), []);
    // Eight segments are on their way: our system knows nothing of their connection.
    let (sent, answered) = counted(&client);
    assert_eq!((sent.resets, answered.segments), (8, 9));
}

#[test]
fn a_datagram_goes_back_to_the_port_that_asked_or_to_the_one_that_is_meant() {
    let question = asked(Question::Hanwha);
    let mut client = with("hanwha-bullet", Settings::default());
    // Nobody listens on 7711: our system says so, and that is a packet to the device.
    assert_eq!(client.asks(7701, &question), []);
    let (sent, answered) = counted(&client);
    assert_eq!((sent.datagrams, sent.icmp, answered.datagrams), (1, 1, 1));
    let to = SocketAddr::new(ADDRESS.into(), 7701);
    client.network.send(client.now, to, LocalPort::Fixed(7711), &question);
    let heard = client.hears(SECOND);
    assert!(
        matches!(heard[..], [OwnedEvent::Datagram { from, to: LocalPort::Fixed(7711), .. }] if from == to)
    );
    let mut client = with("dahua-dome", Settings::default());
    let heard = client.asks(37810, &asked(Question::Dhip));
    assert!(matches!(heard[..], [OwnedEvent::Datagram { to: LocalPort::Any, .. }]));
}

#[test]
fn answers_repeat_what_was_asked() {
    let mut client = with("hikvision-dome", Settings::default());
    let bytes = |heard: Vec<OwnedEvent>| match heard.into_iter().next() {
        Some(OwnedEvent::Datagram { bytes, .. }) => bytes.to_vec(),
        other => panic!("{other:?}"),
    };
    let text = String::from_utf8(bytes(client.asks(3702, &asked(Question::WsdDevice)))).unwrap();
    assert!(text.contains(&format!("<wsadis:RelatesTo>{MESSAGE_ID}<")), "{text}");
    let text = String::from_utf8(bytes(client.asks(37020, &asked(Question::Sadp)))).unwrap();
    assert!(text.contains("<Uuid>0A0A0A0A-0000-4000-8000-0A0A0A0A0A0A</Uuid>"), "{text}");
    let mut client = with("vivotek-dome", Settings::default());
    assert_eq!(bytes(client.asks(10000, &asked(Question::Vivotek)))[0], 0x21);
    let stream = client.converses(554, &crate::client::rtsp("OPTIONS")).unwrap();
    assert!(String::from_utf8(stream).unwrap().contains("CSeq: 7\r\n"));
}

#[test]
fn a_closed_port_of_udp_is_said_once_a_second_and_by_nobody_else() {
    let mut client = with("dahua-dome", Settings::default());
    let to = SocketAddr::new(ADDRESS.into(), 161);
    for _ in 0..5 {
        client.network.send(client.now, to, LocalPort::Any, b"x");
        client.network.send(client.now, SocketAddr::new(elsewhere(8), 161), LocalPort::Any, b"x");
    }
    assert_eq!(client.hears(SECOND), [OwnedEvent::PortUnreachable { to }]);
    assert_eq!(client.network.tally(elsewhere(8)).sent.datagrams, 5);
}

#[test]
fn a_router_says_that_it_knows_no_way_and_not_too_often() {
    let unrouted = vec!["10.20.0.0/24".parse().unwrap()];
    let mut client = behaving(Behaviour::default(), Settings { unrouted, ..Settings::default() });
    let to = SocketAddr::new(elsewhere(200), 37020);
    for _ in 0..9 {
        client.network.send(client.now, to, LocalPort::Any, b"x");
    }
    assert_eq!(client.hears(SECOND * 2), [OwnedEvent::Unreachable { to: to.ip() }]);
    client.network.open(client.now, ConnectionId(5), to);
    assert_eq!(client.hears(SECOND), [OwnedEvent::Failed(ConnectionId(5))]);
}

#[test]
fn a_question_to_a_group_reaches_those_that_are_attached() {
    let product = product("hikvision-dome");
    let attached = Some("10.20.0.0/24".parse().unwrap());
    let mut network = Network::new(1, Settings { attached, ..Settings::default() });
    for (number, address) in [(1, [10, 20, 0, 1]), (3, [10, 20, 0, 2]), (5, [10, 20, 1, 3])] {
        let unit =
            Unit { answers_unicast: false, ..Unit::new(number, address.into(), product.oui) };
        network.place(std::net::IpAddr::from(address), (product.behaviour)(&unit));
    }
    let mut client = Client { network, now: Moment::ZERO, connections: 0 };
    let to: SocketAddr = "239.255.255.250:37020".parse().unwrap();
    client.network.send(client.now, to, LocalPort::Fixed(37020), &asked(Question::Sadp));
    assert_eq!(client.hears(SECOND).len(), 2);
    let to: SocketAddr = "10.20.0.1:37020".parse().unwrap();
    client.network.send(client.now, to, LocalPort::Fixed(37020), &asked(Question::Sadp));
    assert_eq!(client.hears(SECOND), []);
}

#[test]
fn what_is_lost_is_counted_and_what_is_a_stream_still_arrives() {
    let settings = Settings { loss: 0.3, ..Settings::default() };
    let mut client = behaving(server(20 * 1448, false), settings);
    for _ in 0..20 {
        let Some(id) = client.opens(80) else { continue };
        client.network.write(client.now, id, get("/").into());
        let heard = client.hears(SECOND * 120);
        assert_eq!(said(&heard).len(), 20 * 1448);
        client.network.close(client.now, id);
        client.hears(SECOND);
    }
    let (sent, answered) = counted(&client);
    assert!(sent.syns > 20 && sent.segments > 20, "{sent:?}");
    assert!(answered.segments > 20 * 20 * 5 / 4, "{answered:?}");
}

#[test]
fn a_tarpit_drips_and_hostile_peers_do_not_end() {
    let mut client = behaving(
        Behaviour { other_ports: OtherPorts::Tarpit, ..Behaviour::default() },
        Settings::default(),
    );
    let id = client.opens(31_337).unwrap();
    let heard = client.hears(SECOND * 60);
    assert_eq!(said(&heard), [0; 8]);
    client.network.close(client.now, id);
    assert_eq!(client.hears(SECOND * 60), []);

    let mut client = with("flood-of-replies", Settings::default());
    let heard = client.asks(10001, &asked(Question::Ubiquiti));
    assert_eq!(heard.len(), 100_000);
    let mut client = with("endless-head", Settings::default());
    let head = client.converses(80, &get("/")).unwrap();
    assert!(head.len() > 1 << 20 && !head.windows(4).any(|window| window == b"\r\n\r\n"));
    let mut client = with("answers-from-elsewhere", Settings::default());
    let heard = client.asks(37810, &asked(Question::Dhip));
    assert!(matches!(heard[..], [OwnedEvent::Datagram { from, .. }] if from.ip() != ADDRESS));
    let mut client = with("garbage", Settings::default());
    let heard = client.asks(37020, &asked(Question::Sadp));
    assert!(matches!(&heard[..], [OwnedEvent::Datagram { bytes, .. }] if bytes.len() > 65_000));
}

/// The acts of the engine, with the leave that only a scope gives.
#[test]
fn acts_with_leave_do_what_is_asked() {
    let scope = Scope::attached(&["10.20.0.0/24".parse().unwrap()]);
    let permit = || scope.permit(ADDRESS.into(), jiff::Timestamp::UNIX_EPOCH).unwrap();
    let mut client = with("axis-old", Settings::default());
    let (now, id) = (client.now, ConnectionId(1));
    let question = asked(Question::WsdAnything).into();
    client.network.act(now, Act::Send(Datagram::new(permit(), 3702, LocalPort::Any, question)));
    client.network.act(now, Act::Open { id, permit: permit(), port: 80 });
    client.network.act(now, Act::Wait(now + SECOND));
    let heard = client.hears(SECOND);
    assert!(matches!(heard[..], [OwnedEvent::PortUnreachable { .. }, OwnedEvent::Opened(opened)]
        | [OwnedEvent::Opened(opened), OwnedEvent::PortUnreachable { .. }] if opened == id));
    client.network.act(client.now, Act::Write { id, bytes: get("/").into() });
    let heard = client.hears(SECOND);
    assert!(heard.iter().all(|event| matches!(event.as_event(), Event::Data { .. })));
    assert!(said(&heard).starts_with(b"HTTP/1.1 200 OK"));
    client.network.act(client.now, Act::Close { id });
    client.network.act(client.now, Act::Done);
    client.hears(SECOND);
    let (sent, answered) = counted(&client);
    assert_eq!((sent.datagrams, sent.syns, sent.segments, sent.fins), (1, 1, 1, 1));
    assert_eq!((answered.icmp, answered.fins), (1, 1));
}
