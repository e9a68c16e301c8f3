//! `custodiet kb import-recog`: Recog's fingerprints as an addition to the knowledge base.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use recog::{Import, Reason, Source};

use super::shared::{self, Drafts};
use crate::args::ImportRecogArguments;
use crate::exit::{Exit, Failure};
use crate::place;
use crate::say::say;

/// Files of fingerprints in one folder; Recog has sixty.
const FILES_MAX: usize = 1_000;
/// All of them together.
const FOLDER_BYTES_MAX: usize = 256 << 20;
/// Files that hold one example each, beside one file of fingerprints.
const EXAMPLES_MAX: usize = 2_000;
/// A licence, or a file that names a version.
const NOTICE_BYTES_MAX: u64 = 64 << 10;
/// Fingerprints left out that the page names one by one.
const LEFT_OUT_SHOWN_MAX: usize = 10_000;
/// What the page begins with; a folder that has such a page is ours to write again.
const MARK: &str = "# An addition to the knowledge base, made of Recog's fingerprints";
const PAGE: &str = "README.md";

pub(crate) fn run(arguments: &ImportRecogArguments) -> Result<Exit, Failure> {
    let knowledge = place::knowledge()?;
    let tree = Tree::read(&arguments.folder)?;
    check_target(&arguments.out)?;
    let sources: Vec<Source<'_>> = tree
        .files
        .iter()
        .map(|file| Source { name: &file.name, bytes: &file.bytes, examples: &file.examples })
        .collect();
    let import = recog::import(knowledge, &sources);
    for problem in &import.problems {
        say!("custodiet: {problem}");
    }
    if import.counts.is_empty() {
        let folder = arguments.folder.display();
        return Err(Failure::input(format!("`{folder}` holds no fingerprints of Recog's")));
    }
    let is_any_taken = import.counts.iter().any(|count| count.taken > 0);
    if is_any_taken {
        write_folder(&arguments.out, &import, &tree)?;
    }
    let mut out = shared::stdout();
    out.write_all(table(&import).as_bytes())?;
    out.flush()?;
    if !is_any_taken {
        return Err(Failure::input(format!(
            "`{}`: none of its fingerprints can be taken; `{}` was not written",
            arguments.folder.display(),
            arguments.out.display()
        )));
    }
    say!("custodiet: written to `{0}`; use it with --kb {0}", arguments.out.display());
    Ok(Exit::NothingFound)
}

/// Recog's files, as they lie on the disk.
struct Tree {
    files: Vec<TreeFile>,
    /// What its `VERSION` says.
    version: Option<String>,
    licence: Option<String>,
}

struct TreeFile {
    name: String,
    bytes: Vec<u8>,
    examples: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    /// Reads the XML files of the folder, or of the folder `xml` in it.
    fn read(folder: &Path) -> Result<Self, Failure> {
        let mut place = folder.to_owned();
        let mut names = xml_files(&place)?;
        if names.is_empty() && folder.join("xml").is_dir() {
            place.push("xml");
            names = xml_files(&place)?;
        }
        if names.is_empty() {
            return Err(Failure::input(format!(
                "`{}` holds no XML file, and no folder `xml` with one",
                folder.display()
            )));
        }
        let mut files = Vec::new();
        let mut all = 0;
        for name in names {
            let path = place.join(&name);
            let bytes = bounded(&path, recog::FILE_BYTES_MAX).map_err(|e| unreadable(&path, e))?;
            all += bytes.len();
            if files.len() == FILES_MAX || all > FOLDER_BYTES_MAX {
                return Err(Failure::input(format!(
                    "`{}`: more than {FILES_MAX} files or {} MiB are no collection of fingerprints",
                    place.display(),
                    FOLDER_BYTES_MAX >> 20
                )));
            }
            let examples = examples_beside(&path).map_err(|e| unreadable(&path, e))?;
            files.push(TreeFile { name, bytes, examples });
        }
        let version = notice(folder, &["VERSION"]);
        let version = version
            .and_then(|text| text.lines().next().map(|line| report::plain(line).into_owned()));
        Ok(Self { files, version, licence: notice(folder, &["LICENSE", "LICENSE.txt", "COPYING"]) })
    }
}

/// Names of the XML files in a folder, in order.
fn xml_files(folder: &Path) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, error))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(folder, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".xml") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Texts of examples that stand in files of their own: in the folder that is called as the file without its ending.
fn examples_beside(file: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut examples = BTreeMap::new();
    let folder = file.with_extension("");
    if !folder.is_dir() {
        return Ok(examples);
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if examples.len() < EXAMPLES_MAX && entry.path().is_file() {
            let name = entry.file_name().to_string_lossy().into_owned();
            examples.insert(name, bounded(&entry.path(), recog::EXAMPLE_BYTES_MAX)?);
        }
    }
    Ok(examples)
}

