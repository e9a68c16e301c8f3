//! Explains one entry of the knowledge base to a person.

use std::fmt;

use model::{MacAddr, MakerId};

use crate::fingerprint::Fingerprint;
use crate::text::normalised;
use crate::{Brand, Domain, FirmwareFormat, Knowledge, Maker, ModelPattern, Prefix, Soc};

/// What `kb show` prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What sort of entry: `fingerprint`, `maker`, `brand`, `prefix`, `domain`, `model grammar`, `chip`.
    pub what: &'static str,
    /// The entry's id or name.
    pub id: String,
    /// Names and values in order. A name that repeats begins the next of several rows.
    pub fields: Vec<(&'static str, String)>,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, id, fields } = self;
        writeln!(f, "{what} {id}")?;
        let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let first = fields.first().map(|(name, _)| *name);
        for (number, (name, value)) in fields.iter().enumerate() {
            if number > 0 && Some(*name) == first {
                writeln!(f)?;
            }
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

    /// The entry for whatever a person types: the id of a fingerprint, a maker or a model grammar; a brand;
    /// a prefix or a MAC address; a domain; a chip; a model number. The first that fits, in this order.
    pub fn entry(&self, id: &str) -> Option<Entry> {
        let id = id.trim();
        let by_id = || {
            let maker = id.parse::<MakerId>().ok();
            self.fingerprint(id)
                .map(fingerprint_entry)
                .or_else(|| {
                    maker.and_then(|id| self.maker(&id)).map(|maker| self.maker_entry(maker))
                })
                .or_else(|| self.model_by_id(id).map(|model| model_entry(id, &[model])))
        };
        let by_name = || {
            let brand = self.brand(id);
            (!brand.is_empty()).then(|| brand_entry(id, &brand)).or_else(|| self.prefix_entry(id))
        };
        let by_content = || {
            let models = self.models(id);
            self.domain(id)
                .map(domain_entry)
                .or_else(|| self.soc(id).map(soc_entry))
                .or_else(|| self.firmware_entry(id))
                .or_else(|| (!models.is_empty()).then(|| model_entry(id, &models)))
                .or_else(|| {
                    self.read_make(id).map(|reading| brand_entry(&reading.read, &reading.rows))
                })
        };
        by_id().or_else(by_name).or_else(by_content)
    }

    fn model_by_id(&self, id: &str) -> Option<&ModelPattern> {
        self.model_patterns().iter().find(|model| &*model.id == id)
    }

    fn maker_entry(&self, maker: &Maker) -> Entry {
        let Maker {
            id,
            legal_name,
            short_name,
            role,
            country,
            parent,
            state_ownership,
            subject_to_prc_nil,
            ndaa_889,
            fcc_covered,
            notes,
            source,
            confidence,
        } = maker;
        let brands = self.brands().iter().filter(|brand| brand.makers.contains(id));
        let mut brands: Vec<&str> = brands.map(|brand| &*brand.name).collect();
        brands.dedup();
        let mut fields = Fields::default();
        fields.add("name", short_name);
        fields.add("legal name", legal_name);
        fields.add("role", role);
        fields.add("country", country);
        fields.add("parent", parent);
        fields.add("state ownership", state_ownership);
        fields.add("subject to PRC intelligence law", subject_to_prc_nil.as_str());
        fields.add("NDAA section 889", ndaa_889.as_str());
        fields.add("FCC Covered List", fcc_covered.as_str());
        fields.add("brands", &brands.join(", "));
        fields.add("notes", notes);
        fields.add("source", source);
        fields.add("confidence", confidence.as_str());
        fields.entry("maker", id.as_str())
    }

    fn prefix_entry(&self, id: &str) -> Option<Entry> {
        let digits: String = id.chars().filter(char::is_ascii_hexdigit).collect();
        let is_hex =
            id.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '-' | '.' | ' '));
        // A prefix of 24, 28 or 36 bits stands for its first address.
        let is_length = matches!(digits.len(), 6 | 7 | 9 | 12);
        let address = format!("{digits:0<12}");
        let mac: MacAddr = address.parse().ok().filter(|_| is_hex && is_length)?;
        self.prefix(mac).map(prefix_entry)
    }

    fn firmware_entry(&self, id: &str) -> Option<Entry> {
        let name = normalised(id);
        let format = self.firmware_formats().iter().find(|row| normalised(&row.format) == name)?;
        let FirmwareFormat { makers, format, file_names, structure, .. } = format;
        let mut fields = Fields::default();
        fields.add("makers", &joined(makers));
        fields.add("file names", file_names);
        fields.add("structure", structure);
        Some(fields.entry("firmware format", format))
    }
}

