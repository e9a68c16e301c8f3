use model::Signal;
use proptest::prelude::*;

use super::*;

fn read(bytes: impl AsRef<[u8]>) -> Message {
    assert!(claims(bytes.as_ref()));
    decode(bytes.as_ref()).unwrap()
}

fn values(message: &Message, kind: SignalKind) -> Vec<&str> {
    message.signals.iter().filter(|s| s.kind == kind).filter_map(Signal::as_text).collect()
}

fn page(headers: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nServer: Example-Webs\r\n{headers}\r\n{body}")
}

#[test]
fn an_answer_gives_body_server_title_cookie_and_challenge() {
    let message = read(page(
        "Set-Cookie: sid=0011223344; path=/\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\
         WWW-Authenticate: Digest realm=\"Login to 0A0000PAA000000\", nonce=\"00\"\r\n",
        "<html><head><TITLE lang=en>\n WEB &amp; SERVICE </title></head></html>",
    ));
    assert_eq!(message.signals[0].kind, SignalKind::HttpBody);
    assert_eq!(values(&message, SignalKind::HttpServer), ["Example-Webs"]);
    assert_eq!(values(&message, SignalKind::HttpTitle), ["WEB & SERVICE"]);
    assert_eq!(values(&message, SignalKind::HttpCookie), ["sid"]);
    assert_eq!(values(&message, SignalKind::HttpWwwAuthenticate).len(), 2);
    assert_eq!(values(&message, SignalKind::DeviceSerial), ["0A0000PAA000000"]);
    assert_eq!(message.quirks.len(), 0);
    assert!(!format!("{message:?}").contains("0011223344"));
}

#[test]
fn departures_are_quirks() {
    for (bytes, quirk) in [
        ("HTTP/1.1 401 Unauthorized\r\nServer: \r\n\r\n", "http/empty-server"),
        (
            "HTTP/1.1 401 U\r\nWWW-Authenticate: Digest realm=\"a\", Basic realm=\"a\"\r\n\r\n",
            "http/two-challenges-in-one-line",
        ),
        (
            "HTTP/1.1 401 U\r\nWWW-Authenticate: Digest realm=\"a\", stale=\"FALSE\"\r\n\r\n",
            "http/quoted-stale",
        ),
        ("HTTP/1.1 200 OK\nServer: x\n\n", "http/bare-line-feeds"),
        ("HTTP/1.1 200 OK\r\nno header\r\n\r\n", "http/malformed-head"),
        ("<HTML><title>x</title></HTML>", "http/http-0.9"),
    ] {
        assert_eq!(values(&read(bytes), SignalKind::DeviceQuirk), [quirk]);
    }
}

#[test]
fn bodies_of_known_interfaces_are_read_for_what_they_are() {
    let soap = "<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" \
        xmlns:t=\"http://www.onvif.org/ver10/device/wsdl\"><e:Body><t:GetDeviceInformationResponse>\
        <t:Model>DC-100</t:Model></t:GetDeviceInformationResponse></e:Body></e:Envelope>";
    let message = read(page("", soap));
    assert_eq!(values(&message, SignalKind::OnvifReply), [soap]);
    assert_eq!(values(&message, SignalKind::DeviceModel), ["DC-100"]);
    let isapi = "<DeviceInfo xmlns=\"http://www.hikvision.com/ver20/XMLSchema\"><model>DC-100</model></DeviceInfo>";
    let message = read(page(
        "Transfer-Encoding: chunked\r\n",
        &format!("{:x}\r\n{isapi}\r\n0\r\n\r\n", isapi.len()),
    ));
    assert_eq!(values(&message, SignalKind::HttpBody), [isapi]);
    assert_eq!(
        values(&message, SignalKind::DeviceProtocol),
        ["isapi/device-info", "isapi/namespace-hikvision"]
    );
    let mut expanded = Message::new("http");
    expand_body(isapi, &mut expanded);
    assert_eq!(values(&expanded, SignalKind::DeviceModel), ["DC-100"]);
    let upnp = "<root><device><deviceType>urn:x:1</deviceType><modelName>DC-100</modelName></device></root>";
    assert_eq!(values(&read(page("", upnp)), SignalKind::UpnpDescription), [upnp]);
}

