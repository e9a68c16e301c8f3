//! `custodiet scan`: addresses in, what became of each out.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use ::scan::estimate::{List, Sightings, Way};
use ::scan::{
    Act, AddressState, Addresses, Advice, Adviser, Checkpoint, Engine, HostReport, Limits,
    Machine as _, Moment, Plan, Scope, Stop, TargetReader,
};
use attribute::{Attributor, Identified, Priors};
use audit::ScanAdviser;
use model::{Signal, Timestamp};
use net::{Network, Outcome, Ports};
use serde::Serialize;
use serde_json::json;
use wire::http::UserAgent;

use super::shared::{self, Drafts};
use crate::args::{ScanArguments, ScanFormat};
use crate::exit::{Exit, Failure};
use crate::place;
use crate::say::say;

/// How often it is written where a scan stands.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(1);
/// The clock of the scan and that of the wall may differ so much.
const CLOCK_AGREES: Duration = Duration::from_secs(5);
/// How often progress is told, where nobody asked for quiet.
const PROGRESS_EVERY: Duration = Duration::from_secs(10);
/// A list of targets or a scope file is no longer.
const LIST_BYTES_MAX: u64 = 64 << 20;
/// Bytes of a packet that a dry run shows to people.
const SHOWN_BYTES_MAX: usize = 48;

pub(crate) fn run(arguments: &ScanArguments, quiet: bool) -> Result<Exit, Failure> {
    let scope = scope(arguments.scope.as_deref())?;
    let asked = targets(arguments)?;
    let sifted = scope.sift(&asked.addresses);
    let now = shared::now();
    if !sifted.refused.is_empty() {
        let first = sifted.refused.iter().next();
        let why = first.and_then(|address| scope.permit(address, now).err());
        let why = why.map_or_else(String::new, |denied| format!(": {denied}"));
        say!("custodiet: {} of the targets may not be asked{why}", sifted.refused.len());
    }
    let is_link_local =
        |address: &IpAddr| matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local());
    if let Some((first, _)) = sifted.permitted.ranges().find(|(first, _)| is_link_local(first)) {
        return Err(Failure::usage(format!(
            "{first} is known on one link alone, and no link can be named yet: leave it out (--exclude)"
        )));
    }
    if sifted.permitted.is_empty() {
        return Err(Failure::usage(
            "no target may be asked: give targets inside the scope (--scope FILE), or in a private network that is attached",
        ));
    }
    let left_out = asked.excluded.len() + sifted.excluded.len() + sifted.refused.len();
    let plan = Plan {
        user_agent: user_agent(scope.contact())?,
        scope,
        targets: sifted.permitted,
        seed: arguments.seed,
        passes: arguments.passes,
        max_rate: arguments.max_rate,
        started: now,
    };
    if arguments.dry_run {
        return dry_run(plan, arguments.format);
    }
    Scan::begin(plan, left_out, arguments, quiet)?.run()
}

/// Who may be asked: as the scope file says, or else what is attached.
fn scope(path: Option<&Path>) -> Result<Scope, Failure> {
    let attached = net::interfaces().map_err(|error| {
        let message = "cannot list the networks of this computer";
        Failure::new(Exit::Environment, anyhow::Error::new(error).context(message))
    })?;
    let networks = |with_loopback: bool| -> Vec<_> {
        let wanted = attached.iter().filter(|one| with_loopback || !one.is_loopback);
        wanted.map(|one| one.net).collect()
    };
    let Some(path) = path else { return Ok(Scope::attached(&networks(false))) };
    let text = text(path)?;
    let scope = Scope::parse(&text, &zone)
        .map_err(|error| Failure::input(format!("`{}` {error}", path.display())))?;
    // Loopback has no broadcast that would reach anybody else.
    Ok(scope.beside(&networks(false)))
}

