//! The scan itself: what is asked next, and what is made of what comes back.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use model::{Signal, SignalKind, Timestamp};
use wire::http::UserAgent;

use crate::adviser::Adviser;
use crate::answer::{ANSWER_BYTES_MAX, Expected};
use crate::checkpoint::{Checkpoint, ResumeError, VERSION};
use crate::host::{Host, Port, Stop};
use crate::ledger::{AddressState, Ledger};
use crate::pace::Pace;
use crate::question::{Asked, Fresh, Question, QuestionId, Way, catalogue};
use crate::sweep::{Progress, Step, Sweep};
use crate::{
    Act, Addresses, ConnectionId, Datagram, Denied, Event, Limits, LocalPort, Machine, Moment,
    Scope,
};

/// How long a connection may take to open: less than the second after which the system asks again by itself.
const OPEN_PATIENCE: Duration = Duration::from_millis(900);
/// After this the system asks again for a connection that nobody answers (RFC 6298 section 2).
const RETRANSMISSION: Duration = Duration::from_secs(1);
/// How long a host may hold a connection that we have given up while it was being opened.
const HALF_OPEN: Duration = Duration::from_millis(1_500);
/// A round of the sweep takes at least so long: until then a connection that was given up is forgotten on both sides.
const ROUND_MIN: Duration = Duration::from_millis(2_500);
/// How long an answer on an open connection may take.
const ANSWER_PATIENCE: Duration = Duration::from_secs(10);
/// How long a greeting may take.
const GREETING_PATIENCE: Duration = Duration::from_secs(4);
/// How long the answer to a datagram is waited for before the next question.
const DATAGRAM_PATIENCE: Duration = Duration::from_millis(1_500);
/// Live hosts that are asked at the same time: with more, the sweep waits.
const HOSTS_MAX: usize = 4_096;
/// Connections of the sweep that are being opened at the same time.
const CONNECTIONS_MAX: usize = 4_096;
/// Targets that one call looks at before it lets others act.
const LOOKED_AT_MAX: usize = 65_536;
/// Live hosts that are kept for another pass: what is known of one takes some kilobytes.
const PARKED_MAX: usize = 16_384;
/// How long the others of a model wait before they look again whether its first device has passed.
const TRIAL_PAUSE: Duration = Duration::from_secs(2);
/// How long after its last question the first device of a model is looked at, and looked at again.
const LOOK_PAUSE: Duration = Duration::from_secs(5);
/// How often it is asked whether it still answers: packets get lost.
const LOOKS: u32 = 3;
/// Packets that it takes to open and end a connection.
const CANARY_PACKETS: u32 = 4;
/// Senders that nobody asked are kept by address up to here; more are counted.
const STRAYS_MAX: usize = 1_000;

/// What a scan is to do.
#[derive(Debug)]
pub struct Plan {
    /// Who may be asked.
    pub scope: Scope,
    /// Who is to be asked.
    pub targets: Addresses,
    /// The same seed gives the same order.
    pub seed: u64,
    /// How often all targets are gone through; at least once.
    pub passes: u32,
    /// Packets a second at most; the scope may allow fewer.
    pub max_rate: Option<u32>,
    /// What we call ourselves where a protocol has room for it.
    pub user_agent: UserAgent,
    /// When the scan begins.
    pub started: Timestamp,
}

/// What became of a live host.
#[derive(Debug, Clone)]
pub struct HostReport {
    /// Its address.
    pub address: IpAddr,
    /// What it is.
    pub state: AddressState,
    /// Why no more was asked.
    pub stop: Stop,
    /// What it said.
    pub signals: Vec<Signal>,
    /// Ports on which it takes connections.
    pub open_ports: Vec<u16>,
    /// Packets that it got.
    pub packets_sent: u32,
    /// Answers beyond what is kept.
    pub dropped: u64,
    /// When it was done with.
    pub at: Moment,
}

/// What the scan has come to so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Packets sent, acknowledgements among them.
    pub packets_sent: u64,
    /// Datagrams from addresses that are no target.
    pub strays: u64,
    /// Answers that came when their host was done with.
    pub late: u64,
}

/// The machine of a scan. It holds no socket and reads no clock.
#[derive(Debug)]
pub struct Engine<A> {
    plan: Plan,
    /// Tells these targets from others.
    mark: u64,
    limits: Limits,
    adviser: A,
    sweep: Sweep,
    ledger: Ledger,
    hosts: HashMap<IpAddr, Host>,
    turns: BinaryHeap<Reverse<(Moment, IpAddr)>>,
    connections: HashMap<ConnectionId, Connection>,
    deadlines: BinaryHeap<Reverse<(Moment, ConnectionId)>>,
    outbox: VecDeque<Act>,
    reports: VecDeque<HostReport>,
    /// Live hosts: the question that each answered first, and in which passes it answered.
    seen: HashMap<u64, Sighting>,
    /// Live hosts of which it is not known what they are, with the pass that left them so.
    parked: HashMap<u64, (u32, Host)>,
    /// Live hosts that are not asked again.
    left_alone: BTreeSet<u64>,
    /// Models of which one device is asked before the others, and what came of it.
    trials: HashMap<Box<str>, Trial>,
    /// Devices that were asked first of their model: whether they still answer afterwards.
    watches: BTreeMap<IpAddr, Watch>,
    strays: HashMap<IpAddr, u64>,
    counts: Counts,
    pace: Pace,
    next_connection: u64,
    questions: u64,
    /// The round that has begun: pass, block, round.
    round: (u32, u64, usize),
    /// When the next one may begin.
    round_due: Moment,
    /// Whether anybody was asked in it.
    is_round_heard: bool,
    /// Nothing leaves before: the window of the scope is closed.
    closed_until: Option<Moment>,
    is_ending: bool,
}

