//! Registers and orders as JSON: a list of flat objects, alone, inside one object, or one object a line.
//!
//! Keys are titles, values are cells, objects inside an object give titles such as `manufacturer.name`. What an asset
//! system's interface answers is read without a detour through a spreadsheet.

use std::io::{Read as _, SeekFrom};

use serde_json::{Map, Value};

use super::header;
use super::row::{COLUMNS_MAX, CellKind, Event, Row, Sheet, Workbook};
use crate::{Flow, Input, IntakeError};

/// A list is held in memory as a whole; an export of more than this is cut into parts by its system.
const BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Objects inside objects are followed this deep.
const DEPTH_MAX: usize = 3;

/// Whether the text begins with an object whose keys are titles of a register.
pub(super) fn is_list(head: &[u8]) -> bool {
    let Some(first) = first_object(head) else { return false };
    if first.contains_key("signals") {
        return false;
    }
    let mut titles = Titles::default();
    titles.add(&first);
    let mut row = Row::default();
    titles.write(&mut row);
    header::find(std::slice::from_ref(&row), None).is_some()
}

/// The first object of a list, or of the lines, that is whole in the first bytes.
fn first_object(head: &[u8]) -> Option<Map<String, Value>> {
    let head = without_mark(head).trim_ascii_start();
    if !head.starts_with(b"[") && !head.starts_with(b"{") {
        return None;
    }
    let starts = head.iter().take(4_096).enumerate().filter(|(_, byte)| **byte == b'{');
    let mut objects = starts.filter_map(|(at, _)| {
        let mut values = serde_json::Deserializer::from_slice(head.get(at..)?).into_iter();
        match values.next() {
            Some(Ok(Value::Object(object))) => Some(object),
            _ => None,
        }
    });
    let first = objects.next()?;
    Some(match list_of(&first).and_then(|list| list.first()) {
        Some(Value::Object(inner)) => inner.clone(),
        _ => first,
    })
}

/// The one list of objects that an object wraps, such as `results` or `items`.
fn list_of(object: &Map<String, Value>) -> Option<&Vec<Value>> {
    object.values().find_map(|value| match value {
        Value::Array(list) if list.first().is_some_and(Value::is_object) => Some(list),
        _ => None,
    })
}

/// All titles, in the order in which they are met.
#[derive(Default)]
struct Titles(Vec<String>);

impl Titles {
    fn add(&mut self, object: &Map<String, Value>) {
        each_cell(object, "", 0, &mut |title, _| {
            if self.0.len() < COLUMNS_MAX && !self.0.iter().any(|known| known == title) {
                self.0.push(title.to_owned());
            }
        });
    }

    fn write(&self, row: &mut Row) {
        row.restart(0);
        for title in &self.0 {
            row.push(CellKind::Text, title);
        }
    }
}

/// Visits the values of an object and of those inside it, with their titles.
fn each_cell(
    object: &Map<String, Value>,
    prefix: &str,
    depth: usize,
    each: &mut dyn FnMut(&str, &Value),
) {
    for (key, value) in object {
        let title = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Object(inner) if depth < DEPTH_MAX => each_cell(inner, &title, depth + 1, each),
            value => each(&title, value),
        }
    }
}

/// A list of objects.
pub(super) struct JsonBook {
    titles: Titles,
    items: Vec<Map<String, Value>>,
    sheets: [Sheet; 1],
}

impl JsonBook {
    pub(super) fn open(input: &mut Input<'_>) -> Result<Self, IntakeError> {
        if input.size_bytes > BYTES_MAX {
            return Err(IntakeError::Limit {
                what: "a list as JSON".into(),
                limit: format!("{} MiB", BYTES_MAX / 1024 / 1024),
                help: "export it in parts, or as CSV".into(),
            });
        }
        let io = |source| IntakeError::Io { offset: 0, source };
        input.bytes.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut bytes = Vec::new();
        (&mut *input.bytes).take(BYTES_MAX).read_to_end(&mut bytes).map_err(io)?;
        let items = items(without_mark(&bytes))?;
        let mut titles = Titles::default();
        for item in &items {
            titles.add(item);
        }
        Ok(Self { titles, items, sheets: [Sheet { name: None, unit: "item" }] })
    }
}

/// Without the byte order mark that some systems write.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn items(bytes: &[u8]) -> Result<Vec<Map<String, Value>>, IntakeError> {
    let mut items = Vec::new();
    for value in serde_json::Deserializer::from_slice(bytes).into_iter::<Value>() {
        let value = value.map_err(|error| IntakeError::Broken {
            place: format!("line {} column {}", error.line(), error.column()),
            problem: format!("not JSON: {error}"),
        })?;
        match value {
            Value::Array(list) => items.extend(list.into_iter().filter_map(object)),
            Value::Object(one) => match list_of(&one) {
                Some(list) => items.extend(list.iter().cloned().filter_map(object)),
                None => items.push(one),
            },
            _ => {}
        }
    }
    Ok(items)
}

fn object(value: Value) -> Option<Map<String, Value>> {
    if let Value::Object(object) = value { Some(object) } else { None }
}

impl Workbook for JsonBook {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn walk(
        &mut self,
        _sheet: usize,
        each: &mut dyn FnMut(Event<'_>) -> Flow,
    ) -> Result<Flow, IntakeError> {
        let mut row = Row::default();
        self.titles.write(&mut row);
        if each(Event::Row(&row, 0)) == Flow::Stop {
            return Ok(Flow::Stop);
        }
        for (number, item) in (1u64..).zip(&self.items) {
            let mut cells = vec![(CellKind::Empty, String::new()); self.titles.0.len()];
            each_cell(item, "", 0, &mut |title, value| {
                let column = self.titles.0.iter().position(|known| known == title);
                if let Some(cell) = column.and_then(|column| cells.get_mut(column)) {
                    *cell = read_cell(value);
                }
            });
            row.restart(number);
            for (kind, text) in &cells {
                row.push(*kind, text);
            }
            if !row.is_blank() && each(Event::Row(&row, 0)) == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }
}

fn read_cell(value: &Value) -> (CellKind, String) {
    match value {
        Value::Null => (CellKind::Empty, String::new()),
        Value::Bool(so) => (CellKind::Text, so.to_string()),
        Value::Number(number) => (CellKind::Number, number.to_string()),
        Value::String(text) => (CellKind::Text, text.clone()),
        Value::Array(list) => {
            let texts: Vec<String> = list.iter().map(|value| read_cell(value).1).collect();
            (CellKind::Text, texts.join("; "))
        }
        // Deeper than anybody nests on purpose.
        Value::Object(_) => (CellKind::Empty, String::new()),
    }
}
