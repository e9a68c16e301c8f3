use std::num::NonZeroUsize;

/// The peer's bytes are no message of the protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A prefix of something valid: read more, decode again.
    #[error("message is incomplete")]
    Incomplete {
        /// How many bytes are missing at least, where that is known.
        needed: Option<NonZeroUsize>,
    },
    /// The peer broke the grammar. `production` is spelled as in the RFC or the fact file.
    #[error("malformed {production} at byte {offset}")]
    Malformed {
        /// What was expected.
        production: &'static str,
        /// Where, from the first byte of the message.
        offset: usize,
    },
    /// Longer than any honest message: not looked into.
    #[error("message of {length} bytes is over the limit of {limit}")]
    TooLong {
        /// Its length.
        length: usize,
        /// The limit of this decoder.
        limit: usize,
    },
}

/// Why bytes gave no [`Message`](crate::Message).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No decoder claims these bytes on this port.
    #[error("no known protocol")]
    UnknownProtocol,
    /// A decoder claims them and cannot read them.
    #[error("not readable as {protocol}")]
    Undecodable {
        /// The protocol, as its module is named.
        protocol: &'static str,
        /// What is wrong.
        source: DecodeError,
    },
}

/// Why a value cannot stand in a question: it would break the message, or say something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// There is nothing in it.
    #[error("{what} is empty")]
    Empty {
        /// What the value is.
        what: &'static str,
    },
    /// It is longer than a peer has to take.
    #[error("{what} of {length} bytes is over the limit of {limit}")]
    TooLong {
        /// What the value is.
        what: &'static str,
        /// Its length.
        length: usize,
        /// The limit.
        limit: usize,
    },
    /// Something in it may not stand there. The value itself is not shown: it may be a secret.
    #[error("{what} cannot be sent: byte {offset} may not stand in it")]
    Forbidden {
        /// What the value is.
        what: &'static str,
        /// Where, from its first byte.
        offset: usize,
    },
}

impl Unwritable {
    /// Checks that `text` is there, is not over `limit` and holds nothing but what is allowed.
    pub(crate) fn check(
        what: &'static str,
        text: &str,
        limit: usize,
        is_allowed: fn(char) -> bool,
    ) -> Result<(), Self> {
        if text.is_empty() {
            return Err(Self::Empty { what });
        }
        if text.len() > limit {
            return Err(Self::TooLong { what, length: text.len(), limit });
        }
        match text.find(|character| !is_allowed(character)) {
            Some(offset) => Err(Self::Forbidden { what, offset }),
            None => Ok(()),
        }
    }
}
