//! What a register's words declare: brand, model and kind of what is said to be there.
//!
//! A cell is read part by part ([`crate::free_text`]). What is denied, gone, to come or only compared with is shown as a
//! mention and weighs nothing; two brands that are no one house settle nothing.

use std::borrow::Cow;
use std::sync::Arc;

use knowledge::{Brand, Relation, Specificity};
use model::{Claim, DeviceKind, MakerId, SignalKind};

use super::{DECLARED_RANK, Origin, Page, Reader, brand_origin, source_text};
use crate::company::are_related;
use crate::free_text::{
    BrandRead, Cell, Certainty, Parsed, Part, Respelling, Sense, parse, swapped_stems,
};
use crate::name::{is_brand, is_model_like, model_spellings, normal, without_model};
use crate::reason::{Fact, Grammar, Text};

/// What a register says weighs this much less than what a device shows.
const DECLARED_DISCOUNT_BITS: f64 = 2.0;
/// Said to be doubtful: an even chance is judged to become one in eight.
const DOUBTED_DISCOUNT_BITS: f64 = 3.0;
/// In a register, a number without a hyphen, or with one that was not written: `DVR 1108` is a name that anybody
/// gives. Too little to name a maker without a brand that fits.
const LOOSE_MODEL_DISCOUNT_BITS: f64 = 3.5;
/// A model number whose letters must change places before a grammar fits, without a brand that fits.
const SWAPPED_BITS: f64 = 0.5;
/// Makers whose name in a register means a door station.
const MAKE_INTERCOMS: &[&str] = &["2n", "aiphone", "akuvox", "dnake", "doorbird"];
/// As a brand of cameras alone means a camera.
const INTERCOM_BRAND_BITS: f64 = 4.5;
/// Longer text in the column of makes or models is a note.
const CELL_BYTES_MAX: usize = 128;

/// A word for the kind of device, as heavy as the fingerprints for English words in `kb/fingerprints/register.toml`.
const KIND_WORD_BITS: [(DeviceKind, f64); 7] = [
    (DeviceKind::Camera, 6.0),
    (DeviceKind::Recorder, 8.0),
    (DeviceKind::Encoder, 7.0),
    (DeviceKind::Intercom, 7.0),
    (DeviceKind::AccessControl, 7.0),
    (DeviceKind::BodyWorn, 9.0),
    (DeviceKind::OtherDevice, 6.5),
];

/// The brand that a cell claims.
enum Said<'p, 'k> {
    /// None is named.
    Nothing,
    /// One, or several of one house.
    One(&'p Part<'k>, &'p BrandRead),
    /// Several, or none of those that it may be.
    Unsettled,
    /// Several, listed: so many devices, and a number of one of them is none of the others'.
    Listed,
    /// Only what is not there.
    Mentioned,
}

impl<'k> Reader<'k> {
    /// Reads a cell of a register.
    pub(super) fn read_declared(
        &self,
        page: &mut Page<'_>,
        kind: SignalKind,
        value: &str,
        shown: &Arc<str>,
    ) {
        let is_short = value.len() <= CELL_BYTES_MAX;
        let cell = match kind {
            SignalKind::RegisterMake if is_short => Cell::Make,
            SignalKind::RegisterModel if is_short => Cell::Model,
            _ => Cell::Text,
        };
        let parsed = parse(self.knowledge, value, cell);
        let claimed = claimed(value, &parsed);
        self.read_texts(page, kind, &claimed, shown);
        self.say_kind_words(page, &parsed, shown);
        let said = self.said(value, &parsed);
        self.say_mentions(page, &parsed, &said, shown);
        match cell {
            Cell::Make => self.read_declared_make(page, &claimed, &said, shown),
            Cell::Model => {
                // As written, where no grammar finds the number inside.
                if !claimed.is_empty() {
                    let text = claimed.as_ref().into();
                    page.fact(Fact::DeclaredModel(Text { remoteness: 1, text }));
                }
                self.say_declared_brand(page, &said, shown, 1);
            }
            Cell::Text => self.say_declared_brand(page, &said, shown, 2),
        }
        if !matches!(said, Said::Listed) {
            self.say_declared_models(page, &claimed, &parsed, shown, cell == Cell::Model);
        }
    }

