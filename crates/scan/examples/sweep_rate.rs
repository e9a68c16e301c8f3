//! How many acts a second the engine gives, and what memory it takes, over a /8 in which nobody answers.
//!
//! `cargo run --release -p scan --example sweep_rate -- [ACTS]`

#![allow(clippy::print_stdout, reason = "figures are what it is for")]

use std::time::Instant;

use model::Signal;
use scan::{Act, Addresses, Advice, Adviser, Engine, Machine as _, Moment, Plan, Scope};
use wire::http::UserAgent;

struct Nobody;

impl Adviser for Nobody {
    fn advise(&mut self, _: &[Signal]) -> Advice {
        Advice::default()
    }
}

const SCOPE: &str =
    "[scope]\nowner = \"Example\"\nauthority = \"A benchmark\"\nranges = [\"10.0.0.0/8\"]\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let most: u64 = std::env::args().nth(1).map_or(Ok(20_000_000), |text| text.parse())?;
    let targets = Addresses::of_network("10.0.0.0/8".parse()?)?;
    println!("{} targets", targets.len());
    let plan = Plan {
        scope: Scope::parse(SCOPE, &|_| None)?,
        targets,
        seed: 1,
        passes: 1,
        max_rate: None,
        user_agent: UserAgent::new("custodiet")?,
        started: "2026-11-25T10:00:00Z".parse()?,
    };
    let mut engine = Engine::new(plan, Nobody);
    let (began, mut now, mut acts) = (Instant::now(), Moment::ZERO, 0u64);
    while acts < most {
        match engine.next(now) {
            Act::Done => break,
            Act::Wait(until) => now = until,
            _ => acts += 1,
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{acts} acts in {seconds:.1} s: {:.0} a second; virtual time {:.0} s",
        acts as f64 / seconds,
        now.as_secs_f64()
    );
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    println!(
        "peak memory: {}",
        peak.map_or("unknown", |line| line.trim_start_matches("VmHWM:").trim())
    );
    Ok(())
}
