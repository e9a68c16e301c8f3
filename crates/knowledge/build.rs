//! Lists the files of `kb/`, so that the crate can hold their texts. Reads none of them and fetches nothing.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let variable = |name| env::var_os(name).ok_or_else(|| io::Error::other(name));
    let kb = Path::new(&variable("CARGO_MANIFEST_DIR")?).join("../../kb").canonicalize()?;
    println!("cargo::rerun-if-changed=build.rs");

    let mut paths = Vec::new();
    list(&kb, &mut paths)?;
    list(&kb.join("fingerprints"), &mut paths)?;
    paths.sort();

    let mut code = String::from("&[\n");
    for path in &paths {
        let name = path.strip_prefix(&kb).map_err(io::Error::other)?;
        let name = name.to_string_lossy().replace('\\', "/");
        writeln!(code, "    ({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    code.push_str("]\n");
    fs::write(Path::new(&variable("OUT_DIR")?).join("kb_files.rs"), code)
}

/// The tables and fingerprint files directly in `folder`; a folder that is not there holds none.
fn list(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "csv" || extension == "toml") {
            println!("cargo::rerun-if-changed={}", path.display());
            paths.push(path);
        }
    }
    Ok(())
}
