//! Every entry in one form: its table, its name, its fields. For lists, explanations and comparisons.

use model::MakerId;

use crate::fingerprint::Fingerprint;
use crate::place::Place;
use crate::standing::date_in;
use crate::table::CommonWord;
use crate::{
    Alias, Brand, Confidence, Domain, FirmwareFormat, Knowledge, Maker, ModelPattern, Prefix, Soc,
    Standing,
};

/// An entry as a list shows it.
#[derive(Debug, Clone)]
pub struct Record<'k> {
    /// The table, by the name of its file without the ending: `brands`, `fingerprints`.
    pub table: &'static str,
    /// Its id or name. Several rows of a brand have one name.
    pub id: String,
    /// Names and values, in order; empty ones are left out.
    pub fields: Vec<(&'static str, String)>,
    /// How well supported, as written.
    pub confidence: Confidence,
    /// When it was looked at, and who says otherwise.
    pub standing: &'k Standing,
    /// Where it stands.
    pub place: &'k Place,
}

impl Record<'_> {
    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str())
    }
}

impl Knowledge {
    /// The tables that [`Knowledge::records`] goes through, in this order.
    pub const TABLES: [&'static str; 10] = [
        Maker::TABLE,
        Brand::TABLE,
        Alias::TABLE,
        CommonWord::TABLE,
        Prefix::TABLE,
        ModelPattern::TABLE,
        Domain::TABLE,
        Soc::TABLE,
        FirmwareFormat::TABLE,
        Fingerprint::TABLE,
    ];

    /// All entries, table by table, in the order of the files.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        let fingerprints = self.fingerprints.iter().map(|row| (&row.place, row));
        records(self.makers.placed())
            .chain(records(self.brands.placed()))
            .chain(records(self.aliases.placed()))
            .chain(records(self.common_words.placed()))
            .chain(records(self.prefixes.placed()))
            .chain(records(self.models.placed()))
            .chain(records(self.domains.placed()))
            .chain(records(self.socs.placed()))
            .chain(records(self.firmware.placed()))
            .chain(records(fingerprints))
    }
}

fn records<'k, T: Described + 'k>(
    rows: impl Iterator<Item = (&'k Place, &'k T)>,
) -> impl Iterator<Item = Record<'k>> {
    rows.map(|(place, row)| {
        let mut fields = Fields::default();
        row.describe(&mut fields);
        let (_, confidence, standing) = row.support();
        Record {
            table: T::TABLE,
            id: row.id(),
            fields: fields.0,
            confidence: standing.written_confidence(confidence),
            standing,
            place,
        }
    })
}

