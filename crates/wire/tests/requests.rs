//! What is asked, byte for byte; that devices and our own decoders take it for the question it is; and that nothing can be
//! slipped into it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use model::{Signal, SignalKind};
use proptest::prelude::*;
use wire::ask::{self, DATAGRAMS, PAGES, Salt};
use wire::http::{self, Path, UserAgent};
use wire::snmp::{self, Community, Oid};
use wire::tls::{self, ServerName};
use wire::{About, Message, Sender, onvif, rtsp, ssdp, stream_head, ubiquiti, wsd};

const HOST: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 80);

fn salt() -> Salt {
    let unique = std::array::from_fn(|at| u8::try_from(at + 1).unwrap());
    Salt { to: HOST.ip(), unique }
}

fn datagram(id: &str) -> Vec<u8> {
    let question = DATAGRAMS.iter().find(|question| question.id == id).expect(id);
    (question.bytes)(&salt())
}

fn agent() -> UserAgent {
    UserAgent::new("custodiet/0.1 (security@example.org)").unwrap()
}

fn community() -> Community {
    Community::new("of-the-owner").unwrap()
}

/// Every request over TCP and of SNMP, with a name.
fn others() -> Vec<(String, Vec<u8>)> {
    let pages = PAGES.iter().map(|page| (page.id.to_owned(), page.bytes(HOST, &agent())));
    let calls = [
        onvif::get_system_date_and_time(),
        onvif::get_services(),
        onvif::get_device_information(),
        onvif::get_scopes(),
    ]
    .map(|body| http::post(HOST, &onvif::DEVICE_SERVICE, &body, &agent()))
    .map(|bytes| ("onvif".to_owned(), bytes));
    let rest = [
        ("rtsp-options", rtsp::options(HOST, 1, &agent())),
        ("rtsp-describe", rtsp::describe(HOST, 2, &agent())),
        ("tls", tls::client_hello([7; 32], None)),
        ("snmp-get", snmp::get(&community(), 1, &[Oid::SYS_DESCR])),
        ("snmp-next", snmp::get_next(&community(), 1, &[Oid::IF_NAME])),
        ("snmp-bulk", snmp::get_bulk(&community(), 1, 20, &[Oid::IF_NAME])),
    ]
    .map(|(name, bytes)| (name.to_owned(), bytes));
    pages.chain(calls).chain(rest).collect()
}

/// Text as it is; other octets in hexadecimal, 32 a line, long runs of zeros counted.
fn shown(bytes: &[u8]) -> String {
    let is_text = |byte: &u8| matches!(byte, b' '..=b'~' | b'\r' | b'\n');
    if bytes.iter().all(is_text) {
        return String::from_utf8_lossy(bytes).replace('\r', "").trim_end().to_owned();
    }
    let mut octets = Vec::new();
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        let zeros = rest.iter().take_while(|byte| **byte == 0).count();
        let is_run = zeros > 16;
        octets.push(if is_run { format!("00×{zeros}") } else { format!("{first:02x}") });
        rest = if is_run { &rest[zeros..] } else { after };
    }
    octets.chunks(32).map(|line| line.join(" ")).collect::<Vec<_>>().join("\n")
}

fn kinds(message: &Message) -> Vec<SignalKind> {
    message.signals.iter().map(|signal| signal.kind).collect()
}

