use super::*;
use crate::matcher::tests::{FINGERPRINTS, MAKERS};

const BRANDS: &str = "\
name,makers,relation,period,region,note,source,confidence
ExampleDome,exampledome,own-brand,,,,made up,reported
Dusk (old),exampledome|otherdome,oem-partial,,,,made up,reported
";
const ALIASES: &str =
    "spelling,brand,note,source,confidence\nExDome,ExampleDome,,made up,reported\n";
const COMMON_WORDS: &str = "word,note\ndusk,a time of day\n";
const PREFIXES: &str = "\
prefix,bits,organisation,makers,scope,oem_hint,note,source,confidence
00AA00,24,Example Dome,exampledome,camera-maker,,,made up,confirmed
";
const MODELS: &str = "\
id,makers,kind,brand,specificity,pattern,examples,corpus_hits,corpus_share,note,source,confidence
model.exampledome.ed,exampledome,camera,,distinct,^ED-\\d{3},ED-123;ED-456X,10,0.9,,made up,reported
";
const DOMAINS: &str = "name,makers,purpose,note,source,confidence\ndome.example,exampledome,update,,made up,reported\n";
const SOCS: &str = "\
family,part,names,maker,country,makers,known_models,ndaa,note,source,confidence
Dusk,D100,D100|D1*,Dusk Chips,GB,unknown|exampledome,,none known,,made up,reported
";
const FIRMWARE: &str = "\
makers,format,file_names,magic_offset,magic,needs,structure,protection,oem_clue,tool,source,confidence
exampledome,Dome image,*.bin,0,44 4F 4D 45,,,,,,made up,reported
";

/// The files of a small knowledge base in which everything is as it should be.
fn files() -> Vec<(&'static str, String)> {
    let makers = format!(
        "{MAKERS}unknown,(not resolved),unknown,unknown,,,,unclear,no,no,,made up,reported\n"
    );
    vec![
        ("makers.csv", makers),
        ("brands.csv", BRANDS.into()),
        ("aliases.csv", ALIASES.into()),
        ("common_words.csv", COMMON_WORDS.into()),
        ("prefixes.csv", PREFIXES.into()),
        ("models.csv", MODELS.into()),
        ("domains.csv", DOMAINS.into()),
        ("socs.csv", SOCS.into()),
        ("firmware.csv", FIRMWARE.into()),
        ("fingerprints/made-up.toml", FINGERPRINTS.into()),
    ]
}

