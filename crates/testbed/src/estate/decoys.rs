//! What else stands in networks: things that are no cameras, things that pretend, and things that mean harm.

use std::fmt::Write as _;
use std::time::Duration;

use model::DeviceKind;

use super::behaviour::{Behaviour, Endless, OtherPorts, Service};
use super::makers::{Product, products};
use super::onvif::{Dialect, Match};
use super::question::Question;
use super::site::{Reply, Site};
use super::tls::{COMMON_NAME, Certificate, ORGANISATION, Version};
use super::unit::Unit;
use super::{datagrams, web};

/// Things that are no cameras, and two that pretend: the tarpit and the honeypot.
pub const DECOYS: &[Product] = &[
    decoy("windows-computer", [0x00, 0x15, 0x5d], windows),
    decoy("voip-phone", [0x00, 0x15, 0x65], phone),
    decoy("laser-printer", [0x00, 0x17, 0xa4], laser_printer),
    decoy("office-printer", [0x00, 0x80, 0x77], office_printer),
    decoy("linux-server", [0x52, 0x54, 0x00], server),
    decoy("switch-with-web-page", [0x00, 0x1b, 0x78], switch),
    decoy("router", [0x00, 0x0a, 0xeb], router),
    decoy("network-storage", [0x00, 0x11, 0x32], storage),
    decoy("television", [0x00, 0x7c, 0x2d], television),
    decoy("media-player", [0x00, 0x05, 0xcd], player),
    decoy("loudspeaker", [0xac, 0xcc, 0x8e], loudspeaker),
    decoy("smart-plug", [0x00, 0x31, 0x92], smart_plug),
    decoy("wireless-access-point", [0x68, 0xd7, 0x9a], access_point),
    decoy("industrial-camera", [0x00, 0x30, 0x53], industrial),
    decoy("silent-computer", [0x00, 0x15, 0x5d], silent),
    decoy(TARPIT, [0x00, 0x15, 0x5d], tarpit),
    decoy(HONEYPOT, [0x00, 0x15, 0x5d], honeypot),
];

/// The name of the address on which every port is open.
pub(crate) const TARPIT: &str = "tarpit";
/// The name of the machine that claims to be three cameras.
pub(crate) const HONEYPOT: &str = "honeypot";

/// Peers that mean harm: each does one thing that a careless scanner does not survive.
pub const HOSTILE: &[Product] = &[
    decoy("garbage", [2, 0, 0], garbage),
    decoy("flood-of-replies", [2, 0, 0], flood),
    decoy("endless-head", [2, 0, 0], endless_head),
    decoy("endless-handshake", [2, 0, 0], endless_handshake),
    decoy("xml-bomb", [2, 0, 0], xml_bomb),
    decoy("answers-from-elsewhere", [2, 0, 0], from_elsewhere),
    decoy("false-identity", [2, 0, 0], false_identity),
];

const fn decoy(name: &'static str, oui: [u8; 3], behaviour: fn(&Unit) -> Behaviour) -> Product {
    Product { name, maker: "unknown", brand: "", kind: DeviceKind::OtherDevice, oui, behaviour }
}

/// It answers, and would say which of its ports are closed.
fn ordinary() -> Behaviour {
    Behaviour { says_unreachable: true, ..Behaviour::default() }
}

/// A `ProbeMatch` of Windows or of a printer: the types of DPWS, no scopes.
fn dpws(unit: &Unit, sort: &str, namespace: &str) -> Vec<u8> {
    let endpoint = format!("urn:uuid:{}", unit.uuid("f0c8d3a0-0000-4000-8000"));
    let types = format!("wsdp:Device {sort}");
    let xaddrs = format!("http://{}:5357/{}/", unit.shown, unit.bare_mac());
    let found =
        Match { dialect: Dialect::Gsoap, endpoint, types: &types, scopes: Vec::new(), xaddrs };
    let text = String::from_utf8(found.probe_matches()).expect("written as text");
    let declared = format!(
        "xmlns:wsdp=\"http://schemas.xmlsoap.org/ws/2006/02/devprof\" {namespace} xmlns:tds="
    );
    text.replace("xmlns:tds=", &declared).into_bytes()
}

/// Answers the probe for anything (section 3.1: "finds recorders, Windows, printers").
fn windows(unit: &Unit) -> Behaviour {
    let found = dpws(
        unit,
        "pub:Computer",
        "xmlns:pub=\"http://schemas.microsoft.com/windows/pub/2005/07\"",
    );
    Behaviour { other_ports: OtherPorts::Filtered, ..Behaviour::default() }
        .answers(Question::WsdAnything, found)
        .waits_on(&[135, 445, 5357])
}

