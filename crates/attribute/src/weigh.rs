//! From reasons to probabilities: families, context, posterior.

use std::collections::{BTreeMap, BTreeSet};

use knowledge::Specificity;
use model::{Claim, DeviceKind, MakerId};

use crate::Priors;
use crate::company::are_related;
use crate::priors::MakerPriors;
use crate::reason::{BRAND_ROW_PREFIX, BrandName, Grammar, Reason, Support};

/// A claim lighter than this is not an item on which `confirmed` may rest.
const TELLING_BITS: f64 = 6.0;
/// A claim of this weight for another maker is a contradiction, not noise.
const CONTRADICTING_BITS: f64 = 10.0;
/// Ranks of evidence that may confirm or contradict (fact file `protocols.md` 9.2).
const STRONG_RANK_MAX: u8 = 3;
/// All that registers say of a maker weighs no more than the maker's own name on its own device: make, model and text
/// are one person's word, and whoever has the maker wrong has its model numbers wrong, too.
const DECLARED_BITS_MAX: f64 = 15.0;
/// Less than this is no statement of a register that a device could contradict: it would name nobody by itself.
const DECLARING_BITS_MIN: f64 = 8.5;

/// The brands a device shows or is said to have, as far as model grammars care.
#[derive(Debug, Default)]
pub(crate) struct BrandContext<'r> {
    brands: Vec<&'r BrandName>,
}

impl<'r> BrandContext<'r> {
    pub(crate) fn new(brands: impl Iterator<Item = &'r BrandName>) -> Self {
        Self { brands: brands.collect() }
    }

    /// What a model grammar weighs beside these brands. A brand that fits strengthens it, for the makers that the brand
    /// may be of. A brand that does not fit leaves it as it is: were it to weaken one maker's grammar, it would raise
    /// all others, for whom it says nothing either.
    ///
    /// A line that the brand shown buys says more of the maker than this brand's name, which stands among `reasons`.
    fn weigh(&self, reason: &Reason, grammar: &Grammar, reasons: &[&Reason]) -> (f64, Fit) {
        let bits = reason.weight_bits;
        let is_of_grammar = |maker: &MakerId| grammar.makers.iter().any(|m| are_related(m, maker));
        let fits = |shown: &&&BrandName| match grammar.brand.as_deref() {
            // A brand's own numbers fit that brand alone.
            Some(brand) => is_same_brand(brand, &shown.normal),
            None => shown.makers.iter().any(is_of_grammar),
        };
        let mut fitting = self.brands.iter().filter(fits).peekable();
        if fitting.peek().is_none() {
            return (bits, Fit::default());
        }
        let more = match grammar.specificity {
            Specificity::Distinct if grammar.brand.is_none() => DISTINCT_FITS_BITS,
            _ if !reason.is_declared && is_line(grammar) => {
                let before_name = brand_bits(grammar, reasons) + LINE_BEFORE_NAME_BITS;
                FITS_BITS.max(LINE_BITS.max(before_name) - bits)
            }
            _ => FITS_BITS,
        };
        let mut makers: Vec<MakerId> = Vec::new();
        for brand in fitting {
            // Of a brand that only the grammar knows nobody can say whose it is not.
            let known = if brand.makers.is_empty() { &grammar.makers } else { &brand.makers };
            makers.extend(known.iter().cloned());
        }
        (bits + more, Fit { bits: more, makers })
    }
}

/// A brand shorter than this is found inside others by chance.
const NAME_BYTES_MIN: usize = 3;
/// A grammar that is one maker's alone hardly needs the brand.
const DISTINCT_FITS_BITS: f64 = 1.0;
/// Codes that several use, or that are a brand's, are told apart by the brand.
const FITS_BITS: f64 = 4.0;
/// A line of the brand that the device shows, bought from the makers named: as telling as a brand that buys all its
/// lines from one maker.
const LINE_BITS: f64 = 12.5;
/// By how much such a line is before what the brand's name says: ten to one.
const LINE_BEFORE_NAME_BITS: f64 = 3.3;

