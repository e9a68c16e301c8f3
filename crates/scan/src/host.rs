//! One host that has answered: what it said, what it was asked, what it may still be asked.

use std::time::Duration;

use model::{DeviceKind, Signal, SignalKind};
use serde::Serialize;

use crate::adviser::Advice;
use crate::pace::Pace;
use crate::question::Asked;
use crate::{ConnectionId, Limits, Moment};

/// Answers of one host that are kept; more are counted.
const SIGNALS_MAX: usize = 96;
/// Bytes of them.
const SIGNAL_BYTES_MAX: usize = 256 * 1024;
/// An answer that takes longer makes the scan wait longer before it asks again.
const SLOW: Duration = Duration::from_secs(2);
/// The slowest that a host is asked.
const SLOWEST: Duration = Duration::from_secs(4);
/// Refusals for want of a login after which a host is left alone.
const REFUSALS_MAX: u8 = 2;
/// Packets that our system may send of its own.
const PACKETS_KEPT: u32 = 2;
/// Open ports among those tried that make a host suspect of answering on all.
const OPEN_PORTS_SUSPECT: usize = 7;

/// What a connection to a port came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Port {
    Open,
    Closed,
    /// Nothing came back.
    Mute,
}

/// Why no more is asked of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stop {
    /// It is known what it is.
    Settled,
    /// There is nothing left to ask.
    Exhausted,
    /// It has had as many packets as it may have.
    Budget,
    /// It has twice asked for a login.
    Refused,
    /// It broke a connection off.
    Reset,
    /// It answers on every port.
    Tarpit,
    /// It says more than anything honest does.
    Flood,
    /// The first device of its model did not answer any more after it had been asked.
    Spared,
    /// The scan was ended.
    Ended,
}

/// A live host.
#[derive(Debug, Clone)]
pub(crate) struct Host {
    pub(crate) index: u64,
    pub(crate) signals: Vec<Signal>,
    bytes: usize,
    /// Datagrams and pieces beyond what is kept.
    pub(crate) dropped: u64,
    /// Datagrams that came from it.
    pub(crate) datagrams: u64,
    /// Whether its address is one of IPv6.
    pub(crate) is_ipv6: bool,
    pub(crate) asked: Asked,
    /// Questions that it was asked once without an answer, and may be asked once more: packets get lost.
    pub(crate) unanswered: Asked,
    ports: Vec<(u16, Port)>,
    /// Packets that it got in this pass.
    pub(crate) packets: u32,
    /// Packets that it got in earlier passes.
    pub(crate) packets_before: u32,
    refusals: u8,
    pub(crate) pace: Pace,
    /// The connection that is open or being opened.
    pub(crate) talk: Option<ConnectionId>,
    /// Its next turn; an earlier one that is still in the queue is not its turn any more.
    pub(crate) turn: Moment,
    /// When the last question left, until its answer comes.
    pub(crate) waiting_since: Option<Moment>,
    pub(crate) advice: Advice,
    /// Whether something came since the adviser was asked.
    pub(crate) is_news: bool,
    pub(crate) stop: Option<Stop>,
}

impl Host {
    pub(crate) fn new(index: u64, packets: u32, asked: Asked, limits: &Limits) -> Self {
        Self {
            index,
            signals: Vec::new(),
            bytes: 0,
            dropped: 0,
            datagrams: 0,
            is_ipv6: false,
            asked,
            unanswered: asked,
            ports: Vec::new(),
            packets,
            packets_before: 0,
            refusals: 0,
            pace: Pace::new(limits.packets_per_second_to_host(), 1),
            talk: None,
            turn: Moment::ZERO,
            waiting_since: None,
            advice: Advice::default(),
            is_news: true,
            stop: None,
        }
    }

    /// Begins again in another pass: what it left unanswered may be asked as if for the first time.
    pub(crate) fn resume(&mut self) {
        self.packets_before += std::mem::take(&mut self.packets);
        self.asked = self.asked.without(self.unanswered);
        self.unanswered = Asked::default();
        self.stop = None;
        self.is_news = true;
    }

    /// Keeps what it said, within bounds, each thing once.
    pub(crate) fn keep(&mut self, signal: Signal) {
        let bytes = signal.as_bytes().len();
        if self.signals.contains(&signal) {
            return;
        }
        if self.signals.len() == SIGNALS_MAX || self.bytes + bytes > SIGNAL_BYTES_MAX {
            self.dropped += 1;
            return;
        }
        self.bytes += bytes;
        self.signals.push(signal);
        self.is_news = true;
    }

    /// Whether it says more than anything honest does.
    pub(crate) fn is_flooding(&self) -> bool {
        self.dropped.max(self.datagrams) > u64::try_from(2 * SIGNALS_MAX).unwrap_or(u64::MAX)
    }

    pub(crate) fn port(&self, port: u16) -> Option<Port> {
        self.ports.iter().find(|(number, _)| *number == port).map(|(_, state)| *state)
    }

    pub(crate) fn set_port(&mut self, port: u16, state: Port) {
        match self.ports.iter_mut().find(|(number, _)| *number == port) {
            // A packet was lost: what was open is open.
            Some((_, Port::Open)) if state == Port::Mute => {}
            Some((_, known)) => *known = state,
            None => self.ports.push((port, state)),
        }
        if state == Port::Open {
            self.keep(Signal::text(SignalKind::PortOpen, format!("{port}/tcp")));
        }
    }

    /// Open ports, ascending.
    pub(crate) fn open_ports(&self) -> Vec<u16> {
        let mut open: Vec<u16> = self
            .ports
            .iter()
            .filter_map(|(port, state)| (*state == Port::Open).then_some(*port))
            .collect();
        open.sort_unstable();
        open
    }

    /// Whether so many of the ports tried are open that one must be tried on which nothing listens.
    pub(crate) fn is_suspect(&self) -> bool {
        let is_any_shut = self.ports.iter().any(|(_, state)| *state == Port::Closed);
        self.open_ports().len() >= OPEN_PORTS_SUSPECT && !is_any_shut
    }

    /// An answer came to the question that was asked last.
    pub(crate) fn answered_at(&mut self, now: Moment) {
        let Some(since) = self.waiting_since.take() else { return };
        if now.saturating_sub(since) > SLOW {
            self.pace.slow_down(2, SLOWEST);
        }
    }

    /// It asks for a login: a second time is the last.
    pub(crate) fn refused(&mut self) {
        self.refusals += 1;
        if self.refusals >= REFUSALS_MAX {
            self.stop.get_or_insert(Stop::Refused);
        }
    }

    pub(crate) fn is_surveillance(&self) -> bool {
        self.advice.kind.is_surveillance()
    }

    /// The model of a camera or recorder: one is asked before the others of its kind.
    pub(crate) fn model_on_trial(&self) -> Option<&str> {
        self.advice.model.as_deref().filter(|_| self.is_surveillance())
    }

    /// How many packets it may have yet, by what it seems to be. Some are kept back for acknowledgements and repetitions
    /// that our system sends by itself.
    pub(crate) fn packets_left(&self, limits: &Limits) -> u32 {
        let all = match self.is_surveillance() {
            true => limits.packets_to_camera(),
            false => limits.packets_to_host(),
        };
        all.saturating_sub(self.packets + PACKETS_KEPT)
    }

    /// Whether it is known well enough what it is.
    pub(crate) fn is_settled(&self) -> bool {
        self.advice.is_settled
            && (self.is_surveillance() || self.advice.kind == DeviceKind::OtherDevice)
    }
}
