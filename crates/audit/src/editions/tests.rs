use std::path::PathBuf;

use intake::Options;
use knowledge::Knowledge;
use report::DeviceLine;
use store::{DeviceQuery, SqliteStore};
use tempfile::TempDir;

use super::*;
use crate::{
    Context, FileOutcome, FileReport, ImportRequest, MappingSource, MappingUse, Reader, RunRecord,
    Silent, import_as, recompute,
};

/// A database and a folder to write registers into.
struct Desk {
    folder: TempDir,
    store: SqliteStore,
    hour: i64,
}

impl Desk {
    fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            store: SqliteStore::in_memory().unwrap(),
            hour: 470_000,
        }
    }

    fn now(&mut self) -> Timestamp {
        self.hour += 24;
        Timestamp::from_second(self.hour * 3_600).unwrap()
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn import_with(
        &mut self,
        name: &str,
        text: &str,
        replace: Replace,
        mapping: Option<&str>,
    ) -> FileReport {
        let path = self.write(name, text);
        let mapping = mapping.map(|text| intake::register::Mapping::parse(text).unwrap());
        let options = Options { mapping, ..Options::default() };
        let mapping = MappingSource::Remembered;
        let request = ImportRequest { options: &options, mapping, replace, held_before: None };
        let now = self.now();
        import_as(&mut self.store, &path, request, now, &Silent).unwrap()
    }

    fn import(&mut self, name: &str, text: &str) -> FileReport {
        self.import_with(name, text, Replace::WhereSure, None)
    }

    /// The ids of all devices, those that are gone from their register in brackets.
    fn devices(&mut self) -> String {
        let (lines, run) = self.lines();
        let gone = |line: &DeviceLine| {
            line.conflicts.iter().any(|conflict| conflict.other.contains("gone from the register"))
        };
        assert_eq!(
            lines.iter().filter(|line| gone(line)).count() as u64,
            run.counts.gone_from_registers
        );
        let mut told: Vec<String> = lines
            .iter()
            .map(|line| {
                assert!(!gone(line) || line.declared.is_none(), "{}: still declared", line.id);
                if gone(line) { format!("({})", line.id) } else { line.id.clone() }
            })
            .collect();
        told.sort_by_key(|id| id.trim_matches(['(', ')']).to_owned());
        told.join(" ")
    }

    fn lines(&mut self) -> (Vec<DeviceLine>, RunRecord) {
        let knowledge = Knowledge::embedded();
        let context = Context::without_estate("2026-01-01".parse().unwrap());
        let now = self.now();
        recompute(&mut self.store, knowledge, &context, Vec::new(), now, &Silent).unwrap();
        let reader = Reader::new(&self.store, knowledge).unwrap();
        let mut lines = Vec::new();
        reader
            .each_line(&DeviceQuery::default(), |line| {
                lines.push(line);
                Ok::<_, AuditError>(())
            })
            .unwrap();
        (lines, reader.run().clone())
    }
}

fn source(report: &FileReport) -> SourceId {
    match report.outcome {
        FileOutcome::Imported(source, _) | FileOutcome::AlreadyHeld(source) => source,
        _ => panic!("{report:?}"),
    }
}

fn figures(outcome: &EditionOutcome) -> String {
    match outcome {
        EditionOutcome::New => "new".into(),
        EditionOutcome::ReplacedBefore(newer) => format!("replaced by {}", newer.source.0),
        EditionOutcome::Beside { alike, .. } => {
            let alike: Vec<_> =
                alike.iter().map(|one| format!("{} of {}", one.paired, one.rows)).collect();
            format!("beside: {}", alike.join(", "))
        }
        EditionOutcome::Replaced { summary: s, .. } => format!(
            "={} ~{} moved {} !{} +{} -{}",
            s.unchanged, s.changed, s.moved, s.exchanged, s.added, s.gone
        ),
    }
}

const FIRST: &str = "\
Asset tag,Make,Model,Serial,IP,Site
C1,Axis,P3245-LVE,AX00A0000011,10.0.0.11,Hall
C2,Axis,P3245-LVE,AX00A0000012,10.0.0.12,Hall
C3,Axis,P3245-LVE,AX00A0000013,10.0.0.13,Hall
C4,Axis,P3245-LVE,AX00A0000014,10.0.0.14,Hall
C5,Axis,P3245-LVE,AX00A0000015,10.0.0.15,Hall
";