#[derive(Debug, Clone, Copy)]
struct Sighting {
    answered: QuestionId,
    /// One bit a pass.
    passes: u8,
}

/// What is known of how a model takes questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trial {
    /// This device is asked, or watched; the others wait.
    Tried(IpAddr),
    /// It answered afterwards.
    Passed,
    /// It did not: the others are spared.
    Failed,
}

/// A device that was asked first of its model.
#[derive(Debug)]
struct Watch {
    index: u64,
    model: Box<str>,
    question: QuestionId,
    /// How often it was asked whether it still answers.
    looks: u32,
    due: Moment,
}

#[derive(Debug)]
struct Connection {
    address: IpAddr,
    question: QuestionId,
    is_open: bool,
    answer: Vec<u8>,
    since: Moment,
    deadline: Moment,
    /// Whether only that the port is open is wanted.
    is_touch: bool,
}

impl<A: Adviser> Engine<A> {
    /// A scan that has not begun.
    pub fn new(plan: Plan, adviser: A) -> Self {
        let limits = plan.scope.limits();
        let limits = plan.max_rate.map_or(limits, |rate| limits.at_most(rate));
        let rate = limits.packets_per_second();
        let targets = plan.targets.len();
        Self {
            mark: mark(&plan.targets),
            sweep: Sweep::new(targets, plan.seed, 0, &catalogue().sweep),
            ledger: Ledger::new(usize::try_from(targets).unwrap_or(usize::MAX)),
            // A thousandth of a second may leave at once: timers are no finer.
            pace: Pace::new(rate, rate / 1_000),
            limits,
            plan,
            adviser,
            hosts: HashMap::new(),
            turns: BinaryHeap::new(),
            connections: HashMap::new(),
            deadlines: BinaryHeap::new(),
            outbox: VecDeque::new(),
            reports: VecDeque::new(),
            seen: HashMap::new(),
            parked: HashMap::new(),
            left_alone: BTreeSet::new(),
            trials: HashMap::new(),
            watches: BTreeMap::new(),
            strays: HashMap::new(),
            counts: Counts::default(),
            next_connection: 0,
            questions: 0,
            round: (0, 0, 0),
            round_due: ROUND_MIN,
            is_round_heard: false,
            closed_until: None,
            is_ending: false,
        }
    }

    /// Where the scan stands, to go on from there. Reports that were not taken are no part of it.
    pub fn checkpoint(&self) -> Checkpoint {
        let mut begun: Vec<(u64, u32)> =
            self.hosts.values().map(|host| (host.index, host.packets)).collect();
        begun.sort_unstable();
        let named = |(index, sighting): (&u64, &Sighting)| {
            let question = catalogue().get(sighting.answered)?;
            Some((*index, question.id.to_owned(), question.port, sighting.passes))
        };
        let mut seen: Vec<_> = self.seen.iter().filter_map(named).collect();
        seen.sort_unstable();
        Checkpoint {
            version: VERSION,
            seed: self.plan.seed,
            targets: self.plan.targets.len(),
            mark: self.mark,
            passes: self.plan.passes,
            progress: self.sweep.progress(),
            states: self.ledger.runs(),
            begun,
            seen,
            packets_sent: self.counts.packets_sent,
        }
    }

    /// A scan that goes on from a checkpoint. Hosts that were not done with are asked again, with what is left of their
    /// budgets; hosts whose maker was left open for another pass are not taken up.
    ///
    /// # Errors
    /// [`ResumeError`] when the checkpoint is not of this plan.
    pub fn resume(plan: Plan, adviser: A, from: &Checkpoint) -> Result<Self, ResumeError> {
        if from.version != VERSION {
            return Err(ResumeError::Version(from.version));
        }
        let same = [
            ("seed", from.seed, plan.seed),
            ("targets:", from.targets, plan.targets.len()),
            ("other targets, marked", from.mark, mark(&plan.targets)),
            ("passes:", u64::from(from.passes), u64::from(plan.passes)),
        ];
        if let Some((what, theirs, ours)) = same.into_iter().find(|(_, one, other)| one != other) {
            return Err(ResumeError::Other { what, theirs, ours });
        }
        let held = from.states.iter().fold(0u64, |sum, (_, count)| sum.saturating_add(*count));
        if held != from.targets {
            return Err(ResumeError::Damaged(from.targets, held));
        }
        let mut engine = Self::new(plan, adviser);
        let Progress { pass, block, round, .. } = from.progress;
        let sweep = Sweep::new(from.targets, from.seed, pass, &catalogue().sweep);
        engine.sweep = sweep.from(from.progress);
        engine.round = (pass, block, round);
        engine.is_round_heard = true;
        engine.ledger = Ledger::of_runs(&from.states);
        engine.counts.packets_sent = from.packets_sent;
        for (index, id, port, passes) in &from.seen {
            if let Some(answered) = catalogue().find(id, *port) {
                engine.seen.insert(*index, Sighting { answered, passes: *passes });
            }
        }
        for (index, packets) in &from.begun {
            if let Some(address) = engine.plan.targets.nth(*index) {
                let asked = engine.sweep.asked(*index);
                let mut host = Host::new(*index, *packets, asked, &engine.limits);
                host.is_ipv6 = address.is_ipv6();
                engine.hosts.insert(address, host);
                engine.turn(address, Moment::ZERO);
            }
        }
        Ok(engine)
    }

