//! Elements of the Basic Encoding Rules (X.690), as SNMP and certificates use them: tag, length, content.
//! Looked at one by one, so that a certificate with a negative serial number or a cut chain still gives its
//! names.

/// One element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    /// Class, form and number in one octet; longer tags do not occur here.
    pub(crate) tag: u8,
    /// The content, as far as it is there.
    pub(crate) content: &'a [u8],
    /// Tag, length and content.
    pub(crate) whole: &'a [u8],
}

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;

/// The elements of `bytes`, one behind the other. The last one may be cut: its content is what is there.
pub(crate) fn elements(bytes: &[u8]) -> Elements<'_> {
    Elements(bytes)
}

/// The content of the first element of `bytes`, which has to be a `tag`.
pub(crate) fn content_of(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    elements(bytes).next().filter(|element| element.tag == tag).map(|element| element.content)
}

/// See [`elements`].
pub(crate) struct Elements<'a>(&'a [u8]);

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let bytes = self.0;
        let (tag, rest) = bytes.split_first()?;
        let (length, behind) = length(rest)?;
        let content = behind.get(..length).unwrap_or(behind);
        self.0 = behind.get(length..).unwrap_or_default();
        let whole = bytes.get(..bytes.len() - self.0.len())?;
        Some(Element { tag: *tag, content, whole })
    }
}

/// The length octets: one below 128, or up to four behind their count. The indefinite form is for streams.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if *first < 0x80 {
        return Some((usize::from(*first), rest));
    }
    let count = usize::from(first & 0x7f);
    if !(1..=4).contains(&count) {
        return None;
    }
    let (octets, rest) = rest.split_at_checked(count)?;
    let length = octets.iter().fold(0u32, |length, octet| length << 8 | u32::from(*octet));
    Some((usize::try_from(length).ok()?, rest))
}

/// An object identifier in dotted form; `None` where an arc does not fit 32 bits or is cut.
pub(crate) fn object_identifier(content: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut arc: u32 = 0;
    let mut is_open = false;
    for octet in content {
        if arc >> 25 != 0 {
            return None;
        }
        arc = arc << 7 | u32::from(octet & 0x7f);
        is_open = octet & 0x80 != 0;
        if is_open {
            continue;
        }
        if text.is_empty() {
            let first = (arc / 40).min(2);
            text = format!("{first}.{}", arc - first * 40);
        } else {
            text.push('.');
            text.push_str(&arc.to_string());
        }
        arc = 0;
    }
    (!is_open && !text.is_empty()).then_some(text)
}

/// One element as it is sent.
pub(crate) fn written(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut bytes = vec![tag];
    match length {
        [0, 0, 0, short] if short < 0x80 => bytes.push(short),
        [0, 0, high, low] => bytes.extend([0x82, high, low]),
        [a, b, c, d] => bytes.extend([0x84, a, b, c, d]),
    }
    bytes.extend_from_slice(content);
    bytes
}

/// An integer as it is sent: no octet at its start that says nothing.
pub(crate) fn written_integer(number: i32) -> Vec<u8> {
    let octets = number.to_be_bytes();
    let repeats_sign = |rest: &[u8]| {
        matches!(rest, [0, next, ..] if next & 0x80 == 0)
            || matches!(rest, [0xff, next, ..] if next & 0x80 != 0)
    };
    let mut rest = octets.as_slice();
    while repeats_sign(rest) {
        rest = rest.get(1..).unwrap_or_default();
    }
    written(INTEGER, rest)
}

/// An object identifier as it is sent. The first two of `arcs` share an octet.
pub(crate) fn written_object_identifier(arcs: &[u32]) -> Vec<u8> {
    let [first, second, rest @ ..] = arcs else { return written(OBJECT_IDENTIFIER, &[]) };
    let mut content = Vec::with_capacity(arcs.len());
    let joined = first.saturating_mul(40).saturating_add(*second);
    for arc in std::iter::once(&joined).chain(rest) {
        let shifts = [28, 21, 14, 7].into_iter().filter(|shift| arc >> shift != 0);
        content.extend(shifts.map(|shift| (arc >> shift).to_le_bytes()[0] | 0x80));
        content.push(arc.to_le_bytes()[0] & 0x7f);
    }
    written(OBJECT_IDENTIFIER, &content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for arcs in [&[1, 3, 6, 1, 2, 1, 1, 1, 0][..], &[2, 999], &[1, 3, 6, 1, 4, 1, u32::MAX]] {
            let dotted: Vec<String> = arcs.iter().map(u32::to_string).collect();
            let bytes = written_object_identifier(arcs);
            let content = content_of(&bytes, OBJECT_IDENTIFIER).unwrap();
            assert_eq!(object_identifier(content), Some(dotted.join(".")));
        }
        for length in [0, 127, 128, 255, 256, 70_000] {
            let content = vec![7; length];
            assert_eq!(content_of(&written(OCTET_STRING, &content), OCTET_STRING), Some(&*content));
        }
        let integer = |number| written_integer(number).split_off(2);
        assert_eq!(integer(0), [0]);
        assert_eq!(integer(128), [0, 0x80]);
        assert_eq!(integer(-1), [0xff]);
        assert_eq!(integer(-129), [0xff, 0x7f]);
        assert_eq!(integer(i32::MAX), [0x7f, 0xff, 0xff, 0xff]);
    }

    #[test]
    fn elements_follow_each_other_and_the_last_may_be_cut() {
        let found: Vec<_> =
            elements(&[2, 1, 5, 4, 0x81, 3, 1, 2]).map(|e| (e.tag, e.content)).collect();
        assert_eq!(found, [(INTEGER, &[5][..]), (OCTET_STRING, &[1, 2])]);
        assert_eq!(elements(&[0x30, 0x80, 0, 0]).next(), None);
        assert_eq!(elements(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 1]).count(), 1);
    }

    #[test]
    fn object_identifiers() {
        assert_eq!(object_identifier(&[0x2b, 6, 1, 2, 1]).as_deref(), Some("1.3.6.1.2.1"));
        assert_eq!(object_identifier(&[0x2b, 6, 0x82, 0xb1, 0x7d]).as_deref(), Some("1.3.6.39165"));
        assert_eq!(object_identifier(&[0x88, 0x37]).as_deref(), Some("2.999"));
        assert_eq!(object_identifier(&[0x2b, 0x82]), None);
        assert_eq!(object_identifier(&[0xff; 9]), None);
    }
}