/// C2 was moved, C3 is gone, C4 was exchanged, C6 is new.
const SECOND: &str = "\
Asset tag,Make,Model,Serial,IP,Site
C6,Axis,P3245-LVE,AX00A0000016,10.0.0.13,Hall
C4,Axis,P3245-LVE,AX00A0000044,10.0.0.14,Hall
C1,Axis,P3245-LVE,AX00A0000011,10.0.0.11,Hall
C5,Axis,P3245-LVE,AX00A0000015,10.0.0.15,Hall
C2,Axis,P3245-LVE,AX00A0000012,10.0.0.12,Depot
";

#[test]
fn an_edited_register_takes_the_place_of_the_former_one() {
    let mut desk = Desk::new();
    let first = desk.import("Cams.csv", FIRST);
    assert_eq!(first.edition, EditionOutcome::New);
    let second = desk.import("cams (1).csv", SECOND);
    assert_eq!(figures(&second.edition), "=2 ~1 moved 1 !1 +1 -1");
    assert_eq!(
        desk.devices(),
        "serial-AX00A0000011 serial-AX00A0000012 (serial-AX00A0000013) (serial-AX00A0000014) \
         serial-AX00A0000015 serial-AX00A0000016 serial-AX00A0000044"
    );
    let (lines, run) = desk.lines();
    let moved = lines.iter().find(|line| line.id == "serial-AX00A0000012").unwrap();
    assert_eq!(moved.site.as_deref(), Some("Depot"));
    assert!(moved.conflicts.is_empty(), "{:?}", moved.conflicts);
    // An address that was given to the next device is not a second claim to it.
    assert_eq!(run.counts.conflicting, 2);
    let gone = lines.iter().find(|line| line.id == "serial-AX00A0000013").unwrap();
    assert!(gone.sources[0].places[0].contains("gone since"), "{:?}", gone.sources);
    assert_eq!(gone.site.as_deref(), Some("Hall"), "where it stood last");
    assert!(gone.addresses.is_empty(), "the newer edition gave it to another");
    // Whichever is given again, nothing changes.
    for (text, expected) in [(FIRST, "replaced by 2"), (SECOND, "new")] {
        let again = desk.import("cams.csv", text);
        assert!(matches!(again.outcome, FileOutcome::AlreadyHeld(_)), "{again:?}");
        assert_eq!(figures(&again.edition), expected);
        assert_eq!(desk.store.sources().unwrap().len(), 2);
    }
}

/// Two schools keep sheets of one name and form, with the tags and addresses that their installer gives everybody.
#[test]
fn two_registers_of_one_form_both_count() {
    let mut desk = Desk::new();
    desk.import("cams.csv", FIRST);
    let other = desk.import("cams.csv", &FIRST.replace("AX00A00000", "AX00B00000"));
    assert_eq!(figures(&other.edition), "beside: 5 of 5");
    assert_eq!(desk.lines().0.len(), 10);
    // One device was lent by the one to the other.
    let lent =
        format!("{}C7,Axis,P1,AX00A0000011,10.0.0.9,Hall\n", FIRST.replace("AX00A", "AX00D"));
    assert!(figures(&desk.import("cams.csv", &lent).edition).starts_with("beside"));
    // Nothing but weak keys: even equal rows prove nothing.
    let weak = "Asset tag,Make,Model\nC1,Axis,P3245-LVE\nC2,Axis,P3245-LVE\nC3,Axis,P3245-LVE\n";
    let mut desk = Desk::new();
    desk.import("weak.csv", weak);
    let more = desk.import("weak.csv", &format!("{weak}C4,Axis,P3245-LVE\n"));
    assert_eq!(figures(&more.edition), "beside: 3 of 3");
    assert_eq!(desk.lines().0.len(), 7);
}

#[test]
fn an_extract_or_another_name_is_no_new_edition() {
    let mut desk = Desk::new();
    desk.import("cams.csv", FIRST);
    let extract: String = FIRST.lines().take(3).map(|line| format!("{line}\n")).collect();
    assert_eq!(figures(&desk.import("cams.csv", &extract).edition), "beside: 2 of 5");
    assert_eq!(figures(&desk.import("cams 2026.csv", SECOND).edition), "beside: 4 of 5, 2 of 2");
    let never =
        desk.import_with("cams.csv", &SECOND.replace("P3245", "P3265"), Replace::Never, None);
    assert_eq!(never.edition, EditionOutcome::New);
    assert!(desk.store.editions().unwrap().is_empty());
}

