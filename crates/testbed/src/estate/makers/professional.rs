//! Makers of equipment for buildings and cities (sections 3.3, 4.1, 5 and 6.1 to 6.6).

use model::DeviceKind;

use super::{Product, base, owned, product};
use crate::estate::behaviour::{Behaviour, Service};
use crate::estate::onvif::{
    BOTH_TYPES, DEVICE_SERVICE, DeviceService, Dialect, Information, Match, TRANSMITTER, WSD_ALL,
    WSD_TYPED,
};
use crate::estate::question::Question;
use crate::estate::tls::{
    COMMON_NAME, COUNTRY, Certificate, LOCALITY, ORGANISATION, PROVINCE, UNIT, Version,
};
use crate::estate::unit::Unit;
use crate::estate::{datagrams, web};

pub(super) const PRODUCTS: &[Product] = &[
    product("axis-dome", ("axis", "Axis"), DeviceKind::Camera, [0xac, 0xcc, 0x8e], axis),
    product("axis-old", ("axis", "Axis"), DeviceKind::Camera, [0x00, 0x40, 0x8c], axis_old),
    product("bosch-flexidome", ("bosch", "Bosch"), DeviceKind::Camera, [0x00, 0x07, 0x5f], bosch),
    product(
        "hanwha-bullet",
        ("hanwha", "Hanwha Vision"),
        DeviceKind::Camera,
        [0x00, 0x09, 0x18],
        hanwha,
    ),
    product("ipro-camera", ("ipro", "i-PRO"), DeviceKind::Camera, [0xd4, 0x2d, 0xc5], ipro),
    product("sony-camera", ("sony", "Sony"), DeviceKind::Camera, [0x00, 0x01, 0x4a], sony),
    product(
        "vivotek-dome",
        ("vivotek", "VIVOTEK"),
        DeviceKind::Camera,
        [0x00, 0x02, 0xd1],
        vivotek,
    ),
    product(
        "avigilon-dome",
        ("avigilon", "Avigilon"),
        DeviceKind::Camera,
        [0x00, 0x18, 0x85],
        avigilon,
    ),
    product("pelco-camera", ("pelco", "Pelco"), DeviceKind::Camera, [0x00, 0x04, 0x7d], pelco),
    product(
        "geovision-camera",
        ("geovision", "GeoVision"),
        DeviceKind::Camera,
        [0x00, 0x13, 0xe2],
        geovision,
    ),
    product("acti-camera", ("acti", "ACTi"), DeviceKind::Camera, [0x00, 0x0f, 0x7c], acti),
    product(
        "mobotix-camera",
        ("mobotix", "MOBOTIX"),
        DeviceKind::Camera,
        [0x00, 0x03, 0xc5],
        mobotix,
    ),
    product("canon-camera", ("canon", "Canon"), DeviceKind::Camera, [0x00, 0x1e, 0x8f], canon),
    product(
        "arecont-camera",
        ("arecont", "Arecont Vision"),
        DeviceKind::Camera,
        [0x00, 0x1a, 0x07],
        arecont,
    ),
    product(
        "milesight-camera",
        ("milesight", "Milesight"),
        DeviceKind::Camera,
        [0x1c, 0xc3, 0x16],
        milesight,
    ),
];

fn found<'m>(unit: &Unit, scopes: Vec<String>, endpoint: String, types: &'m str) -> Match<'m> {
    let xaddrs = format!("{}/onvif/device_service", base(unit));
    Match { dialect: Dialect::Gsoap, endpoint, types, scopes, xaddrs }
}

fn service<'s>(
    unit: &Unit,
    namespaces: &'s str,
    information: Option<Information<'s>>,
) -> DeviceService<'s> {
    DeviceService { namespaces, information, ..DeviceService::new(DEVICE_SERVICE, base(unit)) }
}

const AXIS_NAMESPACES: &str = " xmlns:aa=\"http://www.axis.com/vapix/ws/action1\" xmlns:tnsaxis=\"http://www.axis.com/2009/event/topics\"";

fn axis_challenge(unit: &Unit) -> String {
    let nonce = "00000000Y00000000000000000000000000000000000000";
    format!(
        "Digest realm=\"AXIS_{}\", nonce=\"{nonce}\", algorithm=MD5, qop=\"auth\"",
        unit.capital_mac()
    )
}

