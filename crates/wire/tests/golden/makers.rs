//! Real messages of makers' own protocols, read at run time from `../shared`, say what their label says.

use model::{MacAddr, SignalKind};
use wire::{About, Message, Sender};

use crate::corpus::{rows, sampled, shared, values};

fn says(message: &Message, protocol: &str) -> bool {
    values(message, SignalKind::DeviceProtocol).contains(&protocol)
}

/// What a packet of the corpus says besides its label: the protocol, and whether model and address stand in it.
/// The reply of 360 Vision shows a type, those of Foscam and VStarcam a serial number, Bosch's short one an address
/// alone; the packets of Sony and VStarcam bear another address than their label.
const PACKETS: &[(&str, &str, bool, bool)] = &[
    ("360Vision", "360vision/search-reply", false, true),
    ("Bosch.bin", "bosch/search-reply", false, true),
    ("Bosch.xml", "bosch/search-reply-xml", true, true),
    ("Eden", "eden/search-reply", false, true),
    ("Foscam", "foscam/search-reply", false, false),
    ("Foscam_cipher", "foscam/search-reply", false, false),
    ("GigEVision", "gvcp/discovery-ack", true, true),
    ("Panasonic", "ipro/search-reply", true, true),
    ("Sony", "sony/search-reply", true, false),
    ("Ubiquiti", "ubiquiti/search-reply", true, true),
    ("Vivotek", "vivotek/search-reply", true, true),
    ("Vstarcam", "vstarcam/search-reply", false, false),
];

#[test]
fn labelled_packets_say_what_their_label_says() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("corpora/discovery_packets");
    let mut checked = 0;
    for row in rows(&folder.join("index.csv")) {
        let known = PACKETS.iter().find(|packet| packet.0 == row["protocol"]);
        let Some((_, protocol, has_model, has_mac)) = known else { continue };
        let file = &row["file"];
        let bytes = std::fs::read(folder.join(file)).expect("a packet");
        // On its own port, on none, and on one that others use.
        for port in [row["port"].parse().expect("a port"), 0, 10_000] {
            let message = wire::datagram(port, 50_000, &bytes).expect(file);
            assert_eq!(message.about, About::Sender, "{file}");
            assert!(says(&message, protocol), "{file}: {message:?}");
            let models = values(&message, SignalKind::DeviceModel);
            let label = row["model"].to_lowercase();
            let is_said = models.iter().any(|model| model.to_lowercase().contains(&label));
            assert_eq!(is_said, *has_model, "{file}: {models:?}");
            let mac: MacAddr = row["mac"].parse().expect("a label");
            assert_eq!(message.keys.macs.contains(&mac), *has_mac, "{file}: {:?}", message.keys);
        }
        checked += 1;
    }
    assert_eq!(checked, PACKETS.len());
}

#[test]
fn packets_of_other_devices_are_no_cameras() {
    let Some(shared) = shared() else { return };
    for name in ["CyberPower", "Eaton", "Lantronix", "Vauban"] {
        let file = shared.join(format!("corpora/discovery_packets/us-{name}.bin"));
        let bytes = std::fs::read(file).expect("a packet");
        for port in [53_566, 4679, 30_718, 30_303, 10_000] {
            assert!(wire::datagram(port, 0, &bytes).is_err(), "{name}");
        }
    }
}

#[test]
fn packets_of_baichuan_tell_the_camera_from_its_client() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("corpora/discovery_packets");
    let read = |name: &str| std::fs::read(folder.join(format!("neolink-{name}.bin"))).expect(name);
    let datagram = |name: &str| wire::datagram(2015, 50_000, &read(name)).expect(name);
    assert!(says(&datagram("udp-udp_negotiate_camt"), "baichuan/d2c-t"));
    assert!(says(&datagram("udp-udp_negotiate_camcfm"), "baichuan/d2c-cfm"));
    assert!(says(&datagram("udp-udp_data"), "baichuan/answer"));
    for name in ["clientt", "disc"] {
        let message = datagram(&format!("udp-udp_negotiate_{name}"));
        assert_eq!((message.about, message.signals.len()), (About::Keys, 0), "{name}");
    }
    assert!(says(&datagram("udp-udp_ack"), "baichuan/ack"));
    for name in ["login_success", "login_failed", "video_start1", "video_start2"] {
        let bytes = read(&format!("tcp-modern_{name}"));
        let message = wire::stream_head(Sender::Server, 9000, &bytes).expect(name);
        assert!(says(&message, "baichuan/answer"), "{name}");
    }
}

