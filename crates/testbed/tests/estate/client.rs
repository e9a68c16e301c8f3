//! A scanner that asks everything, one thing after the other: what the engine does, without its tact.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use model::{Signal, SignalKind};
use scan::{ConnectionId, LocalPort, Moment};
use testbed::estate::{Network, OwnedEvent, Product, Question, Settings, Unit};
use testbed::quic;

/// Where the device of a test stands.
pub(crate) const ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 20, 0, 9);

/// Every question in a datagram.
pub(crate) const QUESTIONS: [Question; 21] = [
    Question::Sadp,
    Question::Dhip,
    Question::Dahua5050,
    Question::WsdTransmitter,
    Question::WsdDevice,
    Question::WsdAnything,
    Question::Hanwha,
    Question::Bosch,
    Question::Ipro,
    Question::Sony,
    Question::Tvt,
    Question::Dvrip,
    Question::TpLink,
    Question::Ubiquiti,
    Question::Vivotek,
    Question::Foscam,
    Question::Vstarcam,
    Question::V380,
    Question::Gvcp,
    Question::Ssdp,
    Question::Mdns,
];

/// The question as the maker's tool asks it.
pub(crate) fn asked(question: Question) -> Vec<u8> {
    match question {
        Question::Sadp => b"<?xml version=\"1.0\" encoding=\"utf-8\"?><Probe><Uuid>0A0A0A0A-0000-4000-8000-0A0A0A0A0A0A</Uuid><Types>inquiry</Types></Probe>".to_vec(),
        Question::Dhip => {
            let body = b"{ \"method\" : \"DHDiscover.search\", \"params\" : { \"mac\" : \"\", \"uni\" : 1 } }\n";
            let length = u32::try_from(body.len()).unwrap().to_le_bytes();
            [b"\x20\0\0\0DHIP", &[0; 8][..], &length, &[0; 4], &length, &[0; 4], body].concat()
        }
        Question::Dahua5050 => {
            let mut bytes = vec![0; 32];
            bytes[..4].copy_from_slice(&[0xa3, 1, 0, 1]);
            bytes[16] = 2;
            bytes
        }
        Question::WsdTransmitter => probe("<d:Types>dn:NetworkVideoTransmitter</d:Types>"),
        Question::WsdDevice => probe("<d:Types>tds:Device</d:Types>"),
        Question::WsdAnything => probe(""),
        Question::Hanwha => [&[1][..], &[0; 0x105]].concat(),
        Question::Bosch => vec![0x99, 0x39, 0xa4, 0x27, 1, 2, 3, 4, 0xff, 0, 6, 0xde],
        Question::Ipro => {
            let mut bytes = vec![0; 52];
            bytes[..6].copy_from_slice(&[0, 1, 0, 0, 0, 0x0d]);
            bytes
        }
        Question::Sony => b"\x02ENQ:allinfo\xff\x03".to_vec(),
        Question::Tvt => {
            let mut bytes = vec![0; 140];
            bytes[..12].copy_from_slice(b"MHED\x09\0\x01\0\x01\0\0\0");
            bytes
        }
        Question::Dvrip => {
            [&[0xff, 0][..], &[0; 12], &[0xfa, 0x05], &[0; 4]].concat()
        }
        Question::TpLink => vec![2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0x46, 0x3c, 0xb5, 0xd3],
        Question::Ubiquiti => vec![1, 0, 0, 0],
        Question::Vivotek => vec![0x21, 0x4a, 0x5d, 0x8f, 0x1c],
        Question::Foscam => [&b"MO_I"[..], &[0; 11], &[4], &[0; 7], &[0, 0, 0, 1]].concat(),
        Question::Vstarcam => vec![0x44, 0x48, 1, 1],
        Question::V380 => b"NVDEVSEARCH^100".to_vec(),
        Question::Gvcp => vec![0x42, 1, 0, 2, 0, 0, 0, 1],
        Question::Ssdp => b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 2\r\nST: upnp:rootdevice\r\n\r\n".to_vec(),
        Question::Mdns => testbed::messages::dns_query("_http._tcp.local"),
    }
}

fn probe(types: &str) -> Vec<u8> {
    format!(
        concat!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" ",
            "xmlns:w=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" ",
            "xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\" xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\"><e:Header>",
            "<w:MessageID>{}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>",
            "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>",
            "<e:Body><d:Probe>{}</d:Probe></e:Body></e:Envelope>"
        ),
        MESSAGE_ID, types
    )
    .into_bytes()
}

/// The id of every probe here.
pub(crate) const MESSAGE_ID: &str = "uuid:0a0a0a0a-0000-4000-8000-0a0a0a0a0a0a";

pub(crate) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {ADDRESS}\r\nUser-Agent: test\r\n\r\n").into_bytes()
}

pub(crate) fn post(path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nHost: {ADDRESS}\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

pub(crate) fn rtsp(method: &str) -> Vec<u8> {
    format!("{method} rtsp://{ADDRESS}/ RTSP/1.0\r\nCSeq: 7\r\n\r\n").into_bytes()
}

/// A hello that offers TLS 1.0 to 1.2.
pub(crate) fn hello() -> Vec<u8> {
    let body =
        [&[1, 0, 0, 45, 3, 3][..], &[7; 32], &[0, 0, 4, 0xc0, 0x2f, 0, 0x2f, 1, 0, 0, 0]].concat();
    record(&body)
}

/// A hello that offers TLS 1.3 too.
pub(crate) fn newest_hello() -> Vec<u8> {
    record(&quic::client_hello("camera.example.org", 32))
}

fn record(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).unwrap().to_be_bytes();
    [&[22, 3, 1][..], &length, message].concat()
}

