//! From one signal to its [`Reading`]: decode what stands inside, then ask the knowledge base.

mod container;
mod declared;
mod nmap;
mod second_hand;
mod supposed;

use std::borrow::Cow;
use std::sync::Arc;

use knowledge::{
    Brand, BrandReading, Confidence, Fingerprint, Knowledge, ModelPattern, Prefix, Relation, Scope,
    Specificity,
};
use model::{Claim, DeviceKind, MacAddr, MakerId, Signal, SignalKind};

use crate::company::{MakerNames, are_related, daughters, makes_cameras_alone, place};
use crate::lenient;
use crate::name::{is_brand, model_spellings, normal, shorter_names};
use crate::reason::{
    BRAND_ROW_PREFIX, BrandName, Fact, Grammar, Reading, Reason, Support, Text, key,
};

/// Characters of a value that evidence shows; a reader recognises any banner by its start.
const SHOWN_CHARS_MAX: usize = 200;
/// Longest text that is taken for a brand, model, version or serial number.
const FIELD_BYTES_MAX: usize = 128;
/// Bytes of a raw answer that are looked at; marks of protocols stand at the start.
const RAW_BYTES_MAX: usize = 16 * 1024;
/// A capture may be a signal of its own; more than one step down finds nothing new.
const DEPTH_MAX: u8 = 2;

// Weights that no fingerprint carries, in bits. With the default priors a single maker needs about 8 bits for
// an even chance against "somebody else" and about 11 for nine in ten.

/// A maker's own brand on its own device; wrong where a brand owner buys a line in.
const OWN_BRAND_BITS: f64 = 15.0;
/// The own brand of a company that owns the name and buys the hardware: it names the label, not the maker.
const BRAND_OWNER_BITS: f64 = 6.0;
/// A company that is known to buy from this many makers is taken for a buyer, whatever it also builds.
const BUYER_SUPPLIERS_MIN: usize = 2;
/// All lines of the brand come from the maker named, by several sources.
const OEM_FULL_BITS: f64 = 12.5;
/// The same by one source.
const OEM_FULL_REPORTED_BITS: f64 = 11.5;
/// Some lines do: never enough to name the maker.
const OEM_PARTIAL_BITS: f64 = 4.0;
/// Once it was so, or a single weak source says so.
const OEM_FORMERLY_BITS: f64 = 2.0;
/// A brand seen on the device of a maker of cameras alone is a camera's.
const CAMERA_BRAND_BITS: f64 = 4.5;
/// A number without a hyphen (`IPC100B`) is sooner somebody else's as well; beside a brand that fits it hardly matters.
const UNHYPHENED_DISCOUNT_BITS: f64 = 3.0;
/// A number that is only found inside a longer text.
const RESPELT_DISCOUNT_BITS: f64 = 1.0;
/// However doubtful, a row of the table says something.
const LEAST_BITS: f64 = 0.5;
/// Words are the weakest rank.
const DECLARED_RANK: u8 = 6;
/// By how much a company of the same group that is named second is less meant.
const SECOND_NAMED_BITS: f64 = 5.0;
/// A model number of a company that buys the hardware names its label.
const LABEL_MODEL_BITS: f64 = 4.0;
/// A model number tells the kind no better than this: lines change.
const MODEL_KIND_BITS: f64 = 8.0;
/// A model number of a brand whose maker is known from elsewhere, before the brand itself is seen.
const OEM_MODEL_BITS: f64 = 8.0;

/// Reads signals against one knowledge base.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'k> {
    pub(crate) knowledge: &'k Knowledge,
    pub(crate) maker_names: &'k MakerNames,
    /// See [`crate::Priors::daughter_bits`].
    pub(crate) daughter_bits: f64,
}

/// Where a reason comes from.
struct Origin<'o> {
    fingerprint: Arc<str>,
    source: Arc<str>,
    rank: u8,
    family: &'o str,
    grammar: Option<Grammar>,
}

/// Where a reading collects, and which words of the input it is about.
struct Page<'r> {
    reading: &'r mut Reading,
    depth: u8,
    is_declared: bool,
}

