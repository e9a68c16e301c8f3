//! Questions over HTTP.
//!
//! HTTP/1.1, since some devices serve nothing to 1.0; `Connection: close`, since devices have few connections to give
//! away (fact file `protocols.md` section 8); `Accept-Encoding: identity`, since what is packed is not read.

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, SocketAddr};

use crate::Unwritable;
use crate::text::{Authority, authority};

/// What a `Host` header need not name.
const USUAL_PORT: u16 = 80;
/// Some devices cut longer lines.
const PATH_BYTES_MAX: usize = 512;
/// As long as a name and a way to reach its owner need.
const AGENT_BYTES_MAX: usize = 200;

/// A path that may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Cow<'static, str>);

impl Path {
    /// The start page.
    pub const ROOT: Self = Self::fixed("/");
    /// The icon that browsers ask every server for.
    pub const ICON: Self = Self::fixed("/favicon.ico");

    /// A path that is written down in this crate.
    pub(crate) const fn fixed(path: &'static str) -> Self {
        Self(Cow::Borrowed(path))
    }

    /// A path that a device named. No query: descriptions and services have none, and what devices are told to do stands
    /// there.
    ///
    /// # Errors
    /// [`Unwritable`] when it is not absolute, climbs, or holds what would end the request line or begin a query.
    pub fn named(path: &str) -> Result<Self, Unwritable> {
        const WHAT: &str = "path";
        let is_allowed = |character: char| {
            character.is_ascii_alphanumeric() || "/-._~%:@!$&'()*+,;=".contains(character)
        };
        Unwritable::check(WHAT, path, PATH_BYTES_MAX, is_allowed)?;
        if !path.starts_with('/') {
            return Err(Unwritable::Forbidden { what: WHAT, offset: 0 });
        }
        let climb = path.find("..").or_else(|| path.to_ascii_lowercase().find("%2e"));
        match climb {
            Some(offset) => Err(Unwritable::Forbidden { what: WHAT, offset }),
            None => Ok(Self(Cow::Owned(path.to_owned()))),
        }
    }

    /// The path as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a device says that something of it is to be had over HTTP: the `LOCATION` of SSDP, an `XAddr` of ONVIF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The host. Whether it is the device itself has to be seen: devices name wrong, stale and foreign addresses.
    pub address: IpAddr,
    /// The TCP port.
    pub port: u16,
    /// The path.
    pub path: Path,
}

impl Location {
    /// Reads a URL. `None` where it is not of plain HTTP, does not name an address, or its path may not be asked for.
    pub fn read(url: &str) -> Option<Self> {
        let url = url.trim();
        let scheme = url.get(.."http://".len())?;
        let authority = Authority::of_url(url)?;
        let path = if authority.path.is_empty() { "/" } else { authority.path };
        Some(Self {
            address: authority.host.parse().ok()?,
            port: authority.port.filter(|_| scheme.eq_ignore_ascii_case("http://"))?,
            path: Path::named(path).ok()?,
        })
    }
}

/// What the scanner calls itself, with a contact: one line of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAgent(Box<str>);

impl UserAgent {
    /// Takes printable ASCII without blanks at its ends.
    ///
    /// # Errors
    /// [`Unwritable`] when something else is in it, or nothing, or too much.
    pub fn new(text: &str) -> Result<Self, Unwritable> {
        const WHAT: &str = "user agent";
        Unwritable::check(WHAT, text, AGENT_BYTES_MAX, |c| matches!(c, ' '..='~'))?;
        if text.starts_with(' ') {
            return Err(Unwritable::Forbidden { what: WHAT, offset: 0 });
        }
        if text.ends_with(' ') {
            return Err(Unwritable::Forbidden { what: WHAT, offset: text.len() - 1 });
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for UserAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What may be posted: the questions of this crate that need a body, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    content_type: Cow<'static, str>,
    text: Cow<'static, str>,
}

impl Body {
    pub(crate) fn new(content_type: String, text: String) -> Self {
        Self { content_type: Cow::Owned(content_type), text: Cow::Owned(text) }
    }

    pub(crate) const fn json(text: &'static str) -> Self {
        Self { content_type: Cow::Borrowed("application/json"), text: Cow::Borrowed(text) }
    }

    /// The text as it is sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The question for a page.
pub fn get(host: SocketAddr, path: &Path, agent: &UserAgent) -> Vec<u8> {
    format!("{}\r\n", head("GET", host, path, agent)).into_bytes()
}

/// A question that needs a body.
pub fn post(host: SocketAddr, path: &Path, body: &Body, agent: &UserAgent) -> Vec<u8> {
    let Body { content_type, text } = body;
    format!(
        "{}Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{text}",
        head("POST", host, path, agent),
        text.len()
    )
    .into_bytes()
}

fn head(method: &str, host: SocketAddr, path: &Path, agent: &UserAgent) -> String {
    format!(
        "{method} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {agent}\r\nAccept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n",
        path.as_str(),
        authority(host, USUAL_PORT)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_a_device_named_cannot_act_or_climb() {
        for path in ["/onvif/device_service", "/upnp/BasicDevice%20x.xml", "/"] {
            assert_eq!(Path::named(path).unwrap().as_str(), path);
        }
        let refused = [
            "",
            "onvif",
            "/a?action=reboot",
            "/a#b",
            "/../etc",
            "/%2E%2e/x",
            "/a b",
            "/a\r\nX: y",
            "/ü",
        ];
        assert!(refused.iter().all(|path| Path::named(path).is_err()));
        assert_eq!(
            Path::named(&"/".repeat(513)),
            Err(Unwritable::TooLong { what: "path", length: 513, limit: 512 })
        );
    }

    #[test]
    fn a_location_is_plain_http_to_an_address() {
        let read = |url| {
            Location::read(url).map(|l| format!("{} {} {}", l.address, l.port, l.path.as_str()))
        };
        assert_eq!(
            read(" http://10.0.0.1:49152/device.xml ").as_deref(),
            Some("10.0.0.1 49152 /device.xml")
        );
        assert_eq!(read("HTTP://[fe80::1]").as_deref(), Some("fe80::1 80 /"));
        for url in
            ["https://10.0.0.1/", "http://camera/", "http://10.0.0.1/a?b", "rtsp://10.0.0.1/", "ü"]
        {
            assert_eq!(read(url), None, "{url}");
        }
    }

    #[test]
    fn a_user_agent_is_one_line() {
        assert_eq!(
            UserAgent::new("tool/1 (+a@example.org)").unwrap().to_string(),
            "tool/1 (+a@example.org)"
        );
        for text in ["", " a", "a ", "a\r\nX: y", "a\0", "é", &"a".repeat(201)] {
            assert!(UserAgent::new(text).is_err(), "{text}");
        }
    }
}
