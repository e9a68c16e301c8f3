//! Makers of cameras for homes and shops, which stand in offices too (sections 3.3, 4, 5 and 6.7, 6.12 to 6.14).

use model::DeviceKind;

use super::{Product, base, owned, product};
use crate::estate::behaviour::{Behaviour, Service};
use crate::estate::onvif::{
    BOTH_TYPES, DEVICE_SERVICE, DeviceService, Dialect, Information, Match, TRANSMITTER, WSD_ALL,
    WSD_TYPED,
};
use crate::estate::question::Question;
use crate::estate::tls::{COMMON_NAME, COUNTRY, Certificate, LOCALITY, ORGANISATION, UNIT};
use crate::estate::unit::Unit;
use crate::estate::{datagrams, web};

pub(super) const PRODUCTS: &[Product] = &[
    product(
        "tplink-camera",
        ("tplink_us", "TP-Link"),
        DeviceKind::Camera,
        [0x00, 0x31, 0x92],
        tplink,
    ),
    product(
        "reolink-camera",
        ("reolink", "Reolink"),
        DeviceKind::Camera,
        [0xec, 0x71, 0xdb],
        reolink,
    ),
    product("foscam-camera", ("foscam", "Foscam"), DeviceKind::Camera, [0x00, 0x62, 0x6e], foscam),
    product(
        "ubiquiti-camera",
        ("ubiquiti", "Ubiquiti"),
        DeviceKind::Camera,
        [0x68, 0xd7, 0x9a],
        ubiquiti,
    ),
    product("dlink-camera", ("dlink", "D-Link"), DeviceKind::Camera, [0x28, 0x10, 0x7b], dlink),
    product(
        "grandstream-camera",
        ("grandstream", "Grandstream"),
        DeviceKind::Camera,
        [0x00, 0x0b, 0x82],
        grandstream,
    ),
    product("netwave-camera", ("reecam", ""), DeviceKind::Camera, [0x00, 0x12, 0x31], netwave),
];

fn tplink(unit: &Unit) -> Behaviour {
    let found = Match {
        dialect: Dialect::Headless,
        endpoint: format!("uuid:{}", unit.uuid("3fa1fe68-b915-4053-a3e1")),
        types: TRANSMITTER,
        scopes: owned(&["name/TP-IPC", "hardware/MODEL", "Profile/Streaming", "location/ShenZhen"]),
        xaddrs: format!("{}:2020/onvif/device_service", base(unit)),
    };
    let service = DeviceService::new(DEVICE_SERVICE, format!("{}:2020", base(unit)));
    let reply = datagrams::tplink(unit, "SMART.IPCAMERA", "C000", "1.0.0 Build 200101 Rel.50000n");
    Behaviour::default()
        .answers(Question::TpLink, reply)
        .by_unicast(unit.answers_unicast)
        .discovered(&WSD_TYPED, &found)
        .listens(443, Service::Tls(Certificate::of(&[(COMMON_NAME, "TPRI-DEVICE")])))
        .listens(
            554,
            Service::Rtsp(web::rtsp_locked(None, &[], &[&web::digest("TP-LINK IP-Camera")])),
        )
        .listens(2020, Service::Web(service.on(web::site(None))))
}

/// ONVIF on port 8000, where others have other things; its serial number is its address.
fn reolink(unit: &Unit) -> Behaviour {
    let found = Match {
        dialect: Dialect::Gsoap,
        endpoint: format!("urn:uuid:{}", unit.uuid("2419d68a-2dd2-21b2-a206")),
        types: BOTH_TYPES,
        scopes: owned(&["type/video_encoder", "name/IPC-BO", "hardware/E1Zoom", "name/IPC"]),
        xaddrs: format!("{}:8000/onvif/device_service", base(unit)),
    };
    let service = DeviceService {
        information: Some(Information {
            manufacturer: "Reolink",
            model: "E1 Zoom",
            firmware: "v3.0.0.100_20010100",
            serial: unit.shown.to_string().replace('.', ""),
            hardware: "IPC",
        }),
        ..DeviceService::new(DEVICE_SERVICE, format!("{}:8000", base(unit)))
    };
    let site = web::site(Some("nginx")).get("/", web::page(Some("nginx"), "Reolink"));
    let rtsp = web::rtsp_locked(None, &[], &[&web::digest("BC Streaming Media")]);
    Behaviour::default()
        .discovered(&WSD_ALL, &found)
        .listens(80, Service::Web(site))
        .listens(554, Service::Rtsp(rtsp))
        .listens(8000, Service::Web(service.on(web::site(None))))
        .waits_on(&[9000])
}

