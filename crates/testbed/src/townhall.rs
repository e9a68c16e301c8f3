//! `examples/townhall`: one council's evidence as it lies about, built from simulated devices.
//!
//! The files disagree on purpose: relabelled cameras, a stale lease, a landlord's cameras, a camera on the
//! office network that no register knows, rows that contradict the network, and things that are no cameras.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use anyhow::Context as _;
use jiff::civil::date;
use model::{MacAddr, Timestamp};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use crate::capture::{Capture, Host};
use crate::messages::{
    Identity, dhip_reply, dns_query, dvrip_reply, http_response, mdns_answer, probe_matches,
    rtsp_response, sadp_reply,
};

/// One file of the example.
pub struct ExampleFile {
    /// Name inside its folder.
    pub name: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// All files of `examples/townhall`; the same bytes on every run.
///
/// # Errors
/// When the spreadsheet writer refuses.
pub fn files() -> anyhow::Result<Vec<ExampleFile>> {
    Ok(vec![
        ExampleFile { name: "camera-register.xlsx", bytes: register()? },
        ExampleFile { name: "office-scan.xml", bytes: nmap_scan().into_bytes() },
        ExampleFile { name: "cctv-vlan.pcap", bytes: capture()? },
        ExampleFile { name: "dhcpd.leases", bytes: leases().into_bytes() },
        ExampleFile { name: "estate.toml", bytes: ESTATE.as_bytes().to_vec() },
    ])
}

const ESTATE: &str = r#"# Whose estate this is, and the context that verdicts need. Every value here is made up.

[organisation]
name = "Example Borough Council"
kind = "local-authority"
jurisdiction = "GB"

# The UK statement of 24 November 2022 names no company: the body chooses its own test and records it.
[entity_test]
tier = "prc_oem"
author = "Head of Information Security"
date = 2024-03-01
reason = "Adopted voluntarily; a council is not bound by the instruction to departments."

[[sites]]
id = "town-hall"
name = "Town Hall"
aliases = ["TH", "Town Hall, Market Square"]
sensitive = { holds_secret = "no", vetted_staff = "no", ministers = "no", socpa = "no", other = "yes" }
extent = "parts"
parts = ["Emergency control room"]
reason = "The emergency control room serves the local resilience forum."
networks = ["10.20.0.0/16"]

[[sites]]
id = "depot"
name = "Mill Lane Depot"
aliases = ["DEP", "Depot"]
sensitive = { holds_secret = "no", vetted_staff = "no", ministers = "no", socpa = "no", other = "no" }
networks = ["10.21.0.0/16"]

[[sites]]
id = "library"
name = "Central Library"
aliases = ["LIB", "Library"]
landlord = "Market Square Estates"
lease_end = 2028-09-30

[[zones]]
id = "cctv"
class = "surveillance"
networks = ["10.20.30.0/24", "10.21.30.0/24"]
vlans = [30]

[[zones]]
id = "office"
class = "core"
networks = ["10.20.10.0/24"]
vlans = [10]

[[zones]]
id = "guest"
class = "guest"
networks = ["10.20.50.0/24"]
vlans = [50]
"#;

const fn mac(oui: [u8; 3], tail: u8) -> MacAddr {
    MacAddr::new([oui[0], oui[1], oui[2], 0x00, 0x00, tail])
}

const HIKVISION: [u8; 3] = [0x44, 0x19, 0xb6];
const DAHUA: [u8; 3] = [0x3c, 0xef, 0x8c];
const AMCREST: [u8; 3] = [0x9c, 0x8e, 0xcd];
const TRENDNET: [u8; 3] = [0xd8, 0xeb, 0x97];
const UNIVIEW: [u8; 3] = [0x48, 0xea, 0x63];
const AXIS: [u8; 3] = [0xac, 0xcc, 0x8e];
const HANWHA: [u8; 3] = [0x00, 0x09, 0x18];
const BOSCH: [u8; 3] = [0x00, 0x04, 0x63];
const REOLINK: [u8; 3] = [0xec, 0x71, 0xdb];
const PROVISION: [u8; 3] = [0xa0, 0xe0, 0x25];
const TP_LINK: [u8; 3] = [0x00, 0x0a, 0xeb];
const XIONGMAI: [u8; 3] = [0x00, 0x12, 0x17];
const PRINTER: [u8; 3] = [0x00, 0x1b, 0x78];
const SWITCH: [u8; 3] = [0x00, 0x1b, 0x54];
const LAPTOP: [u8; 3] = [0x3c, 0x52, 0x82];

const fn cctv(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 20, 30, last)
}

