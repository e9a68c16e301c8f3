//! The questions in datagrams that a device may know, read as strictly as the strictest device reads them.

/// A question in one datagram (fact file `protocols.md`, sections 1 to 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// SADP inquiry.
    Sadp,
    /// DHDiscover search behind its header of 32 bytes.
    Dhip,
    /// The search before it.
    Dahua5050,
    /// WS-Discovery for `dn:NetworkVideoTransmitter`.
    WsdTransmitter,
    /// WS-Discovery for `tds:Device`.
    WsdDevice,
    /// WS-Discovery for anything.
    WsdAnything,
    /// Hanwha's search.
    Hanwha,
    /// RCP+ of Bosch.
    Bosch,
    /// i-PRO's search.
    Ipro,
    /// Sony's search.
    Sony,
    /// MHED of TVT.
    Tvt,
    /// DVRIP of Xiongmai.
    Dvrip,
    /// TP-Link's search.
    TpLink,
    /// Ubiquiti's search, either version.
    Ubiquiti,
    /// Vivotek's search.
    Vivotek,
    /// Foscam's search, on the same port.
    Foscam,
    /// VStarcam's search.
    Vstarcam,
    /// V380's search.
    V380,
    /// GigE Vision.
    Gvcp,
    /// SSDP search, whatever for.
    Ssdp,
    /// A question of DNS to port 5353.
    Mdns,
}

/// Where each question goes.
const HOMES: &[(Question, u16)] = &[
    (Question::Sadp, 37020),
    (Question::Dhip, 37810),
    (Question::Dahua5050, 5050),
    (Question::WsdTransmitter, 3702),
    (Question::WsdDevice, 3702),
    (Question::WsdAnything, 3702),
    (Question::Hanwha, 7701),
    (Question::Bosch, 1757),
    (Question::Ipro, 10670),
    (Question::Sony, 2380),
    (Question::Tvt, 23456),
    (Question::Dvrip, 34569),
    (Question::TpLink, 20002),
    (Question::Ubiquiti, 10001),
    (Question::Vivotek, 10000),
    (Question::Foscam, 10000),
    (Question::Vstarcam, 8600),
    (Question::V380, 10008),
    (Question::Gvcp, 3956),
    (Question::Ssdp, 1900),
    (Question::Mdns, 5353),
];

impl Question {
    /// The port that it goes to.
    pub fn port(self) -> u16 {
        HOMES.iter().find(|(question, _)| *question == self).map_or(0, |(_, port)| *port)
    }

    /// Whether this question is asked by these bytes.
    fn is(self, bytes: &[u8]) -> bool {
        match self {
            Self::Sadp => is_sadp(bytes),
            Self::Dhip => is_dhip(bytes),
            Self::Dahua5050 => {
                bytes.len() == 32
                    && bytes.starts_with(&[0xa3, 1, 0, 1])
                    && bytes
                        .iter()
                        .skip(4)
                        .enumerate()
                        .all(|(at, byte)| *byte == 2 * u8::from(at == 12))
            }
            Self::WsdTransmitter => is_wsd(bytes, Some("NetworkVideoTransmitter")),
            Self::WsdDevice => is_wsd(bytes, Some(":Device<")),
            Self::WsdAnything => is_wsd(bytes, None),
            Self::Hanwha => {
                bytes.len() == 0x106 && bytes[0] == 1 && bytes[1..].iter().all(|byte| *byte == 0)
            }
            Self::Bosch => {
                bytes.len() == 12
                    && bytes.starts_with(&[0x99, 0x39, 0xa4, 0x27])
                    && bytes.ends_with(&[0xff, 0, 6, 0xde])
            }
            Self::Ipro => bytes.len() == 52 && bytes.starts_with(&[0, 1, 0, 0, 0, 0x0d, 0, 0]),
            Self::Sony => bytes == b"\x02ENQ:allinfo\xff\x03",
            Self::Tvt => {
                bytes.len() == 140
                    && bytes.starts_with(b"MHED")
                    && matches!(bytes[4], 8 | 9)
                    && bytes[5..12] == [0, 1, 0, 1, 0, 0, 0]
            }
            Self::Dvrip => {
                bytes.len() >= 20
                    && bytes[0] == 0xff
                    && bytes[14..16] == [0xfa, 0x05]
                    && bytes[16..20] == u32::try_from(bytes.len() - 20).unwrap_or(0).to_le_bytes()
            }
            Self::TpLink => {
                bytes.starts_with(&[2, 0, 0, 1])
                    && bytes.len() >= 16
                    && bytes.get(16).is_none_or(|byte| *byte == b'{')
            }
            Self::Ubiquiti => matches!(bytes, [1, 0, 0, 0] | [2, 8, 0, 0]),
            Self::Vivotek => bytes.len() == 5 && bytes[1..] == [0x4a, 0x5d, 0x8f, 0x1c],
            Self::Foscam => bytes.len() == 27 && bytes.starts_with(b"MO_I\0\0"),
            Self::Vstarcam => bytes == [0x44, 0x48, 1, 1],
            Self::V380 => bytes.starts_with(b"NVDEVSEARCH^100"),
            Self::Gvcp => bytes.len() == 8 && matches!(bytes, [0x42, _, 0, 2, 0, 0, ..]),
            Self::Ssdp => is_ssdp(bytes),
            Self::Mdns => bytes.len() > 12 && bytes[2] & 0x80 == 0 && bytes[4..6] != [0, 0],
        }
    }
}

