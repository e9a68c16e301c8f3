//! `--priors`, and what to ask next.

mod support;

use serde_json::Value;
use support::Desk;

const LINE: &str =
    "{\"id\":1,\"signals\":[{\"kind\":\"rtsp.server\",\"value\":\"Dahua Rtsp Server\"}]}";
const REGISTER: &str = "Make,Model,Serial\nSwann,,EX000001\nExampledome,,EX000002\n";

fn identify(desk: &Desk, arguments: &[&str]) -> Value {
    let mut command = desk.program(120);
    let output = command.arg("identify").args(arguments).write_stdin(LINE).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn run(desk: &Desk, arguments: &[&str]) -> (i32, String, String) {
    let output = desk.program(200).args(["--quiet"]).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_question_is_one_more_field_and_only_where_it_is_wanted() {
    let desk = Desk::new();
    let plain = identify(&desk, &[]);
    let mut with = identify(&desk, &["--next"]);
    let next = with.as_object_mut().unwrap().remove("next").unwrap();
    assert_eq!(with, plain);
    assert_eq!(next[0]["id"], "dhip");
    assert_eq!(next[0]["ports"], serde_json::json!([37810]));
    assert_eq!(next[0]["if"][0]["maker"], "dahua");
    assert!(plain.get("next").is_none());
}

#[test]
fn a_file_of_priors_changes_what_is_said_and_a_bad_one_is_refused_with_its_line() {
    let desk = Desk::new();
    desk.write("priors.toml", "other = 0.2\n[makers]\ndahua = 20\n");
    let probability = |found: &Value| found["maker"]["probability"].as_f64().unwrap();
    let (before, after) = (identify(&desk, &[]), identify(&desk, &["--priors", "priors.toml"]));
    assert!(probability(&after) > probability(&before));
    desk.write("bad.toml", "other = 0.2\n[makers]\nnobody_at_all = 20\n");
    let (code, out, told) = run(&desk, &["identify", "--priors", "bad.toml"]);
    assert_eq!((code, &*out), (3, ""));
    assert!(told.contains("`bad.toml` line 3: makers: `nobody_at_all`"), "{told}");
}

/// What an audit was made with is what its devices are explained and computed again with.
#[test]
fn a_database_keeps_the_priors_that_it_rests_on() {
    let desk = Desk::new();
    desk.write("register.csv", REGISTER);
    desk.write("priors.toml", "[makers]\nraysharp = 900\n");
    let database = ["--db", "a.db"];
    let all = |command: &[&str], rest: &[&str]| {
        let arguments: Vec<&str> = command.iter().chain(&database).chain(rest).copied().collect();
        run(&desk, &arguments)
    };
    let makers = |out: &str| -> Vec<String> {
        let line = |line: &str| serde_json::from_str::<Value>(line).unwrap();
        out.lines().map(|text| line(text)["maker"]["id"].as_str().unwrap().to_owned()).collect()
    };
    let (_, before, _) = all(&["audit"], &["--format", "jsonl", "register.csv"]);
    let (_, after, _) = all(&["recompute"], &["--priors", "priors.toml"]);
    assert!(!after.is_empty());
    let (_, listed, told) = all(&["devices"], &["--format", "jsonl"]);
    assert!(!told.contains("recompute"), "{told}");
    assert_ne!(makers(&listed), makers(&before));
    // Without a file the priors of the last run stay.
    all(&["recompute"], &[]);
    let (_, again, _) = all(&["devices"], &["--format", "jsonl"]);
    assert_eq!(makers(&again), makers(&listed));
    let (_, explained, _) = all(&["explain"], &["--format", "json", "EX000001"]);
    let explained: Value = serde_json::from_str(&explained).unwrap();
    assert!(explained["priors"]["source"].as_str().unwrap().starts_with("priors.toml, SHA-256 "));
    assert_eq!(explained["accounts"][0]["id"], "raysharp");
    assert!(!explained["next"].as_array().unwrap().is_empty());
    let (_, text, _) = all(&["explain"], &["EX000001"]);
    assert!(text.contains("What to ask next") && text.contains("priors.toml"), "{text}");
}
