//! The example in the repository is the one this crate builds.

use std::path::Path;

#[test]
fn the_shipped_example_is_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/townhall");
    for file in testbed::townhall::files().unwrap() {
        let shipped = std::fs::read(folder.join(file.name)).unwrap();
        assert!(
            shipped == file.bytes,
            "examples/townhall/{} differs: run `cargo run -p testbed --example write_townhall -- examples/townhall`",
            file.name
        );
    }
}