fn phone(_: &Unit) -> Behaviour {
    let server = Some("Yealink embed httpd");
    let site = web::locked(server, &[&web::digest("Gigabit Color IP Phone SIP-T00G")]);
    let certificate = Certificate::of(&[(ORGANISATION, "Yealink"), (COMMON_NAME, "yealink.com")]);
    ordinary().listens(80, Service::Web(site)).listens(443, Service::Tls(certificate))
}

fn laser_printer(unit: &Unit) -> Behaviour {
    let server = Some("HP HTTP Server; HP LaserJet 000 - X0000A");
    let found = dpws(
        unit,
        "wprt:PrintDeviceType",
        "xmlns:wprt=\"http://schemas.microsoft.com/windows/2006/08/wdp/print\"",
    );
    let name = format!("NPI{}", &unit.capital_mac()[6..]);
    let certificate =
        Certificate::of(&[(ORGANISATION, "Hewlett-Packard Co."), (COMMON_NAME, &name)]);
    ordinary()
        .answers(Question::WsdAnything, found)
        .listens(80, Service::Web(web::site(server).get("/", web::page(server, "HP LaserJet 400"))))
        .listens(443, Service::Tls(certificate))
        .listens(21, Service::Greets(b"220 JD FTP Server Ready\r\n".to_vec()))
        .waits_on(&[515, 631, 9100])
}

fn office_printer(unit: &Unit) -> Behaviour {
    let server = Some("debut/1.20");
    let location = format!("http://{}:80/description.xml", unit.shown);
    let name = format!("uuid:{}", unit.uuid("e3248000-80ce-11db-8000"));
    let printer = "urn:schemas-upnp-org:device:Printer:1";
    ordinary()
        .answers(
            Question::Ssdp,
            datagrams::ssdp("Linux/2 UPnP/1.0 printer/1.0", printer, &name, &location),
        )
        .listens(
            80,
            Service::Web(web::site(server).get("/", web::page(server, "Brother HL-0000 series"))),
        )
        .listens(
            23,
            Service::Greets(b"\xff\xfb\x01Brother HL-0000 series telnet\r\nPassword:".to_vec()),
        )
        .waits_on(&[515, 631, 9100])
}

