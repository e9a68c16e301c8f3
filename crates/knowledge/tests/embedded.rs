//! The knowledge base that is built into the program.

use std::collections::BTreeSet;

use knowledge::{Knowledge, Scope, Texts};
use model::{DeviceKind, MacAddr, SignalKind};
use proptest::prelude::*;

fn mac(text: &str) -> MacAddr {
    text.parse().unwrap()
}

fn makers_of(make: &str) -> BTreeSet<String> {
    let reading = Knowledge::embedded().read_make(make);
    let rows = reading.into_iter().flat_map(|reading| reading.rows);
    rows.flat_map(|brand| &brand.makers).map(ToString::to_string).collect()
}

#[test]
fn loads_and_breaks_no_rule_of_its_own() {
    let texts = Knowledge::embedded_texts();
    let findings: Vec<String> =
        Knowledge::lint_texts(&texts).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{} findings\n{}", findings.len(), findings.join("\n"));

    let knowledge = Knowledge::try_embedded().unwrap();
    assert!(std::ptr::eq(knowledge, Knowledge::embedded()));
    let counts = knowledge.counts();
    assert!(counts.makers > 200 && counts.prefixes > 4_000 && counts.models > 150, "{counts}");
    assert_eq!(knowledge.version().len(), 12);
    assert_eq!(knowledge.version(), Knowledge::load(&texts).unwrap().version());
}

#[test]
fn another_file_is_another_version() {
    let version = |files| Knowledge::load(&Texts { files }).unwrap().version().to_owned();
    assert_ne!(version(vec![("a", "bc")]), version(vec![("ab", "c")]));
    assert_ne!(version(vec![]), version(vec![("a", "")]));
}

/// The search for literals must never hide a match that trying every pattern would find.
#[test]
fn matching_finds_what_trying_every_pattern_finds() {
    let knowledge = Knowledge::embedded();
    let fingerprints = knowledge.fingerprints();
    let regexes: Vec<regex::Regex> =
        fingerprints.iter().map(|f| regex::Regex::new(&f.pattern).unwrap()).collect();
    let inputs = fingerprints.iter().flat_map(|f| {
        f.examples.iter().map(|(input, _)| input).chain(f.non_examples.iter().map(|(i, _)| i))
    });
    let inputs: BTreeSet<&str> = inputs.map(|input| &**input).collect();
    let mut upper: Vec<String> = inputs.iter().map(|input| input.to_uppercase()).collect();
    upper.extend(inputs.iter().map(|input| (*input).to_owned()));
    for input in &upper {
        for kind in SignalKind::ALL {
            let all = fingerprints.iter().zip(&regexes);
            let expected = all.filter(|(f, regex)| f.kind == *kind && regex.is_match(input));
            let expected: Vec<&str> = expected.map(|(f, _)| &*f.id).collect();
            let found = knowledge.matches(*kind, input);
            let found: Vec<&str> = found.iter().map(|found| &*found.fingerprint.id).collect();
            assert_eq!(found, expected, "{kind} {input}");
        }
    }
}

#[test]
fn makes_are_read_as_people_write_them() {
    for (make, maker) in [
        ("HIKVISION", "hikvision"),
        ("Hik Vision", "hikvision"),
        ("Hikvison", "hikvision"),
        ("HIK", "hikvision"),
        ("Hangzhou Hikvision Digital Technology Co., Ltd.", "hikvision"),
        ("Hikvision DS-2CD2000 series", "hikvision"),
        ("Hiikvision bullet", "hikvision"),
        ("Dahau", "dahua"),
        ("Dahua Technology", "dahua"),
        ("Hanwah", "hanwha"),
        ("Samsung Techwin", "hanwha"),
        ("Axis Communications AB", "axis"),
        ("UNV", "uniview"),
        ("Geutebrück", "geutebruck"),
        ("TP-Link Tapo", "tplink_us"),
        ("Ring Video Doorbell 2", "ring"),
        ("Vivotec", "vivotek"),
        ("2N IP Verso", "2n"),
    ] {
        assert!(makers_of(make).contains(maker), "{make}: {:?}", makers_of(make));
    }
}

#[test]
fn a_rare_brand_is_never_bent_into_a_common_one() {
    for make in [
        "",
        "-",
        "n/a",
        "unknown",
        "CCTV",
        "IP Camera",
        "HD Dome",
        "Behringer",
        "Broadlink",
        "Heimdall",
        "Haxis",
        "Legrange",
        "Oculus",
        "Envision",
        "Skyvision",
        "Star Alliance",
        "Ring Central",
        "Axess",
        "V360",
        "Netis",
        "Camon",
        "Videosec",
    ] {
        let makers = makers_of(make);
        assert!(makers.iter().all(|maker| maker == "unknown"), "{make}: {makers:?}");
    }
}