/// The content of a file, or a little more than `most` of it.
fn bounded(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    // What is no file may never end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of the first of these files that is there.
fn notice(folder: &Path, names: &[&str]) -> Option<String> {
    let found: Option<PathBuf> =
        names.iter().map(|name| folder.join(name)).find(|path| path.is_file());
    let mut text = String::new();
    fs::File::open(found?).ok()?.take(NOTICE_BYTES_MAX).read_to_string(&mut text).ok()?;
    Some(text)
}

fn unreadable(path: &Path, error: io::Error) -> Failure {
    let message = format!("cannot read `{}`", path.display());
    Failure::new(Exit::Input, anyhow::Error::new(error).context(message))
}

/// Refuses a folder that holds something that is not ours.
fn check_target(folder: &Path) -> Result<(), Failure> {
    let is_empty = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(shared::cannot_write(folder, error)),
    };
    let is_ours = || notice(folder, &[PAGE]).is_some_and(|text| text.starts_with(MARK));
    if is_empty || is_ours() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "`{}` is not empty, and no earlier import: name a new folder",
        folder.display()
    )))
}

fn write_folder(folder: &Path, import: &Import, tree: &Tree) -> Result<(), Failure> {
    let records = folder.join("fingerprints");
    fs::create_dir_all(&records).map_err(|error| shared::cannot_write(&records, error))?;
    // Records of an earlier import whose file is gone from Recog.
    let earlier = fs::read_dir(&records).map_err(|error| shared::cannot_write(&records, error))?;
    for entry in earlier.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("recog-") && name.ends_with(".toml") {
            fs::remove_file(entry.path())
                .map_err(|error| shared::cannot_write(&entry.path(), error))?;
        }
    }
    let page = page(import, tree);
    let files = import.files.iter().map(|(name, text)| (name.as_str(), text));
    let mut drafts = Drafts::default();
    for (name, text) in files.chain([(PAGE, &page)]) {
        drafts.write(&folder.join(name), |out| Ok(out.write_all(text.as_bytes())?))?;
    }
    drafts.publish()
}

/// Read, taken and left out, by file and by reason.
fn table(import: &Import) -> String {
    let width =
        import.counts.iter().map(|count| count.file.chars().count()).max().unwrap_or(0).max(5);
    let mut text = String::new();
    let mut row = |name: &str, read: &str, taken: &str, left: &str| {
        let _ = writeln!(text, "{name:width$}  {read:>6}  {taken:>6}  {left:>8}");
    };
    row("file", "read", "taken", "left out");
    let mut total = (0, 0);
    for count in &import.counts {
        let left = count.read - count.taken;
        let name = report::plain(&count.file);
        row(&name, &count.read.to_string(), &count.taken.to_string(), &left.to_string());
        total = (total.0 + count.read, total.1 + count.taken);
    }
    let (read, taken) = total;
    row("all", &read.to_string(), &taken.to_string(), &(read - taken).to_string());
    let reasons = import.reasons();
    if !reasons.is_empty() {
        text.push_str("\nleft out, because the fingerprint\n");
    }
    for reason in Reason::ALL {
        if let Some(count) = reasons.get(&reason) {
            let _ = writeln!(text, "  {count:>6}  {}", reason.as_str());
        }
    }
    text
}

fn page(import: &Import, tree: &Tree) -> String {
    let version = tree.version.as_deref().unwrap_or("not stated in its folder");
    let mut text = format!(
        "{MARK}\n\n\
         Written by `custodiet kb import-recog`; not edited by hand. Load it with `--kb FOLDER`.\n\n\
         - Source: Recog, fingerprint files in XML. Version: {version}.\n\
         - Licence: these records are derived from Recog's files and stand under Recog's licence, not under custodiet's. Keep its\n  \
           notice with them{}.\n\
         - Weight: another project's conclusions, of rank 6 (the lowest), in the family of the banner that they read: beside\n  \
           custodiet's own fingerprint of the same banner they add nothing. Alone, a camera of a vendor that is known here is a\n  \
           camera, and its maker possible.\n\n\
         ```\n{}```\n",
        if tree.licence.is_some() { " (below)" } else { "; its folder held none" },
        table(import),
    );
    if !import.left_out.is_empty() {
        text.push_str("\n## Left out\n\n");
    }
    for left in import.left_out.iter().take(LEFT_OUT_SHOWN_MAX) {
        let detail =
            if left.detail.is_empty() { String::new() } else { format!(" ({})", left.detail) };
        let line = format!(
            "- {} line {}, {}: {}{detail}",
            left.file,
            left.line,
            left.description,
            left.reason.as_str()
        );
        text.push_str(&report::plain(&line));
        text.push('\n');
    }
    let more = import.left_out.len().saturating_sub(LEFT_OUT_SHOWN_MAX);
    if more > 0 {
        let _ = writeln!(text, "- and {more} more");
    }
    if let Some(licence) = &tree.licence {
        text.push_str("\n## Recog's licence\n\n");
        for line in licence.lines() {
            let _ = writeln!(text, "    {}", report::plain(line));
        }
    }
    text
}
