use knowledge::Knowledge;

use super::*;
use crate::Priors;

fn identify(line: &str) -> (Result<Identified, IdentifyError>, Vec<String>) {
    let attributor = Attributor::new(Knowledge::embedded(), Priors::default());
    let mut notes = Vec::new();
    (identify_line(&attributor, line.as_bytes(), &mut notes), notes)
}

/// What a reader would say of a line in one breath.
fn verdict(line: &str) -> String {
    let found = identify(line).0.unwrap();
    let mut words = format!("{} {} {}", found.kind.as_str(), found.maker.id, found.level.as_str());
    for (name, value) in [("brand", &found.brand), ("model", &found.model)] {
        if let Some(value) = value {
            words.push_str(&format!(" {name}={value}"));
        }
    }
    words + if found.rebranded { " rebranded" } else { "" }
}

fn onvif(manufacturer: &str, model: &str, firmware: &str) -> String {
    format!(
        r#"{{"id":1,"signals":[{{"kind":"onvif.manufacturer","value":"{manufacturer}"}},
        {{"kind":"onvif.model","value":"{model}"}},{{"kind":"onvif.firmware","value":"{firmware}"}}]}}"#
    )
    .replace('\n', " ")
}

#[test]
fn a_rebrand_is_named_by_its_firmware() {
    insta::assert_snapshot!(
        verdict(&onvif("Exampledome", "ED-000", "V5.5.0 build 190101")),
        @"camera hikvision probable brand=Exampledome model=ED-000 rebranded"
    );
    insta::assert_snapshot!(
        verdict(&onvif("Exampledome", "ED-000", "2.800.00ED000.0.R, Build Date 2020-01-01")),
        @"camera dahua probable brand=Exampledome model=ED-000 rebranded"
    );
    insta::assert_snapshot!(
        verdict(&onvif("Exampledome", "ED-000", "GIPC-B6000.1.2.C00000.NB.220101")),
        @"camera uniview probable brand=Exampledome model=ED-000 rebranded"
    );
}

/// A maker that designs itself and buys a line: the number says which, where it says so, and nobody is named where
/// the line has two builders.
#[test]
fn a_bought_line_is_named_by_its_number_beside_its_brand() {
    let named = |brand: &str, model: &str| verdict(&onvif(brand, model, "1.0.0"));
    insta::assert_snapshot!(
        named("EverFocus Elec. Corp.", "EHNU000"),
        @"camera uniview probable brand=EverFocus model=EHNU000 rebranded"
    );
    insta::assert_snapshot!(
        named("EverFocus Elec. Corp.", "EHN0000"),
        @"camera everfocus probable brand=EverFocus model=EHN0000"
    );
    insta::assert_snapshot!(
        named("D-Link Corporation", "DCS-F0000"),
        @"camera unknown unknown brand=D-Link model=DCS-F0000"
    );
    insta::assert_snapshot!(
        named("Exampledome", "A-00-F"),
        @"camera unknown unknown brand=Exampledome model=A-00-F"
    );
}

#[test]
fn a_maker_under_its_own_name_is_no_rebrand() {
    insta::assert_snapshot!(
        verdict(&onvif("HIKVISION", "DS-2CD0000-I", "V5.5.0 build 190101")),
        @"camera hikvision probable brand=Hikvision model=DS-2CD0000-I"
    );
}

#[test]
fn two_independent_strong_items_confirm() {
    let line = r#"{"id":"a","signals":[{"kind":"device.firmware","value":"V5.5.0 build 190101"},
        {"kind":"device.serial","value":"ED-00020190101AAWRC00000000"},{"kind":"rtsp.sdp","value":"v=0"}]}"#;
    insta::assert_snapshot!(verdict(line), @"camera hikvision confirmed");
}

#[test]
fn strong_evidence_for_two_makers_is_a_conflict() {
    let line = r#"{"id":"a","signals":[{"kind":"device.firmware","value":"V5.5.0 build 190101"},
        {"kind":"device.serial","value":"0A00000PAA00000"}]}"#;
    let found = identify(line).0.unwrap();
    assert_eq!(found.level, Level::Conflicting);
    assert_eq!(found.conflicts.len(), 1);
}

#[test]
fn little_evidence_is_no_evidence() {
    for signals in [
        r#"[]"#,
        r#"[{"kind":"port.open","value":"554/tcp"}]"#,
        r#"[{"kind":"http.server","value":"nginx/1.18.0"},{"kind":"ssh.banner","value":"SSH-2.0-dropbear_2019.78"}]"#,
        r#"[{"kind":"dns.query","value":"www.hik-connect.com"}]"#,
    ] {
        let line = format!(r#"{{"id":"a","signals":{signals}}}"#);
        assert_eq!(verdict(&line), "unknown unknown unknown", "{signals}");
    }
}

#[test]
fn what_is_something_else_is_called_so() {
    let line = r#"{"id":"a","signals":[{"kind":"snmp.sysdescr","value":"Cisco IOS Software, Version 15.0"},
        {"kind":"snmp.sysobjectid","value":"1.3.6.1.4.1.9.1.1"}]}"#;
    insta::assert_snapshot!(verdict(line), @"other-device unknown unknown");
}

#[test]
fn a_register_speaks_for_itself_alone() {
    let line = r#"{"id":"a","signals":[{"kind":"register.make","value":"HIKVISION"},
        {"kind":"register.model","value":"DS2CD2143G0-I"}]}"#;
    insta::assert_snapshot!(verdict(line), @"camera hikvision probable brand=Hikvision model=DS2CD2143G0-I");
    let line = r#"{"id":"a","signals":[{"kind":"register.make","value":"Axis"},
        {"kind":"device.firmware","value":"V5.5.0 build 190101"},{"kind":"device.serial","value":"ED-00020190101AAWRC00000000"}]}"#;
    let found = identify(line).0.unwrap();
    assert_eq!(found.maker.id.as_str(), "hikvision");
    assert_eq!(found.conflicts.first().map(|c| c.kind), Some(model::ConflictKind::DeclaredMaker));
}

#[test]
fn ids_of_any_type_come_back() {
    for id in ["null", "7", r#""seven""#, "[1,2]", r#"{"a":1}"#] {
        let found = identify(&format!(r#"{{"id":{id},"signals":[]}}"#)).0.unwrap();
        assert_eq!(found.id, serde_json::from_str::<serde_json::Value>(id).unwrap());
    }
}

#[test]
fn unknown_kinds_and_encodings_are_noted_and_left_out() {
    let line = r#"{"id":1,"signals":[{"kind":"http.colour","value":"red"},
        {"kind":"udp.reply","value":"%%","encoding":"base64"},{"kind":"port.open","value":554}]}"#;
    let (found, notes) = identify(line);
    assert!(found.is_ok());
    assert_eq!(notes.len(), 2, "{notes:?}");
}

#[test]
fn a_broken_line_names_its_column() {
    let (found, _) = identify(r#"{"id":1,"signals":[}"#);
    assert_eq!(found.unwrap_err().column, 20);
    assert!(identify("").0.is_err() && identify("[1]").0.is_err());
}

#[test]
fn raw_answers_are_decoded() {
    let body = STANDARD.encode("HTTP/1.1 401 Unauthorized\r\nServer: App-webs/\r\n\r\n");
    let line = format!(
        r#"{{"id":1,"signals":[{{"kind":"tcp.reply","value":"{body}","encoding":"base64","port":80}}]}}"#
    );
    insta::assert_snapshot!(verdict(&line), @"camera hikvision probable");
}