impl<'k> Reader<'k> {
    /// All that `signal` shows, with what a decoder finds inside it.
    pub(crate) fn read(&self, signal: &Signal) -> Reading {
        let mut reading = Reading::default();
        let mut page =
            Page { reading: &mut reading, depth: 0, is_declared: is_register(signal.kind) };
        let message = wire::expand(signal);
        let is_question = message.as_ref().is_some_and(|m| m.about == wire::About::Nobody);
        if !is_question {
            self.read_value(&mut page, signal.kind, &text_of(signal));
            for inner in message.iter().flat_map(|message| &message.signals) {
                let is_the_same =
                    aliases(signal.kind).contains(&inner.kind) && inner.value == signal.value;
                if inner != signal && !is_the_same {
                    self.read_value(&mut page, inner.kind, &text_of(inner));
                }
            }
            self.read_leniently(&mut page, signal, message.as_ref());
        }
        reading
    }

    /// What the decoder did not find, because the answer is cut or broken.
    fn read_leniently(
        &self,
        page: &mut Page<'_>,
        signal: &Signal,
        message: Option<&wire::Message>,
    ) {
        use SignalKind as K;
        let is_found = |kind: K| {
            message.is_some_and(|message| message.signals.iter().any(|inner| inner.kind == kind))
        };
        match signal.kind {
            K::TcpReply => {
                for (kind, value) in lenient::pick(&text_of(signal)) {
                    if !is_found(kind) || matches!(kind, K::HttpBody | K::RtspSdp) {
                        self.read_value(page, kind, value);
                    }
                }
            }
            K::OnvifReply | K::OnvifProbeMatch if !is_found(K::OnvifScopes) => {
                if let Some(scopes) = lenient::scopes(&text_of(signal)) {
                    self.read_value(page, K::OnvifScopes, &scopes);
                }
            }
            _ => {}
        }
    }

    fn read_value(&self, page: &mut Page<'_>, kind: SignalKind, value: &str) {
        // A raw answer may begin with a blank that belongs to its mark.
        let value = if is_raw(kind) { value } else { value.trim() };
        if value.is_empty() {
            return;
        }
        let shown: Arc<str> = shown(kind, value).into();
        if is_words(kind) {
            self.read_declared(page, kind, value, &shown);
            return;
        }
        self.read_texts(page, kind, value, &shown);
        self.read_field(page, kind, value, &shown);
    }

    /// What fingerprints make of a value, as its own kind and as the kinds that it stands for.
    fn read_texts(&self, page: &mut Page<'_>, kind: SignalKind, value: &str, shown: &Arc<str>) {
        self.read_fingerprints(page, kind, value, shown);
        for alias in aliases(kind) {
            self.read_fingerprints(page, *alias, value, shown);
        }
    }

    fn read_fingerprints(
        &self,
        page: &mut Page<'_>,
        kind: SignalKind,
        value: &str,
        shown: &Arc<str>,
    ) {
        for found in self.knowledge.matches(kind, value) {
            self.assert(page, found.fingerprint, shown);
            for (name, text) in &found.captures {
                self.read_capture(page, name, text);
            }
        }
    }

    fn assert(&self, page: &mut Page<'_>, fingerprint: &Fingerprint, shown: &Arc<str>) {
        let origin = Origin {
            fingerprint: (*fingerprint.id).into(),
            source: source_text(&fingerprint.source.what, fingerprint.source.url.as_deref()),
            rank: fingerprint.rank,
            family: &fingerprint.family,
            grammar: None,
        };
        for assertion in &fingerprint.asserts {
            match &assertion.claim {
                Claim::Brand(brand) if fingerprint.is_imported() => {
                    self.name_brand(page, brand);
                }
                Claim::Brand(brand) => self.read_brand(page, brand, shown, 1),
                _ => {}
            }
            self.say(page, shown, assertion.claim.clone(), assertion.weight_bits, &origin);
        }
    }

    /// Adds a reason. What a register says is never more than a word, and its family is its own.
    fn say(
        &self,
        page: &mut Page<'_>,
        shown: &Arc<str>,
        claim: Claim,
        bits: f64,
        origin: &Origin<'_>,
    ) {
        let words = claim.to_string();
        self.say_in_words(page, shown, (claim, words), bits, origin);
    }

