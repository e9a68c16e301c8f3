//! All that a scan may ask, in two tables: datagrams ([`DATAGRAMS`]) and pages ([`PAGES`]).
//!
//! Each is what makers' own tools or a browser would ask without a login; none changes anything. What goes to one port
//! alone and needs no table stands with its protocol: [`crate::rtsp::options`], [`crate::rtsp::describe`],
//! [`crate::tls::client_hello`], the calls of [`crate::onvif`], and [`crate::snmp::get`] with a community that the owner
//! gave.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU16;

use crate::http::{self, Body, Path, UserAgent};
use crate::ubiquiti::Version;
use crate::wsd::Wanted;
use crate::{beacon, bosch, dahua5050, dhip, dns, dvrip, foscam, gvcp, hanwha, ipro, nice, sadp};
use crate::{sony, ssdp, topsee, tplink, tvt, ubiquiti, vivotek, vstarcam, wsd};

/// What has to be fresh in a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Salt {
    /// Where it goes: a host, a group or everybody.
    pub to: IpAddr,
    /// Octets that no other question of the scan has.
    pub unique: [u8; 16],
}

impl Salt {
    fn number<const N: usize>(&self) -> [u8; N] {
        self.unique.first_chunk().copied().unwrap_or([0; N])
    }

    fn id(&self) -> u16 {
        u16::from_be_bytes(self.number())
    }

    /// Where the question goes, in the protocols that know IPv4 alone.
    fn ipv4(&self) -> Ipv4Addr {
        match self.to {
            IpAddr::V4(address) => address,
            IpAddr::V6(_) => Ipv4Addr::BROADCAST,
        }
    }
}

/// A question in one datagram.
#[derive(Debug, Clone, Copy)]
pub struct Datagram {
    /// Stable name; that of the question in the catalogue of `attribute` where it is there.
    pub id: &'static str,
    /// The port that it goes to.
    pub port: u16,
    /// The port of ours that answers come to, whatever port asked; it has to be bound, and asked from, first. `None` where
    /// devices answer the sender.
    pub reply_port: Option<u16>,
    /// Ports of ours on which some firmwares answer instead.
    pub also_answered_on: &'static [u16],
    /// Groups to which it may be sent on an attached segment.
    pub groups: &'static [IpAddr],
    /// Groups to which devices answer or announce themselves: to be joined before it is sent.
    pub joined: &'static [IpAddr],
    /// Whether it may be sent to everybody on an attached segment.
    pub is_broadcast: bool,
    /// Whether it is defined for IPv6 too; of makers' own searches nobody says so.
    pub knows_ipv6: bool,
    /// Whose devices answer, in words.
    pub makers: &'static str,
    /// Its bytes.
    pub bytes: fn(&Salt) -> Vec<u8>,
}

/// Of SSDP and WS-Discovery, which SADP uses too.
const DISCOVERY_GROUP: IpAddr = IpAddr::V4(Ipv4Addr::new(239, 255, 255, 250));
const DISCOVERY_GROUP_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xc));
const DHIP_GROUP: IpAddr = IpAddr::V4(Ipv4Addr::new(239, 255, 255, 251));
const MDNS_GROUP: IpAddr = IpAddr::V4(Ipv4Addr::new(224, 0, 0, 251));
const MDNS_GROUP_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xfb));
const TVT_GROUP: IpAddr = IpAddr::V4(Ipv4Addr::new(234, 55, 55, 55));
const TVT_ANSWER_GROUP: IpAddr = IpAddr::V4(Ipv4Addr::new(234, 55, 55, 56));
const UBIQUITI_GROUP: IpAddr = IpAddr::V4(Ipv4Addr::new(233, 89, 188, 1));
/// NICE answers to the port that the question names; this one is its own.
const NICE_PORT: u16 = 2007;

/// What most makers' searches are: broadcast, answered to the sender.
const fn search(
    id: &'static str,
    port: u16,
    makers: &'static str,
    bytes: fn(&Salt) -> Vec<u8>,
) -> Datagram {
    Datagram {
        id,
        port,
        reply_port: None,
        also_answered_on: &[],
        groups: &[],
        joined: &[],
        is_broadcast: true,
        knows_ipv6: false,
        makers,
        bytes,
    }
}

/// A question of a standard: sent to groups, known in IPv6 too, answered to the sender.
const fn standard(
    id: &'static str,
    port: u16,
    groups: &'static [IpAddr],
    makers: &'static str,
    bytes: fn(&Salt) -> Vec<u8>,
) -> Datagram {
    Datagram { groups, is_broadcast: false, knows_ipv6: true, ..search(id, port, makers, bytes) }
}

const ONVIF: &str = "cameras and recorders that speak ONVIF, of any maker";
const WSD_PORT: u16 = 3702;
const WSD_GROUPS: &[IpAddr] = &[DISCOVERY_GROUP, DISCOVERY_GROUP_V6];
const MDNS_PORT: u16 = 5353;
const MDNS_GROUPS: &[IpAddr] = &[MDNS_GROUP, MDNS_GROUP_V6];
const SSDP_PORT: u16 = 1900;

