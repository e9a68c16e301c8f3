//! Files in, observations stored.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use intake::{Flow, Input, IntakeError, Note, Options, Sink, Summary};
use model::{Observation, Sha256, SourceKind, SourceRef, Timestamp};
use sha2::Digest as _;
use store::{ImportStart, ImportSummary, NewImport, SourceId, Store, StoreError, StoredNote};

use crate::{AuditError, Progress};

/// Observations held before they are written: a transaction of ten thousand rows is as fast as a larger one.
const BATCH: usize = 10_000;

/// Remarks kept of one input; a register of a million rows can be wrong a million times.
const NOTES_MAX: usize = 1_000;

/// What was hashed is what was read, or nothing of it counts.
const CHANGED: &str = "it was changed while it was read: give it again when nobody writes to it";

/// Folders are followed this deep; more is a loop or a whole disk.
const DEPTH_MAX: usize = 16;

/// What became of one file.
#[derive(Debug)]
pub enum FileOutcome {
    /// It was read.
    Imported(SourceId, ImportSummary),
    /// The same bytes are held already; nothing changed.
    AlreadyHeld(SourceId),
    /// It cannot be read; the message says why and what to do.
    Unreadable(String),
    /// It is an estate file: context, not evidence.
    Estate,
}

/// One file and what became of it.
#[derive(Debug)]
pub struct FileReport {
    /// The file.
    pub path: PathBuf,
    /// What became of it.
    pub outcome: FileOutcome,
}

/// All files that the arguments mean: a directory means all files in it, in the order of their names. Hidden files
/// are left out; a folder that links lead to again is looked into once. What cannot be looked at is an error of its
/// own beside the files.
pub fn collect(arguments: &[PathBuf]) -> Vec<Result<PathBuf, (PathBuf, io::Error)>> {
    let mut walk = Walk { files: Vec::new(), folders: BTreeSet::new() };
    for argument in arguments {
        walk.visit(argument, 0);
    }
    walk.files
}

struct Walk {
    files: Vec<Result<PathBuf, (PathBuf, io::Error)>>,
    /// Folders that were looked into, without links: two links that lead back make a walk of thousands of turns.
    folders: BTreeSet<PathBuf>,
}

impl Walk {
    fn visit(&mut self, path: &Path, depth: usize) {
        let found = std::fs::metadata(path).and_then(|metadata| {
            if metadata.is_dir() {
                self.folder(path, depth)
            } else if metadata.is_file() {
                self.files.push(Ok(path.to_path_buf()));
                Ok(())
            } else {
                Err(io::Error::other("neither a file nor a folder"))
            }
        });
        if let Err(error) = found {
            self.files.push(Err((path.to_path_buf(), error)));
        }
    }

    fn folder(&mut self, path: &Path, depth: usize) -> io::Result<()> {
        if !self.folders.insert(path.canonicalize()?) {
            return Ok(());
        }
        if depth > DEPTH_MAX {
            return Err(io::Error::other(format!("folders are nested deeper than {DEPTH_MAX}")));
        }
        let mut entries = std::fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            if !entry.file_name().to_string_lossy().starts_with('.') {
                self.visit(&entry.path(), depth + 1);
            }
        }
        Ok(())
    }
}

/// Brings one file into the store. A bad file is a row of the result, not an error.
///
/// # Errors
/// [`AuditError::Store`] when the store refuses: nothing of this file is kept then.
pub fn import_file(
    store: &mut dyn Store,
    path: &Path,
    options: &Options,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<FileReport, AuditError> {
    let outcome = match open(path) {
        Ok(Opened::Estate) => FileOutcome::Estate,
        Ok(Opened::Evidence(mut evidence)) => {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            let new = NewImport {
                source: SourceRef {
                    sha256: evidence.sha256,
                    kind: SourceKind::Message,
                    name: name.as_ref().into(),
                },
                interpretation: options.mapping.as_ref().map(interpretation).unwrap_or_default(),
                size_bytes: evidence.size_bytes,
                imported_at: now,
            };
            progress.start(&name, evidence.size_bytes);
            let outcome = import(store, &new, &name, &mut evidence, options, progress);
            progress.finish();
            outcome?
        }
        Err(error) => FileOutcome::Unreadable(chain(&error)),
    };
    Ok(FileReport { path: path.into(), outcome })
}

enum Opened {
    Evidence(Evidence),
    Estate,
}

/// The bytes that were hashed, and no others: a capture that is still being written grows while it is read.
struct Evidence {
    file: File,
    size_bytes: u64,
    sha256: Sha256,
    position: u64,
    changed_at: Option<SystemTime>,
}

impl Evidence {
    /// Whether what was read is what was hashed; hashes again only where the file was written to since.
    fn is_unchanged(&mut self) -> io::Result<bool> {
        let metadata = self.file.metadata()?;
        if metadata.len() == self.size_bytes && metadata.modified().ok() == self.changed_at {
            return Ok(true);
        }
        self.rewind()?;
        let mut hasher = sha2::Sha256::new();
        each_chunk(self, |bytes| {
            hasher.update(bytes);
            true
        })?;
        Ok(self.sha256 == Sha256(hasher.finalize().into()))
    }
}

impl io::Read for Evidence {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.size_bytes.saturating_sub(self.position);
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read(buffer.get_mut(..length).unwrap_or_default())?;
        self.position += read as u64;
        Ok(read)
    }
}

