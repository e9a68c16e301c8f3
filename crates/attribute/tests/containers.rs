//! Containers of firmware files as evidence.

use attribute::{Attributor, Identified, Priors, identify_line};
use knowledge::Knowledge;
use model::{DeviceKind, Level};

fn identified(container: &str) -> Identified {
    let attributor = Attributor::new(Knowledge::embedded(), Priors::default());
    let line = serde_json::json!({
        "id": "file",
        "signals": [{"kind": "firmware.container", "value": container}],
    });
    identify_line(&attributor, line.to_string().as_bytes(), &mut Vec::new()).unwrap()
}

#[test]
fn a_file_alone_makes_a_maker_probable_and_confirms_nothing() {
    for (container, maker) in [
        ("digicap DAV, obfuscated header; language=english; oem-code=1", "hikvision"),
        ("Dahua firmware ZIP; parts=Install, check.img", "dahua"),
        ("Xiongmai firmware ZIP", "xiongmai"),
        ("Tiandy box", "tiandy"),
        ("Reolink PAKS; version=v3.0.0.0", "reolink"),
    ] {
        let found = identified(container);
        assert_eq!(found.maker.id.as_str(), maker, "{container}");
        assert_eq!(found.level, Level::Probable, "{container}");
        assert!(found.kind.is_surveillance(), "{container}");
        let item = found.evidence.iter().find(|item| item.claim.contains(maker)).unwrap();
        assert!(item.rank <= 3 && item.family == "container", "{item:?}");
    }
}

#[test]
fn the_header_tells_the_kind_and_the_version() {
    let rest = "language=chinese; device-class";
    let recorder =
        identified(&format!("digicap DAV, decoded header; {rest}=recorder; version=V4.0.1"));
    assert_eq!(recorder.kind, DeviceKind::Recorder);
    assert_eq!(recorder.firmware.as_deref(), Some("V4.0.1"));
    let camera = identified(&format!("digicap DAV, decoded header; {rest}=camera"));
    assert_eq!(camera.kind, DeviceKind::Camera);
}

#[test]
fn a_vendor_in_the_header_is_a_label_and_not_the_maker() {
    let found = identified("Dahua firmware ZIP; vendor=Lorex; parts=Install");
    assert_eq!(found.maker.id.as_str(), "dahua");
    assert_eq!(found.brand.as_deref(), Some("Lorex"));
    assert!(found.rebranded);
    let hidden = identified("ZIP archive; parts=dahua, digicap");
    assert_eq!(hidden.level, Level::Unknown, "names of parts are nobody's mark");
}

#[test]
fn containers_of_anybody_name_nobody() {
    for container in
        ["uImage; name=Linux", "SquashFS", "Foscam encrypted image", "ZIP archive", ";", ""]
    {
        assert_eq!(identified(container).level, Level::Unknown, "{container}");
    }
}

#[test]
fn every_container_that_is_read_by_its_structure_is_known() {
    let rows = Knowledge::embedded().firmware_formats();
    for name in wire::firmware::STRUCTURED {
        assert!(rows.iter().any(|row| *row.format == **name), "kb/firmware.csv lacks `{name}`");
    }
    let others = ["Dahua recording frame", "Hikvision recorder disk", "parameter partition"];
    for name in others {
        assert!(rows.iter().any(|row| &*row.format == name), "kb/firmware.csv lacks `{name}`");
        assert_ne!(wire::firmware::Holds::of(name), wire::firmware::Holds::Firmware);
    }
}
