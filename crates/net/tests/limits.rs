//! In a program of its own, for it lowers the number of files that the program may open.

mod support;

use std::net::TcpListener;
use std::thread;

use net::{Network, Ports};
use rustix::process::{Resource, Rlimit, setrlimit};
use scan::{Act, ConnectionId, Event};
use support::{PATIENCE, close, open, play};

#[test]
fn more_connections_than_may_be_open_wait_for_their_turn() {
    const WANTED: u64 = 100;
    let limit = Rlimit { current: Some(140), maximum: Some(140) };
    setrlimit(Resource::Nofile, limit).unwrap();
    let mut network = Network::open(&Ports::default()).unwrap();
    assert_eq!(network.connections_max(), 12);
    let listener = TcpListener::bind("127.0.0.9:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // Whoever serves may not need files of ours.
    let server = thread::spawn(move || (0..WANTED).for_each(|_| drop(listener.accept())));
    let acts = (0..WANTED).map(|id| open(id, [127, 0, 0, 9], port));
    let mut opened = Vec::new();
    play(&mut network, acts, PATIENCE, |_, event| match event {
        Event::Opened(ConnectionId(id)) => {
            opened.push(id);
            let last = (opened.len() as u64 == WANTED).then_some(Act::Done);
            std::iter::once(close(id)).chain(last).collect()
        }
        _ => Vec::new(),
    });
    server.join().unwrap();
    opened.sort_unstable();
    assert_eq!(opened, (0..WANTED).collect::<Vec<_>>());
    let tally = network.tally();
    assert_eq!((tally.connections_begun, tally.connections_most), (WANTED, 12));
    assert!(tally.troubles.is_empty(), "{tally:?}");
}
