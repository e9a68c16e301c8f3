//! `custodiet explain`: every verdict on one device, down to the evidence and the rule text.

use std::io::Write;

use attribute::{Account, Next, Priors};
use audit::{Explanation, Reader};
use model::{EvidenceItem, Observation, SourceRef, Verdict};
use report::{percent, plain, verbal};
use serde::Serialize;
use store::DeviceRow;

use super::{policies, shared};
use crate::args::{ExplainArguments, ExplainFormat};
use crate::exit::{Exit, Failure};
use crate::place;
use crate::say::say;

/// Devices named when a key is not enough to tell one.
const NAMED_MAX: usize = 20;

/// Makers whose prior and evidence are told apart; of the others there is too little to tell.
const ACCOUNTS_SAID: usize = 4;

/// Bytes of one signal that are shown; the JSON form holds all.
const SIGNAL_CHARACTERS_MAX: usize = 2_000;

#[derive(Serialize)]
struct Told<'a> {
    device: &'a report::DeviceLine,
    facts: serde_json::Value,
    cards: &'a [&'static assess::Card],
    /// What was believed before any evidence, and the file that said so.
    priors: ToldPriors<'a>,
    accounts: &'a [Account],
    next: &'a [Next],
    observations: Vec<ToldObservation<'a>>,
}

#[derive(Serialize)]
struct ToldPriors<'a> {
    source: &'a str,
    #[serde(flatten)]
    priors: &'a Priors,
}

#[derive(Serialize)]
struct ToldObservation<'a> {
    source: &'a SourceRef,
    #[serde(flatten)]
    observation: &'a Observation,
}

pub(crate) fn run(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    shared::known_cards(&arguments.policy)?;
    let store = place::readable(arguments.database.db.as_deref())?;
    let mut reader = Reader::new(&store, place::knowledge()?)?;
    shared::warn_if_stale(&reader);
    let mut source = reader.run().context.priors_name();
    if let Some((priors, file)) = shared::priors_of_file(&arguments.priors)? {
        source = file.to_string();
        if priors != *reader.priors() {
            say!(
                "custodiet: the verdicts rest on other priors than {source}: `custodiet recompute --priors` would judge by these"
            );
        }
        reader = reader.with_priors(priors);
    }
    let told = ToldPriors { source: &source, priors: reader.priors() };
    let row = one(reader.find(&arguments.device)?, &arguments.device)?;
    let mut explanation = reader.explain(&row)?;
    if let Some(policy) = &arguments.policy {
        explanation.line.verdicts.retain(|verdict| verdict.policy == *policy);
        explanation.cards.retain(|card| card.id == *policy);
    }
    let mut out = shared::stdout();
    match arguments.format {
        ExplainFormat::Text => write_text(&explanation, &told, &mut out)?,
        ExplainFormat::Json => write_json(&explanation, told, &mut out)?,
    }
    out.flush()?;
    Ok(Exit::NothingFound)
}

fn one(mut rows: Vec<DeviceRow>, key: &str) -> Result<DeviceRow, Failure> {
    match (rows.pop(), rows.is_empty()) {
        (None, _) => Err(Failure::usage(format!(
            "no device is known as `{key}`: give an id, address, MAC or serial that `custodiet devices` shows"
        ))),
        (Some(row), true) => Ok(row),
        (Some(last), false) => {
            rows.push(last);
            let ids: Vec<&str> = rows.iter().take(NAMED_MAX).map(|row| row.id.as_str()).collect();
            Err(Failure::usage(format!(
                "`{key}` names {} devices: choose one of {}",
                rows.len(),
                ids.join(", ")
            )))
        }
    }
}

fn write_json(
    explanation: &Explanation,
    priors: ToldPriors<'_>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let Explanation { line, facts, observations, cards, accounts, next } = explanation;
    let observations = observations
        .iter()
        .map(|(source, observation)| ToldObservation { source, observation })
        .collect();
    let facts = serde_json::from_str(facts)?;
    let told = Told { device: line, facts, cards, priors, accounts, next, observations };
    report::json_pretty(&told, &mut *out)?;
    Ok(out.write_all(b"\n")?)
}

fn write_text(
    explanation: &Explanation,
    priors: &ToldPriors<'_>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let Explanation { line, facts, observations, cards, accounts, next } = explanation;
    writeln!(out, "{}", line.id)?;
    write_identity(line, out)?;
    writeln!(
        out,
        "\nEvidence, heaviest first (bits of log-likelihood ratio, and what courts call it)"
    )?;
    for item in &line.evidence {
        write_evidence(item, out)?;
    }
    write_accounts(accounts, priors, out)?;
    if !next.is_empty() {
        writeln!(
            out,
            "\nWhat to ask next: the questions that would teach most for what they cost"
        )?;
        for next in next {
            write_next(next, out)?;
        }
    }
    if !line.conflicts.is_empty() {
        writeln!(out, "\nConflicts: statements that cannot both be true")?;
        for conflict in &line.conflicts {
            writeln!(out, "  {} — {}", plain(&conflict.one), plain(&conflict.other))?;
        }
    }
    writeln!(out, "\nVerdicts")?;
    for verdict in &line.verdicts {
        write_verdict(verdict, out)?;
    }
    writeln!(out, "\nWhat the rules saw\n  {}", plain(facts))?;
    writeln!(out, "\nObservations")?;
    for (source, observation) in observations {
        write_observation(source, observation, out)?;
    }
    writeln!(out, "\nRules")?;
    for card in cards {
        policies::write_card(card, out)?;
        writeln!(out, "\n{}\n", indented(card.rego.trim_end()))?;
    }
    Ok(())
}