    /// The brand that the parts claim. Several brands of one house are the first of them.
    fn said<'p>(&self, value: &str, parsed: &'p Parsed<'k>) -> Said<'p, 'k> {
        let is_claim = |part: &&Part<'_>| part.described.sense.is_claim();
        let claims = || parsed.parts.iter().filter(is_claim);
        if claims().any(|part| !part.described.between.is_empty()) {
            return Said::Unsettled;
        }
        let mut named = claims().filter_map(|part| Some((part, part.described.brand.as_ref()?)));
        let Some((first, brand)) = named.next() else {
            let is_mentioned = parsed.parts.iter().any(|part| part.described.brand.is_some());
            return if is_mentioned { Said::Mentioned } else { Said::Nothing };
        };
        let owners = self.owners_of(&first.rows);
        let is_one_house = |(part, other): &(&Part<'k>, &BrandRead)| {
            let is_related = |owner: &MakerId| owners.iter().any(|one| are_related(one, owner));
            normal(&other.name) == normal(&brand.name)
                || self.owners_of(&part.rows).iter().any(is_related)
        };
        let Some((_, stranger)) = named.find(|named| !is_one_house(named)) else {
            return Said::One(first, brand);
        };
        let behind = value.get(first.range.start..).unwrap_or_default();
        let behind = behind.split_once(&brand.written).map_or(behind, |(_, behind)| behind);
        let between = behind.split_once(&stranger.written).map_or("", |(between, _)| between);
        if is_list(between) { Said::Listed } else { Said::Unsettled }
    }

    /// The makers whose own name the brand of these rows is.
    fn owners_of(&self, rows: &[&Brand]) -> Vec<MakerId> {
        self.maker_names.owners(rows.first().map_or("", |row| row.plain_name()), rows)
    }

    fn read_declared_make(
        &self,
        page: &mut Page<'_>,
        claimed: &str,
        said: &Said<'_, 'k>,
        shown: &Arc<str>,
    ) {
        self.say_declared_brand(page, said, shown, 0);
        // A brand that nobody here knows is a brand still; a model number is none.
        let name = without_model(claimed);
        let is_number = || {
            !self.knowledge.models(claimed).is_empty() && is_model_like(claimed) && name == claimed
        };
        if matches!(said, Said::Nothing) && is_brand(name) && !is_number() {
            page.fact(Fact::DeclaredBrand(self.brand_name(name, &[], 0)));
        }
    }

    /// The brand that a cell claims; in a cell for something else a word is less.
    fn say_declared_brand(
        &self,
        page: &mut Page<'_>,
        said: &Said<'_, 'k>,
        shown: &Arc<str>,
        remoteness: u8,
    ) {
        let Said::One(part, brand) = said else { return };
        let name = part.rows.first().map_or(&*brand.name, |row| &*row.name);
        if !is_brand(name) {
            return;
        }
        page.fact(Fact::DeclaredBrand(self.brand_name(name, &part.rows, remoteness)));
        let slip = if brand.certainty == Certainty::Slip { brand.distance } else { 0 };
        let slip_bits = f64::from(u8::try_from(slip).unwrap_or(u8::MAX));
        let doubt_bits =
            if part.described.sense == Sense::Doubted { DOUBTED_DISCOUNT_BITS } else { 0.0 };
        let discount = DECLARED_DISCOUNT_BITS + f64::from(remoteness) + slip_bits + doubt_bits;
        let shown = with_note(shown, brand.note());
        self.say_brand(page, &part.rows, &shown, discount);
        let own = part.rows.iter().find(|row| row.relation == Relation::OwnBrand);
        let makes_intercoms = |maker: &MakerId| MAKE_INTERCOMS.contains(&maker.as_str());
        if let Some(row) = own.filter(|row| row.makers.iter().all(makes_intercoms)) {
            let kind = Claim::Kind(DeviceKind::Intercom);
            self.say(page, &shown, kind, INTERCOM_BRAND_BITS, &brand_origin(row));
        }
    }

