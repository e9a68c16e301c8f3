//! Other SOAP answers of ONVIF: device information, scopes, interfaces, capabilities, faults.
//!
//! A fault is an answer: it proves an ONVIF device, and the namespaces it declares can name the maker, so its
//! text is kept. A request keeps nothing. Some devices echo the caller's WS-Security token; it is masked.

mod call;

use std::net::IpAddr;

use model::SignalKind;
use roxmltree::Node;

use crate::message::shortened;
use crate::note::{is_placeholder, mac_in};
use crate::text::{contains, strip_prefix_ignoring_case};
use crate::{About, DecodeError, Message, mask, wsd, xml};

pub use call::{
    DEVICE_SERVICE, get_device_information, get_scopes, get_services, get_system_date_and_time,
};

/// Makers whose serial number is the hardware address without separators.
const SERIAL_IS_MAC: [&str; 2] = ["axis", "vivotek"];
/// Services, interfaces and protocols of one answer that are looked at; devices list below 30.
const ITEMS_MAX: usize = 64;
/// Longest hardware id that is kept; those of devices are below 20.
const HARDWARE_BYTES_MAX: usize = 40;

/// Whether these bytes look like an ONVIF answer.
pub fn claims(bytes: &[u8]) -> bool {
    xml::is_likely(bytes)
        && contains(bytes, "Envelope")
        && ["www.onvif.org/ver", "soap-envelope"].iter().any(|mark| contains(bytes, mark))
}

/// Reads one whole message.
///
/// # Errors
/// [`DecodeError`] when the bytes are no SOAP message.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let mut message = Message::new("onvif");
    let decoded = xml::decoded(bytes, &mut message)?;
    // Before it is read: damage makes a type or a name of what stands in a secret's element.
    let text = mask::secrets(&decoded);
    let spoken =
        xml::read_text(&text, &mut message, |document, message| read(document.root(), message))?;
    match spoken {
        Some(Spoken::Answer) => message.say_whole(SignalKind::OnvifReply, &text),
        Some(Spoken::Request) => message.about = About::Nobody,
        None => return Err(DecodeError::Malformed { production: "SOAP envelope", offset: 0 }),
    }
    Ok(message.in_order())
}

/// Reads an answer that stood in a signal as text, perhaps cut, into `message`.
pub fn expand(text: &str, message: &mut Message) {
    let _ = xml::read_text(text, message, |document, message| {
        read(document.root(), message);
    });
}

/// Reads one value that stood alone in a signal (`onvif.manufacturer`, `onvif.model`, …) into `message`.
pub(crate) fn expand_manufacturer(text: &str, message: &mut Message) {
    message.claim_brand_word(text);
}

/// As [`expand_manufacturer`].
pub(crate) fn expand_model(text: &str, message: &mut Message) {
    message.claim_model(text);
}

/// As [`expand_manufacturer`].
pub(crate) fn expand_firmware(text: &str, message: &mut Message) {
    message.claim_firmware(text);
}

/// As [`expand_manufacturer`].
pub(crate) fn expand_serial(text: &str, message: &mut Message) {
    claim_serial(text, "", message);
}

/// What sort of message it was.
pub(crate) enum Spoken {
    /// Of a device.
    Answer,
    /// Of a client.
    Request,
}

/// Reads the body of a SOAP envelope; `None` when there is none.
pub(crate) fn read(root: Node<'_, '_>, message: &mut Message) -> Option<Spoken> {
    let envelope = xml::find(root, "Envelope")?;
    let body = xml::children(envelope, "Body").next()?;
    let spoken = body.first_element_child()?;
    let name = spoken.tag_name().name();
    let Some(operation) = name.strip_suffix("Response") else {
        if name != "Fault" {
            return Some(Spoken::Request);
        }
        message.say_protocol_of(soap_or_onvif(envelope), "fault");
        read_fault(root, message);
        return Some(Spoken::Answer);
    };
    if xml::children(envelope, "Header").any(|header| xml::find(header, "Security").is_some()) {
        message.note_quirk_of("onvif", "echoes-credentials", "the caller's token in the answer");
    }
    read_operation(operation, spoken, message);
    let asked = operation.strip_prefix("Get").unwrap_or(operation);
    message.say_protocol_of(soap_or_onvif(envelope), &kebab(asked));
    Some(Spoken::Answer)
}

