//! `custodiet kb`: the knowledge base.

use std::io::Write as _;

use super::shared;
use crate::args::{KbArguments, KbCommand};
use crate::exit::{Exit, Failure};
use crate::place;

pub(crate) fn run(arguments: &KbArguments) -> Result<Exit, Failure> {
    let knowledge = place::knowledge()?;
    let mut out = shared::stdout();
    let exit = match &arguments.command {
        KbCommand::Lint => {
            let findings = knowledge.lint();
            for finding in &findings {
                writeln!(out, "{finding}")?;
            }
            writeln!(out, "{}", knowledge.counts())?;
            writeln!(out, "{} findings, knowledge base {}", findings.len(), knowledge.version())?;
            if findings.is_empty() { Exit::NothingFound } else { Exit::Findings }
        }
        KbCommand::Show { id } => match knowledge.entry(id) {
            Some(entry) => {
                writeln!(out, "{entry}")?;
                Exit::NothingFound
            }
            None => {
                let message = format!(
                    "nothing is known as `{id}`: give a fingerprint id, maker id, brand, MAC or prefix, domain or model"
                );
                return Err(Failure::usage(message));
            }
        },
    };
    out.flush()?;
    Ok(exit)
}