    /// What is named and not taken, so that a reader sees that it was read.
    fn say_mentions(
        &self,
        page: &mut Page<'_>,
        parsed: &Parsed<'k>,
        said: &Said<'_, 'k>,
        shown: &Arc<str>,
    ) {
        let origin = words_origin("text.mention", "the words beside it", "mention");
        for part in &parsed.parts {
            let described = &part.described;
            let why = match (said, described.sense.is_claim()) {
                (_, false) => described.sense.as_str(),
                (Said::Unsettled | Said::Listed, true) if described.between.is_empty() => {
                    "one of several brands"
                }
                (Said::Unsettled | Said::Listed, true) => "as near to another",
                _ => continue,
            };
            let brands = described.brand.iter().map(|brand| &brand.name).chain(&described.between);
            let note = described.brand.as_ref().and_then(BrandRead::note);
            let shown = with_note(shown, note);
            for name in brands {
                let told = (Claim::Brand(name.clone()), format!("mention of {name}: {why}"));
                self.say_in_words(page, &shown, told, 0.0, &origin);
            }
        }
    }

    /// Words for kinds of device that no fingerprint read.
    fn say_kind_words(&self, page: &mut Page<'_>, parsed: &Parsed<'k>, shown: &Arc<str>) {
        let origin = words_origin("text.word-kind", "words of registers", "register");
        for part in parsed.parts.iter().filter(|part| part.described.sense.is_claim()) {
            let Some(kind) = part.kind else { continue };
            let claim = Claim::Kind(kind);
            let Some((_, bits)) = KIND_WORD_BITS.iter().find(|(of, _)| *of == kind) else {
                continue;
            };
            if page.reading.reasons.iter().any(|reason| reason.claim == claim) {
                continue;
            }
            self.say(page, shown, claim, *bits, &origin);
        }
    }

    /// Model grammars in a cell. A cell that is not the model's own counts only where the grammar is distinct; numbers of
    /// makers that have nothing to do with each other settle nothing.
    fn say_declared_models(
        &self,
        page: &mut Page<'_>,
        claimed: &str,
        parsed: &Parsed<'k>,
        shown: &Arc<str>,
        is_own_cell: bool,
    ) {
        let claims = || parsed.parts.iter().filter(|part| part.described.sense.is_claim());
        if has_strangers(claims()) {
            for makers in claims().map(distinct_makers).filter(|makers| !makers.is_empty()) {
                page.fact(Fact::ListedModel { makers, signal: Arc::clone(shown) });
            }
            return;
        }
        let remoteness = if is_own_cell { 0 } else { 2 };
        let respelt = claims().find_map(|part| {
            let model = part.described.model.as_ref()?;
            (model.respelling == Respelling::LookAlike).then_some((model, &part.patterns))
        });
        if let Some((model, patterns)) = respelt {
            let text = model.number.as_str().into();
            page.fact(Fact::DeclaredModel(Text { remoteness, text }));
            let letters = f64::from(u8::try_from(model.distance).unwrap_or(u8::MAX));
            let shown = with_note(shown, model.note());
            self.say_model(page, patterns, &shown, DECLARED_DISCOUNT_BITS + letters);
            return;
        }
        for spelling in model_spellings(claimed) {
            if !is_own_cell && !is_model_like(&spelling) {
                continue;
            }
            let mut patterns = self.knowledge.models(&spelling);
            if !is_own_cell {
                patterns.retain(|pattern| pattern.specificity == Specificity::Distinct);
            }
            if patterns.is_empty() {
                continue;
            }
            page.fact(Fact::DeclaredModel(Text { remoteness, text: spelling.as_str().into() }));
            let is_as_written = claimed.to_uppercase().contains(&spelling.to_uppercase());
            let discount = if is_as_written && spelling.contains('-') {
                DECLARED_DISCOUNT_BITS
            } else {
                LOOSE_MODEL_DISCOUNT_BITS
            };
            self.say_model(page, &patterns, shown, discount);
            return;
        }
        if is_own_cell {
            self.say_swapped_model(page, claimed, shown);
        }
    }

