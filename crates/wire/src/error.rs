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
