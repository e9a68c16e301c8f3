//! UPnP description documents (UPnP Device Architecture 1.1, section 2.3).

use model::SignalKind;
use roxmltree::Node;

use crate::text::{contains, strip_prefix_ignoring_case};
use crate::{DecodeError, Message, mask, ssdp, xml};

/// Whether these bytes look like a UPnP description.
pub fn claims(bytes: &[u8]) -> bool {
    xml::is_likely(bytes) && contains(bytes, "<root") && contains(bytes, "<deviceType")
}

/// Reads one document.
///
/// # Errors
/// [`DecodeError`] when the bytes are no description of a device.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let mut message = Message::new("upnp");
    let decoded = xml::decoded(bytes, &mut message)?;
    // Before it is read: damage makes a type or a name of what stands in a secret's element.
    let text = mask::secrets(&decoded);
    xml::read_text(&text, &mut message, |document, message| read(document.root(), message))?
        .ok_or(DecodeError::Malformed { production: "UPnP device", offset: 0 })?;
    message.say_whole(SignalKind::UpnpDescription, &text);
    Ok(message.in_order())
}

/// Reads a document that stood in a signal as text, perhaps cut, into `message`.
pub fn expand(text: &str, message: &mut Message) {
    let _ = xml::read_text(text, message, |document, message| {
        read(document.root(), message);
    });
}

/// Reads the root device; devices embedded in it are parts of it.
pub(crate) fn read(root: Node<'_, '_>, message: &mut Message) -> Option<()> {
    let device = xml::find(root, "device")?;
    xml::child_text(device, "deviceType")?;
    let value = |name| xml::child_text(device, name).unwrap_or_default();
    let manufacturer = value("manufacturer");
    message.claim_brand(manufacturer);
    let model = value("modelName");
    message.claim_model(without_brand(model, manufacturer));
    let serial = value("serialNumber");
    message.claim_serial(serial);
    // Axis: the serial number is the hardware address.
    if strip_prefix_ignoring_case(manufacturer, "axis").is_some() {
        message.claim_mac(serial);
    }
    ssdp::claim_device_name(value("UDN"), message);
    message.claim_url(value("presentationURL"));
    message.say_protocol_of("upnp", "description");
    Some(())
}

/// A model's name without the brand in front of it.
fn without_brand<'a>(model: &'a str, brand: &str) -> &'a str {
    strip_prefix_ignoring_case(model, brand)
        .and_then(|rest| rest.strip_prefix([' ', '-', '_']))
        .map_or(model, str::trim)
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn the_root_device_is_read() {
        let text = "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device>\
            <deviceType>urn:schemas-upnp-org:device:Basic:1</deviceType><friendlyName>Mine</friendlyName>\
            <manufacturer>AXIS</manufacturer><modelName>AXIS M0000</modelName><serialNumber>00408C000001\
            </serialNumber><UDN>uuid:Upnp-BasicDevice-1_0-00408C000001</UDN>\
            <presentationURL>http://10.0.0.7:81/</presentationURL><deviceList><device>\
            <modelName>inner</modelName></device></deviceList></device></root>";
        assert!(claims(text.as_bytes()));
        let message = decode(text.as_bytes()).unwrap();
        let found: Vec<(SignalKind, &str)> = message
            .signals
            .iter()
            .skip(1)
            .filter_map(|signal| Some((signal.kind, signal.as_text()?)))
            .collect();
        assert_eq!(
            found,
            [
                (SignalKind::DeviceBrand, "AXIS"),
                (SignalKind::DeviceModel, "M0000"),
                (SignalKind::DeviceSerial, "00408C000001"),
                (SignalKind::Mac, "00:40:8c:00:00:01"),
                (SignalKind::DeviceUuid, "upnp-basicdevice-1_0-00408c000001"),
                (SignalKind::PortOpen, "81/tcp"),
                (SignalKind::DeviceProtocol, "upnp/description"),
            ]
        );
        assert!(decode(b"<root><specVersion/></root>").is_err());
    }
}
