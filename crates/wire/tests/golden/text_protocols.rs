//! Real answers over HTTP, RTSP, SSDP, UPnP, WS-Discovery, ONVIF and SIP: none hurts, none lets a secret through.

use model::{Signal, SignalKind};
use wire::{Message, Sender, datagram, expand, stream_head};

use crate::corpus::{files_below, over_http, shared};

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

/// What a password-protected answer echoes or a stream's address carries is gone from everything that is kept.
#[test]
fn nothing_kept_holds_a_secret() {
    let Some(shared) = shared() else { return };
    for path in files_below(&shared.join("corpora/onvif")) {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(message) = over_http(&bytes) else { continue };
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
        over_http(description.as_bytes()).ok(),
        over_http(information.as_bytes()).ok(),
        over_http(isapi.as_bytes()).ok(),
    ] {
        let message = message.unwrap();
        let expanded = expand(&message.signals[0]).unwrap();
        assert!(derived(&message).len() >= 3, "{message:?}");
        assert_eq!(derived(&expanded), derived(&message));
        assert_eq!(expanded.keys, message.keys);
    }
}
