//! What web interfaces of makers answer without a login, as JSON, XML or lines: Axis `basicdeviceinfo` and
//! parameter lists, ISAPI, Uniview LAPI, Hanwha `pw_init`.

use model::SignalKind;
use roxmltree::Node;
use serde_json::Value;

use crate::message::shortened;
use crate::note::is_placeholder;
use crate::text::strip_prefix_ignoring_case;
use crate::{DecodeError, Message, mask, wsd, xml};

/// Longest JSON that is parsed; the answers read here are below 8 KB.
const JSON_BYTES_MAX: usize = 256 * 1024;
/// Lines of a parameter list that are looked at; a full list of an Axis camera has about 1,500.
const LINES_MAX: usize = 4096;
/// Longest word for a sort of device or a hardware version that is kept.
const WORD_BYTES_MAX: usize = 40;

/// Whether these bytes look like one of the answers, without an HTTP head.
pub fn claims(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    read(&text, &mut Message::new("http"))
}

/// Reads one whole answer that came without its HTTP head.
///
/// # Errors
/// [`DecodeError`] when it is none that is known.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let mut message = Message::new("http");
    let decoded = xml::decoded(bytes, &mut message)?;
    // Before it is read: damage makes a type or a name of what stands in a secret's element.
    let text = mask::secrets(&decoded);
    if !read(&text, &mut message) {
        return Err(DecodeError::Malformed {
            production: "answer of a known interface",
            offset: 0,
        });
    }
    message.say_whole(SignalKind::HttpBody, &text);
    Ok(message.in_order())
}

/// Reads a body into `message`; `false` when it is none that is known.
pub(crate) fn read(body: &str, message: &mut Message) -> bool {
    let body = body.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    match body.as_bytes().first() {
        Some(b'{') if body.len() <= JSON_BYTES_MAX => read_json(body, message),
        Some(b'<') if is_isapi(body) => xml::read_text(body, message, |document, message| {
            read_isapi(document.root_element(), message)
        })
        .unwrap_or(false),
        Some(_) => read_lines(body, message),
        None => false,
    }
}

fn read_json(body: &str, message: &mut Message) -> bool {
    let is_likely =
        ["propertyList", "/LAPI/", "systemready"].iter().any(|mark| body.contains(mark));
    let Some(json) = is_likely.then(|| serde_json::from_str::<Value>(body).ok()).flatten() else {
        return false;
    };
    if let Some(properties) = json.pointer("/data/propertyList") {
        read_axis(|name| properties.get(name).and_then(Value::as_str), message);
        message.say_protocol_of("axis", "basicdeviceinfo");
        true
    } else if json.pointer("/data/systemready").is_some() {
        message.say_protocol_of("axis", "systemready");
        let needs_setup = json.pointer("/data/needsetup").and_then(Value::as_str);
        if let Some(state) = needs_setup.filter(|state| matches!(*state, "yes" | "no")) {
            message.say_protocol_of("axis", &format!("needs-setup={state}"));
        }
        true
    } else if let Some(response) = json.get("Response").filter(|it| is_lapi(it)) {
        read_lapi(response, message);
        true
    } else {
        false
    }
}

/// The properties of an Axis device, by the names that `basicdeviceinfo` and the parameter list share.
fn read_axis<'a>(value: impl Fn(&str) -> Option<&'a str>, message: &mut Message) {
    message.claim_brand(value("Brand").unwrap_or_default());
    message.claim_model(value("ProdNbr").unwrap_or_default());
    message.claim_firmware(value("Version").unwrap_or_default());
    if let Some(sort) = value("ProdType").filter(|sort| !sort.is_empty()) {
        message.say_protocol_of("axis", &format!("type={}", shortened(sort, WORD_BYTES_MAX)));
    }
    if let Some(serial) = value("SerialNumber") {
        message.claim_serial(serial);
        message.claim_mac(serial);
    }
}

fn is_lapi(response: &Value) -> bool {
    let url = response.get("ResponseURL").and_then(Value::as_str);
    url.is_some_and(|url| url.starts_with("/LAPI/"))
}

fn read_lapi(response: &Value, message: &mut Message) {
    let value = |name: &str| {
        response.get("Data").and_then(|data| data.get(name)?.as_str()).unwrap_or_default()
    };
    message.claim_brand(value("Manufacturer"));
    message.claim_model(value("DeviceModel"));
    message.claim_firmware(value("FirmwareVersion"));
    message.claim_serial(value("SerialNumber"));
    message.say_protocol_of("uniview", "lapi");
    let first = response.get("Data").and_then(|data| data.get("IsFirstLogin")?.as_u64());
    if let Some(first) = first.filter(|first| *first <= 1) {
        message.say_protocol_of("uniview", &format!("first-login={first}"));
    }
}

