//! Scans the testbed's department in virtual time and holds the result against the truth.
//!
//! `cargo run --release -p audit --example virtual_scan -- [SEED] [PASSES]`

#![allow(clippy::print_stdout, reason = "figures are what it is for")]

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Instant;

use attribute::{Attributor, Priors};
use audit::ScanAdviser;
use ipnet::IpNet;
use knowledge::Knowledge;
use scan::{AddressState, Addresses, Engine, HostReport, Moment, Plan, Scope};
use testbed::estate::{Mix, Settings, department};
use wire::http::UserAgent;

/// Virtual time between two lines of progress.
const PROGRESS_EVERY: Moment = Moment::from_secs(30);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let seed: u64 = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let passes: u32 = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let mix = Mix::default();
    let estate = department(seed, &mix);
    let settings = Settings { loss: 0.01, heard_ports: scan::reply_ports(), ..Settings::default() };
    let mut network = estate.network(seed, settings);
    let range = IpNet::V4(estate.range);
    let plan = Plan {
        scope: Scope::attached(&[range]),
        targets: Addresses::of_network(range)?,
        seed,
        passes,
        max_rate: None,
        user_agent: UserAgent::new("custodiet")?,
        started: "2026-11-25T10:00:00Z".parse()?,
    };
    let attributor = || Attributor::new(Knowledge::embedded(), Priors::default());
    let mut engine = Engine::new(plan, ScanAdviser::new(attributor()));
    let began = Instant::now();
    let mut reports: BTreeMap<IpAddr, HostReport> = BTreeMap::new();
    let mut until = Moment::ZERO;
    let now = loop {
        until += PROGRESS_EVERY;
        let now = network.drive(&mut engine, until);
        while let Some(report) = engine.report() {
            reports.insert(report.address, report);
        }
        if now < until {
            break now;
        }
        eprintln!(
            "{:>5} s: {:?}, {} reported, {} packets, {:.1} s real",
            now.as_secs(),
            engine.progress(),
            reports.len(),
            engine.counts().packets_sent,
            began.elapsed().as_secs_f64()
        );
    };
    println!(
        "virtual time {:.1} s, real time {:.1} s",
        now.as_secs_f64(),
        began.elapsed().as_secs_f64()
    );
    println!("{} packets by the engine's count", engine.counts().packets_sent);
    for state in AddressState::ALL {
        println!("  {state:<14} {}", engine.ledger().count(state));
    }
    let judge = attributor();
    let mut missed: BTreeMap<&str, u32> = BTreeMap::new();
    let mut wrong: BTreeMap<(String, String), u32> = BTreeMap::new();
    let (mut cameras, mut found, mut right) = (0, 0, 0);
    for (address, resident) in estate.cameras() {
        cameras += 1;
        match reports.get(&address) {
            Some(report) if report.state == AddressState::Camera => {
                found += 1;
                let maker = judge.attribute(&report.signals).maker.id;
                if maker.as_str() == resident.maker() {
                    right += 1;
                } else {
                    if std::env::var_os("SHOW").is_some() {
                        println!(
                            "wrong {address} {}: {maker} {:?} {} {:?} {:?}",
                            resident.product.name,
                            report.stop,
                            report.packets_sent,
                            report.open_ports,
                            report.signals
                        );
                    }
                    let key =
                        (resident.product.name.to_owned(), format!("{maker} {:?}", report.stop));
                    *wrong.entry(key).or_default() += 1;
                }
            }
            other => {
                *missed.entry(resident.product.name).or_default() += 1;
                if std::env::var_os("SHOW").is_some() {
                    println!(
                        "missed {address} {}: {:?}",
                        resident.product.name,
                        other.map(|r| (r.stop, &r.open_ports, r.packets_sent, &r.signals))
                    );
                }
            }
        }
    }
    let share = |n: u32, of: u32| 100.0 * f64::from(n) / f64::from(of);
    println!(
        "{found} of {cameras} cameras found ({:.2} %), {right} with the right maker ({:.2} %)",
        share(found, cameras),
        share(right, cameras)
    );
    println!("missed: {missed:?}");
    println!("maker not right: {wrong:?}");
    let mut most: BTreeMap<&str, (u32, u64, u32, &str)> = BTreeMap::new();
    let mut false_cameras: BTreeMap<&str, u32> = BTreeMap::new();
    for (address, resident) in &estate.residents {
        let sort = if resident.is_camera() { "camera" } else { "other" };
        let sent = network.tally(*address).sent.count();
        let entry = most.entry(sort).or_insert((0, 0, 0, ""));
        if sent > entry.0 {
            (entry.0, entry.3) = (sent, resident.product.name);
        }
        entry.1 += u64::from(sent);
        entry.2 += 1;
        let is_camera = reports.get(address).is_some_and(|r| r.state == AddressState::Camera);
        if is_camera && !resident.is_camera() {
            *false_cameras.entry(resident.product.name).or_default() += 1;
        }
    }
    for (sort, (most, all, count, name)) in most {
        println!(
            "packets to a host that is {sort}: at most {most} ({name}), {:.1} on average",
            all as f64 / f64::from(count)
        );
    }
    println!("no cameras and called so: {false_cameras:?}");
    println!(
        "crashed: {}, most packets a second: {}",
        network.crashes().count(),
        network.per_second_most()
    );
    for (address, crash) in network.crashes() {
        let name = estate.residents.get(&address).map_or("", |resident| resident.product.name);
        println!(
            "crashed {address} {name}: {crash:?}, {:?}",
            reports.get(&address).map(|r| (r.stop, r.packets_sent))
        );
    }
    let mut stops: BTreeMap<(AddressState, scan::Stop), u32> = BTreeMap::new();
    for report in reports.values() {
        *stops.entry((report.state, report.stop)).or_default() += 1;
    }
    println!("{stops:?}");
    Ok(())
}
