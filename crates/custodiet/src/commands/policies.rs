//! `custodiet policies`: the rule cards.

use std::io::Write as _;

use assess::{Card, cards, run_policy_tests};
use model::PolicyId;

use super::shared;
use crate::args::{Format, PoliciesArguments, PoliciesCommand};
use crate::exit::{Exit, Failure};

pub(crate) fn run(arguments: &PoliciesArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        None => list(Format::Table),
        Some(PoliciesCommand::List { format }) => list(*format),
        Some(PoliciesCommand::Show { id }) => show(id),
        Some(PoliciesCommand::Test) => test(),
    }
}

fn list(format: Format) -> Result<Exit, Failure> {
    let rows: Vec<[String; 6]> = cards().iter().map(row).collect();
    let mut out = shared::stdout();
    shared::write_list(&COLUMNS, &rows, cards(), format, &mut out)?;
    out.flush()?;
    Ok(Exit::NothingFound)
}

const COLUMNS: [&str; 6] = ["card", "jurisdiction", "force", "in effect from", "until", "title"];

fn row(card: &Card) -> [String; 6] {
    [
        card.id.to_string(),
        card.jurisdiction.clone(),
        card.force.as_str().into(),
        card.effect_from.to_string(),
        card.effect_to.map_or_else(String::new, |date| date.to_string()),
        card.title.clone(),
    ]
}

fn show(id: &PolicyId) -> Result<Exit, Failure> {
    let Some(card) = cards().iter().find(|card| card.id == *id) else {
        return Err(Failure::usage(format!(
            "no rule card `{id}`: `custodiet policies` lists them"
        )));
    };
    let mut out = shared::stdout();
    write_card(card, &mut out)?;
    writeln!(out, "\nThe rule (Rego):\n\n{}", card.rego.trim_end())?;
    out.flush()?;
    Ok(Exit::NothingFound)
}

/// A card as text, without its rule.
pub(crate) fn write_card(card: &Card, out: &mut dyn std::io::Write) -> Result<(), Failure> {
    writeln!(out, "{}  {}", card.id, card.title)?;
    let ends = card.effect_to.map_or_else(|| "no end".into(), |date| date.to_string());
    let published = card.published.map_or_else(|| "not known".into(), |date| date.to_string());
    let supersedes: Vec<String> = card.supersedes.iter().map(ToString::to_string).collect();
    for (label, value) in [
        ("jurisdiction", card.jurisdiction.as_str()),
        ("instrument", &card.instrument),
        ("clause", &card.clause),
        ("who is bound", &card.who),
        ("entity test", &card.entity_test),
        ("place test", &card.place_test),
        ("purpose test", &card.purpose_test),
        ("connection test", &card.connection_test),
        ("duty", &card.duty),
        ("force", card.force.as_str()),
        ("published", &published),
        ("in effect", &format!("from {}, {ends}", card.effect_from)),
        ("supersedes", &supersedes.join(", ")),
        ("citation", &card.citation),
        ("read in", &card.confidence),
        ("notes", &card.notes),
    ] {
        if !value.is_empty() {
            writeln!(out, "  {label:<16} {value}")?;
        }
    }
    Ok(())
}

fn test() -> Result<Exit, Failure> {
    let report = run_policy_tests().map_err(|error| Failure::new(Exit::Environment, error))?;
    let mut out = shared::stdout();
    for test in &report.failed {
        writeln!(out, "failed  {test}")?;
    }
    writeln!(out, "{} passed, {} failed", report.passed.len(), report.failed.len())?;
    out.flush()?;
    if report.failed.is_empty() && !report.passed.is_empty() {
        Ok(Exit::NothingFound)
    } else {
        Ok(Exit::Findings)
    }
}
