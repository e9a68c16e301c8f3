//! A made-up estate of any size, for tests and for trying the report. Nothing in it exists.

use std::net::{IpAddr, Ipv4Addr};

use model::{
    Answer, Conflict, ConflictKind, Declared, DeviceKind, EntityTest, EntityTier, EvidenceItem,
    Extent, Force, Jurisdiction, Level, MacAddr, MakerFinding, MakerId, Organisation,
    OrganisationKind, Quirk, SensitiveTests, Site, Ternary, Verdict, Zone, ZoneClass,
};
use report::{
    AskView, DeclaredLine, DeviceLine, FileView, MakerView, PolicyView, ReportData, RunView,
    SourceLine, SourceView,
};

/// Text that tries to become markup, script, a formula, a terminal command or another reading direction.
pub(crate) const HOSTILE: &str = "=cmd|' /C calc'!A0</script><img src=x onerror=\"window.pwned=1\">\u{1b}[31m\u{202e}&amp;'\"<!--";

const MAKERS: [(&str, &str, &str, Ternary, &str); 6] = [
    ("lanternfish", "Lanternfish Vision", "XA", Ternary::Yes, "Example Act section 1, by name"),
    ("corvid", "Corvid Systems", "XA", Ternary::Yes, "Example Act section 1, as a subsidiary"),
    ("tidewater", "Tidewater Optics", "XB", Ternary::No, ""),
    ("halcyon", "Halcyon Cameras", "XC", Ternary::No, ""),
    ("quarry", "Quarry Electronics", "XD", Ternary::No, ""),
    ("moorhen", "Moorhen Imaging", "XA", Ternary::Unknown, ""),
];

const SITES: [(&str, &str); 4] = [
    ("town-hall", "Town Hall"),
    ("depot", "Mill Lane Depot"),
    ("library", "Central Library"),
    ("car-park", "Market Street Car Park"),
];

/// A small generator of numbers that are the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.roll(from.len() as u64)).unwrap()]
    }
}

/// A report on `number` devices; with `hostile`, every foreign text of every third device attacks.
pub(crate) fn report(number: u32, hostile: bool) -> ReportData {
    let mut dice = Dice(7);
    ReportData {
        organisation: Some(Organisation {
            name: if hostile { HOSTILE.into() } else { "Example Borough Council".into() },
            kind: OrganisationKind::LocalAuthority,
            jurisdiction: Jurisdiction("GB".into()),
            government_contractor: Ternary::No,
        }),
        entity_test: Some(EntityTest {
            tier: EntityTier::PrcOem,
            author: "Head of Information Security".into(),
            date: "2024-03-01".parse().unwrap(),
            reason: None,
        }),
        missing_context: vec![
            "No zone is given for 10.22.0.0/16: add it under [[zones]] of the estate file.".into(),
            "The site `car-park` has no sensitive-site tests: add `sensitive = {…}`.".into(),
        ],
        unread: vec![(
            if hostile { HOSTILE.into() } else { "notes.docx".into() },
            "not a known format".into(),
        )],
        run: RunView {
            program: "custodiet 0.1.0".into(),
            knowledge: "2026-11-01".into(),
            policies: "2026-11-01".into(),
            as_of: "2026-11-20".into(),
            made_at: "2026-11-20T09:30:00Z".into(),
            estate: Some(FileView { name: "estate.toml".into(), sha256: "0e".repeat(32) }),
            addresses_without_evidence: Some(41),
            versions: Vec::new(),
        },
        sources: sources(hostile),
        policies: policies(),
        makers: makers(),
        sites: sites(),
        zones: zones(),
        devices: (0..number).map(|n| device(n, &mut dice, hostile && n % 3 == 0)).collect(),
    }
}

fn makers() -> Vec<MakerView> {
    MAKERS
        .iter()
        .map(|(id, name, country, listed, by)| MakerView {
            id: id.parse().unwrap(),
            legal_name: format!("{name} Ltd"),
            country: (*country).into(),
            parent: "Made-up Holdings".into(),
            listed: *listed,
            listed_by: (*by).into(),
            source: format!("made up, https://example.org/makers/{id}"),
        })
        .collect()
}

fn sites() -> Vec<Site> {
    SITES
        .iter()
        .map(|(id, name)| Site {
            id: (*id).into(),
            name: (*name).into(),
            aliases: Vec::new(),
            sensitive: SensitiveTests::default(),
            extent: Extent::Whole,
            parts: Vec::new(),
            reason: None,
            landlord: None,
            lease_end: None,
            networks: Vec::new(),
        })
        .collect()
}

