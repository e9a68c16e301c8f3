//! Questions to the device service that need no login, or whose refusal is an answer too.
//!
//! Fact file `protocols.md` 3.5. None has a WS-Security header: Reolink echoes it, and it would be a credential.

use crate::http::{Body, Path};

/// Where the device service is, unless the device named another path when it was discovered.
pub const DEVICE_SERVICE: Path = Path::fixed("/onvif/device_service");

/// Open by specification: proof of ONVIF, and the clock.
pub fn get_system_date_and_time() -> Body {
    call("GetSystemDateAndTime", "")
}

/// Usually open: addresses and versions of services, makers' own among them.
pub fn get_services() -> Body {
    call("GetServices", "<tds:IncludeCapability>false</tds:IncludeCapability>")
}

/// Open on old firmware: maker's word, model, firmware, serial number. To be asked once; a refusal is not argued with.
pub fn get_device_information() -> Body {
    call("GetDeviceInformation", "")
}

/// The scopes that a probe would have told, for devices that were not discovered.
pub fn get_scopes() -> Body {
    call("GetScopes", "")
}

/// Prefixes are declared on the envelope: some parsers look there alone.
fn call(operation: &str, inside: &str) -> Body {
    let namespace = "http://www.onvif.org/ver10/device/wsdl";
    Body::new(
        format!("application/soap+xml; charset=utf-8; action=\"{namespace}/{operation}\""),
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:tds=\"{namespace}\">\
             <s:Body><tds:{operation}>{inside}</tds:{operation}></s:Body></s:Envelope>"
        ),
    )
}
