//! What the decoders of XML messages share: a tolerant reading of one document.
//!
//! A document is parsed as it stands. Only where that fails is a repaired copy made for reading, and each repair
//! becomes a quirk `xml/…` of the message: the breach is evidence and the text that is stored keeps it. A
//! document type declaration is refused, so no entity is ever expanded.

mod repair;

use std::borrow::Cow;

use roxmltree::{Document, Node, ParsingOptions};

use crate::text::find_ignoring_case;
use crate::{DecodeError, Message};

/// Longest document that is looked into. Answers of cameras are below 100 KB; logs and backups that come as
/// attachments of SOAP answers are the rest.
pub(crate) const DOCUMENT_BYTES_MAX: usize = 1 << 20;
/// Most nodes a document may have: each costs memory many times its bytes.
const NODES_MAX: u32 = 100_000;
/// Most attributes of one element. The parser compares each with all others; devices write below 60.
const ATTRIBUTES_MAX: usize = 1024;
/// Most namespace declarations of a document. Each element looks through those above it; the longest answer of
/// a real device, which declares them on every element, has 400.
const NAMESPACES_MAX: usize = 4096;
/// Where an encoding declaration stands, if there is one.
const DECLARATION_BYTES_MAX: usize = 120;

/// Where the first tag of a document begins at the latest, junk in front of it included.
const FIRST_TAG_BYTES_MAX: usize = 64;

/// Whether `bytes` begin as a document does.
pub(crate) fn is_likely(bytes: &[u8]) -> bool {
    bytes.iter().take(FIRST_TAG_BYTES_MAX).any(|byte| *byte == b'<')
}

/// Parses `bytes` and hands the document to `reading`. Departures are noted in `message`.
///
/// # Errors
/// [`DecodeError::TooLong`] over 1 MiB, [`DecodeError::Malformed`] when not even a repaired copy is XML.
pub(crate) fn read<T>(
    bytes: &[u8],
    message: &mut Message,
    reading: impl FnOnce(&Document<'_>, &mut Message) -> T,
) -> Result<T, DecodeError> {
    let text = decoded(bytes, message)?;
    read_text(&text, message, reading)
}

/// As [`read`], for a document that is text already.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_text<T>(
    text: &str,
    message: &mut Message,
    reading: impl FnOnce(&Document<'_>, &mut Message) -> T,
) -> Result<T, DecodeError> {
    check_length(text.len())?;
    check_attributes(text)?;
    if let Ok(document) = parsed(text) {
        return Ok(reading(&document, message));
    }
    let repaired = repair::repair(text)?;
    let document = parsed(&repaired.text)
        .map_err(|_| DecodeError::Malformed { production: "XML document", offset: 0 })?;
    for (name, detail) in &repaired.quirks {
        message.note_quirk_of("xml", name, detail);
    }
    Ok(reading(&document, message))
}

/// The text of `bytes`: the charset that is declared, else UTF-8 with what is none replaced.
///
/// # Errors
/// [`DecodeError::TooLong`] over 1 MiB.
pub(crate) fn decoded<'a>(
    bytes: &'a [u8],
    message: &mut Message,
) -> Result<Cow<'a, str>, DecodeError> {
    check_length(bytes.len())?;
    let encoding = declared_encoding(bytes);
    if encoding == Some(encoding_rs::GBK) || encoding == Some(encoding_rs::GB18030) {
        message.note_quirk_of("xml", "gb2312", "declares a Chinese charset");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    let (text, _, has_errors) = encoding.unwrap_or(encoding_rs::UTF_8).decode(bytes);
    if has_errors {
        message.note_quirk_of("xml", "invalid-utf-8", "bytes outside the charset");
    }
    Ok(text)
}

fn parsed(text: &str) -> Result<Document<'_>, roxmltree::Error> {
    let options = ParsingOptions { nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    Document::parse_with_options(text, options)
}

const fn check_length(length: usize) -> Result<(), DecodeError> {
    if length > DOCUMENT_BYTES_MAX {
        return Err(DecodeError::TooLong { length, limit: DOCUMENT_BYTES_MAX });
    }
    Ok(())
}

/// Refuses documents made to keep a parser busy. A tag cannot hold `<`, so what stands between two of them bounds
/// its attributes; none is shorter than `a=""`.
fn check_attributes(text: &str) -> Result<(), DecodeError> {
    const SHORTEST: usize = "a=\"\"".len();
    const SHORTEST_NAMESPACE: usize = "xmlns=\"\"".len();
    let is_crowded = |tag: &&str| {
        tag.len() > ATTRIBUTES_MAX * SHORTEST
            && tag.split('=').filter(|value| value.trim_start().starts_with(['"', '\''])).count()
                > ATTRIBUTES_MAX
    };
    if text.len() > ATTRIBUTES_MAX * SHORTEST && text.split('<').any(|tag| is_crowded(&tag)) {
        return Err(DecodeError::Malformed {
            production: "element of at most 1024 attributes",
            offset: 0,
        });
    }
    let is_long = text.len() > NAMESPACES_MAX * SHORTEST_NAMESPACE;
    if is_long && text.matches("xmlns").count() > NAMESPACES_MAX {
        return Err(DecodeError::Malformed { production: "at most 4096 namespaces", offset: 0 });
    }
    Ok(())
}

fn declared_encoding(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = bytes.get(..DECLARATION_BYTES_MAX).unwrap_or(bytes);
    let declaration = head.get(..head.windows(2).position(|pair| pair == b"?>")?)?;
    let at = find_ignoring_case(declaration, b"encoding")?;
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'');
    let label = declaration.get(at..)?.split(is_quote).nth(1)?;
    encoding_rs::Encoding::for_label(label)
}

