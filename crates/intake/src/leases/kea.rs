//! Leases of Kea: the CSV file of its memfile back-end, and the JSON of its `lease4-get-all` command.

use std::collections::HashMap;
use std::io::Read as _;

use model::SourceKind;
use serde_json::Value;

use super::{Lease, hex, instant, mac_of_duid};
use crate::lines::{Line, Lines, as_text, as_text_head};
use crate::notebook::Notebook;
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// The longest line of the CSV file; only a user context could be long.
const LINE_BYTES_MAX: usize = 256 << 10;
/// The largest JSON export, about 150,000 leases: it is read as one tree.
const JSON_BYTES_MAX: u64 = 64 << 20;
/// State "declined": an address somebody uses without a lease.
const DECLINED: &str = "1";
/// Lease type of a delegated prefix: no address of a device.
const PREFIX: [&str; 2] = ["2", "IA_PD"];

/// The CSV format.
pub(crate) struct KeaCsv;
/// The JSON format.
pub(crate) struct KeaJson;

impl Format for KeaCsv {
    fn name(&self) -> &'static str {
        "Kea leases (CSV)"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Leases
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        if head.starts_with(b"address,hwaddr,client_id,")
            || head.starts_with(b"address,duid,valid_lifetime,")
        {
            Recognition::Sure
        } else {
            Recognition::No
        }
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
        let mut columns = HashMap::new();
        while let Some(state) = lines.next(&mut line)? {
            let text = String::from_utf8_lossy(&line);
            if columns.is_empty() {
                let titles = text.trim().split(',').map(str::to_owned);
                columns = titles.enumerate().map(|(index, title)| (title, index)).collect();
                continue;
            }
            if text.trim().is_empty() {
                continue;
            }
            notebook.record();
            // Kea writes a comma inside a value as an escape, so a comma always ends a value.
            let values: Vec<&str> = text.split(',').collect();
            let field = |title: &str| {
                let value = columns.get(title).and_then(|&index| values.get(index))?;
                Some(value.replace("&#x2c", ",")).filter(|value| !value.is_empty())
            };
            let place = format!("line {}", lines.number);
            if lines.has_end {
                give(field, place, state == Line::Whole, options, &mut notebook);
            } else {
                notebook.left_out(place);
            }
            if notebook.is_stopped() {
                break;
            }
        }
        notebook.progress(lines.offset);
        Ok(notebook.finish())
    }
}

impl Format for KeaJson {
    fn name(&self) -> &'static str {
        "Kea leases (JSON)"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Leases
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        let has = |word: &str| head.windows(word.len()).any(|window| window == word.as_bytes());
        let is_json = matches!(head.trim_ascii_start().first(), Some(b'{' | b'['));
        if is_json && has("\"ip-address\"") && (has("\"valid-lft\"") || has("\"cltt\"")) {
            Recognition::Sure
        } else {
            Recognition::No
        }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let mut notebook = Notebook::new(self.name(), sink);
        let mut bytes = Vec::new();
        let taken = as_text(input)?.take(JSON_BYTES_MAX + 1).read_to_end(&mut bytes);
        taken.map_err(|source| IntakeError::Io { offset: bytes.len() as u64, source })?;
        if bytes.len() as u64 > JSON_BYTES_MAX {
            return Err(IntakeError::Limit {
                what: "a JSON export of leases".into(),
                limit: format!("{JSON_BYTES_MAX} bytes"),
                help: "give the CSV file of the memfile back-end, or export by subnet".into(),
            });
        }
        let mut number = 0u64;
        let mut others = 0;
        let breaks = answers_in(&bytes, &mut |answer| {
            let before = number;
            leases_in(answer, 0, &mut |lease| {
                number += 1;
                notebook.record();
                let field = |title: &str| match lease.get(json_name(title))? {
                    Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
                    Value::Number(number) => Some(number.to_string()),
                    _ => None,
                };
                if !notebook.is_stopped() {
                    give(field, format!("lease {number}"), true, options, &mut notebook);
                }
            });
            others += u64::from(number == before);
        });
        if others > 0 {
            notebook.not_understood("JSON without leases", others);
        }
        for place in breaks {
            notebook.error(
                place,
                "the JSON ends or breaks here",
                "the leases before are kept; export the others again",
            );
        }
        notebook.progress(bytes.len() as u64);
        Ok(notebook.finish())
    }
}

/// The name that the JSON form gives to a column of the CSV form.
fn json_name(title: &str) -> &str {
    match title {
        "address" => "ip-address",
        "hwaddr" => "hw-address",
        "valid_lifetime" => "valid-lft",
        "lease_type" => "type",
        other => other,
    }
}