    /// The next host that is done with.
    pub fn report(&mut self) -> Option<HostReport> {
        self.reports.pop_front()
    }

    /// How many packets the sweep has sent to a target so far in this pass.
    pub fn swept(&self, index: u64) -> u32 {
        self.sweep.asked(index).len()
    }

    /// What became of every address.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What has been counted.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Where the sweep stands.
    pub fn progress(&self) -> Progress {
        self.sweep.progress()
    }

    /// In which passes each camera answered, one bit a pass.
    pub fn sightings(&self) -> Vec<u8> {
        let mut seen: Vec<(&u64, &Sighting)> = self.seen.iter().collect();
        seen.sort_unstable_by_key(|(index, _)| **index);
        let is_camera = |index: u64| self.state(index) == AddressState::Camera;
        seen.into_iter()
            .filter(|(index, _)| is_camera(**index))
            .map(|(_, sighting)| sighting.passes)
            .collect()
    }

    /// Asks nothing more, ends what is open, and reports of the hosts begun with what they have said. What was not asked
    /// stays not reached.
    pub fn end(&mut self, now: Moment) {
        self.is_ending = true;
        let mut open: Vec<ConnectionId> = self.connections.keys().copied().collect();
        open.sort_unstable();
        for id in open {
            self.connections.remove(&id);
            self.outbox.push_back(Act::Close { id });
        }
        let mut live: Vec<IpAddr> = self.hosts.keys().copied().collect();
        live.sort_unstable();
        for address in live {
            self.finish(address, Stop::Ended, now);
        }
    }

    /// Whether the scan was ended before all was asked: by [`Engine::end`], or because the scope permits nothing any more.
    pub fn is_ended(&self) -> bool {
        self.is_ending
    }

    fn state(&self, index: u64) -> AddressState {
        usize::try_from(index).map_or(AddressState::NotReached, |index| self.ledger.state(index))
    }

    fn enter(&mut self, index: u64, state: AddressState) {
        if let Ok(index) = usize::try_from(index) {
            self.ledger.enter(index, state);
        }
    }

    fn spend(&mut self, now: Moment, packets: u32) {
        self.counts.packets_sent += u64::from(packets);
        self.pace.spend(now, packets);
    }

    /// Counts packets to a host that is known.
    fn spend_on(&mut self, address: IpAddr, now: Moment, packets: u32) {
        self.spend(now, packets);
        if let Some(host) = self.hosts.get_mut(&address) {
            host.packets += packets;
            host.pace.spend(now, packets);
        }
    }

    // ── asking ──────────────────────────────────────────────────────────────────────────────

    /// The act that asks a question of an address; `None` where the scope does not let it.
    fn ask(
        &mut self,
        index: u64,
        address: IpAddr,
        id: QuestionId,
        now: Moment,
        how: How,
    ) -> Option<Act> {
        let question = catalogue().get(id)?;
        let permit = match self.plan.scope.permit(address, self.plan.started + now) {
            Ok(permit) => permit,
            Err(denied) => {
                self.denied(index, &denied, now);
                return None;
            }
        };
        self.spend(now, 1);
        self.questions += 1;
        self.is_round_heard |= how != How::Host;
        match question.way {
            Way::Datagram(_) => {
                let payload = question.bytes(&self.fresh(address, question)).into();
                let from = question.local_port();
                Some(Act::Send(Datagram::new(permit, question.port, from, payload)))
            }
            _ => {
                let id = self.connect(address, id, now, how);
                Some(Act::Open { id, permit, port: question.port })
            }
        }
    }

    fn connect(
        &mut self,
        address: IpAddr,
        question: QuestionId,
        now: Moment,
        how: How,
    ) -> ConnectionId {
        let id = ConnectionId(self.next_connection);
        self.next_connection += 1;
        let deadline = now + OPEN_PATIENCE;
        self.deadlines.push(Reverse((deadline, id)));
        let connection = Connection {
            address,
            question,
            is_open: false,
            answer: Vec::new(),
            since: now,
            deadline,
            is_touch: how == How::Again,
        };
        self.connections.insert(id, connection);
        id
    }

