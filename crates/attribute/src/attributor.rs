//! Says what signals show: who made a device, what it is, and on what that rests.
//!
//! Each signal is read into reasons ([`crate::reading`]), reasons are weighed by family ([`crate::weigh`]), and the
//! weights become a verdict here. Nothing is settled silently: what contradicts is a conflict.

use knowledge::Knowledge;
use model::{
    Attribution, Conflict, ConflictKind, Declared, DeclaredMaker, DeviceKind, Level, MakerFinding,
    MakerId, Quirk, Signal, SignalKind,
};

use crate::cache;
use crate::calibration::Platt;
use crate::company::are_related;
use crate::evidence::items;
use crate::name::normal;
use crate::reading::Reader;
use crate::reason::{BrandName, Fact, Reading, Reason, Text};
use crate::weigh::{
    BrandContext, Posterior, Weighed, contradiction, kind, strong_families, weighed,
};

/// What is believed before any evidence; in the open, so that a reader can disagree.
#[derive(Debug, Clone, PartialEq)]
pub struct Priors {
    /// Probability that a device of unknown maker was built by somebody who is not in the knowledge base, or by
    /// nobody whose marks we know. The rest is shared equally by the makers listed: a shares-of-the-market prior
    /// would call every unmarked device a Hikvision. One half is judgement.
    pub other: f64,
    /// Log-odds, in bits, that an address which says anything at all is surveillance equipment. One in sixteen is
    /// judgement: of the devices in office networks fewer are, in a surveillance network nearly all.
    pub surveillance_bits: f64,
    /// How many bits more must speak for "something else" than for surveillance equipment before a device is
    /// called that instead of unknown.
    pub other_device_bits: f64,
    /// By how many bits a mark of a group's platform speaks less for a daughter company than for its head.
    /// One in 256 each is judgement: what shows a platform shows its head, until the brand says otherwise.
    pub daughter_bits: f64,
    /// What the probability of an answer is corrected by.
    pub calibration: Platt,
}

impl Default for Priors {
    fn default() -> Self {
        Self {
            other: 0.5,
            surveillance_bits: -4.0,
            other_device_bits: 3.0,
            daughter_bits: 8.0,
            calibration: Platt::FITTED,
        }
    }
}

/// Probability from which a maker is `possible`, `probable` and, with two strong families, `confirmed`
/// (design section 5).
const POSSIBLE: f64 = 0.5;
const PROBABLE: f64 = 0.9;
const CONFIRMED: f64 = 0.995;
const CONFIRMING_FAMILIES: usize = 2;
/// An alternative below this is not worth a reader's time.
const ALTERNATIVE_MIN: f64 = 0.01;
const ALTERNATIVES_MAX: usize = 5;
/// No evidence of ours makes anything certain.
const PROBABILITY_MAX: f64 = 0.9999;

/// Says what signals show. Holds the knowledge and the priors; one value serves all threads.
///
/// What a signal shows is remembered per thread, within limits, so that a million rows with the same banner read
/// it once.
#[derive(Debug)]
pub struct Attributor<'k> {
    knowledge: &'k Knowledge,
    priors: Priors,
    cache: cache::Owner,
}

impl<'k> Attributor<'k> {
    /// An attributor over this knowledge.
    pub fn new(knowledge: &'k Knowledge, priors: Priors) -> Self {
        Self { knowledge, priors, cache: cache::Owner::new() }
    }

