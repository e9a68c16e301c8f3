//! Whole estates: who stands where, and that the same seed gives the same.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use scan::{LocalPort, Moment};
use testbed::estate::{Behaviour, Fragility, Mix, Network, Question, Settings, department};

use crate::client::{ADDRESS, Client, asked};
use crate::makers::{REPLY_PORTS, attributor};

fn small() -> Mix {
    Mix { range: "10.20.0.0/22".parse().unwrap(), cameras: 150, others: 200, ..Mix::default() }
}

/// Asks every address of a department two questions, and writes down what is heard.
fn log(seed: u64, mix: &Mix) -> Vec<String> {
    let settings = Settings { loss: 0.01, heard_ports: vec![37020], ..Settings::default() };
    let mut network = department(9, mix).network(seed, settings);
    let mut now = Moment::ZERO;
    let mut log = Vec::new();
    for address in mix.range.hosts().map(IpAddr::V4) {
        for question in [Question::Sadp, Question::WsdAnything] {
            now += Duration::from_millis(1);
            let to = SocketAddr::new(address, question.port());
            network.send(now, to, LocalPort::Any, &asked(question));
            while let Some((at, event)) = network.next_event_until(now) {
                log.push(format!("{at:?} {event:?}"));
            }
        }
    }
    while let Some((at, event)) = network.next_event() {
        log.push(format!("{at:?} {event:?}"));
    }
    log
}

#[test]
fn the_same_seed_gives_the_same_events_and_another_gives_others() {
    let first = log(1, &small());
    assert!(first.len() > 100, "{}", first.len());
    assert_eq!(first, log(1, &small()));
    assert_ne!(first, log(2, &small()));
}

#[test]
fn the_department_is_what_it_is_said_to_be() {
    let department = department(1, &Mix::default());
    let residents: Vec<_> = department.residents.values().collect();
    assert_eq!(residents.len(), 8_000);
    assert_eq!(department.cameras().count(), 3_000);
    let is_inside =
        |address: &IpAddr| matches!(address, IpAddr::V4(v4) if department.range.contains(v4));
    assert!(department.residents.keys().all(is_inside));
    let makers: std::collections::BTreeSet<_> =
        department.cameras().map(|(_, resident)| resident.maker()).collect();
    assert!(makers.len() >= 25, "{makers:?}");
    let share = |is_so: fn(&testbed::estate::Resident) -> bool| {
        residents.iter().filter(|resident| is_so(resident)).count()
    };
    assert!((320..480).contains(&share(|resident| resident.is_slow)));
    assert!((110..210).contains(&share(|resident| resident.fragility.is_some())));
    assert!(share(|resident| resident.fragility == Some(Fragility::UnknownPath)) > 20);
    assert_eq!(
        (share(|resident| resident.is_tarpit()), share(|resident| resident.is_honeypot())),
        (1, 1)
    );
    let unicast = department.cameras().filter(|(_, resident)| resident.unit.answers_unicast);
    assert!((2_450..2_650).contains(&unicast.count()));
}

/// What no scan can beat: the makers that all answers of the devices of a department tell, with their oddities.
#[test]
fn the_answers_of_a_department_tell_nearly_all_makers() {
    let (attributor, mut asked, mut wrong) = (attributor(), 0, Vec::new());
    let department = department(4, &small());
    for (_, resident) in department.cameras() {
        let mut network =
            Network::new(7, Settings { heard_ports: REPLY_PORTS.to_vec(), ..Settings::default() });
        network.place(ADDRESS.into(), Behaviour { fragility: None, ..resident.behaviour() });
        let mut client = Client { network, now: Moment::ZERO, connections: 0 };
        let signals: Vec<_> = client.everything().into_iter().flat_map(wire::sanitise).collect();
        let found = attributor.attribute(&signals);
        asked += 1;
        if found.maker.id.to_string() != resident.maker() {
            wrong.push(format!("{resident:?}: {}", found.maker.id));
        }
    }
    assert!(wrong.len() * 200 <= asked, "{}", wrong.join("\n"));
}
