//! Knowledge from folders: added, refused, compared, explained.

mod support;

use std::process::Output;

use support::Desk;

const BRANDS: &str = "name,makers,relation,period,region,note,source,confidence\n";
const ALIASES: &str = "spelling,brand,note,source,confidence\n";
const MAKERS: &str = "id,legal_name,short_name,role,country,parent,state_ownership,subject_to_prc_nil,ndaa_889,fcc_covered,notes,source,confidence\n";
const MODELS: &str = "id,makers,kind,brand,specificity,pattern,examples,corpus_hits,corpus_share,note,source,confidence\n";
const PREFIXES: &str = "prefix,bits,organisation,makers,scope,oem_hint,note,source,confidence\n";

/// One fingerprint, of this pattern and weight, with an example `DUSKCAM 1`.
fn fingerprint(slug: &str, pattern: &str, weight: &str) -> String {
    format!(
        r#"[[fingerprint]]
id = "http.server.{slug}"
kind = "http.server"
pattern = '''{pattern}'''
rank = 4
asserts = [
  {{ claim = "maker", value = "hikvision", weight_bits = {weight} }},
  {{ claim = "kind", value = "camera", weight_bits = 6.0 }},
]
because = "made up for a test"
source = {{ what = "a made-up device, seen 2026-11-01", confidence = "unverified" }}
example = [{{ input = "DUSKCAM 1" }}]
non_example = [{{ input = "DUSK 1", because = "another name" }}]
"#
    )
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

impl Desk {
    fn run(&self, line: &str) -> Output {
        self.program(120).args(line.split(' ')).output().unwrap()
    }

    fn identify(&self, options: &str, signals: &str) -> serde_json::Value {
        let arguments = options.split(' ').filter(|part| !part.is_empty());
        let output = self
            .program(120)
            .args(arguments)
            .arg("identify")
            .write_stdin(format!("{{\"id\":1,\"signals\":[{signals}]}}\n"))
            .output()
            .unwrap();
        assert!(code(&output) <= 1, "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

#[test]
fn an_addition_is_used_by_whatever_asks() {
    let desk = Desk::new();
    let toml = fingerprint("duskcam-test", "^DUSKCAM [0-9]$", "12.0");
    desk.write("mine/fingerprints/dusk.toml", toml);
    desk.write("other/brands.csv", format!("{BRANDS}Duskcam,dahua,oem-full,,,,a box,reported\n"));
    let signal = r#"{"kind":"http.server","value":"DUSKCAM 7"}"#;
    assert_eq!(desk.identify("", signal)["maker"]["id"], "unknown");
    let found = desk.identify("--kb mine --kb other", signal);
    assert_eq!(found["maker"]["id"], "hikvision", "{found}");
    assert!(found.to_string().contains("http.server.duskcam-test"), "{found}");

    let shown = desk.run("--kb mine --kb other kb show http.server.duskcam-test");
    assert!(text(&shown.stdout).contains("`mine/fingerprints/dusk.toml` line 2"), "{shown:?}");
    let shown = desk.run("kb show --kb other Duskcam");
    assert!(text(&shown.stdout).contains("dahua"), "{shown:?}");
    let twice = desk.run("--kb mine kb show --kb other Duskcam");
    assert_eq!(code(&twice), 2, "of folders in two places one would be lost: {twice:?}");
    let mut from_environment = desk.program(120);
    let path = std::env::join_paths(["mine", "other"]).unwrap();
    let shown = from_environment.env("CUSTODIET_KB", path).args(["kb", "show", "Duskcam"]);
    assert!(text(&shown.output().unwrap().stdout).contains("dahua"));
}

#[test]
fn a_whole_knowledge_base_stands_in_place_of_the_built_in_one() {
    let desk = Desk::new();
    let row =
        "exampledome,Example Dome Ltd,ExampleDome,manufacturer,GB,,,no,no,no,,made up,reported\n";
    desk.write("whole/makers.csv", format!("{MAKERS}{row}"));
    desk.write(
        "whole/brands.csv",
        format!("{BRANDS}ExampleDome,exampledome,own-brand,,,,made up,reported\n"),
    );
    desk.write("whole/notes.txt", "not read");
    desk.write("more/added-makers.csv", format!("{MAKERS}{}", row.replace("example", "other")));
    let lint = desk.run("--kb more --kb whole kb lint");
    assert_eq!(code(&lint), 0, "{lint:?}");
    assert!(text(&lint.stdout).starts_with("2 makers, 1 brand rows"), "{lint:?}");
    assert!(text(&lint.stderr).contains("`whole`: `notes.txt` not read"), "{lint:?}");
    assert_eq!(code(&desk.run("--kb whole kb show hikvision")), 2);
    desk.write("second/makers.csv", MAKERS);
    let two = desk.run("--kb whole --kb second kb lint");
    assert_eq!(code(&two), 2);
    assert!(text(&two.stderr).contains("both whole"), "{two:?}");
}

/// What is refused, by file, line, entry and reason.
#[test]
fn unsafe_knowledge_is_refused_with_its_place_and_reason() {
    let brand = |row: &str| format!("{BRANDS}{row}\n");
    let bomb = "((a{1000}){1000}){1000}";
    let cases: &[(&str, String, &str, &str)] = &[
        (
            "brands.csv",
            brand("Duskcam,nobody,oem-full,,,,s,reported"),
            "line 2, entry `Duskcam`",
            "maker `nobody` is not in makers.csv",
        ),
        (
            "brands.csv",
            brand("Duskcam,dahua,oem-full,,,,s"),
            "line 2, entry `Duskcam`",
            "the row has 7 cells, not 8",
        ),
        (
            "brands.csv",
            brand("Duskcam,dahua,oem-full,,,,s,sure"),
            "line 2, entry `Duskcam`",
            "confidence `sure`",
        ),
        (
            "brands.csv",
            brand("Duskcam,dahua,oem-full,,,,s,reported\nDuskcam,dahua,oem-full,,,,s,reported"),
            "line 3, entry `Duskcam`",
            "stands in `mine/brands.csv` line 2 already",
        ),
        (
            "brands.csv",
            brand("Hikvision,dahua,oem-full,,,,s,reported\nDahua,hikvision,oem-full,,,,s,reported"),
            "line 2, entry `Hikvision`",
            "built by each other: hikvision → dahua → hikvision",
        ),
        (
            "brands.csv",
            "name,makers\nDuskcam,dahua\n".into(),
            "line 1",
            "the columns are `name,makers`",
        ),
        ("brands.csv", brand("\"Duskcam,dahua"), "line 2", "cells, not 8"),
        (
            "aliases.csv",
            format!("{ALIASES}Duskcam,Dawncam,,s,reported\nDawncam,Duskcam,,s,reported\n"),
            "line 2, entry `Duskcam`",
            "the spellings lead round: duskcam → dawncam → duskcam",
        ),
        (
            "aliases.csv",
            format!("{ALIASES}Duskcam,Duskcam,,s,reported\n"),
            "line 2, entry `Duskcam`",
            "brand `Duskcam` is not in brands.csv",
        ),
        (
            "aliases.csv",
            format!("{ALIASES}Duskcam,HIK,,s,reported\n"),
            "line 2, entry `Duskcam`",
            "`HIK` is a spelling itself",
        ),
        (
            "aliases.csv",
            format!("{ALIASES}Hikvision,Dahua,,s,reported\n"),
            "line 2, entry `Hikvision`",
            "the name of another brand",
        ),
        (
            "brands.csv",
            brand("HIK,dahua,oem-full,,,,s,reported"),
            "line 2, entry `HIK`",
            "a spelling of `Hikvision` already",
        ),
        (
            "added-makers.csv",
            format!(
                "{MAKERS}dusk,Dusk Ltd,Dusk,manufacturer,GB,Dawn Ltd,,no,no,no,,s,reported\ndawn,Dawn Ltd,Dawn,manufacturer,GB,dusk,,no,no,no,,s,reported\n"
            ),
            "entry `dusk`",
            "its own parent: dusk → dawn → dusk",
        ),
        (
            "added-makers.csv",
            format!("{MAKERS}hikvision,H,H,manufacturer,GB,,,no,no,no,,s,reported\n"),
            "line 2, entry `hikvision`",
            "stands in `kb/makers.csv`",
        ),
        (
            "models.csv",
            format!(
                "{MODELS}model.hikvision.dusk,hikvision,camera,,distinct,^DUSK-(,DUSK-1,,,,s,reported\n"
            ),
            "line 2, entry `model.hikvision.dusk`",
            "unclosed group",
        ),
        (
            "models.csv",
            format!(
                "{MODELS}model.hikvision.dusk,hikvision,camera,,distinct,^DUSK-9,DUSK-1,,,,s,reported\n"
            ),
            "line 2, entry `model.hikvision.dusk`",
            "example `DUSK-1` does not fit",
        ),
        (
            "models.csv",
            format!(
                "{MODELS}model.hikvision.dusk,hikvision,camera,,distinct,{bomb},DUSK-1,,,,s,reported\n"
            ),
            "line 2, entry `model.hikvision.dusk`",
            "too large",
        ),
        (
            "prefixes.csv",
            format!("{PREFIXES}02AA00,24,Dusk,hikvision,camera-maker,,,s,reported\n"),
            "entry `02:AA:00`",
            "local or a group",
        ),
        (
            "fingerprints/a.toml",
            fingerprint("dusk", "^DUSKCAM (", "3.0"),
            "line 2, entry `http.server.dusk`",
            "unclosed group",
        ),
        (
            "fingerprints/a.toml",
            fingerprint("dusk", bomb, "3.0"),
            "line 2, entry `http.server.dusk`",
            "too large",
        ),
        (
            "fingerprints/a.toml",
            fingerprint("dusk", "^(?=DUSK)", "3.0"),
            "line 2, entry `http.server.dusk`",
            "look-around",
        ),
        (
            "fingerprints/a.toml",
            fingerprint("dusk", "^DUSKCAM X", "3.0"),
            "line 2, entry `http.server.dusk`",
            "example `DUSKCAM 1` does not match",
        ),
        (
            "fingerprints/a.toml",
            fingerprint("dusk", "^DUSK", "3.0"),
            "line 2, entry `http.server.dusk`",
            "counter-example `DUSK 1` matches",
        ),
        (
            "fingerprints/a.toml",
            fingerprint("dusk", "^DUSKCAM", "99.0"),
            "line 2, entry `http.server.dusk`",
            "weight 99",
        ),
        (
            "fingerprints/a.toml",
            fingerprint("dusk", "^DUSKCAM", "inf"),
            "line 2, entry `http.server.dusk`",
            "weight inf",
        ),
        (
            "fingerprints/a.toml",
            fingerprint("dusk", "^DUSKCAM", "3.0").replace("hikvision", "nobody"),
            "line 2, entry `http.server.dusk`",
            "maker `nobody`",
        ),
        (
            "fingerprints/a.toml",
            fingerprint("dusk", "^DUSKCAM", "3.0").repeat(2),
            "line 15, entry `http.server.dusk`",
            "already",
        ),
        (
            "fingerprints/a.toml",
            fingerprint("dusk", "^DUSKCAM", "3.0").replace("rank = 4", "rank = = 4"),
            "line 5, entry `http.server.dusk`",
            "",
        ),
        (
            "fingerprints/a.toml",
            fingerprint("dusk", "^DUSKCAM", "3.0").replace("rank", "rnak"),
            "entry `http.server.dusk`",
            "unknown field `rnak`",
        ),
    ];
    for (number, (file, content, place, reason)) in cases.iter().enumerate() {
        let desk = Desk::new();
        desk.write(&format!("mine/{file}"), content);
        let output = desk.run("--kb mine kb show hikvision");
        let told = text(&output.stderr);
        assert_eq!((code(&output), output.stdout.len()), (3, 0), "{told}");
        let line = told.lines().find(|line| line.contains(reason) && line.contains(place));
        let line = line.unwrap_or_else(|| panic!("{place} {reason}:\n{told}"));
        assert!(line.starts_with(&format!("`mine/{file}` ")), "{line}");
        // The same is told by the linter, which goes on: here and there is enough.
        if number % 5 > 0 {
            continue;
        }
        let lint = desk.run("--kb mine kb lint");
        assert!(text(&lint.stdout).contains(reason), "{lint:?}");
        assert_eq!(code(&lint), 1);
    }
}

#[test]
fn what_is_no_text_or_no_file_is_refused() {
    let desk = Desk::new();
    let mut bytes = format!("{BRANDS}Aube,dahua,oem-full,,,,s,reported\nDusk").into_bytes();
    bytes.extend([b'c', 0xff, b'm', b',']);
    desk.write("latin/brands.csv", bytes);
    let output = desk.run("--kb latin kb lint");
    assert_eq!(code(&output), 3);
    assert!(
        text(&output.stderr)
            .contains("`latin/brands.csv` line 3, entry `Duskc`: the text is not UTF-8"),
        "{output:?}"
    );
    desk.write("folder/brands.csv/x", "");
    desk.write("empty/readme.txt", "");
    desk.write("big/brands.csv", vec![b'\n'; (16 << 20) + 1]);
    for (folder, why) in [
        ("folder", "is no file"),
        ("empty", "holds no knowledge"),
        ("big", "more than 16 MiB in one file"),
        ("nowhere", "cannot read knowledge from `nowhere`"),
    ] {
        let output = desk.run(&format!("--kb {folder} kb lint"));
        assert_eq!(code(&output), 3, "{output:?}");
        assert!(text(&output.stderr).contains(why), "{output:?}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_lead_nowhere_in_words() {
    let desk = Desk::new();
    let brands = desk.write("far/rows", format!("{BRANDS}Duskcam,dahua,oem-full,,,,s,reported\n"));
    std::fs::create_dir(desk.path("mine")).unwrap();
    std::os::unix::fs::symlink(brands, desk.path("mine/brands.csv")).unwrap();
    assert_eq!(code(&desk.run("--kb mine kb show Duskcam")), 0);
    std::os::unix::fs::symlink("fingerprints", desk.path("mine/fingerprints")).unwrap();
    let output = desk.run("--kb mine kb show Duskcam");
    assert_eq!(code(&output), 3);
    assert!(text(&output.stderr).contains("mine/fingerprints"), "{output:?}");
}

#[test]
fn thousands_of_catastrophes_are_refused_soon() {
    let desk = Desk::new();
    let bombs: Vec<String> = (0..5_000)
        .map(|n| fingerprint(&format!("d{n}"), r"(?:(?:DUSK\w{99}){99}){99}", "3.0"))
        .collect();
    desk.write("mine/fingerprints/a.toml", bombs.concat());
    // Each is within its own limit, all together are not.
    let heavy: Vec<String> = (0..5_000)
        .map(|n| fingerprint(&format!("h{n}"), r"^DUSKCAM [0-9]|DUSK\w{80}x", "3.0"))
        .collect();
    desk.write("heavy/fingerprints/a.toml", heavy.concat());
    // A pattern that is slow on a long example, and long examples.
    let long = format!("input = \"DUSKCAM 1{}\"", "é".repeat(100_000));
    let slow: String = (0..40)
        .map(|n| fingerprint(&format!("s{n}"), r"^DUSKCAM (?:.{0,9}x?){0,99}", "3.0"))
        .map(|toml| toml.replace("input = \"DUSKCAM 1\"", &long))
        .collect();
    desk.write("slow/fingerprints/a.toml", slow);
    // Thousands that run on every value, each with an example.
    let common: String = (0..3_000)
        .map(|n| fingerprint(&format!("c{n}"), "^[A-Z]+ [0-9]$", "3.0"))
        .map(|toml| toml.replace("rank = 4", "rank = 4\nno_literal = \"a test\""))
        .map(|toml| toml.replace("input = \"DUSK 1\"", "input = \"dusk 1\""))
        .collect();
    desk.write("common/fingerprints/a.toml", common.replace("http.server.c2999", "http.server.c0"));
    // Nothing but damage, and much of it.
    desk.write("broken/brands.csv", format!("{BRANDS}{}", "a\n".repeat(1_000_000)));
    for (folder, why) in [
        ("mine", "the pattern is too large"),
        ("heavy", "together: too many, or too large"),
        ("slow", "together: too many, or too long"),
        ("common", "entry `http.server.c0`: `http.server.c0` stands in"),
        ("broken", "the row has 1 cells, not 8"),
    ] {
        let mut program = desk.program(120);
        let program = program.timeout(std::time::Duration::from_secs(60));
        let output = program.args(["--kb", folder, "kb", "show", "hikvision"]).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{folder}: {output:?}");
        assert!(text(&output.stderr).contains(why), "{output:?}");
        assert!(output.stderr.len() < 20_000, "{}", output.stderr.len());
    }
}

/// A database of one device that answers as the made-up fingerprint reads.
fn with_one_device(desk: &Desk) {
    let line = r#"{"id":"lobby","signals":[{"kind":"http.server","value":"DUSKCAM 7"},{"kind":"mac","value":"00:00:5e:00:53:01"}]}"#;
    desk.write("seen.jsonl", line.to_owned() + "\n");
    let output = desk.run("audit --quiet --db a.db --as-of 2026-11-01 seen.jsonl");
    assert!(code(&output) <= 1, "{output:?}");
}

#[test]
fn kb_diff_tells_entries_and_verdicts_and_stores_nothing() {
    let desk = Desk::new();
    with_one_device(&desk);
    let toml = fingerprint("duskcam-test", "^DUSKCAM [0-9]$", "12.0").replace("hikvision", "dahua");
    desk.write("one/fingerprints/a.toml", &toml);
    desk.write("two/fingerprints/a.toml", toml.replace("dahua", "uniview"));

    let same = desk.run("kb diff one one");
    assert_eq!(code(&same), 0, "{same:?}");
    let entries = desk.run("kb diff one two");
    assert_eq!(code(&entries), 1);
    let told = text(&entries.stdout);
    assert!(told.contains("changed fingerprints http.server.duskcam-test (`two/"), "{told}");
    assert!(
        told.contains("maker=dahua (+12 bits); kind=camera (+6 bits) → maker=uniview"),
        "{told}"
    );
    let lines = desk.run("kb diff builtin one --format jsonl");
    let line: serde_json::Value = serde_json::from_slice(&lines.stdout).unwrap();
    assert_eq!((&line["table"], &line["change"]), (&"fingerprints".into(), &"added".into()));

    let before = std::fs::read(desk.path("a.db")).unwrap();
    let verdicts = desk.run("kb diff one two --db a.db");
    assert_eq!(code(&verdicts), 1, "{verdicts:?}");
    let told = text(&verdicts.stdout);
    assert!(told.contains("maker: "), "{told}");
    assert!(told.contains("because http.server.duskcam-test says maker=dahua: no more"), "{told}");
    assert!(told.contains("because http.server.duskcam-test says maker=uniview: new"), "{told}");
    assert!(told.contains("1 of 1 devices would be judged otherwise"), "{told}");
    assert_eq!(text(&verdicts.stderr), "", "no progress where nobody watches");
    let lines = desk.run("kb diff one two --db a.db --format jsonl");
    let lines: Vec<serde_json::Value> =
        text(&lines.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [device, summary] = lines.as_slice() else { panic!("{lines:?}") };
    assert_ne!(device["old"], device["new"], "{device}");
    assert!(device["old"]["answers"].as_object().unwrap().len() > 2, "{device}");
    assert_eq!(summary["summary"]["changed"], 1, "{summary}");
    assert_eq!(code(&desk.run("kb diff one one --db a.db")), 0);
    assert_eq!(std::fs::read(desk.path("a.db")).unwrap(), before, "nothing is stored");

    for (line, exit) in
        [("kb diff builtin nowhere", 3), ("kb diff one two --db nowhere.db", 4), ("kb diff one", 2)]
    {
        assert_eq!(code(&desk.run(line)), exit, "{line}");
    }
}

#[test]
fn a_dispute_is_shown_where_the_entry_is_cited_and_weighs_less() {
    let desk = Desk::new();
    let open = r#", dispute = "open: the maker objects""#;
    let toml = fingerprint("duskcam-test", "^DUSKCAM [0-9]$", "12.0");
    desk.write("fair/fingerprints/a.toml", &toml);
    let disputed =
        toml.replace(r#"confidence = "unverified""#, &format!("confidence = \"confirmed\"{open}"));
    desk.write("mine/fingerprints/a.toml", disputed);
    let signal = r#"{"kind":"http.server","value":"DUSKCAM 7"}"#;
    let bits = |found: &serde_json::Value| found["evidence"][0]["weight_bits"].as_f64().unwrap();
    let (fair, found) = (desk.identify("--kb fair", signal), desk.identify("--kb mine", signal));
    assert!(bits(&found) < bits(&fair), "{found}");
    let source = found["evidence"][0]["source"].as_str().unwrap();
    assert!(source.starts_with("disputed: the maker objects; a made-up device"), "{source}");
    let shown = desk.run("--kb mine kb show http.server.duskcam-test");
    let shown = text(&shown.stdout);
    for words in [
        "(+12 bits) (counts as +6 bits while disputed)",
        "2026-11-01 (as the source says)",
        "confirmed (counts as unverified while disputed)",
        "open: the maker objects",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    // Entries that are built in may be in dispute as well.
    let disputed = |folder: &str| {
        let listed = desk.run(&format!("{folder}kb list --disputed --format csv"));
        text(&listed.stdout).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let (before, with) = (disputed(""), disputed("--kb mine "));
    assert_eq!(with.len(), before.len() + 1, "{with:?}");
    assert!(with.iter().any(|line| line.contains("http.server.duskcam-test")), "{with:?}");
}

#[test]
fn every_kind_of_entry_shows_what_it_rests_on() {
    let desk = Desk::new();
    for id in [
        "hikvision",
        "HiLook",
        "HIK",
        "58:03:FB",
        "dev.ezvizlife.com",
        "model.hikvision.ds-2cd",
        "ARTPEC-6",
        "Dahua firmware ZIP",
        "device.firmware.hikvision",
    ] {
        let output = desk.program(120).args(["kb", "show", id]).output().unwrap();
        let shown = text(&output.stdout);
        for field in ["  source ", "  seen on ", "  confidence ", "  dispute ", "  stands in "] {
            assert!(shown.contains(field), "{id} {field}: {shown}");
        }
    }
}

/// The copy of what is built in is the same knowledge, by its version.
#[test]
fn what_is_exported_is_what_is_built_in() {
    let desk = Desk::new();
    assert_eq!(code(&desk.run("kb export copy")), 0);
    assert_eq!(code(&desk.run("kb export copy")), 2, "the folder is not empty");
    let same = desk.run("kb diff builtin copy");
    assert_eq!((code(&same), text(&same.stdout).lines().count()), (0, 1), "{same:?}");
    let words: Vec<&str> = text(&same.stdout).trim().split(' ').collect();
    assert_eq!(words[words.len() - 3], words[words.len() - 1], "one version");
}

#[test]
fn results_say_which_knowledge_they_rest_on() {
    let desk = Desk::new();
    with_one_device(&desk);
    desk.write("mine/fingerprints/a.toml", fingerprint("duskcam-test", "^DUSKCAM [0-9]$", "12.0"));
    let devices = desk.run("devices --db a.db");
    assert!(!text(&devices.stderr).contains("rest on"), "{devices:?}");
    let devices = desk.run("devices --db a.db --kb mine");
    let warned = text(&devices.stderr);
    assert!(warned.contains("the results rest on knowledge") && warned.contains('+'), "{warned}");
    assert!(code(&desk.run("recompute --db a.db --kb mine")) <= 1);
    let devices = desk.run("devices --db a.db --kb mine");
    assert!(!text(&devices.stderr).contains("rest on"), "{devices:?}");
}
