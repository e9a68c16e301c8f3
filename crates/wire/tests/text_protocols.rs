//! Real answers of devices over HTTP, RTSP, SSDP, UPnP, WS-Discovery, ONVIF and SIP still read alike.
//!
//! The messages lie in `../shared`; where that is not here the tests say so and pass. The figures are what was
//! measured: one that falls is a regression, one that rises is to be written down.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use model::{Signal, SignalKind};
use wire::{Message, Sender, datagram, expand, stream_head};

#[expect(clippy::print_stdout, reason = "a test that was skipped says so")]
fn shared() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    if !path.is_dir() {
        println!("skipped: ../shared is not here");
        return None;
    }
    Some(path)
}

type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
        .into_iter()
        .flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] })
        .collect()
}

fn values(message: &Message, kind: SignalKind) -> Vec<&str> {
    message.signals.iter().filter(|s| s.kind == kind).filter_map(Signal::as_text).collect()
}

/// An answer that had lost its head, as the server would send it.
fn with_head(body: &[u8]) -> Vec<u8> {
    [b"HTTP/1.1 200 OK\r\n\r\n", body].concat()
}

fn over_http(body: &[u8]) -> Option<Message> {
    stream_head(Sender::Server, 80, &with_head(body)).ok()
}

fn of_scopes(scopes: &str) -> Option<Message> {
    expand(&Signal::text(SignalKind::OnvifScopes, scopes))
}

