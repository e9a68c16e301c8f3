//! Hosts that are silent, absent or filtered, in network namespaces that the test makes itself.
//!
//! Each test runs itself again under `unshare`, as root of a namespace of its own, after a few lines of shell have laid
//! out the network there. Where the machine does not allow that, it says so and is skipped.

mod support;

use std::net::Ipv6Addr;
use std::process::{Command, Stdio};
use std::time::Duration;

use net::{Network, Ports, Trouble};
use scan::LocalPort;
use support::{PATIENCE, datagram, heard, network, open};

/// What a layout exits with where the machine lacks something.
const NOT_HERE: i32 = 77;
const INSIDE: &str = "NET_TEST_INSIDE";
const UNSHARE: [&str; 7] =
    ["--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];

/// Two ends of one cable: ours with an address, the other in a namespace of its own, reached by `there`. It may take a second until an address that is on the segment and answers to nobody is given up.
const CABLE: &str = "
    set -e
    ip link set lo up
    ip link add here type veth peer name there
    unshare --net sleep 60 & export PEER=$!
    until [ \"$(readlink /proc/$PEER/ns/net)\" != \"$(readlink /proc/$$/ns/net)\" ]; do sleep 0.01; done
    ip link set there netns $PEER
    there() { nsenter --net=/proc/$PEER/ns/net \"$@\"; }
    ip addr add 10.9.0.1/24 dev here
    ip link set here up
    echo 100 > /proc/sys/net/ipv4/neigh/here/retrans_time_ms
    there ip addr add 10.9.0.2/24 dev there
    there ip link set there up
    there ip link set lo up
    ip route add default via 10.9.0.2
";

/// Whether this is the run inside; starts it if not.
fn is_inside(test: &str, layout: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let unshare = |command: &str| {
        let mut unshare = Command::new("unshare");
        unshare.args(UNSHARE).args(["sh", "-c", command]).stdin(Stdio::null());
        unshare
    };
    let try_out = "ip link add here type veth peer name there && unshare --net true && nsenter --net=/proc/self/ns/net true";
    let is_allowed = unshare(try_out).output().is_ok_and(|output| output.status.success());
    if !is_allowed {
        eprintln!("skipped: this machine allows no network namespaces");
        return false;
    }
    let command = format!("{CABLE}\n{layout}\nexec \"$THIS_TEST\" --exact {test} --nocapture");
    let this_test = std::env::current_exe().unwrap();
    let status = unshare(&command).env(INSIDE, "1").env("THIS_TEST", this_test).status().unwrap();
    if status.code() == Some(NOT_HERE) {
        eprintln!("skipped: this machine lacks what the test needs");
        return false;
    }
    assert!(status.success());
    false
}

#[test]
fn silence_is_no_event() {
    // There is no host of that address, but its frames find somebody, who throws them away.
    let layout = "
        there ip link set there address 02:00:00:00:00:09
        ip neigh add 10.9.0.77 lladdr 02:00:00:00:00:09 dev here nud permanent
    ";
    if is_inside("silence_is_no_event", layout) {
        let mut network = network(&[]);
        let acts = [
            datagram([10, 9, 0, 77], 37020, LocalPort::Any, b"?"),
            // Our system gives it up after three seconds, which is no event either.
            open(1, [10, 9, 0, 77], 80),
        ];
        let heard = heard(&mut network, acts, 1, Duration::from_secs(4));
        assert_eq!(heard, Vec::<String>::new());
        assert_eq!(network.tally().datagrams_sent, 1);
    }
}

#[test]
fn who_does_not_answer_for_his_address_is_unreachable() {
    if is_inside("who_does_not_answer_for_his_address_is_unreachable", "") {
        let acts =
            [datagram([10, 9, 0, 88], 37020, LocalPort::Any, b"?"), open(1, [10, 9, 0, 88], 80)];
        let heard = heard(&mut network(&[]), acts, 2, PATIENCE);
        assert_eq!(heard, ["Failed(ConnectionId(1))", "Unreachable { to: 10.9.0.88 }"]);
    }
}

#[test]
fn a_router_says_what_it_does_not_reach() {
    let layout = "
        echo 1 | there tee /proc/sys/net/ipv4/ip_forward > /dev/null
        echo 0 | there tee /proc/sys/net/ipv4/icmp_ratelimit > /dev/null
        there ip route add unreachable 10.10.0.0/16
        there ip route add prohibit 10.11.0.0/16
        there ip route add blackhole 10.12.0.0/16
        ip route add unreachable 10.13.0.0/16
    ";
    if is_inside("a_router_says_what_it_does_not_reach", layout) {
        let nets = [10, 11, 12, 13];
        let once = || {
            let datagrams = nets.map(|net| datagram([10, net, 0, 1], 37020, LocalPort::Any, b"?"));
            let opens = nets.map(|net| open(net.into(), [10, net, 0, 2], 80));
            let acts = datagrams.into_iter().chain(opens);
            heard(&mut network(&[]), acts, 7, Duration::from_millis(500))
        };
        let expected = [
            "Failed(ConnectionId(10))",
            "Failed(ConnectionId(11))",
            "Failed(ConnectionId(13))",
            "Unreachable { to: 10.10.0.1 }",
            "Unreachable { to: 10.11.0.1 }",
            "Unreachable { to: 10.13.0.1 }",
        ];
        // A router says so as often as it likes, and on a busy machine later than we wait.
        let is_right = (0..5).any(|_| once() == expected);
        assert!(is_right, "{:?}", once());
    }
}

/// A host is there if it says itself that nothing listens; a filter before it that says so says nothing of it.
#[test]
fn a_host_refuses_for_itself() {
    let layout = "there ip addr add 10.14.0.1/32 dev lo";
    if is_inside("a_host_refuses_for_itself", layout) {
        let acts =
            [datagram([10, 14, 0, 1], 37020, LocalPort::Any, b"?"), open(1, [10, 14, 0, 1], 80)];
        let heard = heard(&mut network(&[]), acts, 2, PATIENCE);
        assert_eq!(heard, ["PortUnreachable { to: 10.14.0.1:37020 }", "Refused(ConnectionId(1))"]);
    }
}

#[test]
fn ipv6_says_the_same() {
    let layout = "
        ip addr add fd00:9::1/64 dev here nodad
        there ip addr add fd00:9::2/64 dev there nodad
        ip route add default via fd00:9::2
        echo 1 | there tee /proc/sys/net/ipv6/conf/all/forwarding > /dev/null
        there ip route add unreachable fd00:10::/32
        ip route add unreachable fd00:13::/32
        there ip addr add fd00:14::1/128 dev lo nodad
    ";
    if is_inside("ipv6_says_the_same", layout) {
        let address = |text: &str| text.parse::<Ipv6Addr>().unwrap();
        let acts =
            ["fd00:10::1", "fd00:13::1", "fd00:14::1"].into_iter().zip(1..).flat_map(|(to, id)| {
                let asked = datagram(address(to), 37020, LocalPort::Any, b"?");
                [asked, open(id, address(to), 80)]
            });
        let heard = heard(&mut network(&[]), acts, 6, PATIENCE);
        let expected = [
            "Failed(ConnectionId(1))",
            "Failed(ConnectionId(2))",
            "PortUnreachable { to: [fd00:14::1]:37020 }",
            "Refused(ConnectionId(3))",
            "Unreachable { to: fd00:10::1 }",
            "Unreachable { to: fd00:13::1 }",
        ];
        assert_eq!(heard, expected);
    }
}

/// A link-local address is asked on the interface that was named: it does not say it itself.
#[test]
fn link_local_addresses_are_asked_on_the_interface_that_was_named() {
    let layout = "
        ip addr add fe80::1/64 dev here nodad
        there ip addr add fe80::77/64 dev there nodad
    ";
    if is_inside("link_local_addresses_are_asked_on_the_interface_that_was_named", layout) {
        let attached = net::interfaces().unwrap();
        let here = attached.iter().find(|network| network.name == "here").unwrap().index;
        let ports = Ports { link_local: Some(here), ..Ports::default() };
        let mut network = Network::open(&ports).unwrap();
        let to: Ipv6Addr = "fe80::77".parse().unwrap();
        let acts = [datagram(to, 37020, LocalPort::Any, b"?"), open(1, to, 80)];
        let heard = heard(&mut network, acts, 2, PATIENCE);
        let expected = format!("PortUnreachable {{ to: [fe80::77%{here}]:37020 }}");
        assert_eq!(heard, [expected.as_str(), "Refused(ConnectionId(1))"]);
    }
}

/// Datagrams for which nothing listened, as the host at the other end counts them.
fn arrived_there() -> u64 {
    let peer = std::env::var("PEER").unwrap();
    let counts = std::fs::read_to_string(format!("/proc/{peer}/net/snmp")).unwrap();
    let udp = counts.lines().filter(|line| line.starts_with("Udp: ")).nth(1).unwrap();
    udp.split(' ').nth(2).unwrap().parse().unwrap()
}

/// A megabit a second and a queue of a dozen datagrams: what finds it full is offered again, and every one arrives.
#[test]
fn a_full_queue_holds_up_and_loses_nothing() {
    let layout = "tc qdisc add dev here root tbf rate 1mbit burst 1600 limit 3000 || exit 77";
    if is_inside("a_full_queue_holds_up_and_loses_nothing", layout) {
        let mut network = network(&[]);
        let question = || datagram([10, 9, 0, 2], 37020, LocalPort::Any, &[b'?'; 200]);
        let questions = std::iter::repeat_with(question).take(300);
        heard(&mut network, questions, usize::MAX, Duration::ZERO);
        // What was taken last is still on its way.
        heard(&mut network, [], usize::MAX, Duration::from_millis(300));
        let tally = network.tally();
        assert_eq!((tally.datagrams_sent, tally.datagrams_unsent), (300, 0), "{tally:?}");
        assert_eq!(arrived_there(), 300);
    }
}

/// Though a permit may be had for it where nobody knows that it is one.
#[test]
fn a_broadcast_address_is_never_sent_to() {
    if is_inside("a_broadcast_address_is_never_sent_to", "") {
        let mut network = network(&[]);
        let act = datagram([10, 9, 0, 255], 37020, LocalPort::Any, b"?");
        let heard = heard(&mut network, [act], 1, Duration::from_millis(200));
        assert_eq!(heard, Vec::<String>::new());
        let tally = network.tally();
        assert_eq!((tally.datagrams_sent, tally.datagrams_unsent), (0, 1));
        assert_eq!(tally.troubles.into_iter().collect::<Vec<_>>(), [(Trouble::Forbidden, 1)]);
    }
}

#[test]
fn attached_networks_are_listed() {
    let layout = "
        ip addr add fd00:9::1/64 dev here nodad
        ip addr add 10.20.0.1/16 dev here label here:2
        ip link set here address 02:00:00:00:00:07
        ip link add off type veth peer name other
        ip addr add 10.30.0.1/16 dev off
    ";
    if is_inside("attached_networks_are_listed", layout) {
        let attached = net::interfaces().unwrap();
        let listed: Vec<String> = attached
            .iter()
            .filter(|network| !network.is_loopback)
            .filter(|network| !network.net.to_string().starts_with("fe80"))
            .map(|network| {
                let mac = network.mac.map(|mac| mac.to_string());
                format!("{} {} {}", network.name, network.net, mac.unwrap_or_default())
            })
            .collect();
        let expected = [
            "here 10.9.0.1/24 02:00:00:00:00:07",
            "here 10.20.0.1/16 02:00:00:00:00:07",
            "here fd00:9::1/64 02:00:00:00:00:07",
        ];
        assert_eq!(listed, expected);
        assert!(attached.iter().any(|network| network.is_loopback && network.mac.is_none()));
        let indexes: std::collections::BTreeSet<u32> =
            attached.iter().filter(|network| !network.is_loopback).map(|n| n.index).collect();
        assert_eq!(indexes.len(), 1);
    }
}

#[test]
fn a_cut_cable_ends_in_words_not_in_an_error() {
    if is_inside("a_cut_cable_ends_in_words_not_in_an_error", "ip link set here down") {
        let acts = [
            datagram([10, 9, 0, 2], 37020, LocalPort::Any, b"?"),
            open(1, [10, 9, 0, 2], 80),
            datagram([127, 0, 0, 1], 9, LocalPort::Any, b"?"),
        ];
        let heard = heard(&mut network(&[]), acts, 3, PATIENCE);
        let expected = [
            "Failed(ConnectionId(1))",
            "PortUnreachable { to: 127.0.0.1:9 }",
            "Unreachable { to: 10.9.0.2 }",
        ];
        assert_eq!(heard, expected);
    }
}
