//! The question of WS-Discovery.

use crate::uuid;

/// What a probe asks for. Fact file `protocols.md` 3.1: each of the three finds devices that the others miss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// `dn:NetworkVideoTransmitter`: cameras and encoders.
    NetworkVideoTransmitter,
    /// `tds:Device`: all that speaks ONVIF.
    Device,
    /// No type: recorders, and printers and computers too.
    Anything,
}

/// A probe, for a device or for a group. `message_id` has to be fresh.
///
/// Firmwares are fussy, so it is spelt as the ONVIF specification's own example: the prefixes are declared on the envelope and
/// called as they usually are (Xiongmai looks for the letters `dn`), `To` is there, and answers go to the sender.
pub fn probe(wanted: Wanted, message_id: [u8; 16]) -> Vec<u8> {
    let types = match wanted {
        Wanted::NetworkVideoTransmitter => "<d:Types>dn:NetworkVideoTransmitter</d:Types>",
        Wanted::Device => "<d:Types>tds:Device</d:Types>",
        Wanted::Anything => "",
    };
    format!(
        concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"",
            " xmlns:w=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"",
            " xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"",
            " xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\"",
            " xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\">",
            "<e:Header><w:MessageID>urn:uuid:{id}</w:MessageID>",
            "<w:ReplyTo><w:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</w:Address></w:ReplyTo>",
            "<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>",
            "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>",
            "<e:Body><d:Probe>{types}</d:Probe></e:Body></e:Envelope>"
        ),
        id = uuid::version_4(message_id),
        types = types
    )
    .into_bytes()
}