/// File of a sample, port, what it says; an empty text for a question that is about nobody.
const SAMPLES: &[(&str, u16, &str)] = &[
    ("360vision3600/360vision-1.bin", 3600, "360vision/search-reply"),
    ("baichuan/reolink-1.bin", 2015, "baichuan/d2c-cfm"),
    ("boschrcp/bosch-2.xml", 1758, "bosch/search-reply-xml"),
    ("dahua-p2p/amcrest-1.txt", 8802, "dahua-p2p/setup"),
    ("dahua5050/dahua-1.bin", 5050, "dahua5050/search-reply"),
    ("dahua5050/probe-request-1.bin", 5050, ""),
    ("dlink62976/dlink-1.bin", 62_976, "cellvision/search"),
    ("dvrip34569/probe-request-1.bin", 34_569, ""),
    ("edimax/edimax-1.txt", 0, "edimax/notice"),
    ("hanwha7701/hanwha-1.bin", 7711, "hanwha/search-reply"),
    ("nicevision2007/nice-1.bin", 2007, "nice/search-reply"),
    ("pppp32100/yi-2.bin", 32_100, ""),
    ("pppp32100/yi-3.bin", 32_100, "pppp/hello"),
    ("pppp32100/yi-4.bin", 32_108, "pppp/announce"),
    ("pppp32100/yi-5.bin", 32_100, "pppp/login"),
    ("pppp32108/probe-request-1.bin", 32_108, ""),
    ("pppp32108/probe-request-2.bin", 32_108, ""),
    ("pppp32108/x5-a9-ilnk-1.bin", 32_108, "pppp/punch"),
    ("topsee3001/probe-request-1.xml", 3001, ""),
    ("tvt23456/dvc-1.bin", 23_456, "tvt/announce"),
    ("tvt23456/probe-request-1.bin", 23_456, ""),
    ("v38010008/probe-request-1.bin", 10_008, ""),
];

#[test]
fn samples_are_recognised() {
    let Some(shared) = shared() else { return };
    for (file, port, protocol) in SAMPLES {
        let message = sampled(&shared, file, *port);
        if protocol.is_empty() {
            assert_eq!((message.about, message.signals.len()), (About::Nobody, 0), "{file}");
        } else {
            assert!(says(&message, protocol), "{file}: {message:?}");
        }
    }
}

#[test]
fn samples_say_their_fields() {
    let Some(shared) = shared() else { return };
    let read = |file: &str, port| sampled(&shared, file, port);
    let tvt = read("tvt23456/dvc-1.bin", 23_456);
    assert_eq!(values(&tvt, SignalKind::DeviceModel), ["DCN-BM8127AIN"]);
    assert_eq!(values(&tvt, SignalKind::DeviceBrand), ["DVC"]);
    assert_eq!((tvt.keys.serials.len(), tvt.keys.addresses.len()), (1, 1));
    let dahua = read("dahua5050/dahua-1.bin", 5050);
    assert_eq!(values(&dahua, SignalKind::DeviceBrand), ["Dahua"]);
    assert_eq!(dahua.keys.macs, ["00:11:22:33:44:55".parse().expect("an address")]);
    assert!(values(&dahua, SignalKind::PortOpen).contains(&"37777/tcp"));
    let hanwha = read("hanwha7701/hanwha-1.bin", 7711);
    assert_eq!(values(&hanwha, SignalKind::DeviceModel), ["Virtual"]);
    assert_eq!(hanwha.keys.macs, dahua.keys.macs);
    assert_eq!(read("nicevision2007/nice-1.bin", 2007).keys.macs, dahua.keys.macs);
    // The two Foscam samples are one device, masked and in clear.
    let [clear, masked] = [1, 2].map(|n| read(&format!("foscam10000/foscam-{n}.bin"), 10_000));
    assert_eq!(values(&clear, SignalKind::PortOpen), values(&masked, SignalKind::PortOpen));
    // The serial number of the same camera as its multicast DNS and DHCP show it.
    let cloud = read("dahua-p2p/amcrest-1.txt", 8802);
    assert_eq!(cloud.keys.serials, read("mdns/amcrest-1.bin", 5353).keys.serials);
}

#[test]
fn bodies_of_tplink_say_their_model() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("samples");
    let mut checked = 0;
    for row in rows(&folder.join("INDEX.csv")) {
        if row["protocol"] != "tplink20002" {
            continue;
        }
        let body = std::fs::read(folder.join(&row["file"])).expect("a sample");
        let bytes = [&[2, 0, 0, 1][..], &[0; 12], body.trim_ascii()].concat();
        let message = wire::datagram(20_002, 50_000, &bytes).expect("a reply");
        assert_eq!(values(&message, SignalKind::DeviceModel), [&*row["model"]]);
        assert_eq!(message.keys.macs.len(), 1, "{}", row["file"]);
        checked += 1;
    }
    assert!(checked >= 8, "{checked} samples checked");
}

#[test]
fn the_ping_of_tutk_is_recognised() {
    let Some(shared) = shared() else { return };
    let hex = std::fs::read_to_string(shared.join("samples/tutk/xiaomi-1.hex")).expect("a sample");
    let octet = |pair: &[u8]| {
        u8::from_str_radix(std::str::from_utf8(pair).expect("text"), 16).expect("two digits")
    };
    let bytes: Vec<u8> = hex.trim().as_bytes().chunks(2).map(octet).collect();
    assert!(says(&wire::datagram(0, 0, &bytes).expect("a ping"), "tutk/ping"));
}