#[test]
fn makers_searches() {
    let searches: String = DATAGRAMS
        .iter()
        .filter(|question| !question.id.starts_with("ws-discovery"))
        .map(|question| format!("{}:\n{}\n", question.id, shown(&datagram(question.id))))
        .collect();
    insta::assert_snapshot!(searches, @r#"
    sadp:
    <?xml version="1.0" encoding="utf-8"?><Probe><Uuid>01020304-0506-4708-890A-0B0C0D0E0F10</Uuid><Types>inquiry</Types></Probe>
    dhip:
    20 00 00 00 44 48 49 50 00 00 00 00 00 00 00 00 49 00 00 00 00 00 00 00 49 00 00 00 00 00 00 00
    7b 20 22 6d 65 74 68 6f 64 22 20 3a 20 22 44 48 44 69 73 63 6f 76 65 72 2e 73 65 61 72 63 68 22
    2c 20 22 70 61 72 61 6d 73 22 20 3a 20 7b 20 22 6d 61 63 22 20 3a 20 22 22 2c 20 22 75 6e 69 22
    20 3a 20 31 20 7d 20 7d 0a
    hanwha:
    01 00×261
    dvrip:
    ff 00 00 00 00 00 00 00 00 00 00 00 00 00 fa 05 00 00 00 00
    tvt:
    4d 48 45 44 09 00 01 00 01 00×131
    bosch:
    99 39 a4 27 01 02 03 04 ff 00 06 de
    ipro:
    00 01 00 00 00 0d 00 00 00 00 00 00 ff ff ff ff ff ff c0 00 02 01 00 01 20 11 1e 11 23 1f 1e 19
    13 00 00 02 00 00 00 00 00 00 00 00 00 00 00 00 ff ff 00 00
    sony:
    02 45 4e 51 3a 61 6c 6c 69 6e 66 6f ff 03
    vivotek:
    01 4a 5d 8f 1c
    foscam:
    4d 4f 5f 49 00 00 00 00 00 00 00 00 00 00 00 04 00 00 00 00 00 00 00 00 00 00 01
    vstarcam:
    44 48 01 01
    tplink:
    02 00 00 01 00 00 00 00 00 00 00 00 46 3c b5 d3
    kasa:
    d0 f2 81 f8 8b ff 9a f7 d5 ef 94 b6 d1 b4 c0 9f ec 95 e6 8f e1 87 e8 ca f0 8b f6 8b f6
    ubiquiti:
    01 00 00 00
    dahua5050:
    a3 01 00 01 00 00 00 00 00 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    v380:
    4e 56 44 45 56 53 45 41 52 43 48 5e 31 30 30 00×110
    topsee:
    <?xml version="1.0" encoding="GB2312" ?>
    <XML_TOPSEE>
    <MESSAGE_HEADER
    Msg_type="SYSTEM_SEARCHIPC_MESSAGE"
    Msg_code="1"
    Msg_flag="0"
    />
    <MESSAGE_BODY>
    </MESSAGE_BODY>
    </XML_TOPSEE>
    nice:
    4e 49 43 45 01 02 01 08 00 00 00 00 07 d7
    gvcp:
    42 01 00 02 00 00 01 02
    360vision:
    DISCOVER
    eden:
    DETECT BOX
    mdns:
    01 02 00 00 00 06 00 00 00 00 00 00 0b 5f 61 78 69 73 2d 76 69 64 65 6f 04 5f 74 63 70 05 6c 6f
    63 61 6c 00 00 0c 00 01 09 5f 61 78 69 73 2d 6e 76 72 04 5f 74 63 70 05 6c 6f 63 61 6c 00 00 0c
    00 01 05 5f 70 73 69 61 04 5f 74 63 70 05 6c 6f 63 61 6c 00 00 0c 00 01 06 5f 64 68 6e 61 70 04
    5f 74 63 70 05 6c 6f 63 61 6c 00 00 0c 00 01 05 5f 72 74 73 70 04 5f 74 63 70 05 6c 6f 63 61 6c
    00 00 0c 00 01 05 5f 68 74 74 70 04 5f 74 63 70 05 6c 6f 63 61 6c 00 00 0c 00 01
    mdns-services:
    01 02 00 00 00 01 00 00 00 00 00 00 09 5f 73 65 72 76 69 63 65 73 07 5f 64 6e 73 2d 73 64 04 5f
    75 64 70 05 6c 6f 63 61 6c 00 00 0c 00 01
    ssdp:
    M-SEARCH * HTTP/1.1
    HOST: 192.0.2.1:1900
    MAN: "ssdp:discover"
    MX: 1
    ST: upnp:rootdevice
    ssdp-embedded-net-device:
    M-SEARCH * HTTP/1.1
    HOST: 192.0.2.1:1900
    MAN: "ssdp:discover"
    MX: 1
    ST: urn:schemas-upnp-org:device:EmbeddedNetDevice:1
    "#);
    assert_eq!(ubiquiti::search(ubiquiti::Version::Two), [2, 8, 0, 0]);
    let to_everything = ssdp::search(HOST, ssdp::Target::All);
    assert!(String::from_utf8_lossy(&to_everything).contains("\r\nST: ssdp:all\r\n"));
}

#[test]
fn probes_of_ws_discovery() {
    insta::assert_snapshot!(shown(&datagram("ws-discovery")), @r#"<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><e:Header><w:MessageID>urn:uuid:01020304-0506-4708-890a-0b0c0d0e0f10</w:MessageID><w:ReplyTo><w:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</w:Address></w:ReplyTo><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To><w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header><e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>"#);
    let types = |id: &str| {
        let text = String::from_utf8(datagram(id)).unwrap();
        let (_, body) = text.split_once("<d:Probe>").unwrap();
        body.split_once("</d:Probe>").unwrap().0.to_owned()
    };
    assert_eq!(types("ws-discovery-device"), "<d:Types>tds:Device</d:Types>");
    assert_eq!(types("ws-discovery-any"), "");
    assert_ne!(wsd::probe(wsd::Wanted::Device, [1; 16]), wsd::probe(wsd::Wanted::Device, [2; 16]));
}

#[test]
fn pages_and_calls() {
    let pages: String = PAGES
        .iter()
        .map(|page| {
            let body = page.body().map(|body| format!(" {body}")).unwrap_or_default();
            format!("{} {}{body}\n", page.method(), page.path())
        })
        .collect();
    insta::assert_snapshot!(pages, @r#"
    GET /
    GET /favicon.ico
    GET /SDK/activateStatus
    GET /ISAPI/System/deviceInfo
    POST /axis-cgi/basicdeviceinfo.cgi {"apiVersion":"1.0","method":"getAllUnrestrictedProperties"}
    POST /axis-cgi/systemready.cgi {"apiVersion":"1.1","method":"systemready"}
    GET /init-cgi/pw_init.cgi?msubmenu=statuscheck&action=view
    GET /LAPI/V1.0/System/FirstLogin
    GET /LAPI/V1.0/System/DeviceWorkMode
    "#);
    insta::assert_snapshot!(shown(&ask::HTTP_ROOT.bytes(HOST, &agent())), @"
    GET / HTTP/1.1
    Host: 192.0.2.1
    User-Agent: custodiet/0.1 (security@example.org)
    Accept: */*
    Accept-Encoding: identity
    Connection: close
    ");
    let odd = SocketAddr::new(Ipv6Addr::LOCALHOST.into(), 8080);
    insta::assert_snapshot!(shown(&ask::AXIS_PROPERTIES.bytes(odd, &agent())), @r#"
    POST /axis-cgi/basicdeviceinfo.cgi HTTP/1.1
    Host: [::1]:8080
    User-Agent: custodiet/0.1 (security@example.org)
    Accept: */*
    Accept-Encoding: identity
    Connection: close
    Content-Type: application/json
    Content-Length: 60

    {"apiVersion":"1.0","method":"getAllUnrestrictedProperties"}
    "#);
    let call = http::post(HOST, &onvif::DEVICE_SERVICE, &onvif::get_services(), &agent());
    insta::assert_snapshot!(shown(&call), @r#"
    POST /onvif/device_service HTTP/1.1
    Host: 192.0.2.1
    User-Agent: custodiet/0.1 (security@example.org)
    Accept: */*
    Accept-Encoding: identity
    Connection: close
    Content-Type: application/soap+xml; charset=utf-8; action="http://www.onvif.org/ver10/device/wsdl/GetServices"
    Content-Length: 268

    <?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Body><tds:GetServices><tds:IncludeCapability>false</tds:IncludeCapability></tds:GetServices></s:Body></s:Envelope>
    "#);
}

#[test]
fn streams() {
    let host = SocketAddr::new(HOST.ip(), 554);
    insta::assert_snapshot!(shown(&rtsp::options(host, 1, &agent())), @"
    OPTIONS rtsp://192.0.2.1/ RTSP/1.0
    CSeq: 1
    User-Agent: custodiet/0.1 (security@example.org)
    ");
    insta::assert_snapshot!(shown(&rtsp::describe(SocketAddr::new(HOST.ip(), 8554), 2, &agent())), @"
    DESCRIBE rtsp://192.0.2.1:8554/ RTSP/1.0
    CSeq: 2
    User-Agent: custodiet/0.1 (security@example.org)
    Accept: application/sdp
    ");
}

#[test]
fn reads_of_snmp() {
    let names = [Oid::SYS_DESCR, Oid::SYS_OBJECT_ID, Oid::SYS_NAME];
    insta::assert_snapshot!(shown(&snmp::get(&community(), 258, &names)), @"
    30 49 02 01 01 04 0c 6f 66 2d 74 68 65 2d 6f 77 6e 65 72 a0 36 02 02 01 02 02 01 00 02 01 00 30
    2a 30 0c 06 08 2b 06 01 02 01 01 01 00 05 00 30 0c 06 08 2b 06 01 02 01 01 02 00 05 00 30 0c 06
    08 2b 06 01 02 01 01 05 00 05 00
    ");
    let walk: [Oid; 1] = ["1.3.6.1.2.1.17.4.3.1.2".parse().unwrap()];
    insta::assert_snapshot!(shown(&snmp::get_bulk(&community(), 1, 20, &walk)), @"
    30 2e 02 01 01 04 0c 6f 66 2d 74 68 65 2d 6f 77 6e 65 72 a5 1b 02 01 01 02 01 00 02 01 14 30 10
    30 0e 06 0a 2b 06 01 02 01 11 04 03 01 02 05 00
    ");
    assert_eq!(snmp::get_next(&community(), 1, &walk), {
        let mut bytes = snmp::get_bulk(&community(), 1, 0, &walk);
        let at = bytes.iter().position(|byte| *byte == 0xa5).unwrap();
        bytes[at] = 0xa1;
        bytes
    });
    for bytes in [snmp::get(&community(), 1, &names), snmp::get_bulk(&community(), 1, 20, &walk)] {
        let message = wire::datagram(50_000, 161, &bytes).unwrap();
        assert_eq!((message.protocol, message.about), ("snmp", About::Nobody));
    }
}

#[test]
fn a_hello_offers_what_old_servers_know_and_nothing_that_hides_certificates() {
    let name = ServerName::new("camera.example.org").unwrap();
    let hello = tls::client_hello([7; 32], Some(&name));
    let message = stream_head(Sender::Client, 443, &hello).unwrap();
    assert_eq!(kinds(&message), [SignalKind::TlsSni, SignalKind::TlsJa4]);
    assert_eq!(message.signals[0], Signal::text(SignalKind::TlsSni, "camera.example.org"));
    let message = stream_head(Sender::Client, 443, &tls::client_hello([7; 32], None)).unwrap();
    // JA4: TLS 1.2 at the most, no name, 43 suites, 3 extensions.
    insta::assert_snapshot!(message.signals[0].as_text().unwrap(), @"t12i430300_02c50166e480_5ae182a0e68b");
    insta::assert_snapshot!(shown(&tls::client_hello([7; 32], None)), @"
    16 03 01 00 b7 01 00 00 b3 03 03 07 07 07 07 07 07 07 07 07 07 07 07 07 07 07 07 07 07 07 07 07
    07 07 07 07 07 07 07 07 07 07 07 00 00 56 c0 2b c0 2f c0 2c c0 30 cc a9 cc a8 00 9e 00 9f cc aa
    c0 23 c0 27 c0 24 c0 28 c0 09 c0 13 c0 0a c0 14 00 67 00 6b 00 33 00 39 00 32 00 38 00 45 00 88
    00 9c 00 9d 00 3c 00 3d 00 2f 00 35 00 41 00 84 c0 08 c0 12 00 16 00 13 00 0a c0 11 00 05 00 04
    00 09 00 ff 01 00 00 34 00 0a 00 0a 00 08 00 1d 00 17 00 18 00 19 00 0b 00 02 01 00 00 0d 00 1c
    00 1a 04 03 08 04 04 01 05 03 08 05 05 01 06 03 08 06 06 01 02 03 02 01 02 02 01 01
    ");
}

#[test]
fn simulated_devices_understand_every_question_that_they_know() {
    use testbed::estate::{NoQuestion, read};
    let mut understood = 0;
    for question in DATAGRAMS {
        match read(question.port, &(question.bytes)(&salt())) {
            Ok(_) => understood += 1,
            Err(NoQuestion::UnknownPort) => {}
            Err(NoQuestion::Malformed) => panic!("{} is not understood", question.id),
        }
    }
    assert!(understood >= 20, "{understood}");
}

#[test]
fn names_and_ports_are_told_apart() {
    let ids = DATAGRAMS.iter().map(|question| question.id).chain(PAGES.iter().map(|page| page.id));
    let mut ids: Vec<&str> = ids.collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    for question in DATAGRAMS {
        assert!(question.groups.iter().chain(question.joined).all(IpAddr::is_multicast));
        assert!(question.is_broadcast || !question.groups.is_empty(), "{}", question.id);
        let has_group_v6 = question.groups.iter().any(IpAddr::is_ipv6);
        assert_eq!(has_group_v6, question.knows_ipv6, "{}", question.id);
    }
    // Two protocols that answer to one port of ours could not be told apart by it.
    let mut ports: Vec<u16> = DATAGRAMS.iter().filter_map(|question| question.reply_port).collect();
    let count = ports.len();
    ports.sort_unstable();
    ports.dedup();
    assert_eq!(ports.len(), count);
}

/// Words of what changes a device, logs in or asks for a picture. What only reads bears some of them in its name.
#[test]
fn no_question_holds_the_word_of_a_write_or_a_login() {
    const WORDS: &[&str] = &[
        "set",
        "update",
        "reset",
        "activate",
        "reboot",
        "restart",
        "password",
        "passwd",
        "admin",
        "login",
        "modify",
        "delete",
        "remove",
        "create",
        "format",
        "upgrade",
        "write",
        "config",
        "exchangecode",
        "getsafecode",
        "security",
        "username",
        "authorization",
        "cookie",
        "snapshot",
        "stream",
        "setup",
        "play",
        "put ",
        "patch ",
    ];
    const READS: &[&str] =
        &["/sdk/activatestatus", "/system/firstlogin", "getdeviceinformation", "charset=utf-8"];
    let datagrams = DATAGRAMS.iter().map(|q| (q.id.to_owned(), (q.bytes)(&salt())));
    for (name, bytes) in datagrams.chain(others()) {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        let text = READS.iter().fold(text, |text, read| text.replace(read, ""));
        // The contact of the user agent is the caller's.
        let text = text.replace(&agent().to_string(), "");
        let found: Vec<&&str> = WORDS.iter().filter(|word| text.contains(**word)).collect();
        assert!(found.is_empty(), "{name}: {found:?}");
        assert!(bytes.len() <= 1200, "{name} fits no datagram whole");
    }
}

fn addresses() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<u32>().prop_map(|bits| IpAddr::V4(bits.into())),
        any::<u128>().prop_map(|bits| IpAddr::V6(bits.into())),
    ]
}

/// The lines of a head, and the body.
fn lines(request: &[u8]) -> (Vec<String>, String) {
    let text = String::from_utf8(request.to_vec()).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.split("\r\n").map(str::to_owned).collect(), body.to_owned())
}

proptest! {
    #[test]
    fn every_datagram_is_a_question_about_nobody(to in addresses(), unique: [u8; 16]) {
        for question in DATAGRAMS {
            let bytes = (question.bytes)(&Salt { to, unique });
            let message = wire::datagram(50_000, question.port, &bytes);
            let message = message.map_err(|refusal| TestCaseError::fail(format!("{}: {refusal}", question.id)))?;
            prop_assert_eq!(message.about, About::Nobody, "{}", question.id);
            prop_assert_eq!(message.signals, vec![], "{}", question.id);
        }
    }

    #[test]
    fn nothing_that_is_put_into_a_request_adds_to_it(
        address in addresses(), port: u16, path in "(?s).{0,40}", agent in "(?s).{0,40}", sequence: u32,
    ) {
        let host = SocketAddr::new(address, port);
        let Ok(agent) = UserAgent::new(&agent) else { return Ok(()) };
        for page in PAGES {
            let (head, body) = lines(&page.bytes(host, &agent));
            let count = if page.body().is_some() { 8 } else { 6 };
            prop_assert_eq!(head.len(), count);
            prop_assert_eq!(body, page.body().unwrap_or_default());
        }
        for request in [rtsp::options(host, sequence, &agent), rtsp::describe(host, sequence, &agent)] {
            let (head, body) = lines(&request);
            prop_assert!(head.len() <= 4 && body.is_empty());
            prop_assert_eq!(head[0].split(' ').count(), 3);
        }
        if let Ok(path) = Path::named(&path) {
            let (head, _) = lines(&http::get(host, &path, &agent));
            prop_assert_eq!(&head[0], &format!("GET {} HTTP/1.1", path.as_str()));
            prop_assert_eq!(head.len(), 6);
        }
    }

    #[test]
    fn a_community_is_one_element_of_its_message(word in "(?s).{0,300}", id: i32) {
        let Ok(community) = Community::new(&word) else { return Ok(()) };
        let bytes = snmp::get(&community, id, &[Oid::SYS_DESCR, Oid::SYS_NAME]);
        let message = wire::datagram(50_000, 161, &bytes).unwrap();
        prop_assert_eq!((message.protocol, message.about), ("snmp", About::Nobody));
        // Behind the community all is as ever.
        let behind = |bytes: &[u8], word: &str| {
            let at = bytes.windows(word.len()).position(|part| part == word.as_bytes()).unwrap();
            bytes[at + word.len()..].to_vec()
        };
        let usual = Community::new("x").unwrap();
        let usual = snmp::get(&usual, id, &[Oid::SYS_DESCR, Oid::SYS_NAME]);
        prop_assert_eq!(behind(&bytes, &word), behind(&usual, "x"));
    }
}
