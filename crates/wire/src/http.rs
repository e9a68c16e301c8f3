//! Heads of HTTP/1 requests and answers, with the start of the body.

use crate::{DecodeError, Message};

/// Whether these bytes look like HTTP.
pub fn claims(bytes: &[u8]) -> bool {
    let _ = bytes;
    false
}

/// Reads one whole message.
///
/// # Errors
/// [`DecodeError`] when the bytes are no message of this protocol.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let _ = bytes;
    Err(DecodeError::Malformed { production: "message", offset: 0 })
}