    /// The knowledge it works with.
    pub fn knowledge(&self) -> &'k Knowledge {
        self.knowledge
    }

    /// What the signals of one device show. The order of the signals does not matter. Registers' words come as
    /// `register.*` signals: they are declared, never observed, and weigh accordingly.
    pub fn attribute(&self, signals: &[Signal]) -> Attribution {
        let readings: Vec<_> = signals.iter().map(|signal| self.reading(signal)).collect();
        self.conclude(readings.iter().map(|reading| &**reading))
    }

    /// The probability that the weights give each maker that the signals speak of, most probable first, before the answer
    /// is corrected ([`Priors::calibration`]) and whatever the device is;
    /// [`Self::attribute`] names a maker only for what is surveillance equipment.
    pub fn probabilities(&self, signals: &[Signal]) -> Vec<(MakerId, f64)> {
        let readings: Vec<_> = signals.iter().map(|signal| self.reading(signal)).collect();
        let reasons = || readings.iter().flat_map(|reading| &reading.reasons);
        let facts = Facts::new(readings.iter().flat_map(|reading| &reading.facts));
        let weighed = weighed(reasons(), &facts.brand_context());
        Posterior::new(&weighed, self.knowledge, &self.priors).makers
    }

    /// The maker that a register declares, as far as its words allow; `None` when it declares none.
    pub fn declared_maker(&self, declared: &Declared) -> Option<DeclaredMaker> {
        let words = [
            (SignalKind::RegisterMake, &declared.make),
            (SignalKind::RegisterModel, &declared.model),
            (SignalKind::RegisterText, &declared.text),
        ];
        let signals: Vec<Signal> = words
            .into_iter()
            .filter_map(|(kind, text)| Some(Signal::text(kind, text.as_deref()?)))
            .collect();
        if declared.make.is_none() && declared.model.is_none() {
            return None;
        }
        let readings: Vec<_> = signals.iter().map(|signal| self.reading(signal)).collect();
        let facts = Facts::new(readings.iter().flat_map(|reading| &reading.facts));
        let reasons = readings.iter().flat_map(|reading| &reading.reasons);
        let weighed = weighed(reasons, &facts.brand_context());
        let posterior = Posterior::new(&weighed, self.knowledge, &self.priors);
        let maker = posterior.top().filter(|(_, p)| *p >= POSSIBLE).map(|(id, _)| id.clone());
        Some(DeclaredMaker {
            make: declared.make.as_deref().map(str::to_owned),
            model: declared.model.as_deref().map(str::to_owned),
            brand: facts.declared_brand.map(|brand| brand.name.to_string()),
            maker,
        })
    }

    pub(crate) fn reading(&self, signal: &Signal) -> std::rc::Rc<Reading> {
        let reader = Reader { knowledge: self.knowledge, daughter_bits: self.priors.daughter_bits };
        self.cache.reading(signal.kind, signal.port, signal.as_bytes(), || reader.read(signal))
    }

    pub(crate) fn conclude<'r>(
        &self,
        readings: impl Iterator<Item = &'r Reading> + Clone,
    ) -> Attribution {
        let facts = Facts::new(readings.clone().flat_map(|reading| &reading.facts));
        let context = facts.brand_context();
        let weighed = weighed(readings.flat_map(|reading| &reading.reasons), &context);
        let posterior = Posterior::new(&weighed, self.knowledge, &self.priors);
        let device = kind(&weighed, &self.priors).kind;
        let finding = Finding::new(&weighed, &posterior, device, self.priors.calibration);

        // A register that names a company which never had this maker build for it is wrong about the box.
        let declared = facts.declared_brand.filter(|brand| !brand.contradicts(&finding.maker));
        let label = facts.brand.or(declared).or(facts.implied_brand);
        let is_rebranded = label.is_some_and(|brand| {
            !finding.maker.is_unknown()
                && !brand.owners.iter().any(|owner| are_related(owner, &finding.maker))
        });
        let mut conflicts = finding.conflicts;
        conflicts.extend(self.declared_conflicts(&weighed, &facts, &finding.maker, finding.level));
        Attribution {
            kind: device,
            maker: self.maker_finding(&finding.maker, finding.probability),
            alternatives: finding
                .alternatives
                .iter()
                .map(|(id, probability)| self.maker_finding(id, *probability))
                .collect(),
            level: finding.level,
            brand: label.map(|brand| brand.name.to_string()),
            model: facts.model.or(facts.declared_model).map(str::to_owned),
            firmware: facts.firmware.map(str::to_owned),
            serial: facts.serial.or(facts.declared_serial).map(str::to_owned),
            rebranded: is_rebranded,
            conflicts,
            platform: text_claim(&weighed, |claim| match claim {
                model::Claim::Platform(text) => Some(text),
                _ => None,
            }),
            soc: text_claim(&weighed, |claim| match claim {
                model::Claim::Soc(text) => Some(text),
                _ => None,
            }),
            quirks: facts.quirks,
            evidence: items(&weighed, device),
        }
    }

    fn maker_finding(&self, id: &MakerId, probability: f64) -> MakerFinding {
        let name = self.knowledge.maker(id).map_or(id.as_str(), |maker| &maker.short_name);
        MakerFinding { id: id.clone(), name: name.to_owned(), probability }
    }

    /// Where the register and the device cannot both be right. Nothing is settled here.
    fn declared_conflicts(
        &self,
        weighed: &[Weighed<'_>],
        facts: &Facts<'_>,
        maker: &MakerId,
        level: Level,
    ) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        let is_observed = |reason: &Reason| {
            !reason.is_declared && reason.makers().iter().any(|named| are_related(named, maker))
        };
        let is_established =
            matches!(level, Level::Confirmed | Level::Probable | Level::Conflicting);
        if is_established
            && weighed.iter().any(|item| is_observed(item.reason))
            && let Some(brand) = facts.declared_brand.filter(|brand| brand.contradicts(maker))
        {
            conflicts.push(Conflict {
                kind: ConflictKind::DeclaredMaker,
                one: format!("declared: {}", brand.name),
                other: format!("observed: {}", self.maker_finding(maker, 0.0).name),
            });
        }
        if let (Some(declared), Some(observed)) = (facts.declared_model, facts.model) {
            let (one, other) = (normal(declared), normal(observed));
            if !one.is_empty() && !one.contains(&other) && !other.contains(&one) {
                conflicts.push(Conflict {
                    kind: ConflictKind::DeclaredModel,
                    one: format!("declared: {declared}"),
                    other: format!("observed: {observed}"),
                });
            }
        }
        conflicts
    }
}

