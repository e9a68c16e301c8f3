//! From reasons to probabilities: families, context, posterior.

use std::collections::{BTreeMap, BTreeSet};

use knowledge::{Knowledge, Specificity};
use model::{Claim, DeviceKind, MakerId};

use crate::Priors;
use crate::company::are_related;
use crate::reason::{BrandName, Grammar, Reason, Support};

/// A claim lighter than this is not an item on which `confirmed` may rest.
const TELLING_BITS: f64 = 6.0;
/// A claim of this weight for another maker is a contradiction, not noise.
const CONTRADICTING_BITS: f64 = 10.0;
/// Ranks of evidence that may confirm or contradict (fact file `protocols.md` 9.2).
const STRONG_RANK_MAX: u8 = 3;

/// The brands a device shows or is said to have, as far as model grammars care.
#[derive(Debug, Default)]
pub(crate) struct BrandContext<'r> {
    brands: Vec<&'r BrandName>,
}

impl<'r> BrandContext<'r> {
    pub(crate) fn new(brands: impl Iterator<Item = &'r BrandName>) -> Self {
        Self { brands: brands.collect() }
    }

    /// What a model grammar weighs beside this brand. A brand that fits strengthens it. A brand that does not fit
    /// leaves it as it is: were it to weaken one maker's grammar, it would raise all others, for whom it says
    /// nothing either.
    fn weigh(&self, grammar: &Grammar, bits: f64) -> f64 {
        let fits = match grammar.brand.as_deref() {
            // A brand's own numbers fit that brand alone.
            Some(brand) => self.brands.iter().any(|shown| {
                let name = &*shown.normal;
                name.len() >= NAME_BYTES_MIN && (brand.contains(name) || name.contains(brand))
            }),
            None => self
                .brands
                .iter()
                .flat_map(|shown| &shown.makers)
                .any(|one| grammar.makers.iter().any(|other| are_related(one, other))),
        };
        match (fits, grammar.specificity) {
            (false, _) => bits,
            (true, Specificity::Distinct) if grammar.brand.is_none() => bits + DISTINCT_FITS_BITS,
            (true, _) => bits + FITS_BITS,
        }
    }
}

/// A brand shorter than this is found inside others by chance.
const NAME_BYTES_MIN: usize = 3;
/// A grammar that is one maker's alone hardly needs the brand.
const DISTINCT_FITS_BITS: f64 = 1.0;
/// Codes that several use, or that are a brand's, are told apart by the brand.
const FITS_BITS: f64 = 4.0;

/// A reason with the weight its context leaves it.
#[derive(Debug)]
pub(crate) struct Weighed<'r> {
    pub(crate) reason: &'r Reason,
    pub(crate) bits: f64,
}

/// Reasons in an order that does not depend on the order of the signals, each once.
pub(crate) fn weighed<'r>(
    reasons: impl Iterator<Item = &'r Reason>,
    context: &BrandContext<'_>,
) -> Vec<Weighed<'r>> {
    let mut weighed: Vec<Weighed<'r>> = reasons
        .map(|reason| {
            let bits = match &reason.grammar {
                Some(grammar) => context.weigh(grammar, reason.weight_bits),
                None => reason.weight_bits,
            };
            Weighed { reason, bits }
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

/// The makers that evidence speaks of, with their probability, most probable first.
#[derive(Debug, Default)]
pub(crate) struct Posterior {
    pub(crate) makers: Vec<(MakerId, f64)>,
}

impl Posterior {
    /// Within a family the heaviest claim for each maker counts, the rest counts nothing: the strings of one server
    /// are one observation, however many they are. Families add up.
    pub(crate) fn new(weighed: &[Weighed<'_>], knowledge: &Knowledge, priors: &Priors) -> Self {
        let mut shares: Vec<(u64, &Support, Share)> = Vec::with_capacity(weighed.len());
        for item in weighed {
            let family = item.reason.family_key;
            for support in &item.reason.supports {
                // Speaking against a maker says nothing of its group.
                let bits = if item.bits > support.less {
                    item.bits - support.less
                } else {
                    item.bits.min(0.0)
                };
                let is_it = |(of, who, _): &&mut (u64, &Support, Share)| {
                    *of == family && who.key == support.key
                };
                match shares.iter_mut().find(is_it) {
                    Some((.., share)) => share.take(bits),
                    None => {
                        let mut share = Share::default();
                        share.take(bits);
                        shares.push((family, support, share));
                    }
                }
            }
        }
        // An order of its own, so that sums do not depend on the order of the signals.
        shares.sort_by_key(|(family, support, _)| (support.key, *family));
        let mut scores: Vec<(u64, MakerId, f64)> = Vec::new();
        for (_, support, share) in shares {
            match scores.last_mut() {
                Some((last, _, bits)) if *last == support.key => *bits += share.bits(),
                _ => scores.push((support.key, support.maker.clone(), share.bits())),
            }
        }
        let scores = scores.into_iter().map(|(_, maker, bits)| (maker, bits)).collect();
        Self::normalised(scores, knowledge, priors)
    }

    fn normalised(scores: Vec<(MakerId, f64)>, knowledge: &Knowledge, priors: &Priors) -> Self {
        // The row `unknown` stands for the others.
        let listed = u32::try_from(knowledge.makers().len().max(2) - 1).map_or(1.0, f64::from);
        let each = (1.0 - priors.other) / listed;
        let mentioned = u32::try_from(scores.len()).map_or(0.0, f64::from);
        let rest = priors.other + (listed - mentioned).max(0.0) * each;
        // Scores stay below a few hundred bits: sums of families, of which there are some thirty.
        let masses: Vec<(MakerId, f64)> =
            scores.into_iter().map(|(maker, bits)| (maker, each * bits.exp2())).collect();
        let total: f64 = rest + masses.iter().map(|(_, mass)| mass).sum::<f64>();
        let mut makers: Vec<(MakerId, f64)> =
            masses.into_iter().map(|(maker, mass)| (maker, mass / total)).collect();
        makers.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Self { makers }
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
