//! Replays the seeds of the fuzz targets, and every input that once broke a law, through the same laws.

use std::fs;
use std::path::{Path, PathBuf};

use laws::TARGETS;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// The seeds of a target as they lie in the repository, by name.
fn lying(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = fuzz().join("seeds").join(target);
    let entries =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut seeds: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap())
        })
        .collect();
    seeds.sort();
    seeds
}

#[test]
fn every_seed_keeps_the_laws() {
    for target in TARGETS {
        let seeds = lying(target.name);
        assert!(!seeds.is_empty(), "fuzz/seeds/{} holds no seeds", target.name);
        for (name, bytes) in seeds {
            let outcome = std::panic::catch_unwind(|| (target.check)(&bytes));
            assert!(outcome.is_ok(), "fuzz/seeds/{}/{name} breaks a law", target.name);
        }
    }
}

#[test]
fn the_seeds_are_those_that_are_made() {
    for target in TARGETS {
        let lying = lying(target.name);
        for seed in (target.seeds)() {
            assert!(
                lying.iter().any(|(name, bytes)| *name == seed.name && *bytes == seed.bytes),
                "fuzz/seeds/{}/{} differs: run `cargo run -p laws --example write_seeds -- fuzz/seeds`",
                target.name,
                seed.name
            );
        }
    }
}

#[test]
fn every_target_is_in_the_fuzz_crate() {
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = toml::from_str(&manifest).unwrap();
    let bins = manifest["bin"].as_array().unwrap();
    let mut built: Vec<_> = bins.iter().map(|bin| bin["name"].as_str().unwrap()).collect();
    let mut known: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
    built.sort_unstable();
    known.sort_unstable();
    assert_eq!(built, known);
    for target in known {
        let path = fuzz().join(format!("fuzz_targets/{target}.rs"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(&format!("laws::check(\"{target}\"")), "{}", path.display());
    }
}

/// A reader, or a kind of signal that holds more than itself, that has no seed is hardly fuzzed.
#[test]
fn every_reader_and_every_text_has_a_seed() {
    let first_lines = |target: &str| -> Vec<String> {
        let line = |bytes: &[u8]| {
            let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
            String::from_utf8_lossy(line).into_owned()
        };
        lying(target).iter().map(|(_, bytes)| line(bytes)).collect()
    };
    let read = first_lines("intake_format");
    let unread = intake::formats().iter().map(|format| format.name());
    let unread: Vec<_> = unread.filter(|name| !read.iter().any(|known| known == name)).collect();
    assert!(unread.is_empty(), "add seeds to crates/laws/src/readers.rs for {unread:?}");
    let expanded = first_lines("wire_expand");
    let holds_more =
        |kind: &&model::SignalKind| wire::expand(&model::Signal::text(**kind, "")).is_some();
    let unread = model::SignalKind::ALL.iter().filter(holds_more).map(|kind| kind.as_str());
    let unread: Vec<_> =
        unread.filter(|kind| !expanded.iter().any(|known| known == kind)).collect();
    assert!(unread.is_empty(), "add seeds to crates/laws/src/decoders.rs for {unread:?}");
}

/// A seed that its reader does not know for its own begins far from where the reader begins.
#[test]
fn every_file_that_is_made_is_recognised_as_what_it_is() {
    let target = TARGETS.iter().find(|target| target.name == "intake_format").unwrap();
    for seed in (target.seeds)() {
        let end = seed.bytes.iter().position(|byte| *byte == b'\n').unwrap();
        let (format, bytes) = (String::from_utf8_lossy(&seed.bytes[..end]), &seed.bytes[end + 1..]);
        let mut cursor = std::io::Cursor::new(bytes);
        let mut input =
            intake::Input { name: "x", size_bytes: bytes.len() as u64, bytes: &mut cursor };
        let known = intake::recognise(&mut input).unwrap().map(intake::Format::name);
        assert_eq!(known, Some(&*format), "{}", seed.name);
    }
}

/// The name of a seed begins with the protocol that decodes it.
#[test]
fn every_message_that_is_made_is_decoded_as_what_it_is() {
    let made = |name: &str| {
        let target = TARGETS.iter().find(|target| target.name == name).unwrap();
        (target.seeds)().into_iter()
    };
    let port = |bytes: &[u8]| u16::from_be_bytes([bytes[0], bytes[1]]);
    let of_datagrams = made("wire_datagram").map(|seed| {
        let read = wire::datagram(port(&seed.bytes), 50_000, &seed.bytes[5..]);
        (seed.name, read.map(|message| message.protocol))
    });
    let of_frames = made("wire_frame").filter(|seed| seed.name != "arp").map(|seed| {
        let read = wire::frame(port(&seed.bytes), &seed.bytes[2..]);
        (seed.name, read.map(|message| message.protocol))
    });
    let is_other = |(name, protocol): &(String, Result<&str, _>)| {
        !protocol.as_ref().is_ok_and(|known| name.starts_with(known))
    };
    let others: Vec<_> = of_datagrams.chain(of_frames).filter(is_other).collect();
    assert!(others.is_empty(), "{others:?}");
}
