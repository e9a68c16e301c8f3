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

use crate::difference::Loose;
use crate::editions::{
    Arrival, check_replaceable, place, replaced_before, series, settle_editions,
};
use crate::mapped::{MappingSource, MappingUse, reading, remember};
use crate::pairing::KeySample;
use crate::{AuditError, EditionOutcome, LookedAt, Progress, Replace, replace_source};

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
    /// How the columns of a register were told apart.
    pub mapping: MappingUse,
    /// What a register means for those that were held before.
    pub edition: EditionOutcome,
}

impl FileReport {
    fn plain(path: &Path, outcome: FileOutcome) -> Self {
        let (mapping, edition) = (MappingUse::None, EditionOutcome::New);
        Self { path: path.into(), outcome, mapping, edition }
    }
}

/// How a file is to be brought in.
#[derive(Debug, Clone, Copy)]
pub struct ImportRequest<'o> {
    /// How it is read.
    pub options: &'o Options,
    /// Where the mapping of a register comes from when the options hold none.
    pub mapping: MappingSource,
    /// Whether a register may take the place of one that is held.
    pub replace: Replace,
    /// The newest source that may be replaced unasked, if not all: of two files that are given at once nobody knows
    /// which is the newer one.
    pub held_before: Option<SourceId>,
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
    let (mapping, replace) = (MappingSource::default(), Replace::default());
    let request = ImportRequest { options, mapping, replace, held_before: None };
    import_as(store, path, request, now, progress)
}

/// As [`import_file`], with a say in mappings and editions.
///
/// # Errors
/// [`AuditError::Store`] when the store refuses, [`AuditError::Edition`] when a source that cannot be replaced was
/// named: nothing of this file is kept then.
pub fn import_as(
    store: &mut dyn Store,
    path: &Path,
    request: ImportRequest<'_>,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<FileReport, AuditError> {
    if let Replace::Source(older) = request.replace {
        check_replaceable(store, older)?;
    }
    let mut evidence = match open(path) {
        Ok(Opened::Estate) => return Ok(FileReport::plain(path, FileOutcome::Estate)),
        Ok(Opened::Evidence(evidence)) => evidence,
        Err(error) => {
            return Ok(FileReport::plain(path, FileOutcome::Unreadable(chain(&error))));
        }
    };
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let size_bytes = evidence.size_bytes;
    let mut input = Input { name: &name, size_bytes, bytes: &mut evidence };
    let reading = reading(store, &mut input, request.options, request.mapping)?;
    let new = NewImport {
        source: SourceRef {
            sha256: evidence.sha256,
            kind: SourceKind::Message,
            name: name.as_ref().into(),
        },
        interpretation: reading.options.mapping.as_ref().map(interpretation).unwrap_or_default(),
        size_bytes,
        imported_at: now,
    };
    progress.start(&name, size_bytes);
    let arriving = Arriving { new: &new, name: &name, shape: reading.digest(), request };
    let done = import(store, &arriving, &mut evidence, &reading.options, progress);
    progress.finish();
    let (outcome, mut edition) = done?;
    match (&outcome, request.replace) {
        (FileOutcome::AlreadyHeld(newer), Replace::Source(older)) => {
            edition = replace_source(store, older, *newer, now)?;
        }
        (FileOutcome::AlreadyHeld(source), _) => edition = replaced_before(store, *source)?,
        (FileOutcome::Imported(..), _)
            if matches!(edition, EditionOutcome::Replaced { .. })
                || store.readings(evidence.sha256)?.len() > 1 =>
        {
            settle_editions(store)?;
        }
        _ => {}
    }
    let mapping = match outcome {
        FileOutcome::Imported(..) | FileOutcome::AlreadyHeld(_) => {
            remember(store, reading, &name, now)?
        }
        _ => reading.used,
    };
    Ok(FileReport { path: path.into(), outcome, mapping, edition })
}