    /// A number that fits a grammar when two of its first letters change places. By itself that is next to nothing; beside
    /// the brand whose numbers these are it tells what the device is.
    fn say_swapped_model(&self, page: &mut Page<'_>, claimed: &str, shown: &Arc<str>) {
        for spelling in swapped_stems(claimed) {
            for pattern in self.knowledge.models(&spelling) {
                if pattern.specificity < Specificity::Shared
                    || self.foreign_brand(pattern).is_some()
                {
                    continue;
                }
                let grammar = Grammar {
                    // Its weight is the brand's to give.
                    specificity: Specificity::Shared,
                    brand: None,
                    makers: pattern.makers.clone(),
                };
                let origin = Origin {
                    fingerprint: (*pattern.id).into(),
                    source: source_text(&pattern.source, None),
                    rank: DECLARED_RANK,
                    family: "brand",
                    grammar: Some(grammar),
                };
                let note = format!("`{claimed}` read as {spelling}, 1 letter off");
                let shown = with_note(shown, Some(note));
                self.say(page, &shown, Claim::Kind(pattern.kind), SWAPPED_BITS, &origin);
            }
        }
    }
}

/// The text without the parts that speak of what is not there.
fn claimed<'t>(text: &'t str, parsed: &Parsed<'_>) -> Cow<'t, str> {
    if parsed.parts.iter().all(|part| part.described.sense.is_claim()) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for part in parsed.parts.iter().filter(|part| !part.described.sense.is_claim()) {
        kept.push_str(text.get(from..part.range.start).unwrap_or_default());
        kept.push(' ');
        from = part.range.end.max(from);
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(kept.trim().to_owned())
}

/// Whether what stands between two names makes them a list of devices: `Axis dome and Bosch`, `Axis, 2 Bosch`. A name
/// behind another with nothing between may be a label and who built it.
fn is_list(between: &str) -> bool {
    let is_separator = |c| matches!(c, ',' | ';' | '+' | '&' | '|' | '/' | '\n');
    let is_and = |word: &str| {
        ["and", "und", "et", "plus", "y", "e"].iter().any(|and| word.eq_ignore_ascii_case(and))
    };
    between.contains(is_separator) || between.split_whitespace().any(is_and)
}

/// The makers that alone give numbers such as the one claimed.
fn distinct_makers(part: &Part<'_>) -> Vec<MakerId> {
    let distinct = part.patterns.iter().filter(|p| p.specificity == Specificity::Distinct);
    distinct.flat_map(|pattern| pattern.makers.clone()).collect()
}

/// Whether the numbers claimed are of makers that are no one house.
fn has_strangers<'p, 'k: 'p>(parts: impl Iterator<Item = &'p Part<'k>>) -> bool {
    let mut named = parts.map(distinct_makers).filter(|makers| !makers.is_empty());
    let Some(first) = named.next() else { return false };
    !named.all(|others| first.iter().any(|one| others.iter().any(|other| are_related(one, other))))
}

/// Where a reason comes from that words of a register are by themselves.
fn words_origin(
    fingerprint: &'static str,
    source: &'static str,
    family: &'static str,
) -> Origin<'static> {
    let rank = DECLARED_RANK;
    Origin { fingerprint: fingerprint.into(), source: source.into(), rank, family, grammar: None }
}

/// What is shown of a value, with how it was read where that needs saying.
fn with_note(shown: &Arc<str>, note: Option<String>) -> Arc<str> {
    note.map_or_else(|| shown.clone(), |note| format!("{shown} ({note})").into())
}
