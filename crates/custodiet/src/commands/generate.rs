//! Completion scripts and manual pages, from the same description as the help.

use clap::CommandFactory as _;

use super::shared;
use crate::args::{Arguments, CompletionsArguments, ManArguments};
use crate::exit::{Exit, Failure};

pub(crate) fn completions(arguments: &CompletionsArguments) -> Result<Exit, Failure> {
    let mut command = Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "custodiet", &mut shared::stdout());
    Ok(Exit::NothingFound)
}

pub(crate) fn man(arguments: &ManArguments) -> Result<Exit, Failure> {
    std::fs::create_dir_all(&arguments.folder)?;
    clap_mangen::generate_to(Arguments::command(), &arguments.folder)?;
    Ok(Exit::NothingFound)
}