#[test]
fn a_brand_may_have_several_rows_and_a_line_of_its_own() {
    let knowledge = Knowledge::embedded();
    let annke = knowledge.brand("annke");
    assert!(annke.len() >= 2, "{annke:?}");
    let aritech = knowledge.read_make("ARITECH").unwrap();
    assert_eq!((aritech.name(), aritech.distance), ("Aritech", 0));
    assert_eq!(knowledge.brand("Siqura"), knowledge.brand("TKH"));
}

#[test]
fn only_names_count_inside_prose() {
    let brands = |text: &str| -> Vec<String> {
        let found = Knowledge::embedded().brands_in(text);
        found.iter().map(|reading| reading.name().to_owned()).collect()
    };
    assert_eq!(brands("Replaced 3 x hikvision domes by AXIS P3245"), ["Hikvision", "Axis"]);
    assert_eq!(brands("Samsung Techwin and TVT recorders"), ["Samsung Techwin", "TVT"]);
    assert_eq!(brands("night swan wave lt star capture, ring main, IR on, full HD 1080p"), [""; 0]);
    assert_eq!(brands("the tvt and rvi of it; hikvisionary"), [""; 0]);
}

#[test]
fn the_smallest_block_names_the_holder() {
    let knowledge = Knowledge::embedded();
    let camera_maker = knowledge.prefix(mac("58:03:fb:00:00:01")).unwrap();
    assert_eq!(camera_maker.scope, Scope::CameraMaker);
    assert_eq!(camera_maker.makers[0].as_str(), "hikvision");
    for small in knowledge.prefixes().iter().filter(|prefix| prefix.bits > 24) {
        let [_, _, octets @ ..] = (small.base | 1).to_be_bytes();
        assert_eq!(knowledge.prefix(MacAddr::new(octets)), Some(small), "{small}");
    }
    assert_eq!(knowledge.prefix(mac("5a:03:fb:00:00:01")), None, "made up locally");
    assert_eq!(knowledge.prefix(mac("59:03:fb:00:00:01")), None, "a group");
    assert_eq!(knowledge.prefix(mac("00:00:00:00:00:01")), None);
}

#[test]
fn model_numbers_are_read_as_registers_write_them() {
    let knowledge = Knowledge::embedded();
    let makers = |model: &str| -> BTreeSet<String> {
        let found = knowledge.models(model);
        found.iter().flat_map(|row| &row.makers).map(ToString::to_string).collect()
    };
    for (model, maker) in [
        ("DS-2CD2143G2-I", "hikvision"),
        ("ds 2cd2143g2 i", "hikvision"),
        ("DS2CD2143", "hikvision"),
        ("DS_2CD2143", "hikvision"),
        ("Hikvision DS-2CD2143", "hikvision"),
        ("TVIP310PI", "hikvision"),
        ("IPC HFW4431R-Z", "dahua"),
        ("DHIPCHDBW1230", "dahua"),
        ("QNV8080R", "hanwha"),
        ("axis p3245-lv", "axis"),
    ] {
        assert!(makers(model).contains(maker), "{model}: {:?}", makers(model));
    }
    for model in ["", "dome", "unknown", "PNEUMATIC2", "SNOW2", "1.2E+11", &"DS-2CD".repeat(99)] {
        assert!(makers(model).is_empty(), "{model}: {:?}", makers(model));
    }
    let recorder = knowledge.models("WJ-ND400");
    assert!(recorder.iter().all(|row| row.kind == DeviceKind::Recorder), "{recorder:?}");
}

#[test]
fn a_host_belongs_to_the_domain_above_it() {
    let knowledge = Knowledge::embedded();
    let name = |host: &str| knowledge.domain(host).map(|domain| &*domain.name);
    assert_eq!(name("x.LiteDev.hik-connect.com."), Some("litedev.hik-connect.com"));
    assert_eq!(name("hik-connect.com"), Some("hik-connect.com"));
    assert_eq!(name("nothik-connect.com"), None);
    assert_eq!(name(""), None);
    assert_eq!(name("..."), None);
}

#[test]
fn chips_are_named_alone_or_telling_by_themselves() {
    let knowledge = Knowledge::embedded();
    let family = |text: &str| knowledge.soc(text).map(|soc| &*soc.family);
    for text in ["Hi3516EV200", "hi3516ev200_imx335", "board with HI3518EV300"] {
        assert_eq!(family(text), Some("HiSilicon Hi35xx"), "{text}");
    }
    assert_eq!(family("GK7205V200"), Some("Goke GK72xx / GK76xx"));
    assert_eq!(family("SSC335"), Some("SigmaStar"));
    assert_eq!(family("Soc=Axis Artpec-6"), Some("Axis ARTPEC"));
    assert_eq!(family("ARTPEC-8"), Some("Axis ARTPEC"));
    assert_eq!(family("Ingenic T31X"), Some("Ingenic"));
    assert_eq!(family("room T31X"), None);
    assert_eq!(family(""), None);
}

