//! The command line: arguments in, exit code out.
//!
//! [`args`] holds what was typed, a module of [`commands`] does what was meant, [`exit`] says how it ended. Data
//! goes to standard output, everything else to standard error.

mod args;
mod commands;
mod exit;
mod place;
mod progress;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Arguments, Command};
use crate::exit::{Exit, Failure};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::NothingFound };
            // Nobody is left to tell when the terminal is gone.
            let _ = error.print();
            return exit.into();
        }
    };
    log_to_stderr(arguments.verbose);
    match run(&arguments) {
        Ok(exit) => exit.into(),
        Err(failure) if failure.is_broken_pipe() => Exit::NothingFound.into(),
        Err(failure) => {
            failure.tell();
            failure.exit().into()
        }
    }
}

fn log_to_stderr(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("CUSTODIET_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let quiet = arguments.quiet;
    match &arguments.command {
        Command::Audit(arguments) => commands::audit::run(arguments, quiet),
        Command::Import(arguments) => commands::import::run(arguments, quiet),
        Command::Identify(arguments) => commands::identify::run(arguments),
        Command::Devices(arguments) => commands::devices::run(arguments),
        Command::Explain(arguments) => commands::explain::run(arguments),
        Command::Check(arguments) => commands::check::run(arguments),
        Command::Policies(arguments) => commands::policies::run(arguments),
        Command::Kb(arguments) => commands::kb::run(arguments),
        Command::Report(arguments) => commands::report::run(arguments, quiet),
        Command::Recompute(arguments) => commands::recompute::run(arguments, quiet),
        Command::Completions(arguments) => commands::generate::completions(arguments),
        Command::Man(arguments) => commands::generate::man(arguments),
    }
}
