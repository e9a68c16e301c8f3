//! Connections over loopback.

mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use net::{Outcome, run};
use scan::{Act, ConnectionId, Event, Machine, Moment};
use support::{PATIENCE, close, heard, network, open, play, write};

/// A host with one port, where `serve` meets who comes first.
fn serve<T: Send + 'static>(
    address: &str,
    serve: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (u16, thread::JoinHandle<T>) {
    let listener = TcpListener::bind((address, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    (port, thread::spawn(move || serve(listener.accept().unwrap().0)))
}

#[test]
fn a_closed_port_refuses() {
    let listener = TcpListener::bind("127.0.0.9:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let heard = heard(&mut network(&[]), [open(7, [127, 0, 0, 9], port)], 1, PATIENCE);
    assert_eq!(heard, ["Refused(ConnectionId(7))"]);
}

/// What is written before the connection is open is sent when it is; the other side ends first.
#[test]
fn question_and_answer() {
    let (port, server) = serve("127.0.0.9", |mut stream| {
        let mut question = [0; 5];
        stream.read_exact(&mut question).unwrap();
        stream.write_all(b"HTTP").unwrap();
        question
    });
    let mut story = Vec::new();
    let acts = [open(7, [127, 0, 0, 9], port), write(7, b"GE"), write(7, b""), write(7, b"T /")];
    play(&mut network(&[]), acts, PATIENCE, |_, event| {
        story.push(format!("{event:?}"));
        if event == Event::Ended(ConnectionId(7)) { vec![close(7), Act::Done] } else { Vec::new() }
    });
    assert_eq!(server.join().unwrap(), *b"GET /");
    let id = "ConnectionId(7)";
    let data = format!("Data {{ id: {id}, bytes: {:?} }}", b"HTTP");
    assert_eq!(story, [format!("Opened({id})"), data, format!("Ended({id})")]);
}

#[test]
fn the_other_half_stays_open_until_it_is_closed() {
    let (port, server) = serve("127.0.0.9", |mut stream| {
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        all.len()
    });
    let acts = [open(7, [127, 0, 0, 9], port)];
    // More than the system takes at once, so that some of it must wait.
    let long = vec![7; 12 << 20];
    let mut network = network(&[]);
    play(&mut network, acts, PATIENCE, |_, event| match event {
        Event::Ended(_) => vec![write(7, &long), write(7, b"."), Act::Done],
        _ => Vec::new(),
    });
    // Nothing more is heard while the rest is written.
    let rest = heard(&mut network, [], 1, Duration::from_millis(500));
    assert_eq!(rest, Vec::<String>::new());
    heard(&mut network, [close(7)], 1, Duration::ZERO);
    assert_eq!(server.join().unwrap(), long.len() + 1);
}

#[test]
fn a_connection_that_is_broken_off_says_so_once() {
    // Who closes without reading breaks off.
    let (port, server) =
        serve("127.0.0.9", |stream| while stream.peek(&mut [0; 1]).unwrap() == 0 {});
    let acts = [open(7, [127, 0, 0, 9], port), write(7, b"GET /")];
    let heard = heard(&mut network(&[]), acts, 3, Duration::from_secs(1));
    server.join().unwrap();
    assert_eq!(heard, ["Opened(ConnectionId(7))", "Reset(ConnectionId(7))"]);
}

/// The server sees an end and no break after it, though it had said things that nobody read.
#[test]
fn a_close_ends_in_order() {
    let (port, server) = serve("127.0.0.9", |mut stream| {
        stream.write_all(&[7; 30_000]).unwrap();
        let read = stream.read_to_end(&mut Vec::new()).unwrap();
        thread::sleep(Duration::from_millis(100));
        (read, stream.take_error().unwrap().map(|error| error.to_string()))
    });
    let acts = [open(7, [127, 0, 0, 9], port)];
    let mut network = network(&[]);
    heard(&mut network, acts, 1, PATIENCE);
    thread::sleep(Duration::from_millis(200));
    heard(&mut network, [close(7)], 1, Duration::ZERO);
    assert_eq!(server.join().unwrap(), (0, None));
}

/// Number after number reuses the same file; what is left of the one before is never heard under the next.
#[test]
fn nothing_is_heard_of_a_connection_after_its_close() {
    let listener = TcpListener::bind("127.0.0.9:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let talkers = thread::spawn(move || {
        for stream in listener.incoming().take(200) {
            // Some talk to somebody who has left.
            drop(stream.unwrap().write_all(b"hello"));
        }
    });
    let mut closed = 0;
    play(&mut network(&[]), [open(1, [127, 0, 0, 9], port)], PATIENCE, |_, event| {
        let (Event::Opened(ConnectionId(id))
        | Event::Data { id: ConnectionId(id), .. }
        | Event::Ended(ConnectionId(id))
        | Event::Reset(ConnectionId(id))) = event
        else {
            panic!("{event:?}")
        };
        assert_eq!(id, closed + 1, "{event:?}");
        // Odd ones are left at once, even ones after their first word.
        if id % 2 == 0 && event == Event::Opened(ConnectionId(id)) {
            return Vec::new();
        }
        closed = id;
        let next = if id == 200 { Act::Done } else { open(id + 1, [127, 0, 0, 9], port) };
        vec![close(id), next]
    });
    assert_eq!(closed, 200);
    talkers.join().unwrap();
}

/// One talks without an end; the others are heard all the same, and what is read is bounded.
#[test]
fn who_never_stops_talking_keeps_nobody_else_from_being_heard() {
    let (endless, talker) = serve("127.0.0.9", |mut stream| {
        let mut sent = 0_u64;
        while let Ok(count) = stream.write(&[7; 65_536]) {
            sent += count as u64;
        }
        sent
    });
    let (port, quiet) = serve("127.0.0.10", |mut stream| {
        thread::sleep(Duration::from_millis(100));
        stream.write_all(b"me too").unwrap();
        stream.read_to_end(&mut Vec::new())
    });
    let acts = [open(1, [127, 0, 0, 9], endless), open(2, [127, 0, 0, 10], port)];
    let mut largest = 0;
    play(&mut network(&[]), acts, PATIENCE, |_, event| match event {
        Event::Data { id: ConnectionId(2), .. } => vec![close(2), close(1), Act::Done],
        Event::Data { bytes, .. } => {
            largest = largest.max(bytes.len());
            Vec::new()
        }
        _ => Vec::new(),
    });
    assert!(largest <= 16 * 1024, "{largest}");
    assert!(talker.join().unwrap() > 0);
    quiet.join().unwrap().unwrap();
}

/// Waits for ever, as a scan between two time windows.
struct Patient;

impl Machine for Patient {
    fn next(&mut self, now: Moment) -> Act {
        Act::Wait(now + Duration::from_secs(3_600))
    }

    fn hear(&mut self, _: Moment, _: Event<'_>) {}
}

#[test]
fn a_scan_that_waits_can_be_stopped() {
    let stop = AtomicBool::new(false);
    let mut ticks = 0;
    let outcome = run(&mut Patient, &mut network(&[]), &stop, |_, _| {
        ticks += 1;
        stop.store(ticks == 3, Ordering::Relaxed);
    });
    assert_eq!((outcome.unwrap(), ticks), (Outcome::Stopped, 3));
}