/// The rules of a time zone, where the system has them.
fn zone(name: &str) -> Option<jiff::tz::TimeZone> {
    let rules = fs::read(Path::new("/usr/share/zoneinfo").join(name)).ok()?;
    jiff::tz::TimeZone::tzif(name, &rules).ok()
}

fn text(path: &Path) -> Result<String, Failure> {
    let cannot = |source: io::Error| {
        let message = format!("cannot read `{}`", path.display());
        Failure::new(Exit::Input, anyhow::Error::new(source).context(message))
    };
    let size = fs::metadata(path).map_err(cannot)?.len();
    if size > LIST_BYTES_MAX {
        let most = LIST_BYTES_MAX >> 20;
        return Err(Failure::input(format!("`{}` is longer than {most} MiB", path.display())));
    }
    fs::read_to_string(path).map_err(cannot)
}

fn targets(arguments: &ScanArguments) -> Result<::scan::Targets, Failure> {
    let mut reader = TargetReader::default();
    let usage = |error: ::scan::TargetError| Failure::usage(error.to_string());
    let of_file = |path: &Path, error: ::scan::TargetError| {
        Failure::input(format!("`{}` {error}", path.display()))
    };
    for word in &arguments.targets {
        reader.target(word).map_err(usage)?;
    }
    if let Some(path) = &arguments.target_list {
        reader.target_list(&text(path)?).map_err(|error| of_file(path, error))?;
    }
    for word in &arguments.exclude {
        reader.exclude(word).map_err(usage)?;
    }
    if let Some(path) = &arguments.exclude_file {
        reader.exclude_list(&text(path)?).map_err(|error| of_file(path, error))?;
    }
    let targets = reader.finish().map_err(usage)?;
    if targets.addresses.is_empty() && targets.excluded.is_empty() {
        return Err(Failure::usage(
            "no target: name addresses, or a file of them with --target-list",
        ));
    }
    Ok(targets)
}

/// What we call ourselves, with a contact where the scope gives one that may stand there.
fn user_agent(contact: Option<&str>) -> Result<UserAgent, Failure> {
    let name = format!("custodiet/{}", env!("CARGO_PKG_VERSION"));
    let with_contact = contact.and_then(|who| UserAgent::new(&format!("{name} ({who})")).ok());
    match with_contact {
        Some(agent) => Ok(agent),
        None => UserAgent::new(&name).map_err(|error| Failure::usage(error.to_string())),
    }
}

fn limits(plan: &Plan) -> Limits {
    let limits = plan.scope.limits();
    plan.max_rate.map_or(limits, |rate| limits.at_most(rate))
}

/// One address, as design section 13 has it.
#[derive(Serialize)]
struct Line<'r> {
    address: IpAddr,
    state: AddressState,
    packets_sent: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop: Option<Stop>,
    #[serde(skip_serializing_if = "<[u16]>::is_empty")]
    open_ports: &'r [u16],
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<Identified>,
}

/// What was heard, as `import` reads it.
#[derive(Serialize)]
struct Evidence<'r> {
    id: IpAddr,
    address: IpAddr,
    time: Timestamp,
    signals: &'r [Signal],
}

/// A scan under way.
struct Scan<'a> {
    arguments: &'a ScanArguments,
    engine: Engine<ScanAdviser<'static>>,
    judge: Attributor<'static>,
    targets: Addresses,
    left_out: u64,
    started: Timestamp,
    rate: u32,
    evidence: Option<io::BufWriter<File>>,
    rows: BTreeMap<IpAddr, [String; 6]>,
    cameras: u64,
    written: Moment,
    /// How long until it is written again where the scan stands.
    pause: Duration,
    told: Moment,
    quiet: bool,
    /// Whether a state was kept from which the hosts that were not done with are asked again.
    is_kept: bool,
    /// What went wrong while the network was waiting.
    failure: Option<Failure>,
}