impl io::Seek for Evidence {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(distance) => self.size_bytes.checked_add_signed(distance),
            SeekFrom::Current(distance) => self.position.checked_add_signed(distance),
        };
        let place = place.ok_or(io::ErrorKind::InvalidInput)?;
        self.position = self.file.seek(SeekFrom::Start(place))?;
        Ok(place)
    }
}

fn open(path: &Path) -> io::Result<Opened> {
    let mut file = File::open(path)?;
    let changed_at = file.metadata()?.modified().ok();
    let mut hasher = sha2::Sha256::new();
    let mut size_bytes = 0u64;
    let mut is_estate = false;
    each_chunk(&mut file, |bytes| {
        is_estate = size_bytes == 0 && crate::looks_like_estate(bytes);
        hasher.update(bytes);
        size_bytes += bytes.len() as u64;
        !is_estate
    })?;
    if is_estate {
        return Ok(Opened::Estate);
    }
    file.rewind()?;
    let sha256 = Sha256(hasher.finalize().into());
    Ok(Opened::Evidence(Evidence { file, size_bytes, sha256, position: 0, changed_at }))
}

/// Reads to the end, or until `each` has seen enough.
fn each_chunk(reader: &mut impl io::Read, mut each: impl FnMut(&[u8]) -> bool) -> io::Result<()> {
    let mut buffer = vec![0u8; 256 * 1024];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) if !each(buffer.get(..read).unwrap_or_default()) => return Ok(()),
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
    }
}

fn interpretation(mapping: &intake::register::Mapping) -> String {
    Sha256(sha2::Sha256::digest(format!("{mapping:?}").as_bytes()).into()).to_string()
}

fn import(
    store: &mut dyn Store,
    new: &NewImport,
    name: &str,
    evidence: &mut Evidence,
    options: &Options,
    progress: &dyn Progress,
) -> Result<FileOutcome, AuditError> {
    let source = match store.start_import(new)? {
        ImportStart::AlreadyHeld(source) => return Ok(FileOutcome::AlreadyHeld(source)),
        ImportStart::New(source) => source,
    };
    let mut writer = Writer {
        store: &mut *store,
        source,
        batch: Vec::with_capacity(BATCH),
        observations: 0,
        notes: Vec::new(),
        notes_left_out: 0,
        refused: None,
        progress,
    };
    let mut input = Input { name, size_bytes: evidence.size_bytes, bytes: &mut *evidence };
    let read = intake::read(&mut input, options, &mut writer);
    writer.flush();
    let (observations, notes, left_out, refused) =
        (writer.observations, writer.notes, writer.notes_left_out, writer.refused);
    if let Some(error) = refused {
        // The first error is the one to tell; the transaction is gone either way.
        let _ = store.abandon_import();
        return Err(error.into());
    }
    if !evidence.is_unchanged().unwrap_or(false) {
        store.abandon_import()?;
        return Ok(FileOutcome::Unreadable(CHANGED.into()));
    }
    let (kind, summary) = match read {
        Ok(read) => read,
        Err(error) if observations == 0 => {
            store.abandon_import()?;
            return Ok(FileOutcome::Unreadable(chain(&error)));
        }
        Err(error) => {
            let size_bytes = evidence.size_bytes;
            kept_in_part(&mut Input { name, size_bytes, bytes: evidence }, &error)?
        }
    };
    let summary = stored(summary, observations, notes, left_out);
    match store.finish_import(source, kind, &summary) {
        Ok(()) => Ok(FileOutcome::Imported(source, summary)),
        Err(error) => {
            let _ = store.abandon_import();
            Err(error.into())
        }
    }
}