/// Gives every JSON document of `bytes`, one after the other; of one that breaks, what was whole before the break.
/// Reading goes on at the next line that begins a document. The places of the breaks.
fn answers_in(bytes: &[u8], found: &mut dyn FnMut(&Value)) -> Vec<String> {
    let mut breaks = Vec::new();
    let (mut start, mut line) = (0, 0);
    while let Some(rest) = bytes.get(start..) {
        let mut documents = serde_json::Deserializer::from_slice(rest).into_iter::<Value>();
        let mut whole = 0;
        let Some(error) =
            documents.by_ref().find_map(|document| document.map(|document| found(&document)).err())
        else {
            return breaks;
        };
        whole += documents.byte_offset();
        breaks.push(format!("line {} column {}", line + error.line(), error.column().max(1)));
        let at = offset(rest, error.line(), error.column());
        let broken = rest.get(whole..at).unwrap_or_default();
        if let Ok(Some(document)) =
            mended(broken).as_deref().map(serde_json::from_slice).transpose()
        {
            found(&document);
        }
        if error.is_eof() {
            return breaks;
        }
        // The break may stand at the very beginning of the next document.
        let at = at.saturating_sub(1);
        let after = rest.get(at..).unwrap_or_default();
        let next = after.windows(2).position(|pair| matches!(pair, [b'\n', b'{' | b'[']));
        let Some(next) = next.map(|next| at + next + 1) else { return breaks };
        line += rest
            .get(..next)
            .map_or(0, |passed| passed.iter().filter(|byte| **byte == b'\n').count());
        start += next;
    }
    breaks
}

/// Where in `text` a column of a line is, both counted from 1.
fn offset(text: &[u8], line: usize, column: usize) -> usize {
    let mut ends =
        text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let start = if line > 1 { ends.nth(line - 2).unwrap_or(text.len()) } else { 0 };
    (start + column).min(text.len())
}

/// The beginning of a document as one that is whole: all up to the last object that ended, and the brackets that are
/// open there.
fn mended(text: &[u8]) -> Option<Vec<u8>> {
    let (mut open, mut is_string, mut is_escaped) = (Vec::new(), false, false);
    let mut whole = None;
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_string,
            b'"' => is_string = !is_string,
            _ if is_string => {}
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b'}' | b']' => {
                open.pop();
                if byte == b'}' && open.len() <= usize::from(WRAPPING_MAX) {
                    whole = Some((at + 1, open.clone()));
                }
            }
            _ => {}
        }
    }
    let (end, open) = whole?;
    let mut document = text.get(..end)?.to_vec();
    document.extend(open.iter().rev());
    Some(document)
}

/// How deep leases may be wrapped: an answer holds arguments that hold the list.
const WRAPPING_MAX: u8 = 8;

fn leases_in(tree: &Value, depth: u8, found: &mut dyn FnMut(&serde_json::Map<String, Value>)) {
    match tree {
        _ if depth > WRAPPING_MAX => {}
        Value::Array(items) => items.iter().for_each(|item| leases_in(item, depth + 1, found)),
        Value::Object(lease) if lease.contains_key("ip-address") => found(lease),
        Value::Object(object) => {
            object.values().for_each(|value| leases_in(value, depth + 1, found));
        }
        _ => {}
    }
}

/// Reads the fields of one lease by the titles of the CSV form.
fn give(
    field: impl Fn(&str) -> Option<String>,
    place: String,
    is_whole: bool,
    options: &Options,
    notebook: &mut Notebook<'_>,
) {
    let Some(address) = field("address").and_then(|text| text.parse().ok()).filter(|_| is_whole)
    else {
        notebook.error(place, "not a lease with an address", "the other leases are kept");
        return;
    };
    if field("lease_type").is_some_and(|kind| PREFIX.contains(&kind.as_str())) {
        notebook.not_understood("lease of a prefix", 1);
        return;
    }
    if field("state").as_deref() == Some(DECLINED) {
        notebook.not_understood("declined lease", 1);
        return;
    }
    let number = |title: &str| field(title).and_then(|text| text.parse::<i64>().ok());
    let lifetime = number("valid_lifetime");
    // The CSV form gives the end of a lease, the JSON form its start ("client last transmission time").
    let (from, until) = match (number("expire"), number("cltt"), lifetime) {
        (Some(expire), _, Some(lifetime)) => (Some(expire.saturating_sub(lifetime)), Some(expire)),
        (Some(expire), _, None) => (None, Some(expire)),
        (None, Some(start), lifetime) => {
            (Some(start), lifetime.map(|lifetime| start.saturating_add(lifetime)))
        }
        (None, None, _) => (None, None),
    };
    let duid = || field("duid").and_then(|text| hex(&text)).and_then(|duid| mac_of_duid(&duid));
    Lease {
        place,
        address: Some(address),
        mac: field("hwaddr").and_then(|text| text.parse().ok()).or_else(duid),
        from: from.and_then(instant),
        until: until.and_then(instant),
        hostname: field("hostname").map(|name| name.trim_end_matches('.').to_owned()),
        vendor_class: None,
    }
    .give(options, notebook);
}

