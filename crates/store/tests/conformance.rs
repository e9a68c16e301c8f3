//! What every back-end of the port must do. A new back-end adds a line to [`backends`].

use model::{
    Answer, Conflict, ConflictKind, DeviceKind, Force, Level, Observation, Place, Sha256, Signal,
    SignalKind, SourceKind, SourceRef, Subject, Timestamp, Verdict,
};
use store::{
    ClassId, DeviceQuery, DeviceRow, Edition, EditionReason, GoneRow, ImportStart, ImportSummary,
    MappingId, NewImport, NewMapping, ObservationId, RegisterLike, SortKey, SourceId, SqliteStore,
    Store,
};

type Made = (Box<dyn Store>, Option<tempfile::TempDir>);

fn backends() -> Vec<(&'static str, Made)> {
    let folder = tempfile::tempdir().unwrap();
    let file =
        SqliteStore::open(&folder.path().join("test.db"), store::OpenMode::ReadWrite).unwrap();
    vec![
        ("SQLite in memory", (Box::new(SqliteStore::in_memory().unwrap()), None)),
        ("SQLite in a file", (Box::new(file), Some(folder))),
    ]
}

fn import(hash: u8, interpretation: &str) -> NewImport {
    NewImport {
        source: SourceRef {
            sha256: Sha256([hash; 32]),
            kind: SourceKind::Register,
            name: "cameras.csv".into(),
        },
        interpretation: interpretation.into(),
        size_bytes: 120,
        imported_at: Timestamp::from_second(1_700_000_000).unwrap(),
    }
}

fn observation(row: u32) -> Observation {
    Observation {
        place: Place(format!("row {row}").into()),
        at: None,
        until: None,
        vantage: None,
        subject: Subject { local: Some(format!("CAM-{row}").into()), ..Subject::default() },
        signals: vec![Signal::text(SignalKind::HttpTitle, "WEB SERVICE")],
        declared: None,
    }
}

fn hold(store: &mut dyn Store, import: &NewImport, rows: std::ops::Range<u32>) -> SourceId {
    let ImportStart::New(source) = store.start_import(import).unwrap() else {
        panic!("held already")
    };
    let observations: Vec<_> = rows.map(observation).collect();
    store.append(source, &observations).unwrap();
    let summary = ImportSummary { records: 7, format: "CSV".into(), ..ImportSummary::default() };
    store.finish_import(source, SourceKind::Register, &summary).unwrap();
    source
}

/// Reads in pages of two, so that the border between pages is crossed.
fn places(store: &dyn Store) -> Vec<String> {
    let mut places = Vec::new();
    let mut after = ObservationId(0);
    loop {
        let page = store.observation_page(after, 2).unwrap();
        let Some(last) = page.last() else { return places };
        after = last.id;
        places.extend(page.iter().map(|raw| String::from(raw.decode().unwrap().place.0)));
    }
}

fn verdict(policy: &str, answer: Answer) -> Verdict {
    Verdict {
        policy: policy.parse().unwrap(),
        answer,
        force: Force::Advice,
        duty: "consider removing".into(),
        because: vec!["it stands on a sensitive site".into()],
        citation: "HCWS386".into(),
    }
}

fn device(number: u32, maker: &str, worst: Answer, class: i64) -> DeviceRow {
    DeviceRow {
        id: format!("mac-5803fb{number:06x}").parse().unwrap(),
        kind: if number.is_multiple_of(5) { DeviceKind::OtherDevice } else { DeviceKind::Camera },
        maker: maker.parse().unwrap(),
        maker_name: maker.to_uppercase(),
        probability: 0.97,
        level: Level::Probable,
        brand: Some("ExampleDome".into()),
        model: Some(format!("D{number}")),
        firmware: None,
        serial: None,
        address: Some(format!("10.0.0.{number}")),
        mac: Some(format!("58:03:fb:00:00:{number:02x}")),
        site: Some("hall".into()),
        zone: None,
        worst: Some(worst),
        rebranded: number == 1,
        conflicts: u32::from(number == 2),
        identity_conflicts: if number == 2 {
            vec![Conflict { kind: ConflictKind::Identity, one: "a".into(), other: "b".into() }]
        } else {
            Vec::new()
        },
        class: ClassId(class),
        observations: vec![ObservationId(i64::from(number))],
    }
}

