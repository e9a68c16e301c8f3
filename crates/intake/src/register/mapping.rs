use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Field;
use super::titles::normalise;

/// Which column is what, as the user says: `--map FILE`.
///
/// ```toml
/// # Only where the header row is not found by itself; counted from 1.
/// header_row = 4
///
/// [columns]
/// "Kit" = "model"
/// "Cost centre" = "ignored"
/// ```
///
/// A title is compared without regard to case, accents and punctuation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    /// Column titles, as in the header row, and what they hold.
    pub columns: BTreeMap<String, Field>,
    /// The header's row number, where it is not found by itself; counted from 1.
    pub header_row: Option<u32>,
}

/// The text is no mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// It is not TOML.
    #[error("line {line}, column {column}: {problem}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What is wrong.
        problem: String,
    },
    /// A key that a mapping does not have.
    #[error("`{0}` is not known here: a mapping has `header_row` and the table `[columns]`")]
    UnknownKey(String),
    /// A value of the wrong type.
    #[error("`{key}` needs {needed}")]
    WrongType {
        /// Which key.
        key: String,
        /// What it needs.
        needed: &'static str,
    },
    /// A field that does not exist.
    #[error("column `{title}`: `{field}` is not a field: use one of {}", known_fields())]
    UnknownField {
        /// Which column.
        title: String,
        /// What was written.
        field: String,
    },
    /// Two titles that differ in case, accents or punctuation alone.
    #[error("column `{0}` stands twice")]
    Twice(String),
}

fn known_fields() -> String {
    Field::ALL.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(", ")
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// [`MappingError`] names the key and what it needs.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let table: toml::Table = toml::from_str(text).map_err(|error| syntax(text, &error))?;
        let mut mapping = Self::default();
        for (key, value) in table {
            match key.as_str() {
                "header_row" => mapping.header_row = Some(row_number(&value)?),
                "columns" => mapping.columns = columns(value)?,
                _ => return Err(MappingError::UnknownKey(key)),
            }
        }
        Ok(mapping)
    }

    /// The mapping as a file, so that a confirmed one can be kept for the next register of this shape.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        if let Some(row) = self.header_row {
            let _ = write!(text, "header_row = {row}\n\n");
        }
        text.push_str("[columns]\n");
        for (title, field) in &self.columns {
            // A string of JSON is one of TOML, but for one character that only TOML wants escaped.
            let title = serde_json::Value::from(title.as_str()).to_string();
            let title = title.replace('\u{7f}', "\\u007F");
            let _ = writeln!(text, "{title} = \"{field}\"");
        }
        text
    }

    /// What the user says of the column with this title.
    pub(super) fn field(&self, title: &str) -> Option<Field> {
        let wanted = normalise(title);
        self.columns.iter().find(|(known, _)| normalise(known) == wanted).map(|(_, field)| *field)
    }
}

fn syntax(text: &str, error: &toml::de::Error) -> MappingError {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    MappingError::Syntax {
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        problem: error.message().replace('\n', ", "),
    }
}

fn row_number(value: &toml::Value) -> Result<u32, MappingError> {
    value
        .as_integer()
        .and_then(|row| u32::try_from(row).ok())
        .filter(|row| *row > 0)
        .ok_or(MappingError::WrongType { key: "header_row".into(), needed: "a row number, from 1" })
}

fn columns(value: toml::Value) -> Result<BTreeMap<String, Field>, MappingError> {
    let toml::Value::Table(table) = value else {
        return Err(MappingError::WrongType {
            key: "columns".into(),
            needed: "a table of column titles",
        });
    };
    let mut columns = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for (title, value) in table {
        let Some(name) = value.as_str() else {
            return Err(MappingError::WrongType { key: title, needed: "the name of a field" });
        };
        let field = name.parse().map_err(|()| MappingError::UnknownField {
            title: title.clone(),
            field: name.chars().take(60).collect(),
        })?;
        if !seen.insert(normalise(&title)) {
            return Err(MappingError::Twice(title));
        }
        columns.insert(title, field);
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_survives_its_file() {
        let mapping = Mapping::parse(
            "header_row = 4\n[columns]\n\"Kit\" = \"model\"\n\"Say \\\"hi\\\"\" = \"ignored\"\n",
        )
        .unwrap();
        assert_eq!(mapping.field(" KIT "), Some(Field::Model));
        assert_eq!(mapping.field("Model"), None);
        let odd = BTreeMap::from([("a\u{7f}\u{1}\n".to_owned(), Field::Make)]);
        let odd = Mapping { columns: odd, header_row: None };
        assert_eq!(Mapping::parse(&odd.to_toml()), Ok(odd));
        assert_eq!(Mapping::parse(&mapping.to_toml()), Ok(mapping));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let message = |text: &str| Mapping::parse(text).unwrap_err().to_string();
        assert!(
            message("[columns]\nKit = \"modle\"")
                .starts_with("column `Kit`: `modle` is not a field: use one of asset-tag, make,")
        );
        assert!(message("header_row = 0").contains("a row number, from 1"));
        assert!(message("colums = 3").contains("`colums` is not known here"));
        assert!(message("[columns]\nKit = \"model\"\nKIT = \"make\"").contains("stands twice"));
        assert!(message("[columns").starts_with("line 1, column 9: "), "{}", message("[columns"));
        assert_eq!(message("a = 1\nb").lines().count(), 1);
    }
}