/// The scopes in a publisher's own notation: JSON, a list, a log.
fn scopes_in(text: &str) -> String {
    let is_end = |c: char| c.is_whitespace() || c == '"' || c == ',';
    text.split(is_end)
        .filter(|word| word.contains("://www.onvif.org/"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Reads a sample as the protocol of its folder asks for.
fn read_sample(folder: &str, bytes: &[u8]) -> Option<Message> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.replace('\r', "").trim().replace('\n', "\r\n");
    let answer =
        |version: &str, lines: &str| format!("{version} 401 Unauthorized\r\n{lines}\r\n\r\n");
    match folder {
        "wsdiscovery" => datagram(3702, 50_000, bytes).ok(),
        "ssdp" => datagram(1900, 1900, bytes).ok(),
        "gb28181" => datagram(5060, 5060, bytes).ok(),
        "wsdiscovery-scopes" => of_scopes(&scopes_in(&text)),
        "rtsp" if text.starts_with("WWW") => {
            stream_head(Sender::Server, 554, answer("RTSP/1.0", &lines).as_bytes()).ok()
        }
        "rtsp-server" => {
            stream_head(Sender::Server, 554, answer("RTSP/1.0", &lines).as_bytes()).ok()
        }
        "rtsp" => stream_head(Sender::Server, 554, bytes).ok(),
        "http-server" | "http-wwwauth" if text.starts_with("HTTP/") => {
            stream_head(Sender::Server, 80, bytes).ok()
        }
        "http-server" | "http-wwwauth" => {
            let lines = match lines.starts_with("realm=") {
                true => format!("WWW-Authenticate: Digest {lines}"),
                false => lines,
            };
            stream_head(Sender::Server, 80, answer("HTTP/1.1", &lines).as_bytes()).ok()
        }
        _ => over_http(bytes),
    }
}

const FOLDERS: [&str; 16] = [
    "axis-basicdeviceinfo",
    "gb28181",
    "http-server",
    "http-title",
    "http-wwwauth",
    "isapi-deviceinfo",
    "onvif-getcapabilities",
    "onvif-getdeviceinformation",
    "onvif-getsystemdateandtime",
    "rtsp",
    "rtsp-server",
    "ssdp",
    "uniview-lapi",
    "upnp-description",
    "wsdiscovery",
    "wsdiscovery-scopes",
];

#[derive(Default)]
struct Tally {
    files: usize,
    read: usize,
    models: (usize, usize),
    keys: usize,
    quirks: usize,
}

#[test]
fn samples_are_read() {
    let Some(shared) = shared() else { return };
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for row in rows(&shared.join("samples/INDEX.csv")) {
        let Some(folder) = FOLDERS.iter().find(|folder| row["protocol"] == **folder) else {
            continue;
        };
        let tally = tallies.entry(folder).or_default();
        tally.files += 1;
        let bytes = std::fs::read(shared.join("samples").join(&row["file"])).unwrap();
        let Some(message) = read_sample(folder, &bytes) else { continue };
        tally.read += usize::from(!message.signals.is_empty());
        let model = &row["model"];
        let is_named = !model.is_empty() && !model.contains(['(', ';']);
        let is_found = values(&message, SignalKind::DeviceModel).iter().any(|found| {
            found.eq_ignore_ascii_case(model) || found.replace('_', " ").eq_ignore_ascii_case(model)
        });
        tally.models.1 += usize::from(is_named);
        tally.models.0 += usize::from(is_named && is_found);
        let keys = &message.keys;
        tally.keys += usize::from(
            !(keys.macs.is_empty() && keys.serials.is_empty() && keys.uuids.is_empty()),
        );
        tally.quirks += message.quirks.len();
    }
    let lines: Vec<String> = tallies
        .iter()
        .map(|(folder, tally)| {
            format!(
                "{folder}: {} of {} read, models {} of {}, with keys {}, quirks {}",
                tally.read, tally.files, tally.models.0, tally.models.1, tally.keys, tally.quirks
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    axis-basicdeviceinfo: 1 of 1 read, models 1 of 1, with keys 1, quirks 0
    gb28181: 3 of 3 read, models 0 of 0, with keys 0, quirks 1
    http-server: 9 of 9 read, models 0 of 0, with keys 0, quirks 0
    http-title: 5 of 5 read, models 0 of 0, with keys 0, quirks 0
    http-wwwauth: 12 of 12 read, models 0 of 0, with keys 3, quirks 4
    isapi-deviceinfo: 1 of 1 read, models 1 of 1, with keys 0, quirks 0
    onvif-getcapabilities: 4 of 4 read, models 0 of 4, with keys 0, quirks 1
    onvif-getdeviceinformation: 6 of 6 read, models 4 of 6, with keys 3, quirks 4
    onvif-getsystemdateandtime: 2 of 2 read, models 0 of 2, with keys 0, quirks 1
    rtsp: 20 of 20 read, models 0 of 0, with keys 3, quirks 13
    rtsp-server: 4 of 4 read, models 0 of 0, with keys 0, quirks 0
    ssdp: 6 of 6 read, models 0 of 5, with keys 6, quirks 0
    uniview-lapi: 1 of 1 read, models 0 of 0, with keys 0, quirks 0
    upnp-description: 2 of 2 read, models 1 of 2, with keys 1, quirks 0
    wsdiscovery: 14 of 14 read, models 12 of 12, with keys 14, quirks 19
    wsdiscovery-scopes: 18 of 19 read, models 18 of 18, with keys 3, quirks 0
    ");
}

/// Every way in is given every sample, whole and cut: none may panic.
#[test]
fn no_sample_can_hurt() {
    let Some(shared) = shared() else { return };
    for path in files_below(&shared.join("samples")) {
        let bytes = std::fs::read(&path).unwrap();
        let pieces = 8;
        for piece in 1..=pieces {
            let part = &bytes[..bytes.len() * piece / pieces];
            for port in [80, 554, 3702, 1900, 5060] {
                let _ = datagram(port, 50_000, part);
                let _ = stream_head(Sender::Server, port, part);
                let _ = stream_head(Sender::Client, port, part);
            }
            let _ = over_http(part);
            let text = String::from_utf8_lossy(part);
            for kind in SignalKind::ALL {
                let _ = expand(&Signal::text(*kind, text.as_ref()));
            }
        }
    }
}

/// All that the answers of one device gave.
fn merged(messages: Vec<Message>) -> Message {
    let mut all = Message::new("test");
    for message in messages {
        all.signals.extend(message.signals);
        all.keys.macs.extend(message.keys.macs);
        all.keys.serials.extend(message.keys.serials);
    }
    all
}

fn alike(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.replace(['_', '/'], " ").to_lowercase();
    plain(one) == plain(other)
}

/// `"found of expected"` for one column of an index.
fn scored(found: &[(bool, bool)]) -> String {
    let expected = found.iter().filter(|(is_expected, _)| *is_expected).count();
    format!(
        "{} of {expected}",
        found.iter().filter(|(expected, found)| *expected && *found).count()
    )
}

#[test]
fn the_onvif_corpus_names_its_devices() {
    let Some(shared) = shared() else { return };
    let corpus = shared.join("corpora/onvif");
    let (mut brands, mut models, mut firmwares, mut serials, mut macs) =
        (vec![], vec![], vec![], vec![], vec![]);
    let (mut files, mut unread) = (0, 0);
    for row in rows(&corpus.join("index.csv")) {
        let mut messages = Vec::new();
        for path in files_below(&corpus.join(&row["id"])) {
            let bytes = std::fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            let message = match path.file_name().unwrap().to_str().unwrap() {
                "scopes.txt" | "discovery.txt" => of_scopes(&scopes_in(&text)),
                "probematch.xml" => datagram(3702, 50_000, &bytes).ok(),
                "metadata.json" => continue,
                _ => over_http(&bytes),
            };
            files += 1;
            match message {
                Some(message) if !message.signals.is_empty() => messages.push(message),
                _ => unread += 1,
            }
        }
        let all = merged(messages);
        let shows = |kind, expected: &str| {
            let found = values(&all, kind);
            (!expected.is_empty(), found.iter().any(|found| alike(found, expected)))
        };
        // Folders of one publisher carry the firmware behind the model.
        let model =
            row["model"].strip_suffix(&format!("_{}", row["firmware"])).unwrap_or(&row["model"]);
        brands.push(shows(SignalKind::DeviceBrand, &row["manufacturer_field"]));
        models.push(shows(SignalKind::DeviceModel, model));
        firmwares.push(shows(SignalKind::DeviceFirmware, &row["firmware"]));
        serials.push(shows(SignalKind::DeviceSerial, &row["serial"]));
        let mac = row["mac"].split(',').next().and_then(|mac| mac.trim().parse().ok());
        macs.push((mac.is_some(), mac.is_some_and(|mac| all.keys.macs.contains(&mac))));
    }
    let figures = format!(
        "files {files}, unread {unread}\nbrands {}\nmodels {}\nfirmwares {}\nserials {}\nmacs {}",
        scored(&brands),
        scored(&models),
        scored(&firmwares),
        scored(&serials),
        scored(&macs),
    );
    // Missing: a maker called `ONVIF` (a word, no brand), a fault without a model, a model that the index makes a
    // brand, and the serial number that is a network address.
    insta::assert_snapshot!(figures, @r"
    files 456, unread 4
    brands 10 of 11
    models 25 of 27
    firmwares 12 of 12
    serials 11 of 12
    macs 2 of 2
    ");
}

#[test]
fn the_rtsp_corpus_shows_servers_realms_and_descriptions() {
    let Some(shared) = shared() else { return };
    let corpus = shared.join("corpora/rtsp");
    let (mut servers, mut realms, mut names, mut tools) = (vec![], vec![], vec![], vec![]);
    let mut unread = Vec::new();
    for row in rows(&corpus.join("index.csv")) {
        let bytes = std::fs::read(corpus.join("files").join(&row["file"])).unwrap();
        let Ok(message) = stream_head(Sender::Server, 554, &bytes) else {
            unread.push(row["file"].clone());
            continue;
        };
        let shows = |kind, prefix: &str, expected: &str| {
            let wanted = format!("{prefix}{expected}");
            let found = values(&message, kind).iter().any(|found| found.contains(&wanted));
            (!expected.is_empty(), found)
        };
        servers.push(shows(SignalKind::RtspServer, "", &row["server"]));
        realms.push(shows(SignalKind::RtspWwwAuthenticate, "realm=\"", &row["realm"]));
        names.push(shows(SignalKind::RtspSdp, "s=", &row["sdp_s"]));
        tools.push(shows(SignalKind::RtspSdp, "tool:", &row["sdp_tool"]));
    }
    let figures = format!(
        "unread {unread:?}\nservers {}\nrealms {}\nnames {}\ntools {}",
        scored(&servers),
        scored(&realms),
        scored(&names),
        scored(&tools),
    );
    insta::assert_snapshot!(figures, @r"
    unread []
    servers 10 of 10
    realms 1 of 1
    names 14 of 14
    tools 6 of 6
    ");
}

/// XML of the JSON that a publisher's tool made from it.
fn xml_of(name: &str, value: &serde_json::Value) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    match value {
        serde_json::Value::Object(members) => {
            let attributes: String = members
                .iter()
                .filter_map(|(key, value)| Some((key.strip_prefix('@')?, value.as_str()?)))
                .map(|(key, value)| format!(" {key}=\"{}\"", escaped(value)))
                .collect();
            let inside: String = members
                .iter()
                .filter(|(key, _)| !key.starts_with('@'))
                .map(|(key, value)| xml_of(key, value))
                .collect();
            format!("<{name}{attributes}>{inside}</{name}>")
        }
        serde_json::Value::String(text) => format!("<{name}>{}</{name}>", escaped(text)),
        _ => String::new(),
    }
}

#[test]
fn the_http_api_corpus_names_its_devices() {
    let Some(shared) = shared() else { return };
    let corpus = shared.join("corpora/http_api");
    let mut figures: BTreeMap<String, [Vec<(bool, bool)>; 4]> = BTreeMap::new();
    for row in rows(&corpus.join("index.csv")) {
        let path = ["json", "xml", "txt"]
            .iter()
            .map(|ending| corpus.join("files").join(format!("{}.{ending}", row["id"])))
            .find(|path| path.is_file());
        let Some(path) = path else { continue };
        let mut body = std::fs::read(path).unwrap();
        if row["kind"] == "isapi_dump" {
            let dump: serde_json::Value = serde_json::from_slice(&body).unwrap();
            let info = &dump["data"]["ISAPI"]["System/deviceInfo"]["response"]["DeviceInfo"];
            body = xml_of("DeviceInfo", info).into_bytes();
        }
        let message = over_http(&body).unwrap();
        let shows = |kind, expected: &str| {
            let found = values(&message, kind).iter().any(|found| alike(found, expected));
            (!expected.is_empty(), found)
        };
        let mac = row["mac"].parse().ok();
        let columns = figures.entry(row["kind"].clone()).or_default();
        columns[0].push((true, !values(&message, SignalKind::DeviceProtocol).is_empty()));
        columns[1].push(shows(SignalKind::DeviceModel, &row["model"]));
        columns[2].push(shows(SignalKind::DeviceFirmware, &row["firmware"]));
        columns[3].push((mac.is_some(), mac.is_some_and(|mac| message.keys.macs.contains(&mac))));
    }
    let lines: Vec<String> = figures
        .iter()
        .map(|(kind, [protocols, models, firmwares, macs])| {
            format!(
                "{kind}: protocols {}, models {}, firmwares {}, macs {}",
                scored(protocols),
                scored(models),
                scored(firmwares),
                scored(macs)
            )
        })
        .collect();
    // Missing MACs have the group bit set by their publisher. Answers of TP-Link and UniFi need a login.
    insta::assert_snapshot!(lines.join("\n"), @r"
    api_text: protocols 6 of 10, models 0 of 0, firmwares 0 of 0, macs 0 of 0
    isapi_dump: protocols 10 of 10, models 10 of 10, firmwares 10 of 10, macs 8 of 10
    isapi_xml: protocols 9 of 12, models 0 of 0, firmwares 0 of 0, macs 0 of 0
    tplink_json: protocols 0 of 138, models 0 of 138, firmwares 0 of 138, macs 0 of 0
    unifi_protect_json: protocols 0 of 10, models 0 of 0, firmwares 0 of 0, macs 0 of 0
    vapix: protocols 6 of 52, models 2 of 2, firmwares 0 of 0, macs 0 of 0
    ");
}

/// What a password-protected answer echoes or a stream's address carries is gone from everything that is kept.
#[test]
fn nothing_kept_holds_a_secret() {
    let Some(shared) = shared() else { return };
    for path in files_below(&shared.join("corpora/onvif")) {
        let bytes = std::fs::read(&path).unwrap();
        let Some(message) = over_http(&bytes) else { continue };
        for signal in &message.signals {
            let text = signal.as_text().unwrap_or_default();
            for (_, after) in
                text.match_indices("Password").map(|(at, word)| text.split_at(at + word.len()))
            {
                let value = after.split_once('>').map(|(_, value)| value).unwrap_or_default();
                let is_leaf = after.starts_with('>') || after.starts_with(" xmlns");
                let is_kept = is_leaf
                    && !value.starts_with("***")
                    && !value.trim_start().starts_with('<')
                    && !value.is_empty();
                assert!(!is_kept, "{}: {}", path.display(), &after[..after.len().min(80)]);
            }
        }
    }
}

/// The derived kinds of a message, by their public names.
fn derived(message: &Message) -> Vec<(SignalKind, String)> {
    let is_derived = |signal: &&Signal| {
        signal.kind.as_str().starts_with("device.") || signal.kind == SignalKind::Mac
    };
    let mut found: Vec<_> = message
        .signals
        .iter()
        .filter(is_derived)
        .map(|signal| (signal.kind, signal.as_text().unwrap_or_default().to_owned()))
        .collect();
    found.sort();
    found
}

/// Storing the whole text and reading it again later gives what the decoder gave.
#[test]
fn a_kept_text_expands_to_what_the_decoder_gave() {
    let discovery = "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" \
        xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"><e:Body><d:ProbeMatches><d:ProbeMatch>\
        <x:Address>uuid:3fa1fe68-b915-4053-a3e1-c006c3000001</x:Address>\
        <d:Scopes>onvif://www.onvif.org/name/TP-EXAMPLE onvif://www.onvif.org/hardware/MODEL</d:Scopes>\
        </d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>";
    let announcement = "NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\nLOCATION: http://10.0.0.2:8080/d.xml\r\n\
        USN: uuid:device_3_0-AAA000000000A1::upnp:rootdevice\r\n\r\n";
    let description = "<root><device><deviceType>urn:x:1</deviceType><manufacturer>AXIS</manufacturer>\
        <serialNumber>00408C000001</serialNumber></device></root>";
    let information = "<Envelope><Body><GetDeviceInformationResponse \
        xmlns=\"http://www.onvif.org/ver10/device/wsdl\"><Manufacturer>Example</Manufacturer>\
        <SerialNumber>EX000000A1</SerialNumber></GetDeviceInformationResponse></Body></Envelope>";
    let isapi = "<DeviceInfo xmlns=\"http://www.isapi.org/ver20/XMLSchema\"><model>DC-1</model></DeviceInfo>";
    for message in [
        datagram(3702, 50_000, discovery.as_bytes()).ok(),
        datagram(1900, 1900, announcement.as_bytes()).ok(),
        over_http(description.as_bytes()),
        over_http(information.as_bytes()),
        over_http(isapi.as_bytes()),
    ] {
        let message = message.unwrap();
        let expanded = expand(&message.signals[0]).unwrap();
        assert!(derived(&message).len() >= 3, "{message:?}");
        assert_eq!(derived(&expanded), derived(&message));
        assert_eq!(expanded.keys, message.keys);
    }
}
