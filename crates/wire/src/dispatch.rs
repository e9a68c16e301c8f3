use model::Signal;

use crate::{Message, Refusal};

/// Which end of a TCP connection the bytes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// The end that opened the connection.
    Client,
    /// The end that listens; in a capture that begins late, the end with the known port.
    Server,
}

/// Reads a UDP payload. `from` and `to` are the ports it went between; the content decides, the ports only
/// choose what is tried first.
///
/// # Errors
/// [`Refusal`] when no decoder claims it or the one that does cannot read it.
pub fn datagram(from: u16, to: u16, payload: &[u8]) -> Result<Message, Refusal> {
    let _ = (from, to, payload);
    Err(Refusal::UnknownProtocol)
}

/// Reads the start of one direction of a TCP connection (at most the first 16 KiB are looked at).
/// `server_port` is the listening end's port.
///
/// # Errors
/// [`Refusal`] when no decoder claims it or the one that does cannot read it.
pub fn stream_head(sender: Sender, server_port: u16, bytes: &[u8]) -> Result<Message, Refusal> {
    let _ = (sender, server_port, bytes);
    Err(Refusal::UnknownProtocol)
}

/// What stands inside one signal: raw replies are decoded, XML and JSON of devices are read into the derived
/// `device.*` kinds and keys. `None` for a kind that holds nothing more, such as `http.server`.
pub fn expand(signal: &Signal) -> Option<Message> {
    let _ = signal;
    None
}