/// AXIS OS of today: tells its properties to anybody, and only TLS 1.2 and newer.
fn axis(unit: &Unit) -> Behaviour {
    let mac = unit.capital_mac();
    let properties = format!(
        concat!(
            "{{\"apiVersion\":\"1.3\",\"data\":{{\"propertyList\":{{\"Architecture\":\"armv7hf\",\"Brand\":\"AXIS\",",
            "\"BuildDate\":\"Jan 01 2020 00:00\",\"HardwareID\":\"7A0.0\",\"ProdFullName\":\"AXIS P0000-LVE Network Camera\",",
            "\"ProdNbr\":\"P0000-LVE\",\"ProdShortName\":\"AXIS P0000-LVE\",\"ProdType\":\"Network Camera\",",
            "\"SerialNumber\":\"{mac}\",\"Soc\":\"Axis Artpec-7\",\"Version\":\"10.0.0\",\"WebURL\":\"http://www.axis.com\"}}}}}}"
        ),
        mac = mac
    );
    let ready = "{\"apiVersion\":\"1.1\",\"method\":\"systemready\",\"data\":{\"systemready\":\"yes\",\"needsetup\":\"no\",\"uptime\":\"1000\"}}";
    let challenge = axis_challenge(unit);
    let site = web::locked(None, &[&challenge, &web::basic(&format!("AXIS_{mac}"))])
        .get("/", web::redirect(None, "/camera/index.html"))
        .get("/camera/index.html", web::page(None, "AXIS"))
        .post(
            "/axis-cgi/basicdeviceinfo.cgi",
            "getAllUnrestrictedProperties",
            web::json(&properties),
        )
        .post("/axis-cgi/systemready.cgi", "systemready", web::json(ready));
    let name = format!("axis-{}", unit.bare_mac());
    let certificate =
        Certificate::of(&[(ORGANISATION, "Axis Communications AB"), (COMMON_NAME, &name)])
            .spoken(Version::TLS_1_2, Version::TLS_1_3);
    let description = format!(
        concat!(
            "<?xml version=\"1.0\"?>\n<root xmlns=\"urn:schemas-upnp-org:device-1-0\"><specVersion><major>1</major><minor>0</minor></specVersion>",
            "<device><deviceType>urn:axis-com:device:Basic:1</deviceType><friendlyName>AXIS P0000-LVE - {mac}</friendlyName>",
            "<manufacturer>AXIS</manufacturer><modelDescription>AXIS P0000-LVE Network Camera</modelDescription>",
            "<modelName>AXIS P0000-LVE</modelName><modelNumber>P0000-LVE</modelNumber><serialNumber>{mac}</serialNumber>",
            "<UDN>uuid:Upnp-BasicDevice-1_0-{mac}</UDN></device></root>\n"
        ),
        mac = mac
    );
    let scopes = vec![
        "type/video_encoder".to_owned(),
        "Profile/Streaming".to_owned(),
        "hardware/P0000-LVE".to_owned(),
        "name/AXIS%20P0000-LVE".to_owned(),
        "location/".to_owned(),
    ];
    let endpoint =
        format!("urn:uuid:08a6f3cd-312c-4810-837e-{:012x}", u64::from(unit.number) * 0x9e37);
    Behaviour { says_unreachable: true, ..Behaviour::default() }
        .discovered(
            &WSD_ALL,
            &found(unit, scopes, endpoint, "tds:Device dn:NetworkVideoTransmitter"),
        )
        .answers(
            Question::Ssdp,
            datagrams::ssdp(
                "Linux/4.9.94-axis5, UPnP/1.0, Portable SDK for UPnP devices/1.6.22",
                "upnp:rootdevice",
                &format!("uuid:Upnp-BasicDevice-1_0-{mac}"),
                &format!("{}:49152/rootdesc1.xml", base(unit)),
            ),
        )
        .listens(80, Service::Web(service(unit, AXIS_NAMESPACES, None).on(site)))
        .listens(443, Service::Tls(certificate))
        .listens(554, Service::Rtsp(web::rtsp_locked(None, &[], &[&challenge])))
        .listens(
            49152,
            Service::Web(
                web::site(None).get("/rootdesc1.xml", web::xml("200 OK", &[], &description)),
            ),
        )
}