    /// As [`Reader::say`], where a reader is told more than the claim.
    fn say_in_words(
        &self,
        page: &mut Page<'_>,
        shown: &Arc<str>,
        (claim, words): (Claim, String),
        bits: f64,
        origin: &Origin<'_>,
    ) {
        let is_declared = page.is_declared;
        let family = family(is_declared, origin.family);
        page.reading.reasons.push(Reason {
            signal: shown.clone(),
            words: words.into(),
            supports: self.supports(&claim, bits, origin.family),
            claim,
            weight_bits: bits,
            fingerprint: origin.fingerprint.clone(),
            source: origin.source.clone(),
            rank: if is_declared { DECLARED_RANK } else { origin.rank },
            family_key: key(&family),
            family,
            grammar: origin.grammar.clone(),
            is_declared,
        });
    }

    /// The makers a claim speaks for. Of companies of one group the one named first is meant first; what shows the
    /// platform of a group's head may be a daughter's device, less likely. Strangers are left level.
    fn supports(&self, claim: &Claim, bits: f64, family: &str) -> Vec<Support> {
        let named = match claim {
            Claim::Maker(id) => std::slice::from_ref(id),
            Claim::MakerOneOf(ids) => ids.as_slice(),
            _ => return Vec::new(),
        };
        let is_one_house =
            named.first().is_some_and(|first| named.iter().all(|maker| are_related(first, maker)));
        let behind = |at: usize| if is_one_house && at > 0 { SECOND_NAMED_BITS } else { 0.0 };
        let support = |maker: MakerId, less: f64| Support { key: key(maker.as_str()), maker, less };
        let mut supports: Vec<Support> = named
            .iter()
            .enumerate()
            .map(|(at, maker)| support(maker.clone(), behind(at)))
            .collect();
        // A brand or a block names one company, not its platform.
        if bits > self.daughter_bits && !matches!(family, "brand" | "oui") {
            for daughter in named.iter().flat_map(daughters) {
                if !supports.iter().any(|known| known.maker == daughter) {
                    supports.push(support(daughter, self.daughter_bits));
                }
            }
        }
        supports
    }

    /// A named group is a value of its own: what a banner says of the model is what the device says.
    fn read_capture(&self, page: &mut Page<'_>, name: &str, text: &str) {
        if page.depth >= DEPTH_MAX {
            return;
        }
        let kind = match name {
            "brand" => SignalKind::DeviceBrand,
            "model" => SignalKind::DeviceModel,
            "firmware" => SignalKind::DeviceFirmware,
            "serial" => SignalKind::DeviceSerial,
            "mac" => SignalKind::Mac,
            _ => return,
        };
        page.depth += 1;
        self.read_value(page, kind, text);
        page.depth -= 1;
    }

    fn read_field(&self, page: &mut Page<'_>, kind: SignalKind, value: &str, shown: &Arc<str>) {
        use SignalKind as K;
        if matches!(kind, K::TlsSni | K::DnsQuery | K::CloudContact) {
            self.read_host(page, value, shown);
        }
        if matches!(kind, K::NmapService | K::NmapOs) {
            self.read_nmap(page, kind, value, shown);
        }
        if kind == K::FirmwareContainer {
            self.read_container(page, value, shown);
        }
        if value.len() > FIELD_BYTES_MAX {
            return;
        }
        let remoteness = page.depth;
        let text = || Text { remoteness, text: value.into() };
        match kind {
            K::Mac => self.read_mac(page, value, shown),
            K::DeviceBrand | K::OnvifManufacturer => {
                self.read_brand(page, value, shown, remoteness)
            }
            K::DeviceModel | K::OnvifModel => {
                page.fact(if page.is_declared {
                    Fact::DeclaredModel(text())
                } else {
                    Fact::Model(text())
                });
                self.read_model(page, value, shown);
            }
            K::DeviceFirmware | K::OnvifFirmware => page.fact(Fact::Firmware(text())),
            K::DeviceSerial | K::OnvifSerial => {
                page.fact(if page.is_declared {
                    Fact::DeclaredSerial(text())
                } else {
                    Fact::Serial(text())
                });
            }
            K::DeviceQuirk => {
                if let Some((protocol, name)) = value.split_once('/') {
                    page.fact(Fact::Quirk { protocol: protocol.into(), name: name.into() });
                }
            }
            K::RegisterSerial => page.fact(Fact::DeclaredSerial(text())),
            _ => {}
        }
    }

