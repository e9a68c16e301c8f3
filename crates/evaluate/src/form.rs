//! The layout of our own: one JSON line a device, as `custodiet identify` reads it, with what is true beside it.
//!
//! ```json
//! {"id": "hall-1", "signals": [{"kind": "http.server", "value": "…"}],
//!  "truth": {"kind": "camera", "makers": ["dahua"], "brand": "Amcrest"}}
//! ```
//!
//! `makers` are ids of `kb/makers.csv`, any of which counts as right; `kind` is a word of `identify`. All three of
//! `truth` may be left out: without `makers` an answer is neither right nor wrong, without `kind` no camera is false.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use knowledge::Knowledge;
use model::{DeviceKind, MakerId, Signal, SignalKind, SignalValue};
use serde::Deserialize;

use crate::case::{Case, TrueKind, Truth};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    signals: Vec<SignalForm>,
    #[serde(default)]
    truth: TruthForm,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignalForm {
    kind: String,
    value: String,
    encoding: Option<String>,
    port: Option<u16>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TruthForm {
    kind: Option<DeviceKind>,
    makers: Vec<String>,
    brand: Option<String>,
}

/// Reads one line. Unlike `identify`, which takes what others send, it is strict: a label with a slip of the pen
/// would be a figure that is wrong.
pub(crate) fn read(knowledge: &Knowledge, corpus: &str, line: &str) -> Result<Case, String> {
    let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let signals = line.signals.into_iter().map(signal).collect::<Result<_, _>>()?;
    let makers =
        line.truth.makers.iter().map(|id| maker(knowledge, id)).collect::<Result<_, _>>()?;
    let kind = match line.truth.kind {
        None | Some(DeviceKind::Unknown) => TrueKind::NotSaid,
        Some(kind) if kind.is_surveillance() => TrueKind::Surveillance,
        Some(_) => TrueKind::Other,
    };
    let truth = Truth { makers, kind, brand: line.truth.brand };
    Ok(Case { corpus: corpus.to_owned(), id: line.id, signals, truth })
}

fn maker(knowledge: &Knowledge, id: &str) -> Result<MakerId, String> {
    let known = id.parse::<MakerId>().ok().filter(|id| knowledge.maker(id).is_some());
    known.ok_or_else(|| format!("maker `{id}` is not in `kb/makers.csv`"))
}

fn signal(form: SignalForm) -> Result<Signal, String> {
    let kind: SignalKind = form.kind.parse().map_err(|unknown| format!("{unknown}"))?;
    let value = match form.encoding.as_deref() {
        None => SignalValue::Text(form.value.into()),
        Some("base64") => {
            let bytes = STANDARD.decode(form.value.as_bytes());
            SignalValue::Bytes(bytes.map_err(|e| format!("value of `{kind}`: {e}"))?.into())
        }
        Some(other) => return Err(format!("encoding `{other}` of `{kind}` is not known")),
    };
    Ok(Signal { kind, value, port: form.port })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Case, String> {
        super::read(Knowledge::embedded(), "own", line)
    }

    #[test]
    fn a_line_gives_signals_and_truth() {
        let case = read(
            r#"{"id":"a","signals":[{"kind":"tcp.reply","value":"AAE=","encoding":"base64","port":80}],
                "truth":{"kind":"recorder","makers":["dahua"],"brand":"Amcrest"}}"#,
        )
        .unwrap();
        assert_eq!(case.signals, [Signal::bytes(SignalKind::TcpReply, [0u8, 1]).at_port(80)]);
        assert_eq!(case.truth.kind, TrueKind::Surveillance);
        assert_eq!(case.truth.makers, ["dahua".parse().unwrap()]);
        assert_eq!(case.truth.brand.as_deref(), Some("Amcrest"));
    }

    #[test]
    fn slips_of_the_pen_are_told() {
        for (line, said) in [
            (r#"{"id":"a","signals":[],"truth":{"makers":["dahau"]}}"#, "`dahau`"),
            (r#"{"id":"a","signals":[],"truth":{"maker":"dahua"}}"#, "unknown field `maker`"),
            (r#"{"id":"a","signals":[{"kind":"http.sever","value":"x"}]}"#, "http.sever"),
            (r#"{"id":"a","signals":[],"truth":{"kind":"cammera"}}"#, "cammera"),
        ] {
            let problem = read(line).unwrap_err();
            assert!(problem.contains(said), "{problem}");
        }
    }
}