#[cfg(test)]
mod tests {
    use crate::notebook::tests::replay;

    #[test]
    fn the_memfile_of_both_address_families() {
        let v4 = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n\
                  10.0.0.1,58:03:fb:00:00:01,01:58:03:fb:00:00:01,3600,1793697302,1,0,0,cam-1.example.,0,{\"a\"&#x2c 1}\n\
                  10.0.0.2,,,3600,1793697302,1,0,0,,1,\n\
                  nowhere,,,,,,,,,,\n";
        let v6 = "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state\n\
                  fd00::3,00:03:00:01:58:03:fb:00:00:03,600,1793697302,1,300,0,7,128,0,0,,,0\n\
                  fd00:1::,00:03:00:01:58:03:fb:00:00:03,600,1793697302,1,300,2,7,64,0,0,,,0\n";
        insta::assert_snapshot!(format!("{}\n{}", replay(v4.as_bytes()), replay(v6.as_bytes())), @r#"
{"place":"line 2","at":"2026-11-03T08:15:02Z","subject":{"macs":["58:03:fb:00:00:01"],"addresses":[{"address":"10.0.0.1","from":"2026-11-03T08:15:02Z","until":"2026-11-03T09:15:02Z"}],"hostname":"cam-1.example"},"signals":[{"kind":"mac","value":"58:03:fb:00:00:01"},{"kind":"dhcp.hostname","value":"cam-1.example"}]}
error line 4: not a lease with an address
leases (Kea leases (CSV)): 3 records, 1 observations; not understood {"declined lease": 1}; lost {}

{"place":"line 2","at":"2026-11-03T09:05:02Z","subject":{"macs":["58:03:fb:00:00:03"],"addresses":[{"address":"fd00::3","from":"2026-11-03T09:05:02Z","until":"2026-11-03T09:15:02Z"}]},"signals":[{"kind":"mac","value":"58:03:fb:00:00:03"}]}
leases (Kea leases (CSV)): 2 records, 1 observations; not understood {"lease of a prefix": 1}; lost {}
"#);
    }

    #[test]
    fn the_answer_of_the_command() {
        let json = r#"[{"result":0,"arguments":{"leases":[{"cltt":1793697302,"hostname":"cam-1","hw-address":"58:03:fb:00:00:01",
            "ip-address":"10.0.0.1","state":0,"subnet-id":1,"valid-lft":3600}]}}]"#;
        insta::assert_snapshot!(replay(json.as_bytes()), @r#"
{"place":"lease 1","at":"2026-11-03T09:15:02Z","subject":{"macs":["58:03:fb:00:00:01"],"addresses":[{"address":"10.0.0.1","from":"2026-11-03T09:15:02Z","until":"2026-11-03T10:15:02Z"}],"hostname":"cam-1"},"signals":[{"kind":"mac","value":"58:03:fb:00:00:01"},{"kind":"dhcp.hostname","value":"cam-1"}]}
leases (Kea leases (JSON)): 1 records, 1 observations; not understood {}; lost {}
"#);
    }

    #[test]
    fn of_an_answer_that_breaks_the_leases_before_are_kept() {
        let lease = |tail: u8| {
            format!(
                r#"{{"cltt":1,"hw-address":"58:03:fb:00:00:0{tail}","ip-address":"10.0.0.{tail}","user-context":{{"a":"}}{{"}},"valid-lft":9}}"#
            )
        };
        let [one, two, three] = [lease(1), lease(2), lease(3)];
        let answer = format!("[{{\"arguments\":{{\"leases\":[{one},\n{two}]}}}}]");
        let cut = answer.len() - 40;
        let read = replay(format!("{}\n{{\"leases\":[{three}]}}", &answer[..cut]).as_bytes());
        assert!(read.contains("error line 3 column 1: the JSON ends or breaks here"), "{read}");
        assert!(read.contains("2 records, 2 observations"), "{read}");
        assert!(!read.contains("10.0.0.2"), "{read}");
        let read = replay(format!("{answer}{answer}\nodd\n[{three}]").as_bytes());
        assert!(read.contains("error line 4 column 1"), "{read}");
        assert!(read.contains("5 records, 5 observations"), "{read}");
        let read = replay(&answer.as_bytes()[..answer.len() - 3]);
        assert!(read.contains("2 records, 2 observations"), "{read}");
        let nested = "[".repeat(1_000_000);
        let read = replay(format!("{answer}\n{nested}\n{nested}").as_bytes());
        assert!(read.contains("2 records, 2 observations"), "{read}");
    }
}