const fn office(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 20, 10, last)
}

const fn depot(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 21, 30, last)
}

/// The engineer's laptop on the camera network, which the capture was taken on.
const VIEWER: Host = Host { mac: mac(LAPTOP, 0x01), address: cctv(250) };
const SADP_GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 255, 250);
const MDNS_GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 251);

fn at(text: &str) -> anyhow::Result<Timestamp> {
    text.parse().with_context(|| format!("`{text}` is no instant"))
}

/// The capture of an hour on the camera network.
fn capture() -> anyhow::Result<Vec<u8>> {
    let mut capture = Capture::new(at("2026-11-03T09:15:00Z")?);
    hikvision_family(&mut capture);
    dahua_family(&mut capture);
    other_makers(&mut capture);
    Ok(capture.into_bytes())
}

fn host(device: Identity<'_>) -> Host {
    Host { mac: device.mac, address: device.address }
}

fn hikvision_family(capture: &mut Capture) {
    let entrance = Identity {
        model: "DS-2CD2143G2-I",
        serial: "DS-2CD2143G2-I20210406AAWRF00000001",
        firmware: "V5.7.3build 220112",
        mac: mac(HIKVISION, 0x01),
        address: cctv(11),
    };
    let relabelled = Identity {
        model: "TV-IP320PI",
        serial: "TV-IP320PI20190311AAWR000000002",
        firmware: "V5.4.8build 180305",
        mac: mac(TRENDNET, 0x02),
        address: cctv(12),
    };
    // The register calls this one an Axis.
    let contradicted = Identity {
        model: "DS-2CD2385G1-I",
        serial: "DS-2CD2385G1-I20200219AAWRE00000003",
        firmware: "V5.6.3build 190923",
        mac: mac(HIKVISION, 0x03),
        address: cctv(19),
    };
    let recorder = Identity {
        model: "LTN8916-P16",
        serial: "LTN8916-P161620180712CCWRC00000004WCVU",
        firmware: "V4.1.50build 180620",
        mac: mac(HIKVISION, 0x04),
        address: cctv(5),
    };
    for (device, channels) in
        [(entrance, (1, 0)), (relabelled, (1, 0)), (contradicted, (1, 0)), (recorder, (0, 16))]
    {
        capture.arp_reply(host(device), VIEWER);
        capture.udp_to_all(
            host(device),
            SADP_GROUP,
            (37020, 37020),
            &sadp_reply(device, channels, true),
        );
    }
    let realm = "Digest qop=\"auth\", realm=\"IP Camera(F0001)\", nonce=\"4e30303030303030303030303030303030303030303030303a\", stale=\"FALSE\"";
    capture.tcp(
        VIEWER,
        host(entrance),
        (50_101, 80),
        b"GET /ISAPI/System/deviceInfo HTTP/1.1\r\nHost: 10.20.30.11\r\n\r\n",
        &http_response(
            "401 Unauthorized",
            &[("Server", "App-webs/"), ("WWW-Authenticate", realm)],
            "",
        ),
    );
    let realm = "Digest qop=\"auth\", realm=\"Embedded Net DVR\", nonce=\"4e30303030303030303030303030303030303030303030303b\", stale=\"FALSE\"";
    capture.tcp(
        VIEWER,
        host(recorder),
        (50_102, 80),
        b"GET / HTTP/1.1\r\nHost: 10.20.30.5\r\n\r\n",
        &http_response(
            "401 Unauthorized",
            &[("Server", "DNVRS-Webs"), ("WWW-Authenticate", realm)],
            "",
        ),
    );
}

