//! The knowledge base that is built into the program.

use knowledge::Knowledge;

#[test]
fn loads_and_breaks_no_rule_of_its_own() {
    let knowledge = Knowledge::try_embedded().unwrap();
    let findings: Vec<String> = knowledge.lint().iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{} findings\n{}", findings.len(), findings.join("\n"));
    let counts = knowledge.counts();
    assert!(counts.makers > 200 && counts.prefixes > 4_000 && counts.models > 150, "{counts}");
    assert_eq!(knowledge.version().len(), 12);
}