/// Fifteen years old: no ONVIF, no TLS, and an FTP server that tells everything.
fn axis_old(unit: &Unit) -> Behaviour {
    let challenge = axis_challenge(unit);
    let banner = b"220 AXIS 0000 Network Fixed Dome Camera 4.47 (Mar 13 2008) ready.\r\n";
    Behaviour { says_unreachable: true, ..Behaviour::default() }
        .listens(21, Service::Greets(banner.to_vec()))
        .listens(
            80,
            Service::Web(web::locked(None, &[&challenge]).get("/", web::page(None, "Index page"))),
        )
        .listens(554, Service::Rtsp(web::rtsp_locked(None, &[], &[&challenge])))
}

fn bosch(unit: &Unit) -> Behaviour {
    // The hardware address forwards and backwards, as far as the one sample shows.
    let [a, b, c, d, e, f] = unit.mac.octets().map(|octet| format!("{octet:02x}"));
    let endpoint = format!("urn:uuid:{a}{b}{c}{d}-{e}{f}-{f}{e}-{d}{c}-{b}{a}{b}{c}{d}{c}");
    let scopes = owned(&[
        "type/Network_Video_Transmitter",
        "name/Bosch",
        "location/",
        "hardware/FLEXIDOME_IP_0000i",
        "Profile/Streaming",
    ]);
    let mut found = found(unit, scopes, endpoint, BOTH_TYPES);
    found.xaddrs = format!("https://{}/onvif/device_service {}", unit.shown, found.xaddrs);
    let server = Some("VCS-VideoJet-Webserver");
    let challenge = web::digest("Use 'live' as User Name");
    let certificate = Certificate::of(&[
        (COUNTRY, "DE"),
        (PROVINCE, "Bayern"),
        (LOCALITY, "Grasbrunn"),
        (ORGANISATION, "Bosch Sicherheitssysteme GmbH"),
        (COMMON_NAME, "local.myboschcam.net"),
    ]);
    let namespaces = " xmlns:b=\"http://www.boschsecurity.com/ns\"";
    let site = service(unit, namespaces, None).on(web::locked(server, &[&challenge]));
    Behaviour { says_unreachable: true, ..Behaviour::default() }
        .answers(Question::Bosch, datagrams::bosch(unit))
        .heard_on(1758)
        .by_unicast(unit.answers_unicast)
        .discovered(&WSD_ALL, &found)
        .listens(80, Service::Web(site))
        .listens(443, Service::Tls(certificate))
        .listens(554, Service::Rtsp(web::rtsp_locked(None, &[], &[&challenge])))
        .waits_on(&[1756])
}

fn hanwha(unit: &Unit) -> Behaviour {
    let challenge = web::digest(&format!("iPolis_{}", unit.mac));
    let initialised = web::with_server(
        "200 OK",
        None,
        &[("Content-Type", "text/plain")],
        "Initialized=True\r\nLanguage=English\r\n",
    );
    let site = web::locked(None, &[&challenge])
        .get("/", web::page(None, "WISENET"))
        .get("/init-cgi/pw_init.cgi?msubmenu=statuscheck&action=view", initialised);
    let certificate = Certificate::of(&[
        (COUNTRY, "KR"),
        (ORGANISATION, "Hanwha Techwin"),
        (COMMON_NAME, "Camera"),
    ]);
    let scopes = owned(&[
        "type/Network_Video_Transmitter",
        "hardware/XNB-0000",
        "name/Hanwha%20Vision",
        "Profile/T",
    ]);
    let endpoint = format!("urn:uuid:{}", unit.uuid("5a4d5857-4e4f-4e5a-8000"));
    Behaviour { says_unreachable: true, ..Behaviour::default() }
        .answers(Question::Hanwha, datagrams::hanwha(unit, "XNB-0000"))
        .heard_on(7711)
        .by_unicast(unit.answers_unicast)
        .discovered(&WSD_TYPED, &found(unit, scopes, endpoint, TRANSMITTER))
        .listens(80, Service::Web(service(unit, "", None).on(site)))
        .listens(443, Service::Tls(certificate))
        .listens(554, Service::Rtsp(web::rtsp_locked(None, &[], &[&challenge])))
}