/// Whether two names in normal form are of one brand: a line's name holds its brand's.
fn is_same_brand(one: &str, shown: &str) -> bool {
    shown.len() >= NAME_BYTES_MIN && (one.contains(shown) || shown.contains(one))
}

/// Whether a grammar describes the numbers of a line that a brand buys. How telling they are is about numbers
/// without the brand: beside it, all but the weak ones say which line it is.
fn is_line(grammar: &Grammar) -> bool {
    grammar.brand.is_some()
        && matches!(grammar.specificity, Specificity::Distinct | Specificity::Shared)
}

/// The heaviest that the name of a grammar's brand says of a maker. Names of other brands do not count: they would
/// raise a maker for whom they say nothing.
fn brand_bits(grammar: &Grammar, reasons: &[&Reason]) -> f64 {
    let Some(brand) = grammar.brand.as_deref() else { return 0.0 };
    let is_name_of_it = |reason: &&&Reason| {
        let name = reason.fingerprint.strip_prefix(BRAND_ROW_PREFIX);
        !reason.makers().is_empty() && name.is_some_and(|name| is_same_brand(brand, name))
    };
    reasons.iter().filter(is_name_of_it).map(|reason| reason.weight_bits).fold(0.0, f64::max)
}

/// By how much a brand strengthens a model grammar, and for whom.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fit {
    bits: f64,
    makers: Vec<MakerId>,
}

/// A reason with the weight its context leaves it.
#[derive(Debug, Clone)]
pub(crate) struct Weighed<'r> {
    pub(crate) reason: &'r Reason,
    pub(crate) bits: f64,
    fit: Fit,
}

impl<'r> Weighed<'r> {
    /// A reason that no context changes.
    pub(crate) fn new(reason: &'r Reason) -> Self {
        Self { reason, bits: reason.weight_bits, fit: Fit::default() }
    }

    /// What it weighs for one of the makers it speaks for.
    fn bits_for(&self, support: &Support) -> f64 {
        let is_meant = self.fit.makers.iter().any(|maker| are_related(maker, &support.maker));
        let bits = if is_meant { self.bits } else { self.bits - self.fit.bits };
        // Speaking against a maker says nothing of its group.
        if bits > support.less { bits - support.less } else { bits.min(0.0) }
    }
}

/// Reasons in an order that does not depend on the order of the signals, each once.
pub(crate) fn weighed<'r>(
    reasons: impl Iterator<Item = &'r Reason>,
    context: &BrandContext<'_>,
) -> Vec<Weighed<'r>> {
    let reasons: Vec<&'r Reason> = reasons.collect();
    let mut weighed: Vec<Weighed<'r>> = reasons
        .iter()
        .map(|reason| {
            let mut weighed = Weighed::new(reason);
            if let Some(grammar) = &reason.grammar {
                (weighed.bits, weighed.fit) = context.weigh(reason, grammar, &reasons);
            }
            weighed
        })
        .collect();
    weighed.sort_by(|a, b| {
        (b.bits.total_cmp(&a.bits))
            .then_with(|| a.reason.fingerprint.cmp(&b.reason.fingerprint))
            .then_with(|| a.reason.claim.cmp(&b.reason.claim))
            .then_with(|| a.reason.signal.cmp(&b.reason.signal))
    });
    weighed.dedup_by(|a, b| {
        a.reason.fingerprint == b.reason.fingerprint
            && a.reason.claim == b.reason.claim
            && a.reason.signal == b.reason.signal
    });
    weighed
}

/// What one family says of one maker: the heaviest claim for it and the heaviest against it.
#[derive(Debug, Default, Clone, Copy)]
struct Share {
    most: f64,
    least: f64,
}

impl Share {
    fn take(&mut self, bits: f64) {
        self.most = self.most.max(bits);
        self.least = self.least.min(bits);
    }

