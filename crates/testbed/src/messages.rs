//! What simulated devices say, by protocol. The grammar is that of the fact file `protocols.md`; all values
//! are arguments, so that a test can write the device it needs.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use model::MacAddr;

/// What a device says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// Model.
    pub model: &'a str,
    /// Serial number.
    pub serial: &'a str,
    /// Firmware version.
    pub firmware: &'a str,
    /// Hardware address.
    pub mac: MacAddr,
    /// Network address.
    pub address: Ipv4Addr,
}

/// A SADP `ProbeMatch` (section 1.1): one element a line, CRLF on the wire.
pub fn sadp_reply(device: Identity<'_>, channels: (u32, u32), activated: bool) -> Vec<u8> {
    let mac = device.mac.to_string().replace(':', "-");
    let address = device.address;
    let [a, b, c, _] = address.octets();
    let (analogue, digital) = channels;
    let lines = [
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>".to_owned(),
        "<ProbeMatch>".to_owned(),
        "<Uuid>13A888A9-0000-4000-8000-000000000001</Uuid>".to_owned(),
        "<Types>inquiry</Types>".to_owned(),
        "<DeviceType>141945</DeviceType>".to_owned(),
        format!("<DeviceDescription>{}</DeviceDescription>", device.model),
        format!("<DeviceSN>{}</DeviceSN>", device.serial),
        "<CommandPort>8000</CommandPort>".to_owned(),
        "<HttpPort>80</HttpPort>".to_owned(),
        format!("<MAC>{mac}</MAC>"),
        format!("<IPv4Address>{address}</IPv4Address>"),
        "<IPv4SubnetMask>255.255.255.0</IPv4SubnetMask>".to_owned(),
        format!("<IPv4Gateway>{a}.{b}.{c}.1</IPv4Gateway>"),
        "<DHCP>false</DHCP>".to_owned(),
        format!("<AnalogChannelNum>{analogue}</AnalogChannelNum>"),
        format!("<DigitalChannelNum>{digital}</DigitalChannelNum>"),
        format!("<SoftwareVersion>{}</SoftwareVersion>", device.firmware),
        "<DSPVersion>V7.3 build 190622</DSPVersion>".to_owned(),
        "<BootTime>2026-10-30 04:12:09</BootTime>".to_owned(),
        format!("<Activated>{activated}</Activated>"),
        "<PasswordResetAbility>true</PasswordResetAbility>".to_owned(),
        "</ProbeMatch>".to_owned(),
    ];
    (lines.join("\r\n") + "\r\n").into_bytes()
}

/// A DHIP datagram (section 2.1): 32-byte header, JSON, one line feed.
pub fn dhip_reply(device: Identity<'_>, class: &str, vendor: &str, channels: u32) -> Vec<u8> {
    let mac = device.mac;
    let address = device.address;
    let [a, b, c, _] = address.octets();
    let Identity { model, serial, firmware, .. } = device;
    let body = format!(
        concat!(
            "{{\"mac\":\"{mac}\",\"method\":\"client.notifyDevInfo\",\"params\":{{\"deviceInfo\":{{",
            "\"AlarmInputChannels\":1,\"AlarmOutputChannels\":1,\"DeviceClass\":\"{class}\",\"DeviceType\":\"{model}\",",
            "\"Find\":\"BC\",\"HttpPort\":80,\"IPv4Address\":{{\"DefaultGateway\":\"{a}.{b}.{c}.1\",\"DhcpEnable\":false,",
            "\"IPAddress\":\"{address}\",\"SubnetMask\":\"255.255.255.0\"}},\"Init\":150,\"MachineName\":\"{serial}\",",
            "\"Manufacturer\":\"{vendor}\",\"Port\":37777,\"RemoteVideoInputChannels\":{channels},",
            "\"SerialNo\":\"{serial}\",\"UnLoginFuncMask\":1,\"Vendor\":\"{vendor}\",\"Version\":\"{firmware}\",",
            "\"VideoInputChannels\":1,\"VideoOutputChannels\":1}}}}}}\n"
        ),
        mac = mac,
        class = class,
        model = model,
        a = a,
        b = b,
        c = c,
        address = address,
        serial = serial,
        vendor = vendor,
        channels = channels,
        firmware = firmware,
    );
    let length = u32::try_from(body.len()).expect("one datagram").to_le_bytes();
    let mut bytes = Vec::with_capacity(32 + body.len());
    bytes.extend(0x20u32.to_le_bytes());
    bytes.extend(b"DHIP");
    bytes.extend([0; 8]);
    bytes.extend(length);
    bytes.extend([0; 4]);
    bytes.extend(length);
    bytes.extend([0; 4]);
    bytes.extend(body.as_bytes());
    bytes
}

