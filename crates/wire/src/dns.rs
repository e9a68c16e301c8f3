//! DNS (RFC 1035) and multicast DNS with service discovery (RFC 6762, RFC 6763).
//!
//! A unicast question says what its sender looks for; a unicast answer speaks of no device and gives names. A
//! multicast answer, or the claim that a device sends before it takes a name, describes its sender: fact file
//! `protocols.md` section 4.2.

use std::net::IpAddr;

use model::SignalKind;
use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, ResourceRecord, TYPE};

use crate::note::mac_in;
use crate::{About, DecodeError, Message};

const HEADER_BYTES: usize = 12;
/// The shortest record or question there is; header counts that cannot fit are not believed.
const RECORD_BYTES_MIN: usize = 5;
/// More services than one device announces.
const SERVICES_MAX: usize = 64;
/// More questions than anybody asks at once.
const QUESTIONS_MAX: usize = 64;
/// Longest text of one service that is kept.
const SERVICE_BYTES_MAX: usize = 1024;

/// Whether these bytes look like DNS: a standard query or answer whose counts can be true and whose first name
/// ends in a class that is in use.
pub fn claims(bytes: &[u8]) -> bool {
    let Some(([_, _, flags, _, counts @ ..], body)) = bytes.split_first_chunk::<HEADER_BYTES>()
    else {
        return false;
    };
    let [questions, records @ ..] = counts.as_chunks::<2>().0 else { return false };
    let records: usize = records.iter().map(|count| usize::from(u16::from_be_bytes(*count))).sum();
    let total = usize::from(u16::from_be_bytes(*questions)) + records;
    let is_standard = flags & 0b0111_1000 == 0;
    is_standard && (1..=body.len() / RECORD_BYTES_MIN).contains(&total) && first_name_is_sound(body)
}

/// Names under which cameras announce themselves (fact file `protocols.md` section 4.2).
const CAMERA_SERVICES: [&str; 6] = [
    "_axis-video._tcp.local",
    "_axis-nvr._tcp.local",
    "_psia._tcp.local",
    "_dhnap._tcp.local",
    "_rtsp._tcp.local",
    "_http._tcp.local",
];

/// A question for the kinds of services that a host announces (RFC 6763 section 9), sent to its port 5353. A host answers
/// the port that asked, under the same `id` (RFC 6762 section 6.7).
pub fn services_query(id: u16) -> Vec<u8> {
    query(id, &["_services._dns-sd._udp.local"])
}

/// As [`services_query`], for the services themselves under which cameras are known.
pub fn cameras_query(id: u16) -> Vec<u8> {
    query(id, &CAMERA_SERVICES)
}

fn query(id: u16, names: &[&'static str]) -> Vec<u8> {
    let mut packet = Packet::new_query(id);
    let questions = names
        .iter()
        .filter_map(|name| Name::new(name).ok())
        .map(|name| Question::new(name, QTYPE::TYPE(TYPE::PTR), QCLASS::CLASS(CLASS::IN), false));
    packet.questions.extend(questions);
    // INVARIANT: a few short names fit any message.
    packet.build_bytes_vec().unwrap_or_default()
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when a name or record is malformed.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "header", offset: 0 });
    }
    if let Ok(packet) = Packet::parse(bytes) {
        return Ok(read(&packet));
    }
    // A record that cannot be read costs its section: additional records first, answers last.
    let mut shorter = bytes.to_vec();
    for count in [10..12, 8..10, 6..8] {
        shorter.get_mut(count).unwrap_or_default().fill(0);
        if let Ok(packet) = Packet::parse(&shorter) {
            let mut message = read(&packet);
            if message.about == About::Sender {
                message.note_quirk("unreadable-record", "");
            }
            return Ok(message);
        }
    }
    Err(DecodeError::Malformed { production: "question", offset: HEADER_BYTES })
}