impl<'a> Scan<'a> {
    fn begin(
        plan: Plan,
        left_out: u64,
        arguments: &'a ScanArguments,
        quiet: bool,
    ) -> Result<Self, Failure> {
        let attributor = || -> Result<_, Failure> {
            Ok(Attributor::new(place::knowledge()?, Priors::default()))
        };
        let adviser = ScanAdviser::new(attributor()?);
        let (targets, started, rate) =
            (plan.targets.clone(), plan.started, limits(&plan).packets_per_second());
        let engine = match arguments.resume.as_deref().map(checkpoint).transpose()?.flatten() {
            None => Engine::new(plan, adviser),
            Some(from) => Engine::resume(plan, adviser, &from)
                .map_err(|error| Failure::usage(error.to_string()))?,
        };
        let evidence = arguments.evidence.as_deref().map(|path| {
            let file = OpenOptions::new().create(true).append(true).open(path);
            file.map(io::BufWriter::new).map_err(|error| shared::cannot_write(path, error))
        });
        Ok(Self {
            arguments,
            engine,
            judge: attributor()?,
            targets,
            left_out,
            started,
            rate,
            evidence: evidence.transpose()?,
            rows: BTreeMap::new(),
            cameras: 0,
            written: Moment::ZERO,
            pause: CHECKPOINT_EVERY,
            told: Moment::ZERO,
            quiet,
            is_kept: false,
            failure: None,
        })
    }

    fn run(mut self) -> Result<Exit, Failure> {
        let environment = |error: net::NetworkError| Failure::new(Exit::Environment, error);
        let ports =
            Ports { fixed: ::scan::reply_ports().into_iter().collect(), ..Ports::default() };
        let mut network = Network::open(&ports).map_err(environment)?;
        for shortfall in network.shortfalls() {
            say!("custodiet: {shortfall}");
        }
        if !self.quiet {
            let (count, rate) = (self.targets.len(), self.rate);
            say!(
                "custodiet: {count} addresses at {rate} packets a second at most, seed {}",
                self.arguments.seed
            );
        }
        let stop = net::stop_flag().map_err(|error| {
            Failure::new(
                Exit::Environment,
                anyhow::Error::new(error).context("cannot take signals"),
            )
        })?;
        let clock = network.clock();
        let halt = AtomicBool::new(false);
        let mut machine = Machine { scan: &mut self };
        let outcome = net::run(&mut machine, &mut network, stop, |machine, _| {
            machine.scan.tick(clock.now());
            if machine.scan.failure.is_some() {
                stop.store(true, std::sync::atomic::Ordering::Relaxed);
            }
        });
        let is_done = outcome.map_err(environment)? == Outcome::Done;
        // A scope that ended has ended the scan too: no state of it can be gone on with.
        let is_whole = is_done && !self.engine.is_ended();
        if !is_done {
            // First what was found, then that it was found.
            self.tick(clock.now());
            if self.failure.is_none() {
                self.keep_checkpoint()?;
            }
            self.is_kept = self.arguments.resume.is_some();
            self.engine.end(clock.now());
            let mut machine = Machine { scan: &mut self };
            net::run(&mut machine, &mut network, &halt, |_, _| {}).map_err(environment)?;
        }
        self.tick(clock.now());
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        if let Some(file) = &mut self.evidence {
            file.flush().map_err(Failure::from)?;
            file.get_ref().sync_all().map_err(Failure::from)?;
        }
        if is_whole && let Some(path) = &self.arguments.resume {
            // It is done: the next scan with this file is a new one.
            if let Err(error) = fs::remove_file(path)
                && error.kind() != io::ErrorKind::NotFound
            {
                return Err(shared::cannot_write(path, error));
            }
        }
        let tally = network.tally();
        for (trouble, times) in &tally.troubles {
            say!(
                "custodiet: {trouble}: {times} times; addresses that were not asked for it are told as silent"
            );
        }
        self.finish(clock.now(), is_whole)
    }

    /// Takes what was found, keeps where the scan stands, tells how it goes.
    fn tick(&mut self, now: Moment) {
        if let Err(failure) = self.tock(now) {
            self.failure.get_or_insert(failure);
        }
    }

