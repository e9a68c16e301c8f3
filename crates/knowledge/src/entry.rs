//! Explains one entry of the knowledge base to a person.

use std::fmt;

use model::{MacAddr, MakerId};

use crate::Knowledge;
use crate::fingerprint::Fingerprint;
use crate::place::Place;
use crate::record::{Described, Fields};
use crate::text::normalised;

/// What `kb show` prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What sort of entry: `fingerprint`, `maker`, `brand`, `spelling`, `prefix`, `domain`, `model grammar`, `chip`,
    /// `firmware format`.
    pub what: &'static str,
    /// The entry's id or name.
    pub id: String,
    /// Names and values in order. Each of several rows ends with where it `stands in`.
    pub fields: Vec<(&'static str, String)>,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, id, fields } = self;
        writeln!(f, "{what} {id}")?;
        let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let mut is_end = false;
        for (name, value) in fields {
            if std::mem::take(&mut is_end) {
                writeln!(f)?;
            }
            is_end = *name == "stands in";
            writeln!(f, "  {name:width$}  {value}")?;
        }
        Ok(())
    }
}

/// How much is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Rows of `makers.csv`.
    pub makers: usize,
    /// Rows of `brands.csv`.
    pub brands: usize,
    /// Rows of `aliases.csv`.
    pub aliases: usize,
    /// Rows of `prefixes.csv`.
    pub prefixes: usize,
    /// Records of `fingerprints/*.toml`.
    pub fingerprints: usize,
    /// Examples and counter-examples of fingerprints.
    pub examples: usize,
    /// Rows of `models.csv`.
    pub models: usize,
    /// Rows of `domains.csv`.
    pub domains: usize,
    /// Rows of `socs.csv`.
    pub socs: usize,
    /// Rows of `firmware.csv`.
    pub firmware_formats: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            makers,
            brands,
            aliases,
            prefixes,
            fingerprints,
            examples,
            models,
            domains,
            socs,
            firmware_formats,
        } = self;
        write!(
            f,
            "{makers} makers, {brands} brand rows, {aliases} other spellings, {prefixes} prefixes, \
             {fingerprints} fingerprints with {examples} examples, {models} model grammars, \
             {domains} domains, {socs} chips, {firmware_formats} firmware formats"
        )
    }
}

impl Knowledge {
    /// Sizes, for reports and help.
    pub fn counts(&self) -> Counts {
        let examples = |f: &Fingerprint| f.examples.len() + f.non_examples.len();
        Counts {
            makers: self.makers().len(),
            brands: self.brands().len(),
            aliases: self.aliases().len(),
            prefixes: self.prefixes().len(),
            fingerprints: self.fingerprints().len(),
            examples: self.fingerprints().iter().map(examples).sum(),
            models: self.model_patterns().len(),
            domains: self.domains().len(),
            socs: self.socs().len(),
            firmware_formats: self.firmware_formats().len(),
        }
    }

    /// One fingerprint.
    pub fn fingerprint(&self, id: &str) -> Option<&Fingerprint> {
        self.fingerprints().iter().find(|fingerprint| &*fingerprint.id == id)
    }

    /// The entry for whatever a person types: the id of a fingerprint, a maker or a model grammar; a brand or
    /// a spelling of one; a prefix or a MAC address; a domain; a chip; a firmware format; a model number. The first that
    /// fits, in this order.
    pub fn entry(&self, id: &str) -> Option<Entry> {
        let id = id.trim();
        let by_id = || {
            let maker = id.parse::<MakerId>().ok();
            self.fingerprint(id)
                .map(|row| entry(id, [(&row.place, row)]))
                .or_else(|| maker.and_then(|id| self.maker_entry(&id)))
                .or_else(|| {
                    let own = self.models.placed().find(|(_, model)| &*model.id == id);
                    own.map(|own| entry(id, [own]))
                })
        };
        let by_name = || self.brand_entry(id).or_else(|| self.prefix_entry(id));
        let by_content = || {
            self.domain(id)
                .and_then(|row| found(id, self.domains.placed(), &[row]))
                .or_else(|| self.soc(id).and_then(|row| found(id, self.socs.placed(), &[row])))
                .or_else(|| {
                    let name = normalised(id);
                    let mut formats = self.firmware.placed();
                    let own = formats.find(|(_, row)| normalised(&row.format) == name)?;
                    Some(entry(&own.1.format, [own]))
                })
                .or_else(|| found(id, self.models.placed(), &self.models(id)))
                .or_else(|| {
                    let reading = self.read_make(id)?;
                    found(&reading.read, self.brands.placed(), &reading.rows)
                })
        };
        by_id().or_else(by_name).or_else(by_content)
    }

    fn maker_entry(&self, id: &MakerId) -> Option<Entry> {
        let own = self.makers.placed().find(|(_, maker)| maker.id == *id)?;
        let mut entry = entry(id.as_str(), [own]);
        let brands = self.brands().iter().filter(|brand| brand.makers.contains(id));
        let mut brands: Vec<&str> = brands.map(|brand| &*brand.name).collect();
        brands.dedup();
        if !brands.is_empty() {
            entry.fields.push(("brands", brands.join(", ")));
        }
        Some(entry)
    }

    /// All rows of a brand, after the row that says what is a spelling of it.
    fn brand_entry(&self, id: &str) -> Option<Entry> {
        let mut brand = found(id, self.brands.placed(), &self.brand(id))?;
        let name = normalised(id);
        let spelling = self.aliases.placed().find(|(_, row)| normalised(&row.spelling) == name);
        if let Some(spelling) = spelling {
            let mut fields = entry(id, [spelling]).fields;
            fields.append(&mut brand.fields);
            brand = Entry { fields, ..brand };
        }
        Some(brand)
    }

    fn prefix_entry(&self, id: &str) -> Option<Entry> {
        let digits: String = id.chars().filter(char::is_ascii_hexdigit).collect();
        let is_hex =
            id.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '-' | '.' | ' '));
        // A prefix of 24, 28 or 36 bits stands for its first address.
        let is_length = matches!(digits.len(), 6 | 7 | 9 | 12);
        let address = format!("{digits:0<12}");
        let mac: MacAddr = address.parse().ok().filter(|_| is_hex && is_length)?;
        let prefix = self.prefix(mac)?;
        found(&prefix.to_string(), self.prefixes.placed(), &[prefix])
    }
}

/// The entry for rows of one table, by what was asked for.
fn entry<'k, T: Described + 'k>(
    id: &str,
    rows: impl IntoIterator<Item = (&'k Place, &'k T)>,
) -> Entry {
    let mut fields = Fields::default();
    for (place, row) in rows {
        row.describe(&mut fields);
        fields.add("stands in", &place.to_string());
    }
    Entry { what: T::WHAT, id: id.into(), fields: fields.0 }
}

/// The entry for some rows of a table; `None` for none.
fn found<'k, T: Described + 'k>(
    id: &str,
    table: impl Iterator<Item = (&'k Place, &'k T)>,
    rows: &[&T],
) -> Option<Entry> {
    let placed: Vec<_> =
        table.filter(|(_, row)| rows.iter().any(|own| std::ptr::eq(*own, *row))).collect();
    (!placed.is_empty()).then(|| entry(id, placed))
}
