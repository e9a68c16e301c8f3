//! How a command ends, as design section 13 lays down.

use std::io;
use std::process::ExitCode;

use audit::{AuditError, ContextError};

use crate::say::say;

/// Documented exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done, and nothing to look at.
    NothingFound = 0,
    /// Done, and something to look at.
    Findings = 1,
    /// The arguments make no sense.
    Usage = 2,
    /// No input could be read.
    Input = 3,
    /// The database, the disk, the terminal.
    Environment = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    error: anyhow::Error,
}

impl Failure {
    pub(crate) fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self { exit, error: error.into() }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, anyhow::Error::msg(message.into()))
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(Exit::Input, anyhow::Error::msg(message.into()))
    }

    /// The same failure, with what was being done in front.
    pub(crate) fn context(self, what: String) -> Self {
        Self { exit: self.exit, error: self.error.context(what) }
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// The reader of our output went away: nothing to tell, nobody to tell it to.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.error.chain().any(is_broken_pipe)
    }

    /// Prints the error and its causes, once.
    pub(crate) fn tell(&self) {
        let mut text = String::new();
        for error in self.error.chain() {
            let part = error.to_string();
            // An error that shows its source by itself is not said twice.
            if !text.ends_with(&part) {
                if !text.is_empty() {
                    text.push_str(": ");
                }
                text.push_str(&part);
            }
        }
        say!("custodiet: {text}");
    }
}

/// Whether this is, or carries, the word that nobody reads any more: what writes tables wraps it.
fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    let io = |error: &io::Error| {
        error.kind() == io::ErrorKind::BrokenPipe
            || error.get_ref().is_some_and(|inner| is_broken_pipe(inner))
    };
    match (error.downcast_ref::<io::Error>(), error.downcast_ref::<csv::Error>()) {
        (Some(error), _) => io(error),
        (_, Some(error)) => matches!(error.kind(), csv::ErrorKind::Io(error) if io(error)),
        (None, None) => false,
    }
}

/// Of writing results; an error of any other file is given its path where it happens.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let error = anyhow::Error::new(error).context("cannot write to standard output");
        Self::new(Exit::Environment, error)
    }
}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Self {
        Self::new(Exit::Environment, error)
    }
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        let exit = match &error {
            AuditError::Judge(assess::JudgeError::UnknownPolicy(_)) | AuditError::Edition(_) => {
                Exit::Usage
            }
            AuditError::Store(_)
            | AuditError::Judge(_)
            | AuditError::Knowledge(_)
            | AuditError::RunUnreadable(_)
            | AuditError::NoRun
            | AuditError::Json(_) => Exit::Environment,
        };
        Self::new(exit, error)
    }
}

impl From<ContextError> for Failure {
    fn from(error: ContextError) -> Self {
        Self::new(Exit::Input, error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        io::Error::from(error).into()
    }
}
