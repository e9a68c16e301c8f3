//! Hikvision, and the brands that it builds for (sections 1.1 to 1.6).

use model::DeviceKind;

use super::{Product, base, identity, owned, product};
use crate::estate::behaviour::{Behaviour, Service};
use crate::estate::onvif::{BOTH_TYPES, DEVICE_SERVICE, DeviceService, Dialect, Match, WSD_ALL};
use crate::estate::question::Question;
use crate::estate::site::Site;
use crate::estate::tls::{
    COMMON_NAME, COUNTRY, Certificate, LOCALITY, ORGANISATION, PROVINCE, UNIT,
};
use crate::estate::unit::Unit;
use crate::estate::web;
use crate::messages;

const BRANDED: &str = "http://www.hikvision.com/ver20/XMLSchema";
const NEUTRAL: &str = "http://www.std-cgi.com/ver20/XMLSchema";
const OUI: [u8; 3] = [0x44, 0x19, 0xb6];

pub(super) const PRODUCTS: &[Product] = &[
    product("hikvision-dome", ("hikvision", "HIKVISION"), DeviceKind::Camera, OUI, |unit| {
        camera(unit, &DOME)
    }),
    product(
        "hikvision-bullet-without-onvif",
        ("hikvision", "HIKVISION"),
        DeviceKind::Camera,
        OUI,
        |unit| camera(unit, &Line { has_onvif: false, model: "DS-2CD2T00G0-I", ..DOME }),
    ),
    product("hikvision-recorder", ("hikvision", "HIKVISION"), DeviceKind::Recorder, OUI, |unit| {
        recorder(unit, "DS-7600NI-K2", "DS-7600NI-K2", BRANDED)
    }),
    product("annke-dome", ("hikvision", "ANNKE"), DeviceKind::Camera, OUI, |unit| {
        camera(
            unit,
            &Line {
                model: "C000",
                name: "ANNKE%20C000",
                namespace: NEUTRAL,
                city: "shenzhen",
                ..DOME
            },
        )
    }),
    product("lts-bullet", ("hikvision", "LTS"), DeviceKind::Camera, OUI, |unit| {
        camera(
            unit,
            &Line {
                model: "CMIP0000W",
                name: "LTS%20CMIP0000W",
                namespace: NEUTRAL,
                city: "losangeles",
                ..DOME
            },
        )
    }),
    product(
        "truvision-recorder",
        ("hikvision", "Interlogix TruVision"),
        DeviceKind::Recorder,
        OUI,
        |unit| recorder(unit, "TVN-0000", "0800", NEUTRAL),
    ),
    product("ezviz-camera", ("ezviz", "EZVIZ"), DeviceKind::Camera, [0x54, 0xd6, 0x0d], ezviz),
];

/// What differs between cameras.
#[derive(Debug, Clone, Copy)]
struct Line {
    model: &'static str,
    /// As it stands in the scope `name/`.
    name: &'static str,
    namespace: &'static str,
    city: &'static str,
    firmware: &'static str,
    has_onvif: bool,
}

const DOME: Line = Line {
    model: "DS-2CD2100G0-I",
    name: "HIKVISION%20DS-2CD2100G0-I",
    namespace: BRANDED,
    city: "hangzhou",
    firmware: "V5.6.2build 190701",
    has_onvif: true,
};

/// The letter and eight digits that survive every rebranding.
fn tail(unit: &Unit) -> String {
    format!("C{:08}", unit.number)
}

/// As the parentheses of a realm repeat it: letter and four digits.
fn tag(unit: &Unit) -> String {
    format!("C{:04}", unit.number % 10_000)
}

/// The digest challenge: `stale` is quoted, and the nonce is hexadecimal of base64 of `MAC:time`.
fn challenge(realm: &str) -> String {
    let nonce = "4d4441774d4441774f6a41774d4441774d4441774d4441774d4441774d413d3d";
    format!("Digest qop=\"auth\", realm=\"{realm}\", nonce=\"{nonce}\", stale=\"FALSE\"")
}

