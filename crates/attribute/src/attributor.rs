//! Says what signals show: who made a device, what it is, and on what that rests.
//!
//! Each signal is read into reasons ([`crate::reading`]), reasons are weighed by family ([`crate::weigh`]), and the
//! weights become a verdict here. Nothing is settled silently: what contradicts is a conflict.

use std::rc::Rc;
use std::sync::OnceLock;

use knowledge::{Knowledge, Specificity};
use model::{
    Attribution, Conflict, ConflictKind, Declared, DeclaredMaker, DeviceKind, Level, MakerFinding,
    MakerId, Quirk, Signal, SignalKind,
};
use serde::Serialize;

use crate::cache;
use crate::calibration::Platt;
use crate::company::{MakerNames, are_related};
use crate::counterfactual::{Answers, Candidate, NEXT_MAX, Next, Standing, Supposed, is_unsettled};
use crate::evidence::items;
use crate::name::normal;
use crate::priors::{MakerPriors, Priors};
use crate::question::Question;
use crate::reading::Reader;
use crate::reason::{BrandName, Fact, Reading, Reason, Text};
use crate::weigh::{
    BrandContext, Posterior, Score, Weighed, contradiction, kind, scores, strong_families, weighed,
};

/// Probability from which a maker is `possible`, `probable` and, with two strong families, `confirmed`
/// (design section 5).
const POSSIBLE: f64 = 0.5;
const PROBABLE: f64 = 0.9;
const CONFIRMED: f64 = 0.995;
const CONFIRMING_FAMILIES: usize = 2;
/// An alternative below this is not worth a reader's time.
const ALTERNATIVE_MIN: f64 = 0.01;
const ALTERNATIVES_MAX: usize = 5;
/// Where nobody is named, makers for whom so much speaks are those to be told apart.
const TOLD_BITS_MIN: f64 = 1.0;
/// No evidence of ours makes anything certain.
const PROBABILITY_MAX: f64 = 0.9999;
/// In a register, a model number of less weight is a name that anybody may give.
const FOREIGN_MODEL_BITS_MIN: f64 = 8.5;

/// Says what signals show. Holds the knowledge and the priors; one value serves all threads.
///
/// What a signal shows is remembered per thread, within limits, so that a million rows with the same banner read
/// it once.
#[derive(Debug)]
pub struct Attributor<'k> {
    knowledge: &'k Knowledge,
    priors: Priors,
    maker_priors: MakerPriors,
    maker_names: MakerNames,
    /// Made when they are first wanted.
    answers: OnceLock<Answers>,
    cache: cache::Owner,
}

impl<'k> Attributor<'k> {
    /// An attributor over this knowledge.
    pub fn new(knowledge: &'k Knowledge, priors: Priors) -> Self {
        let maker_priors = MakerPriors::new(&priors, knowledge);
        let maker_names = MakerNames::new(knowledge);
        let (answers, cache) = (OnceLock::new(), cache::Owner::new());
        Self { knowledge, priors, maker_priors, maker_names, answers, cache }
    }

