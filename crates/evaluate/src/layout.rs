//! Where labelled evidence is read from: files of our own form, and folders of collections with an index.

mod banners;
mod messages;
mod models;
mod tables;
mod walk;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use knowledge::Knowledge;

use crate::case::{Case, Labels};
use crate::form;

/// A collection that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A line of a file is not what it must be.
    #[error("`{}` line {line}: {problem}", path.display())]
    Line {
        /// Which file.
        path: PathBuf,
        /// Counted from 1.
        line: u64,
        /// What is wrong.
        problem: String,
    },
    /// Nothing that is known stands there.
    #[error(
        "`{}` holds no labelled evidence: give a `.jsonl` file, a folder of such files, or a folder laid out as \
         docs/reference/evaluation.md says",
        .0.display()
    )]
    Nothing(PathBuf),
    /// A capture could not be read, resolved or attributed.
    #[error("`{}`: {problem}", path.display())]
    Capture {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

/// A row of an index or table: columns by name.
pub(crate) type Row = BTreeMap<String, String>;

/// A table below a folder.
struct Layout {
    /// The file that shows that the collection is there, relative to the folder.
    index: &'static str,
    /// What the collection is called, or its parts begin with.
    corpus: &'static str,
    read: fn(&Place<'_>, &str, &[Row], &mut Vec<Case>),
}

const fn layout(
    index: &'static str,
    corpus: &'static str,
    read: fn(&Place<'_>, &str, &[Row], &mut Vec<Case>),
) -> Layout {
    Layout { index, corpus, read }
}

/// Where a reader of a collection stands.
pub(crate) struct Place<'p> {
    pub(crate) root: &'p Path,
    pub(crate) knowledge: &'p Knowledge,
    pub(crate) labels: &'p Labels,
}

/// All collections that are known, in the order of the report.
const LAYOUTS: &[Layout] = &[
    layout("banners/recog_cameras.csv", "banners/recog", banners::read),
    layout("banners/recog_negatives.csv", "banners/recog-", banners::negatives),
    layout("banners/nmap_generated_cameras.csv", "banners/nmap", banners::read),
    layout("banners/nmap_generated_negatives.csv", "banners/nmap-", banners::negatives),
    layout("banners/field_positive.csv", "banners/field", banners::read),
    layout("banners/field_negative.csv", "banners/field-", banners::negatives),
    layout("banners/favicons.csv", "banners/favicons", banners::favicons),
    layout("onvif/index.csv", "onvif", messages::onvif),
    layout("rtsp/index.csv", "rtsp", messages::rtsp),
    layout("http_api/index.csv", "http_api", messages::http_api),
    layout("discovery_packets/index.csv", "discovery", messages::discovery),
    layout("INDEX.csv", "samples", messages::samples),
    layout("models/onvif_products.csv", "products", models::products),
    layout("models/oem_silver.csv", "rebrands", models::rebrands),
    layout("models/hikvision_models.csv", "register/hikvision", models::of_one_make),
    layout("models/reolink_models.csv", "register/reolink", models::of_one_make),
    layout("models/oui_brands.csv", "mac-alone", models::blocks),
    layout("registers/make_model_dirty.csv", "register/dirty", models::register),
    layout("snmp/cameras.csv", "snmp", tables::snmp),
    layout("snmp/negatives.csv", "snmp-", tables::snmp_negatives),
    layout("dhcp_tcp/cameras.csv", "dhcp", tables::dhcp),
    layout("dhcp_tcp/negatives.csv", "dhcp-", tables::dhcp_negatives),
];

/// Reads all labelled evidence below `path`: a `.jsonl` file of our own form, or a folder.
///
/// # Errors
/// [`CorpusError`]: a figure over half a collection is no figure, so that nothing is skipped.
pub fn read(knowledge: &Knowledge, path: &Path) -> Result<Vec<Case>, CorpusError> {
    let mut cases = Vec::new();
    if path.is_file() {
        read_lines(knowledge, path, &mut cases)?;
        return Ok(cases);
    }
    let labels = Labels::new(knowledge);
    let place = Place { root: path, knowledge, labels: &labels };
    for layout in LAYOUTS {
        let index = path.join(layout.index);
        if index.is_file() {
            (layout.read)(&place, layout.corpus, &rows(&index)?, &mut cases);
        }
    }
    for file in files_of(path)? {
        if file.extension().is_some_and(|extension| extension == "jsonl") {
            read_lines(knowledge, &file, &mut cases)?;
        }
    }
    Ok(cases)
}

fn read_lines(
    knowledge: &Knowledge,
    path: &Path,
    cases: &mut Vec<Case>,
) -> Result<(), CorpusError> {
    let corpus = path.file_stem().unwrap_or_default().to_string_lossy();
    let bytes =
        fs::read(path).map_err(|source| CorpusError::Read { path: path.to_owned(), source })?;
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let case = str::from_utf8(line)
            .map_err(|error| format!("byte {} is no UTF-8", error.valid_up_to() + 1))
            .and_then(|line| form::read(knowledge, &corpus, line));
        cases.push(case.map_err(|problem| CorpusError::Line {
            path: path.to_owned(),
            line: number,
            problem,
        })?);
    }
    Ok(())
}

/// The files of a folder in the order of their names.
pub(crate) fn files_of(folder: &Path) -> Result<Vec<PathBuf>, CorpusError> {
    let error = |source| CorpusError::Read { path: folder.to_owned(), source };
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(error)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(error)?;
    files.retain(|path| path.is_file());
    files.sort();
    Ok(files)
}

/// The rows of a CSV file with a header; bytes outside UTF-8 become U+FFFD, as banners hold them.
pub(crate) fn rows(path: &Path) -> Result<Vec<Row>, CorpusError> {
    let bytes =
        fs::read(path).map_err(|source| CorpusError::Read { path: path.to_owned(), source })?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes.as_slice());
    let line = |error: &csv::Error| error.position().map_or(1, csv::Position::line);
    let wrong = |error: csv::Error| CorpusError::Line {
        path: path.to_owned(),
        line: line(&error),
        problem: error.to_string(),
    };
    let texts = |record: &csv::ByteRecord| -> Vec<String> {
        record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
    };
    let names = texts(reader.byte_headers().map_err(wrong)?);
    let mut rows = Vec::new();
    for record in reader.byte_records() {
        rows.push(names.iter().cloned().zip(texts(&record.map_err(wrong)?)).collect());
    }
    Ok(rows)
}

/// The cell of a column; empty where there is none.
pub(crate) fn cell<'r>(row: &'r Row, column: &str) -> &'r str {
    row.get(column).map_or("", String::as_str)
}
