use model::Signal;
use proptest::prelude::*;

use super::*;

const ENDPOINT: &str = "urn:uuid:00000000-0000-4000-8000-000000000001";
const TYPES: &str = "<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>";

fn envelope(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" \
         xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" \
         xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" \
         xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\" \
         xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\"><s:Header><a:MessageID>urn:uuid:0\
         </a:MessageID></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
}

fn matched(endpoint: &str, types: &str, scopes: &str, xaddrs: &str) -> String {
    format!(
        "<d:ProbeMatch><a:EndpointReference><a:Address>{endpoint}</a:Address></a:EndpointReference>\
         {types}<d:Scopes>{scopes}</d:Scopes><d:XAddrs>{xaddrs}</d:XAddrs></d:ProbeMatch>"
    )
}

fn matches(inside: &str) -> Message {
    decode(envelope(&format!("<d:ProbeMatches>{inside}</d:ProbeMatches>")).as_bytes()).unwrap()
}

fn of_scopes(scopes: &[&str]) -> Message {
    let scopes: Vec<String> =
        scopes.iter().map(|scope| format!("onvif://www.onvif.org/{scope}")).collect();
    matches(&matched(ENDPOINT, TYPES, &scopes.join(" "), ""))
}

fn values(message: &Message, kind: SignalKind) -> Vec<&str> {
    message.signals.iter().filter(|s| s.kind == kind).filter_map(Signal::as_text).collect()
}

#[test]
fn a_match_gives_the_whole_then_scopes_then_what_they_name() {
    let message = matches(&matched(
        ENDPOINT,
        TYPES,
        "onvif://www.onvif.org/type/ptz onvif://www.onvif.org/hardware/DC-100 \
         onvif://www.onvif.org/name/EXAMPLE%20DC-100",
        "http://10.0.0.5:8000/onvif/device_service http://[fe80::207:5fff:fe00:1]/onvif/device_service",
    ));
    assert_eq!(message.about, About::Sender);
    assert_eq!(message.signals[0].kind, SignalKind::OnvifProbeMatch);
    assert_eq!(message.signals[1].kind, SignalKind::OnvifScopes);
    assert_eq!(values(&message, SignalKind::DeviceBrand), ["EXAMPLE"]);
    assert_eq!(values(&message, SignalKind::DeviceModel), ["DC-100"]);
    assert_eq!(values(&message, SignalKind::PortOpen), ["8000/tcp", "80/tcp"]);
    assert_eq!(
        values(&message, SignalKind::DeviceProtocol),
        ["onvif/type=NetworkVideoTransmitter", "onvif/type=Device", "ws-discovery/probe-match"]
    );
    assert_eq!(*message.keys.uuids, ["00000000-0000-4000-8000-000000000001".into()]);
    assert_eq!(message.keys.addresses.len(), 2);
    assert_eq!(values(&message, SignalKind::Mac), ["00:07:5f:00:00:01"]);
    assert_eq!(values(&message, SignalKind::DeviceQuirk), [""; 0]);
}

#[test]
fn keys_of_scopes_are_read_whatever_their_case() {
    let message = of_scopes(&[
        "Model/631-A",
        "Name/IPCAM",
        "type/manufacturer/Example",
        "mfr/Other",
        "manufacturer/NONE",
        "version/V1.2%20build%203",
        "acc/firmware/version/9.8",
        "avigilon/mac/00-07-5f-00-00-02",
        "MACADDR/00075f000003",
        "serial/2100000A0001",
        "name/acc/Somebody%27s%20text",
    ]);
    assert_eq!(values(&message, SignalKind::DeviceModel), ["631-A"]);
    assert_eq!(values(&message, SignalKind::DeviceBrand), ["Example", "Other"]);
    assert_eq!(values(&message, SignalKind::DeviceFirmware), ["V1.2 build 3", "9.8"]);
    assert_eq!(values(&message, SignalKind::Mac), ["00:07:5f:00:00:02", "00:07:5f:00:00:03"]);
    assert_eq!(values(&message, SignalKind::DeviceSerial), ["2100000A0001"]);
    assert_eq!(values(&message, SignalKind::DeviceQuirk), ["ws-discovery/capital-scope-key"]);
}

#[test]
fn a_name_is_a_brand_only_where_it_reads_as_one() {
    for (name, hardware, brand) in [
        ("Example", "DC-100", Some("Example")),
        ("EXAMPLE%20DC-100", "DC-100", Some("EXAMPLE")),
        ("EXAMPLE%20DC-100%20A0001", "DC-100", Some("EXAMPLE")),
        ("Example%20Vision", "", Some("Example Vision")),
        ("CP_EXAMPLE", "X", Some("CP_EXAMPLE")),
        ("DC-100", "DC-100", None),
        ("IPC-BO", "E1", None),
        ("HD%20IPC", "X", None),
        ("Camera%2001", "X", None),
        ("Front%20Door", "X", None),
        ("the%20one%20above%20stairs", "X", None),
    ] {
        let message = of_scopes(&[&format!("name/{name}"), &format!("hardware/{hardware}")]);
        let found = values(&message, SignalKind::DeviceBrand);
        assert_eq!(found.first().copied(), brand, "{name}");
    }
}

