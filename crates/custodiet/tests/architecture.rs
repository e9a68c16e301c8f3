//! The directions of dependencies, and that the map names every crate.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Layers from the bottom. A crate may depend on crates of lower layers alone; crates of one layer never see
/// each other.
const LAYERS: &[&[&str]] = &[
    &["model"],
    &["wire", "knowledge"],
    &["intake", "attribute", "assess", "recog", "scan"],
    &["store", "report", "net"],
    &["audit"],
    &["evaluate"],
    &["custodiet"],
];

/// Below the rim: no runtime, driver or framework.
const PURE: &[&str] =
    &["model", "wire", "knowledge", "intake", "attribute", "assess", "recog", "scan"];
const NOT_IN_PURE_CRATES: &[&str] = &[
    "tokio",
    "rusqlite",
    "clap",
    "askama",
    "rayon",
    "hyper",
    "socket2",
    "rustix",
    "libc",
    "anyhow",
    "tracing-subscriber",
];

/// The crate of the sockets.
const SOCKETS: &str = "net";
const SOCKET_TYPES: &[&str] =
    &["UdpSocket", "TcpStream", "TcpListener", "UnixStream", "UnixDatagram"];

/// May be used by tests and examples of any crate, by the product never.
const DEVELOPMENT_ONLY: &[&str] = &["testbed", "laws"];

struct Package {
    name: String,
    folder: PathBuf,
    normal: BTreeSet<String>,
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn packages() -> Vec<Package> {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let package = |package: &Value| Package {
        name: package["name"].as_str().unwrap().to_owned(),
        folder: Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned(),
        normal: package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|dependency| dependency["kind"].is_null())
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .collect(),
    };
    metadata["packages"].as_array().unwrap().iter().map(package).collect()
}

#[test]
fn dependencies_point_down() {
    let layer: BTreeMap<&str, usize> = LAYERS
        .iter()
        .enumerate()
        .flat_map(|(number, names)| names.iter().map(move |name| (*name, number)))
        .collect();
    let mut wrong = Vec::new();
    for package in packages() {
        if DEVELOPMENT_ONLY.contains(&package.name.as_str()) {
            continue;
        }
        let own = *layer
            .get(package.name.as_str())
            .unwrap_or_else(|| panic!("{} has no layer", package.name));
        for dependency in &package.normal {
            let upward = layer.get(dependency.as_str()).is_some_and(|other| *other >= own);
            if upward || DEVELOPMENT_ONLY.contains(&dependency.as_str()) {
                wrong.push(format!("{} must not depend on {dependency}", package.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn pure_crates_name_no_runtime_driver_or_framework() {
    let wrong: Vec<String> = packages()
        .iter()
        .filter(|package| PURE.contains(&package.name.as_str()))
        .flat_map(|package| {
            let named =
                package.normal.iter().filter(|name| NOT_IN_PURE_CRATES.contains(&name.as_str()));
            named
                .map(|name| format!("{} must not depend on {name}", package.name))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn sockets_and_unsafe_code_are_in_one_crate_alone() {
    let mut wrong = Vec::new();
    for package in packages().iter().filter(|package| package.name != SOCKETS) {
        let manifest = std::fs::read_to_string(package.folder.join("Cargo.toml")).unwrap();
        if !manifest.contains("[lints]\nworkspace = true\n") {
            wrong.push(format!("{} must take the lints of the workspace", package.name));
        }
        for path in sources(&package.folder.join("src")) {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let found = SOCKET_TYPES.iter().find(|name| text.contains(**name));
            wrong.extend(found.map(|name| format!("{} must not name {name}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_map_names_every_crate() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let missing: Vec<String> = packages()
        .into_iter()
        .map(|package| package.name)
        .filter(|name| !map.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md does not name {missing:?}");
}