fn with_results(store: &mut dyn Store) {
    store.start_results().unwrap();
    store.put_class(ClassId(1), "{\"n\":1}", &[verdict("UK-386-A", Answer::Breach)]).unwrap();
    store.put_class(ClassId(2), "{\"n\":2}", &[verdict("UK-386-A", Answer::Clear)]).unwrap();
    let devices: Vec<_> = (1..=10)
        .map(|n| {
            if n % 2 == 0 {
                device(n, "hikvision", Answer::Breach, 1)
            } else {
                device(n, "axis", Answer::Clear, 2)
            }
        })
        .collect();
    store.put_devices(&devices).unwrap();
    store.finish_results("{\"run\":1}").unwrap();
}

fn on_every_backend(check: impl Fn(&mut dyn Store)) {
    for (name, (mut store, _folder)) in backends() {
        eprintln!("{name}");
        check(&mut *store);
    }
}

#[test]
fn an_import_is_held_in_order_and_read_back() {
    on_every_backend(|store| {
        let source = hold(store, &import(1, ""), 0..3);
        assert_eq!(places(store), ["row 0", "row 1", "row 2"]);
        let read = store.observations(&[ObservationId(2), ObservationId(99)]).unwrap();
        assert_eq!(read, [(ObservationId(2), source, observation(1))]);
        let sources = store.sources().unwrap();
        assert_eq!(sources[0].summary.records, 7);
        assert_eq!(sources[0].source, import(1, "").source);
        assert_eq!(sources[0].imported_at, import(1, "").imported_at);
    });
}

#[test]
fn the_same_bytes_twice_change_nothing() {
    on_every_backend(|store| {
        let source = hold(store, &import(1, ""), 0..3);
        assert_eq!(store.start_import(&import(1, "")).unwrap(), ImportStart::AlreadyHeld(source));
        assert_eq!(places(store).len(), 3);
        hold(store, &import(2, ""), 3..4);
        assert_eq!(places(store).len(), 4);
    });
}

#[test]
fn another_reading_of_the_same_bytes_supersedes_the_first() {
    on_every_backend(|store| {
        hold(store, &import(1, ""), 0..3);
        let mapped = hold(store, &import(1, "map-a"), 0..2);
        assert_eq!(places(store), ["row 0", "row 1"]);
        assert_eq!(store.start_import(&import(1, "")).unwrap(), ImportStart::AlreadyHeld(mapped));
        hold(store, &import(1, "map-b"), 0..1);
        hold(store, &import(1, "map-a"), 5..7);
        assert_eq!(places(store), ["row 5", "row 6"]);
        let superseded: Vec<bool> =
            store.sources().unwrap().iter().map(|source| source.superseded).collect();
        assert_eq!(superseded, [true, true, true, false]);
    });
}

#[test]
fn an_abandoned_import_leaves_nothing() {
    on_every_backend(|store| {
        let ImportStart::New(source) = store.start_import(&import(1, "")).unwrap() else {
            panic!("held already")
        };
        store.append(source, &[observation(1)]).unwrap();
        store.abandon_import().unwrap();
        assert!(places(store).is_empty());
        assert!(store.sources().unwrap().is_empty());
        hold(store, &import(1, ""), 0..1);
        assert_eq!(places(store).len(), 1);
    });
}

#[test]
fn results_are_replaced_whole_or_not_at_all() {
    on_every_backend(|store| {
        with_results(store);
        store.start_results().unwrap();
        store.put_devices(&[device(99, "axis", Answer::Clear, 2)]).unwrap();
        store.abandon_results().unwrap();
        assert_eq!(store.devices(&DeviceQuery::default()).unwrap().total, 10);
        assert_eq!(store.run().unwrap().as_deref(), Some("{\"run\":1}"));
        with_results(store);
        assert_eq!(store.devices(&DeviceQuery::default()).unwrap().total, 10);
        assert_eq!(
            store.class(ClassId(1)).unwrap().unwrap().1,
            [verdict("UK-386-A", Answer::Breach)]
        );
        assert_eq!(store.class(ClassId(7)).unwrap(), None);
    });
}