#[test]
fn what_comes_back_is_gone_no_more_and_a_wrong_guess_is_undone() {
    let mut desk = Desk::new();
    let first = source(&desk.import("cams.csv", FIRST));
    let second = source(&desk.import("cams.csv", SECOND));
    let third = desk
        .import("cams.csv", &SECOND.replace("C6,", "C3,Axis,P3245-LVE,AX00A0000013,,Hall\nC6,"));
    assert_eq!(figures(&third.edition), "=5 ~0 moved 0 !0 +1 -0");
    assert!(!desk.devices().contains("(serial-AX00A0000013)"), "{}", desk.devices());
    assert!(desk.devices().contains("(serial-AX00A0000014)"), "{}", desk.devices());
    // The third was another register after all: the second counts again, and the row is gone again.
    restore_source(&mut desk.store, second).unwrap();
    let gone = desk.store.gone().unwrap();
    assert_eq!(gone.iter().filter(|row| row.older == first).count(), 2);
    assert!(restore_source(&mut desk.store, second).is_err());
    // Back to the first.
    let now = desk.now();
    let back = replace_source(&mut desk.store, second, first, now).unwrap();
    assert_eq!(figures(&back), "=2 ~1 moved 1 !1 +1 -1");
    let editions = desk.store.editions().unwrap();
    assert_eq!(editions.iter().map(|e| (e.older, e.newer)).collect::<Vec<_>>(), [(second, first)]);
}

#[test]
fn another_reading_of_an_edition_keeps_its_place() {
    let mut desk = Desk::new();
    desk.import("cams.csv", FIRST);
    desk.import("cams.csv", SECOND);
    let before = desk.devices();
    for text in [FIRST, SECOND] {
        let mapping = Some("[columns]\n\"Asset tag\" = \"asset-tag\"\n");
        let again = desk.import_with("cams.csv", text, Replace::WhereSure, mapping);
        assert!(matches!(again.outcome, FileOutcome::Imported(..)), "{again:?}");
        assert_eq!(desk.devices(), before);
    }
    assert_eq!(desk.store.sources().unwrap().len(), 4);
    assert_eq!(desk.store.editions().unwrap().len(), 1);
}

#[test]
fn what_a_user_says_is_done_even_where_keys_are_gone() {
    let mut desk = Desk::new();
    let first = source(&desk.import("cams.csv", FIRST));
    // The column of serial numbers was dropped, another one renamed.
    let bare: String = SECOND
        .replace("Asset tag,", "Camera ID,")
        .lines()
        .map(|line| {
            let mut cells: Vec<&str> = line.split(',').collect();
            cells.remove(3);
            cells.join(",") + "\n"
        })
        .collect();
    let report = desk.import("cams.csv", &bare);
    assert_eq!(figures(&report.edition), "beside: 4 of 5");
    let now = desk.now();
    let said = replace_source(&mut desk.store, first, source(&report), now).unwrap();
    let EditionOutcome::Replaced { summary, why, .. } = said else { panic!("{said:?}") };
    assert_eq!((summary.fields_lost, why), (vec!["serial"], EditionReason::Said));
    assert_eq!((summary.changed, summary.added, summary.gone), (4, 1, 1));
    // All devices are gone, and all of them are told of.
    let mut desk = Desk::new();
    let first = source(&desk.import("cams.csv", FIRST));
    let header = FIRST.lines().next().unwrap();
    assert_eq!(figures(&desk.import("cams.csv", &format!("{header}\n")).edition), "beside: 0 of 5");
    let empty = format!("{header}\n\n");
    let report = desk.import_with("cams.csv", &empty, Replace::Source(first), None);
    assert_eq!(figures(&report.edition), "=0 ~0 moved 0 !0 +0 -5");
    assert_eq!(desk.devices().matches('(').count(), 5);
}

