//! Dahua, and the brands that it builds for (section 2).

use model::DeviceKind;

use super::{Product, base, identity, owned, product};
use crate::estate::behaviour::{Behaviour, Service};
use crate::estate::onvif::{BOTH_TYPES, DEVICE_SERVICE, DeviceService, Dialect, Match, WSD_ALL};
use crate::estate::question::Question;
use crate::estate::tls::{
    COMMON_NAME, COUNTRY, Certificate, LOCALITY, ORGANISATION, PROVINCE, UNIT, Version,
};
use crate::estate::unit::Unit;
use crate::estate::{datagrams, web};
use crate::messages;

const OUI: [u8; 3] = [0x3c, 0xef, 0x8c];

pub(super) const PRODUCTS: &[Product] = &[
    product("dahua-dome", ("dahua", "Dahua"), DeviceKind::Camera, OUI, |unit| {
        device(unit, &DOME, &serial(unit))
    }),
    product("dahua-bullet-hashed", ("dahua", "Dahua"), DeviceKind::Camera, OUI, |unit| {
        device(unit, &Line { model: "IPC-HFW0000T", is_hashed: true, ..DOME }, &serial(unit))
    }),
    product("dahua-recorder", ("dahua", "Dahua"), DeviceKind::Recorder, OUI, |unit| {
        device(
            unit,
            &Line {
                model: "NVR4000-4KS2",
                class: "NVR",
                channels: 16,
                firmware: "4.001.0000000.1.R",
                ..DOME
            },
            &serial(unit),
        )
    }),
    product("dahua-door-station", ("dahua", "Dahua"), DeviceKind::Intercom, OUI, |unit| {
        device(
            unit,
            &Line { model: "VTO0000", class: "VTO", has_onvif: false, ..DOME },
            &serial(unit),
        )
    }),
    product(
        "amcrest-turret",
        ("dahua", "Amcrest"),
        DeviceKind::Camera,
        [0x9c, 0x8e, 0xcd],
        |unit| {
            let serial = format!("AMC{:03}SC{:06}", unit.number % 1_000, unit.number % 1_000_000);
            device(
                unit,
                &Line {
                    model: "IP5M-T0000E",
                    brand: "Amcrest",
                    vendor: "Amcrest",
                    has_maker_ca: false,
                    ..DOME
                },
                &serial,
            )
        },
    ),
    product(
        "intelbras-dome",
        ("dahua", "Intelbras"),
        DeviceKind::Camera,
        [0x00, 0x1a, 0x3f],
        |unit| {
            device(
                unit,
                &Line {
                    model: "VIP 0000 D",
                    brand: "Intelbras",
                    vendor: "Intelbras",
                    firmware: "2.000.00IB004.0.R",
                    has_maker_ca: false,
                    ..DOME
                },
                &serial(unit),
            )
        },
    ),
    product("lorex-recorder", ("dahua", "Lorex"), DeviceKind::Recorder, OUI, |unit| {
        let serial = format!("ND0{:011}", unit.number);
        device(
            unit,
            &Line {
                model: "N000A",
                brand: "Lorex",
                vendor: "Lorex",
                class: "NVR",
                channels: 8,
                ..DOME
            },
            &serial,
        )
    }),
];

/// What differs between devices.
#[derive(Debug, Clone, Copy)]
struct Line {
    model: &'static str,
    brand: &'static str,
    vendor: &'static str,
    class: &'static str,
    firmware: &'static str,
    channels: u32,
    /// Realms hold a hash where older firmware wrote the serial number.
    is_hashed: bool,
    has_maker_ca: bool,
    has_onvif: bool,
}

const DOME: Line = Line {
    model: "IPC-HDW0000TM",
    brand: "Dahua",
    vendor: "Private",
    class: "IPC",
    firmware: "2.800.0000000.13.R",
    channels: 0,
    is_hashed: false,
    has_maker_ca: true,
    has_onvif: true,
};

/// Digit, letter, five hexadecimal digits, `PAG`, five more.
fn serial(unit: &Unit) -> String {
    format!("6C{:05X}PAG{:05X}", unit.number % 0x10_0000, unit.number % 0x10_0000)
}

fn device(unit: &Unit, line: &Line, serial: &str) -> Behaviour {
    let identity = identity(unit, line.model, serial, line.firmware);
    let reply = messages::dhip_reply(identity, line.class, line.vendor, line.channels);
    let realm = match line.is_hashed {
        true => format!("Login to {:032x}", u64::from(unit.number) * 0x9e37_79b9),
        false => format!("Login to {serial}"),
    };
    let challenge = web::digest(&realm);
    let behaviour = Behaviour { says_unreachable: true, ..Behaviour::default() }
        .answers(Question::Dhip, reply)
        .by_unicast(unit.answers_unicast)
        .answers(Question::Dahua5050, datagrams::dahua5050(unit, line.brand, line.model, serial))
        .by_unicast(unit.answers_unicast);
    let behaviour = match line.has_onvif {
        true => behaviour.discovered(&WSD_ALL, &found(unit, line)),
        false => behaviour,
    };
    let site = web::site(None).get("/", web::page(None, "WEB SERVICE")).get(
        "/cgi-bin/magicBox.cgi?action=getDeviceType",
        web::unauthorised(None, &[&challenge], "Error"),
    );
    let service = DeviceService::new(DEVICE_SERVICE, base(unit));
    let site = if line.has_onvif { service.on(site) } else { site };
    let rtsp = web::rtsp_locked(Some("Rtsp Server/3.0"), &[], &[&challenge]);
    let behaviour = behaviour
        .listens(80, Service::Web(site))
        .listens(554, Service::Rtsp(rtsp))
        .waits_on(&[37777]);
    match line.has_maker_ca {
        true => behaviour.listens(443, Service::Tls(certificate(unit))),
        false => behaviour,
    }
}

/// Some of these speak nothing newer than TLS 1.0.
fn certificate(unit: &Unit) -> Certificate {
    let address = unit.shown.to_string();
    let subject = [
        (COMMON_NAME, address.as_str()),
        (COUNTRY, "CN"),
        (PROVINCE, "ZHEJIANG"),
        (LOCALITY, "HANGZHOU"),
        (ORGANISATION, "DAHUA"),
        (UNIT, "DAHUATECH"),
    ];
    let issuer = [
        (COMMON_NAME, "Product Root CA"),
        (COUNTRY, "CN"),
        (PROVINCE, "ZheJiang"),
        (LOCALITY, "HangZhou"),
        (ORGANISATION, "DahuaTech"),
    ];
    let certificate = Certificate::new(&subject, &issuer);
    match unit.number % 4 {
        0 => certificate.spoken(Version::SSL_3, Version::TLS_1_0),
        _ => certificate,
    }
}

fn found<'m>(unit: &Unit, line: &Line) -> Match<'m> {
    let mut scopes = owned(&["location/country/china"]);
    scopes.push(format!("name/{}", line.brand));
    scopes.push(format!("hardware/{}", line.model.replace(' ', "%20")));
    scopes.extend(owned(&[
        "Profile/Streaming",
        "type/Network_Video_Transmitter",
        "extension/unique_identifier",
        "Profile/T",
    ]));
    Match {
        dialect: Dialect::Dahua,
        endpoint: format!("uuid:b1fc8184-b342-a2b0-8db5-{:012x}", u64::from(unit.number) * 0x9e37),
        types: BOTH_TYPES,
        scopes,
        xaddrs: format!("{}/onvif/device_service", base(unit)),
    }
}
