//! A machine on the network's clock.

use std::net::IpAddr;
use std::time::Duration;

use scan::{Act, Datagram, Event, LocalPort, Machine, Moment, Scope};
use testbed::estate::{Question, Settings, Unit, products};

use crate::client::{ADDRESS, alone, asked, elsewhere};

/// Asks some addresses the same, one every tenth of a second, and waits two seconds more.
struct Asker {
    scope: Scope,
    addresses: Vec<IpAddr>,
    asked: u32,
    last: Moment,
    heard: Vec<(Moment, IpAddr)>,
}

const PACE: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(2);

impl Machine for Asker {
    fn next(&mut self, now: Moment) -> Act {
        let due = PACE * self.asked;
        if now < due {
            return Act::Wait(due);
        }
        match self.addresses.pop() {
            Some(address) => {
                self.asked += 1;
                self.last = now;
                let permit = self.scope.permit(address, jiff::Timestamp::UNIX_EPOCH).unwrap();
                let question = asked(Question::Dhip).into();
                Act::Send(Datagram::new(permit, 37810, LocalPort::Any, question))
            }
            None if now < self.last + PATIENCE => Act::Wait(self.last + PATIENCE),
            None => Act::Done,
        }
    }

    fn hear(&mut self, now: Moment, event: Event<'_>) {
        if let Event::Datagram { from, .. } = event {
            self.heard.push((now, from.ip()));
        }
    }
}

fn asker(addresses: Vec<IpAddr>) -> Asker {
    let scope = Scope::attached(&["10.20.0.0/24".parse().unwrap()]);
    Asker { scope, addresses, asked: 0, last: Moment::ZERO, heard: Vec::new() }
}

#[test]
fn a_machine_hears_while_it_waits_and_ends_when_it_is_done() {
    let product = products().find(|product| product.name == "dahua-dome").unwrap();
    let mut client = alone(product, &Unit::new(1, ADDRESS, product.oui), Settings::default());
    let mut asker = asker(vec![elsewhere(1), elsewhere(2), ADDRESS.into(), elsewhere(3)]);
    let end = client.network.drive(&mut asker, Moment::from_secs(60));
    assert_eq!(end, PACE * 3 + PATIENCE);
    let [(at, from)] = asker.heard[..] else { panic!("{:?}", asker.heard) };
    assert_eq!(from, ADDRESS);
    assert!(PACE < at && at < PACE * 2, "{at:?}");
    assert_eq!(client.network.now(), end);
}

#[test]
fn a_machine_that_never_ends_is_stopped() {
    let product = products().find(|product| product.name == "dahua-dome").unwrap();
    let mut client = alone(product, &Unit::new(1, ADDRESS, product.oui), Settings::default());
    let mut asker = asker((0..200).map(elsewhere).collect());
    let limit = Moment::from_secs(1);
    assert_eq!(client.network.drive(&mut asker, limit), limit);
    assert_eq!(asker.asked, 10);
}