fn ipro(unit: &Unit) -> Behaviour {
    let site = web::locked(None, &[&web::digest("WV-S0000")])
        .get("/", web::page(None, "WV-SX000A Network Camera"));
    let scopes = owned(&[
        "type/Network_Video_Transmitter",
        "name/WV-SX000A",
        "hardware/WV-SX000A",
        "location/",
    ]);
    let endpoint = format!("urn:uuid:{}", unit.uuid("4d454930-0000-1000-8000"));
    Behaviour::default()
        .answers(Question::Ipro, datagrams::ipro(unit, "WV-SX000A", "1.00"))
        .heard_on(10669)
        .by_unicast(unit.answers_unicast)
        .discovered(&WSD_TYPED, &found(unit, scopes, endpoint, TRANSMITTER))
        .listens(80, Service::Web(service(unit, "", None).on(site)))
        .listens(
            554,
            Service::Rtsp(web::rtsp_locked(None, &[], &[&web::basic("GeneralUser/Administrator")])),
        )
}

fn sony(unit: &Unit) -> Behaviour {
    let server = Some("gen5th/1.8");
    let site = web::site(server).get("/", web::page(server, "Sony Network Camera"));
    Behaviour::default()
        .answers(Question::Sony, datagrams::sony(unit, "SNC-XX000", "1.00.00"))
        .by_unicast(unit.answers_unicast)
        .listens(80, Service::Web(site))
        .listens(
            554,
            Service::Rtsp(web::rtsp_locked(
                Some("Linux/2.6.35.14_nl-xarina+ Ze-PRO"),
                &[],
                &[&web::basic("SNC")],
            )),
        )
}

fn vivotek(unit: &Unit) -> Behaviour {
    let server = Some("VVTK-HTTP-Server/1.0");
    let information = Information {
        manufacturer: "VIVOTEK",
        model: "FD0000-HT",
        firmware: "FD0000-VVTK-0100a",
        serial: unit.capital_mac(),
        hardware: "Rossini",
    };
    let scopes = owned(&[
        "type/video_encoder",
        "hardware/FD0000-HT",
        "name/VIVOTEK%20FD0000-HT",
        "location/",
    ]);
    let endpoint = format!("urn:uuid:{}", unit.uuid("00000000-0000-1000-8000"));
    let site = web::locked(server, &[&web::digest("streaming_server")]);
    let certificate = Certificate::of(&[(ORGANISATION, "Vivotek.Inc"), (COMMON_NAME, "Vivotek")]);
    Behaviour { says_unreachable: true, ..Behaviour::default() }
        .answers(Question::Vivotek, datagrams::vivotek(unit, "FD0000-HT"))
        .by_unicast(unit.answers_unicast)
        .discovered(&WSD_ALL, &found(unit, scopes, endpoint, TRANSMITTER))
        .listens(80, Service::Web(service(unit, "", Some(information)).on(site)))
        .listens(443, Service::Tls(certificate))
        .listens(
            554,
            Service::Rtsp(web::rtsp_locked(None, &[], &[&web::digest("streaming_server")])),
        )
        .listens(21, Service::Greets(b"220 Welcome to Network Camera FTP Server\r\n".to_vec()))
}

fn avigilon(unit: &Unit) -> Behaviour {
    let mac = unit.mac.to_string().replace(':', "-");
    let mut scopes = owned(&["type/video_encoder", "Profile/Streaming"]);
    scopes.push(format!("avigilon/mac/{mac}"));
    scopes.extend(owned(&["avigilon/firmware/version/2.6.0.130", "hardware/3.0C-H4A-D1"]));
    let endpoint = format!("urn:uuid:{}", unit.uuid("0b6a1f70-0000-4000-8000"));
    let name = format!("AVIGILON-CAMERA-3.0C-H4A-D1-{:07}", unit.number);
    let certificate = Certificate::of(&[
        (COUNTRY, "CA"),
        (PROVINCE, "British Columbia"),
        (LOCALITY, "Vancouver"),
        (ORGANISATION, "Avigilon Corporation"),
        (UNIT, "Certification Manager"),
        (COMMON_NAME, &name),
    ]);
    let server = Some("AvigilonOnvifNvt/2.6.0.130");
    let site = service(unit, "", None).on(web::locked(server, &[&web::digest("Avigilon")]));
    Behaviour::default()
        .discovered(&WSD_ALL, &found(unit, scopes, endpoint, TRANSMITTER))
        .listens(80, Service::Web(site))
        .listens(443, Service::Tls(certificate))
        .listens(554, Service::Rtsp(web::rtsp_locked(server, &[], &[&web::digest("Avigilon")])))
}