/// A probability with three places; one that would be shown as certainty is none.
fn p(probability: f64) -> String {
    if probability > 0.999 { "p > 0.999".into() } else { format!("p = {probability:.3}") }
}

fn write_identity(line: &report::DeviceLine, out: &mut dyn Write) -> Result<(), Failure> {
    let list = |values: Vec<String>| values.join(", ");
    let addresses = list(line.addresses.iter().map(ToString::to_string).collect());
    let macs = list(line.macs.iter().map(ToString::to_string).collect());
    let maker = format!(
        "evidence consistent with {} ({}, {}, {})",
        line.maker.name,
        line.maker.id,
        p(line.maker.probability),
        line.level.as_str()
    );
    let alternatives = list(
        line.alternatives.iter().map(|a| format!("{} ({})", a.id, p(a.probability))).collect(),
    );
    let brand = line.brand.as_deref().unwrap_or("");
    let rebranded =
        if line.rebranded { " — sold under another name than its maker's" } else { "" };
    for (label, value) in [
        ("kind", line.kind.as_str().to_owned()),
        ("maker", if line.maker.id.is_unknown() { "unknown".into() } else { maker }),
        ("or", alternatives),
        ("brand", format!("{brand}{rebranded}")),
        ("model", line.model.clone().unwrap_or_default()),
        ("firmware", line.firmware.clone().unwrap_or_default()),
        ("serials", list(line.serials.clone())),
        ("MACs", macs),
        ("addresses", addresses),
        ("names", list(line.hostnames.clone())),
        ("site", line.site.clone().unwrap_or_default()),
        ("zone", line.zone.clone().unwrap_or_default()),
        ("seen", seen(line)),
    ] {
        if !value.is_empty() {
            writeln!(out, "  {label:<10} {}", report::shortened(&value, SIGNAL_CHARACTERS_MAX))?;
        }
    }
    if let Some(declared) = &line.declared {
        writeln!(out, "  declared   {}", plain(&serde_json::to_string(declared)?))?;
    }
    for quirk in &line.quirks {
        let text = format!("{}/{}: {}", quirk.protocol, quirk.name, quirk.detail);
        writeln!(out, "  quirk      {}", plain(text.trim_end_matches(": ")))?;
    }
    Ok(())
}

fn seen(line: &report::DeviceLine) -> String {
    match (&line.first_seen, &line.last_seen) {
        (Some(first), Some(last)) if first == last => first.clone(),
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => String::new(),
    }
}

fn write_evidence(item: &EvidenceItem, out: &mut dyn Write) -> Result<(), Failure> {
    let EvidenceItem { signal, claim, weight_bits, fingerprint, source, rank, family } = item;
    writeln!(out, "  {weight_bits:>+6.1}  {}: {}", plain(claim), verbal(*weight_bits))?;
    writeln!(out, "          seen: {}", plain(signal))?;
    let by = format!("by {fingerprint}, rank {rank}, family {family}; {source}");
    writeln!(out, "          {}", plain(&by))?;
    Ok(())
}

/// Which part of a probability was believed before, and which the evidence brought.
fn write_accounts(
    accounts: &[Account],
    priors: &ToldPriors<'_>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    writeln!(out, "\nPrior and evidence (priors: {})", plain(priors.source))?;
    let Priors { other, surveillance_bits, .. } = priors.priors;
    writeln!(
        out,
        "  before any evidence: {:.1}% that nobody of the knowledge base built it; {surveillance_bits:+.1} bits that it is surveillance equipment",
        other * 100.0
    )?;
    for account in accounts.iter().take(ACCOUNTS_SAID) {
        let Account { maker, prior, observed_bits, declared_bits, weighed } = account;
        writeln!(
            out,
            "  {}: prior {:.3}% ({:+.1} bits), the device {observed_bits:+.1} bits, registers {declared_bits:+.1} bits; together {}, calibrated {}",
            maker.id,
            prior * 100.0,
            prior.log2(),
            percent(*weighed),
            percent(maker.probability),
        )?;
    }
    Ok(())
}

fn write_next(next: &Next, out: &mut dyn Write) -> Result<(), Failure> {
    let question = next.question;
    let packets = match question.packets {
        0 => "no packet to the device".to_owned(),
        1 => "one packet".to_owned(),
        several => format!("some {several} packets"),
    };
    writeln!(out, "  {} ({packets})", question.ask)?;
    writeln!(out, "      brings   {}", plain(&next.to_string()))?;
    writeln!(out, "      how      {}", question.how)?;
    Ok(())
}

fn write_verdict(verdict: &Verdict, out: &mut dyn Write) -> Result<(), Failure> {
    let Verdict { policy, answer, force, duty, because, citation } = verdict;
    writeln!(out, "  {policy}: {} ({})", answer.as_str(), force.as_str())?;
    writeln!(out, "      duty     {}", plain(duty))?;
    for reason in because {
        writeln!(out, "      because  {}", plain(reason))?;
    }
    writeln!(out, "      source   {}", plain(citation))?;
    Ok(())
}

fn write_observation(
    source: &SourceRef,
    observation: &Observation,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    writeln!(
        out,
        "  {} `{}`, {} (SHA-256 {})",
        source.kind.as_str(),
        plain(&source.name),
        plain(&observation.place.0),
        source.sha256
    )?;
    for signal in &observation.signals {
        let value = serde_json::to_string(signal)?;
        let shown: String = value.chars().take(SIGNAL_CHARACTERS_MAX).collect();
        writeln!(out, "      {}", plain(&shown))?;
    }
    if let Some(declared) = &observation.declared {
        writeln!(out, "      declared {}", plain(&serde_json::to_string(declared)?))?;
    }
    Ok(())
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}