/// A probe of WS-Discovery. Some firmwares answer to port 3702 instead of the sender.
const fn wsd_probe(
    id: &'static str,
    makers: &'static str,
    bytes: fn(&Salt) -> Vec<u8>,
) -> Datagram {
    Datagram { also_answered_on: &[WSD_PORT], ..standard(id, WSD_PORT, WSD_GROUPS, makers, bytes) }
}

fn ssdp_search(salt: &Salt, target: ssdp::Target) -> Vec<u8> {
    ssdp::search(SocketAddr::new(salt.to, SSDP_PORT), target)
}

/// Every question in a datagram that needs nothing from the owner, the most telling first.
///
/// Left out are those whose answer or request is not published whole (Reolink's, Beward's) and those that few cameras were
/// seen to take without harm (PPPP).
pub static DATAGRAMS: &[Datagram] = &[
    Datagram {
        reply_port: Some(37020),
        groups: &[DISCOVERY_GROUP],
        joined: &[DISCOVERY_GROUP],
        ..search("sadp", 37020, "Hikvision and the brands it builds for", |salt| {
            sadp::inquiry(salt.unique)
        })
    },
    Datagram {
        also_answered_on: &[37810],
        groups: &[DHIP_GROUP],
        joined: &[DHIP_GROUP],
        ..search("dhip", 37810, "Dahua and the brands it builds for", |_| dhip::search())
    },
    wsd_probe("ws-discovery", ONVIF, |salt| {
        wsd::probe(Wanted::NetworkVideoTransmitter, salt.unique)
    }),
    wsd_probe("ws-discovery-device", ONVIF, |salt| wsd::probe(Wanted::Device, salt.unique)),
    wsd_probe("ws-discovery-any", "recorders; printers and computers too", |salt| {
        wsd::probe(Wanted::Anything, salt.unique)
    }),
    Datagram {
        reply_port: Some(7711),
        ..search("hanwha", 7701, "Hanwha Vision (Samsung Techwin, Wisenet)", |_| hanwha::search())
    },
    Datagram {
        reply_port: Some(34569),
        ..search("dvrip", 34569, "Xiongmai and hundreds of brands on its boards", |_| {
            dvrip::search(0)
        })
    },
    Datagram {
        reply_port: Some(23456),
        groups: &[TVT_GROUP],
        joined: &[TVT_ANSWER_GROUP],
        is_broadcast: false,
        ..search("tvt", 23456, "TVT and some 80 brands it builds for", |_| tvt::search())
    },
    Datagram {
        reply_port: Some(1758),
        ..search("bosch", 1757, "Bosch", |salt| bosch::search(u32::from_be_bytes(salt.number())))
    },
    Datagram {
        reply_port: Some(10669),
        also_answered_on: &[10670],
        ..search("ipro", 10670, "i-PRO (Panasonic)", |salt| ipro::search(salt.ipv4()))
    },
    search("sony", 2380, "Sony", |_| sony::search()),
    search("vivotek", 10000, "Vivotek", |salt| {
        let [session] = salt.number();
        vivotek::search(session)
    }),
    search("foscam", 10000, "Foscam and the clones of its boards", |_| foscam::search()),
    search("vstarcam", 8600, "VStarcam, Wansview and many white labels", |_| vstarcam::search()),
    search("tplink", 20002, "TP-Link (Tapo, Kasa, VIGI)", |_| tplink::search()),
    search("kasa", 9999, "TP-Link's older Kasa devices", |_| tplink::kasa_search()),
    Datagram {
        groups: &[UBIQUITI_GROUP],
        ..search("ubiquiti", 10001, "Ubiquiti; its routers and access points too", |_| {
            ubiquiti::search(Version::One)
        })
    },
    search("dahua5050", 5050, "Dahua's older devices", |_| dahua5050::search()),
    Datagram {
        reply_port: Some(10009),
        ..search("v380", 10008, "Macro-Video (V380)", |_| beacon::search_v380())
    },
    Datagram {
        reply_port: Some(3001),
        ..search("topsee", 3001, "Topsee, Anjvision and their white labels", |_| topsee::search())
    },
    Datagram {
        reply_port: Some(NICE_PORT),
        ..search("nice", NICE_PORT, "NICE", |salt| nice::search(salt.id(), NICE_PORT))
    },
    search("gvcp", 3956, "industrial cameras that speak GigE Vision", |salt| {
        gvcp::discovery(NonZeroU16::new(salt.id()).unwrap_or(NonZeroU16::MIN))
    }),
    search("360vision", 3600, "360 Vision", |_| beacon::search_360()),
    search("eden", 8088, "Eden Innovations (Optima)", |_| beacon::search_eden()),
    standard("mdns", MDNS_PORT, MDNS_GROUPS, "Axis, Dahua, D-Link, Edimax and others", |salt| {
        dns::cameras_query(salt.id())
    }),
    standard("mdns-services", MDNS_PORT, MDNS_GROUPS, "all that announce services", |salt| {
        dns::services_query(salt.id())
    }),
    standard("ssdp", SSDP_PORT, WSD_GROUPS, "all that speak UPnP", |salt| {
        ssdp_search(salt, ssdp::Target::RootDevice)
    }),
    standard(
        "ssdp-embedded-net-device",
        SSDP_PORT,
        WSD_GROUPS,
        "Hikvision's and TVT's families",
        |salt| ssdp_search(salt, ssdp::Target::EmbeddedNetDevice),
    ),
];

