//! What the tests of several decoders need.

use crate::Message;

/// The signals behind the whole message, one `kind=value` a line, and what else stands in the message.
pub(crate) fn values(message: &Message) -> String {
    use model::SignalKind as K;
    let is_whole = |kind| {
        matches!(
            kind,
            K::SadpReply
                | K::DhipReply
                | K::DvripReply
                | K::OnvifProbeMatch
                | K::OnvifReply
                | K::SsdpResponse
                | K::UpnpDescription
        )
    };
    message
        .signals
        .iter()
        .filter(|signal| !is_whole(signal.kind))
        .map(|signal| format!("{}={}\n", signal.kind, signal.as_text().unwrap_or("(bytes)")))
        .collect()
}

/// Everything a message would let be stored, as one text: a secret must not stand in it.
pub(crate) fn texts(message: &Message) -> String {
    format!("{message:?}")
}