fn zones() -> Vec<Zone> {
    [("cctv", ZoneClass::Surveillance), ("office", ZoneClass::Core), ("guest", ZoneClass::Guest)]
        .map(|(id, class)| Zone { id: id.into(), class, networks: Vec::new(), vlans: Vec::new() })
        .into()
}

fn sources(hostile: bool) -> Vec<SourceView> {
    let name = if hostile { HOSTILE } else { "camera-register.xlsx" };
    vec![
        SourceView {
            name: name.into(),
            kind: "register".into(),
            format: "XLSX workbook".into(),
            sha256: "a1".repeat(32),
            size_bytes: 48_213,
            imported_at: "2026-11-20T09:29:58Z".into(),
            records: 214,
            observations: 201,
            span: None,
            not_understood: vec![("rows without any identity".into(), 9)],
            lost: vec![("rows with a serial number damaged by a spreadsheet".into(), 4)],
            notes: vec![
                (
                    "warning".into(),
                    "sheet \"CCTV\" row 17".into(),
                    Some("Serial".into()),
                    "`1.2E+11` is no serial number: a spreadsheet has rounded it".into(),
                    Some("format the column as text and enter the serial again".into()),
                ),
                (
                    "note".into(),
                    "sheet \"CCTV\" row 40".into(),
                    Some("Installed".into()),
                    "`03/04/2022` can be read in two ways".into(),
                    None,
                ),
            ],
            notes_left_out: 3,
        },
        SourceView {
            name: "cctv-vlan.pcap".into(),
            kind: "capture".into(),
            format: "pcap, Ethernet".into(),
            sha256: "b2".repeat(32),
            size_bytes: 18_220_031,
            imported_at: "2026-11-20T09:29:59Z".into(),
            records: 60_412,
            observations: 388,
            span: Some(("2026-11-18T08:00:00Z".into(), "2026-11-18T10:00:00Z".into())),
            not_understood: vec![
                ("UDP to port 34569".into(), 112),
                ("frames of type 0x88cc".into(), 12),
            ],
            lost: vec![],
            notes: vec![],
            notes_left_out: 0,
        },
        SourceView {
            name: "office-scan.xml".into(),
            kind: "scan".into(),
            format: "nmap XML".into(),
            sha256: "c3".repeat(32),
            size_bytes: 91_000,
            imported_at: "2026-11-20T09:30:00Z".into(),
            records: 254,
            observations: 67,
            span: Some(("2026-11-17T19:00:00Z".into(), "2026-11-17T19:12:41Z".into())),
            ..SourceView::default()
        },
    ]
}

fn policies() -> Vec<PolicyView> {
    let policy = |id: &str, title: &str, force, duty: &str| PolicyView {
        id: id.into(),
        title: title.into(),
        force,
        instrument: "Example instrument, clause 1".into(),
        duty: duty.into(),
        dates: "stated and in force 24 November 2022; no end".into(),
        citation: format!("Example instrument, https://example.org/law/{id}"),
        notes: "In our words; the instrument decides.".into(),
    };
    vec![
        policy(
            "EX-A",
            "Sensitive sites: stop deploying",
            Force::Binding,
            "Do not install listed equipment on a sensitive site.",
        ),
        policy(
            "EX-B",
            "Keep off core networks",
            Force::Advice,
            "Keep listed equipment off the core network.",
        ),
        policy(
            "EX-LA",
            "Local authorities may follow",
            Force::Voluntary,
            "None: a council may follow the central government.",
        ),
    ]
}

