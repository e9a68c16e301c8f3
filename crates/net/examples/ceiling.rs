//! How many datagrams a second leave through [`net::Network`], beside a bare loop around `sendmmsg` in the same run, over
//! loopback; and whether a machine that wants a pace gets it.
//!
//! `cargo run --release -p net --example ceiling`
//!
//! The two take turns, so that what else the computer does troubles both. Nobody reads what is sent: the receiver's
//! buffer is full after the first moment, and the system drops the rest, which costs the same whoever sent it.

use std::io::{self, IoSlice, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use net::{Network, Ports, run};
use rustix::net::{MMsgHdr, SendAncillaryBuffer, SendFlags, SocketAddrAny, sendmmsg};
use scan::{Act, Datagram, Event, LocalPort, Machine, Moment, Scope};

/// As long as a question of SADP's is, about.
const PAYLOAD: [u8; 200] = [b'?'; 200];
const ADDRESSES: u32 = 4_096;
const AT_ONCE: usize = 64;
const TURN: Duration = Duration::from_millis(500);
const TURNS: usize = 12;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sink = UdpSocket::bind("0.0.0.0:0")?;
    let port = sink.local_addr()?.port();
    let (mut bare, mut engine) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        bare.push(bare_loop(port)?);
        engine.push(asked(port, None)?.rate);
    }
    let mut out = io::stdout().lock();
    let (low, bare, high) = spread(bare);
    writeln!(out, "bare sendmmsg loop   {bare:>10.0} datagrams/s  ({low:.0} to {high:.0})")?;
    let (low, engine, high) = spread(engine);
    writeln!(out, "machine and network  {engine:>10.0} datagrams/s  ({low:.0} to {high:.0})")?;
    writeln!(out, "ratio                {:>10.3}", engine / bare)?;
    for rate in [100, 1_000, 10_000, 50_000] {
        let Asked { rate: got, late: (_, median, most) } = asked(port, Some(rate))?;
        let off = (got / f64::from(rate) - 1.0) * 100.0;
        write!(out, "asked for {rate:>6}/s    {got:>10.1} datagrams/s  ({off:+.2} %), ")?;
        writeln!(out, "late by {median:.0} µs, at most {most:.0} µs")?;
    }
    Ok(())
}

/// The lowest, the median, the highest.
fn spread(mut rates: Vec<f64>) -> (f64, f64, f64) {
    rates.sort_by(f64::total_cmp);
    let at = |place: usize| rates.get(place).copied().unwrap_or_default();
    (at(0), at(rates.len() / 2), at(rates.len().saturating_sub(1)))
}

fn address(number: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 1).to_bits() + number % ADDRESSES)
}

/// All that can be prepared is prepared: what is left is the system's own work.
fn bare_loop(port: u16) -> io::Result<f64> {
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    let names: Vec<SocketAddrAny> = (0..ADDRESSES)
        .map(|number| SocketAddrAny::from(SocketAddr::new(address(number).into(), port)))
        .collect();
    let slice = [IoSlice::new(&PAYLOAD)];
    let mut controls: Vec<SendAncillaryBuffer<'_, '_, '_>> =
        names.iter().map(|_| SendAncillaryBuffer::default()).collect();
    let mut headers: Vec<MMsgHdr<'_>> = names
        .iter()
        .zip(&mut controls)
        .map(|(name, control)| MMsgHdr::new_with_addr(name, &slice, control))
        .collect();
    let began = Instant::now();
    let mut sent = 0_u64;
    while began.elapsed() < TURN {
        for batch in headers.chunks_mut(AT_ONCE) {
            sent += sendmmsg(&socket, batch, SendFlags::empty())? as u64;
        }
    }
    Ok(sent as f64 / began.elapsed().as_secs_f64())
}

/// Asks address after address, at a pace or as fast as it may.
struct Asker {
    scope: Scope,
    port: u16,
    payload: Arc<[u8]>,
    interval: Duration,
    number: u32,
    due: Moment,
    ends: Moment,
    /// By how many microseconds each datagram was late.
    late: Vec<f64>,
}

/// What came of asking.
struct Asked {
    rate: f64,
    /// The least, the median and the most by which datagrams were late, in microseconds.
    late: (f64, f64, f64),
}

impl Machine for Asker {
    fn next(&mut self, now: Moment) -> Act {
        if now >= self.ends {
            return Act::Done;
        }
        if self.due > now {
            return Act::Wait(self.due.min(self.ends));
        }
        if self.interval > Duration::ZERO {
            self.late.push((now - self.due).as_secs_f64() * 1e6);
        }
        self.due += self.interval;
        self.number = self.number.wrapping_add(1);
        let to = IpAddr::from(address(self.number));
        match self.scope.permit(to, Timestamp::UNIX_EPOCH) {
            Ok(permit) => Act::Send(Datagram::new(
                permit,
                self.port,
                LocalPort::Any,
                Arc::clone(&self.payload),
            )),
            Err(_) => Act::Done,
        }
    }

    fn hear(&mut self, _: Moment, _: Event<'_>) {}
}

fn asked(port: u16, rate: Option<u32>) -> Result<Asked, Box<dyn std::error::Error>> {
    let mut network = Network::open(&Ports::default())?;
    let began = network.clock().now();
    let turn = rate.map_or(TURN, |_| TURN * 6);
    let mut asker = Asker {
        scope: Scope::attached(&["127.0.0.1/8".parse()?]),
        port,
        payload: PAYLOAD.into(),
        interval: rate.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate),
        number: 0,
        due: began,
        ends: began + turn,
        late: Vec::new(),
    };
    let stop = AtomicBool::new(false);
    run(&mut asker, &mut network, &stop, |asker, network| {
        // Never needed; a machine that does not end on its own would run for ever.
        stop.store(network.clock().now() > asker.ends + TURN, Ordering::Relaxed);
    })?;
    let took = network.clock().now() - began;
    let rate = network.tally().datagrams_sent as f64 / took.as_secs_f64();
    Ok(Asked { rate, late: spread(asker.late) })
}