fn is_isapi(body: &str) -> bool {
    body.contains("/XMLSchema\"") || body.contains("/XMLSchema'") || body.contains("<Activate")
}

/// ISAPI. Its namespace tells branded firmware from the neutral one that other brands get (fact file
/// `protocols.md` 1.3), and stands in error bodies too.
fn read_isapi(root: Node<'_, '_>, message: &mut Message) -> bool {
    let namespace = root.tag_name().namespace().unwrap_or_default();
    let owner = match () {
        () if namespace.contains("hikvision.com/") => "namespace-hikvision",
        () if namespace.contains("std-cgi.com/") => "namespace-std-cgi",
        () if namespace.contains("isapi.org/") => "namespace-isapi",
        () if namespace.contains("psia") => "namespace-psia",
        () => "namespace-other",
    };
    let is_versioned = namespace.ends_with("/XMLSchema") && namespace.contains("/ver");
    let what = match root.tag_name().name() {
        "DeviceInfo" if is_versioned => {
            read_device_info(root, message);
            "device-info"
        }
        "ActivateStatus" => {
            let state = xml::child_text(root, "Activated").unwrap_or_default();
            if matches!(state, "true" | "false") {
                message.say_protocol_of("isapi", &format!("activated={state}"));
            }
            "activate-status"
        }
        "ResponseStatus" if is_versioned => "response-status",
        "userCheck" if is_versioned => "user-check",
        _ if is_versioned => "other",
        _ => return false,
    };
    message.say_protocol_of("isapi", what);
    if is_versioned {
        message.say_protocol_of("isapi", owner);
    }
    true
}

fn read_device_info(info: Node<'_, '_>, message: &mut Message) {
    let value = |name| xml::child_text(info, name).unwrap_or_default();
    message.claim_brand(value("manufacturer"));
    message.claim_model(value("model"));
    message.claim_firmware(value("firmwareVersion"));
    message.claim_serial(value("serialNumber"));
    message.claim_mac(value("macAddress"));
    for (name, what) in [("deviceType", "type"), ("hardwareVersion", "hardware")] {
        if !is_placeholder(value(name)) && value(name) != "0x0" {
            let value = shortened(value(name), WORD_BYTES_MAX);
            message.say_protocol_of("isapi", &format!("{what}={value}"));
        }
    }
    let id = value("deviceID");
    if id.len() == 36 {
        wsd::claim_endpoint(id, message);
    }
}

/// Answers of one `name=value` a line.
fn read_lines(body: &str, message: &mut Message) -> bool {
    if is_pw_init(body) {
        message.say_protocol_of("hanwha", "pw-init");
        let is_set = !body.to_ascii_lowercase().starts_with("initialized=false");
        message.say_protocol_of("hanwha", &format!("initialized={is_set}"));
        return true;
    }
    let lines: Vec<(&str, &str)> =
        body.lines().take(LINES_MAX).filter_map(|line| line.split_once('=')).collect();
    let is_axis = |(name, _): &(&str, &str)| {
        let name = name.strip_prefix("root.").unwrap_or(name);
        name.starts_with("Brand.Prod") || name.starts_with("Properties.Firmware.")
    };
    if !lines.iter().any(is_axis) {
        return false;
    }
    let value = |name: &str| {
        let group = match name {
            "Version" => "Properties.Firmware.",
            "SerialNumber" => "Properties.System.",
            _ => "Brand.",
        };
        lines.iter().find_map(|(full, value)| {
            let full = full.strip_prefix("root.").unwrap_or(full);
            (full.strip_prefix(group)? == name).then(|| value.trim())
        })
    };
    read_axis(value, message);
    message.say_protocol_of("axis", "parameters");
    true
}

/// Hanwha tells anybody whether its password was set.
fn is_pw_init(body: &str) -> bool {
    let value = strip_prefix_ignoring_case(body, "Initialized=").unwrap_or_default();
    let is_either = |word| strip_prefix_ignoring_case(value, word).is_some();
    is_either("true") || is_either("false")
}

#[cfg(test)]
mod tests {
    use model::Signal;

    use super::*;

    fn values(message: &Message, kind: SignalKind) -> Vec<&str> {
        message.signals.iter().filter(|s| s.kind == kind).filter_map(Signal::as_text).collect()
    }

