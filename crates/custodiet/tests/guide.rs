//! The guide to the knowledge base does what it says: its files are written, its commands run.

mod support;

use support::Desk;

/// A fenced block of a page: what stands behind the fence, and the lines.
fn blocks(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, Vec<&str>)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(info), None) => open = Some((info, Vec::new())),
            (None, Some((_, lines))) => lines.push(line),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block does not end");
    blocks
}

#[test]
fn every_command_of_the_guide_runs() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/knowledge.md");
    let page = std::fs::read_to_string(path).unwrap();
    let desk = Desk::new();
    let mut commands = 0;
    for (info, lines) in blocks(&page) {
        if let Some((_, file)) = info.split_once(' ') {
            desk.write(file, lines.join("\n") + "\n");
            continue;
        }
        assert_eq!(info, "sh", "a block is a file or commands");
        for line in lines {
            let (command, remark) = line.split_once(" #").unwrap_or((line, ""));
            let mut words = command.split_whitespace();
            assert_eq!(words.next(), Some("custodiet"), "{line}");
            let expected = i32::from(remark.contains("exit code 1"));
            let output = desk.program(120).args(words).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(expected), "{line}\n{said}");
            commands += 1;
        }
    }
    assert!(commands > 15, "{commands}");
    // What the guide's reader ends with.
    let shown = desk.program(120).args(["--kb", "my-kb", "kb", "list", "--disputed"]).output();
    let shown = String::from_utf8(shown.unwrap().stdout).unwrap();
    assert!(shown.contains("Duskcam"), "{shown}");
    let explained = desk
        .program(120)
        .args(["--kb", "my-kb", "explain", "--db", "council.db", "tag-lobby"])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&explained.stdout).contains("ExampleDome"), "{explained:?}");
    // The dispute came after the results: their knowledge is another, and both are named.
    let warned = String::from_utf8_lossy(&explained.stderr);
    assert!(warned.contains("the results rest on knowledge"), "{warned}");
}