/// A question over HTTP for what a product tells without a login.
#[derive(Debug, Clone)]
pub struct Page {
    /// Stable name.
    pub id: &'static str,
    /// Whose products answer, in words.
    pub makers: &'static str,
    path: Path,
    body: Option<Body>,
}

impl Page {
    const fn of(id: &'static str, makers: &'static str, path: &'static str) -> Self {
        Self { id, makers, path: Path::fixed(path), body: None }
    }

    const fn of_body(
        id: &'static str,
        makers: &'static str,
        path: &'static str,
        json: &'static str,
    ) -> Self {
        Self { id, makers, path: Path::fixed(path), body: Some(Body::json(json)) }
    }

    /// The method: a question that needs a body is posted.
    pub fn method(&self) -> &'static str {
        if self.body.is_some() { "POST" } else { "GET" }
    }

    /// The path with its query.
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// The body, where there is one.
    pub fn body(&self) -> Option<&str> {
        self.body.as_ref().map(Body::as_str)
    }

    /// The request.
    pub fn bytes(&self, host: SocketAddr, agent: &UserAgent) -> Vec<u8> {
        match &self.body {
            Some(body) => http::post(host, &self.path, body, agent),
            None => http::get(host, &self.path, agent),
        }
    }
}

/// The start page: head, title, challenge.
pub static HTTP_ROOT: Page = Page::of("http-root", "all that serve pages", "/");
/// The icon, whose hash names web interfaces.
pub static HTTP_ICON: Page = Page::of("http-icon", "all that serve pages", "/favicon.ico");
/// Whether a password was ever set (fact file `protocols.md` 1.3).
pub static HIKVISION_ACTIVATE_STATUS: Page =
    Page::of("hikvision-activate-status", HIKVISION, "/SDK/activateStatus");
/// A 401 whose challenge and namespace name the family; to be asked once (1.3).
pub static HIKVISION_DEVICE_INFO: Page =
    Page::of("hikvision-device-info", HIKVISION, "/ISAPI/System/deviceInfo");
/// Brand, model, serial number and firmware, from AXIS OS 8.40 on (6.1).
pub static AXIS_PROPERTIES: Page = Page::of_body(
    "axis-properties",
    "Axis",
    "/axis-cgi/basicdeviceinfo.cgi",
    r#"{"apiVersion":"1.0","method":"getAllUnrestrictedProperties"}"#,
);
/// Whether it waits to be set up (6.1).
pub static AXIS_SYSTEM_READY: Page = Page::of_body(
    "axis-system-ready",
    "Axis",
    "/axis-cgi/systemready.cgi",
    r#"{"apiVersion":"1.1","method":"systemready"}"#,
);
/// Whether a password was ever set (6.2).
pub static HANWHA_PW_INIT: Page = Page::of(
    "hanwha-pw-init",
    "Hanwha Vision (Samsung Techwin, Wisenet)",
    "/init-cgi/pw_init.cgi?msubmenu=statuscheck&action=view",
);
/// Whether anybody ever logged in (6.15, which leaves a part out; its source shows the whole path).
pub static UNIVIEW_FIRST_LOGIN: Page =
    Page::of("uniview-first-login", UNIVIEW, "/LAPI/V1.0/System/FirstLogin");
/// Answered in the same envelope (6.15).
pub static UNIVIEW_WORK_MODE: Page =
    Page::of("uniview-work-mode", UNIVIEW, "/LAPI/V1.0/System/DeviceWorkMode");

const HIKVISION: &str = "Hikvision and the brands it builds for";
const UNIVIEW: &str = "Uniview and the brands it builds for";

/// Every page that may be asked for without having been told of it.
pub static PAGES: &[&Page] = &[
    &HTTP_ROOT,
    &HTTP_ICON,
    &HIKVISION_ACTIVATE_STATUS,
    &HIKVISION_DEVICE_INFO,
    &AXIS_PROPERTIES,
    &AXIS_SYSTEM_READY,
    &HANWHA_PW_INIT,
    &UNIVIEW_FIRST_LOGIN,
    &UNIVIEW_WORK_MODE,
];