#[test]
fn firmware_is_told_by_its_magic() {
    let knowledge = Knowledge::embedded();
    let format = |head: &[u8]| knowledge.firmware_format(head).map(|format| &*format.format);
    assert_eq!(format(b"DH\x03\x04 and more"), Some("Dahua firmware ZIP"));
    assert_eq!(format(&[0xe9, 0x9a, 0xf7, 0xb6, 0]), Some("digicap DAV, obfuscated header"));
    assert_eq!(format(b"PK\x03\x04 any archive"), None);
    assert_eq!(format(b"PK\x03\x04 ... InstallDesc ..."), Some("Xiongmai firmware ZIP"));
    assert_eq!(format(b""), None);
    assert_eq!(format(b"D"), None);
    assert_eq!(format(b"DHAV and more"), Some("Dahua recording frame"));
}

#[test]
fn whatever_a_person_types_is_explained() {
    let knowledge = Knowledge::embedded();
    let fingerprint = knowledge.fingerprints().first().map_or("hikvision", |f| &f.id);
    for (typed, what) in [
        (fingerprint, if knowledge.fingerprints().is_empty() { "maker" } else { "fingerprint" }),
        ("hikvision", "maker"),
        ("HiLook", "brand"),
        ("58:03:FB", "prefix"),
        ("5803fb000001", "prefix"),
        ("dev.ezvizlife.com", "domain"),
        ("model.hikvision.ds-2cd", "model grammar"),
        ("DS-2CD2143", "model grammar"),
        ("ARTPEC-6", "chip"),
        ("Dahua firmware ZIP", "firmware format"),
        ("Hikvision cameras", "brand"),
    ] {
        let entry = knowledge.entry(typed).unwrap_or_else(|| panic!("{typed}"));
        assert_eq!(entry.what, what, "{entry}");
        assert!(
            entry
                .fields
                .iter()
                .any(|(name, _)| *name == "makers" || *name == "source" || *name == "name")
        );
    }
    assert_eq!(knowledge.entry("no such thing"), None);
    assert_eq!(knowledge.entry(""), None);
}

/// The labelled spellings of registers and crowds; two of the labels are wrong (a bridge is no D-Link, a mixer
/// no doorbell).
#[test]
fn spellings_of_the_corpus_are_read_as_labelled() {
    const WRONG_LABELS: &[&str] = &["broadlink", "behringer"];
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/corpora/registers/make_spellings.csv"
    );
    let Ok(mut reader) = csv::Reader::from_path(path) else {
        eprintln!("skipped: ../shared is not here");
        return;
    };
    let mut wrong = Vec::new();
    for record in reader.records() {
        let record = record.unwrap();
        let (spelling, label) = (&record[0], &record[1]);
        let expected = makers_of(label);
        let found = makers_of(spelling);
        if !expected.is_empty() && found.is_disjoint(&expected) && !WRONG_LABELS.contains(&spelling)
        {
            wrong.push(format!("{spelling}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(\\PC|[A-Z0-9 ._()/-]|Hik|vision|DS-2CD|Hi35){0,40}") {
        let knowledge = Knowledge::embedded();
        if let Some(reading) = knowledge.read_make(&text) {
            prop_assert!(text.contains(&reading.read));
            prop_assert!(!reading.rows.is_empty());
        }
        for reading in knowledge.brands_in(&text) {
            prop_assert!(text.contains(&reading.read));
        }
        let _ = (knowledge.models(&text), knowledge.domain(&text), knowledge.soc(&text));
        let _ = (knowledge.firmware_format(text.as_bytes()), knowledge.entry(&text));
    }

}

proptest! {
    // Each case loads and checks a file.
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is cut out of a file, it loads or the place is named.
    #[test]
    fn no_damage_to_a_file_makes_it_panic(file in 0usize..99, start in 0usize..40_000, length in 1usize..400) {
        let files = Knowledge::embedded_texts().files;
        let (name, text) = files[file % files.len()];
        let start = text.floor_char_boundary(start % text.len());
        let end = text.floor_char_boundary((start + length).min(text.len()));
        // The first part of a file is damage enough, and a large table takes its time.
        let kept = text.floor_char_boundary(60_000.min(text.len()).max(end));
        let damaged = format!("{}{}", &text[..start], &text[end..kept]);
        let texts = Texts { files: vec![(name, &damaged)] };
        for finding in Knowledge::lint_texts(&texts) {
            prop_assert_eq!(&finding.file, name);
        }
    }
}