#[derive(Default)]
struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// Adds a field, unless it is empty.
    fn add(&mut self, name: &'static str, value: &str) {
        if !value.is_empty() {
            self.0.push((name, value.into()));
        }
    }

    fn entry(self, what: &'static str, id: &str) -> Entry {
        Entry { what, id: id.into(), fields: self.0 }
    }
}

fn fingerprint_entry(fingerprint: &Fingerprint) -> Entry {
    let Fingerprint {
        id,
        kind,
        pattern,
        rank,
        family,
        asserts,
        because,
        source,
        examples,
        non_examples,
        no_literal,
        place,
    } = fingerprint;
    let mut fields = Fields::default();
    fields.add("signal", kind.as_str());
    fields.add("pattern", pattern);
    for assertion in asserts {
        fields.add("concludes", &format!("{} ({:+} bits)", assertion.claim, assertion.weight_bits));
    }
    fields.add("rank", &rank.to_string());
    fields.add("family", family);
    fields.add("because", because);
    fields.add("source", &source.what);
    fields.add("url", source.url.as_deref().unwrap_or_default());
    fields.add("seen on", &source.seen_on.map(|date| date.to_string()).unwrap_or_default());
    fields.add("confidence", source.confidence.as_str());
    fields.add("runs on every value because", no_literal.as_deref().unwrap_or_default());
    for (input, captures) in examples {
        let caught: Vec<String> = captures.iter().map(|(n, v)| format!("{n}={v}")).collect();
        fields.add("matches", &format!("{input} {}", caught.join(" ")));
    }
    for (input, because) in non_examples {
        fields.add("does not match", &format!("{input} ({because})"));
    }
    fields.add("stands in", &place.to_string());
    fields.entry("fingerprint", id)
}

fn brand_entry(id: &str, rows: &[&Brand]) -> Entry {
    let mut fields = Fields::default();
    for Brand { name, makers, relation, period, region, note, source, confidence } in rows {
        fields.add("brand", name);
        fields.add("makers", &joined(makers));
        fields.add("relation", relation.as_str());
        fields.add("period", period);
        fields.add("region", region);
        fields.add("note", note);
        fields.add("source", source);
        fields.add("confidence", confidence.as_str());
    }
    fields.entry("brand", id)
}

fn prefix_entry(prefix: &Prefix) -> Entry {
    let Prefix {
        base: _,
        bits: _,
        organisation,
        makers,
        scope,
        oem_hint,
        note,
        source,
        confidence,
    } = prefix;
    let mut fields = Fields::default();
    fields.add("registered to", organisation);
    fields.add("makers", &joined(makers));
    fields.add("says", scope.as_str());
    fields.add("builder, as far as known", oem_hint);
    fields.add("note", note);
    fields.add("source", source);
    fields.add("confidence", confidence.as_str());
    fields.entry("prefix", &prefix.to_string())
}

fn model_entry(id: &str, rows: &[&ModelPattern]) -> Entry {
    let mut fields = Fields::default();
    for model in rows {
        fields.add("grammar", &model.id);
        fields.add("makers", &joined(&model.makers));
        fields.add("kind", model.kind.as_str());
        fields.add("brand", model.brand.as_deref().unwrap_or_default());
        fields.add("separates makers", model.specificity.as_str());
        fields.add("pattern", &model.pattern);
        fields.add("examples", &model.examples.join(", "));
        fields.add("note", &model.note);
        fields.add("source", &model.source);
        fields.add("confidence", model.confidence.as_str());
    }
    fields.entry("model grammar", id)
}

fn domain_entry(domain: &Domain) -> Entry {
    let Domain { name, makers, purpose, note, source, confidence } = domain;
    let mut fields = Fields::default();
    fields.add("makers", &joined(makers));
    fields.add("purpose", purpose);
    fields.add("note", note);
    fields.add("source", source);
    fields.add("confidence", confidence.as_str());
    fields.entry("domain", name)
}

fn soc_entry(soc: &Soc) -> Entry {
    let Soc {
        family,
        part,
        names,
        maker,
        country,
        device_makers,
        known_models,
        ndaa,
        note,
        source,
        confidence,
    } = soc;
    let mut fields = Fields::default();
    fields.add("family", family);
    fields.add("chip maker", maker);
    fields.add("country", country);
    fields.add("names", &names.join(", "));
    fields.add("seen in devices of", &joined(device_makers));
    fields.add("devices", known_models);
    fields.add("section 889", ndaa);
    fields.add("note", note);
    fields.add("source", source);
    fields.add("confidence", confidence.as_str());
    fields.entry("chip", part)
}

fn joined(makers: &[MakerId]) -> String {
    makers.iter().map(MakerId::as_str).collect::<Vec<_>>().join(" or ")
}