/// Why a datagram is no question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoQuestion {
    /// Nothing that asks is at home on that port.
    UnknownPort,
    /// Something is, and this is not it.
    Malformed,
}

/// Reads a datagram that came to `port`.
///
/// # Errors
/// [`NoQuestion`] when it is none.
pub fn read(port: u16, bytes: &[u8]) -> Result<Question, NoQuestion> {
    let mut at_home = HOMES.iter().filter(|(_, home)| *home == port).peekable();
    if at_home.peek().is_none() {
        return Err(NoQuestion::UnknownPort);
    }
    at_home
        .find(|(question, _)| question.is(bytes))
        .map(|(question, _)| *question)
        .ok_or(NoQuestion::Malformed)
}

/// The text of the first element of this name, whatever its prefix.
pub(crate) fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.match_indices(name).find_map(|(at, _)| {
        let before = text[..at].rsplit('<').next()?;
        let is_tag = at > 0
            && before
                .chars()
                .all(|character| character.is_alphanumeric() || "-_:".contains(character))
            && (before.is_empty() || before.ends_with(':'));
        let rest = &text[at + name.len()..];
        let (attributes, rest) = rest.split_once('>')?;
        let is_whole = attributes.is_empty() || attributes.starts_with([' ', '\n', '\r', '\t']);
        (is_tag && is_whole).then(|| rest.split('<').next().unwrap_or_default().trim())
    })
}

/// One document, a UUID in capitals, and nothing but `inquiry` asked.
fn is_sadp(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    text.starts_with("<?xml")
        && text.contains("<Probe>")
        && text.trim_end().ends_with("</Probe>")
        && element(text, "Types") == Some("inquiry")
        && element(text, "Uuid").is_some_and(|uuid| {
            uuid.len() == 36 && !uuid.bytes().any(|byte| byte.is_ascii_lowercase())
        })
}

/// The header with lengths that are right; without it there is no answer.
fn is_dhip(bytes: &[u8]) -> bool {
    let Some((header, body)) = bytes.split_at_checked(32) else { return false };
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes();
    header.starts_with(b"\x20\0\0\0DHIP")
        && header[16..20] == length
        && header[24..28] == length
        && std::str::from_utf8(body).is_ok_and(|text| {
            text.trim_start().starts_with('{') && text.contains("DHDiscover.search")
        })
}

/// A probe with its message id, and the namespace of what it asks for declared.
fn is_wsd(bytes: &[u8], sort: Option<&str>) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let is_probe = text.contains("http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe")
        && text.contains("Envelope>")
        && element(text, "MessageID").is_some_and(|id| !id.is_empty());
    let types = element(text, "Types").filter(|types| !types.is_empty());
    is_probe
        && match (sort, types) {
            (None, None) => true,
            (Some(sort), Some(types)) => format!("{types}<").contains(sort),
            _ => false,
        }
}

fn is_ssdp(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let has = |name: &str| text.lines().any(|line| line.to_ascii_uppercase().starts_with(name));
    text.starts_with("M-SEARCH * HTTP/1.1\r\n")
        && text.ends_with("\r\n\r\n")
        && text.contains("\"ssdp:discover\"")
        && has("MX:")
        && has("ST:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_without_what_devices_insist_on_is_none() {
        let sadp = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Probe><Uuid>00000000-0000-4000-8000-00000000000A</Uuid><Types>inquiry</Types></Probe>";
        assert_eq!(read(37020, sadp.as_bytes()), Ok(Question::Sadp));
        assert_eq!(
            read(37020, sadp.replace("inquiry", "update").as_bytes()),
            Err(NoQuestion::Malformed)
        );
        assert_eq!(read(37021, sadp.as_bytes()), Err(NoQuestion::UnknownPort));
        let body = b"{ \"method\" : \"DHDiscover.search\", \"params\" : { \"mac\" : \"\", \"uni\" : 1 } }\n";
        assert_eq!(body.len(), 0x49);
        let length = [0x49, 0, 0, 0];
        let dhip =
            [b"\x20\0\0\0DHIP\0\0\0\0\0\0\0\0", &length[..], &[0; 4], &length, &[0; 4], body]
                .concat();
        assert_eq!(read(37810, &dhip), Ok(Question::Dhip));
        assert_eq!(read(37810, body), Err(NoQuestion::Malformed));
    }

    #[test]
    fn the_three_probes_are_told_apart() {
        let probe = |types: &str| {
            format!(
                "<e:Envelope xmlns:e=\"x\"><e:Header><w:MessageID>uuid:0</w:MessageID><w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header><e:Body><d:Probe>{types}</d:Probe></e:Body></e:Envelope>"
            )
        };
        let asked = |types: &str| read(3702, probe(types).as_bytes());
        let types = "<d:Types>dn:NetworkVideoTransmitter</d:Types>";
        assert_eq!(asked(types), Ok(Question::WsdTransmitter));
        assert_eq!(asked("<d:Types>tds:Device</d:Types>"), Ok(Question::WsdDevice));
        assert_eq!(asked(""), Ok(Question::WsdAnything));
        assert_eq!(asked("<d:Types>wsdp:Computer</d:Types>"), Err(NoQuestion::Malformed));
    }
}