fn read(packet: &Packet<'_>) -> Message {
    let is_answer = packet.has_flags(PacketFlag::RESPONSE);
    match (is_multicast(packet), is_answer) {
        (false, false) => question(packet),
        (false, true) => answer(packet),
        (true, true) => announcement(packet.answers.iter().chain(&packet.additional_records)),
        // The records of a probe stand in the authority section (RFC 6762 section 8.1); the answers of a
        // question are what the sender knows of others.
        (true, false) if packet.name_servers.is_empty() => nobody("mdns"),
        (true, false) => announcement(packet.name_servers.iter()),
    }
}

fn first_name_is_sound(body: &[u8]) -> bool {
    // NetBIOS has the same header; its names are 16 octets written as 32 letters (RFC 1001 section 14.1).
    if let [32, label @ ..] = body
        && label.iter().take(32).all(|byte| matches!(byte, b'A'..=b'P'))
    {
        return false;
    }
    let mut rest = body;
    loop {
        match rest {
            [0, _, _, class_high, class_low, ..] => {
                // The top bit is "unicast wanted" or "flush" in multicast DNS.
                return class_high & 0x7f == 0 && matches!(class_low, 1 | 3 | 254 | 255);
            }
            [length @ 1..=63, tail @ ..] => {
                let Some((label, after)) = tail.split_at_checked(usize::from(*length)) else {
                    return false;
                };
                if label.iter().any(u8::is_ascii_control) {
                    return false;
                }
                rest = after;
            }
            _ => return false,
        }
    }
}

/// Multicast DNS is known by its names: the ports are the caller's knowledge.
fn is_multicast(packet: &Packet<'_>) -> bool {
    let records = [&packet.answers, &packet.name_servers, &packet.additional_records];
    let mut names = packet
        .questions
        .iter()
        .map(|question| &question.qname)
        .chain(records.into_iter().flatten().map(|record| &record.name));
    names.any(|name| {
        name.get_labels().last().is_some_and(|label| label.as_ref().eq_ignore_ascii_case(b"local"))
    })
}

fn nobody(protocol: &'static str) -> Message {
    Message { about: About::Nobody, ..Message::new(protocol) }
}

fn question(packet: &Packet<'_>) -> Message {
    let mut message = Message::new("dns");
    for question in packet.questions.iter().take(QUESTIONS_MAX) {
        // Who looks up the name of an address learns nothing that we would want to know.
        if question.qtype != QTYPE::TYPE(TYPE::PTR) {
            message.say(SignalKind::DnsQuery, plain(&question.qname));
        }
    }
    if message.signals.is_empty() {
        message.about = About::Nobody;
    }
    message
}

/// Each address counts for the name that was asked and for the name its record bears, behind aliases.
fn answer(packet: &Packet<'_>) -> Message {
    let mut message = nobody("dns");
    let asked = packet.questions.first().map(|question| plain(&question.qname));
    for record in &packet.answers {
        let Some(address) = address_of(record) else { continue };
        let owner = plain(&record.name);
        if let Some(asked) = asked.as_ref().filter(|asked| **asked != owner) {
            message.names.push((asked.as_str().into(), address));
        }
        message.names.push((owner.into(), address));
    }
    message
}

/// One service instance, as its PTR, SRV and TXT records tell together.
#[derive(Default)]
struct Service {
    /// Empty where only the type is known.
    instance: String,
    kind: String,
    texts: Vec<String>,
}