    fn bits(self) -> f64 {
        self.most + self.least
    }
}

/// What one family says of one maker.
struct Part<'s> {
    family: u64,
    support: &'s Support,
    share: Share,
    is_declared: bool,
}

/// What all families say of one maker, in bits.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Score {
    pub(crate) maker: MakerId,
    /// What the device shows.
    pub(crate) observed: f64,
    /// What registers say, as far as it counts at all: all their words together are one person's word.
    pub(crate) declared: f64,
    /// The device itself shows another maker, strongly: what registers say counts nothing for this one.
    pub(crate) is_overruled: bool,
}

impl Score {
    /// What speaks for the maker.
    pub(crate) fn bits(&self) -> f64 {
        if self.is_overruled { self.observed } else { self.observed + self.declared }
    }

    /// What would speak for it if no device contradicted its register.
    fn bits_if_believed(&self) -> f64 {
        self.observed + self.declared
    }
}

/// The scores of all makers that evidence speaks of, by key.
///
/// Within a family the heaviest claim for each maker counts, the rest counts nothing: the strings of one server
/// are one observation, however many they are. Families add up.
pub(crate) fn scores(weighed: &[Weighed<'_>]) -> Vec<Score> {
    let mut parts: Vec<Part<'_>> = Vec::with_capacity(weighed.len());
    for item in weighed {
        let (family, is_declared) = (item.reason.family_key, item.reason.is_declared);
        for support in &item.reason.supports {
            let bits = item.bits_for(support);
            let is_it =
                |part: &&mut Part<'_>| part.family == family && part.support.key == support.key;
            match parts.iter_mut().find(is_it) {
                Some(part) => part.share.take(bits),
                None => {
                    let mut share = Share::default();
                    share.take(bits);
                    parts.push(Part { family, support, share, is_declared });
                }
            }
        }
    }
    // An order of its own, so that sums do not depend on the order of the signals.
    parts.sort_by_key(|part| (part.support.key, part.family));
    let mut scores: Vec<Score> = Vec::new();
    let mut last = None;
    for part in parts {
        if last != Some(part.support.key) {
            last = Some(part.support.key);
            let maker = part.support.maker.clone();
            scores.push(Score { maker, observed: 0.0, declared: 0.0, is_overruled: false });
        }
        if let Some(score) = scores.last_mut() {
            let sum = if part.is_declared { &mut score.declared } else { &mut score.observed };
            *sum += part.share.bits();
        }
    }
    for score in scores.iter_mut().filter(|score| score.declared > 0.0) {
        score.declared = score.declared.min(DECLARED_BITS_MAX);
        score.is_overruled = contradiction(weighed, &score.maker).is_some();
    }
    scores
}

/// The makers that evidence speaks of, with their probability, most probable first.
#[derive(Debug, Default)]
pub(crate) struct Posterior {
    pub(crate) makers: Vec<(MakerId, f64)>,
    /// The maker that registers speak for most, where the device contradicts them.
    pub(crate) overruled: Option<MakerId>,
}

impl Posterior {
    /// Prior and weights together. What an overruled register said is nobody's: it stays in the sum, so that a
    /// contradiction makes nobody else more probable.
    pub(crate) fn new(scores: &[Score], priors: &MakerPriors) -> Self {
        // Scores stay below a few hundred bits: sums of families, of which there are some thirty.
        let mass = |score: &Score, bits: f64| priors.of(&score.maker) * bits.exp2();
        let unmentioned = 1.0 - scores.iter().map(|score| priors.of(&score.maker)).sum::<f64>();
        let all = scores.iter().map(|score| mass(score, score.bits_if_believed())).sum::<f64>();
        let total = unmentioned.max(0.0) + all;
        let mut makers: Vec<(MakerId, f64)> = scores
            .iter()
            .map(|score| (score.maker.clone(), mass(score, score.bits()) / total))
            .collect();
        makers.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let overruled = scores
            .iter()
            .filter(|score| score.is_overruled && score.declared >= DECLARING_BITS_MIN);
        let heaviest = overruled
            .max_by(|a, b| a.declared.total_cmp(&b.declared).then_with(|| b.maker.cmp(&a.maker)));
        Self { makers, overruled: heaviest.map(|score| score.maker.clone()) }
    }

    /// The most probable maker.
    pub(crate) fn top(&self) -> Option<&(MakerId, f64)> {
        self.makers.first()
    }
}

/// Families that speak for `maker` or its group by an item of rank 1–3.
pub(crate) fn strong_families<'w>(
    weighed: &'w [Weighed<'_>],
    maker: &MakerId,
) -> BTreeSet<&'w str> {
    weighed
        .iter()
        .filter(|item| {
            item.reason.rank <= STRONG_RANK_MAX
                && item.bits >= TELLING_BITS
                && item.reason.makers().iter().any(|named| are_related(named, maker))
        })
        .map(|item| &*item.reason.family)
        .collect()
}