    fn read_mac(&self, page: &mut Page<'_>, value: &str, shown: &Arc<str>) {
        let Ok(mac) = value.parse::<MacAddr>() else { return };
        if let Some(prefix) = self.knowledge.prefix(mac) {
            self.say_prefix(page, prefix, shown);
        }
    }

    /// What an address of a registered block says.
    fn say_prefix(&self, page: &mut Page<'_>, prefix: &Prefix, shown: &Arc<str>) {
        let origin = Origin {
            fingerprint: prefix_id(prefix).into(),
            source: source_text(&prefix.source, None),
            rank: 5,
            family: "oui",
            grammar: None,
        };
        let (maker_bits, kinds) = prefix_bits(prefix.scope);
        if let Some(claim) = maker_claim(&prefix.makers)
            && maker_bits > 0.0
        {
            self.say(page, shown, claim, maker_bits, &origin);
        }
        let hinted = hinted_makers(self.knowledge, prefix);
        if let Some(claim) = maker_claim(&hinted) {
            self.say(page, shown, claim, HINTED_MAKER_BITS, &origin);
        }
        for (kind, bits) in kinds {
            self.say(page, shown, Claim::Kind(*kind), *bits, &origin);
        }
    }

    fn read_host(&self, page: &mut Page<'_>, value: &str, shown: &Arc<str>) {
        let host = value.trim_end_matches('.');
        let Some(domain) = self.knowledge.domain(host) else { return };
        let Some(claim) = maker_claim(&domain.makers) else { return };
        let serves_cameras =
            domain.makers.iter().all(|maker| makes_cameras_alone(self.knowledge, maker));
        let bits = if serves_cameras { CAMERA_CLOUD_BITS } else { ANY_CLOUD_BITS };
        let origin = Origin {
            fingerprint: format!("domain.{}", domain.name).into(),
            source: source_text(&domain.source, None),
            rank: 5,
            family: "cloud",
            grammar: None,
        };
        self.say(page, shown, claim, bits, &origin);
        if serves_cameras {
            self.say(page, shown, Claim::Kind(DeviceKind::Camera), CLOUD_CAMERA_BITS, &origin);
        }
    }

    /// A brand word: what the label says, and how the brand relates to makers.
    fn read_brand(&self, page: &mut Page<'_>, value: &str, shown: &Arc<str>, remoteness: u8) {
        if !is_brand(value) || value.len() > FIELD_BYTES_MAX {
            return;
        }
        let (name, rows) = match self.brand_rows(value) {
            Some((name, rows)) => (name, rows),
            None => (value.to_owned(), Vec::new()),
        };
        let brand = self.brand_name(&name, &rows, remoteness);
        page.fact(if page.is_declared { Fact::DeclaredBrand(brand) } else { Fact::Brand(brand) });
        self.say_brand(page, &rows, shown, 0.0);
    }

    fn brand_name(&self, name: &str, rows: &[&Brand], remoteness: u8) -> BrandName {
        BrandName {
            remoteness,
            name: name.into(),
            normal: normal(name).into(),
            makers: rows.iter().flat_map(|row| row.makers.iter().cloned()).collect(),
            owners: self.maker_names.owners(name, rows),
        }
    }

    fn say_brand(&self, page: &mut Page<'_>, rows: &[&Brand], shown: &Arc<str>, discount: f64) {
        for row in rows {
            let Some(claim) = brand_claim(row) else { continue };
            let bits = (self.brand_bits(row, rows) - discount).max(LEAST_BITS);
            self.say(page, shown, claim, bits, &brand_origin(row));
        }
        // A name on the device is a camera's where its owner makes nothing else; in a register of cameras a brand that
        // buys all its lines from such makers is one, too.
        let is_telling = |relation: Relation| {
            relation == Relation::OwnBrand || (page.is_declared && relation == Relation::OemFull)
        };
        let is_camera_brand = |row: &&&Brand| {
            !row.makers.is_empty()
                && is_telling(row.relation)
                && row.makers.iter().all(|maker| makes_cameras_alone(self.knowledge, maker))
        };
        let own = rows.iter().find(|row| row.relation == Relation::OwnBrand);
        let telling = own.or_else(|| rows.iter().find(is_camera_brand));
        if let Some(row) = telling.filter(is_camera_brand) {
            let kind = Claim::Kind(DeviceKind::Camera);
            self.say(page, shown, kind, CAMERA_BRAND_BITS, &brand_origin(row));
        }
    }