#[test]
fn what_makes_no_sense_is_refused_and_nothing_is_kept() {
    let mut desk = Desk::new();
    let first = source(&desk.import("cams.csv", FIRST));
    let second = source(&desk.import("cams.csv", SECOND));
    let options = Options::default();
    for (older, expected) in [(SourceId(77), "no source 77"), (first, "was replaced by source 2")] {
        let path = desk.write("x.csv", "Make,Model\nAxis,P1\n");
        let request = ImportRequest {
            options: &options,
            mapping: MappingSource::Remembered,
            replace: Replace::Source(older),
            held_before: None,
        };
        let now = desk.now();
        let error = import_as(&mut desk.store, &path, request, now, &Silent).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    let log = "{\"id\":1,\"signals\":[{\"kind\":\"http.server\",\"value\":\"DNVRS-Webs\"}]}\n";
    let report = desk.import_with("x.jsonl", log, Replace::Source(second), None);
    assert!(matches!(report.outcome, FileOutcome::Unreadable(_)), "{report:?}");
    assert_eq!(desk.store.sources().unwrap().len(), 2);
    let now = desk.now();
    assert!(replace_source(&mut desk.store, second, second, now).is_err());
}

#[test]
fn a_device_that_still_answers_is_told_to_be_gone_from_its_register() {
    let mut desk = Desk::new();
    desk.import("cams.csv", FIRST);
    desk.import(
        "seen.jsonl",
        "{\"id\":1,\"serial\":\"AX00A0000013\",\"signals\":[{\"kind\":\"http.server\",\"value\":\"Boa\"}]}\n",
    );
    desk.import("cams.csv", SECOND);
    let (lines, _) = desk.lines();
    let gone = lines.iter().find(|line| line.serials.iter().any(|s| s == "AX00A0000013")).unwrap();
    assert!(gone.declared.is_none());
    assert_eq!(gone.sources.len(), 2, "{:?}", gone.sources);
    assert!(gone.conflicts.iter().any(|c| c.other.contains("gone from the register")));
}

#[test]
fn a_mapping_is_remembered_for_the_shape_of_a_register() {
    let mut desk = Desk::new();
    let strange = "Qux,Blip,Zonk\nP3245-LVE,Axis,AX00A0000011\n";
    let mapping = "[columns]\nQux = \"model\"\nBlip = \"make\"\nZonk = \"serial\"\n";
    let said = desk.import_with("a.csv", strange, Replace::WhereSure, Some(mapping));
    let MappingUse::Confirmed(id) = said.mapping else { panic!("{said:?}") };
    let next = desk.import("b.csv", "Qux,Blip,Zonk\nP1,Dahua,AX00A0000012\nP2,Axis,AX00A0000013\n");
    let MappingUse::Remembered(record) = &next.mapping else { panic!("{next:?}") };
    assert_eq!((record.id, &*record.mapping.confirmed_with), (id, "a.csv"));
    assert_eq!(desk.lines().0.len(), 3);
    // Another shape is another matter, and a mapping that names none of its columns is not remembered for it.
    assert_eq!(desk.import("c.csv", FIRST).mapping, MappingUse::None);
    let other = desk.import_with("d.csv", SECOND, Replace::WhereSure, Some(mapping));
    assert_eq!(other.mapping, MappingUse::NotConcerned);
    // The user's word replaces what is remembered.
    let mapping = mapping.replace("\"model\"", "\"ignored\"");
    desk.import_with("a.csv", strange, Replace::WhereSure, Some(&mapping));
    let held = desk.store.mappings().unwrap();
    assert_eq!((held.len(), held[0].id), (1, id));
    assert!(held[0].mapping.body.contains("Qux\" = \"ignored\""), "{}", held[0].mapping.body);
    // What the preview shows is confirmed, and that is what is remembered already, with its header row.
    let mapping = format!("header_row = 1\n{mapping}");
    desk.import_with("a.csv", strange, Replace::WhereSure, Some(&mapping));
    let path = desk.write("a.csv", strange);
    let options = Options::default();
    let (mapping, replace) = (MappingSource::Preview, Replace::WhereSure);
    let request = ImportRequest { options: &options, mapping, replace, held_before: None };
    let now = desk.now();
    let confirmed = import_as(&mut desk.store, &path, request, now, &Silent).unwrap();
    assert_eq!(confirmed.mapping, MappingUse::Confirmed(id));
    let body = desk.store.mappings().unwrap().remove(0).mapping.body;
    assert!(body.starts_with("header_row = 1") && body.contains("\"ignored\""), "{body}");
    assert!(desk.store.forget_mapping(id).unwrap());
    let forgotten = desk.import("e.csv", "Qux,Blip,Zonk\nP7,Dahua,AX00A0000017\n");
    assert_eq!(forgotten.mapping, MappingUse::None);
}

/// More schools than are compared keep sheets of one name and form; each is found by its devices.
#[test]
fn among_many_registers_of_one_form_the_former_edition_is_found() {
    let mut desk = Desk::new();
    let of_school = |school: u32| FIRST.replace("AX00A", &format!("AX{school:03}"));
    for school in 0..COMPARED_MAX + 10 {
        desk.import("cams.csv", &of_school(school));
    }
    let edited = of_school(3).replace("10.0.0.11", "10.0.0.99");
    let report = desk.import("cams.csv", &edited);
    assert_eq!(figures(&report.edition), "=4 ~1 moved 0 !0 +0 -0");
    assert_eq!(desk.store.editions().unwrap()[0].older, SourceId(4));
}
