//! Makers whose boards and firmware many brands sell: TVT, Xiongmai, HiChip, VStarcam, V380, Longse, HeroSpeed, Tiandy,
//! Jovision (sections 3.3, 5.1 and 6.8 to 6.16).

use model::DeviceKind;

use super::{Product, base, identity, owned, product};
use crate::estate::behaviour::{Behaviour, Connections, Manners, Service};
use crate::estate::datagrams::{self, Tvt};
use crate::estate::onvif::{
    DEVICE_SERVICE, DeviceService, Dialect, Information, Match, TRANSMITTER, WSD_ALL, WSD_TYPED,
};
use crate::estate::question::Question;
use crate::estate::unit::Unit;
use crate::estate::web;
use crate::messages;

pub(super) const PRODUCTS: &[Product] = &[
    product("tvt-camera", ("tvt", "TVT"), DeviceKind::Camera, [0x58, 0x5b, 0x69], |unit| {
        tvt(
            unit,
            Tvt { model: "TD-0000S1", firmware: "5.1.1.0", vendor: "TVT", sort: 2, channels: 1 },
        )
    }),
    product(
        "provision-recorder",
        ("tvt", "Provision-ISR"),
        DeviceKind::Recorder,
        [0x00, 0x18, 0xae],
        |unit| {
            tvt(
                unit,
                Tvt {
                    model: "NVR0-0000",
                    firmware: "1.4.5",
                    vendor: "Provision-ISR",
                    sort: 3,
                    channels: 16,
                },
            )
        },
    ),
    product("xiongmai-recorder", ("xiongmai", ""), DeviceKind::Recorder, UNREGISTERED, |unit| {
        xiongmai(unit, 16)
    }),
    product(
        "xiongmai-camera-besder",
        ("xiongmai", "Besder"),
        DeviceKind::Camera,
        UNREGISTERED,
        |unit| xiongmai(unit, 1),
    ),
    product("hichip-camera", ("hichip", ""), DeviceKind::Camera, UNREGISTERED, hichip),
    product(
        "vstarcam-camera",
        ("vstarcam", "VStarcam"),
        DeviceKind::Camera,
        UNREGISTERED,
        vstarcam,
    ),
    product("v380-camera", ("macrovideo", "V380"), DeviceKind::Camera, UNREGISTERED, v380),
    product("longse-camera", ("longse", ""), DeviceKind::Camera, UNREGISTERED, longse),
    product(
        "herospeed-camera",
        ("herospeed", "HeroSpeed"),
        DeviceKind::Camera,
        [0x2c, 0x6f, 0x51],
        herospeed,
    ),
    product("tiandy-camera", ("tiandy", "Tiandy"), DeviceKind::Camera, [0x3c, 0xda, 0x6d], tiandy),
    product("anjvision-camera", ("anjvision", ""), DeviceKind::Camera, UNREGISTERED, anjvision),
    product(
        "jovision-camera",
        ("jovision", "Jovision"),
        DeviceKind::Camera,
        [0xac, 0x95, 0x72],
        jovision,
    ),
];

/// These makers have no block of their own; this one is nobody's.
const UNREGISTERED: [u8; 3] = [0x00, 0x12, 0x31];

fn tvt(unit: &Unit, line: Tvt<'_>) -> Behaviour {
    let server = Some("Cross Web Server");
    let site = web::locked(server, &[&web::digest("/")]).get("/", web::page(server, "Web Client"));
    Behaviour::default()
        .answers(Question::Tvt, datagrams::tvt(unit, line))
        .heard_on(23456)
        .by_unicast(unit.answers_unicast)
        .listens(80, Service::Web(site))
        .listens(554, Service::Rtsp(web::rtsp_locked(None, &[], &[&web::digest("RTSPD")])))
        .waits_on(&[6036])
}

