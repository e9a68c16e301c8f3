//! Which of our signals a file's patterns are about, and what our value has around the text that they are written for.

use model::SignalKind;

use crate::translate::Anchors;

/// How patterns of a file are applied to a kind of signal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) kind: SignalKind,
    pub(crate) anchors: Anchors,
    /// A value of ours that holds an example's text.
    pub(crate) value: fn(&str) -> String,
    pub(crate) shape: Shape,
}

/// What must be done to a pattern before it is translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Nothing.
    AsWritten,
    /// Only the name of a cookie is ever kept: what the pattern says of the value must be nothing.
    CookieName,
    /// A leading dot of an object identifier may be there or not.
    ObjectIdentifier,
}

impl Target {
    const fn plain(kind: SignalKind) -> Self {
        Self { kind, anchors: Anchors::SAME, value: str::to_owned, shape: Shape::AsWritten }
    }

    /// The target of a file: by `matches`, or by the file's name where that is absent. `None` for texts that are no
    /// signal of ours.
    pub(crate) fn of(matches: &str, stem: &str) -> Option<Self> {
        use SignalKind as K;
        let name = if matches.is_empty() { stem } else { matches };
        Some(match name {
            "http_header.server" | "http_servers" => Self::plain(K::HttpServer),
            "http_header.wwwauth" | "http_wwwauth" => Self::plain(K::HttpWwwAuthenticate),
            "http_header.cookie" | "http_cookies" => Self {
                value: |text| text.split(['=', ';']).next().unwrap_or(text).trim().to_owned(),
                shape: Shape::CookieName,
                ..Self::plain(K::HttpCookie)
            },
            "html_title" => Self::plain(K::HttpTitle),
            "html_body" => Self::plain(K::HttpBody),
            "favicon.md5" | "favicons" => Self::plain(K::HttpFaviconMd5),
            "favicon.mmh3" => Self::plain(K::HttpFaviconMmh3),
            "rtsp_header.server" | "rtsp_servers" => Self::plain(K::RtspServer),
            "sip_header.server" | "sip_banners" => Self::plain(K::SipServer),
            "sip_header.user_agent" | "sip_user_agents" => Self::plain(K::SipUserAgent),
            "ssh.banner" | "ssh_banners" => Self {
                anchors: Anchors { start: "^(?:SSH-[0-9.]+-)", ..Anchors::SAME },
                value: |text| format!("SSH-2.0-{text}"),
                ..Self::plain(K::SshBanner)
            },
            "telnet.banner" | "telnet_banners" => Self::plain(K::TelnetBanner),
            "ftp.banner" | "ftp_banners" => Self {
                anchors: Anchors { start: "^(?:[0-9]{3}[ -])?", ..Anchors::SAME },
                ..Self::plain(K::FtpBanner)
            },
            "x509.subject" | "x509_subjects" => Self::plain(K::TlsSubject),
            "x509.issuer" | "x509_issuers" => Self::plain(K::TlsIssuer),
            "dhcp_vendor_class" => Self::plain(K::DhcpVendorClass),
            "snmp.sys_description" | "snmp_sysdescr" => Self::plain(K::SnmpSysdescr),
            "snmp.sys_object_id" | "snmp_sysobjid" => Self {
                value: |text| text.trim_start_matches('.').to_owned(),
                shape: Shape::ObjectIdentifier,
                ..Self::plain(K::SnmpSysobjectid)
            },
            "mdns.device-info.txt" | "mdns_device-info_txt" => Self {
                anchors: Anchors { start: "(?:^|_device-info\\._tcp )", ..Anchors::SAME },
                value: |text| format!("device _device-info._tcp {text}"),
                ..Self::plain(K::MdnsService)
            },
            "mdns.workstation.txt" | "mdns_workstation_txt" => Self {
                anchors: Anchors { start: "(?:^|_workstation\\._tcp )", ..Anchors::SAME },
                value: |text| format!("device _workstation._tcp {text}"),
                ..Self::plain(K::MdnsService)
            },
            "ssdp_header.server" | "upnp_banners" | "upnp.banner" => Self {
                anchors: Anchors {
                    start: "^(?:[Ss][Ee][Rr][Vv][Ee][Rr]:[ \\t]*)",
                    end: "(?:[ \\t]*\\r?$)",
                },
                value: |text| format!("HTTP/1.1 200 OK\r\nSERVER: {text}\r\n\r\n"),
                ..Self::plain(K::SsdpResponse)
            },
            _ => return None,
        })
    }

    /// The pattern in the shape that our value has; `None` where it says something of what we never keep.
    pub(crate) fn shaped(&self, pattern: &str) -> Option<String> {
        match self.shape {
            Shape::AsWritten => Some(pattern.to_owned()),
            Shape::ObjectIdentifier => Some(pattern.replacen(r"^\.1\.3", r"^\.?1\.3", 1)),
            Shape::CookieName => {
                let (name, value) = pattern.split_once('=')?;
                let is_any = matches!(
                    value,
                    "" | "."
                        | ".*"
                        | ".+"
                        | ".*$"
                        | ".+$"
                        | "[^;]*"
                        | "[^;]+"
                        | "[^;]*;"
                        | "[^;]+;"
                );
                let is_simple = !name.contains(['(', '[', '|', '*', '+', '?', '{']);
                (is_any && is_simple).then(|| format!("{name}$"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_name_of_its_own_goes_by_its_file_name() {
        assert_eq!(Target::of("", "telnet_banners").unwrap().kind, SignalKind::TelnetBanner);
        assert_eq!(Target::of("html_title", "x").unwrap().kind, SignalKind::HttpTitle);
        assert!(Target::of("mysql.error", "html_title").is_none());
    }

    #[test]
    fn of_a_cookie_only_the_name_is_known() {
        let target = Target::of("http_header.cookie", "").unwrap();
        assert_eq!(target.shaped("^ACMESESSION=").unwrap(), "^ACMESESSION$");
        assert_eq!(target.shaped("^ACME=.+$").unwrap(), "^ACME$");
        assert_eq!(target.shaped("^ACME=secret"), None);
        assert_eq!(target.shaped("^(?:A|B)="), None);
        assert_eq!((target.value)("ACME=0; path=/"), "ACME");
    }
}
