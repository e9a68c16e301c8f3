//! A secret planted where devices put theirs, to be looked for in what is kept.

/// The secret. A fuzzer that watches comparisons learns it, so inputs that hold it already are passed over.
pub(crate) const SECRET: &str = "hunter2Qx9";

/// How devices and their callers spell a secret.
const SPELLINGS: &[Spelling] = &[
    Spelling { before: Some(b'<'), after: None, heads: false, text: "<Password>#</Password>" },
    Spelling {
        before: Some(b'<'),
        after: None,
        heads: false,
        text: "<wsse:Password Type=\"x\">#</wsse:Password>",
    },
    Spelling { before: None, after: Some(b'{'), heads: false, text: "\"password\":\"#\"," },
    Spelling { before: None, after: Some(b'{'), heads: false, text: "\"adminPassword\" : \"#\", " },
    Spelling { before: None, after: Some(b'\n'), heads: true, text: "Authorization: Basic #\r\n" },
    Spelling {
        before: None,
        after: Some(b'\n'),
        heads: true,
        text: "Authorization: Digest username=\"u\", realm=\"r\", response=\"#\"\r\n",
    },
    Spelling {
        before: None,
        after: Some(b'\n'),
        heads: true,
        text: "Cookie: lang=en; session=#; theme=#\r\n",
    },
    Spelling { before: None, after: Some(b' '), heads: false, text: "rtsp://admin:#@10.0.0.7/x " },
    Spelling { before: None, after: Some(b'&'), heads: false, text: "password=#&" },
    Spelling { before: None, after: Some(b'\n'), heads: false, text: "password = #\n" },
];

struct Spelling {
    /// Goes in front of this byte.
    before: Option<u8>,
    /// Goes behind this byte.
    after: Option<u8>,
    /// A line of a head: before any markup, which joins lines.
    heads: bool,
    /// `#` is the secret.
    text: &'static str,
}

/// `bytes` with the secret planted, in one spelling at one of the places where that may stand; `None` where it
/// may stand nowhere. Only texts are planted in: fields of fixed length, and the negotiation of telnet, would cut
/// a spelling into pieces that nobody knows for a secret's.
pub(crate) fn planted(bytes: &[u8], choice: u8) -> Option<Vec<u8>> {
    let is_text = |byte: &u8| {
        *byte != 0xff && (!byte.is_ascii_control() || matches!(byte, b'\t' | b'\r' | b'\n'))
    };
    if holds_secret(bytes) || !bytes.iter().all(is_text) {
        return None;
    }
    let choice = usize::from(choice);
    let spelling = &SPELLINGS[choice % SPELLINGS.len()];
    let is_markup = |byte: &u8| matches!(byte, b'<' | b'{');
    let head_end = bytes.iter().position(is_markup).unwrap_or(bytes.len());
    let end = if spelling.heads { head_end } else { bytes.len() };
    let places: Vec<usize> = (0..=end)
        .filter(|&at| {
            let behind = at.checked_sub(1).and_then(|at| bytes.get(at));
            spelling.before.is_none_or(|byte| bytes.get(at) == Some(&byte))
                && spelling.after.is_none_or(|byte| behind == Some(&byte))
        })
        .collect();
    let at = *places.get(choice / SPELLINGS.len() % places.len().max(1))?;
    let text = spelling.text.replace('#', SECRET);
    Some([&bytes[..at], text.as_bytes(), &bytes[at..]].concat())
}

/// Whether the secret stands in these bytes.
pub(crate) fn holds_secret(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes())
}
