//! Laws of `attribute`: the order of signals does not matter, and saying a thing twice adds nothing.

use attribute::{Attributor, Identified, Priors, identify_line};
use knowledge::Knowledge;
use serde_json::Value;

use crate::{Seed, decoders};

/// Signals of a line whose order is looked at: well below what is read of a line, doubled.
const SIGNALS_MAX: usize = 1_000;

thread_local! {
    static ATTRIBUTOR: Attributor<'static> =
        Attributor::new(Knowledge::embedded(), Priors::default());
}

/// One line of `identify`.
pub(crate) fn check(data: &[u8]) {
    let Some((found, notes)) = identified(data) else { return };
    let probabilities =
        found.alternatives.iter().map(|other| other.probability).chain([found.maker.probability]);
    assert!(probabilities.into_iter().all(|p| (0.0..=1.0).contains(&p)), "{found:?}");
    let text = String::from_utf8_lossy(data);
    let Ok(Value::Object(mut line)) = serde_json::from_str(text.trim_start_matches('\u{feff}'))
    else {
        return;
    };
    let Some(Value::Array(signals)) = line.remove("signals") else { return };
    if signals.len() > SIGNALS_MAX {
        return;
    }
    let mut with = |signals: Vec<Value>| {
        line.insert("signals".into(), Value::Array(signals));
        let line = serde_json::to_vec(&line).expect("a line is JSON");
        identified(&line).expect("what was read once is read again")
    };
    let in_order = with(signals.clone());
    assert_eq!(in_order, (found.clone(), notes), "how JSON is written does not matter");
    let (reversed, _) = with(signals.iter().rev().cloned().collect());
    assert_eq!(reversed, found, "the order of signals does not matter");
    let (doubled, _) = with(signals.iter().chain(&signals).cloned().collect());
    assert_eq!(doubled.maker, found.maker, "saying it twice adds nothing");
}

fn identified(line: &[u8]) -> Option<(Identified, Vec<String>)> {
    let mut notes = Vec::new();
    let found = ATTRIBUTOR.with(|attributor| identify_line(attributor, line, &mut notes)).ok()?;
    Some((found, notes))
}

pub(crate) fn seeds() -> Vec<Seed> {
    let of_text = |seed: Seed| {
        let (kind, value) = seed.bytes.split_at(seed.bytes.iter().position(|b| *b == b'\n')?);
        let kind = std::str::from_utf8(kind).ok()?;
        let value = std::str::from_utf8(value.get(2..)?).ok()?;
        let signal = serde_json::json!({ "kind": kind, "value": value });
        let line = serde_json::json!({ "id": seed.name, "signals": [signal] });
        Some(Seed::new(seed.name, &[line.to_string().as_bytes()]))
    };
    let mut seeds: Vec<Seed> = decoders::text_seeds().into_iter().filter_map(of_text).collect();
    seeds.extend([
        Seed::new("several", &[SEVERAL.as_bytes()]),
        Seed::new("contradiction", &[CONTRADICTION.as_bytes()]),
        Seed::new("register", &[REGISTER.as_bytes()]),
    ]);
    seeds
}

const SEVERAL: &str = "{\"id\":1,\"signals\":[{\"kind\":\"mac\",\"value\":\"58:03:fb:00:00:01\"},{\"kind\":\"http.server\",\"value\":\"App-webs/\",\"port\":80},\
    {\"kind\":\"http.favicon-mmh3\",\"value\":999357577},{\"kind\":\"http.path\",\"value\":\"/ISAPI/System/deviceInfo 401\"},{\"kind\":\"port.open\",\"value\":\"8000/tcp\"},\
    {\"kind\":\"tcp.reply\",\"value\":\"U1NILTIuMC1kcm9wYmVhcg0K\",\"encoding\":\"base64\",\"port\":22}]}";
const CONTRADICTION: &str = "{\"id\":null,\"signals\":[{\"kind\":\"onvif.manufacturer\",\"value\":\"Bosch\"},{\"kind\":\"rtsp.server\",\"value\":\"Dahua Rtsp Server\"},\
    {\"kind\":\"device.firmware\",\"value\":\"V5.5.0 build 190101\"},{\"kind\":\"dns.query\",\"value\":\"www.easy4ip.com\"},{\"kind\":\"future.kind\",\"value\":true}]}";
const REGISTER: &str = "{\"id\":\"r\",\"signals\":[{\"kind\":\"register.make\",\"value\":\"Axis\"},{\"kind\":\"register.model\",\"value\":\"P0000-LE\"},\
    {\"kind\":\"register.text\",\"value\":\"Hik 4MP dome DS-2CD0000-I by the door\"},{\"kind\":\"register.serial\",\"value\":\"ACCC8E000001\"}]}";
