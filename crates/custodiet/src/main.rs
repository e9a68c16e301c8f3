//! The command line: arguments in, exit code out.
//!
//! [`args`] holds what was typed, a module of [`commands`] does what was meant, [`exit`] says how it ended. Data
//! goes to standard output, everything else to standard error.

mod args;
mod commands;
mod exit;
mod kb_folder;
mod place;
mod progress;
mod say;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Arguments, Command};
use crate::exit::{Exit, Failure};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse_from(as_nmap_has_it(std::env::args_os())) {
        Ok(arguments) => arguments,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::NothingFound };
            return match print(&error) {
                Err(problem) if exit == Exit::NothingFound => told(&problem.into()),
                // Nobody is left to tell when the terminal is gone.
                _ => exit.into(),
            };
        }
    };
    log_to_stderr(arguments.verbose);
    match place::use_knowledge(&arguments.kb).and_then(|()| run(&arguments)) {
        Ok(exit) => exit.into(),
        Err(failure) => told(&failure),
    }
}

/// Lists of targets are `-iL` to those who know nmap: three letters that no option can be here.
fn as_nmap_has_it(
    arguments: impl Iterator<Item = std::ffi::OsString>,
) -> impl Iterator<Item = std::ffi::OsString> {
    arguments.map(|word| if word == "-iL" { "--target-list".into() } else { word })
}

/// Says what is wrong with the arguments, or what was asked for about them. An argument may be the name of a file that
/// somebody else chose: then colours are not worth what else would reach the terminal.
fn print(error: &clap::Error) -> std::io::Result<()> {
    let steers = |argument: std::ffi::OsString| {
        let text = argument.to_string_lossy().into_owned();
        report::plain(&text) != text
    };
    if !std::env::args_os().any(steers) {
        return error.print();
    }
    for line in error.render().to_string().lines() {
        say::line(format_args!("{line}"));
    }
    Ok(())
}

/// How the program ends after a failure.
fn told(failure: &Failure) -> ExitCode {
    if failure.is_broken_pipe() {
        return Exit::NothingFound.into();
    }
    failure.tell();
    failure.exit().into()
}

fn log_to_stderr(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("CUSTODIET_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    let stderr = std::io::stderr();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(anstream::AutoStream::choice(&stderr) != anstream::ColorChoice::Never)
        .log_internal_errors(false)
        .with_writer(std::io::stderr)
        .init();
}

fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let quiet = arguments.quiet;
    match &arguments.command {
        Command::Audit(arguments) => commands::audit::run(arguments, quiet),
        Command::Scan(arguments) => commands::scan::run(arguments, quiet),
        Command::Import(arguments) => commands::import::run(arguments, quiet),
        Command::Diff(arguments) => commands::diff::run(arguments),
        Command::Sources(arguments) => commands::sources::run(arguments),
        Command::Mappings(arguments) => commands::mappings::run(arguments),
        Command::Identify(arguments) => commands::identify::run(arguments),
        Command::Devices(arguments) => commands::devices::run(arguments),
        Command::Explain(arguments) => commands::explain::run(arguments),
        Command::Check(arguments) => commands::check::run(arguments),
        Command::Policies(arguments) => commands::policies::run(arguments),
        Command::Kb(arguments) => commands::kb::run(arguments, quiet),
        Command::Evaluate(arguments) => commands::evaluate::run(arguments),
        Command::Report(arguments) => commands::report::run(arguments, quiet),
        Command::Recompute(arguments) => commands::recompute::run(arguments, quiet),
        Command::Completions(arguments) => commands::generate::completions(arguments),
        Command::Man(arguments) => commands::generate::man(arguments),
    }
}