    #[test]
    fn axis_answers_as_json_and_as_lines_alike() {
        let json = "{\"apiVersion\":\"1.1\",\"data\":{\"propertyList\":{\"Brand\":\"AXIS\",\"ProdNbr\":\
            \"M0000\",\"Version\":\"9.9.9\",\"SerialNumber\":\"00408C000001\"}}}";
        let lines = "root.Brand.Brand=AXIS\nroot.Brand.ProdNbr=M0000\n\
            root.Properties.Firmware.Version=9.9.9\nroot.Properties.System.SerialNumber=00408C000001\n";
        for (body, protocol) in [(json, "axis/basicdeviceinfo"), (lines, "axis/parameters")] {
            let message = decode(body.as_bytes()).unwrap();
            assert_eq!(message.signals[0], Signal::text(SignalKind::HttpBody, body.trim()));
            assert_eq!(values(&message, SignalKind::DeviceBrand), ["AXIS"]);
            assert_eq!(values(&message, SignalKind::DeviceModel), ["M0000"]);
            assert_eq!(values(&message, SignalKind::DeviceFirmware), ["9.9.9"]);
            assert_eq!(values(&message, SignalKind::Mac), ["00:40:8c:00:00:01"]);
            assert_eq!(values(&message, SignalKind::DeviceProtocol), [protocol]);
        }
    }

    #[test]
    fn isapi_tells_its_namespace_even_in_an_error() {
        let info = "<?xml version=\"1.0\"?><DeviceInfo version=\"2.0\" \
            xmlns=\"http://www.std-cgi.com/ver20/XMLSchema\"><deviceName>x</deviceName><model>DC-100</model>\
            <serialNumber>DC-100000A1</serialNumber><macAddress>58:03:fb:00:00:01</macAddress>\
            <firmwareVersion>V1.2.3</firmwareVersion><hardwareVersion>0x0</hardwareVersion>\
            <deviceType>IPCamera</deviceType></DeviceInfo>";
        let message = decode(info.as_bytes()).unwrap();
        assert_eq!(values(&message, SignalKind::DeviceModel), ["DC-100"]);
        assert_eq!(values(&message, SignalKind::DeviceFirmware), ["V1.2.3"]);
        assert_eq!(*message.keys.serials, ["DC-100000A1".into()]);
        assert_eq!(message.keys.macs.len(), 1);
        assert_eq!(
            values(&message, SignalKind::DeviceProtocol),
            ["isapi/type=IPCamera", "isapi/device-info", "isapi/namespace-std-cgi"]
        );
        let error = "<ResponseStatus xmlns='http://www.isapi.org/ver20/XMLSchema'><statusCode>4\
            </statusCode></ResponseStatus>";
        let message = decode(error.as_bytes()).unwrap();
        assert_eq!(
            values(&message, SignalKind::DeviceProtocol),
            ["isapi/response-status", "isapi/namespace-isapi"]
        );
        let activation = decode(b"<ActivateStatus><Activated>true</Activated></ActivateStatus>");
        assert_eq!(
            values(&activation.unwrap(), SignalKind::DeviceProtocol),
            ["isapi/activated=true", "isapi/activate-status"]
        );
    }

    #[test]
    fn uniview_and_hanwha_are_told_by_their_envelopes() {
        let lapi = "{\"Response\":{\"ResponseURL\":\"/LAPI/V1.0/System/DeviceBasicInfo\",\"CreatedID\":-1,\
            \"Data\":{\"DeviceModel\":\"DC-100\",\"SerialNumber\":\"2100000A0001\",\"IsFirstLogin\":1}}}";
        let message = decode(lapi.as_bytes()).unwrap();
        assert_eq!(
            values(&message, SignalKind::DeviceProtocol),
            ["uniview/lapi", "uniview/first-login=1"]
        );
        assert_eq!(values(&message, SignalKind::DeviceModel), ["DC-100"]);
        let hanwha = decode(b"Initialized=True\r\nLanguage=English\r\n").unwrap();
        assert_eq!(
            values(&hanwha, SignalKind::DeviceProtocol),
            ["hanwha/pw-init", "hanwha/initialized=true"]
        );
        let ready = decode(b"{\"data\":{\"systemready\":\"yes\",\"needsetup\":\"yes\"}}").unwrap();
        assert_eq!(
            values(&ready, SignalKind::DeviceProtocol),
            ["axis/systemready", "axis/needs-setup=yes"]
        );
    }

    #[test]
    fn other_bodies_are_not_claimed() {
        for body in [
            "",
            "{}",
            "{\"Response\":1}",
            "<html/>",
            "a=b\n",
            "<r xmlns=\"http://w3.org/2001/XMLSchema\"/>",
        ] {
            assert!(!claims(body.as_bytes()), "{body}");
        }
    }
}