#[test]
fn scripts_pictures_and_packed_bodies_are_left_out() {
    for body in ["function f(){}", "\u{89}PNG\0\0"] {
        assert!(values(&read(page("", body)), SignalKind::HttpBody).is_empty());
    }
    let packed = read(page("Content-Encoding: gzip\r\n", "<html><title>x</title></html>"));
    assert_eq!(packed.signals.len(), 1);
    let long = format!("<html>{}", "x".repeat(9_000));
    assert_eq!(values(&read(page("", &long)), SignalKind::HttpBody)[0].len(), 4 * 1024);
}

#[test]
fn answers_of_one_connection_are_read_together() {
    let message = read(
        "HTTP/1.1 302 Found\r\nLocation: http://10.0.0.9/doc/page/login.asp?_0=1\r\nContent-Length: 2\r\n\r\nab\
         HTTP/1.1 200 OK\r\nServer: Second\r\n\r\n<title>T</title>",
    );
    assert_eq!(values(&message, SignalKind::HttpPath), ["/doc/page/login.asp 302"]);
    assert_eq!(values(&message, SignalKind::HttpServer), ["Second"]);
    assert_eq!(values(&message, SignalKind::HttpTitle), ["T"]);
}

#[test]
fn a_refusal_names_the_path_and_every_body_is_kept() {
    let refusal = "<ResponseStatus xmlns=\"http://www.hikvision.com/ver20/XMLSchema\">\
        <requestURL>/ISAPI/System/deviceInfo?x=1</requestURL></ResponseStatus>";
    let page = "<html>401</html>";
    let message = read(format!(
        "HTTP/1.1 401 U\r\nContent-Length: {}\r\n\r\n{page}HTTP/1.1 401 U\r\n\r\n{refusal}",
        page.len()
    ));
    assert_eq!(values(&message, SignalKind::HttpPath), ["/ISAPI/System/deviceInfo 401"]);
    assert_eq!(values(&message, SignalKind::HttpBody), [page, refusal]);
}

#[test]
fn a_title_may_be_the_model() {
    let of = |title: &str| {
        let message = read(format!("HTTP/1.0 200 OK\r\n\r\n<title>{title}</title>"));
        values(&message, SignalKind::DeviceModel).join(",")
    };
    assert_eq!(of("WV-N000 Network Camera"), "WV-N000");
    assert_eq!(of("Sony Network Camera") + &of("Hall 1 Network Camera") + &of("WV-N000"), "");
}

#[test]
fn titles_in_other_charsets_are_read() {
    let mut bytes =
        b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=gb2312\r\n\r\n<title>".to_vec();
    bytes.extend(b"\xcd\xf8\xc2\xe7</title>");
    assert_eq!(values(&read(&bytes), SignalKind::HttpTitle), ["网络"]);
    let named = b"HTTP/1.0 200 OK\r\n\r\n<meta charset=\"gbk\"><title>\xcd\xf8</title>";
    assert_eq!(values(&read(named), SignalKind::HttpTitle), ["网"]);
    let latin = b"HTTP/1.0 200 OK\r\n\r\n<title>Cam\xe9ra</title>";
    assert_eq!(values(&read(latin), SignalKind::HttpTitle), ["Caméra"]);
}

#[test]
fn a_request_gives_the_name_it_asked_for_alone() {
    let message = read(
        "POST /api/login?user=joe HTTP/1.1\r\nHost: API.Example.com:8080\r\nUser-Agent: x\r\n\
         Authorization: Basic am9lOnNlY3JldA==\r\nCookie: a=b\r\n\r\nuser=joe",
    );
    assert_eq!(message.signals, [Signal::text(SignalKind::CloudContact, "api.example.com")]);
    for host in ["10.0.0.1", "[fe80::1]:80", "cam", "cam.local", "a..b", ""] {
        assert_eq!(read(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")).signals, [], "{host}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>) {
        let _ = claims(&bytes);
        let _ = decode(&[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", &bytes[..]].concat());
        let _ = decode(&[b"HTTP/1.1 ", &bytes[..]].concat());
        let _ = decode(&[b"GET / ", &bytes[..]].concat());
    }
}