/// A DVRIP search answer (section 6.9): 20-byte header, JSON, one line feed.
pub fn dvrip_reply(device: Identity<'_>, channels: u32) -> Vec<u8> {
    let reversed = |address: Ipv4Addr| {
        let [a, b, c, d] = address.octets();
        format!("0x{d:02X}{c:02X}{b:02X}{a:02X}")
    };
    let [a, b, c, _] = device.address.octets();
    let body = format!(
        concat!(
            "{{ \"NetWork.NetCommon\" : {{ \"ChannelNum\" : {}, \"DeviceType\" : 1, \"GateWay\" : \"{}\", \"HostIP\" : \"{}\", ",
            "\"HostName\" : \"{}\", \"HttpPort\" : 80, \"MAC\" : \"{}\", \"SN\" : \"{}\", \"SSLPort\" : 8443, ",
            "\"Submask\" : \"0x00FFFFFF\", \"TCPPort\" : 34567, \"UDPPort\" : 34568 }}, \"Ret\" : 100, \"SessionID\" : \"0x00000000\" }}\n"
        ),
        channels,
        reversed(Ipv4Addr::new(a, b, c, 1)),
        reversed(device.address),
        device.model,
        device.mac,
        device.serial,
    );
    let mut bytes = vec![0xff, 0x01, 0, 0];
    bytes.extend([0; 10]);
    bytes.extend(1_531u16.to_le_bytes());
    bytes.extend(u32::try_from(body.len()).expect("one datagram").to_le_bytes());
    bytes.extend(body.as_bytes());
    bytes
}

/// A WS-Discovery `ProbeMatches` (section 3.2).
pub fn probe_matches(endpoint: &str, types: &str, scopes: &[&str], xaddrs: &str) -> Vec<u8> {
    let scopes: Vec<String> =
        scopes.iter().map(|scope| format!("onvif://www.onvif.org/{scope}")).collect();
    format!(
        concat!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n",
            "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" ",
            "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" ",
            "xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" ",
            "xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\" xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\">",
            "<s:Header><a:MessageID>urn:uuid:00000000-0000-4000-8000-0000000000aa</a:MessageID>",
            "<a:RelatesTo>urn:uuid:00000000-0000-4000-8000-0000000000bb</a:RelatesTo>",
            "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>",
            "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action></s:Header>",
            "<s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>{endpoint}</a:Address></a:EndpointReference>",
            "<d:Types>{types}</d:Types><d:Scopes>{scopes}</d:Scopes><d:XAddrs>{xaddrs}</d:XAddrs>",
            "<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
        ),
        endpoint = endpoint,
        types = types,
        scopes = scopes.join(" "),
        xaddrs = xaddrs,
    )
    .into_bytes()
}

/// The head and body of an HTTP/1.1 answer.
pub fn http_response(status: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status}\r\n");
    for (name, value) in headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    let _ = write!(text, "Content-Length: {}\r\n\r\n{body}", body.len());
    text.into_bytes()
}

/// An RTSP answer to `OPTIONS` or `DESCRIBE`.
pub fn rtsp_response(status: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut text = format!("RTSP/1.0 {status}\r\nCSeq: 1\r\n");
    for (name, value) in headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    text.push_str("\r\n");
    text.into_bytes()
}

/// An mDNS answer with one PTR record and the TXT strings of its instance (RFC 6762, RFC 6763).
pub fn mdns_answer(service: &str, instance: &str, strings: &[&str]) -> Vec<u8> {
    let name = |bytes: &mut Vec<u8>, labels: &[&str]| {
        for label in labels {
            bytes.push(u8::try_from(label.len()).expect("labels are short"));
            bytes.extend(label.as_bytes());
        }
        bytes.push(0);
    };
    let service_labels: Vec<&str> = service.split('.').chain(["local"]).collect();
    let instance_labels: Vec<&str> =
        std::iter::once(instance).chain(service_labels.iter().copied()).collect();
    let mut bytes = vec![0, 0, 0x84, 0, 0, 0, 0, 2, 0, 0, 0, 0];
    let mut record = |owner: &[&str], kind: u16, data: Vec<u8>| {
        name(&mut bytes, owner);
        bytes.extend(kind.to_be_bytes());
        bytes.extend(1u16.to_be_bytes());
        bytes.extend(120u32.to_be_bytes());
        bytes.extend(u16::try_from(data.len()).expect("records are short").to_be_bytes());
        bytes.extend(data);
    };
    let mut target = Vec::new();
    name(&mut target, &instance_labels);
    record(&service_labels, 12, target);
    let mut texts = Vec::new();
    for text in strings {
        texts.push(u8::try_from(text.len()).expect("strings are short"));
        texts.extend(text.as_bytes());
    }
    record(&instance_labels, 16, texts);
    bytes
}

/// A DNS question for an address record (RFC 1035).
pub fn dns_query(name: &str) -> Vec<u8> {
    let mut bytes = vec![0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        bytes.push(u8::try_from(label.len()).expect("labels are short"));
        bytes.extend(label.as_bytes());
    }
    bytes.extend([0, 0, 1, 0, 1]);
    bytes
}
