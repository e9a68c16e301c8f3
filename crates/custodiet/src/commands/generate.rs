//! Completion scripts and manual pages, from the same description as the help.

use std::io::Write as _;
use std::path::Path;

use clap::CommandFactory as _;

use super::shared;
use crate::args::{Arguments, CompletionsArguments, ManArguments};
use crate::exit::{Exit, Failure};

pub(crate) fn completions(arguments: &CompletionsArguments) -> Result<Exit, Failure> {
    let mut command = Arguments::command();
    // The generator cannot say that writing failed.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "custodiet", &mut script);
    let mut out = shared::stdout();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Exit::NothingFound)
}

pub(crate) fn man(arguments: &ManArguments) -> Result<Exit, Failure> {
    let folder = &arguments.folder;
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    std::fs::create_dir_all(folder).map_err(|error| shared::cannot_write(folder, error))?;
    write_pages(&command, folder)?;
    Ok(Exit::NothingFound)
}

/// The page of a command and those of its commands.
fn write_pages(command: &clap::Command, folder: &Path) -> Result<(), Failure> {
    let page = clap_mangen::Man::new(command.clone());
    let path = folder.join(page.get_filename());
    let mut roff = Vec::new();
    page.render(&mut roff)
        .and_then(|()| std::fs::write(&path, with_examples(&String::from_utf8_lossy(&roff))))
        .map_err(|error| shared::cannot_write(&path, error))?;
    command.get_subcommands().try_for_each(|command| write_pages(command, folder))
}

/// A page whose indented lines, which are examples, stand as they are: filled into a paragraph they cannot be copied.
fn with_examples(roff: &str) -> String {
    let mut page = String::new();
    let mut is_verbatim = false;
    for line in roff.lines() {
        if line.starts_with("  ") != is_verbatim {
            is_verbatim = !is_verbatim;
            page.push_str(if is_verbatim { ".nf\n" } else { ".fi\n" });
        }
        page.push_str(if line == ".SH EXTRA" { ".SH NOTES" } else { line });
        page.push('\n');
    }
    page
}
