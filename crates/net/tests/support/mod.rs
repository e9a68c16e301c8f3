//! A machine of a few lines, for tests.

#![allow(dead_code, unreachable_pub, reason = "each test program uses a part")]

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use jiff::Timestamp;
use net::{Network, Outcome, Ports, run};
use scan::{Act, ConnectionId, Datagram, Event, LocalPort, Machine, Moment, Permit, Scope};

/// Long enough for whatever comes on this machine; nobody waits so long but where a test fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Does some acts, hears, and is done when it has heard enough or its time is over.
pub struct Script<H: FnMut(Moment, Event<'_>) -> Vec<Act>> {
    acts: VecDeque<Act>,
    until: Moment,
    hear: H,
}

impl<H: FnMut(Moment, Event<'_>) -> Vec<Act>> Machine for Script<H> {
    fn next(&mut self, now: Moment) -> Act {
        match self.acts.pop_front() {
            Some(act) => act,
            None if now >= self.until => Act::Done,
            None => Act::Wait(self.until),
        }
    }

    fn hear(&mut self, now: Moment, event: Event<'_>) {
        self.acts.extend((self.hear)(now, event));
    }
}

/// Does these acts, and those with which `hear` answers what is heard, until it answers [`Act::Done`] or `patience` is over.
pub fn play(
    network: &mut Network,
    acts: impl IntoIterator<Item = Act>,
    patience: Duration,
    hear: impl FnMut(Moment, Event<'_>) -> Vec<Act>,
) {
    let until = network.clock().now() + patience;
    let mut script = Script { acts: acts.into_iter().collect(), until, hear };
    let outcome = run(&mut script, network, &AtomicBool::new(false), |_, _| ()).unwrap();
    assert_eq!(outcome, Outcome::Done);
}

/// Does these acts and writes down what is heard, sorted, until so much is heard or the time is over.
pub fn heard(
    network: &mut Network,
    acts: impl IntoIterator<Item = Act>,
    enough: usize,
    patience: Duration,
) -> Vec<String> {
    let mut heard = Vec::new();
    play(network, acts, patience, |_, event| {
        heard.push(format!("{event:?}"));
        if heard.len() >= enough { vec![Act::Done] } else { Vec::new() }
    });
    heard.sort_unstable();
    heard
}

pub fn network(fixed: &[u16]) -> Network {
    Network::open(&Ports { fixed: fixed.iter().copied().collect(), ..Ports::default() }).unwrap()
}

pub fn permit(address: impl Into<IpAddr>) -> Permit {
    let attached = ["127.0.0.1/8", "10.0.0.1/8", "::1/128", "fd00::1/16", "fe80::1/10"];
    let attached = attached.map(|network| network.parse().unwrap());
    Scope::attached(&attached).permit(address.into(), Timestamp::UNIX_EPOCH).unwrap()
}

pub fn datagram(to: impl Into<IpAddr>, port: u16, from: LocalPort, payload: &[u8]) -> Act {
    Act::Send(Datagram::new(permit(to), port, from, payload.into()))
}

pub fn open(id: u64, to: impl Into<IpAddr>, port: u16) -> Act {
    Act::Open { id: ConnectionId(id), permit: permit(to), port }
}

pub fn write(id: u64, bytes: &[u8]) -> Act {
    Act::Write { id: ConnectionId(id), bytes: bytes.into() }
}

pub fn close(id: u64) -> Act {
    Act::Close { id: ConnectionId(id) }
}
