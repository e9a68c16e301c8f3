//! `custodiet kb`: the knowledge base.

use std::io::Write;

use knowledge::Knowledge;

use super::{import_recog, kb_diff, kb_list, shared};
use crate::args::{KbArguments, KbCommand};
use crate::exit::{Exit, Failure};
use crate::kb_folder::{self, Folders};
use crate::place;

pub(crate) fn run(arguments: &KbArguments, quiet: bool) -> Result<Exit, Failure> {
    let mut out = shared::stdout();
    let exit = match &arguments.command {
        KbCommand::Lint => lint(&mut out)?,
        KbCommand::ImportRecog(arguments) => import_recog::run(arguments)?,
        KbCommand::List(arguments) => kb_list::list(arguments, &mut out)?,
        KbCommand::Diff(arguments) => kb_diff::run(arguments, &mut out, quiet)?,
        KbCommand::Export { folder } => kb_list::export(folder, &mut out)?,
        KbCommand::Show { id } => match place::knowledge()?.entry(id) {
            Some(entry) => {
                // What others add to the knowledge base is their text.
                for line in entry.to_string().lines() {
                    writeln!(out, "{}", report::plain(line))?;
                }
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

/// Checks what is built in or, with folders, these: also what would be refused.
fn lint(out: &mut impl Write) -> Result<Exit, Failure> {
    let folders = Folders::read(place::knowledge_folders())?;
    folders.tell_others();
    let layers = folders.layers().map_err(|refused| kb_folder::refusal(&refused))?;
    let (knowledge, added) = Knowledge::lint_layers(&layers);
    let findings = if folders.is_built_in() { knowledge.lint() } else { added };
    for finding in &findings {
        writeln!(out, "{}", report::plain(&finding.to_string()))?;
    }
    writeln!(out, "{}", knowledge.counts())?;
    let refused = findings.iter().filter(|finding| finding.rule.refuses()).count();
    let refused = if refused > 0 { format!(" ({refused} refuse it)") } else { String::new() };
    let (count, version) = (findings.len(), knowledge.version());
    writeln!(out, "{count} findings{refused}, knowledge base {version}")?;
    Ok(if findings.is_empty() { Exit::NothingFound } else { Exit::Findings })
}