    fn fresh(&self, address: IpAddr, question: &Question) -> Fresh<'_> {
        Fresh {
            to: SocketAddr::new(address, question.port),
            unique: unique(self.plan.seed, self.questions),
            agent: &self.plan.user_agent,
        }
    }

    fn denied(&mut self, index: u64, denied: &Denied, now: Moment) {
        match denied {
            Denied::Closed { opens: Some(at) } | Denied::NotYet { from: at } => {
                let wait = at.duration_since(self.plan.started);
                let until = Duration::try_from(wait).unwrap_or(now);
                self.closed_until = Some(until.max(now + Duration::from_secs(1)));
            }
            Denied::Closed { opens: None } | Denied::Expired { .. } => self.end(now),
            _ => self.enter(index, AddressState::Excluded),
        }
    }

    /// The next question to a live host whose turn it is.
    fn ask_a_host(&mut self, now: Moment) -> Option<Act> {
        for _ in 0..LOOKED_AT_MAX {
            let Reverse((turn, address)) = *self.turns.peek()?;
            if turn > now {
                return None;
            }
            self.turns.pop();
            let Some(host) = self.hosts.get_mut(&address) else { continue };
            if host.turn != turn || host.talk.is_some() {
                continue;
            }
            let ready = host.pace.ready_at();
            if ready > now {
                self.turn(address, ready);
                continue;
            }
            if std::mem::take(&mut host.is_news) {
                host.advice = self.adviser.advise(&host.signals);
            }
            let index = host.index;
            let model: Option<Box<str>> = host.model_on_trial().map(Into::into);
            match model.map_or(Trial::Passed, |model| self.trial(model, address)) {
                Trial::Tried(first) if first != address => {
                    self.turn(address, now + TRIAL_PAUSE);
                    continue;
                }
                Trial::Failed => {
                    self.finish(address, Stop::Spared, now);
                    continue;
                }
                Trial::Tried(_) | Trial::Passed => {}
            }
            let Some(host) = self.hosts.get_mut(&address) else { continue };
            let next = match host.next_question(&self.limits) {
                Ok(next) => next,
                Err(stop) => {
                    self.finish(address, stop, now);
                    continue;
                }
            };
            let Some(act) = self.ask(index, address, next, now, How::Host) else {
                // The window has closed, or the scope has ended.
                self.turn(address, now + Duration::from_secs(1));
                return None;
            };
            if let Some(host) = self.hosts.get_mut(&address) {
                if host.asked.contains(next) {
                    host.unanswered = host.unanswered.without(Asked::of(next));
                } else {
                    host.asked.insert(next);
                    host.unanswered.insert(next);
                }
                host.packets += 1;
                host.pace.spend(now, 1);
                host.waiting_since = Some(now);
                if let Act::Open { id, .. } = &act {
                    host.talk = Some(*id);
                }
            }
            self.turn(address, now + DATAGRAM_PATIENCE);
            return Some(act);
        }
        None
    }

    /// What is known of a model, of which a device stands at this address: the first is tried.
    fn trial(&mut self, model: Box<str>, address: IpAddr) -> Trial {
        let is_tried = |first: &IpAddr| {
            self.hosts.get(first).is_some_and(|host| host.model_on_trial() == Some(&model))
                || self.watches.get(first).is_some_and(|watch| watch.model == model)
        };
        let is_over = matches!(self.trials.get(&model), Some(Trial::Tried(first)) if *first != address && !is_tried(first));
        let trial = self.trials.entry(model).or_insert(Trial::Tried(address));
        if is_over {
            // It turned out to be something else.
            *trial = Trial::Passed;
        }
        *trial
    }

    /// Looks whether a device that was asked first of its model still answers.
    fn look_after(&mut self, now: Moment) -> Option<Act> {
        let due = self.watches.iter().find(|(_, watch)| watch.due <= now);
        let (address, looks) = due.map(|(address, watch)| (*address, watch.looks))?;
        if looks == LOOKS {
            let watch = self.watches.remove(&address)?;
            self.trials.insert(watch.model, Trial::Failed);
            return None;
        }
        let watch = self.watches.get_mut(&address)?;
        watch.looks += 1;
        watch.due = now + LOOK_PAUSE;
        let (index, question) = (watch.index, watch.question);
        self.ask(index, address, question, now, How::Again)
    }

    /// Says when a host has its next turn.
    fn turn(&mut self, address: IpAddr, at: Moment) {
        if let Some(host) = self.hosts.get_mut(&address) {
            host.turn = at;
            self.turns.push(Reverse((at, address)));
        }
    }

    /// The next question of the sweep.
    fn ask_the_next(&mut self, now: Moment) -> Option<Act> {
        if self.hosts.len() >= HOSTS_MAX || self.connections.len() >= CONNECTIONS_MAX {
            return None;
        }
        for _ in 0..LOOKED_AT_MAX {
            match self.sweep.peek() {
                Step::Ask { index, question } => {
                    if !self.begins_round(now) {
                        return None;
                    }
                    let asked = self.sweep_one(index, question, now);
                    if self.closed_until.is_some() || self.is_ending {
                        return None;
                    }
                    self.sweep.advance();
                    if asked.is_some() {
                        return asked;
                    }
                }
                Step::BlockDone { block } => {
                    let targets: Vec<u64> = self.sweep.targets(block).collect();
                    for index in targets {
                        if self.state(index) == AddressState::NotReached && !self.is_begun(index) {
                            self.enter(index, AddressState::Silent);
                        }
                    }
                    self.sweep.advance();
                }
                Step::PassDone => {
                    let pass = self.sweep.progress().pass + 1;
                    let is_busy = !(self.hosts.is_empty()
                        && self.connections.is_empty()
                        && self.watches.is_empty());
                    if is_busy || pass >= self.plan.passes {
                        return None;
                    }
                    self.sweep = Sweep::new(
                        self.plan.targets.len(),
                        self.plan.seed,
                        pass,
                        &catalogue().sweep,
                    );
                }
            }
        }
        None
    }

    /// Whether the round that the sweep is in has begun, or may begin: the packets to one address lie apart, however
    /// few addresses there are.
    fn begins_round(&mut self, now: Moment) -> bool {
        let Progress { pass, block, round, .. } = self.sweep.progress();
        if self.round == (pass, block, round) {
            return true;
        }
        // Nobody was asked in the last one: nobody need be spared.
        if now < self.round_due && self.is_round_heard {
            return false;
        }
        self.is_round_heard = false;
        self.round = (pass, block, round);
        self.round_due = now + ROUND_MIN;
        true
    }

    fn is_begun(&self, index: u64) -> bool {
        self.plan.targets.nth(index).is_some_and(|address| self.hosts.contains_key(&address))
    }

    fn sweep_one(&mut self, index: u64, question: QuestionId, now: Moment) -> Option<Act> {
        let Progress { pass, round, .. } = self.sweep.progress();
        let address = self.plan.targets.nth(index)?;
        let asked_before = u32::try_from(round).unwrap_or(u32::MAX);
        if self.hosts.contains_key(&address) || asked_before >= self.limits.packets_to_host() {
            return None;
        }
        match self.state(index) {
            AddressState::Excluded | AddressState::Tarpit => None,
            AddressState::OtherDevice
                if self.parked.get(&index).is_some_and(|(before, _)| *before < pass) =>
            {
                let (_, mut host) = self.parked.remove(&index)?;
                host.resume();
                self.enter(index, AddressState::NotReached);
                self.hosts.insert(address, host);
                self.turn(address, now);
                None
            }
            AddressState::Camera | AddressState::OtherDevice => {
                // Found before: whether it is found again tells how many are not found at all.
                let sighting = *self.seen.get(&index)?;
                let is_due = round == 0
                    && sighting.passes >> pass & 1 == 0
                    && !self.left_alone.contains(&index);
                if is_due {
                    self.ask(index, address, sighting.answered, now, How::Again)
                } else {
                    None
                }
            }
            AddressState::Silent | AddressState::NotReached | AddressState::Unreachable => {
                let is_known = catalogue().get(question).is_some_and(Question::knows_ipv6);
                if address.is_ipv6() && !is_known {
                    return None;
                }
                self.ask(index, address, question, now, How::Sweep)
            }
        }
    }

    // ── hearing ─────────────────────────────────────────────────────────────────────────────

    /// The host at an address that has answered; `None` where it is no target, or done with.
    fn live(&mut self, address: IpAddr, now: Moment) -> Option<&mut Host> {
        let index = self.plan.targets.index_of(address)?;
        if self.state(index).is_live() || self.is_ending {
            return None;
        }
        if !self.hosts.contains_key(&address) {
            let asked = self.sweep.asked(index);
            let mut host = Host::new(index, asked.len(), asked, &self.limits);
            host.is_ipv6 = address.is_ipv6();
            // A connection of the sweep may be on its way: there is no second beside it.
            let pending =
                self.connections.iter().find(|(_, c)| c.address == address && !c.is_touch);
            host.talk = pending.map(|(id, _)| *id);
            self.hosts.insert(address, host);
            self.turn(address, now + Duration::from_millis(100));
        }
        self.hosts.get_mut(&address)
    }

    /// Notes that a target answered in this pass.
    fn sighted(&mut self, address: IpAddr, question: QuestionId) {
        let Some(index) = self.plan.targets.index_of(address) else { return };
        let bit = 1u8.checked_shl(self.sweep.progress().pass).unwrap_or(0);
        let sighting = self.seen.entry(index).or_insert(Sighting { answered: question, passes: 0 });
        sighting.passes |= bit;
        if let Some(watch) = self.watches.remove(&address) {
            self.trials.insert(watch.model, Trial::Passed);
        }
    }

    fn heard_datagram(&mut self, from: SocketAddr, to: LocalPort, bytes: &[u8], now: Moment) {
        let address = from.ip().to_canonical();
        let Some(index) = self.plan.targets.index_of(address) else {
            self.counts.strays += 1;
            if self.strays.len() < STRAYS_MAX || self.strays.contains_key(&address) {
                *self.strays.entry(address).or_default() += 1;
            }
            return;
        };
        let question = catalogue().answered(from.port(), to);
        if let Some(question) = question {
            self.sighted(address, question);
        }
        if self.state(index).is_live() {
            self.counts.late += 1;
            return;
        }
        let Some(host) = self.live(address, now) else { return };
        host.answered_at(now);
        if host.stop.is_some() {
            host.dropped += 1;
            return;
        }
        if let Some(question) = question {
            host.unanswered = host.unanswered.without(Asked::of(question));
        }
        let port = question.and_then(|id| catalogue().get(id)).map_or(from.port(), |q| q.port);
        for signal in wire::sanitise(Signal::bytes(SignalKind::UdpReply, bytes).at_port(port)) {
            host.keep(signal);
        }
        host.datagrams += 1;
        if host.is_flooding() {
            host.stop.get_or_insert(Stop::Flood);
        }
        if host.talk.is_none() {
            let at = host.pace.ready_at().max(now + Duration::from_millis(50));
            // Who goes on talking does not put off its turn.
            let at = if host.turn > now { host.turn.min(at) } else { at };
            self.turn(address, at);
        }
    }

    fn heard_unreachable(&mut self, address: IpAddr) {
        let address = address.to_canonical();
        let Some(index) = self.plan.targets.index_of(address) else { return };
        let is_open = matches!(self.state(index), AddressState::NotReached | AddressState::Silent);
        if is_open && !self.hosts.contains_key(&address) {
            self.enter(index, AddressState::Unreachable);
        }
    }

    fn opened(&mut self, id: ConnectionId, now: Moment) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.is_open = true;
        let (address, id_of, is_touch) =
            (connection.address, connection.question, connection.is_touch);
        self.sighted(address, id_of);
        let Some(question) = catalogue().get(id_of) else { return };
        let Some(expected) = question.expected() else { return };
        if is_touch || self.live(address, now).is_none() {
            self.spend(now, 3);
            self.connections.remove(&id);
            self.outbox.push_back(Act::Close { id });
            return;
        }
        self.spend_on(address, now, 1);
        if self.plan.scope.permit(address, self.plan.started + now).is_err() {
            // The window has closed while it was being opened.
            return self.end_talk(id, now);
        }
        let Some(host) = self.hosts.get_mut(&address) else { return };
        host.answered_at(now);
        host.unanswered = host.unanswered.without(Asked::of(id_of));
        host.set_port(question.port, Port::Open);
        if catalogue().canary == Some(id_of) {
            host.stop.get_or_insert(Stop::Tarpit);
        }
        let is_other_talk = host.talk.is_some_and(|talk| talk != id);
        if expected == Expected::Nothing || is_other_talk {
            self.end_talk(id, now);
            return;
        }
        host.talk = Some(id);
        host.waiting_since = Some(now);
        let bytes = question.bytes(&self.fresh(address, question));
        if !bytes.is_empty() {
            self.spend_on(address, now, 1);
            self.outbox.push_back(Act::Write { id, bytes: bytes.into() });
        }
        let patience =
            if expected == Expected::Greeting { GREETING_PATIENCE } else { ANSWER_PATIENCE };
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.deadline = now + patience;
            self.deadlines.push(Reverse((now + patience, id)));
        }
    }

    fn heard_bytes(&mut self, id: ConnectionId, bytes: &[u8], now: Moment) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let room = ANSWER_BYTES_MAX.saturating_sub(connection.answer.len());
        connection.answer.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        let expected = catalogue().get(connection.question).and_then(Question::expected);
        let is_whole = expected.is_some_and(|expected| expected.is_whole(&connection.answer));
        let address = connection.address;
        if let Some(host) = self.hosts.get_mut(&address) {
            host.answered_at(now);
        }
        self.spend_on(address, now, 1);
        // What drips without end costs an acknowledgement a drop.
        let is_spent = |host: &Host| host.packets_left(&self.limits) == 0;
        if is_whole || self.hosts.get(&address).is_some_and(is_spent) {
            self.end_talk(id, now);
        }
    }

    /// Ends a connection to a live host and reads what it said.
    fn end_talk(&mut self, id: ConnectionId, now: Moment) {
        let Some(connection) = self.connections.remove(&id) else { return };
        self.outbox.push_back(Act::Close { id });
        let Connection { address, question, answer, .. } = connection;
        self.spend_on(address, now, 2);
        let Some(question) = catalogue().get(question) else { return };
        let Some(host) = self.hosts.get_mut(&address) else { return };
        if host.talk == Some(id) {
            host.talk = None;
        }
        if !answer.is_empty() {
            if let Some(status) = http_status(&answer) {
                if matches!(status, "401" | "403") {
                    host.refused();
                }
                if let Some(path) = question.product_path()
                    && answer.starts_with(b"HTTP/")
                {
                    host.keep(Signal::text(SignalKind::HttpPath, format!("{path} {status}")));
                }
            }
            let reply = Signal::bytes(SignalKind::TcpReply, answer).at_port(question.port);
            for signal in wire::sanitise(reply) {
                host.keep(signal);
            }
        }
        if host.talk.is_none() {
            let at = host.pace.ready_at().max(now);
            self.turn(address, at);
        }
    }

    /// A connection that did not open: what that says of its port.
    fn not_opened(&mut self, id: ConnectionId, port: Port, now: Moment) {
        let Some(connection) = self.connections.remove(&id) else { return };
        self.outbox.push_back(Act::Close { id });
        let Connection { address, question, since, .. } = connection;
        if now.saturating_sub(since) >= RETRANSMISSION {
            self.spend_on(address, now, 1);
        }
        let Some(number) = catalogue().get(question).map(|q| q.port) else { return };
        if port == Port::Closed {
            self.sighted(address, question);
            if self.live(address, now).is_none() {
                return;
            }
        }
        let Some(host) = self.hosts.get_mut(&address) else { return };
        host.set_port(number, port);
        if port == Port::Closed {
            host.answered_at(now);
        }
        if host.talk == Some(id) || host.talk.is_none() {
            host.talk = None;
            // Only its answer may have been lost: the host repeats it, hears that nobody is there, and is free again.
            let rest = if port == Port::Mute { HALF_OPEN } else { Duration::ZERO };
            let at = host.pace.ready_at().max(now + rest);
            self.turn(address, at);
        }
    }

    fn broken_off(&mut self, id: ConnectionId, now: Moment) {
        let Some(connection) = self.connections.get(&id) else { return };
        if !connection.is_open {
            return self.not_opened(id, Port::Closed, now);
        }
        let address = connection.address;
        if let Some(host) = self.hosts.get_mut(&address) {
            host.stop.get_or_insert(Stop::Reset);
        }
        self.end_talk(id, now);
    }

    /// Gives up on connections whose time is over.
    fn expire(&mut self, now: Moment) {
        while let Some(Reverse((deadline, id))) = self.deadlines.peek().copied() {
            if deadline > now {
                return;
            }
            self.deadlines.pop();
            let Some(connection) = self.connections.get(&id) else { continue };
            if connection.deadline != deadline {
                continue;
            }
            match connection.is_open {
                true => self.end_talk(id, now),
                false => self.not_opened(id, Port::Mute, now),
            }
        }
    }

    fn finish(&mut self, address: IpAddr, stop: Stop, now: Moment) {
        let Some(mut host) = self.hosts.remove(&address) else { return };
        if host.is_news {
            host.advice = self.adviser.advise(&host.signals);
        }
        let stop = host.stop.unwrap_or(stop);
        let state = match stop {
            Stop::Tarpit => AddressState::Tarpit,
            _ if host.is_surveillance() => AddressState::Camera,
            Stop::Ended => AddressState::NotReached,
            _ => AddressState::OtherDevice,
        };
        self.enter(host.index, state);
        if matches!(stop, Stop::Refused | Stop::Reset | Stop::Flood | Stop::Tarpit) {
            // It is left alone from now on: no look whether it answers, no question in another pass.
            self.left_alone.insert(host.index);
            if let Some(model) = host.model_on_trial() {
                let passed = if stop == Stop::Reset { Trial::Failed } else { Trial::Passed };
                if self.trials.get(model) == Some(&Trial::Tried(address)) {
                    self.trials.insert(model.into(), passed);
                }
            }
        }
        self.watch(address, &host, now);
        let is_open = matches!(stop, Stop::Budget | Stop::Exhausted) && !host.is_surveillance();
        let pass = self.sweep.progress().pass;
        let has_another = pass + 1 < self.plan.passes;
        if is_open && has_another && self.parked.len() < PARKED_MAX {
            self.parked.insert(host.index, (pass, host.clone()));
        }
        self.reports.push_back(HostReport {
            address,
            state,
            stop,
            open_ports: host.open_ports(),
            signals: host.signals,
            packets_sent: host.packets + host.packets_before,
            dropped: host.dropped,
            at: now,
        });
    }

    /// Has an eye on a host that is done with, where it was the first of its model.
    fn watch(&mut self, address: IpAddr, host: &Host, now: Moment) {
        let Some(model) = host.model_on_trial() else { return };
        let is_first = self.trials.get(model) == Some(&Trial::Tried(address));
        let question = self.seen.get(&host.index).map(|sighting| sighting.answered);
        match question.filter(|_| is_first && !self.is_ending) {
            Some(question) => {
                let (index, model) = (host.index, model.into());
                let due = now + LOOK_PAUSE;
                let watch = Watch { index, model, question, looks: 0, due };
                self.watches.insert(address, watch);
            }
            None if is_first => {
                self.trials.insert(model.into(), Trial::Passed);
            }
            None => {}
        }
    }

    /// When something is due, whether or not anything is heard.
    fn next_due(&self, now: Moment) -> Option<Moment> {
        let turn = self.turns.peek().map(|Reverse((at, _))| *at);
        let is_waiting = matches!(self.sweep.peek(), Step::Ask { .. });
        let round = Some(self.round_due).filter(|due| is_waiting && *due > now);
        let look = self.watches.values().map(|watch| watch.due).min();
        [turn, self.next_deadline(), round, look].into_iter().flatten().min()
    }

    fn next_deadline(&self) -> Option<Moment> {
        self.deadlines.peek().map(|Reverse((at, _))| *at)
    }
}