fn device(n: u32, dice: &mut Dice, hostile: bool) -> DeviceLine {
    let [_, _, high, low] = n.to_be_bytes();
    let (maker, name, ..) = MAKERS[usize::try_from(dice.roll(7).saturating_sub(1)).unwrap()];
    let level = *dice.pick(&[
        Level::Confirmed,
        Level::Confirmed,
        Level::Probable,
        Level::Possible,
        Level::Conflicting,
        Level::Unknown,
    ]);
    let kind = *dice.pick(&[
        DeviceKind::Camera,
        DeviceKind::Camera,
        DeviceKind::Camera,
        DeviceKind::Camera,
        DeviceKind::Recorder,
        DeviceKind::Encoder,
        DeviceKind::Intercom,
        DeviceKind::AccessControl,
        DeviceKind::OtherDevice,
        DeviceKind::Unknown,
    ]);
    let (site, site_name) = *dice.pick(&SITES);
    let zone = *dice.pick(&[Some("cctv"), Some("cctv"), Some("office"), None]);
    let mac = MacAddr::new([0x58, 0x03, 0xfb, 0, high, low]);
    let address = IpAddr::V4(Ipv4Addr::new(10, 20, high, low));
    let foreign = |text: &str| if hostile { HOSTILE.into() } else { text.to_owned() };
    let rebranded = dice.roll(7) == 0;
    let brand = foreign(if rebranded { "Beacon" } else { name.split(' ').next().unwrap() });
    let model = foreign(&format!(
        "{}-{}",
        dice.pick(&["DM4", "BX2", "NVR16", "PT30"]),
        100 + dice.roll(40)
    ));
    let serial = format!("EX{n:010}");
    let conflicts = if dice.roll(9) == 0 {
        vec![Conflict {
            kind: *dice.pick(&[ConflictKind::DeclaredMaker, ConflictKind::DeclaredFact]),
            one: foreign(&format!("camera-register.xlsx row {}: make “Halcyon”", n + 2)),
            other: foreign(&format!("the device itself: {name}")),
        }]
    } else {
        Vec::new()
    };
    DeviceLine {
        id: if hostile { format!("mac-{mac}\"><b>{n}") } else { format!("mac-{mac}") },
        kind,
        maker: maker_found(maker, name, level),
        alternatives: alternatives(level),
        level,
        brand: Some(brand),
        model: Some(model.clone()),
        firmware: Some(foreign(&format!("V5.{}.0", dice.roll(9)))),
        serial: Some(serial.clone()),
        rebranded,
        conflicts,
        evidence: evidence(maker, name, &mac.to_string(), level, dice, hostile),
        addresses: vec![address],
        macs: vec![mac],
        serials: vec![serial],
        hostnames: vec![foreign(&format!("cam-{n:05}"))],
        next: vec![AskView {
            ask: "Ask UDP 65000 once (a made-up search)".into(),
            teaches: foreign("if it is Lantern: probable (99.99%)."),
            how: "Record the answer, then `custodiet import` it.".into(),
        }],
        site: Some(site.into()),
        zone: zone.map(Into::into),
        declared: (dice.roll(3) > 0).then(|| DeclaredLine {
            words: Declared {
                make: Some(foreign("Halcyon").into()),
                model: Some(model.into()),
                site: Some(foreign(site_name).into()),
                location: Some(foreign("First floor, corridor").into()),
                installed: (dice.roll(2) == 0).then(|| "2021-05-01".parse().unwrap()),
                quantity: (dice.roll(40) == 0).then_some(4),
                ..Declared::default()
            },
            brand: Some("Halcyon".into()),
            maker: Some("halcyon".parse().unwrap()),
        }),
        sources: vec![
            SourceLine {
                name: foreign("camera-register.xlsx"),
                kind: "register",
                sha256: "a1".repeat(32),
                places: vec![format!("sheet \"CCTV\" row {}", n + 2)],
            },
            SourceLine {
                name: "cctv-vlan.pcap".into(),
                kind: "capture",
                sha256: "b2".repeat(32),
                places: vec![format!("frames {}-{}", n * 7 + 1, n * 7 + 6)],
            },
        ],
        verdicts: verdicts(kind, level, maker, zone, dice, hostile),
        quirks: if dice.roll(5) == 0 {
            vec![Quirk::new("sadp", "misspelt-boolean", foreign("flase"))]
        } else {
            Vec::new()
        },
        first_seen: Some("2026-11-17T19:03:00Z".into()),
        last_seen: Some("2026-11-18T09:59:12Z".into()),
    }
}

fn maker_found(id: &str, name: &str, level: Level) -> MakerFinding {
    let probability = match level {
        Level::Confirmed => 0.9987,
        Level::Probable => 0.962,
        Level::Possible => 0.71,
        Level::Conflicting => 0.52,
        Level::Unknown => 0.0,
    };
    match level {
        Level::Unknown => {
            MakerFinding { id: MakerId::unknown(), name: "unknown".into(), probability }
        }
        _ => MakerFinding { id: id.parse().unwrap(), name: name.into(), probability },
    }
}