fn dahua_family(capture: &mut Capture) {
    let amcrest = Identity {
        model: "IP8M-2496E",
        serial: "AMC000000000000005",
        firmware: "2.800.00AC001.0.R",
        mac: mac(AMCREST, 0x05),
        address: cctv(13),
    };
    let lobby = Identity {
        model: "IPC-HDW5442TM-AS",
        serial: "7A00000PAG00006",
        firmware: "2.800.0000000.13.R",
        mac: mac(DAHUA, 0x06),
        address: cctv(14),
    };
    for (device, vendor) in [(amcrest, "Amcrest"), (lobby, "Dahua")] {
        capture.arp_reply(host(device), VIEWER);
        capture.udp(host(device), VIEWER, (37810, 50_200), &dhip_reply(device, "IPC", vendor, 0));
    }
    let scopes = [
        "location/country/china",
        "name/Amcrest",
        "hardware/IP8M-2496E",
        "Profile/Streaming",
        "type/Network_Video_Transmitter",
        "extension/unique_identifier/1",
    ];
    capture.udp(
        host(amcrest),
        VIEWER,
        (3702, 50_201),
        &probe_matches(
            "uuid:6c0a2f00-0000-4000-8000-000000000005",
            "dn:NetworkVideoTransmitter tds:Device",
            &scopes,
            "http://10.20.30.13/onvif/device_service",
        ),
    );
    capture.tcp(
        VIEWER,
        host(lobby),
        (50_103, 554),
        b"OPTIONS rtsp://10.20.30.14/ RTSP/1.0\r\nCSeq: 1\r\n\r\n",
        &rtsp_response(
            "401 Unauthorized",
            &[
                (
                    "WWW-Authenticate",
                    "Digest realm=\"Login to 7A00000PAG00006\", nonce=\"0123456789abcdef\"",
                ),
                ("Server", "Rtsp Server/3.0"),
            ],
        ),
    );
    capture.udp(
        host(lobby),
        Host { mac: mac(SWITCH, 0x01), address: cctv(1) },
        (41_000, 53),
        &dns_query("www.easy4ipcloud.com"),
    );
}

fn other_makers(capture: &mut Capture) {
    let chamber = Host { mac: mac(AXIS, 0x07), address: cctv(40) };
    capture.dhcp_request(
        chamber,
        "axis-accc8e000007",
        Some("AXIS,Dome Camera,P3245-LVE,10.12.182"),
        &[1, 3, 6, 12, 15, 28, 42],
    );
    capture.udp_to_all(
        chamber,
        MDNS_GROUP,
        (5353, 5353),
        &mdns_answer(
            "_axis-video._tcp",
            "AXIS P3245-LVE - ACCC8E000007",
            &["macaddress=ACCC8E000007"],
        ),
    );

    let stairs = Host { mac: mac(HANWHA, 0x08), address: cctv(41) };
    capture.tcp(
        VIEWER,
        stairs,
        (50_104, 80),
        b"GET / HTTP/1.1\r\nHost: 10.20.30.41\r\n\r\n",
        &http_response(
            "401 Unauthorized",
            &[(
                "WWW-Authenticate",
                "Digest realm=\"iPolis_000918000008\", nonce=\"00\", qop=\"auth\"",
            )],
            "",
        ),
    );

    let bay = Host { mac: mac(UNIVIEW, 0x09), address: cctv(42) };
    capture.udp(
        bay,
        VIEWER,
        (3702, 50_202),
        &probe_matches(
            "urn:uuid:00010010-0001-1020-8000-48ea63000009",
            "tns:NetworkVideoTransmitter",
            &[
                "type/video_encoder",
                "hardware/IPC3614SB-ADF28KM",
                "name/SUNBA",
                "manufacturer/NONE",
                "macaddr/48ea63000009",
                "serial/210235C000000000000009",
                "version/IPC_G6107-B0001P01D1901",
                "register_status/offline",
                "register_server/0.0.0.0:5060",
                "regist_id/34020000001320000001",
            ],
            "http://10.20.30.42:80/onvif/device_service",
        ),
    );

    let reception = Host { mac: mac(BOSCH, 0x0a), address: cctv(43) };
    capture.tcp(
        VIEWER,
        reception,
        (50_105, 80),
        b"GET / HTTP/1.1\r\nHost: 10.20.30.43\r\n\r\n",
        &http_response(
            "401 Unauthorized",
            &[
                ("Server", "VCS-VideoJet-Webserver"),
                ("WWW-Authenticate", "Digest realm=\"Use 'live' as User Name\", nonce=\"00\""),
            ],
            "",
        ),
    );

    let market = Identity {
        model: "LocalHost",
        serial: "0000000000000b0b",
        firmware: "",
        mac: mac(XIONGMAI, 0x0b),
        address: cctv(44),
    };
    capture.udp_to_all(host(market), Ipv4Addr::BROADCAST, (34569, 34569), &dvrip_reply(market, 8));

    // Not a camera: the laptop asks for its time and its updates.
    capture.udp(
        VIEWER,
        Host { mac: mac(SWITCH, 0x01), address: cctv(1) },
        (52_000, 53),
        &dns_query("time.example.org"),
    );
}