impl<A: Adviser> Machine for Engine<A> {
    fn next(&mut self, now: Moment) -> Act {
        loop {
            if let Some(act) = self.outbox.pop_front() {
                return act;
            }
            self.expire(now);
            if !self.outbox.is_empty() {
                continue;
            }
            if self.is_ending {
                return Act::Done;
            }
            if let Some(until) = self.closed_until {
                if until > now {
                    return Act::Wait(until);
                }
                self.closed_until = None;
            }
            let ready = self.pace.ready_at();
            if ready > now {
                // Turns wait for the pace; what is given up costs nothing.
                return Act::Wait(self.next_deadline().map_or(ready, |due| due.min(ready)));
            }
            let watched = self.watches.len();
            let act = self.look_after(now).or_else(|| self.ask_a_host(now));
            if let Some(act) = act.or_else(|| self.ask_the_next(now)) {
                return act;
            }
            if self.watches.len() != watched {
                continue;
            }
            if !self.outbox.is_empty() || self.closed_until.is_some() || self.is_ending {
                continue;
            }
            match self.next_due(now) {
                Some(due) if due > now => return Act::Wait(due),
                Some(_) => {}
                None if self.sweep.peek() == Step::PassDone => return Act::Done,
                None => {}
            }
        }
    }

    fn hear(&mut self, now: Moment, event: Event<'_>) {
        match event {
            Event::Datagram { from, to, bytes } => self.heard_datagram(from, to, bytes, now),
            Event::PortUnreachable { to } => {
                let address = to.ip().to_canonical();
                if let Some(question) = catalogue().answered(to.port(), LocalPort::Any) {
                    self.sighted(address, question);
                }
                if let Some(host) = self.live(address, now) {
                    host.answered_at(now);
                    if host.talk.is_none() {
                        let at = host.pace.ready_at().max(now);
                        self.turn(address, at);
                    }
                }
            }
            Event::Unreachable { to } => self.heard_unreachable(to),
            Event::Opened(id) => self.opened(id, now),
            Event::Refused(id) => self.not_opened(id, Port::Closed, now),
            Event::Failed(id) => {
                let address = self.connections.get(&id).map(|connection| connection.address);
                self.not_opened(id, Port::Mute, now);
                if let Some(address) = address {
                    self.heard_unreachable(address);
                }
            }
            Event::Data { id, bytes } => self.heard_bytes(id, bytes, now),
            Event::Ended(id) => self.end_talk(id, now),
            Event::Reset(id) => self.broken_off(id, now),
        }
    }
}

