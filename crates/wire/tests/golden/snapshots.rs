//! What is decoded from each file of the corpora, as it was reviewed.
//!
//! A changed decoder shows here as a changed line. `GOLDEN=write cargo test -p wire --test golden` writes the
//! files again; what changed is then to be read, against the corpus, before it is committed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use model::{MacAddr, SignalKind};
use wire::{About, Message};

use crate::corpus::{CORPORA, Part, Sample, shared};
use crate::mask;

fn snapshot_file(corpus: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/snapshots/{corpus}.txt"))
}

#[test]
fn every_file_decodes_as_reviewed() {
    let Some(shared) = shared() else { return };
    let is_writing = std::env::var("GOLDEN").is_ok_and(|value| value == "write");
    let mut changed = Vec::new();
    for (corpus, read) in CORPORA {
        let fresh: String = read(&shared).iter().map(block).collect();
        let file = snapshot_file(corpus);
        if is_writing {
            std::fs::write(&file, &fresh).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap();
        let lines = kept.lines().zip(fresh.lines()).find(|(kept, fresh)| kept != fresh);
        if kept != fresh {
            changed.push(format!("{corpus}: first change {lines:?}"));
        }
    }
    assert!(changed.is_empty(), "not as reviewed (see the head of this file): {changed:#?}");
}

/// Whatever the masks do: nothing that looks like an address, a hardware address or a UUID stands in a snapshot,
/// and the kinds that identify by their nature show a placeholder.
#[test]
fn snapshots_hold_nothing_that_looks_like_an_identifier() {
    for (corpus, _) in CORPORA {
        let kept = std::fs::read_to_string(snapshot_file(corpus)).unwrap();
        for line in kept.lines() {
            let (kind, value) = line.trim_start().split_once(": ").unwrap_or(("", line));
            let kind = kind.parse().ok();
            match kind {
                Some(SignalKind::Mac) => {
                    assert!(value.ends_with(":<tail>") || value.starts_with('<'), "{line}");
                }
                Some(
                    SignalKind::DeviceSerial
                    | SignalKind::OnvifSerial
                    | SignalKind::DeviceUuid
                    | SignalKind::DhcpHostname,
                ) => assert!(value.starts_with('<'), "{corpus}: {line}"),
                _ => {}
            }
            // Versions of software look like addresses.
            let is_version = kind.is_some_and(mask::is_product);
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '-');
            for word in value.split(|c| !is_part(c)) {
                let is_known = mask::is_uuid(word) || word.parse::<MacAddr>().is_ok();
                assert!(!is_known, "{corpus}: {line}");
                assert!(is_version || !mask::is_address(word), "{corpus}: {line}");
            }
        }
    }
}

/// No key that is decoded from any file stands in any snapshot.
#[test]
fn snapshots_hold_no_key_of_a_sample() {
    let Some(shared) = shared() else { return };
    let kept: String = CORPORA
        .iter()
        .map(|(corpus, _)| std::fs::read_to_string(snapshot_file(corpus)).unwrap())
        .collect::<String>()
        .to_lowercase();
    let samples: Vec<Sample> = CORPORA.iter().flat_map(|(_, read)| read(&shared)).collect();
    let messages =
        samples.iter().flat_map(|it| &it.parts).filter_map(|(_, part)| part.as_ref().ok());
    let keys: BTreeSet<String> = messages.flat_map(keys_of).collect();
    // Factory names are models or the names of protocols.
    let is_public = |key: &str| samples.iter().any(|it| is_label(it, key));
    let found: Vec<&String> =
        keys.iter().filter(|key| kept.contains(&**key) && !is_public(key)).collect();
    assert!(keys.len() > 300, "{} keys looked for", keys.len());
    assert!(found.is_empty(), "{found:?}");
}

/// The keys of a message in every usual spelling, lower case.
fn keys_of(message: &Message) -> Vec<String> {
    let keys = &message.keys;
    let mut all: Vec<String> = keys.macs.iter().map(ToString::to_string).collect();
    let macs = all.clone().into_iter();
    all.extend(macs.flat_map(|mac| [mac.replace(':', "-"), mac.replace(':', "")]));
    all.extend(keys.addresses.iter().map(ToString::to_string));
    let texts = keys.serials.iter().chain(&keys.uuids).chain(&keys.hostname);
    all.extend(texts.map(|text| text.to_lowercase()));
    all
}

fn is_label(sample: &Sample, key: &str) -> bool {
    let columns = ["brand_shown", "brand", "model", "file"];
    columns.iter().filter_map(|it| sample.label.get(*it)).any(|it| it.to_lowercase().contains(key))
}

fn block(sample: &Sample) -> String {
    let label = |column| sample.label.get(column).map_or("", |value: &String| value.as_str());
    let named = ["maker_true", "true_maker", "brand_shown", "brand", "model"].map(label);
    // A tag of Hikvision's realms comes from the serial number.
    let is_name = |name: &&str| !name.is_empty() && !name.contains("realm tag");
    let names: Vec<&str> = named.into_iter().filter(is_name).collect();
    let mut text = format!("[{}] {}\n", sample.file, names.join(" | "));
    // Parts that say the same stand together, where the first of them stood.
    let mut parts: Vec<(Vec<&str>, String)> = Vec::new();
    for (name, part) in &sample.parts {
        let lines = part_lines(part);
        match parts.iter_mut().find(|(_, known)| *known == lines) {
            Some((names, _)) => names.push(name),
            None => parts.push((vec![name], lines)),
        }
    }
    for (names, lines) in parts {
        let names = names.join(", ");
        if !names.trim_matches([',', ' ']).is_empty() {
            writeln!(text, " {names}").unwrap();
        }
        text.push_str(&lines);
    }
    text.push('\n');
    text
}

fn part_lines(part: &Part) -> String {
    match part {
        Err(reason) => format!("  not read: {reason}\n"),
        Ok(message) => message_lines(message),
    }
}

fn message_lines(message: &Message) -> String {
    let mut lines = vec![head(message)];
    for signal in &message.signals {
        let value = signal.as_text().unwrap_or("(bytes)");
        lines.push(format!("{}: {}", signal.kind, mask::masked(signal.kind, value, message)));
    }
    for quirk in &message.quirks {
        if !quirk.detail.is_empty() {
            let detail = mask::masked_text(&quirk.detail, message);
            lines.push(format!("quirk {}/{}: {detail}", quirk.protocol, quirk.name));
        }
    }
    lines.iter().map(|line| format!("  {}\n", line.trim_end())).collect()
}

/// Protocol, subject and how many keys of each sort.
fn head(message: &Message) -> String {
    let keys = &message.keys;
    let counts = [
        (keys.macs.len(), "mac"),
        (keys.addresses.len(), "address"),
        (keys.serials.len(), "serial"),
        (keys.uuids.len(), "uuid"),
        (usize::from(keys.hostname.is_some()), "hostname"),
        (message.names.len(), "name"),
    ];
    let about = match message.about {
        About::Sender => "",
        About::Keys => " about its keys",
        About::Nobody => " about nobody",
    };
    let counted = counts.iter().filter(|(count, _)| *count > 0);
    let counted: Vec<String> = counted.map(|(count, what)| format!("{count} {what}")).collect();
    let protocol = if message.protocol.is_empty() { "-" } else { message.protocol };
    format!("{protocol}{about} ({})", counted.join(", "))
}
