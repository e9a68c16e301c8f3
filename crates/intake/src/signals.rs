//! Signals in our own JSONL form (design section 5): one observation a line.
//!
//! `{"id": …, "signals": [{"kind", "value"[, "encoding"][, "port"]}, …]}`, and where known `address`, `mac`,
//! `serial` and `time` of what it is about.

use std::borrow::Cow;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{
    AddressClaim, MacAddr, Observation, Place, Signal, SignalKind, SignalValue, SourceKind,
    Subject, Timestamp,
};
use serde::Deserialize;

use crate::lines::{Line, Lines, as_text, as_text_head};
use crate::notebook::Notebook;
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// The longest line that is read; honest ones hold a few messages of some kilobytes.
const LINE_BYTES_MAX: usize = 4 << 20;
/// Signals of one line that are kept.
const SIGNALS_MAX: usize = 4_096;
/// Lines that are looked at to recognise the format: the first may be broken.
const LINES_LOOKED_AT: usize = 20;

/// The format.
pub(crate) struct SignalsJsonl;

/// A line as it may stand there. A field of another type is the line's error, an unknown field is nobody's.
#[derive(Deserialize)]
struct LineForm<'a> {
    #[serde(default)]
    id: Option<Id>,
    #[serde(borrow)]
    signals: Vec<SignalForm<'a>>,
    #[serde(default, borrow)]
    address: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    mac: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    serial: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    time: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(serde_json::Number),
}

#[derive(Deserialize)]
struct SignalForm<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    value: Cow<'a, str>,
    #[serde(default, borrow)]
    encoding: Option<Cow<'a, str>>,
    #[serde(default)]
    port: Option<u16>,
}

impl Format for SignalsJsonl {
    fn name(&self) -> &'static str {
        "signals JSONL"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Signals
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        let sure = head.split(|&byte| byte == b'\n').take(LINES_LOOKED_AT).any(|line| {
            let line = line.trim_ascii();
            line.starts_with(b"{")
                && (serde_json::from_slice::<LineForm<'_>>(line).is_ok() || is_cut_off(line))
        });
        if sure { Recognition::Sure } else { Recognition::No }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let mut notebook = Notebook::new(self.name(), sink);
        let mut lines = Lines::new(as_text(input)?, LINE_BYTES_MAX);
        let mut line = Vec::new();
        while let Some(state) = lines.next(&mut line)? {
            let place = || format!("line {}", lines.number);
            let text = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line).trim_ascii();
            if state == Line::TooLong {
                notebook.record();
                notebook.error(
                    place(),
                    format!("longer than {LINE_BYTES_MAX} bytes"),
                    "put each subject on a line of its own",
                );
            } else if !text.is_empty() {
                notebook.record();
                match serde_json::from_slice::<LineForm<'_>>(text) {
                    Ok(form) => read_line(form, &place(), options, &mut notebook),
                    Err(error) => notebook.error(
                        format!("line {} column {}", lines.number, error.column()),
                        json_problem(&error),
                        "give an object with `id` and `signals`",
                    ),
                }
            }
            if lines.number.is_multiple_of(1_024) {
                notebook.progress(lines.offset);
            }
            if notebook.is_stopped() {
                break;
            }
        }
        notebook.progress(lines.offset);
        Ok(notebook.finish())
    }
}

/// A line longer than what may be looked at: its grammar cannot be checked, its words can.
fn is_cut_off(line: &[u8]) -> bool {
    let has = |word: &[u8]| line.windows(word.len()).any(|window| window == word);
    line.len() >= 60_000 && has(b"\"signals\"") && has(b"\"kind\"")
}

/// The parser's words without its own place, which counts lines within one line.
fn json_problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(problem, _)| problem.to_owned())
}

fn read_line(form: LineForm<'_>, place: &str, options: &Options, notebook: &mut Notebook<'_>) {
    let mut subject = Subject {
        local: form.id.map(|id| match id {
            Id::Text(text) => text.into(),
            Id::Number(number) => number.to_string().into(),
        }),
        ..Subject::default()
    };
    let at = parsed::<Timestamp>(form.time.as_deref(), "time", place, notebook);
    if let Some(mac) = parsed::<MacAddr>(form.mac.as_deref(), "mac", place, notebook) {
        subject.macs.push(mac);
    }
    if let Some(address) = parsed::<IpAddr>(form.address.as_deref(), "address", place, notebook) {
        subject.addresses.push(AddressClaim { address, from: at, until: at });
    }
    subject.serials.extend(form.serial.filter(|serial| !serial.is_empty()).map(Box::from));
    if form.signals.len() > SIGNALS_MAX {
        notebook.lost(
            &format!("signals of a line after the {SIGNALS_MAX}th"),
            (form.signals.len() - SIGNALS_MAX) as u64,
        );
    }
    let mut signals = Vec::new();
    for form in form.signals.into_iter().take(SIGNALS_MAX) {
        let Some(signal) = read_signal(form, place, notebook) else { continue };
        if let Err(port) = push_clean(signal, &mut signals, &mut subject) {
            notebook.not_understood(&format!("reply of port {port}"), 1);
        }
    }
    notebook.observation(Observation {
        place: Place(place.into()),
        at,
        until: at,
        vantage: options.vantage.clone(),
        subject,
        signals,
        declared: None,
    });
}