fn foscam(unit: &Unit) -> Behaviour {
    let found = Match {
        dialect: Dialect::Gsoap,
        endpoint: format!("urn:uuid:34404C00-43F0-11B4-944D-{}", unit.capital_mac()),
        types: TRANSMITTER,
        scopes: owned(&["type/manufacturer/FOSCAM", "name/C0", "hardware/C0"]),
        xaddrs: format!("{}:888/onvif/device_service", base(unit)),
    };
    let masking =
        unit.number.is_multiple_of(2).then_some([0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x01]);
    let site = web::site(None).get("/", web::page(None, "IPCam Client"));
    Behaviour::default()
        .answers(Question::Foscam, datagrams::foscam(unit, [1, 11, 1, 8], masking))
        .by_unicast(unit.answers_unicast)
        .discovered(&WSD_TYPED, &found)
        .listens(88, Service::Web(site))
        .listens(
            554,
            Service::Rtsp(web::rtsp_locked(
                None,
                &[],
                &[&web::digest("Foscam IPCam Living Video")],
            )),
        )
}

fn ubiquiti(unit: &Unit) -> Behaviour {
    let certificate = Certificate::of(&[
        (COUNTRY, "TW"),
        (LOCALITY, "Taipei"),
        (ORGANISATION, "Ubiquiti Networks Inc."),
        (UNIT, "devint"),
        (COMMON_NAME, "camera.ubnt.dev"),
    ]);
    Behaviour::default()
        .answers(Question::Ubiquiti, datagrams::ubiquiti(unit, "UVC G0", "UVC.S2L.v4.30.0"))
        .by_unicast(unit.answers_unicast)
        .listens(22, Service::Greets(b"SSH-2.0-dropbear_2019.78\r\n".to_vec()))
        .listens(443, Service::Tls(certificate))
}

fn dlink(unit: &Unit) -> Behaviour {
    let server = Some("alphapd/2.1.8");
    let challenge = web::basic("DCS-0000L");
    let name = format!("uuid:{}-0", unit.capital_mac());
    let location = format!("{}:80/rootdesc.xml", base(unit));
    let answer =
        datagrams::ssdp("Linux, UPnP/1.0 DCS-0000L/1.0", "upnp:rootdevice", &name, &location);
    Behaviour::default()
        .answers(Question::Ssdp, answer)
        .listens(80, Service::Web(web::locked(server, &[&challenge])))
        .listens(554, Service::Rtsp(web::rtsp_locked(None, &[], &[&challenge])))
        .listens(21, Service::Greets(b"220 hostname DCS-0000L FTP server ready.\r\n".to_vec()))
}

fn grandstream(_: &Unit) -> Behaviour {
    let site = web::site(Some("Grandstream GXV3600"))
        .get("/", web::page(Some("Grandstream GXV3600"), "Network Camera"));
    Behaviour::default()
        .listens(80, Service::Web(site))
        .listens(554, Service::Rtsp(web::rtsp_locked(None, &[], &[&web::digest("GXV3600")])))
        .listens(
            23,
            Service::Greets(b"Grandstream GXV3600_FHD    Shell Command.\r\nPassword:".to_vec()),
        )
}

/// The board of the early clones, which answers Foscam's search.
fn netwave(unit: &Unit) -> Behaviour {
    let server = Some("Netwave IP Camera");
    Behaviour::default()
        .answers(Question::Foscam, datagrams::foscam(unit, [0, 37, 2, 49], None))
        .by_unicast(unit.answers_unicast)
        .listens(80, Service::Web(web::locked(server, &[&web::basic("ipcamera")])))
}