/// Names and values of an entry.
#[derive(Default)]
pub(crate) struct Fields(pub(crate) Vec<(&'static str, String)>);

impl Fields {
    /// Adds a field, unless it is empty.
    pub(crate) fn add(&mut self, name: &'static str, value: &str) {
        if !value.is_empty() {
            self.0.push((name, value.into()));
        }
    }

    /// Adds a field that counts for less than is written while the entry is disputed.
    fn add_counted(&mut self, name: &'static str, written: &str, counted: &str) {
        if written == counted {
            self.add(name, written);
        } else {
            self.add(name, &format!("{written} (counts as {counted} while disputed)"));
        }
    }
}

/// An entry that can say all of itself.
pub(crate) trait Described {
    /// The table, by the name of its file without the ending.
    const TABLE: &'static str;
    /// What one of its entries is called.
    const WHAT: &'static str;

    fn id(&self) -> String;

    /// Source as cited, confidence as it counts, and how it stands.
    fn support(&self) -> (&str, Confidence, &Standing);

    /// What the entry states, without what it rests on.
    fn state(&self, fields: &mut Fields);

    /// All of it.
    fn describe(&self, fields: &mut Fields) {
        self.state(fields);
        let (source, counted, standing) = self.support();
        let source = standing.written_source(source);
        fields.add("source", source);
        match (standing.seen_on, date_in(source)) {
            (Some(date), _) => fields.add("seen on", &date.to_string()),
            (None, Some(date)) => fields.add("seen on", &format!("{date} (as the source says)")),
            (None, None) => fields.add("seen on", "not recorded"),
        }
        let written = standing.written_confidence(counted);
        fields.add_counted("confidence", written.as_str(), counted.as_str());
        let dispute = standing.dispute.as_ref().map(ToString::to_string);
        fields.add("dispute", dispute.as_deref().unwrap_or("none"));
    }
}

/// What a row of a table rests on stands in fields of the same name in all of them.
macro_rules! of_a_row {
    () => {
        fn support(&self) -> (&str, Confidence, &Standing) {
            (&self.source, self.confidence, &self.standing)
        }
    };
}

impl Described for Maker {
    const TABLE: &'static str = "makers";
    const WHAT: &'static str = "maker";

    fn id(&self) -> String {
        self.id.to_string()
    }

    of_a_row!();

    fn state(&self, fields: &mut Fields) {
        let Self {
            id: _,
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
            source: _,
            confidence: _,
            standing: _,
        } = self;
        fields.add("name", short_name);
        fields.add("legal name", legal_name);
        fields.add("role", role);
        fields.add("country", country);
        fields.add("parent", parent);
        fields.add("state ownership", state_ownership);
        fields.add("subject to PRC intelligence law", subject_to_prc_nil.as_str());
        fields.add("NDAA section 889", ndaa_889.as_str());
        fields.add("FCC Covered List", fcc_covered.as_str());
        fields.add("notes", notes);
    }
}

impl Described for Brand {
    const TABLE: &'static str = "brands";
    const WHAT: &'static str = "brand";

    fn id(&self) -> String {
        self.name.to_string()
    }

    of_a_row!();

    fn state(&self, fields: &mut Fields) {
        let Self { name, makers, relation, period, region, note, .. } = self;
        fields.add("brand", name);
        fields.add("makers", &maker_list(makers));
        fields.add("relation", relation.as_str());
        fields.add("period", period);
        fields.add("region", region);
        fields.add("note", note);
    }
}

impl Described for Alias {
    const TABLE: &'static str = "aliases";
    const WHAT: &'static str = "spelling";

    fn id(&self) -> String {
        self.spelling.to_string()
    }

    of_a_row!();

    fn state(&self, fields: &mut Fields) {
        let Self { spelling, brand, note, .. } = self;
        fields.add("spelling", spelling);
        fields.add("of brand", brand);
        fields.add("note", note);
    }
}

/// A choice of ours, and no fact that needs a source.
impl Described for CommonWord {
    const TABLE: &'static str = "common_words";
    const WHAT: &'static str = "common word";

    fn id(&self) -> String {
        self.word.to_string()
    }

    fn support(&self) -> (&str, Confidence, &Standing) {
        static NOTHING: Standing = Standing::NOTHING;
        ("", Confidence::Confirmed, &NOTHING)
    }

    fn state(&self, fields: &mut Fields) {
        fields.add("word", &self.word);
        fields.add("note", &self.note);
    }

    fn describe(&self, fields: &mut Fields) {
        self.state(fields);
    }
}

impl Described for Prefix {
    const TABLE: &'static str = "prefixes";
    const WHAT: &'static str = "prefix";

    fn id(&self) -> String {
        self.to_string()
    }

    of_a_row!();

    fn state(&self, fields: &mut Fields) {
        let Self { organisation, makers, scope, written_scope, oem_hint, note, .. } = self;
        fields.add("registered to", organisation);
        fields.add("makers", &maker_list(makers));
        fields.add_counted("says", written_scope.as_str(), scope.as_str());
        fields.add("builder, as far as known", oem_hint);
        fields.add("note", note);
    }
}

impl Described for ModelPattern {
    const TABLE: &'static str = "models";
    const WHAT: &'static str = "model grammar";

    fn id(&self) -> String {
        self.id.to_string()
    }

    of_a_row!();

    fn state(&self, fields: &mut Fields) {
        fields.add("grammar", &self.id);
        fields.add("makers", &maker_list(&self.makers));
        fields.add("kind", self.kind.as_str());
        fields.add("brand", self.brand.as_deref().unwrap_or_default());
        let (written, counted) = (self.written_specificity, self.specificity);
        fields.add_counted("separates makers", written.as_str(), counted.as_str());
        fields.add("pattern", &self.pattern);
        fields.add("examples", &self.examples.join(", "));
        if self.corpus_hits > 0 {
            let share = self.corpus_share.map(|share| format!(", {share} of them of these makers"));
            let hits = format!("{}{}", self.corpus_hits, share.unwrap_or_default());
            fields.add("numbers counted", &hits);
        }
        fields.add("note", &self.note);
    }
}

impl Described for Domain {
    const TABLE: &'static str = "domains";
    const WHAT: &'static str = "domain";

    fn id(&self) -> String {
        self.name.to_string()
    }

    of_a_row!();

    fn state(&self, fields: &mut Fields) {
        fields.add("domain", &self.name);
        fields.add("makers", &maker_list(&self.makers));
        fields.add("purpose", &self.purpose);
        fields.add("note", &self.note);
    }
}

impl Described for Soc {
    const TABLE: &'static str = "socs";
    const WHAT: &'static str = "chip";

    fn id(&self) -> String {
        self.part.to_string()
    }

    of_a_row!();

    fn state(&self, fields: &mut Fields) {
        fields.add("part", &self.part);
        fields.add("family", &self.family);
        fields.add("chip maker", &self.maker);
        fields.add("country", &self.country);
        fields.add("names", &self.names.join(", "));
        fields.add("seen in devices of", &maker_list(&self.device_makers));
        fields.add("devices", &self.known_models);
        fields.add("section 889", &self.ndaa);
        fields.add("note", &self.note);
    }
}

impl Described for FirmwareFormat {
    const TABLE: &'static str = "firmware";
    const WHAT: &'static str = "firmware format";

    fn id(&self) -> String {
        self.format.to_string()
    }

    of_a_row!();

    fn state(&self, fields: &mut Fields) {
        let Self { makers, format, file_names, magic_offset, magic, .. } = self;
        fields.add("format", format);
        fields.add("makers", &maker_list(makers));
        fields.add("file names", file_names);
        let octets: Vec<String> = magic.iter().map(|octet| format!("{octet:02X}")).collect();
        let at = magic_offset.map(|offset| format!(" at offset {offset}")).unwrap_or_default();
        if !octets.is_empty() {
            fields.add("magic", &format!("{}{at}", octets.join(" ")));
        }
        fields.add("needs", &self.needs);
        fields.add("structure", &self.structure);
        fields.add("protection", &self.protection);
        fields.add("clue to the builder", &self.oem_clue);
    }
}

impl Described for Fingerprint {
    const TABLE: &'static str = "fingerprints";
    const WHAT: &'static str = "fingerprint";

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn support(&self) -> (&str, Confidence, &Standing) {
        (&self.source.what, self.source.confidence, &self.source.standing)
    }

    fn state(&self, fields: &mut Fields) {
        let Self { kind, pattern, rank, family, asserts, because, source, .. } = self;
        fields.add("signal", kind.as_str());
        fields.add("pattern", pattern);
        for assertion in asserts {
            let (claim, counted) = (&assertion.claim, assertion.weight_bits);
            let written = self.written_bits(assertion);
            let bits = format!("{written:+} bits");
            fields.add_counted(
                "concludes",
                &format!("{claim} ({bits})"),
                &if source.standing.is_disputed() {
                    format!("{counted:+} bits")
                } else {
                    format!("{claim} ({bits})")
                },
            );
        }
        fields.add("rank", &rank.to_string());
        fields.add("family", family);
        fields.add("because", because);
        fields.add("url", source.url.as_deref().unwrap_or_default());
        fields.add("runs on every value because", self.no_literal.as_deref().unwrap_or_default());
        for (input, captures) in &self.examples {
            let caught: Vec<String> = captures.iter().map(|(n, v)| format!("{n}={v}")).collect();
            fields.add("matches", format!("{input} {}", caught.join(" ")).trim_end());
        }
        for (input, because) in &self.non_examples {
            fields.add("does not match", &format!("{input} ({because})"));
        }
    }
}

fn maker_list(makers: &[MakerId]) -> String {
    makers.iter().map(MakerId::as_str).collect::<Vec<_>>().join(" or ")
}