    fn tock(&mut self, now: Moment) -> Result<(), Failure> {
        while let Some(report) = self.engine.report() {
            // Of a host that was not done with the next run tells, where there is one.
            if report.stop != Stop::Ended || !self.is_kept {
                self.tell(&report)?;
            } else if let Some(file) = &mut self.evidence {
                let time = self.started + report.at;
                let HostReport { address, signals, .. } = &report;
                let line = Evidence { id: *address, address: *address, time, signals };
                shared::json_line(&line, file)?;
            }
        }
        let awake = self.started + now;
        if awake.duration_since(shared::now()).unsigned_abs() > CLOCK_AGREES {
            return Err(Failure::new(
                Exit::Environment,
                anyhow::Error::msg(
                    "this computer slept, or its clock was set: the hours of the scope could not be kept. Begin again (--resume goes on)",
                ),
            ));
        }
        if now >= self.written + self.pause {
            self.written = now;
            let began = std::time::Instant::now();
            self.keep_checkpoint()?;
            // A large state takes time in which nothing is heard.
            self.pause = CHECKPOINT_EVERY.max(began.elapsed() * 20);
        }
        if !self.quiet && now >= self.told + PROGRESS_EVERY {
            self.told = now;
            self.say_progress(now);
        }
        Ok(())
    }

    fn say_progress(&self, now: Moment) {
        let counts = self.engine.counts();
        let at = self.engine.progress();
        let rate = counts.packets_sent as f64 / now.as_secs_f64().max(1.0);
        say!(
            "custodiet: {} s, {} packets ({rate:.0} a second), {} found, {} of them cameras; pass {}, round {} of {}",
            now.as_secs(),
            counts.packets_sent,
            self.rows.len(),
            self.cameras,
            at.pass + 1,
            at.round + 1,
            ::scan::rounds()
        );
    }

    fn keep_checkpoint(&mut self) -> Result<(), Failure> {
        if let Some(file) = &mut self.evidence {
            file.flush().map_err(Failure::from)?;
        }
        let Some(path) = &self.arguments.resume else { return Ok(()) };
        let mut drafts = Drafts::default();
        let checkpoint = self.engine.checkpoint();
        drafts.write(path, |out| Ok(serde_json::to_writer(out, &checkpoint)?))?;
        drafts.publish()
    }

    fn tell(&mut self, report: &HostReport) -> Result<(), Failure> {
        let HostReport { address, state, .. } = report;
        let attribution = self.judge.attribute(&report.signals);
        let device = Identified::new(json!(address.to_string()), attribution);
        if let Some(file) = &mut self.evidence {
            let time = self.started + report.at;
            let line = Evidence { id: *address, address: *address, time, signals: &report.signals };
            shared::json_line(&line, file)?;
        }
        self.cameras += u64::from(*state == AddressState::Camera);
        let row = [
            address.to_string(),
            state.to_string(),
            device.kind.as_str().to_owned(),
            if device.maker.id.is_unknown() { String::new() } else { device.maker.name.clone() },
            device.level.as_str().to_owned(),
            device.model.clone().unwrap_or_default(),
        ];
        self.rows.insert(*address, row);
        if self.arguments.format == ScanFormat::Jsonl {
            let line = Line {
                address: *address,
                state: *state,
                packets_sent: report.packets_sent,
                stop: Some(report.stop),
                open_ports: &report.open_ports,
                device: Some(device),
            };
            let mut out = shared::stdout();
            shared::json_line(&line, &mut out)?;
            out.flush()?;
        }
        Ok(())
    }