#[test]
fn quirks_of_messages_are_kept() {
    let quirks = |message: &Message| -> Vec<String> {
        message.quirks.iter().map(|quirk| format!("{}/{}", quirk.protocol, quirk.name)).collect()
    };
    let guid = "00000000-0000-4000-8000-000000000001";
    for (message, expected) in [
        (matches(&matched(ENDPOINT, "", "", "")), "ws-discovery/no-types"),
        (matches(&matched(guid, TYPES, "", "")), "ws-discovery/bare-guid"),
        (
            matches(&matched(ENDPOINT, &format!("<d:Types>dn:{guid}</d:Types>"), "", "")),
            "ws-discovery/bare-guid",
        ),
        (
            matches(&matched(&format!("uuid:{guid}"), TYPES, "", "")),
            "ws-discovery/uuid-without-urn",
        ),
        (
            matches(&matched(ENDPOINT, "<d:Types>tns:X</d:Types>", "", "")),
            "ws-discovery/undeclared-type-prefix",
        ),
        (of_scopes(&["hardware/MODEL"]), "ws-discovery/placeholder-hardware"),
        (of_scopes(&["a/b ", " c/d"]), "ws-discovery/double-blank"),
        (matches(&matched(ENDPOINT, TYPES, "", "").repeat(2)), "ws-discovery/repeated-match"),
        (
            matches(
                &(matched(ENDPOINT, TYPES, "", "") + &matched("urn:uuid:other", TYPES, "", "")),
            ),
            "ws-discovery/relayed-match",
        ),
        (matches(""), "ws-discovery/no-match"),
    ] {
        assert_eq!(quirks(&message), [expected]);
    }
}

/// Layouts that a maker fixed hold the address; random ones that only end in twelve digits do not.
#[test]
fn hardware_addresses_are_taken_from_fixed_layouts_alone() {
    for (uuid, mac) in [
        ("00010010-0001-1020-8000-48ea63000001", Some("48:ea:63:00:00:01")),
        ("3fa1fe68-b915-4053-a3e1-c006c3000001", Some("c0:06:c3:00:00:01")),
        ("2419D68A-2DD2-21B2-A205-78A5DD000001", Some("78:a5:dd:00:00:01")),
        ("00000001-0a0b-11b4-83f6-5803fb000001", Some("58:03:fb:00:00:01")),
        ("00075f00-0001-0100-005f-0700075f005f", Some("00:07:5f:00:00:01")),
        ("00000001-1dd2-11b2-83f6-5803fb000001", None),
        ("00000001-0a0b-41b4-83f6-5803fb000001", None),
        ("00000001-0a0b-11b4-83f6-ffffff000001", None),
        ("00075f00-0001-0200-005f-0700075f005f", None),
        ("88d87a05-d7f7-4e45-b1e9-C4D655000A01", Some("c4:d6:55:00:0a:01")),
        ("88D87A05-D7F7-4E45-B1E9-C4D655000A01", None),
        ("88d87a05-d7f7-4e45-b1e9-c4d655000a01", None),
        ("not-a-uuid", None),
    ] {
        assert_eq!(mac_of_endpoint(uuid).map(|mac| mac.to_string()).as_deref(), mac, "{uuid}");
    }
}

#[test]
fn types_tell_printers_from_cameras() {
    let types =
        "<d:Types xmlns:p=\"urn:printers\">p:PrintDeviceType x:NetworkVideoTransmitter</d:Types>";
    let message = matches(&matched(ENDPOINT, types, "", ""));
    assert_eq!(
        values(&message, SignalKind::DeviceProtocol)[..2],
        ["ws-discovery/type=PrintDeviceType", "onvif/type=NetworkVideoTransmitter"]
    );
}

#[test]
fn questions_are_about_nobody_and_farewells_about_the_sender() {
    let probe = decode(envelope("<d:Probe><d:Types>dn:X</d:Types></d:Probe>").as_bytes()).unwrap();
    assert_eq!((probe.about, probe.signals.len()), (About::Nobody, 0));
    let address =
        format!("<a:EndpointReference><a:Address>{ENDPOINT}</a:Address></a:EndpointReference>");
    let bye = decode(envelope(&format!("<d:Bye>{address}</d:Bye>")).as_bytes()).unwrap();
    assert_eq!(values(&bye, SignalKind::DeviceProtocol), ["ws-discovery/bye"]);
    assert_eq!(bye.keys.uuids.len(), 1);
    assert!(decode(envelope("<d:Other/>").as_bytes()).is_err());
    let fault = decode(envelope("<s:Fault/>").as_bytes()).unwrap();
    assert_eq!(fault.signals[0].kind, SignalKind::OnvifReply);
}

#[test]
fn what_was_kept_reads_the_same_again() {
    let text = matched(
        "uuid:3fa1fe68-b915-4053-a3e1-c006c3000001",
        TYPES,
        "onvif://www.onvif.org/hardware/DC-100\n onvif://www.onvif.org/name/Example",
        "http://10.0.0.5:2020/onvif/device_service",
    );
    let message = matches(&text);
    let mut expanded = Message::new(PROTOCOL);
    expand(message.signals[0].as_text().unwrap(), &mut expanded);
    assert_eq!(expanded.keys, message.keys);
    assert_eq!(expanded.quirks, message.quirks);
    assert_eq!(expanded.in_order().signals[..], message.signals[1..]);
}

proptest! {
    #[test]
    fn any_truncation_is_survived(length in 0usize..1400) {
        let text = envelope(&format!("<d:ProbeMatches>{}</d:ProbeMatches>", matched(ENDPOINT, TYPES, "onvif://www.onvif.org/hardware/DC%20é", "http://10.0.0.5/")));
        let bytes = text.as_bytes();
        let _ = decode(&bytes[..length.min(bytes.len())]);
    }

    #[test]
    fn any_scopes_are_survived(scopes in "(onvif://|odm:)?[a-zA-Z/%0-9 é]{0,60}") {
        read_scopes(&scopes, &mut Message::new(PROTOCOL));
    }
}