/// The heaviest item of rank 1–3 that speaks for a maker of another group, and cannot be read for `maker`.
pub(crate) fn contradiction<'w, 'r>(
    weighed: &'w [Weighed<'r>],
    maker: &MakerId,
) -> Option<&'w Weighed<'r>> {
    weighed.iter().find(|item| {
        let makers = item.reason.makers();
        item.reason.rank <= STRONG_RANK_MAX
            && item.bits >= CONTRADICTING_BITS
            && !makers.is_empty()
            && !makers.iter().any(|named| are_related(named, maker))
    })
}

/// The kind of device, and how far it is established that it films, records or guards at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct KindFinding {
    pub(crate) kind: DeviceKind,
}

/// Kind by its own log-odds: first whether it is surveillance equipment at all, then which.
pub(crate) fn kind(weighed: &[Weighed<'_>], priors: &Priors) -> KindFinding {
    let mut shares: BTreeMap<(u64, DeviceKind), Share> = BTreeMap::new();
    let mut gates: BTreeMap<(u64, Gate), Share> = BTreeMap::new();
    for item in weighed {
        if let Claim::Kind(kind) = item.reason.claim {
            shares.entry((item.reason.family_key, kind)).or_default().take(item.bits);
            gates.entry((item.reason.family_key, Gate::of(kind))).or_default().take(item.bits);
        }
    }
    let total = |gate: Gate| -> f64 {
        gates.iter().filter(|((_, of), _)| *of == gate).map(|(_, share)| share.bits()).sum()
    };
    let surveillance = total(Gate::Surveillance);
    let other = total(Gate::Other);
    let best = |is_wanted: fn(DeviceKind) -> bool| {
        let mut scores: BTreeMap<DeviceKind, f64> = BTreeMap::new();
        for ((_, kind), share) in shares.iter().filter(|((_, kind), _)| is_wanted(*kind)) {
            *scores.entry(*kind).or_default() += share.bits();
        }
        // Ties go to the kind that comes first in the vocabulary: most surveillance devices are cameras.
        scores.into_iter().fold(None, |best: Option<(DeviceKind, f64)>, next| match best {
            Some(best) if best.1 >= next.1 => Some(best),
            _ => Some(next),
        })
    };
    let kind = if surveillance + priors.surveillance_bits - other > 0.0 {
        best(DeviceKind::is_surveillance).map(|(kind, _)| kind)
    } else if other - surveillance > priors.other_device_bits {
        best(|kind| !kind.is_surveillance()).map(|(kind, _)| kind)
    } else {
        None
    };
    KindFinding { kind: kind.unwrap_or(DeviceKind::Unknown) }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gate {
    Surveillance,
    Other,
}

impl Gate {
    fn of(kind: DeviceKind) -> Self {
        if kind.is_surveillance() { Self::Surveillance } else { Self::Other }
    }
}