/// A network with one device in it.
pub(crate) fn alone(product: &Product, unit: &Unit, settings: Settings) -> Client {
    let mut network = Network::new(7, settings);
    network.place(ADDRESS.into(), (product.behaviour)(unit));
    Client { network, now: Moment::ZERO, connections: 0 }
}

/// Asks, and waits.
pub(crate) struct Client {
    pub(crate) network: Network,
    pub(crate) now: Moment,
    pub(crate) connections: u64,
}

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(9);

impl Client {
    /// Everything that is heard within this time.
    pub(crate) fn hears(&mut self, patience: Duration) -> Vec<OwnedEvent> {
        let until = self.now + patience;
        let mut heard = Vec::new();
        while let Some((_, event)) = self.network.next_event_until(until) {
            heard.push(event);
        }
        self.now = until;
        heard
    }

    /// Sends a datagram, and says what comes back.
    pub(crate) fn asks(&mut self, port: u16, bytes: &[u8]) -> Vec<OwnedEvent> {
        self.network.send(self.now, SocketAddr::new(ADDRESS.into(), port), LocalPort::Any, bytes);
        self.hears(PATIENCE)
    }

    /// Opens a connection, and says whether it is open.
    pub(crate) fn opens(&mut self, port: u16) -> Option<ConnectionId> {
        self.connections += 1;
        let id = ConnectionId(self.connections);
        self.network.open(self.now, id, SocketAddr::new(ADDRESS.into(), port));
        let until = self.now + PATIENCE;
        let event = self.network.next_event_until(until);
        self.now = event.as_ref().map_or(until, |(at, _)| *at);
        match event {
            Some((_, OwnedEvent::Opened(_))) => Some(id),
            Some(_) => None,
            None => {
                self.network.close(self.now, id);
                None
            }
        }
    }

    /// One request on a connection of its own, and what is said; `None` where no connection can be had.
    pub(crate) fn converses(&mut self, port: u16, bytes: &[u8]) -> Option<Vec<u8>> {
        let id = self.opens(port)?;
        self.network.write(self.now, id, bytes.into());
        let heard = self.hears(PATIENCE);
        self.network.close(self.now, id);
        // The last packets of a connection are sent when its end has been heard.
        self.hears(Duration::from_millis(100));
        Some(said(&heard))
    }

    /// Everything that a device says to every question, as signals.
    pub(crate) fn everything(&mut self) -> Vec<Signal> {
        let mut signals = Vec::new();
        for question in QUESTIONS {
            let port = question.port();
            for event in self.asks(port, &asked(question)) {
                if let OwnedEvent::Datagram { from, bytes, .. } = event {
                    let signal = Signal::bytes(SignalKind::UdpReply, bytes.to_vec());
                    signals.push(signal.at_port(from.port()));
                }
            }
        }
        for (port, requests) in conversations() {
            for request in requests {
                match self.converses(port, &request) {
                    None => break,
                    Some(bytes) if bytes.is_empty() => {}
                    Some(bytes) => {
                        signals.push(Signal::bytes(SignalKind::TcpReply, bytes).at_port(port));
                    }
                }
            }
        }
        signals.sort_unstable();
        signals.dedup();
        signals
    }
}

/// The bytes that came on a connection.
pub(crate) fn said(heard: &[OwnedEvent]) -> Vec<u8> {
    let parts = heard.iter().filter_map(|event| match event {
        OwnedEvent::Data { bytes, .. } => Some(&**bytes),
        _ => None,
    });
    parts.collect::<Vec<_>>().concat()
}

/// What is said to which port.
fn conversations() -> Vec<(u16, Vec<Vec<u8>>)> {
    let soap = |path: &str| {
        ["GetSystemDateAndTime", "GetServices", "GetDeviceInformation", "GetScopes"].map(|call| {
            post(path, &format!("<e:Envelope><e:Body><t:{call}/></e:Body></e:Envelope>"))
        })
    };
    let mut web = vec![get("/")];
    for path in [
        "/doc/page/login.asp",
        "/SDK/activateStatus",
        "/ISAPI/System/deviceInfo",
        "/cgi-bin/magicBox.cgi?action=getDeviceType",
        "/LAPI/V1.0/System/Security/FirstLogin",
        "/LAPI/V1.0/System/DeviceWorkMode",
        "/init-cgi/pw_init.cgi?msubmenu=statuscheck&action=view",
        "/rootdesc1.xml",
    ] {
        web.push(get(path));
    }
    let unrestricted = "{\"apiVersion\":\"1.0\",\"method\":\"getAllUnrestrictedProperties\"}";
    web.push(post("/axis-cgi/basicdeviceinfo.cgi", unrestricted));
    web.push(post(
        "/axis-cgi/systemready.cgi",
        "{\"apiVersion\":\"1.1\",\"method\":\"systemready\"}",
    ));
    web.extend(soap("/onvif/device_service"));
    web.extend(soap("/onvif/devices"));
    let streams = || vec![rtsp("OPTIONS"), rtsp("DESCRIBE")];
    let web_ports = [80, 81, 88, 888, 2020, 5000, 8000, 8080, 8899, 49152];
    let greeting = [21, 22, 23].map(|port| (port, vec![Vec::new()]));
    let tls = [443, 8443].map(|port| (port, vec![hello()]));
    web_ports
        .map(|port| (port, web.clone()))
        .into_iter()
        .chain([554, 7070, 8554, 10554].map(|port| (port, streams())))
        .chain(tls)
        .chain(greeting)
        .collect()
}

/// An address that is not the device's.
pub(crate) fn elsewhere(last: u8) -> IpAddr {
    Ipv4Addr::new(10, 20, 0, last).into()
}
