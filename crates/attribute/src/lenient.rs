//! What can be picked out of an answer that is no well-formed message: a cut banner, a note a scanner made.

use model::SignalKind;

/// Picks header values, challenges, the title and the text as a body out of an answer, wherever they stand.
/// Each comes with the kind it would have had in a well-formed message.
pub(crate) fn pick<'t>(text: &'t str) -> Vec<(SignalKind, &'t str)> {
    use SignalKind as K;
    let is_rtsp = text.starts_with("RTSP/");
    let mut picked = Vec::new();
    let mut add = |kind, value: Option<&'t str>| {
        if let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) {
            picked.push((kind, value));
        }
    };
    let header = |name| after(text, name).and_then(|rest| rest.lines().next());
    add(if is_rtsp { K::RtspServer } else { K::HttpServer }, header("server:"));
    let challenge = if is_rtsp { K::RtspWwwAuthenticate } else { K::HttpWwwAuthenticate };
    add(challenge, header("www-authenticate:"));
    if !is_rtsp {
        let title = after(text, "<title>");
        add(K::HttpTitle, title.and_then(|rest| rest.split('<').next()));
        add(K::HttpBody, Some(text));
    } else {
        // Paths and session names stand in the head of an answer as in its description.
        add(K::RtspSdp, Some(text));
    }
    picked
}

/// The ONVIF scopes in a text that is no message, blank separated; `None` when there are none.
pub(crate) fn scopes(text: &str) -> Option<String> {
    const SCOPE: &str = "onvif://www.onvif.org/";
    let words =
        text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ',' | '\''));
    let scopes: Vec<&str> = words.filter(|word| word.starts_with(SCOPE)).collect();
    (!scopes.is_empty()).then(|| scopes.join(" "))
}

/// What stands behind the first `name`, letters compared without case; `name` is lower case.
fn after<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let bytes = text.as_bytes();
    let start = bytes
        .windows(name.len())
        .position(|window| window.eq_ignore_ascii_case(name.as_bytes()))?;
    text.get(start.checked_add(name.len())?..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanners_note_gives_its_server() {
        let picked = pick("No default password and Server:Exampledome-Webs");
        assert_eq!(picked.first(), Some(&(SignalKind::HttpServer, "Exampledome-Webs")));
    }

    #[test]
    fn a_broken_status_line_hides_no_title() {
        let picked = pick("HTTP/1.1 7#2 \u{1}<TITLE>Exampledome</TITLE>");
        assert!(picked.contains(&(SignalKind::HttpTitle, "Exampledome")));
    }
}