fn xiongmai(unit: &Unit, channels: u32) -> Behaviour {
    let serial = format!("{:016x}", unit.number);
    let identity = identity(unit, "LocalHost", &serial, "V4.02.R11.00000000");
    let endpoint = format!("urn:uuid:{}", unit.uuid("1419d68a-1dd2-11b2-a105"));
    let found = Match {
        dialect: Dialect::Gsoap,
        endpoint,
        types: TRANSMITTER,
        scopes: owned(&[
            "type/video_encoder",
            "type/audio_encoder",
            "hardware/IPC-model",
            "location/country/china",
            "name/NVT",
            "Profile/Streaming",
        ]),
        xaddrs: format!("{}:8899/onvif/device_service", base(unit)),
    };
    let service = DeviceService {
        information: Some(Information {
            manufacturer: "H264",
            model: "XM530_80X20",
            firmware: "V4.02.R11.00000000.10010.140100.00000",
            serial: serial.clone(),
            hardware: "00001",
        }),
        ..DeviceService::new(DEVICE_SERVICE, format!("{}:8899", base(unit)))
    };
    let server = Some("uc-httpd 1.0.0");
    let site = web::site(server).get("/", web::page(server, "NETSurveillance WEB"));
    let description = web::description(
        "- 38990265062388 38990265062388 IN IP4 0.0.0.0",
        "RTSP Session",
        &["a=control:*"],
    );
    let rtsp =
        web::rtsp_open(Some("H264DVR 1.0"), &format!("rtsp://{}/", unit.shown), &description);
    let behaviour = Behaviour {
        manners: Manners { bare_line_feeds: unit.number.is_multiple_of(3), ..Manners::default() },
        ..Behaviour::default()
    };
    behaviour
        .answers(Question::Dvrip, messages::dvrip_reply(identity, channels))
        .heard_on(34569)
        .by_unicast(unit.answers_unicast)
        .discovered(&[Question::WsdTransmitter, Question::WsdAnything], &found)
        .listens(80, Service::Web(site))
        .listens(8899, Service::Web(service.on(web::site(None))))
        .listens(554, Service::Rtsp(rtsp))
        .listens(
            23,
            Service::Greets(
                b"\xff\xfd\x01\xff\xfd\x1f\xff\xfb\x01\xff\xfb\x03\r\nLocalHost login: ".to_vec(),
            ),
        )
        .waits_on(&[34567])
}

fn hichip(unit: &Unit) -> Behaviour {
    let found = Match {
        dialect: Dialect::Hichip,
        endpoint: format!("urn:uuid:2419d68a-2dd2-21b2-a205-{}", unit.capital_mac()),
        types: "",
        scopes: owned(&[
            "Profile/Streaming",
            "Model/631GA",
            "Name/IPCAM",
            "location/country/china",
        ]),
        xaddrs: format!("{}:8080/onvif/devices", base(unit)),
    };
    let service = DeviceService {
        information: Some(Information {
            manufacturer: "IPCAM",
            model: "631GA",
            firmware: "V11.1.8.1.1",
            serial: unit.capital_mac(),
            hardware: "1.0",
        }),
        ..DeviceService::new("/onvif/devices", format!("{}:8080", base(unit)))
    };
    let server = Some("Hipcam RealServer/V1.0");
    let description = web::description(
        "- 38990265062388 38990265062388 IN IP4 0.0.0.0",
        "RTSP Session",
        &["a=Media_header:MEDIAINFO=494D4B48"],
    );
    Behaviour::default()
        .discovered(&WSD_ALL, &found)
        .listens(80, Service::Web(web::locked(server, &[&web::digest("IPCAM")])))
        .listens(8080, Service::Web(service.on(web::site(server))))
        .listens(
            554,
            Service::Rtsp(web::rtsp_open(server, &format!("rtsp://{}/", unit.shown), &description)),
        )
}

fn vstarcam(unit: &Unit) -> Behaviour {
    let description = web::description(
        "VSTC 3724 1 IN IP4 0.0.0.0",
        "streamed by the VSTARCAM RTSP server",
        &["a=control:*"],
    );
    Behaviour::default()
        .answers(Question::Vstarcam, datagrams::vstarcam(unit, "48.53.203.31"))
        .by_unicast(unit.answers_unicast)
        .listens(81, Service::Web(web::locked(Some("GoAhead"), &[&web::basic("IPCamera")])))
        .listens(
            10554,
            Service::Rtsp(web::rtsp_open(None, &format!("rtsp://{}/", unit.shown), &description)),
        )
}

