//! Real messages of `../shared`, read at run time: all are survived, and those that are labelled say what their
//! label says.

use model::{Signal, SignalKind};
use wire::Sender;

use crate::corpus::{files_below, rows, sampled, shared, values};

#[test]
fn every_file_is_survived_by_every_entry() {
    let Some(shared) = shared() else { return };
    let mut files = files_below(&shared.join("samples"));
    files.extend(files_below(&shared.join("corpora/discovery_packets")));
    files.extend(files_below(&shared.join("corpora/onvif")));
    files.extend(files_below(&shared.join("corpora/rtsp")));
    assert!(files.len() > 200, "the corpus is there");
    for file in files {
        let bytes = std::fs::read(&file).expect("a readable file");
        // The few backups and logs would only take long under every kind and port.
        let is_large = bytes.len() > 50_000;
        let ports: &[u16] = if is_large { &[0] } else { &[0, 23, 53, 554, 5353, 37020, 37810] };
        for port in ports {
            let _ = wire::datagram(*port, *port, &bytes);
            let _ = wire::stream_head(Sender::Client, *port, &bytes);
            let _ = wire::stream_head(Sender::Server, *port, &bytes);
        }
        for kind in if is_large { &[] } else { SignalKind::ALL } {
            let _ = wire::expand(&Signal::bytes(*kind, bytes.as_slice()));
        }
    }
}

#[test]
fn labelled_packets_say_what_their_label_says() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("corpora/discovery_packets");
    let mut checked = 0;
    for row in rows(&folder.join("index.csv")) {
        if !matches!(&*row["protocol"], "SADP" | "DHIP" | "Hikvision" | "Arecont") {
            continue;
        }
        let file = &*row["file"];
        let bytes = std::fs::read(folder.join(file)).expect("a packet");
        let port = row["port"].parse().expect("a port");
        let message = wire::datagram(port, 50_000, &bytes).expect(file);
        let models = values(&message, SignalKind::DeviceModel);
        assert!(
            models.iter().any(|model| model.to_lowercase().contains(&row["model"].to_lowercase())),
            "{file}: {models:?}"
        );
        // Arecont shows the second half of its address only.
        if let Ok(mac) = row["mac"].parse()
            && &*row["protocol"] != "Arecont"
        {
            assert_eq!(message.keys.macs, [mac], "{file}");
        }
        checked += 1;
    }
    assert!(checked >= 8, "{checked} packets checked");
}

#[test]
fn samples_of_makers_protocols_say_their_model() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("samples");
    let mut checked = 0;
    for row in rows(&folder.join("INDEX.csv")) {
        let (file, model) = (&*row["file"], &*row["model"]);
        let kind = match &*row["protocol"] {
            "sadp" => SignalKind::SadpReply,
            "dhip" => SignalKind::DhipReply,
            "dvrip34569" => SignalKind::DvripReply,
            _ => continue,
        };
        let bytes = std::fs::read(folder.join(file)).expect("a sample");
        let message = wire::expand(&Signal::bytes(kind, bytes.as_slice()));
        if &*row["maker_true"] == "none" {
            assert_eq!(message, None, "{file} is a tool's question");
            continue;
        }
        let message = message.expect(file);
        assert!(!message.keys.macs.is_empty(), "{file} shows its hardware address");
        if !model.is_empty() && !model.starts_with('(') {
            assert_eq!(values(&message, SignalKind::DeviceModel), [model], "{file}");
        }
        checked += 1;
    }
    assert!(checked >= 10, "{checked} samples checked");
}

#[test]
fn samples_of_names_and_leases_say_who_they_are() {
    let Some(shared) = shared() else { return };
    let read = |file: &str, port| sampled(&shared, file, port);
    // DHCP: the serial number of the Dahua family stands in the host name; busybox names only itself.
    let amcrest = read("dhcp/amcrest-1.bin", 67);
    assert_eq!(amcrest.keys.serials.len(), 1);
    assert_eq!(
        amcrest.keys.serials.first().map(|serial| &**serial),
        amcrest.keys.hostname.as_deref()
    );
    assert_eq!(values(&read("dhcp/dlink-2.bin", 67), SignalKind::DhcpHostname), ["DCS-930LB"]);
    assert!(read("dhcp/yi-1.bin", 67).keys.serials.is_empty());
    // Multicast DNS of the same camera agrees with its DHCP.
    let announced = read("mdns/amcrest-1.bin", 5353);
    assert_eq!(announced.keys.serials, amcrest.keys.serials);
    assert_eq!(announced.keys.macs, amcrest.keys.macs);
    assert_eq!(values(&read("mdns/dlink-1.bin", 5353), SignalKind::DeviceModel), ["DCS-935L"]);
    assert_eq!(read("mdns/axis-1.bin", 5353).keys.macs.len(), 2);
}