    fn finish(mut self, now: Moment, is_whole: bool) -> Result<Exit, Failure> {
        if let Some(file) = &mut self.evidence {
            file.flush().map_err(Failure::from)?;
        }
        let ledger = self.engine.ledger();
        let count = |state| u64::try_from(ledger.count(state)).unwrap_or(u64::MAX);
        let mut states: BTreeMap<&str, u64> =
            AddressState::ALL.iter().map(|state| (state.as_str(), count(*state))).collect();
        if let Some(excluded) = states.get_mut(AddressState::Excluded.as_str()) {
            *excluded += self.left_out;
        }
        let estimate = self.estimate();
        let mut out = shared::stdout();
        match self.arguments.format {
            ScanFormat::Jsonl => {
                for (address, index) in self.targets.iter().zip(0u64..) {
                    let state = usize::try_from(index)
                        .map_or(AddressState::NotReached, |i| ledger.state(i));
                    if state == AddressState::Unreachable {
                        let packets_sent = self.engine.swept(index);
                        let line = Line {
                            address,
                            state,
                            packets_sent,
                            stop: None,
                            open_ports: &[],
                            device: None,
                        };
                        shared::json_line(&line, &mut out)?;
                    }
                }
                let summary = json!({"summary": {
                    "targets": self.targets.len() + self.left_out,
                    "states": states,
                    "packets_sent": self.engine.counts().packets_sent,
                    "elapsed_s": now.as_secs_f64(),
                    "cameras": count(AddressState::Camera),
                    "estimate": estimate.as_ref().ok(),
                    "no_estimate": estimate.as_ref().err().map(ToString::to_string),
                    "finished": is_whole,
                }});
                shared::json_line(&summary, &mut out)?;
            }
            ScanFormat::Table => {
                let columns = ["address", "state", "kind", "maker", "level", "model"];
                let (width, colour) = shared::terminal();
                let rows = self.rows.values().map(<[String; 6]>::as_slice);
                out.write_all(report::grid(&columns, rows, width, colour).as_bytes())?;
                writeln!(out, "\n{} addresses:", self.targets.len() + self.left_out)?;
                for (state, count) in states.iter().filter(|(_, count)| **count > 0) {
                    writeln!(out, "  {state:<14} {count:>9}")?;
                }
                match &estimate {
                    Ok(estimate) => writeln!(
                        out,
                        "cameras not seen: {} ({} to {})",
                        estimate.unseen, estimate.low, estimate.high
                    )?,
                    Err(why) => {
                        writeln!(out, "how many cameras were not seen cannot be said: {why}")?
                    }
                }
                if !is_whole {
                    writeln!(
                        out,
                        "The scan was stopped: what was not reached is nowhere said to be free of cameras."
                    )?;
                }
            }
        }
        out.flush()?;
        Ok(if count(AddressState::Camera) > 0 { Exit::Findings } else { Exit::NothingFound })
    }

    /// How many cameras were not seen, by which pass saw which.
    fn estimate(&self) -> Result<::scan::estimate::Estimate, String> {
        let lists = (0..self.arguments.passes).map(|_| List::new(Way::Pass)).collect();
        let mut sightings = Sightings::new(lists).map_err(|error| error.to_string())?;
        for history in self.engine.sightings().into_iter().filter(|history| *history != 0) {
            sightings.add("cameras", history, 1).map_err(|error| error.to_string())?;
        }
        sightings.estimate().map_err(|error| error.to_string())
    }
}

/// What `net` drives: the engine, with the scan at hand when it has time.
struct Machine<'s, 'a> {
    scan: &'s mut Scan<'a>,
}

impl ::scan::Machine for Machine<'_, '_> {
    fn next(&mut self, now: Moment) -> Act {
        self.scan.engine.next(now)
    }

    fn hear(&mut self, now: Moment, event: ::scan::Event<'_>) {
        self.scan.engine.hear(now, event);
    }
}

/// Where a scan stood, if it was begun.
fn checkpoint(path: &Path) -> Result<Option<Checkpoint>, Failure> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        _ => {
            let text = fs::read_to_string(path).map_err(|source| {
                let message = format!("cannot read `{}`", path.display());
                Failure::new(Exit::Input, anyhow::Error::new(source).context(message))
            })?;
            let read = serde_json::from_str(&text).map_err(|error| {
                Failure::input(format!(
                    "`{}` is no state of a scan: {error}; move it away to begin anew",
                    path.display()
                ))
            });
            read.map(Some)
        }
    }
}