fn pelco(unit: &Unit) -> Behaviour {
    let server = Some("ev-compat");
    let scopes = owned(&["type/video_encoder", "name/Pelco", "hardware/IMM00000", "location/"]);
    let endpoint = format!("urn:uuid:{}", unit.uuid("691ae2a4-0000-11df-8000"));
    let site = web::site(server).get("/", web::page(server, "Pelco Sarix"));
    Behaviour::default()
        .discovered(&WSD_TYPED, &found(unit, scopes, endpoint, TRANSMITTER))
        .listens(80, Service::Web(service(unit, "", None).on(site)))
        .listens(
            443,
            Service::Tls(Certificate::of(&[(ORGANISATION, "Pelco"), (COMMON_NAME, "camera")])),
        )
        .listens(554, Service::Rtsp(web::rtsp_locked(None, &[], &[&web::digest("Pelco")])))
}

fn geovision(unit: &Unit) -> Behaviour {
    let scopes = owned(&[
        "type/video_encoder",
        "hardware/GV-BX0000",
        "location/country/taiwan",
        "name/Geovision",
    ]);
    let endpoint = format!("urn:uuid:{}", unit.uuid("1b2c3d4e-0000-4000-8000"));
    let site = web::site(None).get("/", web::page(None, "GV-IPCAM"));
    Behaviour::default()
        .discovered(&WSD_TYPED, &found(unit, scopes, endpoint, TRANSMITTER))
        .listens(80, Service::Web(service(unit, "", None).on(site)))
        .listens(
            554,
            Service::Rtsp(web::rtsp_locked(None, &[], &[&web::digest("streaming_server_gv")])),
        )
}

/// No search of its own is known: the web page says it.
fn acti(_: &Unit) -> Behaviour {
    let page = "<html><head><title>ACTi Corporation</title><meta http-equiv=\"refresh\" content=\"0; url=/cgi-bin/videoconfiguration.cgi\"></head></html>";
    let site = web::site(None)
        .get("/", web::with_server("200 OK", None, &[("Content-Type", "text/html")], page));
    Behaviour::default()
        .listens(80, Service::Web(site))
        .listens(7070, Service::Rtsp(web::rtsp_locked(None, &[], &[&web::basic("ACTi")])))
        .waits_on(&[6001, 6002])
}

fn mobotix(_: &Unit) -> Behaviour {
    let page = "<html><head><title>Redirect to userimage: /control/userimage.html</title></head><body></body></html>";
    let challenge = web::basic("MOBOTIX Camera User");
    let certificate =
        Certificate::of(&[(COUNTRY, "DE"), (ORGANISATION, "MOBOTIX AG"), (COMMON_NAME, "camera")]);
    let site = web::locked(None, &[&challenge])
        .get("/", web::with_server("200 OK", None, &[("Content-Type", "text/html")], page));
    Behaviour { says_unreachable: true, ..Behaviour::default() }
        .listens(80, Service::Web(site))
        .listens(443, Service::Tls(certificate))
        .listens(554, Service::Rtsp(web::rtsp_locked(None, &[], &[&challenge])))
}

fn canon(_: &Unit) -> Behaviour {
    let site = web::site(Some("VB100")).get("/", web::page(Some("VB100"), "Network Camera VB-H00"));
    Behaviour::default()
        .listens(80, Service::Web(site))
        .listens(554, Service::Rtsp(web::rtsp_locked(None, &[], &[&web::digest("VB")])))
}

fn arecont(_: &Unit) -> Behaviour {
    let challenge = web::basic("Arecont Vision");
    Behaviour::default()
        .listens(
            80,
            Service::Web(
                web::locked(None, &[&challenge]).get("/", web::page(None, "Arecont Vision Camera")),
            ),
        )
        .listens(554, Service::Rtsp(web::rtsp_locked(None, &[], &[&challenge])))
}

fn milesight(unit: &Unit) -> Behaviour {
    let mac = format!("macaddress/{}", unit.bare_mac());
    let scopes = [
        "type/Network_Video_Transmitter",
        "Profile/Streaming",
        "hardware/Camera",
        "name/Camera",
        "location/",
        "model/",
        &mac,
    ];
    let endpoint = format!("urn:uuid:{}", unit.uuid("5eb58dbb-0000-4000-8000"));
    let site = web::site(None).get("/", web::page(None, "Milesight Network Camera"));
    Behaviour::default()
        .discovered(&WSD_TYPED, &found(unit, owned(&scopes), endpoint, TRANSMITTER))
        .listens(80, Service::Web(service(unit, "", None).on(site)))
        .listens(554, Service::Rtsp(web::rtsp_locked(None, &[], &[&web::digest("Camera")])))
}