/// SOAP is spoken by routers and printers too: ONVIF is what names its namespaces.
fn soap_or_onvif(envelope: Node<'_, '_>) -> &'static str {
    if envelope.document().input_text().contains("www.onvif.org/") { "onvif" } else { "soap" }
}

/// Notes what a fault betrays.
pub(crate) fn read_fault(root: Node<'_, '_>, message: &mut Message) {
    let reason = xml::find(root, "Fault").and_then(|fault| xml::find_text(fault, "Text"));
    if reason.is_some_and(|reason| reason.eq_ignore_ascii_case("xml format error")) {
        message.note_quirk_of("onvif", "xml-format-error", "a fault that answers a sound request");
    }
}

fn read_operation(operation: &str, answer: Node<'_, '_>, message: &mut Message) {
    match operation {
        "GetDeviceInformation" => read_device_information(answer, message),
        "GetScopes" => read_scopes(answer, message),
        "GetNetworkInterfaces" => read_interfaces(answer, message),
        "GetNetworkProtocols" => read_protocols(answer, message),
        "GetCapabilities" | "GetServices" => read_services(answer, message),
        "GetHostname" => {
            let is_own =
                |name: &&str| !name.contains(' ') && !name.eq_ignore_ascii_case("localhost");
            let name = xml::find_text(answer, "Name").filter(is_own);
            message.keys.hostname = name.map(Into::into);
        }
        "GetEndpointReference" => {
            if let Some(uuid) = xml::find_text(answer, "GUID") {
                let bare = strip_prefix_ignoring_case(uuid, "urn:").unwrap_or(uuid);
                let bare = strip_prefix_ignoring_case(bare, "uuid:").unwrap_or(bare);
                wsd::claim_endpoint(bare, message);
            }
        }
        _ => {}
    }
}

fn read_device_information(answer: Node<'_, '_>, message: &mut Message) {
    let value = |name| xml::find_text(answer, name).unwrap_or_default();
    let (manufacturer, model) = (value("Manufacturer"), value("Model"));
    let (firmware, serial) = (value("FirmwareVersion"), value("SerialNumber"));
    message.say_value(SignalKind::OnvifManufacturer, manufacturer);
    message.say_value(SignalKind::OnvifModel, model);
    message.say_value(SignalKind::OnvifFirmware, firmware);
    message.say_value(SignalKind::OnvifSerial, serial);
    message.claim_brand_word(manufacturer);
    message.claim_model(model);
    message.claim_firmware(firmware);
    claim_serial(serial, manufacturer, message);
    // Pelco writes the hardware address as hardware id, with colons. Twelve digits alone may be anything.
    let hardware = value("HardwareId");
    if hardware.contains([':', '-']) {
        message.claim_mac(hardware);
    }
    if mac_in(hardware).is_none() && !is_placeholder(hardware) {
        let hardware = shortened(hardware, HARDWARE_BYTES_MAX);
        message.say_protocol_of("onvif", &format!("hardware={hardware}"));
    }
}

/// The serial number as a key, unless it is the network address in disguise (Reolink).
fn claim_serial(serial: &str, manufacturer: &str, message: &mut Message) {
    if is_address_in_digits(serial, manufacturer, &message.keys.addresses) {
        message.note_quirk_of("onvif", "serial-is-address", "digits of the network address");
        return;
    }
    message.claim_serial(serial);
    let is_mac =
        SERIAL_IS_MAC.iter().any(|maker| strip_prefix_ignoring_case(manufacturer, maker).is_some());
    if is_mac {
        message.claim_mac(serial);
    }
}

/// Whether a serial number is a network address without its dots: one that the message names, or one that can
/// only be read so. Digits that begin like a private network are such an address where the maker is known for
/// it; with `192168` in front they are for everybody, because real serial numbers of up to twelve digits begin
/// otherwise.
fn is_address_in_digits(serial: &str, manufacturer: &str, known: &[IpAddr]) -> bool {
    if serial.len() > 12 || !serial.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let is_known = known.iter().any(|address| match address {
        IpAddr::V4(v4) => v4.octets().map(|octet| octet.to_string()).concat() == serial,
        IpAddr::V6(_) => false,
    });
    let host = |prefix| serial.strip_prefix(prefix).is_some_and(|rest| is_octets(rest, 2));
    let is_reolink = strip_prefix_ignoring_case(manufacturer, "reolink").is_some();
    is_known || host("192168") || (is_reolink && is_octets(serial, 4))
}