/// What an engineer's scan of the office and depot networks wrote.
fn nmap_scan() -> String {
    let mut xml = String::from(concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE nmaprun>\n",
        "<nmaprun scanner=\"nmap\" args=\"nmap -sV -oX office-scan.xml 10.20.10.0/24 10.21.30.0/24\" start=\"1762251600\" ",
        "startstr=\"Tue Nov  4 10:20:00 2025\" version=\"7.95\" xmloutputversion=\"1.05\">\n"
    ));
    let hosts = [
        // A camera on the office network, which no register knows.
        (
            office(77),
            mac(DAHUA, 0x0c),
            "",
            vec![
                (80, "http", vec![("http-title", "WEB SERVICE"), ("http-server-header", "Webs")]),
                (554, "rtsp", vec![]),
                (37777, "unknown", vec![]),
            ],
        ),
        (
            office(20),
            mac(PRINTER, 0x0d),
            "print-2-floor",
            vec![
                (
                    80,
                    "http",
                    vec![
                        ("http-title", "HP LaserJet MFP E52645"),
                        ("http-server-header", "HP HTTP Server; HP LaserJet MFP E52645"),
                    ],
                ),
                (9100, "jetdirect", vec![]),
            ],
        ),
        (
            office(1),
            mac(SWITCH, 0x0e),
            "sw-office-1",
            vec![(22, "ssh", vec![("banner", "SSH-2.0-Cisco-1.25")])],
        ),
        (office(31), mac(LAPTOP, 0x0f), "reception-pc", vec![(445, "microsoft-ds", vec![])]),
        (depot(15), mac(TP_LINK, 0x10), "", vec![(2020, "unknown", vec![]), (554, "rtsp", vec![])]),
        (
            depot(5),
            mac(PROVISION, 0x11),
            "depot-nvr",
            vec![
                (
                    80,
                    "http",
                    vec![
                        ("http-server-header", "Cross Web Server"),
                        ("http-title", "Provision-ISR NVR"),
                    ],
                ),
                (554, "rtsp", vec![]),
            ],
        ),
    ];
    for (address, mac, name, ports) in hosts {
        let _ = write!(
            xml,
            "<host starttime=\"1762251601\" endtime=\"1762251690\"><status state=\"up\" reason=\"arp-response\" reason_ttl=\"0\"/>\n\
             <address addr=\"{address}\" addrtype=\"ipv4\"/>\n<address addr=\"{}\" addrtype=\"mac\"/>\n<hostnames>",
            mac.to_string().to_uppercase()
        );
        if !name.is_empty() {
            let _ = write!(xml, "<hostname name=\"{name}\" type=\"PTR\"/>");
        }
        xml.push_str("</hostnames>\n<ports>");
        for (port, service, scripts) in ports {
            let _ = write!(
                xml,
                "<port protocol=\"tcp\" portid=\"{port}\"><state state=\"open\" reason=\"syn-ack\" reason_ttl=\"64\"/>\
                 <service name=\"{service}\" method=\"table\" conf=\"3\"/>"
            );
            for (script, output) in scripts {
                let _ = write!(xml, "<script id=\"{script}\" output=\"{output}\"/>");
            }
            xml.push_str("</port>\n");
        }
        xml.push_str("</ports></host>\n");
    }
    xml.push_str(concat!(
        "<runstats><finished time=\"1762252200\" timestr=\"Tue Nov  4 10:30:00 2025\" elapsed=\"600\" exit=\"success\"/>",
        "<hosts up=\"6\" down=\"506\" total=\"512\"/></runstats>\n</nmaprun>\n"
    ));
    xml
}