    /// How far a row of a brand names the maker, beside the other rows of the same brand.
    fn brand_bits(&self, row: &Brand, rows: &[&Brand]) -> f64 {
        let mut suppliers: Vec<&MakerId> = rows
            .iter()
            .filter(|other| other.confidence > Confidence::Unverified)
            .flat_map(|other| &other.makers)
            .filter(|id| !id.is_unknown() && !row.makers.iter().any(|own| are_related(own, id)))
            .collect();
        suppliers.sort_unstable();
        suppliers.dedup();
        let is_label_only =
            self.are_brand_owners(&row.makers) || suppliers.len() >= BUYER_SUPPLIERS_MIN;
        match (row.relation, row.confidence) {
            (Relation::OwnBrand, _) if is_label_only => BRAND_OWNER_BITS,
            (Relation::OwnBrand, Confidence::Unverified) => OWN_BRAND_BITS - 2.0,
            (Relation::OwnBrand, _) if !suppliers.is_empty() => OWN_BRAND_BITS - 1.0,
            (Relation::OwnBrand, _) => OWN_BRAND_BITS,
            (Relation::OemFull, Confidence::Confirmed) => OEM_FULL_BITS,
            (Relation::OemFull, Confidence::Reported) => OEM_FULL_REPORTED_BITS,
            (Relation::OemPartial, Confidence::Confirmed | Confidence::Reported) => {
                OEM_PARTIAL_BITS
            }
            (Relation::OemFull, Confidence::Unverified) => OEM_PARTIAL_BITS,
            (Relation::OemPartial, Confidence::Unverified) | (Relation::Formerly, _) => {
                OEM_FORMERLY_BITS
            }
        }
    }

    /// Whether all of them own a name and buy the hardware.
    fn are_brand_owners(&self, makers: &[MakerId]) -> bool {
        makers.iter().all(|maker| {
            self.knowledge.maker(maker).is_some_and(|maker| &*maker.role == "brand-owner")
        })
    }

    /// The brand that an exact name, a company's name or a name within a longer one stands for.
    fn brand_rows(&self, value: &str) -> Option<(String, Vec<&'k Brand>)> {
        let named = |rows: Vec<&'k Brand>| {
            rows.first().map(|row| row.name.to_string()).map(|name| (name, rows.clone()))
        };
        if let Some(found) = named(self.knowledge.brand(value)) {
            return Some(found);
        }
        for shorter in shorter_names(value) {
            if is_brand(&shorter)
                && let Some(found) = named(self.knowledge.brand(&shorter))
            {
                return Some(found);
            }
        }
        one_reading(self.knowledge.brands_in(value)).and_then(|reading| named(reading.rows))
    }

    fn read_model(&self, page: &mut Page<'_>, value: &str, shown: &Arc<str>) {
        let discount = if value.contains('-') { 0.0 } else { UNHYPHENED_DISCOUNT_BITS };
        let patterns = self.knowledge.models(value);
        if patterns.is_empty() {
            // A model may stand behind its brand (`AXIS P0000`) or before a remark.
            for spelling in &model_spellings(value) {
                let patterns = self.knowledge.models(spelling);
                if !patterns.is_empty() {
                    self.say_model(page, &patterns, shown, discount + RESPELT_DISCOUNT_BITS);
                    return;
                }
            }
        }
        self.say_model(page, &patterns, shown, discount);
    }

    /// A number that is the label's, not the maker's (a brand's own codes, codes that several makers use), is one
    /// piece of evidence with the brand word: whoever prints one prints the other.
    fn say_model(
        &self,
        page: &mut Page<'_>,
        patterns: &[&ModelPattern],
        shown: &Arc<str>,
        discount: f64,
    ) {
        for pattern in patterns {
            let grammar = Grammar {
                specificity: pattern.specificity,
                brand: self.foreign_brand(pattern),
                makers: pattern.makers.clone(),
            };
            let is_of_label = grammar.brand.is_some()
                || pattern.specificity != Specificity::Distinct
                || self.are_brand_owners(&pattern.makers);
            if let Some(brand) = self.implied_brand(pattern) {
                page.fact(Fact::ImpliedBrand(brand));
            }
            let bits = (grammar_bits(pattern.specificity) - discount).max(0.0);
            let maker_bits = match &grammar.brand {
                _ if self.are_brand_owners(&pattern.makers) => bits.min(LABEL_MODEL_BITS),
                Some(_) => bits.min(OEM_MODEL_BITS),
                None => bits,
            };
            let origin = Origin {
                fingerprint: (*pattern.id).into(),
                source: source_text(&pattern.source, None),
                rank: 4,
                family: if is_of_label { "brand" } else { "model" },
                grammar: Some(grammar),
            };
            if let Some(claim) = maker_claim(&pattern.makers) {
                self.say(page, shown, claim, maker_bits, &origin);
            }
            self.say(page, shown, Claim::Kind(pattern.kind), bits.min(MODEL_KIND_BITS), &origin);
        }
    }

    /// The brand whose numbers these are, where the grammar is one brand's alone and the brand is known.
    fn implied_brand(&self, pattern: &ModelPattern) -> Option<BrandName> {
        let brand = pattern.brand.as_deref()?;
        let rows = self.knowledge.brand(brand);
        let is_telling = pattern.specificity == Specificity::Distinct && !rows.is_empty();
        is_telling.then(|| self.brand_name(brand, &rows, 0))
    }

    /// The brand of a pattern, where it is not one of its maker's own.
    fn foreign_brand(&self, pattern: &ModelPattern) -> Option<Box<str>> {
        let brand = pattern.brand.as_deref().filter(|brand| !brand.is_empty())?;
        let owners = self.maker_names.owners(brand, &self.knowledge.brand(brand));
        let is_owner = |maker| owners.iter().any(|owner| are_related(owner, maker));
        let is_own = pattern.makers.iter().any(is_owner);
        (!is_own).then(|| normal(brand).into())
    }
}