fn announcement<'p>(records: impl Iterator<Item = &'p ResourceRecord<'p>>) -> Message {
    let mut message = Message::new("mdns");
    let mut services: Vec<Service> = Vec::new();
    let mut derived = Message::new("mdns");
    for record in records {
        read_record(record, &mut derived, &mut services);
    }
    // A bare type says nothing more once an instance of it is known.
    let is_told = |bare: &Service| {
        bare.instance.is_empty()
            && services.iter().any(|other| other.kind == bare.kind && !other.instance.is_empty())
    };
    for service in services.iter().filter(|service| !is_told(service)) {
        let parts = [&service.instance, &service.kind].into_iter().chain(&service.texts);
        let parts: Vec<&str> =
            parts.map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        let text = parts.join(" ");
        message.say(SignalKind::MdnsService, crate::message::shortened(&text, SERVICE_BYTES_MAX));
    }
    message.signals.append(&mut derived.signals);
    message.keys = derived.keys;
    message.names = derived.names;
    for service in &services {
        read_service(service, &mut message);
    }
    message
}

fn read_record(record: &ResourceRecord<'_>, message: &mut Message, services: &mut Vec<Service>) {
    if let Some(address) = address_of(record) {
        let host = plain(&record.name);
        message.claim_interface(address);
        claim_host(&host, message);
        message.names.push((host.into(), address));
        return;
    }
    match &record.rdata {
        RData::PTR(target) => {
            service_of(&target.0, services);
        }
        RData::SRV(target) => {
            let owner = plain(&record.name);
            let transport = if owner.contains("._udp") { "udp" } else { "tcp" };
            // Workstations announce the discard port without listening there.
            if target.port != 0 && !owner.contains("_workstation.") {
                message.say(SignalKind::PortOpen, format!("{}/{transport}", target.port));
            }
            claim_host(&plain(&target.target), message);
            service_of(&record.name, services);
        }
        RData::TXT(texts) => {
            let texts: Vec<String> = texts
                .iter_raw()
                .map(|(key, value)| {
                    let text = value.map(|value| [b"=", value].concat()).unwrap_or_default();
                    String::from_utf8_lossy(&[key, &text].concat()).into_owned()
                })
                .collect();
            match service_of(&record.name, services) {
                Some(service) => service.texts = texts,
                None => texts.iter().for_each(|text| read_text("", text, message)),
            }
        }
        _ => {}
    }
}

/// The first name of a host; what begins with an underscore is a service's (RFC 6763 section 7).
fn claim_host(host: &str, message: &mut Message) {
    if !host.starts_with('_') {
        message.keys.hostname.get_or_insert_with(|| without_local(host).into());
    }
}

/// The service that a name speaks of, noted if it is new: `Instance._type._tcp.local` or just the type.
fn service_of<'s>(name: &Name<'_>, services: &'s mut Vec<Service>) -> Option<&'s mut Service> {
    let labels: Vec<_> =
        name.get_labels().iter().map(|l| String::from_utf8_lossy(l.as_ref())).collect();
    let transport = labels.iter().rposition(|label| matches!(&**label, "_tcp" | "_udp"))?;
    let kind = labels.get(transport.checked_sub(1)?..=transport)?.join(".");
    let before = labels.get(..transport - 1)?;
    // A subtype `_sub` stands between instance and type (RFC 6763 section 7.1); the questions for all types are
    // no service.
    let instance = if before.iter().any(|label| label.starts_with('_')) {
        String::new()
    } else {
        before.join(".")
    };
    if kind == "_dns-sd._udp" || !kind.starts_with('_') {
        return None;
    }
    let known = services
        .iter()
        .position(|old| old.kind == kind && old.instance.eq_ignore_ascii_case(&instance));
    let place = match known {
        Some(place) => place,
        None if services.len() < SERVICES_MAX => {
            services.push(Service { instance, kind, texts: Vec::new() });
            services.len() - 1
        }
        None => return None,
    };
    services.get_mut(place)
}

/// Reads a service that stood in a signal as `instance type TXT…` into `message`.
pub fn expand_service(text: &str, message: &mut Message) {
    let mut service = Service::default();
    for word in text.split_ascii_whitespace() {
        if service.kind.is_empty() {
            let is_kind =
                word.starts_with('_') && (word.ends_with("._tcp") || word.ends_with("._udp"));
            let part = if is_kind { &mut service.kind } else { &mut service.instance };
            join(part, word);
        } else if word.contains('=') || service.texts.is_empty() {
            service.texts.push(word.to_owned());
        } else if let Some(last) = service.texts.last_mut() {
            // A value with a blank in it.
            join(last, word);
        }
    }
    read_service(&service, message);
}