/// Hears one client at a time.
fn v380(unit: &Unit) -> Behaviour {
    let description = web::description(
        "- 1 1 IN IP4 0.0.0.0",
        "streamed by the macro-video rtsp server",
        &["a=control:*"],
    );
    let manners = Manners { connections: Connections::RefusedAbove(1), ..Manners::default() };
    Behaviour { manners, ..Behaviour::default() }
        .answers(Question::V380, datagrams::v380(unit))
        .heard_on(10009)
        .by_unicast(unit.answers_unicast)
        .listens(
            554,
            Service::Rtsp(web::rtsp_open(None, &format!("rtsp://{}/", unit.shown), &description)),
        )
        .waits_on(&[8800])
}

fn longse(unit: &Unit) -> Behaviour {
    let challenge = format!("Digest realm=\"Surveillance Server\", nonce=\"{:08}\"", unit.number);
    let server = Some("Rtsp Server 1920*1080*20*2048");
    Behaviour::default()
        .listens(80, Service::Web(web::locked(None, &[&challenge])))
        .listens(554, Service::Rtsp(web::rtsp_locked(server, &[], &[&challenge])))
}

/// A camera that is known by what ONVIF tells.
fn by_scopes(unit: &Unit, scopes: &[&str], endpoint: &str) -> Match<'static> {
    Match {
        dialect: Dialect::Gsoap,
        endpoint: format!("urn:uuid:{}", unit.uuid(endpoint)),
        types: TRANSMITTER,
        scopes: owned(scopes),
        xaddrs: format!("{}/onvif/device_service", base(unit)),
    }
}

fn with_onvif(unit: &Unit, found: &Match<'_>, realm: &str, title: &str) -> Behaviour {
    let service = DeviceService::new(DEVICE_SERVICE, base(unit));
    let site = service.on(web::site(None).get("/", web::page(None, title)));
    Behaviour::default()
        .discovered(&WSD_TYPED, found)
        .listens(80, Service::Web(site))
        .listens(554, Service::Rtsp(web::rtsp_locked(None, &[], &[&web::digest(realm)])))
}

/// Repeats its own match in one datagram, and declares a namespace of Hikvision's.
fn herospeed(unit: &Unit) -> Behaviour {
    let scopes =
        ["manufacturer/HeroSpeed", "hardware/IPCamera", "name/HeroSpeed", "location/Guangzhou"];
    let found = by_scopes(unit, &scopes, "5f5a69c2-e0ae-504f-829b");
    with_onvif(unit, &Match { dialect: Dialect::Herospeed, ..found }, "IP Camera", "login")
}

fn tiandy(unit: &Unit) -> Behaviour {
    let mac = format!("mac/{}", unit.mac);
    let scopes = [
        "mfr/ipcamera",
        "type/video_encoder",
        "location/city/tianjin",
        mac.as_str(),
        "firmware/APP_V3.0.0.20200101",
        "hardware/TC-C0000%20SPEC%3AI3/E",
    ];
    with_onvif(unit, &by_scopes(unit, &scopes, "e32e6863-ea5e-4ee4-997e"), "TIANDY", "Web Client")
}

fn jovision(unit: &Unit) -> Behaviour {
    let scopes = [
        "type/Network_Video_Transmitter",
        "b/jovision",
        "type/video_encoder",
        "hardware/NVT-HI3516CS",
        "name/HD%20IPC",
    ];
    with_onvif(unit, &by_scopes(unit, &scopes, "3a1d0d9c-6f4a-4d1e-9f0a"), "IPC", "IPC")
}

/// Opens the ports of Hikvision and of Dahua, and is neither (section 6.11).
fn anjvision(unit: &Unit) -> Behaviour {
    let description = web::description(
        "- 1109162014219182 1 IN IP4 0.0.0.0",
        "RTSP/RTP stream from anjvision ipcamera",
        &["a=tool:CHAM.LI@ANJVISION.COM", "a=control:*"],
    );
    let manners = Manners { connections: Connections::RefusedAbove(1), ..Manners::default() };
    Behaviour { manners, ..Behaviour::default() }
        .listens(80, Service::Web(web::site(None).get("/", web::page(None, "IPCamera Login"))))
        .listens(
            554,
            Service::Rtsp(web::rtsp_open(None, &format!("rtsp://{}/", unit.shown), &description)),
        )
        .waits_on(&[8000, 8091, 37777])
}