impl Page<'_> {
    fn fact(&mut self, fact: Fact) {
        if !self.reading.facts.contains(&fact) {
            self.reading.facts.push(fact);
        }
    }
}

/// A cloud of a maker of cameras alone, asked for by name.
const CAMERA_CLOUD_BITS: f64 = 6.0;
/// A cloud that serves all sorts of devices.
const ANY_CLOUD_BITS: f64 = 1.0;
/// A telephone with the maker's app asks for the same names, so these alone show no camera.
const CLOUD_CAMERA_BITS: f64 = 3.0;
/// Who builds for the holder of a block is a hint from other evidence, not from the registry.
const HINTED_MAKER_BITS: f64 = 5.0;

/// What a block says of its maker, and of the kind of device: module makers and conglomerates sell blocks' worth
/// of everything, so theirs say nothing of either.
fn prefix_bits(scope: Scope) -> (f64, &'static [(DeviceKind, f64)]) {
    match scope {
        Scope::CameraMaker => (12.0, &[(DeviceKind::Camera, 5.0)]),
        Scope::Recorder => (12.0, &[(DeviceKind::Recorder, 5.0)]),
        Scope::Intercom => (11.5, &[(DeviceKind::Intercom, 5.0)]),
        Scope::AlarmAndVideo => (9.0, &[(DeviceKind::Camera, 2.5)]),
        Scope::RadioAndBodycam => (8.0, &[(DeviceKind::BodyWorn, 1.5)]),
        Scope::BrandOwner => (4.0, &[(DeviceKind::Camera, 4.2)]),
        Scope::FieldObserved => (6.0, &[(DeviceKind::Camera, 3.0)]),
        Scope::MixedConglomerate => (1.0, &[]),
        Scope::Component => (0.0, &[]),
    }
}

fn hinted_makers(knowledge: &Knowledge, prefix: &Prefix) -> Vec<MakerId> {
    prefix
        .oem_hint
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter_map(|word| word.parse::<MakerId>().ok())
        .filter(|id| knowledge.maker(id).is_some() && !id.is_unknown())
        .collect()
}

/// Weight of a model grammar before the brand is looked at.
fn grammar_bits(specificity: Specificity) -> f64 {
    match specificity {
        Specificity::Distinct => 11.0,
        Specificity::Shared => 5.0,
        Specificity::Weak | Specificity::Untested => 3.0,
    }
}