/// An adviser that hears nothing.
struct Deaf;

impl Adviser for Deaf {
    fn advise(&mut self, _: &[Signal]) -> Advice {
        Advice::default()
    }
}

/// What a dry run shows of one question.
struct Shown {
    packets: u64,
    example: Vec<u8>,
}

/// Says what the sweep would send, packet by packet or question by question. Live hosts get more, within the limits.
fn dry_run(plan: Plan, format: ScanFormat) -> Result<Exit, Failure> {
    let limits = limits(&plan);
    let authority = plan.scope.to_string();
    let (targets, started, passes) = (plan.targets.len(), plan.started, plan.passes);
    let mut engine = Engine::new(plan, Deaf);
    let mut out = shared::stdout();
    let mut now = Moment::ZERO;
    let mut questions: BTreeMap<(&str, u16), Shown> = BTreeMap::new();
    let mut sent = 0u64;
    loop {
        let (to, protocol, payload) = match engine.next(now) {
            Act::Done => break,
            Act::Wait(until) => {
                now = until;
                continue;
            }
            Act::Send(datagram) => (datagram.to(), "udp", datagram.payload().to_vec()),
            Act::Open { permit, port, .. } => {
                (SocketAddr::new(permit.address(), port), "tcp", Vec::new())
            }
            Act::Write { .. } | Act::Close { .. } => continue,
        };
        sent += 1;
        if format == ScanFormat::Jsonl {
            let bytes: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
            let line = json!({"at_s": now.as_secs_f64(), "address": to.ip().to_string(), "protocol": protocol, "port": to.port(), "bytes": bytes});
            shared::json_line(&line, &mut out)?;
        } else {
            let shown = questions
                .entry((protocol, to.port()))
                .or_insert(Shown { packets: 0, example: payload });
            shown.packets += 1;
        }
    }
    let excluded = u64::try_from(engine.ledger().count(AddressState::Excluded)).unwrap_or(u64::MAX);
    let reached = targets.saturating_sub(excluded);
    let summary = json!({
        "authority": authority,
        "targets": targets,
        "addresses": reached,
        "packets": sent,
        "seconds": now.as_secs_f64(),
        "passes": passes,
        "packets_to_a_live_host_at_most": limits.packets_to_host(),
        "packets_to_a_camera_at_most": limits.packets_to_camera(),
        "started": started,
    });
    match format {
        ScanFormat::Jsonl => shared::json_line(&json!({ "summary": summary }), &mut out)?,
        ScanFormat::Table => {
            writeln!(out, "Nothing is sent. {authority}")?;
            writeln!(
                out,
                "{sent} packets to {reached} of {targets} addresses where nobody answers, in {:.0} s at {} packets a second; whoever answers gets {} in all at most in a pass, a camera {}:",
                now.as_secs_f64(),
                limits.packets_per_second(),
                limits.packets_to_host(),
                limits.packets_to_camera()
            )?;
            for ((protocol, port), Shown { packets, example }) in &questions {
                let shown = match example.is_empty() {
                    true => "a connection is opened".to_owned(),
                    false => readable(example),
                };
                writeln!(out, "  {protocol} {port:<6} {packets:>9} times: {shown}")?;
            }
        }
    }
    out.flush()?;
    Ok(Exit::NothingFound)
}

/// The beginning of a packet, in letters where it has some.
fn readable(bytes: &[u8]) -> String {
    let cut = bytes.get(..SHOWN_BYTES_MAX).unwrap_or(bytes);
    let more = if cut.len() < bytes.len() { "…" } else { "" };
    format!("{} bytes, {}{more}", bytes.len(), cut.escape_ascii())
}
