//! Knowledge from folders: a whole knowledge base, or additions to one.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use knowledge::{Knowledge, Layer, LoadError, Refused};

use crate::exit::{Exit, Failure};
use crate::say::say;

/// The word for the knowledge base that is built in, where a folder is asked for.
pub(crate) const BUILT_IN: &str = "builtin";

/// Thirty times the largest file that is built in.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// All files of a folder together.
const FOLDER_BYTES_MAX: u64 = 64 << 20;

/// Files of a folder: twenty times as many as are built in.
const FILES_MAX: usize = 500;

/// What else lies in a folder is listed up to this many.
const OTHERS_SHOWN_MAX: usize = 5;

/// Problems that are told one by one.
const PROBLEMS_SHOWN_MAX: usize = 20;

/// What a folder of knowledge holds, before it is understood.
#[derive(Debug)]
pub(crate) struct Folder {
    /// As it was named.
    name: String,
    /// Name below the folder, and content, in the order in which they are read.
    files: Vec<(String, Vec<u8>)>,
    /// What lies beside and is not read.
    others: Vec<String>,
}

impl Folder {
    /// Reads the files that are known by name.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let mut folder = Self { name, files: Vec::new(), others: Vec::new() };
        folder.read_all(path, "")?;
        if folder.files.is_empty() {
            return Err(Failure::input(format!(
                "`{}` holds no knowledge: a whole knowledge base has `makers.csv`, an addition one of {} or `fingerprints/*.toml`",
                folder.name,
                Layer::TABLES.map(|table| format!("`{table}`")).join(", ")
            )));
        }
        // As a path compares: what is in a folder stands together.
        folder.files.sort_by(|(a, _), (b, _)| Path::new(a).cmp(Path::new(b)));
        folder.others.sort();
        Ok(folder)
    }

    fn read_all(&mut self, path: &Path, below: &str) -> Result<(), Failure> {
        let unreadable = |error: io::Error| unreadable(path, error);
        for entry in fs::read_dir(path).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let name = format!("{below}{}", entry.file_name().to_string_lossy());
            if below.is_empty() && entry.file_name() == OsStr::new("fingerprints") {
                self.read_all(&entry.path(), "fingerprints/")?;
            } else if Layer::is_read(&name) {
                self.read_file(name, &entry.path())?;
            } else if !name.ends_with("README.md") {
                self.others.push(name);
            }
        }
        Ok(())
    }

    fn read_file(&mut self, name: String, path: &Path) -> Result<(), Failure> {
        // A link counts as what it leads to; what is no file may never end.
        let kind = fs::metadata(path).map_err(|error| unreadable(path, error))?;
        if !kind.is_file() {
            return Err(Failure::input(format!("`{}` is no file", path.display())));
        }
        let mut bytes = Vec::new();
        let file = fs::File::open(path).map_err(|error| unreadable(path, error))?;
        file.take(FILE_BYTES_MAX + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(path, error))?;
        if bytes.len() as u64 > FILE_BYTES_MAX {
            return Err(too_much(path, &format!("{} MiB in one file", FILE_BYTES_MAX >> 20)));
        }
        self.files.push((name, bytes));
        if self.files.len() > FILES_MAX {
            return Err(too_much(path, &format!("{FILES_MAX} files in one folder")));
        }
        let all: u64 = self.files.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        if all > FOLDER_BYTES_MAX {
            return Err(too_much(path, &format!("{} MiB in one folder", FOLDER_BYTES_MAX >> 20)));
        }
        Ok(())
    }

    /// Whether it stands in place of what is built in.
    pub(crate) fn is_whole(&self) -> bool {
        self.files.iter().any(|(name, _)| name == "makers.csv")
    }

    /// Says what lies in the folder and is not read.
    pub(crate) fn tell_others(&self) {
        if self.others.is_empty() {
            return;
        }
        let shown: Vec<String> =
            self.others.iter().take(OTHERS_SHOWN_MAX).map(|name| format!("`{name}`")).collect();
        let more = self.others.len() - shown.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        say!(
            "`{}`: {}{more} not read: no file of knowledge is called so",
            self.name,
            shown.join(", ")
        );
    }

    fn layer(&self) -> Result<Layer<'_>, Vec<LoadError>> {
        Layer::of_bytes(&self.name, &self.files)
    }
}

fn unreadable(path: &Path, error: io::Error) -> Failure {
    let message = format!("cannot read knowledge from `{}`", path.display());
    Failure::new(Exit::Input, anyhow::Error::new(error).context(message))
}

fn too_much(path: &Path, most: &str) -> Failure {
    Failure::input(format!("`{}`: more than {most} is no knowledge", path.display()))
}

/// Folders of knowledge, in the order in which they count.
#[derive(Debug, Default)]
pub(crate) struct Folders(Vec<Folder>);

impl Folders {
    /// Reads the folders. The whole knowledge base comes first wherever it was named, additions in their order.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self, Failure> {
        let named = paths.iter().filter(|path| path.as_os_str() != BUILT_IN);
        let mut folders: Vec<Folder> =
            named.map(|path| Folder::read(path)).collect::<Result<_, _>>()?;
        let whole: Vec<&str> =
            folders.iter().filter(|f| f.is_whole()).map(|f| f.name.as_str()).collect();
        if let [one, other, ..] = whole.as_slice() {
            return Err(Failure::usage(format!(
                "`{one}` and `{other}` are both whole knowledge bases (they hold makers.csv): name one; an addition brings its makers in `added-makers.csv`"
            )));
        }
        folders.sort_by_key(|folder| !folder.is_whole());
        Ok(Self(folders))
    }

    /// Whether there is nothing but what is built in.
    pub(crate) fn is_built_in(&self) -> bool {
        self.0.is_empty()
    }

    /// The folders as what is loaded, with what is built in unless one of them is whole.
    ///
    /// # Errors
    /// What is not even text.
    pub(crate) fn layers(&self) -> Result<Vec<Layer<'_>>, Refused> {
        let mut layers = Vec::new();
        let mut problems = Vec::new();
        if !self.0.first().is_some_and(Folder::is_whole) {
            layers.push(Knowledge::embedded_layer());
        }
        for folder in &self.0 {
            match folder.layer() {
                Ok(layer) => layers.push(layer),
                Err(wrong) => problems.extend(wrong),
            }
        }
        if problems.is_empty() { Ok(layers) } else { Err(Refused { problems }) }
    }

    /// Says what lies in the folders and is not read.
    pub(crate) fn tell_others(&self) {
        self.0.iter().for_each(Folder::tell_others);
    }

    /// The knowledge, after a word on files that are not read.
    pub(crate) fn load(&self) -> Result<Knowledge, Failure> {
        self.tell_others();
        let loaded = self.layers().and_then(|layers| Knowledge::load_layers(&layers));
        loaded.map_err(|refused| refusal(&refused))
    }
}

/// Tells each problem, and answers the failure.
pub(crate) fn refusal(refused: &Refused) -> Failure {
    let problems = &refused.problems;
    for problem in problems.iter().take(PROBLEMS_SHOWN_MAX) {
        say!("{problem}");
    }
    let more = problems.len().saturating_sub(PROBLEMS_SHOWN_MAX);
    if more > 0 {
        say!("{more} more problems: `custodiet kb lint` with the same --kb tells them");
    }
    let count = problems.len();
    Failure::input(format!(
        "the knowledge is refused for {count} {}: verdicts on it would be unsafe",
        if count == 1 { "reason" } else { "reasons" }
    ))
}
