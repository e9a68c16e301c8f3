//! Whole messages of devices, one file each, listed in an index.

use std::fs;
use std::path::PathBuf;

use model::{Signal, SignalKind};

use super::{Place, Row, cell, files_of, walk};
use crate::case::{Case, TrueKind, Truth};

pub(super) fn onvif(place: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    use SignalKind as K;
    for row in rows {
        let fields = [
            (K::OnvifManufacturer, "manufacturer_field"),
            (K::OnvifModel, "model"),
            (K::OnvifFirmware, "firmware"),
            (K::OnvifSerial, "serial"),
            (K::OnvifScopes, "scopes"),
        ];
        let texts = fields.into_iter().map(|(kind, column)| (kind, cell(row, column)));
        let of_fields =
            texts.filter(|(_, t)| !t.is_empty()).map(|(kind, text)| Signal::text(kind, text));
        let files = files_of(&place.root.join("onvif").join(cell(row, "id"))).unwrap_or_default();
        let of_messages = files.iter().filter_map(|path| fs::read(path).ok());
        let of_messages = of_messages.map(|bytes| onvif_message(&String::from_utf8_lossy(&bytes)));
        for (part, signals) in
            [("fields", of_fields.collect()), ("messages", of_messages.collect::<Vec<_>>())]
        {
            if signals.is_empty() {
                continue;
            }
            cases.push(Case {
                corpus: format!("{corpus}/{part}"),
                id: cell(row, "id").to_owned(),
                signals,
                truth: Truth {
                    makers: place.labels.ids(cell(row, "true_maker")),
                    kind: TrueKind::Surveillance,
                    brand: Some(cell(row, "brand").to_owned()),
                },
            });
        }
    }
}

fn onvif_message(text: &str) -> Signal {
    let kind = if text.trim_start().starts_with("onvif://") {
        SignalKind::OnvifScopes
    } else if text.contains("ProbeMatch") || text.contains(":Hello>") {
        SignalKind::OnvifProbeMatch
    } else {
        SignalKind::OnvifReply
    };
    Signal::text(kind, text)
}

pub(super) fn rtsp(place: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    let path = |row: &Row| Some(place.root.join("rtsp/files").join(cell(row, "file")));
    files(place, corpus, rows, path, rtsp_signal, cases);
}

pub(super) fn http_api(place: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    let all = files_of(&place.root.join("http_api/files")).unwrap_or_default();
    let path = |row: &Row| {
        let has_id = |path: &&PathBuf| {
            path.file_stem().is_some_and(|stem| stem.to_string_lossy() == cell(row, "id"))
        };
        all.iter().find(has_id).cloned()
    };
    let signal = |_: &Row, bytes: &[u8]| {
        Signal::text(SignalKind::HttpBody, String::from_utf8_lossy(bytes).into_owned())
    };
    files(place, corpus, rows, path, signal, cases);
}

pub(super) fn discovery(place: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    let path = |row: &Row| Some(place.root.join("discovery_packets").join(cell(row, "file")));
    let signal = |row: &Row, bytes: &[u8]| {
        let port = cell(row, "port").parse().unwrap_or(0);
        let kind = if cell(row, "transport") == "tcp" {
            SignalKind::TcpReply
        } else {
            SignalKind::UdpReply
        };
        Signal::bytes(kind, bytes).at_port(port)
    };
    files(place, corpus, rows, path, signal, cases);
}

fn rtsp_signal(_: &Row, bytes: &[u8]) -> Signal {
    if bytes.starts_with(b"v=") {
        Signal::text(SignalKind::RtspSdp, String::from_utf8_lossy(bytes).into_owned())
    } else {
        Signal::bytes(SignalKind::TcpReply, bytes).at_port(554)
    }
}

/// One message a row, read from its file.
fn files(
    place: &Place<'_>,
    corpus: &str,
    rows: &[Row],
    path: impl Fn(&Row) -> Option<PathBuf>,
    signal: impl Fn(&Row, &[u8]) -> Signal,
    cases: &mut Vec<Case>,
) {
    for row in rows {
        let Some(path) = path(row) else { continue };
        let Ok(bytes) = fs::read(&path) else { continue };
        let kind = match cell(row, "cls") {
            "negative" | "hard_negative" | "machine_vision_camera" => TrueKind::Other,
            "negative_or_camera" => TrueKind::NotSaid,
            _ => TrueKind::Surveillance,
        };
        let makers = match kind {
            TrueKind::Other => Vec::new(),
            _ => place.labels.ids(cell(row, "true_maker")),
        };
        cases.push(Case {
            corpus: corpus.to_owned(),
            id: path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
            signals: vec![signal(row, &bytes)],
            truth: Truth { makers, kind, brand: Some(cell(row, "brand").to_owned()) },
        });
    }
}