impl BrandName {
    /// Whether a device of `maker` cannot bear this name, as far as the knowledge base says: the name is a
    /// company's own, and the maker is neither that company nor one that builds for it.
    fn contradicts(&self, maker: &MakerId) -> bool {
        !maker.is_unknown()
            && !self.owners.is_empty()
            && !self.owners.iter().chain(&self.makers).any(|id| are_related(id, maker))
    }
}

/// The maker named, how far, and who else.
struct Finding {
    maker: MakerId,
    probability: f64,
    level: Level,
    alternatives: Vec<(MakerId, f64)>,
    conflicts: Vec<Conflict>,
}

impl Finding {
    fn new(
        weighed: &[Weighed<'_>],
        posterior: &Posterior,
        device: DeviceKind,
        calibration: Platt,
    ) -> Self {
        let nobody = || Self {
            maker: MakerId::unknown(),
            probability: 0.0,
            level: Level::Unknown,
            alternatives: Vec::new(),
            conflicts: Vec::new(),
        };
        let Some((top, weighed_probability)) = posterior.top() else { return nobody() };
        let probability = &calibration.correct(*weighed_probability);
        let strong = strong_families(weighed, top);
        let is_named = match device {
            _ if device.is_surveillance() => true,
            DeviceKind::OtherDevice => *probability >= PROBABLE && !strong.is_empty(),
            _ => false,
        };
        if !is_named {
            return nobody();
        }
        let contrary = contradiction(weighed, top).filter(|_| !strong.is_empty());
        let conflicts =
            contrary.map(|item| observed_conflict(weighed, top, item)).into_iter().collect();
        let level = match *probability {
            _ if contrary.is_some() => Level::Conflicting,
            p if p >= CONFIRMED && strong.len() >= CONFIRMING_FAMILIES => Level::Confirmed,
            p if p >= PROBABLE => Level::Probable,
            p if p >= POSSIBLE => Level::Possible,
            _ => Level::Unknown,
        };
        let is_answered = *probability >= POSSIBLE;
        let rest = posterior.makers.iter().skip(usize::from(is_answered));
        // What the answer leaves is shared as the weights share it.
        let left = (1.0 - probability) / (1.0 - weighed_probability).max(f64::MIN_POSITIVE);
        let alternatives = rest
            .map(|(maker, p)| (maker.clone(), p * left.min(1.0)))
            .filter(|(_, p)| *p >= ALTERNATIVE_MIN)
            .take(ALTERNATIVES_MAX)
            .collect();
        Self {
            maker: if is_answered { top.clone() } else { MakerId::unknown() },
            probability: if is_answered { probability.min(PROBABILITY_MAX) } else { 0.0 },
            level,
            alternatives,
            conflicts,
        }
    }
}

fn observed_conflict(weighed: &[Weighed<'_>], top: &MakerId, contrary: &Weighed<'_>) -> Conflict {
    let supporting = weighed.iter().find(|item| {
        item.reason.rank <= 3 && item.reason.makers().iter().any(|named| are_related(named, top))
    });
    let words = |item: &Weighed<'_>| format!("{}: {}", item.reason.claim, item.reason.signal);
    Conflict {
        kind: ConflictKind::ObservedMaker,
        one: supporting.map(words).unwrap_or_else(|| format!("maker={top}")),
        other: words(contrary),
    }
}

/// The heaviest claim of one sort.
fn text_claim<'w>(
    weighed: &'w [Weighed<'_>],
    of: impl Fn(&'w model::Claim) -> Option<&'w String>,
) -> Option<String> {
    weighed.iter().find_map(|item| of(&item.reason.claim)).cloned()
}

/// The fields of the verdict: of several values the one nearest to the device, then the most frequent.
#[derive(Debug, Default)]
struct Facts<'r> {
    brand: Option<&'r BrandName>,
    model: Option<&'r str>,
    firmware: Option<&'r str>,
    serial: Option<&'r str>,
    declared_brand: Option<&'r BrandName>,
    implied_brand: Option<&'r BrandName>,
    declared_model: Option<&'r str>,
    declared_serial: Option<&'r str>,
    /// Every brand shown or declared, not only the one named.
    brands: Vec<&'r BrandName>,
    quirks: Vec<Quirk>,
}