/// Why a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// To see whether anything is there.
    Sweep,
    /// To learn more of a host.
    Host,
    /// To see whether what was found is found again.
    Again,
}

impl Host {
    /// What to ask next, or why nothing more is asked.
    fn next_question(&self, limits: &Limits) -> Result<QuestionId, Stop> {
        if let Some(stop) = self.stop {
            return Err(stop);
        }
        if self.is_settled() {
            return Err(Stop::Settled);
        }
        let left = self.packets_left(limits);
        if self.is_suspect()
            && left >= CANARY_PACKETS
            && let Some(canary) = catalogue().canary.filter(|id| !self.asked.contains(*id))
        {
            return Ok(canary);
        }
        let wanted = self.advice.next.iter().flat_map(|topic| catalogue().on_topic(topic));
        let once = wanted.filter(|id| !self.asked.contains(*id));
        let base = || catalogue().base.iter().enumerate();
        let is_second =
            |place: usize, id: QuestionId| base().take(place).any(|(_, earlier)| *earlier == id);
        let due = base().filter(|(place, id)| match is_second(*place, **id) {
            true => self.unanswered.contains(**id),
            false => !self.asked.contains(**id),
        });
        let open = || {
            let due = due.clone().map(|(_, id)| *id);
            once.clone().chain(due).filter(|id| self.can_be_asked(*id))
        };
        let affordable = |id: &QuestionId| {
            catalogue().get(*id).is_some_and(|question| question.packets() <= left)
        };
        match open().find(affordable) {
            Some(id) => Ok(id),
            None if open().next().is_some() => Err(Stop::Budget),
            None => Err(Stop::Exhausted),
        }
    }