fn join(text: &mut String, word: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}

/// What one service tells of the device, beside its text.
fn read_service(service: &Service, message: &mut Message) {
    let Service { instance, kind, texts } = service;
    for text in texts {
        read_text(kind, text, message);
    }
    if kind.starts_with("_axis-") || instance.starts_with("AXIS ") {
        read_axis_name(instance, message);
    }
    if kind == "_http._tcp" && is_dahua_set(texts) {
        message.claim_serial(instance);
    }
    // "IC-0000 Network Camera [001F1F000001]", and what _workstation._tcp writes.
    let bracketed = instance.rsplit_once('[').and_then(|(_, rest)| rest.strip_suffix(']'));
    if let Some(mac) = bracketed.and_then(mac_in) {
        message.claim_mac_address(mac);
    }
}

/// `AXIS M0000 - ACCC8E000001`, perhaps with the name of a stream behind it; the user may have chosen another
/// name.
fn read_axis_name(instance: &str, message: &mut Message) {
    let Some((model, rest)) = instance.split_once(" - ") else { return };
    let Some(mac) = rest.split(' ').next().and_then(mac_in) else { return };
    message.claim_mac_address(mac);
    if let Some(model) = model.strip_prefix("AXIS ") {
        message.claim_brand("AXIS");
        message.claim_model(model);
    }
}

/// The set of strings that Dahua's firmware announces; its instance is the serial number.
fn is_dahua_set(texts: &[String]) -> bool {
    let has = |key: &str| texts.iter().any(|text| text.starts_with(key));
    ["host=", "mac=", "ip=", "subnet=", "gw="].into_iter().all(has)
}

fn read_text(kind: &str, text: &str, message: &mut Message) {
    let Some((key, value)) = text.split_once('=') else { return };
    match key.to_ascii_lowercase().as_str() {
        "mac" if value.starts_with("AV") => read_arecont(value, message),
        "macaddress" | "mac" | "mac_address" => {
            if let Some(mac) = mac_in(value) {
                message.claim_mac_address(mac);
            }
        }
        "ip" => {
            if let Ok(address) = value.parse::<IpAddr>() {
                message.claim_address(address);
            }
        }
        "model_number" | "model" | "ty" => message.claim_model(value),
        // Elsewhere `md` is something else: AirPlay lists kinds of metadata under it.
        "md" if matches!(kind, "_hap._tcp" | "_googlecast._tcp") => message.claim_model(value),
        "version" | "fw" | "firmware" => message.claim_firmware(value),
        "manufacturer" | "vendor" | "brand" => message.claim_brand(value),
        "serialnumber" | "serial" => message.claim_serial(value),
        _ => {}
    }
}

/// `AV<last three octets>-FW<version>-…/<model>`: the address is not whole, so it is no key.
fn read_arecont(value: &str, message: &mut Message) {
    let mut parts = value.split('-').skip(1);
    if let Some(firmware) = parts.find_map(|part| part.strip_prefix("FW")) {
        message.claim_firmware(firmware);
    }
    if let Some((_, model)) = value.rsplit_once('/') {
        message.claim_model(model);
    }
}

fn address_of(record: &ResourceRecord<'_>) -> Option<IpAddr> {
    match &record.rdata {
        RData::A(a) => Some(IpAddr::from(a.address.to_be_bytes())),
        RData::AAAA(aaaa) => Some(IpAddr::from(aaaa.address.to_be_bytes())),
        _ => None,
    }
}

/// The name in the usual form without escapes: labels joined by dots, none at the end.
fn plain(name: &Name<'_>) -> String {
    let labels: Vec<_> =
        name.get_labels().iter().map(|l| String::from_utf8_lossy(l.as_ref())).collect();
    labels.join(".")
}