fn alternatives(level: Level) -> Vec<MakerFinding> {
    match level {
        Level::Possible | Level::Conflicting => vec![MakerFinding {
            id: "halcyon".parse().unwrap(),
            name: "Halcyon Cameras".into(),
            probability: 0.21,
        }],
        _ => Vec::new(),
    }
}

fn evidence(
    maker: &str,
    name: &str,
    mac: &str,
    level: Level,
    dice: &mut Dice,
    hostile: bool,
) -> Vec<EvidenceItem> {
    if level == Level::Unknown {
        return Vec::new();
    }
    let item =
        |signal: String, claim: String, weight_bits, fingerprint: &str, rank, family: &str| {
            EvidenceItem {
                signal: if hostile { format!("{signal} {HOSTILE}") } else { signal },
                claim,
                weight_bits,
                fingerprint: fingerprint.into(),
                source: format!("made up, https://example.org/knowledge/{fingerprint}"),
                rank,
                family: family.into(),
            }
        };
    let is = format!("maker={maker}");
    let mut items = vec![
        item(
            "device.protocol=sadp/probe-match".into(),
            is.clone(),
            14.2,
            "protocol.sadp",
            1,
            "sadp",
        ),
        item(format!("mac={mac}"), is.clone(), 7.1, "prefix.58-03-fb", 3, "mac"),
        item(
            "http.server=ExampleDome/3.0".into(),
            is.clone(),
            5.0,
            "http.server.exampledome",
            4,
            "http",
        ),
        item("http.title=Example login".into(), is, 0.0, "http.title.example", 4, "http"),
        item(
            format!("register.make={name}"),
            format!("brand={name}"),
            2.0,
            "brand.word",
            6,
            "register",
        ),
    ];
    if dice.roll(4) == 0 {
        items.push(item(
            "http.cookie=halcyon".into(),
            "maker=halcyon".into(),
            -3.5,
            "http.cookie.halcyon",
            4,
            "http",
        ));
    }
    items
}

fn verdicts(
    kind: DeviceKind,
    level: Level,
    maker: &str,
    zone: Option<&str>,
    dice: &mut Dice,
    hostile: bool,
) -> Vec<Verdict> {
    let verdict = |policy: &str, answer, force, duty: &str, because: &str| Verdict {
        policy: policy.parse().unwrap(),
        answer,
        force,
        duty: duty.into(),
        because: vec![if hostile { HOSTILE.into() } else { because.into() }],
        citation: format!("Example instrument, https://example.org/law/{policy}"),
    };
    let is_listed = ["lanternfish", "corvid", "moorhen"].contains(&maker);
    let (a, why) = match (kind, level, dice.roll(3)) {
        (DeviceKind::Unknown, ..) => {
            (Answer::NotEnoughEvidence, "missing: what kind of device this is")
        }
        (kind, ..) if !kind.is_surveillance() => {
            (Answer::NotBound, "this is no surveillance equipment")
        }
        (_, Level::Unknown | Level::Conflicting, _) => {
            (Answer::NotEnoughEvidence, "missing: who made it")
        }
        _ if !is_listed => (Answer::Clear, "the maker is outside the entity test"),
        (.., 0) => (
            Answer::Breach,
            "a listed maker, on a sensitive site, installed after 24 November 2022",
        ),
        (.., 1) => (
            Answer::Candidate,
            "a listed maker, on a sensitive site, installed before 24 November 2022",
        ),
        _ => (Answer::NotEnoughEvidence, "missing: the install date"),
    };
    let (b, why_b) = match (a, zone) {
        (Answer::NotBound, _) => (Answer::NotBound, "this is no surveillance equipment"),
        (_, None) => (Answer::NotEnoughEvidence, "missing: the zone it is connected to"),
        _ if !is_listed && a == Answer::Clear => {
            (Answer::Clear, "the maker is outside the entity test")
        }
        (_, Some("office")) => (Answer::Candidate, "its address is in a core zone"),
        _ => (Answer::Clear, "its zone is set apart"),
    };
    vec![
        verdict(
            "EX-A",
            a,
            Force::Binding,
            "Do not install listed equipment on a sensitive site.",
            why,
        ),
        verdict("EX-B", b, Force::Advice, "Keep listed equipment off the core network.", why_b),
        verdict("EX-LA", Answer::NotBound, Force::Voluntary, "None.", "a council is not bound"),
    ]
}
