//! Completion scripts and manual pages, from the same description as the help.

use std::io::Write as _;

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
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Arguments::command(), folder))
        .map_err(|error| shared::cannot_write(folder, error))?;
    Ok(Exit::NothingFound)
}