impl<'r> Facts<'r> {
    fn new(facts: impl Iterator<Item = &'r Fact>) -> Self {
        let mut sorted: Vec<&Fact> = facts.collect();
        sorted.sort();
        let text = |of: fn(&Fact) -> Option<&Text>| {
            nearest(&sorted, of, |text| text.remoteness).map(|text| &*text.text)
        };
        let brand =
            |of: fn(&Fact) -> Option<&BrandName>| nearest(&sorted, of, |brand| brand.remoteness);
        let mut quirks: Vec<Quirk> = sorted
            .iter()
            .filter_map(|fact| match fact {
                Fact::Quirk { protocol, name } => Some(Quirk {
                    protocol: protocol.to_string().into(),
                    name: name.to_string().into(),
                    detail: String::new(),
                }),
                _ => None,
            })
            .collect();
        quirks.dedup();
        Self {
            brand: brand(|fact| if let Fact::Brand(brand) = fact { Some(brand) } else { None }),
            model: text(|fact| if let Fact::Model(text) = fact { Some(text) } else { None }),
            firmware: text(|fact| if let Fact::Firmware(text) = fact { Some(text) } else { None }),
            serial: text(|fact| if let Fact::Serial(text) = fact { Some(text) } else { None }),
            declared_brand: brand(|fact| match fact {
                Fact::DeclaredBrand(brand) => Some(brand),
                _ => None,
            }),
            implied_brand: brand(|fact| match fact {
                Fact::ImpliedBrand(brand) => Some(brand),
                _ => None,
            }),
            declared_model: text(|fact| match fact {
                Fact::DeclaredModel(text) => Some(text),
                _ => None,
            }),
            declared_serial: text(|fact| match fact {
                Fact::DeclaredSerial(text) => Some(text),
                _ => None,
            }),
            brands: sorted
                .iter()
                .filter_map(|fact| match fact {
                    Fact::Brand(brand) | Fact::DeclaredBrand(brand) => Some(brand),
                    _ => None,
                })
                .collect(),
            quirks,
        }
    }

    fn brand_context(&self) -> BrandContext<'r> {
        BrandContext::new(self.brands.iter().copied())
    }
}

/// Of several values the one nearest to the device, then the most frequent, then the first in order.
fn nearest<'r, T: PartialEq>(
    sorted: &[&'r Fact],
    of: fn(&Fact) -> Option<&T>,
    remoteness: impl Fn(&T) -> u8,
) -> Option<&'r T> {
    let mut best: Option<(&'r T, usize)> = None;
    for value in sorted.iter().filter_map(|fact| of(fact)) {
        let count = sorted.iter().filter(|fact| of(fact) == Some(value)).count();
        let is_better = best.is_none_or(|(old, times)| {
            let (old, new) = (remoteness(old), remoteness(value));
            new < old || (new == old && count > times)
        });
        if is_better {
            best = Some((value, count));
        }
    }
    best.map(|(value, _)| value)
}
