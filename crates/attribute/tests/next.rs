//! What is proposed to be asked next.

use attribute::{Attributor, Manner, Next, Priors};
use knowledge::Knowledge;
use model::{Level, Signal, SignalKind};

use SignalKind as K;

fn attributor() -> Attributor<'static> {
    Attributor::new(Knowledge::embedded(), Priors::default())
}

fn signals(values: &[(SignalKind, &str)]) -> Vec<Signal> {
    values.iter().map(|(kind, value)| Signal::text(*kind, *value)).collect()
}

fn next(values: &[(SignalKind, &str)]) -> Vec<Next> {
    attributor().next_questions(&signals(values))
}

fn ids(next: &[Next]) -> Vec<&'static str> {
    next.iter().map(|next| next.question.id).collect()
}

/// A name on a Dahua platform: the maker's own search settles it with one packet.
#[test]
fn one_packet_settles_a_probable_maker() {
    let next = next(&[(K::RtspServer, "Dahua Rtsp Server"), (K::HttpTitle, "WEB SERVICE")]);
    let first = &next[0];
    assert_eq!(first.question.id, "dhip", "{next:#?}");
    assert_eq!((first.question.ports, first.question.packets), (&[37810][..], 1));
    let outcome = &first.outcomes[0];
    assert_eq!(outcome.maker.as_str(), "dahua");
    assert!(outcome.probability > 0.99 && outcome.strong > 0, "{outcome:?}");
    assert!(next.len() <= 3);
}

#[test]
fn what_is_answered_is_not_asked_again() {
    let shown = [(K::RtspServer, "Dahua Rtsp Server"), (K::DeviceProtocol, "dhip/search-reply")];
    assert!(!ids(&next(&shown)).contains(&"dhip"));
    let shown = [(K::RtspServer, "Dahua Rtsp Server"), (K::OnvifScopes, "onvif://x")];
    assert!(!ids(&next(&shown)).contains(&"ws-discovery"));
    assert!(!ids(&next(&shown)).contains(&"rtsp"));
}

#[test]
fn nothing_is_asked_of_what_is_settled_or_is_no_camera() {
    let confirmed = [
        (K::DeviceProtocol, "sadp/probe-match"),
        (K::DeviceSerial, "DS-2CD0000-I20150201CCWR000000000"),
        (K::TlsSubject, "C=CN,ST=ZheJiang,L=HangZhou,O=HIKVISION,OU=DVRNVR,CN=www.hikvision.com"),
    ];
    let level = attributor().attribute(&signals(&confirmed)).level;
    assert_eq!(level, Level::Confirmed);
    assert!(next(&confirmed).is_empty());
    assert!(next(&[(K::SnmpSysdescr, "Cisco IOS Software")]).is_empty());
    assert!(next(&[]).is_empty());
}

/// Of a camera that says nothing of its maker, questions that many makers answer come first.
#[test]
fn a_camera_of_unknown_maker_is_asked_what_most_makers_answer() {
    let shown = [(K::DeviceProtocol, "onvif/device-information")];
    let found = attributor().attribute(&signals(&shown));
    assert!(found.kind.is_surveillance() && found.maker.id.is_unknown(), "{found:?}");
    let next = next(&shown);
    assert!(!next.is_empty());
    assert!(next[0].open > 50 && next[0].settles > 5, "{next:#?}");
    assert!(!["sadp", "dhip"].contains(&next[0].question.id), "{next:#?}");
}

/// Where the device speaks for two makers, both are told what an answer would bring.
#[test]
fn a_conflict_is_asked_what_tells_the_two_apart() {
    let shown = [
        (K::RtspServer, "Dahua Rtsp Server"),
        (K::DeviceProtocol, "sadp/probe-match"),
        (K::TlsSubject, "OU=DAHUATECH,O=DAHUA,L=HANGZHOU,ST=ZHEJIANG,C=CN,CN=192.168.1.108"),
    ];
    assert_eq!(attributor().attribute(&signals(&shown)).level, Level::Conflicting);
    let next = next(&shown);
    assert!(!next.is_empty());
    let makers: Vec<&str> =
        next.iter().flat_map(|n| &n.outcomes).map(|outcome| outcome.maker.as_str()).collect();
    assert!(makers.contains(&"hikvision") && makers.contains(&"dahua"), "{next:#?}");
}

/// The same signals in any order and number lead to the same question.
#[test]
fn order_and_repetition_do_not_matter() {
    let shown = [(K::HttpServer, "App-webs/"), (K::Mac, "58:03:fb:00:00:01")];
    let mut turned = shown.to_vec();
    turned.reverse();
    turned.extend(shown);
    assert_eq!(next(&shown), next(&turned));
    assert!(next(&shown).iter().any(|next| next.question.manner == Manner::Active));
}