fn parsed<T: std::str::FromStr>(
    text: Option<&str>,
    field: &str,
    place: &str,
    notebook: &mut Notebook<'_>,
) -> Option<T> {
    let text = text?;
    let value = text.parse().ok();
    if value.is_none() {
        let shown: String = text.chars().take(60).collect();
        notebook.error(
            place,
            format!("`{field}`: `{shown}` is not readable"),
            "correct or leave it out",
        );
    }
    value
}

fn read_signal(form: SignalForm<'_>, place: &str, notebook: &mut Notebook<'_>) -> Option<Signal> {
    let Ok(kind) = form.kind.parse::<SignalKind>() else {
        let shown: String = form.kind.chars().take(60).collect();
        notebook.not_understood(&format!("signal kind `{shown}`"), 1);
        notebook
            .info(place, format!("signal kind `{shown}` is not known to this version: ignored"));
        return None;
    };
    let value = match form.encoding.as_deref() {
        None => SignalValue::Text(form.value.into()),
        Some("base64") => match STANDARD.decode(form.value.as_bytes()) {
            Ok(bytes) => SignalValue::Bytes(bytes.into()),
            Err(error) => {
                notebook.error(place, format!("`{kind}`: {error}"), "encode the bytes as base64");
                return None;
            }
        },
        Some(other) => {
            let shown: String = other.chars().take(60).collect();
            notebook.error(
                place,
                format!("`{kind}`: encoding `{shown}` is not known"),
                "leave it out or use `base64`",
            );
            return None;
        }
    };
    Some(Signal { kind, value, port: form.port })
}

/// A signal as it may be stored: a raw reply is replaced by what a decoder reads in it, and no secret that a
/// device broadcast goes on from here.
fn push_clean(signal: Signal, signals: &mut Vec<Signal>, subject: &mut Subject) -> Result<(), u16> {
    let is_raw = matches!(signal.kind, SignalKind::UdpReply | SignalKind::TcpReply);
    if is_raw && let Some(message) = wire::expand(&signal) {
        crate::message::take_keys(message.keys, subject);
    }
    let port = signal.port.unwrap_or(0);
    let clean = wire::sanitise(signal);
    let is_unreadable = clean.is_empty();
    signals.extend(clean);
    if is_unreadable { Err(port) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use crate::notebook::tests::replay;

    #[test]
    fn good_lines_are_kept_between_bad_ones() {
        let text = concat!(
            "{\"id\":\"a\",\"signals\":[{\"kind\":\"http.server\",\"value\":\"App-webs/\",\"port\":80}]}\n",
            "{\"id\":7,\"signals\":[{\"kind\":\"http.colour\",\"value\":\"red\"}],\"address\":\"10.0.0.7\",",
            "\"mac\":\"58:03:fb:00:00:01\",\"serial\":\"S0\",\"time\":\"2026-11-03T09:15:00Z\"}\n",
            "\n",
            "{\"id\":\"c\",\"signals\":[{\"kind\":\"mac\",\"value\":17}]}\n",
            "{\"id\":\"d\",\"signals\":[{\"kind\":\"udp.reply\",\"value\":\"%%\",\"encoding\":\"base64\"}],\"mac\":\"none\"}\n",
        );
        insta::assert_snapshot!(replay(text.as_bytes()), @r#"
{"place":"line 1","subject":{"local":"a"},"signals":[{"kind":"http.server","value":"App-webs/","port":80}]}
{"place":"line 2","at":"2026-11-03T09:15:00Z","until":"2026-11-03T09:15:00Z","subject":{"macs":["58:03:fb:00:00:01"],"addresses":[{"address":"10.0.0.7","from":"2026-11-03T09:15:00Z","until":"2026-11-03T09:15:00Z"}],"serials":["S0"],"local":"7"}}
{"place":"line 5","subject":{"local":"d"}}
info line 2: signal kind `http.colour` is not known to this version: ignored
error line 4 column 45: invalid type: integer `17`, expected a string
error line 5: `mac`: `none` is not readable
error line 5: `udp.reply`: Invalid symbol 37, offset 0.
signals (signals JSONL): 4 records, 3 observations; not understood {"signal kind `http.colour`": 1}; lost {}
"#);
    }

    #[test]
    fn a_line_of_a_hundred_megabytes_costs_one_note() {
        let good = "{\"id\":\"a\",\"signals\":[]}\n";
        let long = [good.as_bytes(), &vec![b'x'; 100 << 20], b"\n", good.as_bytes()].concat();
        let text = replay(&long);
        assert!(text.contains("error line 2: longer than 4194304 bytes"), "{text}");
        assert!(text.contains("3 records, 2 observations"), "{text}");
    }
}
