//! Not kept.
#![allow(clippy::all, clippy::print_stdout, clippy::disallowed_methods)]
fn main() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../kb");
    let mut files = vec![];
    for dir in ["", "fingerprints"] {
        for e in std::fs::read_dir(root.join(dir)).unwrap().flatten() {
            if e.path().is_file() {
                let n = e.file_name().into_string().unwrap();
                let name = if dir.is_empty() { n } else { format!("{dir}/{n}") };
                files.push((name, std::fs::read_to_string(e.path()).unwrap()));
            }
        }
    }
    files.sort();
    let texts =
        knowledge::Texts { files: files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect() };
    for f in knowledge::Knowledge::lint_texts(&texts) {
        println!("{f}");
    }
}