/// Whether `digits` can be cut into `count` numbers from 0 to 255 without leading zeros.
fn is_octets(digits: &str, count: u8) -> bool {
    if count == 0 {
        return digits.is_empty();
    }
    (1..=3).any(|length| {
        digits.split_at_checked(length).is_some_and(|(octet, rest)| {
            let is_plain = octet == "0" || !octet.starts_with('0');
            is_plain && octet.parse::<u8>().is_ok() && is_octets(rest, count - 1)
        })
    })
}

fn read_scopes(answer: Node<'_, '_>, message: &mut Message) {
    let items = answer.descendants().filter(|node| node.tag_name().name() == "ScopeItem");
    let list: Vec<&str> = items.map(xml::text_of).collect();
    wsd::read_scopes(&list.join(" "), message);
}

fn read_interfaces(answer: Node<'_, '_>, message: &mut Message) {
    let texts = |name| {
        let named = move |node: &Node<'_, '_>| node.tag_name().name() == name;
        answer.descendants().filter(named).take(ITEMS_MAX).map(xml::text_of)
    };
    texts("HwAddress").for_each(|mac| message.claim_mac(mac));
    for address in texts("Address").filter_map(|text| text.parse().ok()) {
        message.claim_interface(address);
    }
}

fn read_protocols(answer: Node<'_, '_>, message: &mut Message) {
    for protocol in xml::children(answer, "NetworkProtocols").take(ITEMS_MAX) {
        if xml::child_text(protocol, "Enabled") == Some("true") {
            message.say_tcp_port(xml::child_text(protocol, "Port").unwrap_or_default());
        }
    }
}

fn read_services(answer: Node<'_, '_>, message: &mut Message) {
    let urls = answer.descendants().filter(|node| node.tag_name().name() == "XAddr");
    urls.take(ITEMS_MAX).for_each(|url| message.claim_url(xml::text_of(url)));
}