fn lint(files: &[(&'static str, String)]) -> Vec<LintFinding> {
    let files = files.iter().map(|(file, text)| (*file, text.as_str())).collect();
    Knowledge::lint_texts(&Texts { files })
}

/// What is found when `right` of one file is written as `wrong`.
fn findings(file: &str, right: &str, wrong: &str) -> Vec<LintFinding> {
    let mut files = files();
    let text = &mut files.iter_mut().find(|(name, _)| *name == file).unwrap().1;
    assert!(text.contains(right), "{right}");
    *text = text.replacen(right, wrong, 1);
    lint(&files)
}

#[test]
fn nothing_is_found_where_all_is_right() {
    assert_eq!(lint(&files()), []);
}

#[test]
fn each_rule_finds_what_breaks_it() {
    use LintRule as R;
    const TOML: &str = "fingerprints/made-up.toml";
    let cases: &[(&str, &str, &str, LintRule, &str)] = &[
        ("makers.csv", "otherdome,Other", "Other Dome,Other", R::Loads, "not a maker id"),
        ("makers.csv", ",unclear,no", ",maybe,no", R::Loads, "not one of yes, no, unclear"),
        ("makers.csv", "reported\notherdome", "reported\nexampledome", R::IdOnce, "line 2 already"),
        ("makers.csv", "country,parent", "parent,country", R::Loads, "the columns are"),
        ("brands.csv", "exampledome|otherdome", "exampledome|nodome", R::MakerKnown, "`nodome`"),
        ("brands.csv", "oem-partial", "oem-some", R::Loads, "oem-some"),
        ("brands.csv", "Dusk (old)", "(old)", R::IdGrammar, "no letter"),
        ("brands.csv", ",,made up", ",made up", R::Loads, "7 cells, not 8"),
        ("aliases.csv", ",ExampleDome,", ",Nobody,", R::BrandKnown, "`Nobody`"),
        ("aliases.csv", "ExDome,", "Dusk,", R::IdOnce, "another brand"),
        ("common_words.csv", "dusk", "dawn", R::BrandKnown, "`dawn`"),
        ("prefixes.csv", "00AA00,", "02AA00,", R::PrefixAssigned, "02:AA:00"),
        ("prefixes.csv", "00AA00,24", "00AA00,28", R::Loads, "7 digits"),
        ("prefixes.csv", "camera-maker", "camera", R::Loads, "mixed-conglomerate"),
        ("models.csv", "model.exampledome.ed", "exampledome.ed", R::IdGrammar, "exampledome.ed"),
        ("models.csv", "ED-456X", "XED-456", R::ExampleMatches, "XED-456"),
        ("models.csv", "ED-123;ED-456X", "", R::HasExamples, "no example"),
        ("models.csv", "^ED-\\d{3}", "^ED-(", R::Compiles, "unclosed group"),
        ("models.csv", ",10,", ",ten,", R::Loads, "`ten`"),
        ("models.csv", "^ED-\\d{3}", "^\\w+-\\d{3}", R::Narrow, "`QXZ-9041`"),
        ("models.csv", "^ED-\\d{3}", ".*", R::Narrow, "fits ``"),
        ("domains.csv", "dome.example", "Dome.example", R::DomainForm, "Dome.example"),
        ("socs.csv", "D100|D1*", "D100|*", R::IdGrammar, "too short"),
        ("firmware.csv", "44 4F 4D 45", "", R::MagicPresent, "no magic"),
        ("firmware.csv", "44 4F", "44 4FF", R::Loads, "4FF"),
        (
            TOML,
            "id = \"rtsp.server.number\"",
            "id = \"number\"",
            R::IdGrammar,
            "rtsp.server.<slug>",
        ),
        (TOML, "rtsp.server.number", "rtsp.server.any-case", R::IdOnce, "already"),
        (TOML, "family = \"dusk\"", "family = \"At dusk\"", R::IdGrammar, "At dusk"),
        (TOML, "exampledome|otherdome", "exampledome|nodome", R::MakerKnown, "nodome"),
        (TOML, "weight_bits = 6.0", "weight_bits = 60.0", R::Weight, "60"),
        (TOML, "weight_bits = 6.0", "weight_bits = nan", R::Weight, "NaN"),
        (TOML, "weight_bits = 6.0", "weight_bits = 0.0", R::Weight, "says nothing"),
        (TOML, "because = \"a bare number\"", "because = \"\"", R::Argued, "rtsp.server.number"),
        (TOML, "because = \"a lamp\"", "because = \" \"", R::Argued, "no reason"),
        (TOML, "?<model>", "?<modle>", R::GroupKnown, "modle"),
        (
            TOML,
            "example = [{ input = \"DUSK RTSP\" }]",
            "example = []",
            R::HasExamples,
            "at least one",
        ),
        (TOML, "input = \"DUSK RTSP\"", "input = \"DUSK\"", R::ExampleMatches, "`DUSK`"),
        (TOML, "firmware = \"3.2\"", "firmware = \"3.3\"", R::ExampleMatches, "catches"),
        (TOML, ", captures = { firmware = \"3.2\" }", "", R::ExampleMatches, "catches"),
        (TOML, "input = \"12a\"", "input = \"12\"", R::CounterExampleFails, "`12`"),
        (TOML, "^[0-9]+$", r"^(?:\\w{1,900}){9}$", R::Compiles, "too large"),
        (TOML, "rank = 6", "rank = six", R::Loads, ""),
        (
            TOML,
            "asserts = [{ claim = \"brand\", value = \"Numbers\", weight_bits = 0.5 }]",
            "asserts = []",
            R::Concludes,
            "neither",
        ),
    ];
    for (file, right, wrong, rule, problem) in cases {
        let found = findings(file, right, &wrong.replace("\\\\", "\\"));
        let hit = found.iter().find(|f| f.rule == *rule && f.to_string().contains(problem));
        let hit = hit.unwrap_or_else(|| panic!("{wrong}: {found:#?}"));
        assert_eq!(hit.file, *file, "{hit}");
        assert!(hit.line > 0, "{hit}");
    }
}

#[test]
fn a_name_is_one_companys_own() {
    let line = "Exampledome,otherdome,own-brand,,,,made up,reported\nDusk (old)";
    let found = findings("brands.csv", "Dusk (old)", line);
    let told: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "`kb/brands.csv` line 3, entry `Exampledome`: it is the own brand of exampledome already (`kb/brands.csv` line 2): object to that row, or name another relation"
        ]
    );
}

#[test]
fn a_finding_names_its_line() {
    let found = findings("brands.csv", "exampledome|otherdome", "nodome");
    assert_eq!(
        found.first().map(ToString::to_string).as_deref(),
        Some("`kb/brands.csv` line 3, entry `Dusk (old)`: maker `nodome` is not in makers.csv")
    );
}

#[test]
fn all_that_does_not_load_is_found_at_once() {
    let mut files = files();
    for (name, text) in &mut files {
        match *name {
            "brands.csv" => *text = text.replace("own-brand", "own").replace("oem-partial", "oem"),
            "domains.csv" => text.push_str("one,cell\n"),
            _ => {}
        }
    }
    let loads = lint(&files).into_iter().filter(|finding| finding.rule == LintRule::Loads);
    let places: Vec<_> = loads.map(|finding| (finding.file, finding.line)).collect();
    let place = |file: &str, line| (file.to_owned(), line);
    assert_eq!(places, [place("brands.csv", 2), place("brands.csv", 3), place("domains.csv", 3)]);
}

