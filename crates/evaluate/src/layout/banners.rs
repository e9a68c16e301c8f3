//! Single strings: banners, headers, titles, favicon hashes.

use std::collections::BTreeSet;

use attribute::makes_cameras_alone;
use model::{Signal, SignalKind};

use super::{Place, Row, cell};
use crate::case::{Case, TrueKind, Truth};

/// Strings of cameras and what goes with them.
pub(super) fn read(place: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    for row in rows {
        let Some(signal) = signal(row) else { continue };
        let maker = Some(cell(row, "true_maker")).filter(|text| !text.is_empty());
        let class = cell(row, "cls");
        let is_open = class.contains("hard") || class == "vms" || class.starts_with("unknown");
        cases.push(Case {
            corpus: corpus.to_owned(),
            id: cell(row, "id").to_owned(),
            signals: vec![signal],
            truth: Truth {
                makers: place.labels.ids(maker.unwrap_or(cell(row, "maker"))),
                kind: if is_open { TrueKind::NotSaid } else { TrueKind::Surveillance },
                brand: None,
            },
        });
    }
}

/// Strings of other things.
pub(super) fn negatives(_: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    for row in rows {
        let Some(signal) = signal(row) else { continue };
        cases.push(Case {
            corpus: corpus.to_owned(),
            id: cell(row, "id").to_owned(),
            signals: vec![signal],
            truth: Truth { kind: TrueKind::Other, ..Truth::default() },
        });
    }
}

pub(super) fn favicons(place: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    // One picture cannot be a camera's in one row and something else's in the next: then the label does not say.
    let of_cameras = rows.iter().filter(|row| cell(row, "cls") != "negative");
    let cameras: BTreeSet<&str> = of_cameras.map(|row| cell(row, "hash")).collect();
    for row in rows {
        let kind = match cell(row, "algo") {
            "md5" => SignalKind::HttpFaviconMd5,
            _ => SignalKind::HttpFaviconMmh3,
        };
        let is_negative = cell(row, "cls") == "negative";
        let is_sound = !cameras.contains(cell(row, "hash")) && !is_camera_maker(place, row);
        cases.push(Case {
            corpus: corpus.to_owned(),
            id: cell(row, "product").to_owned(),
            signals: vec![Signal::text(kind, cell(row, "hash"))],
            truth: Truth {
                makers: if is_negative { Vec::new() } else { place.labels.ids(cell(row, "maker")) },
                kind: if is_negative && is_sound { TrueKind::Other } else { TrueKind::NotSaid },
                brand: None,
            },
        });
    }
}

/// Whether the product of a row is named as a maker of cameras alone is: a label that calls it something else
/// contradicts itself.
fn is_camera_maker(place: &Place<'_>, row: &Row) -> bool {
    let makers = place.labels.ids(cell(row, "product"));
    makers.iter().any(|maker| makes_cameras_alone(place.knowledge, maker))
}

/// The signal of a row; `None` for sorts of strings that are no signal.
fn signal(row: &Row) -> Option<Signal> {
    use SignalKind as K;
    let text = cell(row, "text");
    let kind = match cell(row, "kind") {
        "html_title" => K::HttpTitle,
        "http_header.server" => K::HttpServer,
        "http_header.wwwauth" => K::HttpWwwAuthenticate,
        "http_header.cookie" => K::HttpCookie,
        "favicon.md5" => K::HttpFaviconMd5,
        "ftp.banner" | "ftp" => K::FtpBanner,
        "ssh.banner" => return Some(Signal::text(K::SshBanner, format!("SSH-2.0-{text}"))),
        "ssh" | "lan_banner_ssh" => K::SshBanner,
        "telnet" | "" => K::TelnetBanner,
        "dhcp_vendor_class" => K::DhcpVendorClass,
        "rtsp_header.server" => K::RtspServer,
        "x509.subject" => K::TlsSubject,
        "x509.issuer" => K::TlsIssuer,
        "sip_header.user_agent" => K::SipUserAgent,
        "sip_header.server" => K::SipServer,
        "snmp.sys_description" => K::SnmpSysdescr,
        "snmp.sys_object_id" => K::SnmpSysobjectid,
        "mdns.device-info.txt" => K::MdnsService,
        "dhip_json" => K::DhipReply,
        "lan_banner_upnp" => K::SsdpResponse,
        kind if kind.contains('.') => return None,
        _ => {
            let port = cell(row, "port").parse().unwrap_or(80);
            return Some(Signal::bytes(K::TcpReply, text.as_bytes()).at_port(port));
        }
    };
    Some(Signal::text(kind, text))
}