fn server(_: &Unit) -> Behaviour {
    let server = Some("Apache/2.4.57 (Debian)");
    let site =
        web::site(server).get("/", web::page(server, "Apache2 Debian Default Page: It works"));
    let certificate = Certificate::of(&[(COMMON_NAME, "intranet.example.org")])
        .spoken(Version::TLS_1_2, Version::TLS_1_3);
    ordinary()
        .listens(22, Service::Greets(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2\r\n".to_vec()))
        .listens(80, Service::Web(site))
        .listens(443, Service::Tls(certificate))
}

/// No community is known, so SNMP says nothing.
fn switch(_: &Unit) -> Behaviour {
    let server = Some("eHTTP v2.0");
    ordinary()
        .listens(
            80,
            Service::Web(web::site(server).get("/", web::page(server, "ProCurve Switch 0000"))),
        )
        .listens(23, Service::Greets(b"\r\nProCurve J0000A Switch\r\nUsername: ".to_vec()))
}

fn router(unit: &Unit) -> Behaviour {
    let server = Some("Router Webserver");
    let challenge = web::basic("TP-LINK Wireless N Router WR000N");
    let location = format!("http://{}:1900/rootDesc.xml", unit.shown);
    let name = format!("uuid:{}", unit.uuid("9f0865b3-0000-4000-8000"));
    let gateway = "urn:schemas-upnp-org:device:InternetGatewayDevice:1";
    ordinary()
        .answers(
            Question::Ssdp,
            datagrams::ssdp("Linux/2.6 UPnP/1.0 MiniUPnPd/1.9", gateway, &name, &location),
        )
        .listens(80, Service::Web(web::locked(server, &[&challenge])))
}

fn storage(unit: &Unit) -> Behaviour {
    let server = Some("nginx");
    let site = web::site(server).get("/", web::page(server, "DiskStation - Synology DiskStation"));
    let certificate =
        Certificate::of(&[(ORGANISATION, "Synology Inc."), (COMMON_NAME, "synology")]);
    let location = format!("http://{}:5000/ssdp/desc-DSM-eth0.xml", unit.shown);
    let name = format!("uuid:{}", unit.uuid("73796e6f-6473-6d00-0000"));
    ordinary()
        .answers(
            Question::Ssdp,
            datagrams::ssdp("Synology/DSM/192.0.2.1", "upnp:rootdevice", &name, &location),
        )
        .listens(5000, Service::Web(site.clone()))
        .listens(80, Service::Web(site))
        .listens(443, Service::Tls(certificate))
        .waits_on(&[445])
}

fn television(unit: &Unit) -> Behaviour {
    let location = format!("http://{}:9197/dmr", unit.shown);
    let name = format!("uuid:{}", unit.uuid("0d1cef00-0000-1000-8000"));
    let renderer = "urn:schemas-upnp-org:device:MediaRenderer:1";
    Behaviour::default()
        .answers(
            Question::Ssdp,
            datagrams::ssdp("SHP, UPnP/1.0, Samsung UPnP SDK/1.0", renderer, &name, &location),
        )
        .listens(8080, Service::Web(web::site(Some("WebServer"))))
        .waits_on(&[8001, 9197])
}

/// Speaks RTSP, and is no camera.
fn player(_: &Unit) -> Behaviour {
    ordinary()
        .listens(
            554,
            Service::Rtsp(web::rtsp_locked(
                Some("AirTunes/220.68"),
                &[],
                &[&web::digest("airplay")],
            )),
        )
        .listens(
            5000,
            Service::Rtsp(web::rtsp_locked(
                Some("AirTunes/220.68"),
                &[],
                &[&web::digest("airplay")],
            )),
        )
}

/// Of a maker of cameras, on its platform, and no camera.
fn loudspeaker(unit: &Unit) -> Behaviour {
    let mac = unit.capital_mac();
    let properties = format!(
        concat!(
            "{{\"apiVersion\":\"1.3\",\"data\":{{\"propertyList\":{{\"Brand\":\"AXIS\",\"ProdFullName\":\"AXIS C0000-E Network Horn Speaker\",",
            "\"ProdNbr\":\"C0000-E\",\"ProdType\":\"Network Speaker\",\"SerialNumber\":\"{}\",\"Version\":\"10.0.0\"}}}}}}"
        ),
        mac
    );
    let site = web::locked(None, &[&web::digest(&format!("AXIS_{mac}"))])
        .get("/", web::page(None, "AXIS C0000-E Network Horn Speaker"))
        .post(
            "/axis-cgi/basicdeviceinfo.cgi",
            "getAllUnrestrictedProperties",
            web::json(&properties),
        );
    let name = format!("axis-{}", unit.bare_mac());
    let certificate =
        Certificate::of(&[(ORGANISATION, "Axis Communications AB"), (COMMON_NAME, &name)]);
    ordinary().listens(80, Service::Web(site)).listens(443, Service::Tls(certificate))
}

/// Answers the search that cameras of its maker answer.
fn smart_plug(unit: &Unit) -> Behaviour {
    let reply = datagrams::tplink(unit, "SMART.TAPOPLUG", "P000", "1.0.0 Build 200101 Rel.50000");
    Behaviour::default().answers(Question::TpLink, reply).listens(
        80,
        Service::Web(
            web::site(Some("SHIP 2.0"))
                .get("/", web::with_server("200 OK", Some("SHIP 2.0"), &[], "200 OK")),
        ),
    )
}

/// Likewise.
fn access_point(unit: &Unit) -> Behaviour {
    ordinary()
        .answers(Question::Ubiquiti, datagrams::ubiquiti(unit, "U6-Lite", "BZ.mt7621.v6.0.0"))
        .listens(22, Service::Greets(b"SSH-2.0-dropbear_2020.81\r\n".to_vec()))
}

/// A camera on a production line, which is no surveillance equipment.
fn industrial(unit: &Unit) -> Behaviour {
    Behaviour::default().answers(Question::Gvcp, datagrams::gvcp(unit, "Basler", "acA0000-00gm"))
}

/// Refuses every connection: it is there, and that is all.
fn silent(_: &Unit) -> Behaviour {
    ordinary()
}

fn tarpit(_: &Unit) -> Behaviour {
    Behaviour { other_ports: OtherPorts::Tarpit, ..Behaviour::default() }
}

/// Everything that a Hikvision, a Dahua and an Axis would say, on one address.
fn honeypot(unit: &Unit) -> Behaviour {
    let claimed = ["hikvision-dome", "dahua-dome", "axis-old"];
    let mut behaviour = ordinary();
    for product in products().filter(|product| claimed.contains(&product.name)) {
        let of_product = (product.behaviour)(unit);
        behaviour.datagrams.extend(of_product.datagrams);
        for (port, service) in of_product.services {
            match behaviour.services.iter_mut().find(|(open, _)| *open == port) {
                Some((_, Service::Web(site) | Service::Rtsp(site))) => {
                    if let Service::Web(more) | Service::Rtsp(more) = service {
                        site.pages.extend(more.pages);
                    }
                }
                Some(_) => {}
                None => behaviour.services.push((port, service)),
            }
        }
    }
    behaviour
}

/// The longest payload of a datagram over IPv4.
const DATAGRAM_BYTES_MAX: usize = 65_507;

/// 64 KiB of nothing to every question, and more on every connection.
fn garbage(_: &Unit) -> Behaviour {
    let noise: Vec<u8> = (0..=250).cycle().take(DATAGRAM_BYTES_MAX).collect();
    let questions = [Question::Sadp, Question::Dhip, Question::WsdAnything, Question::Dvrip];
    let behaviour = Behaviour::default().answers_all(&questions, &noise);
    [80, 443, 554].iter().fold(behaviour, |behaviour, port| {
        behaviour.listens(*port, Service::Parrots(noise.clone()))
    })
}

/// 100,000 replies to one question.
fn flood(unit: &Unit) -> Behaviour {
    let mut behaviour = Behaviour::default()
        .answers(Question::Ubiquiti, datagrams::ubiquiti(unit, "UVC G0", "UVC.S2L.v4.30.0"));
    behaviour.datagrams.iter_mut().for_each(|answer| answer.times = 100_000);
    behaviour
}

fn endless(is_asked: bool, first: &[u8], chunk: &[u8], pause_ms: u64) -> Service {
    let (first, chunk) = (first.to_vec(), chunk.to_vec());
    Service::Endless(Endless { is_asked, first, chunk, pause: Duration::from_millis(pause_ms) })
}

/// A head of HTTP or RTSP that never ends.
fn endless_head(_: &Unit) -> Behaviour {
    Behaviour::default()
        .listens(
            80,
            endless(true, b"HTTP/1.1 200 OK\r\n", &b"X-Filler: 0123456789abcdef\r\n".repeat(40), 5),
        )
        .listens(
            554,
            endless(true, b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n", &b"X-Filler: 0\r\n".repeat(80), 5),
        )
        .listens(23, endless(false, b"login", b"\x00", 50))
}

/// A handshake whose certificate is announced with sixteen million bytes and comes one record after another.
fn endless_handshake(_: &Unit) -> Behaviour {
    let hello = [&[22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3][..], &[7; 32], &[0, 0, 0x2f, 0]].concat();
    let start = [hello, vec![22, 3, 3, 0, 4, 11, 0xff, 0xff, 0xff]].concat();
    let more = [&[22, 3, 3, 4, 0][..], &[0x30; 1024]].concat();
    Behaviour::default().listens(443, endless(true, &start, &more, 10))
}

/// Entities that would grow to gigabytes, as a probe match and as a page.
fn xml_bomb(_: &Unit) -> Behaviour {
    let mut text =
        String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE b [<!ENTITY a0 \"aaaaaaaaaa\">");
    for level in 1..=9 {
        let inner = format!("&a{};", level - 1).repeat(10);
        let _ = write!(text, "<!ENTITY a{level} \"{inner}\">");
    }
    text.push_str("]>\n<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"><s:Body><d:ProbeMatches><d:ProbeMatch><d:Types>&a9;</d:Types><d:Scopes>&a9;</d:Scopes></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>");
    let questions =
        [Question::WsdTransmitter, Question::WsdDevice, Question::WsdAnything, Question::Sadp];
    let page = web::xml("200 OK", &[], &text);
    Behaviour::default()
        .answers_all(&questions, text.as_bytes())
        .listens(80, Service::Web(Site::new(Reply::staying(page))))
}

/// A true answer, from an address that nobody asked.
fn from_elsewhere(unit: &Unit) -> Behaviour {
    let mut behaviour = products()
        .find(|product| product.name == "dahua-dome")
        .map(|product| (product.behaviour)(unit))
        .unwrap_or_default();
    behaviour.services.clear();
    behaviour.manners.answers_from = Some(std::net::Ipv4Addr::new(198, 51, 100, 1));
    behaviour
}

/// A search reply of one maker to the question of another.
fn false_identity(unit: &Unit) -> Behaviour {
    let sony = datagrams::sony(unit, "SNC-XX000", "1.00.00");
    Behaviour::default()
        .answers_all(&[Question::Sadp, Question::Dhip, Question::Hanwha, Question::Sony], &sony)
}