/// A folder of messages by protocol, with `INDEX.csv`.
pub(super) fn samples(place: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    for row in rows {
        let Ok(bytes) = fs::read(place.root.join(cell(row, "file"))) else { continue };
        let signals = sample(cell(row, "protocol"), cell(row, "file"), &bytes);
        let truth = cell(row, "maker_true");
        if signals.is_empty() || matches!(truth, "none" | "many") {
            continue;
        }
        cases.push(Case {
            corpus: corpus.to_owned(),
            id: cell(row, "file").to_owned(),
            signals,
            truth: Truth {
                makers: truth.split('|').flat_map(|id| place.labels.ids(id)).collect(),
                kind: TrueKind::Surveillance,
                brand: Some(cell(row, "brand_shown").to_owned()),
            },
        });
    }
}

/// The signals of a sample; none where the file is a description and no message.
fn sample(protocol: &str, file: &str, bytes: &[u8]) -> Vec<Signal> {
    use SignalKind as K;
    let text = String::from_utf8_lossy(bytes);
    let is_json = file.ends_with(".json");
    let whole = |kind: K| vec![Signal::text(kind, &*text)];
    let lines = |kind: K| text.lines().map(|line| Signal::text(kind, line)).collect();
    let raw = |port: u16| vec![Signal::bytes(K::UdpReply, bytes).at_port(port)];
    match protocol {
        "sadp" => whole(K::SadpReply),
        "dhip" if is_json => whole(K::DhipReply),
        "dvrip34569" if is_json => whole(K::DvripReply),
        "wsdiscovery" => whole(K::OnvifProbeMatch),
        "wsdiscovery-scopes" if is_json => scopes(&text),
        "onvif-getcapabilities" | "onvif-getdeviceinformation" | "onvif-getsystemdateandtime" => {
            whole(K::OnvifReply)
        }
        "ssdp" => whole(K::SsdpResponse),
        "upnp-description" => whole(K::UpnpDescription),
        "isapi-deviceinfo" | "axis-basicdeviceinfo" | "uniview-lapi" => whole(K::HttpBody),
        "rtsp" => vec![rtsp_signal(&Row::new(), bytes)],
        "http-server" => headers(&text, K::HttpServer, "Server:"),
        "rtsp-server" => headers(&text, K::RtspServer, "Server:"),
        "http-title" => {
            let title = text.trim().trim_start_matches("<title>").trim_end_matches("</title>");
            vec![Signal::text(K::HttpTitle, title)]
        }
        "http-wwwauth" => {
            let headed = headers(&text, K::HttpWwwAuthenticate, "WWW-Authenticate:");
            if headed.is_empty() { whole(K::HttpWwwAuthenticate) } else { headed }
        }
        "tls-subject" => lines(K::TlsSubject),
        "telnet-banner" => whole(K::TelnetBanner),
        "ftp-banner" => lines(K::FtpBanner),
        "dhcp-option60" => lines(K::DhcpVendorClass),
        "snmp" => walk::agent(file, bytes),
        "baichuan" if bytes.starts_with(&[0xf0, 0xde]) => {
            vec![Signal::bytes(K::TcpReply, bytes).at_port(9000)]
        }
        _ => port_of(protocol).map(raw).unwrap_or_default(),
    }
}

/// The UDP port of protocols whose samples are datagrams.
fn port_of(protocol: &str) -> Option<u16> {
    Some(match protocol {
        "mdns" => 5353,
        "dhcp" => 67,
        "gb28181" => 5060,
        "foscam10000" | "vivotek10000" => 10000,
        "sony2380" => 2380,
        "hanwha7701" => 7711,
        "boschrcp" => 1758,
        "panasonic10670" => 10670,
        "vstarcam8600" => 8600,
        "tvt23456" => 23456,
        "tplink20002" => 20002,
        "baichuan" => 2015,
        "dahua5050" => 5050,
        "360vision3600" => 3600,
        _ => return None,
    })
}

fn headers(text: &str, kind: SignalKind, name: &str) -> Vec<Signal> {
    let values = text.lines().filter_map(|line| {
        let (head, rest) = line.split_at_checked(name.len())?;
        head.eq_ignore_ascii_case(name).then(|| rest.trim())
    });
    values.map(|value| Signal::text(kind, value)).collect()
}

fn scopes(text: &str) -> Vec<Signal> {
    let json: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let list = json.get("scopes").and_then(serde_json::Value::as_array);
    let scopes: Vec<&str> = list.into_iter().flatten().filter_map(|scope| scope.as_str()).collect();
    if scopes.is_empty() {
        return Vec::new();
    }
    vec![Signal::text(SignalKind::OnvifScopes, scopes.join(" "))]
}