    /// Whether the question was not asked, and may be heard.
    fn can_be_asked(&self, id: QuestionId) -> bool {
        let Some(question) = catalogue().get(id) else { return false };
        let is_shut = || self.port(question.port) == Some(Port::Closed);
        let is_stream = question.expected().is_some();
        let is_open = || self.port(question.port) == Some(Port::Open);
        if self.is_ipv6 && !question.knows_ipv6() {
            return false;
        }
        let is_suspected = |maker| self.advice.suspects.iter().any(|id| id.as_str() == maker);
        !(is_stream && is_shut())
            && (!question.needs_open() || is_open())
            && question.maker().is_none_or(is_suspected)
    }
}

/// The status code of an HTTP answer.
fn http_status(answer: &[u8]) -> Option<&str> {
    let line = answer.split(|byte| *byte == b'\n').next()?;
    let line = str::from_utf8(line).ok()?;
    let mut words = line.split_ascii_whitespace();
    words.next().filter(|version| version.starts_with("HTTP/") || version.starts_with("RTSP/"))?;
    words.next().filter(|status| status.len() == 3)
}

/// A number that tells targets from others (FNV-1a over their ranges).
fn mark(targets: &Addresses) -> u64 {
    let ranges = targets.ranges().map(|(first, last)| format!("{first}-{last} "));
    let bytes = ranges.flat_map(String::into_bytes);
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Sixteen bytes that no other number of this seed gives (SplitMix64, twice).
fn unique(seed: u64, number: u64) -> [u8; 16] {
    let mix = |n: u64| {
        let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let low = mix(seed.wrapping_add(number.wrapping_mul(2)));
    let high = mix(seed.wrapping_add(number.wrapping_mul(2) + 1));
    let mut bytes = [0; 16];
    let (one, other) = bytes.split_at_mut(8);
    one.copy_from_slice(&low.to_be_bytes());
    other.copy_from_slice(&high.to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests;