/// A file that broke half way: its good part counts, and the summary says where it ends.
fn kept_in_part(
    input: &mut Input<'_>,
    error: &IntakeError,
) -> Result<(SourceKind, Summary), AuditError> {
    let format = input.bytes.rewind().ok().and_then(|()| intake::recognise(input).ok()).flatten();
    let mut summary = Summary {
        format: format.map_or("unknown", |format| format.name()).into(),
        ..Summary::default()
    };
    summary.lost.insert(format!("rest of the file: {}", chain(error)), 1);
    Ok((format.map_or(SourceKind::Message, |format| format.kind()), summary))
}

fn stored(
    summary: Summary,
    observations: u64,
    notes: Vec<StoredNote>,
    notes_left_out: u64,
) -> ImportSummary {
    ImportSummary {
        format: summary.format,
        records: summary.records,
        observations,
        not_understood: summary.not_understood,
        lost: summary.lost,
        first: summary.first,
        last: summary.last,
        notes,
        notes_left_out,
        shape: None,
    }
}

/// Writes what a reader finds, batch by batch.
struct Writer<'a> {
    store: &'a mut dyn Store,
    source: SourceId,
    batch: Vec<Observation>,
    observations: u64,
    notes: Vec<StoredNote>,
    notes_left_out: u64,
    refused: Option<StoreError>,
    progress: &'a dyn Progress,
}

impl Writer<'_> {
    fn flush(&mut self) {
        if self.refused.is_none()
            && !self.batch.is_empty()
            && let Err(error) = self.store.append(self.source, &self.batch)
        {
            self.refused = Some(error);
        }
        self.batch.clear();
    }

    fn flow(&self) -> Flow {
        if self.refused.is_some() { Flow::Stop } else { Flow::Continue }
    }
}

impl Sink for Writer<'_> {
    fn observation(&mut self, observation: Observation) -> Flow {
        self.batch.push(observation);
        self.observations += 1;
        if self.batch.len() >= BATCH {
            self.flush();
        }
        self.flow()
    }

    fn note(&mut self, note: Note) {
        if self.notes.len() >= NOTES_MAX {
            self.notes_left_out += 1;
            return;
        }
        self.notes.push(StoredNote {
            severity: note.severity.as_str().into(),
            place: note.place,
            field: note.field,
            message: note.message,
            help: note.help,
        });
    }

    fn progress(&mut self, read_bytes: u64) -> Flow {
        self.progress.advance(read_bytes);
        self.flow()
    }
}

/// An error and its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use store::SqliteStore;

    use super::*;

    /// Does something to the file between the hash and the first byte that is read.
    struct Meddler<F>(F);

    impl<F: Fn() + Sync> Progress for Meddler<F> {
        fn start(&self, _what: &str, _total: u64) {
            (self.0)();
        }

        fn advance(&self, _done: u64) {}

        fn finish(&self) {}
    }

    const REGISTER: &str = "Make,Model\nAxis,P3245-LVE\nAxis,P3367-VE\n";

    fn imported(meddle: impl Fn(&Path) + Sync) -> (SqliteStore, FileOutcome) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("register.csv");
        std::fs::write(&path, REGISTER).unwrap();
        let mut store = SqliteStore::in_memory().unwrap();
        let meddler = Meddler(|| meddle(&path));
        let now = Timestamp::UNIX_EPOCH;
        let report = import_file(&mut store, &path, &Options::default(), now, &meddler).unwrap();
        (store, report.outcome)
    }

    #[test]
    fn what_is_added_while_a_file_is_read_is_not_taken_for_what_was_hashed() {
        let (store, outcome) = imported(|path| {
            let mut file = File::options().append(true).open(path).unwrap();
            io::Write::write_all(&mut file, b"Axis,M3067-P\n").unwrap();
        });
        let FileOutcome::Imported(_, summary) = outcome else { panic!("{outcome:?}") };
        assert_eq!(summary.observations, 2);
        let held = store.sources().unwrap().remove(0);
        assert_eq!(held.source.sha256, Sha256(sha2::Sha256::digest(REGISTER).into()));
    }

    #[test]
    fn a_file_that_is_rewritten_while_it_is_read_counts_for_nothing() {
        for rewritten in [REGISTER.replace("Axis", "Acti"), String::new()] {
            let (store, outcome) = imported(|path| std::fs::write(path, &rewritten).unwrap());
            assert!(matches!(&outcome, FileOutcome::Unreadable(_)), "{outcome:?}");
            assert!(store.sources().unwrap().is_empty());
        }
    }
}
