//! `custodiet identify --firmware`: whose devices a firmware file is for, from its header.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use attribute::{Attributor, Identified, Priors};
use knowledge::{FirmwareFormat, Knowledge};
use model::{Level, MakerId, Signal, SignalKind};
use serde::Serialize;
use wire::firmware::{self, Bytes, Container, Holds};

use super::shared;
use crate::args::Format;
use crate::exit::{Exit, Failure};
use crate::place;
use crate::say::say;

const COLUMNS: [&str; 6] = ["file", "container", "maker", "level", "used by", "header"];
const UNRECOGNISED: &str = "unrecognised";
const NOTHING: &str = "–";

pub(crate) fn run(files: &[PathBuf], format: Format, priors: Priors) -> Result<Exit, Failure> {
    let knowledge = place::knowledge()?;
    let attributor = Attributor::new(knowledge, priors);
    let mut lines = Vec::new();
    for path in files {
        match examined(path) {
            Ok(examined) => lines.push(Line::new(path, examined, &attributor)),
            Err(error) => say!("custodiet: cannot read `{}`: {error}", path.display()),
        }
    }
    if lines.is_empty() {
        return Err(Failure::input("no file could be read"));
    }
    let rows: Vec<_> = lines.iter().map(|line| line.row(knowledge)).collect();
    let mut out = shared::stdout();
    shared::write_list(&COLUMNS, &rows, &lines, format, &mut out)?;
    out.flush()?;
    let is_any = lines.iter().any(Line::is_recognised);
    Ok(if is_any { Exit::Findings } else { Exit::NothingFound })
}

/// Reads the header. What is no file (a pipe, a folder) has no beginning to go back to.
fn examined(path: &Path) -> io::Result<firmware::Examined> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    firmware::examine(&mut OnDisk { file: File::open(path)?, length: metadata.len() })
}

struct OnDisk {
    file: File,
    length: u64,
}

impl Bytes for OnDisk {
    type Error = io::Error;

    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&mut self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        (&self.file).take(length as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// One file: the fields of `identify`, and the container.
#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    identified: Identified,
    /// `null` where nothing is recognised.
    container: Option<Found>,
}

/// The container, as the knowledge base describes it and the header fills it.
#[derive(Serialize)]
struct Found {
    format: String,
    holds: &'static str,
    /// Everybody who is known to use it; `unknown` where anybody may.
    makers: Vec<MakerId>,
    fields: BTreeMap<&'static str, String>,
    protection: String,
    oem_clue: String,
    source: String,
    confidence: &'static str,
    /// The value of the `firmware.container` signal.
    signal: String,
}

impl Line {
    fn new(path: &Path, examined: firmware::Examined, attributor: &Attributor<'_>) -> Self {
        let knowledge = attributor.knowledge();
        let container = examined.container.or_else(|| by_magic(&examined.head, knowledge));
        let signals: Vec<Signal> = container
            .iter()
            .map(|known| Signal::text(SignalKind::FirmwareContainer, known.to_string()))
            .collect();
        let id = serde_json::Value::String(path.display().to_string());
        let identified = Identified::new(id, attributor.attribute(&signals));
        Self { identified, container: container.map(|known| Found::new(&known, knowledge)) }
    }

    fn is_recognised(&self) -> bool {
        self.container.is_some()
    }

    fn row(&self, knowledge: &Knowledge) -> [String; 6] {
        let Self { identified, container } = self;
        let file = identified.id.as_str().unwrap_or_default().to_owned();
        let Some(found) = container else {
            let nothing = || NOTHING.to_owned();
            return [file, UNRECOGNISED.into(), nothing(), nothing(), nothing(), nothing()];
        };
        let (maker, level) = match identified.level {
            Level::Unknown => (NOTHING.to_owned(), NOTHING.to_owned()),
            level => {
                let percent = (identified.maker.probability * 100.0).floor();
                (format!("{} {percent}%", identified.maker.name), level.as_str().to_owned())
            }
        };
        let name = |maker: &MakerId| match knowledge.maker(maker) {
            _ if maker.is_unknown() => "anybody".to_owned(),
            Some(known) => known.short_name.to_string(),
            None => maker.to_string(),
        };
        let users: Vec<String> = found.makers.iter().map(name).collect();
        let fields = found.signal.split("; ").skip(1).map(|field| field.replacen('=', " ", 1));
        let held = Some(found.holds).filter(|held| *held != Holds::Firmware.as_str());
        let header: Vec<String> = held.map(str::to_owned).into_iter().chain(fields).collect();
        [file, found.format.clone(), maker, level, users.join(", "), header.join("; ")]
    }
}

/// The format whose magic stands in the head; one whose structure was looked at in vain is not it.
fn by_magic(head: &[u8], knowledge: &Knowledge) -> Option<Container> {
    let row = knowledge.firmware_format(head)?;
    let is_refuted = firmware::STRUCTURED.contains(&&*row.format);
    (!is_refuted).then(|| Container::new(&row.format))
}

impl Found {
    fn new(container: &Container, knowledge: &Knowledge) -> Self {
        let rows = knowledge.firmware_formats();
        let row = rows.iter().find(|row| *row.format == *container.format());
        let text = |of: fn(&FirmwareFormat) -> &str| row.map(of).unwrap_or_default().to_owned();
        Self {
            format: container.format().to_owned(),
            holds: container.holds().as_str(),
            makers: row.map(|row| row.makers.clone()).unwrap_or_default(),
            fields: container
                .fields()
                .map(|(field, value)| (field.as_str(), value.to_owned()))
                .collect(),
            protection: text(|row| &row.protection),
            oem_clue: text(|row| &row.oem_clue),
            source: text(|row| &row.source),
            confidence: row.map(|row| row.confidence.as_str()).unwrap_or_default(),
            signal: container.to_string(),
        }
    }
}