#[test]
fn filters_narrow_and_rows_survive() {
    on_every_backend(|store| {
        with_results(store);
        let matching = |query: DeviceQuery| store.devices(&query).unwrap();
        let all = matching(DeviceQuery::default());
        assert_eq!(all.rows[1], device(2, "hikvision", Answer::Breach, 1));
        let page = matching(DeviceQuery {
            makers: vec!["axis".parse().unwrap()],
            limit: Some(2),
            ..Default::default()
        });
        assert_eq!((page.rows.len(), page.matching, page.total), (2, 5, 10));
        let count = |query: DeviceQuery| matching(query).matching;
        assert_eq!(count(DeviceQuery { surveillance: true, ..Default::default() }), 8);
        assert_eq!(count(DeviceQuery { answers: vec![Answer::Breach], ..Default::default() }), 5);
        assert_eq!(count(DeviceQuery { rebranded: true, ..Default::default() }), 1);
        assert_eq!(count(DeviceQuery { conflicting: true, ..Default::default() }), 1);
        assert_eq!(
            count(DeviceQuery { brands: vec!["exampledome".into()], ..Default::default() }),
            10
        );
        for key in ["10.0.0.3", "58:03:FB:00:00:03", "mac-5803fb000003"] {
            assert_eq!(
                count(DeviceQuery { key: Some(key.into()), ..Default::default() }),
                1,
                "{key}"
            );
        }
        let policy = Some("UK-386-A".parse().unwrap());
        assert_eq!(
            count(DeviceQuery {
                policy: policy.clone(),
                answers: vec![Answer::Clear],
                ..Default::default()
            }),
            5
        );
        assert_eq!(
            count(DeviceQuery { policy: Some("US-TX".parse().unwrap()), ..Default::default() }),
            0
        );
        let by_model =
            matching(DeviceQuery { sort: SortKey::Model, descending: true, ..Default::default() });
        assert_eq!(by_model.rows[0].model.as_deref(), Some("D9"));
    });
}

#[test]
fn counts_speak_of_surveillance_equipment_alone() {
    on_every_backend(|store| {
        with_results(store);
        let store::Counts { makers, answers } = store.counts().unwrap();
        assert_eq!(makers, [("AXIS".to_owned(), 4), ("HIKVISION".to_owned(), 4)]);
        assert_eq!(answers, [(Some(Answer::Breach), 4), (Some(Answer::Clear), 4)]);
    });
}

fn mapping(shape: &str, body: &str) -> NewMapping {
    NewMapping {
        shape: shape.into(),
        titles: "CSV with commas: make, ref".into(),
        body: body.into(),
        confirmed_at: Timestamp::from_second(1_700_000_000).unwrap(),
        confirmed_with: "cameras.csv".into(),
    }
}

#[test]
fn a_mapping_is_remembered_for_its_shape_until_it_is_forgotten() {
    on_every_backend(|store| {
        let first = store.remember_mapping(&mapping("a", "one")).unwrap();
        let second = store.remember_mapping(&mapping("b", "two")).unwrap();
        assert_eq!(store.remember_mapping(&mapping("a", "three")).unwrap(), first);
        let held: Vec<_> = store
            .mappings()
            .unwrap()
            .into_iter()
            .map(|record| (record.id, record.mapping))
            .collect();
        assert_eq!(held, [(first, mapping("a", "three")), (second, mapping("b", "two"))]);
        assert!(store.forget_mapping(second).unwrap());
        assert!(!store.forget_mapping(second).unwrap());
        assert!(!store.forget_mapping(MappingId(99)).unwrap());
        assert_ne!(store.remember_mapping(&mapping("c", "four")).unwrap(), second);
    });
}

fn edition(older: SourceId, newer: SourceId) -> Edition {
    Edition {
        older,
        newer,
        decided_at: Timestamp::from_second(1_700_000_000).unwrap(),
        why: EditionReason::Keys,
        settled: None,
    }
}

fn gone(observation: i64, older: SourceId, since: SourceId) -> GoneRow {
    GoneRow { observation: ObservationId(observation), older, since, address_taken: true }
}

#[test]
fn of_an_older_edition_only_what_is_gone_counts() {
    on_every_backend(|store| {
        let older = hold(store, &import(1, ""), 0..3);
        let newer = hold(store, &import(2, ""), 10..12);
        store.replace_source(&edition(older, newer)).unwrap();
        assert_eq!(places(store), ["row 10", "row 11"]);
        store.settle_gone(older, newer, &[gone(2, older, newer)]).unwrap();
        assert_eq!(places(store), ["row 1", "row 10", "row 11"]);
        assert_eq!(store.gone().unwrap(), [gone(2, older, newer)]);
        assert_eq!(
            store.editions().unwrap(),
            [Edition { settled: Some(newer), ..edition(older, newer) }]
        );
        store.settle_gone(older, newer, &[]).unwrap();
        assert_eq!(places(store), ["row 10", "row 11"]);
        // The evidence of both is held whatever counts.
        let page = store.source_page(older, ObservationId(1), 9).unwrap();
        assert_eq!(page.iter().map(|raw| raw.id.0).collect::<Vec<_>>(), [2, 3]);
        assert!(store.restore_source(older).unwrap());
        assert!(!store.restore_source(older).unwrap());
        assert_eq!(places(store).len(), 5);
        assert_eq!(store.start_import(&import(1, "")).unwrap(), ImportStart::AlreadyHeld(older));
    });
}

