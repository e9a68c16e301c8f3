//! Where things are on this computer.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use knowledge::Knowledge;
use store::{OpenMode, SqliteStore};

use crate::exit::{Exit, Failure};
use crate::kb_folder::Folders;

/// The database that was named, else the one in the platform's data folder.
pub(crate) fn database(named: Option<&Path>) -> Result<PathBuf, Failure> {
    match named {
        Some(path) => Ok(path.to_path_buf()),
        None => Ok(data_folder()?.join("custodiet").join("custodiet.db")),
    }
}

fn data_folder() -> Result<PathBuf, Failure> {
    let variable =
        |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        // The specification has relative paths ignored: they would mean another folder each time.
        let named = variable("XDG_DATA_HOME").filter(|path| path.is_absolute());
        named.or_else(|| variable("HOME").map(|home| home.join(".local/share")))
    };
    folder.ok_or_else(|| {
        let message = "no data folder is known for this user: name a database with --db FILE";
        Failure::new(Exit::Environment, anyhow::Error::msg(message))
    })
}

/// Opens a database for writing; makes it, and the folder of the default one, where needed.
pub(crate) fn writable(named: Option<&Path>) -> Result<SqliteStore, Failure> {
    let path = database(named)?;
    if named.is_none()
        && let Some(folder) = path.parent()
    {
        private_folder(folder).map_err(|source| {
            let message = format!("cannot make the folder `{}`", folder.display());
            Failure::new(Exit::Environment, anyhow::Error::new(source).context(message))
        })?;
    }
    let store = SqliteStore::open(&path, OpenMode::ReadWrite)?;
    make_private(&path);
    Ok(store)
}

/// Opens a database for reading.
pub(crate) fn readable(named: Option<&Path>) -> Result<SqliteStore, Failure> {
    let path = database(named)?;
    if !path.exists() {
        let message = format!(
            "there is no database `{}` yet: run `custodiet audit INPUT…` first, or name another file with --db",
            path.display()
        );
        return Err(Failure::new(Exit::Environment, anyhow::Error::msg(message)));
    }
    Ok(SqliteStore::open(&path, OpenMode::ReadOnly)?)
}

/// Opens a database for reading, if there is one.
pub(crate) fn readable_if_there(named: Option<&Path>) -> Result<Option<SqliteStore>, Failure> {
    if database(named)?.exists() { readable(named).map(Some) } else { Ok(None) }
}

/// The register is a target map: others on this computer have no business in it.
#[cfg(unix)]
fn private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn private_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}

#[cfg(unix)]
fn make_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        if let Err(error) = std::fs::set_permissions(&name, std::fs::Permissions::from_mode(0o600))
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!("`{}` stays readable for others: {error}", Path::new(&name).display());
        }
    }
}

#[cfg(not(unix))]
fn make_private(_path: &Path) {}

/// Folders that were named as knowledge; set once, before any command runs.
static KNOWLEDGE_FOLDERS: OnceLock<Vec<PathBuf>> = OnceLock::new();

/// Takes knowledge from these folders from now on; from those of the environment where none is named.
///
/// # Errors
/// Folders were named before the command and behind it: of these only the latter arrive here, and to leave out a folder in
/// silence would be to judge by other knowledge than was asked for.
pub(crate) fn use_knowledge(named: &[PathBuf]) -> Result<(), Failure> {
    let typed = std::env::args_os()
        .take_while(|argument| argument != "--")
        .filter(|argument| argument == "--kb" || argument.as_encoded_bytes().starts_with(b"--kb="));
    if typed.count() > named.len() {
        return Err(Failure::usage(
            "name all folders of knowledge in one place: before the command, or behind it",
        ));
    }
    let from_environment = || {
        let list = std::env::var_os("CUSTODIET_KB").unwrap_or_default();
        std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect()
    };
    let folders = if named.is_empty() { from_environment() } else { named.to_vec() };
    // A second call would have come too late for whoever asked in between: the first stands.
    let _ = KNOWLEDGE_FOLDERS.set(folders);
    Ok(())
}

/// The folders that knowledge is taken from.
pub(crate) fn knowledge_folders() -> &'static [PathBuf] {
    KNOWLEDGE_FOLDERS.get().map_or(&[], Vec::as_slice)
}

/// The knowledge to use: what is built in, or what the folders that were named make of it.
pub(crate) fn knowledge() -> Result<&'static Knowledge, Failure> {
    static LOADED: OnceLock<&'static Knowledge> = OnceLock::new();
    if let Some(knowledge) = LOADED.get() {
        return Ok(knowledge);
    }
    let knowledge = load_knowledge(knowledge_folders())?;
    Ok(LOADED.get_or_init(|| knowledge))
}

/// Knowledge from folders, for as long as the program runs: readers hold on to it.
pub(crate) fn load_knowledge(folders: &[PathBuf]) -> Result<&'static Knowledge, Failure> {
    let folders = Folders::read(folders)?;
    if folders.is_built_in() {
        return Knowledge::try_embedded()
            .map_err(|error| audit::AuditError::Knowledge(error.clone()).into());
    }
    Ok(Box::leak(Box::new(folders.load()?)))
}