fn camera(unit: &Unit, line: &Line) -> Behaviour {
    let serial = format!("{}20200101AAWR{}", line.model, tail(unit));
    let realm = format!("IP Camera({})", tag(unit));
    let identity = identity(unit, line.model, &serial, line.firmware);
    let endpoint = format!("urn:uuid:{}", unit.uuid("18ec6401-3aa0-11b5-83f6"));
    let behaviour = Behaviour { says_unreachable: true, ..Behaviour::default() }
        .answers(Question::Sadp, messages::sadp_reply(identity, (0, 1), true))
        .by_unicast(unit.answers_unicast);
    // Newer firmware answers to the port that its tool listens on.
    let behaviour =
        if unit.number.is_multiple_of(2) { behaviour.heard_on(37020) } else { behaviour };
    let behaviour = match line.has_onvif {
        true => behaviour.discovered(&WSD_ALL, &found(unit, line, &endpoint)),
        false => behaviour,
    };
    let tls = [
        (COUNTRY, "CN"),
        (PROVINCE, "ZheJiang"),
        (LOCALITY, "HangZhou"),
        (ORGANISATION, "HIKVISION"),
        (UNIT, "DVRNVR"),
        (COMMON_NAME, "www.hikvision.com"),
    ];
    let behaviour = match line.namespace {
        BRANDED => behaviour.listens(443, Service::Tls(Certificate::of(&tls))),
        _ => behaviour,
    };
    behaviour
        .listens(
            80,
            Service::Web(site(
                unit,
                line.namespace,
                "App-webs/",
                &challenge(&realm),
                line.has_onvif,
            )),
        )
        .listens(
            554,
            Service::Rtsp(web::rtsp_locked(
                None,
                &[DATE],
                &[&challenge(&realm), &web::basic(&realm)],
            )),
        )
        .waits_on(&[8000])
}

/// Two blanks, and the month before the day.
const DATE: (&str, &str) = ("Date", " Mon, Nov 02 2026 09:00:00 GMT");

fn found<'m>(unit: &Unit, line: &Line, endpoint: &str) -> Match<'m> {
    let mut scopes = owned(&["type/video_encoder", "Profile/Streaming", "Profile/G", "type/ptz"]);
    scopes.push(format!("hardware/{}", line.model));
    scopes.push(format!("name/{}", line.name));
    scopes.push(format!("location/city/{}", line.city));
    Match {
        dialect: Dialect::Hikvision,
        endpoint: endpoint.to_owned(),
        types: BOTH_TYPES,
        scopes,
        xaddrs: format!("{}/onvif/device_service", base(unit)),
    }
}

fn site(unit: &Unit, namespace: &str, server: &str, challenge: &str, has_onvif: bool) -> Site {
    let refusal = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<userCheck version=\"2.0\" xmlns=\"{namespace}\">\n<statusValue>401</statusValue>\n<statusString>Unauthorized</statusString>\n</userCheck>\n"
    );
    let activated = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ActivateStatus version=\"2.0\" xmlns=\"{namespace}\">\n<Activated>true</Activated>\n</ActivateStatus>\n"
    );
    let head = [("Server", server)];
    let site = web::site(Some(server))
        .get("/", web::redirect(Some(server), "/doc/page/login.asp"))
        .get("/doc/page/login.asp", web::page(Some(server), "login"))
        .get("/SDK/activateStatus", web::xml("200 OK", &head, &activated))
        .get(
            "/ISAPI/System/deviceInfo",
            web::xml("401 Unauthorized", &[head[0], ("WWW-Authenticate", challenge)], &refusal),
        );
    let service = DeviceService {
        namespaces: " xmlns:tnshik=\"http://www.hikvision.com/2011/event/topics\" xmlns:hikxsd=\"http://www.onvifext.com/onvif/ext/ver10/schema\"",
        ..DeviceService::new(DEVICE_SERVICE, base(unit))
    };
    if has_onvif { service.on(site) } else { site }
}

fn recorder(unit: &Unit, model: &'static str, line: &str, namespace: &'static str) -> Behaviour {
    let serial = format!("{line}20200101CCRR{}WCVU", tail(unit));
    let identity = identity(unit, model, &serial, "V4.30.0build 200101");
    let challenge = "Digest realm=\"DVRNVRDVS\", qop=\"auth\", nonce=\"4d4441774d4441774f6a41774d4441774d4441774d4441774d4441774d413d3d\", stale=\"FALSE\"";
    Behaviour { says_unreachable: true, ..Behaviour::default() }
        .answers(Question::Sadp, messages::sadp_reply(identity, (0, 16), true))
        .by_unicast(unit.answers_unicast)
        .listens(80, Service::Web(site(unit, namespace, "DNVRS-Webs", challenge, false)))
        .listens(554, Service::Rtsp(web::rtsp_locked(None, &[DATE], &[challenge])))
        .waits_on(&[8000])
}

/// Cloud first: no stream and no ONVIF for strangers (section 1.5).
fn ezviz(_: &Unit) -> Behaviour {
    let certificate =
        Certificate::new(&[(COMMON_NAME, "EZVIZ Device")], &[(COMMON_NAME, "EZVIZ CAServer")]);
    Behaviour::default()
        .listens(8443, Service::Tls(certificate.clone()))
        .listens(443, Service::Tls(certificate))
        .waits_on(&[8000, 9010, 9020])
}
