//! Every answer of every device is one that the decoders of `wire` read.

use std::net::SocketAddr;
use std::num::NonZeroU16;

use testbed::estate::{DECOYS, Product, Question, Service, Unit, products, read};
use wire::Sender;
use wire::wsd::Wanted;

use crate::client::{ADDRESS, QUESTIONS, alone, asked, hello, newest_hello};

/// Units whose numbers differ in what behaviours depend on.
fn units(product: &Product) -> impl Iterator<Item = Unit> {
    (1..=4).map(|number| Unit::new(number, ADDRESS, product.oui))
}

fn decode_stream(product: &Product, port: u16, bytes: &[u8]) {
    if let Err(refusal) = wire::stream_head(Sender::Server, port, bytes) {
        panic!("{} port {port}: {refusal}\n{}", product.name, String::from_utf8_lossy(bytes));
    }
}

#[test]
fn every_answer_is_decoded() {
    let mut answers = 0;
    for product in products().chain(DECOYS) {
        for unit in units(product) {
            let behaviour = (product.behaviour)(&unit);
            for answer in &behaviour.datagrams {
                let read = wire::datagram(answer.to.port(), 0, &answer.bytes);
                let read = read.unwrap_or_else(|refusal| {
                    panic!("{} {:?}: {refusal}", product.name, answer.to);
                });
                assert_eq!(read.quirks.iter().find(|quirk| &*quirk.name == "undecodable"), None);
                answers += 1;
            }
            for (port, service) in &behaviour.services {
                match service {
                    Service::Web(site) | Service::Rtsp(site) => {
                        let pages = site.pages.iter().map(|page| &page.reply);
                        for reply in pages.chain([&site.otherwise]) {
                            decode_stream(product, *port, &reply.bytes);
                            answers += 1;
                        }
                    }
                    Service::Greets(bytes) => decode_stream(product, *port, bytes),
                    Service::Tls(_)
                    | Service::Silent
                    | Service::Endless(_)
                    | Service::Parrots(_) => {}
                }
            }
        }
    }
    assert!(answers > 500, "{answers}");
}

#[test]
fn every_certificate_is_read_behind_a_handshake() {
    let mut certificates = 0;
    for product in products().chain(DECOYS) {
        let unit = Unit::new(1, ADDRESS, product.oui);
        let has_tls = |port| {
            (product.behaviour)(&unit)
                .services
                .iter()
                .any(|(open, service)| *open == port && matches!(service, Service::Tls(_)))
        };
        for port in [443, 8443].into_iter().filter(|port| has_tls(*port)) {
            let mut client = alone(product, &unit, testbed::estate::Settings::default());
            let flight = client.converses(port, &hello()).unwrap();
            let message = wire::stream_head(Sender::Server, port, &flight).unwrap();
            let subject =
                message.signals.iter().find(|signal| signal.kind == model::SignalKind::TlsSubject);
            assert!(subject.is_some(), "{}", product.name);
            certificates += 1;
        }
    }
    assert!(certificates > 15, "{certificates}");
}

/// A client that offers TLS 1.3 to a server that speaks it sees no certificate; one that does not, does.
#[test]
fn the_newest_version_hides_the_certificate() {
    let product = products().find(|product| product.name == "axis-dome").unwrap();
    let subject = |hello: &[u8]| {
        let unit = Unit::new(1, ADDRESS, product.oui);
        let mut client = alone(product, &unit, testbed::estate::Settings::default());
        let flight = client.converses(443, hello).unwrap();
        let message = wire::stream_head(Sender::Server, 443, &flight).unwrap();
        message.signals.iter().any(|signal| signal.kind == model::SignalKind::TlsSubject)
    };
    assert!(subject(&hello()));
    assert!(!subject(&newest_hello()));
}

/// The questions of makers' tools, as published: a device that is stricter than real ones would make a scan look worse
/// than it is, and one that is laxer, better.
#[test]
fn the_questions_of_real_tools_are_understood() {
    let samples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    if !samples.is_dir() {
        eprintln!("skipped: ../shared is not here");
        return;
    }
    for (file, question) in [
        ("sadp/probe-request-1.xml", Question::Sadp),
        ("dhip/probe-request-1.bin", Question::Dhip),
        ("dahua5050/probe-request-1.bin", Question::Dahua5050),
        ("dvrip34569/probe-request-1.bin", Question::Dvrip),
        ("tvt23456/probe-request-1.bin", Question::Tvt),
        ("v38010008/probe-request-1.bin", Question::V380),
    ] {
        let bytes = std::fs::read(samples.join(file)).unwrap();
        assert_eq!(read(question.port(), &bytes), Ok(question), "{file}");
    }
}

#[test]
fn the_questions_of_these_tests_are_understood() {
    for question in QUESTIONS {
        assert_eq!(read(question.port(), &asked(question)), Ok(question));
    }
}

/// What a scan of ours sends is what strict devices understand.
#[test]
fn the_questions_of_our_own_scan_are_understood() {
    let to = SocketAddr::new(ADDRESS.into(), 1900);
    for (question, bytes) in [
        (Question::Sadp, wire::sadp::inquiry([0xab; 16])),
        (Question::Dhip, wire::dhip::search()),
        (Question::Dahua5050, wire::dahua5050::search()),
        (Question::WsdTransmitter, wire::wsd::probe(Wanted::NetworkVideoTransmitter, [1; 16])),
        (Question::WsdDevice, wire::wsd::probe(Wanted::Device, [1; 16])),
        (Question::WsdAnything, wire::wsd::probe(Wanted::Anything, [1; 16])),
        (Question::Hanwha, wire::hanwha::search()),
        (Question::Bosch, wire::bosch::search(1)),
        (Question::Ipro, wire::ipro::search(ADDRESS)),
        (Question::Sony, wire::sony::search()),
        (Question::Tvt, wire::tvt::search()),
        (Question::Dvrip, wire::dvrip::search(1)),
        (Question::TpLink, wire::tplink::search()),
        (Question::Ubiquiti, wire::ubiquiti::search(wire::ubiquiti::Version::One)),
        (Question::Vivotek, wire::vivotek::search(1)),
        (Question::Foscam, wire::foscam::search()),
        (Question::Vstarcam, wire::vstarcam::search()),
        (Question::V380, wire::beacon::search_v380()),
        (Question::Gvcp, wire::gvcp::discovery(NonZeroU16::MIN)),
        (Question::Ssdp, wire::ssdp::search(to, wire::ssdp::Target::RootDevice)),
        (Question::Mdns, wire::dns::cameras_query(0)),
    ] {
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(read(question.port(), &bytes), Ok(question), "{text}");
    }
}