/// The knowledge of `files()` with another text of one file.
fn knowledge_with(file: &'static str, change: impl Fn(&str) -> String) -> Knowledge {
    let mut files = files();
    let text = &mut files.iter_mut().find(|(name, _)| *name == file).unwrap().1;
    *text = change(text);
    let texts = files.iter().map(|(file, text)| (*file, text.as_str())).collect();
    Knowledge::load(&Texts { files: texts }).unwrap_or_else(|error| panic!("{error}"))
}

/// Every table takes the two columns, and every entry shows what they say.
#[test]
fn each_entry_shows_source_date_confidence_and_dispute() {
    for (file, _) in files().into_iter().filter(|(name, _)| *name != "common_words.csv") {
        let dispute = "open: the maker objects, letter of 2026-11-20";
        let knowledge = knowledge_with(file, |text| {
            if file.ends_with(".toml") {
                let more =
                    format!("what = \"seen\", seen_on = 2026-11-02, dispute = \"{dispute}\"");
                return text.replace("what = \"seen\"", &more);
            }
            let mut rows = text.lines();
            let mut changed = format!("{},seen_on,dispute\n", rows.next().unwrap());
            for row in rows {
                changed += &format!("{row},2026-11-02,\"{dispute}\"\n");
            }
            changed
        });
        let disputed: Vec<_> =
            knowledge.records().filter(|record| record.standing.is_disputed()).collect();
        assert!(!disputed.is_empty(), "{file}");
        for record in disputed {
            assert_eq!(record.field("seen on"), Some("2026-11-02"), "{record:?}");
            assert_eq!(record.field("dispute"), Some(dispute), "{record:?}");
            assert!(!record.field("source").unwrap().contains("disputed"), "{record:?}");
            let confidence = record.field("confidence").unwrap();
            assert!(confidence.starts_with(record.confidence.as_str()), "{confidence}");
        }
        for record in knowledge.records().filter(|record| record.table != "common_words") {
            let has_all = ["source", "seen on", "confidence", "dispute"];
            assert!(has_all.iter().all(|name| record.field(name).is_some()), "{record:?}");
        }
    }
}

#[test]
fn what_is_disputed_counts_for_less() {
    let open = |text: &str| {
        let (header, rows) = text.split_once('\n').unwrap();
        let rows = rows.lines().map(|row| format!("{row},open: no\n"));
        format!("{header},dispute\n{}", rows.collect::<String>())
    };
    let brand = &knowledge_with("brands.csv", open).brands()[0].clone();
    assert_eq!(brand.confidence, crate::Confidence::Unverified);
    assert_eq!(&*brand.source, "disputed: no; made up");
    let grammar = knowledge_with("models.csv", open).model_patterns()[0].specificity;
    assert_eq!(grammar, crate::Specificity::Weak);
    let scope = knowledge_with("prefixes.csv", open).prefixes()[0].scope;
    assert_eq!(scope, crate::Scope::MixedConglomerate);
    let weight = |knowledge: &Knowledge| {
        let asserts = knowledge.fingerprints().iter().flat_map(|f| &f.asserts);
        asserts.map(|assertion| assertion.weight_bits).fold(f64::MAX, f64::min)
    };
    let disputed =
        |text: &str| text.replace("what = \"seen\"", "what = \"seen\", dispute = \"open: no\"");
    let toml = "fingerprints/made-up.toml";
    assert_eq!(
        weight(&knowledge_with(toml, disputed)) * 2.0,
        weight(&knowledge_with(toml, str::to_owned))
    );
    // What is settled counts as it is written.
    let settled = |text: &str| open(text).replace("open:", "settled:");
    let brand = &knowledge_with("brands.csv", settled).brands()[0].clone();
    assert_eq!((brand.confidence, &*brand.source), (crate::Confidence::Reported, "made up"));
}

#[test]
fn only_the_two_columns_may_follow() {
    for (header, row) in [("dispute", ",denied"), ("dispute", ",open:"), ("seen_on", ",yesterday")]
    {
        let right = "note,source,confidence\n";
        let wrong = format!("note,source,confidence,{header}\n");
        let mut files = files();
        let domains = &mut files.iter_mut().find(|(name, _)| *name == "domains.csv").unwrap().1;
        *domains = domains.replace(right, &wrong).trim_end().to_owned() + row;
        let found = lint(&files);
        assert!(found.len() == 1 && found[0].line == 2, "{found:#?}");
    }
    for header in ["dispute,dispute", "colour", "seen_on,colour"] {
        let wrong = format!("note,source,confidence,{header}\n");
        let found = findings("domains.csv", "note,source,confidence\n", &wrong);
        assert!(found[0].problem.contains("`seen_on`, `dispute` may follow"), "{found:#?}");
    }
}
