//! Uniview, and what it builds for others (sections 3.3 and 6.15).

use model::DeviceKind;

use super::{Product, base, owned, product};
use crate::estate::behaviour::{Behaviour, Service};
use crate::estate::onvif::{BOTH_TYPES, DEVICE_SERVICE, DeviceService, Dialect, Match, WSD_ALL};
use crate::estate::tls::{COMMON_NAME, COUNTRY, Certificate, ORGANISATION};
use crate::estate::unit::Unit;
use crate::estate::web;

const OUI: [u8; 3] = [0x48, 0xea, 0x63];

pub(super) const PRODUCTS: &[Product] = &[
    product("uniview-dome", ("uniview", "Uniview"), DeviceKind::Camera, OUI, |unit| {
        device(unit, &DOME)
    }),
    product("uniview-recorder", ("uniview", "Uniview"), DeviceKind::Recorder, OUI, |unit| {
        device(
            unit,
            &Line { model: "NVR300-16", sort: "NVR", firmware: "NVR-B3000.10.0.200101", ..DOME },
        )
    }),
    product("uniview-built-for-others", ("uniview", ""), DeviceKind::Camera, OUI, |unit| {
        device(unit, &Line { model: "ALI-NS000", manufacturer: "NONE", ..DOME })
    }),
];

/// What differs between devices.
#[derive(Debug, Clone, Copy)]
struct Line {
    model: &'static str,
    sort: &'static str,
    manufacturer: &'static str,
    firmware: &'static str,
}

const DOME: Line = Line {
    model: "IPC3600SB",
    sort: "IPC",
    manufacturer: "UNIVIEW",
    firmware: "DIPC-B1200.10.0.200101",
};

fn device(unit: &Unit, line: &Line) -> Behaviour {
    let serial = format!("210235TEST{:010}", unit.number);
    let first_login = concat!(
        "{\"Response\":{\"ResponseURL\":\"/LAPI/V1.0/System/Security/FirstLogin\",\"CreatedID\":-1,\"ResponseCode\":0,",
        "\"SubResponseCode\":0,\"ResponseString\":\"Succeed\",\"StatusCode\":0,\"StatusString\":\"Succeed\",\"Data\":{\"IsFirstLogin\":0}}}"
    );
    let work_mode = concat!(
        "{\"Response\":{\"ResponseURL\":\"/LAPI/V1.0/System/DeviceWorkMode\",\"CreatedID\":-1,\"ResponseCode\":0,",
        "\"ResponseString\":\"Succeed\",\"StatusCode\":0,\"Data\":{\"Mode\":0}}}"
    );
    let site = web::site(None)
        .get("/", web::page(None, "IPC"))
        .get("/LAPI/V1.0/System/Security/FirstLogin", web::json(first_login))
        .get("/LAPI/V1.0/System/DeviceWorkMode", web::json(work_mode));
    let service = DeviceService::new(DEVICE_SERVICE, base(unit));
    let description = web::description(
        "- 1001 1 IN IP4 0.0.0.0",
        "VCP IPC Realtime stream",
        &["a=control:/media/video1"],
    );
    let address = unit.shown.to_string();
    let certificate =
        Certificate::of(&[(COUNTRY, "CN"), (ORGANISATION, "UNIVIEW"), (COMMON_NAME, &address)]);
    Behaviour { says_unreachable: true, ..Behaviour::default() }
        .discovered(&WSD_ALL, &found(unit, line, &serial))
        .listens(80, Service::Web(service.on(site)))
        .listens(443, Service::Tls(certificate))
        .listens(
            554,
            Service::Rtsp(web::rtsp_open(
                None,
                &format!("rtsp://{address}/media/video1/"),
                &description,
            )),
        )
}

fn found<'m>(unit: &Unit, line: &Line, serial: &str) -> Match<'m> {
    let mut scopes = owned(&[
        "Profile/G",
        "Profile/Streaming",
        "type/video_encoder",
        "register_status/offline",
        "register_server/0.0.0.0:5060",
        "regist_id/34020000001320000001",
    ]);
    scopes.push(format!("type/{}", line.sort));
    scopes.push(format!("manufacturer/{}", line.manufacturer));
    scopes.push(format!("hardware/{}", line.model));
    scopes.push(format!("macaddr/{}", unit.bare_mac()));
    scopes.push(format!("version/{}", line.firmware));
    scopes.push(format!("serial/{serial}"));
    Match {
        dialect: Dialect::Uniview,
        endpoint: format!("urn:uuid:{}", unit.uuid("00010010-0001-1020-8000")),
        types: BOTH_TYPES,
        scopes,
        xaddrs: format!("{}:80/onvif/device_service", base(unit)),
    }
}