/// `DeviceInformation` as `device-information`.
fn kebab(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && was_lower {
            text.push('-');
        }
        was_lower = !character.is_ascii_uppercase();
        text.push(character.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use model::Signal;

    use super::*;

    fn soap(body: &str) -> String {
        format!(
            "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" \
             xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\" \
             xmlns:tt=\"http://www.onvif.org/ver10/schema\"><s:Body>{body}</s:Body></s:Envelope>"
        )
    }

    fn information(manufacturer: &str, serial: &str) -> Message {
        let body = format!(
            "<tds:GetDeviceInformationResponse><tds:Manufacturer>{manufacturer}</tds:Manufacturer>\
             <tds:Model>DC-100</tds:Model><tds:FirmwareVersion>1.2.3</tds:FirmwareVersion>\
             <tds:SerialNumber>{serial}</tds:SerialNumber><tds:HardwareId>88</tds:HardwareId>\
             </tds:GetDeviceInformationResponse>"
        );
        decode(soap(&body).as_bytes()).unwrap()
    }

    fn values(message: &Message, kind: SignalKind) -> Vec<&str> {
        message.signals.iter().filter(|s| s.kind == kind).filter_map(Signal::as_text).collect()
    }

    #[test]
    fn device_information_gives_values_keys_and_derived_kinds() {
        let message = information("Example", "DC-100000A1");
        assert_eq!(message.signals[0].kind, SignalKind::OnvifReply);
        assert_eq!(values(&message, SignalKind::OnvifModel), ["DC-100"]);
        assert_eq!(values(&message, SignalKind::DeviceBrand), ["Example"]);
        assert_eq!(values(&message, SignalKind::DeviceFirmware), ["1.2.3"]);
        assert_eq!(
            values(&message, SignalKind::DeviceProtocol),
            ["onvif/hardware=88", "onvif/device-information"]
        );
        assert_eq!(*message.keys.serials, ["DC-100000A1".into()]);
        let mut expanded = Message::new("onvif");
        expand(message.signals[0].as_text().unwrap(), &mut expanded);
        assert_eq!(expanded.keys, message.keys);
    }

    #[test]
    fn a_serial_that_is_the_address_is_no_key() {
        for (manufacturer, serial) in [("REOLINK", "10003"), ("Other", "192168077")] {
            let message = information(manufacturer, serial);
            assert!(message.keys.serials.is_empty(), "{serial}");
            assert_eq!(values(&message, SignalKind::OnvifSerial), [serial]);
            assert_eq!(values(&message, SignalKind::DeviceQuirk), ["onvif/serial-is-address"]);
        }
        for serial in ["044500000000150010", "1921680", "19216825625", "10003"] {
            assert_eq!(*information("Other", serial).keys.serials, [serial.into()]);
        }
    }

    #[test]
    fn a_serial_is_a_mac_only_where_the_maker_says_so() {
        assert_eq!(information("AXIS", "00408C000001").keys.macs.len(), 1);
        assert_eq!(information("Other", "00408C000001").keys.macs.len(), 0);
    }

    #[test]
    fn an_echoed_token_is_masked() {
        let text = soap(
            "<tds:GetHostnameResponse><tds:HostnameInformation><tt:Name>cam-1</tt:Name>\
             </tds:HostnameInformation></tds:GetHostnameResponse>",
        )
        .replace(
            "<s:Body>",
            "<s:Header><w:Security xmlns:w=\"urn:w\"><w:UsernameToken><w:Username>joe</w:Username>\
             <w:Password>hunter2</w:Password><w:Nonce>abc=</w:Nonce></w:UsernameToken></w:Security>\
             </s:Header><s:Body>",
        );
        let message = decode(text.as_bytes()).unwrap();
        let kept = format!("{message:?}");
        assert!(["joe", "hunter2", "abc="].iter().all(|secret| !kept.contains(secret)), "{kept}");
        assert_eq!(values(&message, SignalKind::DeviceQuirk), ["onvif/echoes-credentials"]);
        assert_eq!(message.keys.hostname.as_deref(), Some("cam-1"));
    }

    #[test]
    fn faults_answer_and_requests_do_not() {
        let fault = decode(soap("<s:Fault><s:Code/></s:Fault>").as_bytes()).unwrap();
        assert_eq!(values(&fault, SignalKind::DeviceProtocol), ["onvif/fault"]);
        let request = decode(soap("<tds:GetDeviceInformation/>").as_bytes()).unwrap();
        assert_eq!((request.about, request.signals.len()), (About::Nobody, 0));
        let printer = soap("<s:Fault/>").replace("www.onvif.org", "example.org");
        let message = decode(printer.as_bytes()).unwrap();
        assert_eq!(values(&message, SignalKind::DeviceProtocol), ["soap/fault"]);
    }

    #[test]
    fn interfaces_services_and_protocols_give_keys_and_ports() {
        let interfaces = soap(
            "<tds:GetNetworkInterfacesResponse><tt:HwAddress>02:00:00:00:00:0A</tt:HwAddress>\
             <tt:HwAddress>00075F00000a</tt:HwAddress><tt:Address>10.0.0.8</tt:Address>\
             <tt:Address>127.0.0.1</tt:Address><tt:Address>fe80::207:5fff:fe00:b</tt:Address>\
             </tds:GetNetworkInterfacesResponse>",
        );
        let message = decode(interfaces.as_bytes()).unwrap();
        assert_eq!(
            values(&message, SignalKind::Mac),
            ["02:00:00:00:00:0a", "00:07:5f:00:00:0a", "00:07:5f:00:00:0b"]
        );
        assert_eq!(message.keys.addresses.len(), 2);
        let protocols = soap(
            "<tds:GetNetworkProtocolsResponse><tds:NetworkProtocols><tt:Name>RTSP</tt:Name>\
             <tt:Enabled>true</tt:Enabled><tt:Port>554</tt:Port></tds:NetworkProtocols>\
             <tds:NetworkProtocols><tt:Enabled>false</tt:Enabled><tt:Port>443</tt:Port>\
             </tds:NetworkProtocols></tds:GetNetworkProtocolsResponse>",
        );
        let message = decode(protocols.as_bytes()).unwrap();
        assert_eq!(values(&message, SignalKind::PortOpen), ["554/tcp"]);
    }
}
