//! The loop between a machine and the network.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use scan::{Act, Machine, Moment};

use crate::network::{Clock, Network, NetworkError};

/// How long the loop sleeps at most: progress is shown and stored, and a stop is seen, this often.
pub const TICK: Duration = Duration::from_millis(100);
/// Acts that are done before the network is listened to again.
const ACTS_AT_ONCE: usize = 64;
/// How often it is looked whether what a machine left behind can be sent now.
const LAST_WORDS: Duration = Duration::from_millis(1);

/// Why the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The machine is done.
    Done,
    /// It was told to stop. The machine may be told so, and run again until it is done.
    Stopped,
}

/// What a machine wants next.
enum Next {
    Listen(Moment),
    Nothing,
}

/// Does what a machine asks and tells it what is heard, until it is done or `stop` is set (by a signal, another thread, or
/// `tick`). `tick` is called about every [`TICK`]; the network's sockets wait meanwhile.
///
/// # Errors
/// [`NetworkError`] where the system fails us in a way that no later call can mend.
pub fn run<M: Machine>(
    machine: &mut M,
    network: &mut Network,
    stop: &AtomicBool,
    mut tick: impl FnMut(&mut M, &Network),
) -> Result<Outcome, NetworkError> {
    let clock = network.clock();
    let mut ticked = clock.now();
    loop {
        let now = clock.now();
        if now >= ticked + TICK {
            ticked = now;
            tick(machine, network);
        }
        if stop.load(Ordering::Relaxed) {
            listen(machine, network, clock, now)?;
            return Ok(Outcome::Stopped);
        }
        match ask(machine, network, clock) {
            Next::Listen(until) => listen(machine, network, clock, until.min(ticked + TICK))?,
            Next::Nothing if network.is_silent() => return Ok(Outcome::Done),
            Next::Nothing => listen(machine, network, clock, now + LAST_WORDS)?,
        }
    }
}

fn ask<M: Machine>(machine: &mut M, network: &mut Network, clock: Clock) -> Next {
    for _ in 0..ACTS_AT_ONCE {
        if network.is_backed_up() {
            return Next::Listen(Moment::MAX);
        }
        match machine.next(clock.now()) {
            Act::Wait(until) => return Next::Listen(until),
            Act::Done => {
                network.flush(&mut |event| machine.hear(clock.now(), event));
                return Next::Nothing;
            }
            act => network.act(act, &mut |event| machine.hear(clock.now(), event)),
        }
    }
    Next::Listen(Moment::ZERO)
}

fn listen<M: Machine>(
    machine: &mut M,
    network: &mut Network,
    clock: Clock,
    until: Moment,
) -> Result<(), NetworkError> {
    network.listen(until, &mut |event| machine.hear(clock.now(), event))
}
