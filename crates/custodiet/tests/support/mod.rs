//! What the tests of the program share.

use std::path::PathBuf;

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder to work in, and the program in it with its own data folder.
pub(crate) struct Desk {
    pub(crate) folder: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file; its folders are made where needed.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The program, at work in this folder on a terminal of so many columns.
    pub(crate) fn program(&self, columns: u16) -> Command {
        let mut command = Command::cargo_bin("custodiet").unwrap();
        command
            .current_dir(self.folder.path())
            .env("XDG_DATA_HOME", self.path("data"))
            .env("COLUMNS", columns.to_string())
            .env_remove("CUSTODIET_DB")
            .env_remove("CUSTODIET_KB");
        command
    }
}