/// The id under which a block is cited.
pub(crate) fn prefix_id(prefix: &Prefix) -> String {
    format!("prefix.{:012x}/{}", prefix.base, prefix.bits)
}

/// The claim that a row of a brand makes: of companies of one group the head first.
fn brand_claim(row: &Brand) -> Option<Claim> {
    let mut makers = row.makers.clone();
    if row.relation == Relation::OwnBrand {
        makers.sort_by_key(place);
    }
    maker_claim(&makers)
}

fn brand_origin(row: &Brand) -> Origin<'static> {
    Origin {
        fingerprint: format!("{BRAND_ROW_PREFIX}{}", normal(&row.name)).into(),
        source: source_text(&row.source, None),
        rank: DECLARED_RANK,
        family: "brand",
        grammar: None,
    }
}

/// The claim for one or several makers; `None` where nobody known is among them.
fn maker_claim(makers: &[MakerId]) -> Option<Claim> {
    let known: Vec<MakerId> = makers.iter().filter(|maker| !maker.is_unknown()).cloned().collect();
    match known.as_slice() {
        [] => None,
        [only] => Some(Claim::Maker(only.clone())),
        _ => Some(Claim::MakerOneOf(known)),
    }
}

/// The only brand of a text; a text with two brands settles nothing.
fn one_reading(readings: Vec<BrandReading<'_>>) -> Option<BrandReading<'_>> {
    let mut names: Vec<String> = readings
        .iter()
        .filter_map(|reading| reading.rows.first().map(|row| normal(&row.name)))
        .collect();
    names.sort();
    names.dedup();
    if names.len() == 1 { readings.into_iter().next() } else { None }
}

fn is_register(kind: SignalKind) -> bool {
    use SignalKind as K;
    matches!(kind, K::RegisterMake | K::RegisterModel | K::RegisterText | K::RegisterSerial)
}

/// Words that a register says of a device.
fn is_words(kind: SignalKind) -> bool {
    use SignalKind as K;
    matches!(kind, K::RegisterMake | K::RegisterModel | K::RegisterText)
}

fn is_raw(kind: SignalKind) -> bool {
    matches!(kind, SignalKind::UdpReply | SignalKind::TcpReply)
}

/// The kinds whose grammars a protocol's or a register's own field is read by as well.
fn aliases(kind: SignalKind) -> &'static [SignalKind] {
    use SignalKind as K;
    match kind {
        K::OnvifManufacturer => &[K::DeviceBrand],
        K::OnvifModel => &[K::DeviceModel],
        K::OnvifFirmware => &[K::DeviceFirmware],
        K::OnvifSerial | K::RegisterSerial => &[K::DeviceSerial],
        K::RegisterMake => &[K::RegisterText],
        K::RegisterModel => &[K::RegisterText, K::DeviceModel],
        _ => &[],
    }
}

/// The value as text: bytes that are no UTF-8 become one character a byte, so that patterns can name them.
fn text_of(signal: &Signal) -> Cow<'_, str> {
    let bytes = signal.as_bytes();
    match std::str::from_utf8(bytes) {
        Ok(text) if !is_raw(signal.kind) || bytes.is_ascii() => Cow::Borrowed(text),
        _ => {
            let head = bytes.get(..RAW_BYTES_MAX).unwrap_or(bytes);
            Cow::Owned(head.iter().map(|byte| char::from(*byte)).collect())
        }
    }
}

fn shown(kind: SignalKind, value: &str) -> String {
    let mut text =
        String::with_capacity(kind.as_str().len() + 1 + value.len().min(SHOWN_CHARS_MAX));
    text.push_str(kind.as_str());
    text.push('=');
    // Control characters would reach a terminal.
    text.extend(value.chars().take(SHOWN_CHARS_MAX).map(|c| if c.is_control() { ' ' } else { c }));
    text
}

fn family(is_declared: bool, name: &str) -> Arc<str> {
    if is_declared { format!("declared-{name}").into() } else { name.into() }
}

fn source_text(what: &str, url: Option<&str>) -> Arc<str> {
    match url {
        Some(url) => format!("{what} ({url})").into(),
        None => what.into(),
    }
}