fn without_local(host: &str) -> &str {
    host.strip_suffix(".local").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    fn named(labels: &str) -> Vec<u8> {
        let mut bytes: Vec<u8> = labels
            .split('.')
            .flat_map(|label| [&[u8::try_from(label.len()).unwrap()], label.as_bytes()].concat())
            .collect();
        bytes.push(0);
        bytes
    }

    fn record(owner: &str, kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap().to_be_bytes();
        [&named(owner)[..], &kind.to_be_bytes(), &[0x80, 1, 0, 0, 0, 120], &length, data].concat()
    }

    fn packet(flags: u8, counts: [u8; 4], sections: &[Vec<u8>]) -> Vec<u8> {
        let [qd, an, ns, ar] = counts;
        [&[0, 0, flags, 0, 0, qd, 0, an, 0, ns, 0, ar][..], &sections.concat()].concat()
    }

    fn txt(strings: &[&str]) -> Vec<u8> {
        strings
            .iter()
            .flat_map(|s| [&[u8::try_from(s.len()).unwrap()], s.as_bytes()].concat())
            .collect()
    }

    #[test]
    fn a_question_says_what_its_sender_looks_for() {
        let bytes =
            packet(1, [1, 0, 0, 0], &[[named("Www.Example.org"), vec![0, 1, 0, 1]].concat()]);
        assert!(claims(&bytes));
        let message = decode(&bytes).unwrap();
        assert_eq!(message.about, About::Sender);
        assert_eq!(values(&message), "dns.query=Www.Example.org\n");
    }

    #[test]
    fn an_answer_gives_the_name_that_was_asked_and_the_alias() {
        let bytes = packet(
            0x81,
            [1, 2, 0, 0],
            &[
                [named("a.example.org"), vec![0, 1, 0, 1]].concat(),
                record("a.example.org", 5, &named("b.example.net")),
                record("b.example.net", 1, &[203, 0, 113, 7]),
            ],
        );
        let message = decode(&bytes).unwrap();
        let address = IpAddr::from([203, 0, 113, 7]);
        assert_eq!((message.about, message.signals.len()), (About::Nobody, 0));
        assert_eq!(
            message.names,
            [("a.example.org".into(), address), ("b.example.net".into(), address)]
        );
    }

    #[test]
    fn an_axis_camera_announces_itself() {
        let instance = "AXIS M0000 - ACCC8E000001._axis-video._tcp.local";
        let bytes = packet(
            0x84,
            [0, 3, 0, 2],
            &[
                record("_services._dns-sd._udp.local", 12, &named("_axis-video._tcp.local")),
                record("_axis-video._tcp.local", 12, &named(instance)),
                record(instance, 16, &txt(&["macaddress=ACCC8E000001"])),
                record(
                    instance,
                    33,
                    &[&[0, 0, 0, 0, 0, 80][..], &named("axis-accc8e000001.local")].concat(),
                ),
                record("axis-accc8e000001.local", 1, &[192, 168, 0, 90]),
            ],
        );
        let message = decode(&bytes).unwrap();
        assert_eq!(message.keys.hostname.as_deref(), Some("axis-accc8e000001"));
        assert_eq!(message.keys.addresses, [IpAddr::from([192, 168, 0, 90])]);
        insta::assert_snapshot!(values(&message), @"
        mdns.service=AXIS M0000 - ACCC8E000001 _axis-video._tcp macaddress=ACCC8E000001
        port.open=80/tcp
        mac=ac:cc:8e:00:00:01
        device.brand=AXIS
        device.model=M0000
        ");
    }

    #[test]
    fn a_service_is_no_host() {
        let address = |owner: &str| record(owner, 1, &[192, 168, 0, 90]);
        let bytes = packet(0x84, [0, 2, 0, 0], &[address("_tcp.local"), address("cam.local")]);
        assert_eq!(decode(&bytes).unwrap().keys.hostname.as_deref(), Some("cam"));
    }

    #[test]
    fn services_of_other_makers() {
        let announce = |instance: &str, strings: &[&str]| {
            let bytes = packet(
                0x84,
                [0, 1, 0, 0],
                &[record(&format!("{instance}.local"), 16, &txt(strings))],
            );
            let message = decode(&bytes).unwrap();
            format!("{}{:?}\n", values(&message), message.keys.serials)
        };
        let dahua = [
            "host=A0",
            "mac=9c:8e:cd:00:00:01",
            "ip=192.168.1.108",
            "subnet=255.255.255.0",
            "gw=192.168.1.1",
        ];
        let d_link =
            ["mac=B0:C5:54:00:00:01", "model_number=DCS-000L", "version=0100", "mydlink=true"];
        let arecont = ["txtvers=1", "MAC=AV000001-FW10000.00-00000000-00000000-0100/0000-MODEL   "];
        let all = [
            announce("0A00000PAG00001._http._tcp", &dahua),
            announce("D-Link HNAP Service._dhnap._tcp", &d_link),
            announce("ARECONT AV 0000-AV000001._arec._tcp", &arecont),
            announce("IC-0000 Network Camera [001F1F000001]._http._tcp", &[""]),
        ];
        insta::assert_snapshot!(all.concat(), @r#"
        mdns.service=0A00000PAG00001 _http._tcp host=A0 mac=9c:8e:cd:00:00:01 ip=192.168.1.108 subnet=255.255.255.0 gw=192.168.1.1
        mac=9c:8e:cd:00:00:01
        device.serial=0A00000PAG00001
        ["0A00000PAG00001"]
        mdns.service=D-Link HNAP Service _dhnap._tcp mac=B0:C5:54:00:00:01 model_number=DCS-000L version=0100 mydlink=true
        mac=b0:c5:54:00:00:01
        device.model=DCS-000L
        device.firmware=0100
        []
        mdns.service=ARECONT AV 0000-AV000001 _arec._tcp txtvers=1 MAC=AV000001-FW10000.00-00000000-00000000-0100/0000-MODEL
        device.firmware=10000.00
        device.model=0000-MODEL
        []
        mdns.service=IC-0000 Network Camera [001F1F000001] _http._tcp
        mac=00:1f:1f:00:00:01
        []
        "#);
    }

    #[test]
    fn who_asks_for_services_says_nothing_of_itself() {
        let asked = [named("_axis-video._tcp.local"), vec![0, 12, 0, 1]].concat();
        let bytes = packet(0, [1, 0, 0, 0], &[asked]);
        let message = decode(&bytes).unwrap();
        assert_eq!((message.about, message.signals.len()), (About::Nobody, 0));
    }

    #[test]
    fn a_record_that_cannot_be_read_costs_its_section_alone() {
        let bytes = packet(
            0x84,
            [0, 1, 0, 1],
            &[record("cam.local", 1, &[192, 168, 0, 90]), record("cam.local", 28, &[1, 2])],
        );
        let message = decode(&bytes).unwrap();
        assert_eq!(message.keys.addresses, [IpAddr::from([192, 168, 0, 90])]);
        assert_eq!(message.quirks.first().map(|quirk| &*quirk.name), Some("unreadable-record"));
    }

    #[test]
    fn netbios_is_not_claimed() {
        let name = [named(&"A".repeat(32)), vec![0, 32, 0, 1]].concat();
        assert!(!claims(&packet(1, [1, 0, 0, 0], &[name])));
    }

    #[test]
    fn impossible_counts_are_not_believed() {
        let bytes = packet(0x84, [255; 4], &[record("a.local", 1, &[1, 2, 3, 4])]);
        assert!(!claims(&bytes) && decode(&bytes).is_err());
    }
}