/// Reads a register to be compared with one that is held; nothing is stored.
///
/// # Errors
/// The message says why it cannot be read, and what to do.
pub fn look_at(
    store: &dyn Store,
    path: &Path,
    options: &Options,
    mapping: MappingSource,
) -> Result<LookedAt, String> {
    let mut evidence = match open(path) {
        Ok(Opened::Evidence(evidence)) => evidence,
        Ok(Opened::Estate) => return Err(NO_REGISTER.into()),
        Err(error) => return Err(chain(&error)),
    };
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let size_bytes = evidence.size_bytes;
    let mut input = Input { name: &name, size_bytes, bytes: &mut evidence };
    let reading = reading(store, &mut input, options, mapping).map_err(|error| chain(&error))?;
    let mut heap = Heap::default();
    let read = intake::read(&mut input, &reading.options, &mut heap);
    match read {
        Ok((SourceKind::Register, _)) => Ok(LookedAt(heap.0)),
        Ok(_) => Err(NO_REGISTER.into()),
        Err(error) => Err(chain(&error)),
    }
}

/// Only a register takes the place of a register.
const NO_REGISTER: &str = "it is no register: only a register takes the place of a register";

/// Keeps observations as the store would.
#[derive(Default)]
struct Heap(Loose);

impl Sink for Heap {
    fn observation(&mut self, observation: Observation) -> Flow {
        if let Ok(body) = serde_json::to_string(&observation) {
            self.0.bodies.push(body);
        }
        Flow::Continue
    }

    fn note(&mut self, _: Note) {}

    fn progress(&mut self, _: u64) -> Flow {
        Flow::Continue
    }
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

/// A file on its way in.
struct Arriving<'a> {
    new: &'a NewImport,
    name: &'a str,
    shape: Option<String>,
    request: ImportRequest<'a>,
}

fn import(
    store: &mut dyn Store,
    arriving: &Arriving<'_>,
    evidence: &mut Evidence,
    options: &Options,
    progress: &dyn Progress,
) -> Result<(FileOutcome, EditionOutcome), AuditError> {
    let Arriving { new, name, .. } = *arriving;
    let source = match store.start_import(new)? {
        ImportStart::AlreadyHeld(source) => {
            return Ok((FileOutcome::AlreadyHeld(source), EditionOutcome::New));
        }
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
        sample: KeySample::default(),
        progress,
    };
    let mut input = Input { name, size_bytes: evidence.size_bytes, bytes: &mut *evidence };
    let read = intake::read(&mut input, options, &mut writer);
    writer.flush();
    let keys = writer.sample.keys();
    let (observations, notes, left_out, refused) =
        (writer.observations, writer.notes, writer.notes_left_out, writer.refused);
    if let Some(error) = refused {
        // The first error is the one to tell; the transaction is gone either way.
        let _ = store.abandon_import();
        return Err(error.into());
    }
    let unreadable = |store: &mut dyn Store, why: String| {
        store.abandon_import()?;
        Ok((FileOutcome::Unreadable(why), EditionOutcome::New))
    };
    if !evidence.is_unchanged().unwrap_or(false) {
        return unreadable(store, CHANGED.into());
    }
    let is_whole = read.is_ok();
    let (kind, summary) = match read {
        Ok(read) => read,
        Err(error) if observations == 0 => return unreadable(store, chain(&error)),
        Err(error) => {
            let size_bytes = evidence.size_bytes;
            kept_in_part(&mut Input { name, size_bytes, bytes: evidence }, &error)?
        }
    };
    let is_named = matches!(arriving.request.replace, Replace::Source(_));
    if is_named && kind != SourceKind::Register {
        return unreadable(store, NO_REGISTER.into());
    }
    let mut summary = stored(summary, observations, notes, left_out);
    if kind == SourceKind::Register {
        summary.shape.clone_from(&arriving.shape);
        summary.series = Some(series(name));
    }
    let done = if kind == SourceKind::Register {
        let arrival = Arrival {
            source,
            sha256: new.source.sha256,
            name,
            shape: summary.shape.as_deref(),
            rows: observations,
            keys: &keys,
            held_before: arriving.request.held_before,
            now: new.imported_at,
        };
        // What is read in part says nothing of the rows that are not there.
        let replace = match arriving.request.replace {
            Replace::WhereSure if !is_whole => Replace::Never,
            replace => replace,
        };
        place(store, &arrival, replace)
    } else {
        Ok(EditionOutcome::New)
    };
    let done = done.and_then(|edition| {
        store.finish_import(source, kind, &summary)?;
        Ok((FileOutcome::Imported(source, summary), edition))
    });
    if done.is_err() {
        // The error that led here is the one to tell.
        let _ = store.abandon_import();
    }
    done
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
        series: None,
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
    sample: KeySample,
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
        self.sample.add(&observation);
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
