//! UPnP description documents.

use crate::{DecodeError, Message};

/// Whether these bytes look like a UPnP description.
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

/// Reads a document that stood in a signal as text, perhaps cut, into `message`.
pub fn expand(text: &str, message: &mut Message) {
    let _ = (text, message);
}
