//! A law of captures: however a conversation was cut into segments, it says the same.

use std::net::Ipv4Addr;

use intake::Options;
use model::{MacAddr, Observation, Signal};
use testbed::capture::{Capture, Host, Order};

use crate::feed::Feed;
use crate::{Seed, decoders, readers};

/// What fits into the segments of one turn.
const ANSWER_BYTES_MAX: usize = 32 << 10;
/// When the made-up captures begin.
const START: jiff::Timestamp = jiff::Timestamp::constant(1_793_697_302, 0);
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: 10.0.0.7\r\n\r\n";

/// A port, two places to cut at, an order of arrival, a server's answer.
pub(crate) fn check(data: &[u8]) {
    let mut feed = Feed(data);
    let port = feed.number();
    let (one, other) = (usize::from(feed.number()), usize::from(feed.number()));
    let order = match feed.byte() % 3 {
        0 => Order::AsSent,
        1 => Order::LastFirst,
        _ => Order::Repeated,
    };
    let answer = feed.0.get(..ANSWER_BYTES_MAX).unwrap_or(feed.0);
    let (first, second) = (one.min(other).min(answer.len()), one.max(other).min(answer.len()));
    let pieces = [&answer[..first], &answer[first..second], &answer[second..]];
    let whole = heard(port, &[answer], Order::AsSent);
    assert_eq!(heard(port, &pieces, order), whole, "cut at {first} and {second}, {order:?}");
}

/// What a capture of one conversation says of whom, without places and times.
fn heard(port: u16, answer: &[&[u8]], order: Order) -> Vec<(Vec<String>, Vec<Signal>)> {
    let client = Host {
        mac: MacAddr::new([0x58, 0x03, 0xfb, 0, 0, 2]),
        address: Ipv4Addr::new(10, 0, 0, 9),
    };
    let server = Host { mac: decoders::DEVICE.mac, address: decoders::DEVICE.address };
    let mut capture = Capture::new(START);
    capture.tcp_in_pieces(client, server, (50_001, port), REQUEST, answer, order);
    let bytes = capture.into_bytes();
    let (outcome, memory) = readers::read_whole(&bytes, &|input, sink| {
        intake::read(input, &Options::default(), sink).map(|(_, summary)| summary)
    });
    assert!(outcome.is_ok(), "{outcome:?}");
    memory.observations.into_iter().map(said).collect()
}

fn said(observation: Observation) -> (Vec<String>, Vec<Signal>) {
    let Observation { subject, mut signals, .. } = observation;
    signals.sort();
    let addresses = subject.addresses.iter().map(|claim| claim.address.to_string());
    let macs = subject.macs.iter().map(ToString::to_string);
    let texts = subject.serials.iter().chain(&subject.uuids).chain(&subject.hostname);
    let keys = addresses.chain(macs).chain(texts.map(ToString::to_string)).collect();
    (keys, signals)
}

pub(crate) fn seeds() -> Vec<Seed> {
    let seed = |(number, (name, port, bytes)): (u8, (&str, u16, Vec<u8>))| {
        let cuts = [0, 3, 0, 40 + number, number % 3];
        Seed::new(name, &[&port.to_be_bytes(), &cuts, &bytes])
    };
    (0..).zip(decoders::heads()).map(seed).collect()
}