/// Leases of the camera network. The first is stale: another device holds that address today.
fn leases() -> String {
    let lease = |address: Ipv4Addr,
                 mac: MacAddr,
                 name: &str,
                 class: &str,
                 starts: &str,
                 ends: &str| {
        let class = if class.is_empty() {
            String::new()
        } else {
            format!("  set vendor-class-identifier = \"{class}\";\n")
        };
        format!(
            "lease {address} {{\n  starts {starts};\n  ends {ends};\n  binding state free;\n  hardware ethernet {mac};\n{class}  client-hostname \"{name}\";\n}}\n"
        )
    };
    let mut text = String::from(
        "# The format of this file is documented in the dhcpd.leases(5) manual page.\nauthoring-byte-order little-endian;\n\n",
    );
    text += &lease(
        cctv(40),
        mac(REOLINK, 0x12),
        "Reolink",
        "udhcp 1.24.2",
        "2 2024/05/14 08:01:00",
        "2 2024/05/14 20:01:00",
    );
    text += &lease(
        cctv(13),
        mac(AMCREST, 0x05),
        "AMC000000000000005",
        "",
        "2 2026/11/03 06:00:00",
        "2 2026/11/03 18:00:00",
    );
    text += &lease(
        cctv(40),
        mac(AXIS, 0x07),
        "axis-accc8e000007",
        "AXIS,Dome Camera,P3245-LVE,10.12.182",
        "2 2026/11/03 09:15:02",
        "2 2026/11/03 21:15:02",
    );
    text
}

