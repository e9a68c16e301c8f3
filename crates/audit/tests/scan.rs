//! A scan of the testbed's estate in virtual time, held against the truth.

use std::collections::BTreeMap;
use std::net::IpAddr;

use attribute::{Attributor, Priors};
use audit::ScanAdviser;
use ipnet::{IpNet, Ipv4Net};
use knowledge::Knowledge;
use scan::{AddressState, Addresses, Engine, HostReport, Moment, Plan, Scope};
use testbed::estate::{HOSTILE, Mix, Network, Settings, department};
use wire::http::UserAgent;

/// More than any of these scans takes.
const LONG: Moment = Moment::from_secs(3_600);

fn scanned(network: &mut Network, range: Ipv4Net) -> BTreeMap<IpAddr, HostReport> {
    let range = IpNet::V4(range);
    let plan = Plan {
        scope: Scope::attached(&[range]),
        targets: Addresses::of_network(range).unwrap(),
        seed: 3,
        passes: 1,
        max_rate: None,
        user_agent: UserAgent::new("custodiet").unwrap(),
        started: "2026-11-25T10:00:00Z".parse().unwrap(),
    };
    let attributor = Attributor::new(Knowledge::embedded(), Priors::default());
    let mut engine = Engine::new(plan, ScanAdviser::new(attributor));
    let ended = network.drive(&mut engine, LONG);
    assert!(ended < LONG, "no end");
    std::iter::from_fn(|| engine.report()).map(|report| (report.address, report)).collect()
}

#[test]
fn cameras_are_found_and_named_within_the_limits_and_none_is_hurt() {
    let range = Ipv4Net::new_assert([10, 20, 0, 0].into(), 20);
    let mix = Mix { range, cameras: 300, others: 400, ..Mix::default() };
    let estate = department(11, &mix);
    let settings = Settings { loss: 0.01, heard_ports: scan::reply_ports(), ..Settings::default() };
    let mut network = estate.network(11, settings);
    let reports = scanned(&mut network, range);
    let judge = Attributor::new(Knowledge::embedded(), Priors::default());
    let (mut found, mut named) = (0, 0);
    for (address, resident) in estate.cameras() {
        let report = reports.get(&address).filter(|r| r.state == AddressState::Camera);
        found += usize::from(report.is_some());
        let maker = report.map(|report| judge.attribute(&report.signals).maker.id);
        named += usize::from(maker.is_some_and(|maker| maker.as_str() == resident.maker()));
    }
    // Of the whole department 99.8 and 99.7 of a hundred (docs/reference/scanning.md).
    assert!(found >= 297, "{found} of 300 found");
    assert!(named >= 296, "{named} of 300 with their maker");
    for (address, resident) in &estate.residents {
        let most = if resident.is_camera() { 60 } else { 30 };
        let sent = network.tally(*address).sent.count();
        assert!(sent <= most, "{sent} packets to {}", resident.product.name);
    }
    let crashed: Vec<_> = network.crashes().collect();
    assert!(crashed.is_empty(), "{crashed:?}");
}

#[test]
fn peers_that_mean_harm_are_survived() {
    let range = Ipv4Net::new_assert([10, 30, 0, 0].into(), 26);
    let mix = Mix { range, cameras: HOSTILE.len(), others: 0, fragile: 0.0, ..Mix::default() };
    let estate = department(5, &mix);
    let mut network = Network::new(5, Settings::default());
    for ((address, resident), hostile) in estate.residents.iter().zip(HOSTILE) {
        network.place(*address, (hostile.behaviour)(&resident.unit));
    }
    let reports = scanned(&mut network, range);
    assert!(!reports.is_empty());
    for (address, report) in &reports {
        let bytes: usize = report.signals.iter().map(|signal| signal.as_bytes().len()).sum();
        assert!(bytes <= 300_000, "{address}: {bytes} bytes kept");
        // What was on its way when a connection was ended is refused by our own system, segment by segment.
        let sent = network.tally(*address).sent;
        let asked = sent.count() - sent.resets;
        assert!(asked <= 60, "{asked} packets to {address}: {:?}", report.stop);
    }
}
