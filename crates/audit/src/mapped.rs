//! Where the mapping of a register comes from, and which is remembered.

use intake::register::{Mapping, Shape, preview, shape};
use intake::{Input, Options};
use model::{Sha256, Timestamp};
use sha2::Digest as _;
use store::{MappingId, MappingRecord, NewMapping, Store};

use crate::AuditError;

/// Where the mapping of a register comes from when the user named none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MappingSource {
    /// The one that is remembered for its shape, if there is one.
    #[default]
    Remembered,
    /// What its preview shows, with the mapping that is remembered for its shape if there is one: the user confirms
    /// it, and it is remembered from now on.
    Preview,
    /// None: titles and values alone count.
    Nothing,
}

/// How the columns of a register were told apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum MappingUse {
    /// By their titles and values alone.
    #[default]
    None,
    /// By the user's word, which is remembered for registers of this shape from now on.
    Confirmed(MappingId),
    /// By the user's word, which names no column of this register and is not remembered.
    NotConcerned,
    /// By what was remembered for the shape.
    Remembered(MappingRecord),
    /// By titles and values alone: what was remembered is no mapping for this version.
    Unusable(MappingId, String),
}

/// How a file is read.
pub(crate) struct Reading {
    pub(crate) options: Options,
    pub(crate) used: MappingUse,
    shape: Option<Shape>,
    /// The mapping is the user's word.
    is_said: bool,
}

impl Reading {
    /// What the shape of the register is known by.
    pub(crate) fn digest(&self) -> Option<String> {
        self.shape.as_ref().map(digest)
    }
}

fn digest(shape: &Shape) -> String {
    Sha256(sha2::Sha256::digest(shape.to_string().as_bytes()).into()).to_string()
}

/// Decides by which mapping a file is read. A file that cannot be looked into is told by its reader.
pub(crate) fn reading(
    store: &dyn Store,
    input: &mut Input<'_>,
    options: &Options,
    source: MappingSource,
) -> Result<Reading, AuditError> {
    let shape = shape(input).ok().flatten();
    let is_said = options.mapping.is_some();
    let mut reading = Reading { options: options.clone(), used: MappingUse::None, shape, is_said };
    let is_open = reading.options.mapping.is_none() && reading.shape.is_some();
    match source {
        MappingSource::Preview if is_open => {
            recall(store, &mut reading)?;
            confirm(input, &mut reading);
        }
        MappingSource::Remembered if is_open => recall(store, &mut reading)?,
        _ => {}
    }
    // Looking moved the place in the file; readers begin at the start, and a place that cannot be had is theirs to tell.
    let _ = input.bytes.rewind();
    Ok(reading)
}

fn recall(store: &dyn Store, reading: &mut Reading) -> Result<(), AuditError> {
    let wanted = reading.digest();
    let known =
        store.mappings()?.into_iter().find(|known| Some(&known.mapping.shape) == wanted.as_ref());
    if let Some(known) = known {
        match Mapping::parse(&known.mapping.body) {
            Ok(mapping) => {
                reading.options.mapping = Some(mapping);
                reading.used = MappingUse::Remembered(known);
            }
            Err(error) => reading.used = MappingUse::Unusable(known.id, error.to_string()),
        }
    }
    Ok(())
}

/// Takes the preview's word for what the columns are; a register that has no preview is told by its reader.
fn confirm(input: &mut Input<'_>, reading: &mut Reading) {
    if let Ok(preview) = preview(input, &reading.options) {
        let header_row = reading.options.mapping.as_ref().and_then(|mapping| mapping.header_row);
        reading.options.mapping = Some(Mapping { header_row, ..preview.mapping() });
        reading.is_said = true;
    }
}

/// Remembers a mapping that the user said or confirmed, once the register was read with it.
pub(crate) fn remember(
    store: &mut dyn Store,
    reading: Reading,
    name: &str,
    now: Timestamp,
) -> Result<MappingUse, AuditError> {
    let (Some(shape), Some(mapping), true) =
        (&reading.shape, &reading.options.mapping, reading.is_said)
    else {
        return Ok(reading.used);
    };
    if !shape.concerns(mapping) {
        return Ok(MappingUse::NotConcerned);
    }
    let id = store.remember_mapping(&NewMapping {
        shape: digest(shape),
        titles: shape.titles(),
        body: mapping.to_toml(),
        confirmed_at: now,
        confirmed_with: name.to_owned(),
    })?;
    Ok(MappingUse::Confirmed(id))
}

/// What is remembered for a register, to preview it.
///
/// # Errors
/// [`AuditError::Store`].
pub fn remembered_mapping(
    store: &dyn Store,
    input: &mut Input<'_>,
) -> Result<Option<(MappingRecord, Mapping)>, AuditError> {
    let Reading { options, used, .. } =
        reading(store, input, &Options::default(), MappingSource::Remembered)?;
    match (used, options.mapping) {
        (MappingUse::Remembered(record), Some(mapping)) => Ok(Some((record, mapping))),
        _ => Ok(None),
    }
}