/// A cell of the register.
enum Cell {
    Text(&'static str),
    Number(f64),
    Day(i16, i8, i8),
    Empty,
}
use Cell::{Day, Empty, Number, Text};

/// The register that three people kept since 2014.
fn register() -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2026, 11, 2)?;
    workbook.set_properties(
        &DocProperties::new().set_title("CCTV register").set_creation_datetime(&created),
    );
    let bold = Format::new().set_bold();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet().set_name("CCTV")?;
    sheet.write_with_format(0, 0, "Example Borough Council: CCTV asset register", &bold)?;
    sheet.write(1, 0, "Reviewed October 2026. See depot sheet for Mill Lane.")?;
    let headers = [
        "Asset No",
        "Make",
        "Model No.",
        "Serial",
        "MAC addr",
        "IP",
        "Site",
        "Where",
        "Fitted",
        "Owner",
        "Qty",
        "Notes",
    ];
    for (column, header) in (0u16..).zip(headers) {
        sheet.write_with_format(3, column, header, &bold)?;
    }
    for (row, cells) in (4u32..).zip(main_rows()) {
        for (column, cell) in (0u16..).zip(cells) {
            match cell {
                Text(text) => drop(sheet.write(row, column, text)?),
                Number(number) => drop(sheet.write(row, column, number)?),
                Day(y, m, d) => {
                    let date = date(y, m, d);
                    let value = ExcelDateTime::from_ymd(
                        u16::try_from(date.year())?,
                        u8::try_from(date.month())?,
                        u8::try_from(date.day())?,
                    )?;
                    sheet.write_with_format(row, column, &value, &day)?;
                }
                Empty => {}
            }
        }
    }
    let sheet = workbook.add_worksheet().set_name("Depot")?;
    for (row, cells) in (0u32..).zip(DEPOT_ROWS) {
        for (column, cell) in (0u16..).zip(*cells) {
            sheet.write(row, column, *cell)?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}

fn main_rows() -> Vec<Vec<Cell>> {
    vec![
        vec![
            Text("TH-001"),
            Text("HIKVISION"),
            Text("DS-2CD2143G2-I"),
            Text("F00000001"),
            Text("44-19-B6-00-00-01"),
            Text("10.20.30.11"),
            Text("Town Hall"),
            Text("Main entrance"),
            Day(2021, 5, 12),
            Empty,
            Empty,
            Empty,
        ],
        vec![
            Text("TH-002"),
            Text("Trendnet"),
            Text("TV-IP320PI"),
            Empty,
            Text("D8EB.9700.0002"),
            Text("10.20.30.12"),
            Text("TH"),
            Text("Back stairs"),
            Day(2019, 6, 3),
            Empty,
            Empty,
            Text("supplier states not Chinese made"),
        ],
        vec![
            Text("TH-003"),
            Text("Amcrest"),
            Text("IP8M-2496E"),
            Empty,
            Text("9c8ecd000005"),
            Text("10.20.30.13"),
            Text("Town Hall"),
            Text("Emergency control room"),
            Day(2023, 2, 8),
            Empty,
            Empty,
            Empty,
        ],
        // Contradicts the network: a Hikvision answers there.
        vec![
            Text("TH-004"),
            Text("Axis"),
            Text("P3367-VE"),
            Empty,
            Empty,
            Text("10.20.30.19"),
            Text("Town Hall"),
            Text("Cashiers"),
            Day(2016, 1, 20),
            Empty,
            Empty,
            Empty,
        ],
        vec![
            Text("TH-005"),
            Text("Dahua"),
            Text("IPC-HDW5442TM-AS"),
            Empty,
            Text("3C:EF:8C:00:00:06"),
            Text("10.20.30.14:554"),
            Text("Town Hall"),
            Text("Lobby"),
            Day(2022, 12, 1),
            Empty,
            Empty,
            Empty,
        ],
        vec![
            Text("TH-006"),
            Text("AXIS"),
            Text("P3245-LVE"),
            Text("ACCC8E000007"),
            Empty,
            Text("10.20.30.40"),
            Text("Town Hall"),
            Text("Council chamber"),
            Day(2022, 3, 15),
            Empty,
            Empty,
            Empty,
        ],
        vec![
            Text("TH-007"),
            Text("Hanwah"),
            Text("XNV-6080R"),
            Empty,
            Text("00:09:18:00:00:08"),
            Text("10.20.30.41"),
            Text("Town Hall"),
            Text("North stairs"),
            Day(2020, 8, 30),
            Empty,
            Empty,
            Empty,
        ],
        vec![
            Text("TH-008"),
            Text("SUNBA"),
            Text("IPC3614SB-ADF28KM"),
            Empty,
            Text("48:EA:63:00:00:09"),
            Text("10.20.30.42"),
            Text("Town Hall"),
            Text("Loading bay"),
            Text("March 2021"),
            Empty,
            Empty,
            Empty,
        ],
        vec![
            Text("TH-009"),
            Text("Bosch"),
            Text("FLEXIDOME IP 5000i"),
            Empty,
            Text("00:04:63:00:00:0A"),
            Text("10.20.30.43"),
            Text("Town Hall"),
            Text("Reception"),
            Day(2019, 11, 5),
            Empty,
            Empty,
            Empty,
        ],
        // The MAC of a camera that is not there any more; another one answers on the address.
        vec![
            Text("TH-010"),
            Text("Hikvision"),
            Text("DS-2CD2032-I"),
            Empty,
            Text("44:19:B6:00:00:99"),
            Text("10.20.30.43"),
            Text("Town Hall"),
            Text("Reception (old)"),
            Day(2014, 4, 7),
            Empty,
            Empty,
            Text("swapped?"),
        ],
        vec![
            Text("TH-011"),
            Text("LTS"),
            Text("LTN8916-P16"),
            Number(1.23e11),
            Text("44:19:B6:00:00:04"),
            Text("10.20.30.5"),
            Text("Town Hall"),
            Text("Comms room"),
            Day(2018, 9, 14),
            Empty,
            Empty,
            Text("NVR 16ch"),
        ],
        vec![
            Text("TH-012"),
            Text("unknown"),
            Text("8ch DVR"),
            Empty,
            Empty,
            Text("10.20.30.44"),
            Text("Town Hall"),
            Text("Market office"),
            Empty,
            Empty,
            Empty,
            Text("no label on the box"),
        ],
        vec![
            Text("LIB-001"),
            Text("Hikvision"),
            Text("DS-2CD2385G1-I"),
            Empty,
            Empty,
            Empty,
            Text("Library"),
            Text("Foyer"),
            Day(2020, 2, 2),
            Text("Landlord: Market Square Estates"),
            Empty,
            Text("landlord's own system"),
        ],
        vec![
            Text("LIB-002"),
            Text("Hik"),
            Text("4MP dome DS2CD2143"),
            Empty,
            Empty,
            Empty,
            Text("Library"),
            Text("Car park"),
            Empty,
            Text("Landlord: Market Square Estates"),
            Number(4.0),
            Text("x4, landlord's own system"),
        ],
        vec![
            Text("Total"),
            Empty,
            Empty,
            Empty,
            Empty,
            Empty,
            Empty,
            Empty,
            Empty,
            Empty,
            Number(17.0),
            Empty,
        ],
    ]
}

const DEPOT_ROWS: &[&[&str]] = &[
    &["Ref", "Manufacturer", "Type", "IP address", "Location", "Install date", "Status"],
    &["D1", "TP-Link", "Tapo C310", "10.21.30.15", "Depot", "03/04/2022", "live"],
    &["D2", "Provision-ISR", "NVR5-8200", "10.21.30.5", "Depot", "05/06/2018", "live"],
    &["D3", "Annke", "C800", "", "Depot", "07/08/2023", "live"],
    &["D4", "Honeywell", "HD45IP", "", "Depot", "02/03/2015", "removed 2021"],
];