    /// The knowledge it works with.
    pub fn knowledge(&self) -> &'k Knowledge {
        self.knowledge
    }

    /// The priors it works with.
    pub fn priors(&self) -> &Priors {
        &self.priors
    }

    /// What the signals of one device show. The order of the signals does not matter, nor how often one is said.
    /// Registers' words come as `register.*` signals: they are declared, never observed, and weigh accordingly.
    pub fn attribute(&self, signals: &[Signal]) -> Attribution {
        let readings = self.readings(signals);
        self.conclude(readings.iter().map(|reading| &**reading))
    }

    /// The probability that the weights give each maker that the signals speak of, most probable first, before the answer
    /// is corrected ([`Priors::calibration`]) and whatever the device is;
    /// [`Self::attribute`] names a maker only for what is surveillance equipment.
    pub fn probabilities(&self, signals: &[Signal]) -> Vec<(MakerId, f64)> {
        let readings = self.readings(signals);
        let reasons = || readings.iter().flat_map(|reading| &reading.reasons);
        let facts = Facts::new(readings.iter().flat_map(|reading| &reading.facts));
        let weighed = weighed(reasons(), &facts.brand_context());
        self.posterior(&weighed).makers
    }

    /// The maker that a register declares, as far as its words allow and agree; `None` when it declares none.
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
        let readings = self.readings(&signals);
        let facts = Facts::new(readings.iter().flat_map(|reading| &reading.facts));
        let reasons = readings.iter().flat_map(|reading| &reading.reasons);
        let weighed = weighed(reasons, &facts.brand_context());
        let posterior = self.posterior(&weighed);
        let is_disputed = self.disputed_words(&weighed, &facts, &posterior).is_some();
        let named = posterior.top().filter(|(_, p)| *p >= POSSIBLE && !is_disputed);
        let maker = named.map(|(id, _)| id.clone());
        Some(DeclaredMaker {
            make: declared.make.as_deref().map(str::to_owned),
            model: declared.model.as_deref().map(str::to_owned),
            brand: facts.declared_brand.map(|brand| brand.name.to_string()),
            maker,
        })
    }

    fn posterior(&self, weighed: &[Weighed<'_>]) -> Posterior {
        Posterior::new(&scores(weighed), &self.maker_priors)
    }

    /// What each signal shows, in an order of their own and each once.
    fn readings(&self, signals: &[Signal]) -> Vec<Rc<Reading>> {
        let mut signals: Vec<&Signal> = signals.iter().collect();
        signals.sort_unstable();
        signals.dedup();
        signals.into_iter().map(|signal| self.reading(signal)).collect()
    }

    fn reading(&self, signal: &Signal) -> Rc<Reading> {
        let reader = self.reader();
        self.cache.reading(signal.kind, signal.port, signal.as_bytes(), || reader.read(signal))
    }

    fn conclude<'r>(&self, readings: impl Iterator<Item = &'r Reading> + Clone) -> Attribution {
        let Known { facts, weighed, dispute, device, finding, .. } = self.known(readings);

        // A register that names a company which never had this maker build for it is wrong about the box.
        let declared = facts.declared_brand.filter(|brand| !brand.contradicts(&finding.maker));
        let label = facts.brand.or(declared).or(facts.implied_brand);
        let is_rebranded = label.is_some_and(|brand| {
            !finding.maker.is_unknown()
                && !brand.owners.iter().any(|owner| are_related(owner, &finding.maker))
        });
        let of_maker = self.declared_maker_conflict(&weighed, &facts, &finding);
        let mut conflicts = finding.conflicts;
        let dispute = dispute.filter(|_| finding.level != Level::Unknown);
        conflicts.extend(of_maker.or(dispute.map(|dispute| dispute.conflict)));
        conflicts.extend(declared_model_conflict(&facts));
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

    fn known<'r>(&self, readings: impl Iterator<Item = &'r Reading> + Clone) -> Known<'r> {
        let facts = Facts::new(readings.clone().flat_map(|reading| &reading.facts));
        let context = facts.brand_context();
        let weighed = weighed(readings.flat_map(|reading| &reading.reasons), &context);
        let scores = scores(&weighed);
        let posterior = Posterior::new(&scores, &self.maker_priors);
        let device = kind(&weighed, &self.priors).kind;
        let dispute = self.dispute(&weighed, &facts, &posterior);
        let calibration = self.priors.calibration;
        let finding = Finding::new(&weighed, &posterior, device, dispute.as_ref(), calibration);
        Known { facts, weighed, scores, posterior, device, dispute, finding }
    }

    /// What to ask next: the questions whose answer would teach most about the maker for what they cost, at most three, with
    /// what each answer would bring. None for what is confirmed and undisputed, or is no camera.
    ///
    /// A pure function of the signals, quick enough to be asked between two packets.
    pub fn next_questions(&self, signals: &[Signal]) -> Vec<Next> {
        let readings = self.readings(signals);
        let known = self.known(readings.iter().map(|reading| &**reading));
        if !is_unsettled(known.device, known.finding.level, known.dispute.is_some()) {
            return Vec::new();
        }
        let answers = self.answers.get_or_init(|| self.suppose());
        let is_open = |question: &Question| !question.is_answered_by(signals);
        let candidates = self.candidates(&known);
        if candidates.is_empty() {
            let is_camera = known.device.is_surveillance();
            return if is_camera { answers.blank(is_open) } else { Vec::new() };
        }
        let judge = |maker: &MakerId, supposed: &Supposed| {
            let mut weighed = known.weighed.clone();
            weighed.extend(supposed.reasons.iter().map(Weighed::new));
            let posterior = self.posterior(&weighed);
            let dispute = self.dispute(&weighed, &known.facts, &posterior);
            let device = kind(&weighed, &self.priors).kind;
            let calibration = self.priors.calibration;
            Finding::new(&weighed, &posterior, device, dispute.as_ref(), calibration)
                .standing(maker)
        };
        let mut next = answers.ranked(self.knowledge, &candidates, is_open, judge);
        next.truncate(NEXT_MAX);
        next
    }

    /// The likeliest answers to all questions.
    fn suppose(&self) -> Answers {
        let judge = |maker: &MakerId, reasons: &[Reason]| {
            let weighed: Vec<Weighed<'_>> = reasons.iter().map(Weighed::new).collect();
            let posterior = self.posterior(&weighed);
            let (camera, calibration) = (DeviceKind::Camera, self.priors.calibration);
            Finding::new(&weighed, &posterior, camera, None, calibration).standing(maker)
        };
        Answers::new(self.reader(), &self.maker_priors, judge)
    }

    /// The makers that the evidence leaves open, with their share; none where it says too little of any.
    fn candidates(&self, known: &Known<'_>) -> Vec<Candidate> {
        let is_told = |maker: &MakerId| {
            known.scores.iter().any(|score| score.maker == *maker && score.bits() >= TOLD_BITS_MIN)
        };
        let mut makers: Vec<(MakerId, f64)> = known
            .posterior
            .makers
            .iter()
            .filter(|(maker, _)| is_told(maker))
            .map(|(maker, p)| (maker.clone(), self.priors.calibration.correct(*p)))
            .take(1 + ALTERNATIVES_MAX)
            .collect();
        let is_conflict = known.finding.level == Level::Conflicting;
        if is_conflict {
            // Both sides of the conflict, as if nothing was settled between them.
            makers.truncate(1);
            let top = makers.first().map(|(maker, _)| maker.clone());
            let contrary = top.and_then(|top| contradiction(&known.weighed, &top));
            let named = contrary.into_iter().flat_map(|item| item.reason.makers());
            makers
                .extend(named.chain(&known.posterior.overruled).map(|maker| (maker.clone(), 0.0)));
            for (_, share) in &mut makers {
                *share = 1.0;
            }
        } else if makers.first().is_some_and(|(_, said)| *said >= POSSIBLE) {
            makers.retain(|(_, said)| *said >= ALTERNATIVE_MIN);
        }
        let total: f64 = makers.iter().map(|(_, share)| share).sum();
        let candidate = |(maker, share): (MakerId, f64)| {
            let share = share / total;
            let level = Level::Conflicting;
            let undecided = Standing { level, probability: share, ..Standing::NOTHING };
            let today = if is_conflict { undecided } else { known.finding.standing(&maker) };
            Candidate { maker, today, share }
        };
        makers.into_iter().map(candidate).collect()
    }

    /// What is prior and what is evidence in the probability of each maker that the signals speak of, most probable
    /// first.
    pub fn accounts(&self, signals: &[Signal]) -> Vec<Account> {
        let readings = self.readings(signals);
        let known = self.known(readings.iter().map(|reading| &**reading));
        let account = |(maker, weighed): &(MakerId, f64)| {
            let score = known.scores.iter().find(|score| score.maker == *maker)?;
            let finding = self.maker_finding(maker, self.priors.calibration.correct(*weighed));
            Some(Account {
                prior: self.maker_priors.of(maker),
                observed_bits: score.observed,
                declared_bits: score.bits() - score.observed,
                weighed: *weighed,
                maker: finding,
            })
        };
        known.posterior.makers.iter().filter_map(account).collect()
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            knowledge: self.knowledge,
            maker_names: &self.maker_names,
            daughter_bits: self.priors.daughter_bits,
        }
    }

    fn maker_finding(&self, id: &MakerId, probability: f64) -> MakerFinding {
        let name = self.knowledge.maker(id).map_or(id.as_str(), |maker| &maker.short_name);
        MakerFinding { id: id.clone(), name: name.to_owned(), probability }
    }

    /// Where the register and the device cannot both be right about the maker named. Nothing is settled here.
    fn declared_maker_conflict(
        &self,
        weighed: &[Weighed<'_>],
        facts: &Facts<'_>,
        finding: &Finding,
    ) -> Option<Conflict> {
        let maker = &finding.maker;
        let is_observed = |reason: &Reason| {
            !reason.is_declared && reason.makers().iter().any(|named| are_related(named, maker))
        };
        let is_established =
            matches!(finding.level, Level::Confirmed | Level::Probable | Level::Conflicting);
        if !is_established || !weighed.iter().any(|item| is_observed(item.reason)) {
            return None;
        }
        let brand = facts.declared_brand.filter(|brand| brand.contradicts(maker))?;
        Some(self.maker_conflict(&brand.name, maker))
    }

    /// Where not everything that is said of the maker can be true.
    fn dispute(
        &self,
        weighed: &[Weighed<'_>],
        facts: &Facts<'_>,
        posterior: &Posterior,
    ) -> Option<Dispute> {
        let by_device = self.overruled(weighed, facts, posterior);
        by_device
            .map(|conflict| Dispute { conflict, is_among_words: false })
            .or_else(|| self.disputed_words(weighed, facts, posterior))
    }

    /// Where a register names a brand, and a model number that only a maker gives who never built for that brand: one of
    /// the two is wrong, or the row is about two devices. What the device itself shows settles it.
    fn disputed_words(
        &self,
        weighed: &[Weighed<'_>],
        facts: &Facts<'_>,
        posterior: &Posterior,
    ) -> Option<Dispute> {
        let (top, _) = posterior.top()?;
        let brand = facts.declared_brand.filter(|brand| !brand.owners.is_empty())?;
        let is_shown = |reason: &Reason| {
            !reason.is_declared && reason.makers().iter().any(|maker| are_related(maker, top))
        };
        if weighed.iter().any(|item| is_shown(item.reason)) {
            return None;
        }
        let is_foreign = |makers: &[MakerId]| {
            !makers.is_empty() && makers.iter().all(|maker| brand.contradicts(maker))
        };
        let weighs = |reason: &Reason| {
            reason.is_declared
                && reason.weight_bits >= FOREIGN_MODEL_BITS_MIN
                && reason.grammar.as_ref().is_some_and(|grammar| {
                    grammar.brand.is_none() && grammar.specificity == Specificity::Distinct
                })
        };
        let alone = weighed.iter().map(|item| item.reason).filter(|reason| weighs(reason));
        let alone = alone.map(|reason| (reason.makers(), &*reason.signal));
        let mut models = alone.chain(facts.listed_models.iter().copied());
        let (makers, signal) = models.find(|(makers, _)| is_foreign(makers))?;
        let builder = self.maker_finding(makers.first()?, 0.0).name;
        let conflict = Conflict {
            kind: ConflictKind::DeclaredMaker,
            one: format!("declared: {}", brand.name),
            other: format!("declared: a model number of {builder} ({signal})"),
        };
        Some(Dispute { conflict, is_among_words: true })
    }

    /// Where the device shows, strongly, that the maker is not the one that its register speaks for, whoever is
    /// named in the end.
    fn overruled(
        &self,
        weighed: &[Weighed<'_>],
        facts: &Facts<'_>,
        posterior: &Posterior,
    ) -> Option<Conflict> {
        let overruled = posterior.overruled.as_ref()?;
        let shown = contradiction(weighed, overruled)?.reason.makers().first()?;
        let of_brand = facts.declared_brand.filter(|brand| brand.may_be_of(overruled));
        match of_brand {
            Some(brand) if brand.contradicts(shown) => {
                Some(self.maker_conflict(&brand.name, shown))
            }
            // A name that the maker shown builds for as well.
            Some(_) => None,
            // The register's model number says it.
            None => Some(self.maker_conflict(&self.maker_finding(overruled, 0.0).name, shown)),
        }
    }

    fn maker_conflict(&self, declared: &str, observed: &MakerId) -> Conflict {
        Conflict {
            kind: ConflictKind::DeclaredMaker,
            one: format!("declared: {declared}"),
            other: format!("observed: {}", self.maker_finding(observed, 0.0).name),
        }
    }
}

fn declared_model_conflict(facts: &Facts<'_>) -> Option<Conflict> {
    let (declared, observed) = (facts.declared_model?, facts.model?);
    let (one, other) = (normal(declared), normal(observed));
    (!one.is_empty() && !one.contains(&other) && !other.contains(&one)).then(|| Conflict {
        kind: ConflictKind::DeclaredModel,
        one: format!("declared: {declared}"),
        other: format!("observed: {observed}"),
    })
}

impl BrandName {
    /// Whether a device of `maker` cannot bear this name, as far as the knowledge base says: the name is a
    /// company's own, and the maker is neither that company nor one that builds for it.
    fn contradicts(&self, maker: &MakerId) -> bool {
        !maker.is_unknown() && !self.owners.is_empty() && !self.may_be_of(maker)
    }

    /// Whether `maker` is known to own the name or to build for it.
    fn may_be_of(&self, maker: &MakerId) -> bool {
        self.owners.iter().chain(&self.makers).any(|id| are_related(id, maker))
    }
}

/// Two statements about the maker of which one must be wrong.
struct Dispute {
    conflict: Conflict,
    /// Both are a register's.
    is_among_words: bool,
}

/// What the readings of one device come to, before it is written down.
struct Known<'r> {
    facts: Facts<'r>,
    weighed: Vec<Weighed<'r>>,
    scores: Vec<Score>,
    posterior: Posterior,
    device: DeviceKind,
    /// What the register says against what the device shows.
    dispute: Option<Dispute>,
    finding: Finding,
}

/// Which part of a maker's probability is prior and which is evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Account {
    /// The maker, with the probability that is said of it.
    #[serde(flatten)]
    pub maker: MakerFinding,
    /// Its probability before any evidence.
    pub prior: f64,
    /// What the device shows, in bits.
    pub observed_bits: f64,
    /// What registers say, in bits, as far as it counts.
    pub declared_bits: f64,
    /// The probability that prior and evidence give together, before it is corrected.
    pub weighed: f64,
}

/// The maker named, how far, and who else.
struct Finding {
    maker: MakerId,
    probability: f64,
    level: Level,
    /// Families of ranks 1 to 3 that speak for it.
    strong: usize,
    alternatives: Vec<(MakerId, f64)>,
    conflicts: Vec<Conflict>,
}

impl Finding {
    fn new(
        weighed: &[Weighed<'_>],
        posterior: &Posterior,
        device: DeviceKind,
        dispute: Option<&Dispute>,
        calibration: Platt,
    ) -> Self {
        let nobody = || Self {
            maker: MakerId::unknown(),
            probability: 0.0,
            level: Level::Unknown,
            strong: 0,
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
            _ if dispute.is_some_and(|dispute| dispute.is_among_words) => Level::Conflicting,
            p if p >= CONFIRMED && strong.len() >= CONFIRMING_FAMILIES => Level::Confirmed,
            p if p >= PROBABLE => Level::Probable,
            // What a register says and what the device shows are not weighed against each other.
            _ if dispute.is_some() => Level::Conflicting,
            p if p >= POSSIBLE => Level::Possible,
            _ => Level::Unknown,
        };
        let is_answered = *probability >= POSSIBLE;
        let rest = posterior.makers.iter().skip(usize::from(is_answered));
        let alternatives = rest
            .map(|(maker, p)| (maker.clone(), calibration.correct(*p)))
            .filter(|(_, p)| *p >= ALTERNATIVE_MIN)
            .take(ALTERNATIVES_MAX)
            .collect();
        Self {
            maker: if is_answered { top.clone() } else { MakerId::unknown() },
            probability: if is_answered { probability.min(PROBABILITY_MAX) } else { 0.0 },
            level,
            strong: strong.len(),
            alternatives,
            conflicts,
        }
    }
}

impl Finding {
    /// How far this says that `maker` built it.
    fn standing(&self, maker: &MakerId) -> Standing {
        if self.maker == *maker {
            let (level, probability, strong) = (self.level, self.probability, self.strong);
            return Standing { level, probability, strong };
        }
        let alternative = self.alternatives.iter().find(|(id, _)| id == maker);
        let level = match self.level {
            Level::Conflicting => Level::Conflicting,
            _ => Level::Unknown,
        };
        alternative.map_or(Standing::NOTHING, |(_, p)| Standing {
            level,
            probability: *p,
            ..Standing::NOTHING
        })
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
    /// Makers of model numbers that stand in one cell with numbers of others, and the cell.
    listed_models: Vec<(&'r [MakerId], &'r str)>,
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
            listed_models: sorted
                .iter()
                .filter_map(|fact| match fact {
                    Fact::ListedModel { makers, signal } => Some((makers.as_slice(), &**signal)),
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