/// The text of an element, without the blanks around it; empty where it holds none.
pub(crate) fn text_of<'a>(node: Node<'a, '_>) -> &'a str {
    node.text().unwrap_or_default().trim()
}

/// The first element below `node` with this local name, whatever its namespace.
pub(crate) fn find<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.descendants().find(|below| below.is_element() && below.tag_name().name() == name)
}

/// The text of the first element below `node` with this local name, where there is any.
pub(crate) fn find_text<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    find(node, name).map(text_of).filter(|text| !text.is_empty())
}

/// Child elements of `node` with this local name.
pub(crate) fn children<'a, 'input: 'a>(
    node: Node<'a, 'input>,
    name: &'a str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// The text of the first child element of `node` with this local name, where there is any.
pub(crate) fn child_text<'a, 'input: 'a>(node: Node<'a, 'input>, name: &'a str) -> Option<&'a str> {
    children(node, name).next().map(text_of).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of `<a>` and the quirks that reading it took.
    fn reading(bytes: &[u8]) -> Result<(String, Vec<String>), DecodeError> {
        let mut message = Message::new("test");
        let text = read(bytes, &mut message, |document, _| {
            find(document.root(), "a").map(|a| text_of(a).to_owned()).unwrap_or_default()
        })?;
        Ok((text, message.quirks.iter().map(|quirk| quirk.name.to_string()).collect()))
    }

    fn read_with(bytes: &[u8], quirks: &[&str]) -> String {
        let (text, met) = reading(bytes).unwrap();
        assert_eq!(met, quirks, "{}", String::from_utf8_lossy(bytes));
        text
    }

    #[test]
    fn a_sound_document_has_no_quirk() {
        assert_eq!(read_with(b"\xef\xbb\xbf<?xml version='1.0'?><r><a> x </a></r>\n", &[]), "x");
    }

    #[test]
    fn each_repair_is_a_quirk() {
        for (bytes, quirk) in [
            (&b"<r><p:a>x</p:a></r>"[..], "undeclared-prefix"),
            (b"<r q:k='1'><a>x</a></r>", "undeclared-prefix"),
            (b"<r k='1' k='2'><a>x</a></r>", "duplicate-attribute"),
            (b"<r><a>x</a></r>\n\0", "trailing-nul"),
            (b"<r><a>x</a></r>OK", "trailing-junk"),
            (b"\x01\x02<r><a>x</a></r>", "leading-junk"),
            (b"<?xml version='1.0'?><r><a>x</a></r><?xml version='1.0'?><r/>", "two-documents"),
            (b"<r><a>x</a></r><r><a>y</a></r>", "two-documents"),
            (b"<r><a>x</a><b></c></b></r>", "unbalanced"),
            (b"<r><b><a>x</a></r>", "unbalanced"),
            (b"<r k=1><a>x</a></r>", "unquoted-attribute"),
            (b"<r>\x02<a>x</a></r>", "control-character"),
            (b"<r><a>x</a>\xff</r>", "invalid-utf-8"),
        ] {
            assert_eq!(read_with(bytes, &[quirk]), "x");
        }
        assert_eq!(
            read_with(b"<r><a>x & y &copy; &#0; &amp;</a></r>", &["unescaped-ampersand"]),
            "x & y &copy; &#0; &"
        );
        assert_eq!(read_with(b"<r><a>1 < 2</a></r>", &["unescaped-angle"]), "1 < 2");
        let gb = b"<?xml version=\"1.0\" encoding=\"GB2312\"?><r><a>\xcd\xf8</a></r>";
        assert_eq!(read_with(gb, &["gb2312"]), "网");
    }

    /// A capture that cuts frames is no departure of the peer.
    #[test]
    fn what_is_cut_short_is_read_as_far_as_it_goes() {
        assert_eq!(read_with(b"<r><a>x</a><b><c k='", &[]), "x");
        assert_eq!(read_with(b"<r><a>x</", &[]), "x");
    }

    #[test]
    fn entities_and_bombs_are_refused() {
        let bomb = b"<!DOCTYPE r [<!ENTITY e 'x'><!ENTITY f '&e;&e;'>]><r><a>&f;</a></r>";
        assert!(matches!(
            reading(bomb),
            Err(DecodeError::Malformed { production: "document without a DTD", .. })
        ));
        assert!(matches!(
            reading(&vec![b' '; DOCUMENT_BYTES_MAX + 1]),
            Err(DecodeError::TooLong { .. })
        ));
        assert!(reading("<a>".repeat(150_000).as_bytes()).is_err());
        let attributes: String = (0..100_000).map(|n| format!(" a{n}=\"\"")).collect();
        assert!(reading(format!("<r{attributes}><a>x</a></r>").as_bytes()).is_err());
        let bare: String = (0..100_000).map(|n| format!(" a{n}")).collect();
        assert_eq!(reading(format!("<r{bare}><a>x</a></r>").as_bytes()).unwrap().0, "x");
        let namespaces: String = (0..600).map(|n| format!(" xmlns:p{n}=\"u\"")).collect();
        let nested = format!("<r{namespaces}>").repeat(10);
        assert!(reading(nested.as_bytes()).is_err());
        assert!(reading(b"no document").is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let _ = reading(&bytes);
        }

        #[test]
        fn any_damage_to_a_document_is_survived(cut in 0usize..80, at in 0usize..80, byte: u8) {
            let mut bytes = b"<?xml version='1.0'?><r xmlns:p='u' k=\"1\"><p:a>x &amp; y</p:a><!-- c --><![CDATA[z]]></r>".to_vec();
            bytes[at] = byte;
            bytes.truncate(bytes.len() - cut);
            let _ = reading(&bytes);
        }
    }
}