#[test]
fn an_edition_within_an_import_goes_with_it() {
    on_every_backend(|store| {
        let older = hold(store, &import(1, ""), 0..3);
        let ImportStart::New(newer) = store.start_import(&import(2, "")).unwrap() else {
            panic!("held already")
        };
        store.replace_source(&edition(older, newer)).unwrap();
        store.settle_gone(older, newer, &[gone(1, older, newer)]).unwrap();
        store.abandon_import().unwrap();
        assert!(store.editions().unwrap().is_empty() && store.gone().unwrap().is_empty());
        assert_eq!(places(store).len(), 3);
    });
}

#[test]
fn another_reading_takes_over_the_place_among_the_editions() {
    on_every_backend(|store| {
        let first = hold(store, &import(1, ""), 0..2);
        let second = hold(store, &import(2, ""), 10..12);
        let third = hold(store, &import(3, ""), 20..22);
        store.replace_source(&edition(first, second)).unwrap();
        store.replace_source(&edition(second, third)).unwrap();
        store.settle_gone(first, third, &[gone(1, first, second)]).unwrap();
        store.settle_gone(second, third, &[gone(3, second, third)]).unwrap();
        let again = hold(store, &import(2, "map-a"), 30..31);
        assert_eq!(store.editions().unwrap(), [edition(first, again), edition(again, third)]);
        assert!(store.gone().unwrap().is_empty(), "to be found anew");
        assert_eq!(places(store), ["row 20", "row 21"]);
    });
}

#[test]
fn registers_of_a_shape_and_a_series_are_found_the_newest_first() {
    on_every_backend(|store| {
        let mut held = Vec::new();
        for (hash, shape, series) in
            [(1, "s", "cams"), (2, "s", "cams"), (3, "s", "other"), (4, "t", "cams"), (5, "t", "x")]
        {
            let ImportStart::New(source) = store.start_import(&import(hash, "")).unwrap() else {
                panic!("held already")
            };
            let summary = ImportSummary {
                shape: Some(shape.into()),
                series: Some(series.into()),
                ..ImportSummary::default()
            };
            store.finish_import(source, SourceKind::Register, &summary).unwrap();
            held.push(source);
        }
        let like = |store: &dyn Store, source, shape, same_max| -> Vec<i64> {
            let like = RegisterLike { source, shape, series: "cams", keys: &[-7, 8, 9] };
            let found = store.registers_like(&like, same_max, 9).unwrap();
            found.into_iter().map(|record| record.id.0).collect()
        };
        let none = SourceId(0);
        assert_eq!(like(store, none, Some("s"), 9), [2, 1, 3, 4]);
        assert_eq!(like(store, none, Some("s"), 1), [2, 3, 4]);
        assert_eq!(like(store, held[1], Some("s"), 9), [1, 3, 4]);
        assert_eq!(like(store, none, None, 9), [4, 2, 1]);
        // Devices in common go before everything else, where the form is the same at all.
        store.put_register_keys(held[0], &[1, 8, -7]).unwrap();
        store.put_register_keys(held[3], &[8, 3]).unwrap();
        store.put_register_keys(held[4], &[8, 9, -7]).unwrap();
        assert_eq!(like(store, none, Some("s"), 9), [1, 4, 2, 3]);
        store.replace_source(&edition(held[1], held[2])).unwrap();
        assert_eq!(like(store, none, Some("s"), 9), [1, 4, 3]);
        assert_eq!(store.edition_after(held[1]).unwrap(), Some(edition(held[1], held[2])));
        assert_eq!(store.edition_after(held[0]).unwrap(), None);
        let again = hold(store, &import(1, "map-a"), 0..1);
        assert_eq!(like(store, none, Some("s"), 9), [4, 3], "that one is read in another way");
        assert_eq!(store.readings(Sha256([1; 32])).unwrap(), [held[0], again]);
    });
}
