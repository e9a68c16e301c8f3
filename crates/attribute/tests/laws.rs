//! Laws of the inference: they hold for all evidence, not for examples.
//!
//! The evidence is drawn from what the knowledge base itself gives as examples, of all kinds and makers, together
//! with what registers say.

use std::sync::LazyLock;

use attribute::{Attributor, Priors, are_related};
use knowledge::Knowledge;
use model::{Attribution, ConflictKind, Level, MakerId, Signal, SignalKind};
use proptest::prelude::*;

/// Rows of the tables that are drawn from; every so many of the thousands.
const STRIDE: usize = 7;

/// Every example of a fingerprint, and names, numbers, blocks and hosts of the tables.
static POOL: LazyLock<Vec<Signal>> = LazyLock::new(|| {
    use SignalKind as K;
    let knowledge = Knowledge::embedded();
    let mut pool: Vec<Signal> = Vec::new();
    for fingerprint in knowledge.fingerprints() {
        let examples = fingerprint.examples.iter();
        pool.extend(examples.map(|(input, _)| Signal::text(fingerprint.kind, input.clone())));
    }
    for brand in knowledge.brands().iter().step_by(STRIDE) {
        pool.push(Signal::text(K::RegisterMake, brand.name.clone()));
        pool.push(Signal::text(K::OnvifManufacturer, brand.name.clone()));
    }
    for pattern in knowledge.model_patterns() {
        for example in pattern.examples.iter().take(1) {
            pool.push(Signal::text(K::RegisterModel, example.clone()));
            pool.push(Signal::text(K::OnvifModel, example.clone()));
        }
    }
    for prefix in knowledge.prefixes().iter().step_by(STRIDE * STRIDE) {
        let octets = prefix.base.to_be_bytes();
        let text: Vec<String> = octets.iter().skip(2).map(|octet| format!("{octet:02x}")).collect();
        pool.push(Signal::text(K::Mac, text.join(":")));
    }
    for domain in knowledge.domains().iter().step_by(STRIDE) {
        pool.push(Signal::text(K::DnsQuery, domain.name.clone()));
    }
    // What names no maker must not matter either.
    for (kind, value) in [
        (K::HttpServer, "nginx"),
        (K::OnvifManufacturer, "Exampledome"),
        (K::RegisterMake, "Exampledome"),
        (K::RegisterText, "dome by the door, Hikvision or Axis"),
        (K::SnmpSysdescr, "Cisco IOS Software"),
        (K::DeviceFirmware, "1.0"),
    ] {
        pool.push(Signal::text(kind, value));
    }
    pool
});

/// What registers say.
static WORDS: LazyLock<Vec<Signal>> =
    LazyLock::new(|| POOL.iter().filter(|signal| is_word(signal)).cloned().collect());

/// What shows a maker strongly by itself: ranks 1 to 3, ten bits.
static STRONG: LazyLock<Vec<Signal>> = LazyLock::new(|| {
    let attributor = attributor();
    let is_strong = |signal: &&Signal| {
        let evidence = attributor.attribute(std::slice::from_ref(*signal)).evidence;
        evidence.iter().any(|item| {
            item.rank <= 3 && item.weight_bits >= 10.0 && item.claim.starts_with("maker=")
        })
    };
    POOL.iter().filter(|signal| !is_word(signal)).filter(is_strong).cloned().collect()
});

fn is_word(signal: &Signal) -> bool {
    signal.kind.as_str().starts_with("register.")
}

fn attributor() -> Attributor<'static> {
    Attributor::new(Knowledge::embedded(), Priors::default())
}

fn some(max: usize) -> impl Strategy<Value = Vec<Signal>> {
    prop::collection::vec(prop::sample::select(&POOL[..]), 0..max)
}

fn one() -> impl Strategy<Value = Signal> {
    prop::sample::select(&POOL[..])
}

/// What is said of a maker, as the answer or beside it.
fn said(found: &Attribution, maker: &MakerId) -> f64 {
    let named = std::iter::once(&found.maker).chain(&found.alternatives);
    named.filter(|finding| finding.id == *maker).map(|finding| finding.probability).sum()
}

fn of(makers: &[(MakerId, f64)], maker: &MakerId) -> Option<f64> {
    makers.iter().find(|(id, _)| id == maker).map(|(_, p)| *p)
}

/// The makers that a signal speaks for, by itself.
fn spoken_for(attributor: &Attributor<'_>, signal: &Signal) -> Vec<MakerId> {
    let alone = attributor.probabilities(std::slice::from_ref(signal));
    alone.into_iter().map(|(maker, _)| maker).collect()
}

fn with(signals: &[Signal], extra: &[Signal]) -> Vec<Signal> {
    signals.iter().chain(extra).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// The same evidence in another order, and said several times, gives the same verdict, byte for byte.
    #[test]
    fn neither_order_nor_repetition_matters(
        (chosen, shuffled) in some(9).prop_flat_map(|chosen| {
            let twice = with(&chosen, &chosen);
            (Just(chosen), Just(twice).prop_shuffle())
        })
    ) {
        prop_assert_eq!(attributor().attribute(&chosen), attributor().attribute(&shuffled));
    }

    /// Evidence that speaks for other makers only makes no maker more probable: neither by its weights nor in what
    /// is said, neither as the answer nor as an alternative.
    #[test]
    fn contrary_evidence_never_raises(chosen in some(8), extra in one()) {
        let attributor = attributor();
        let others = spoken_for(&attributor, &extra);
        // What speaks against one maker speaks for all others.
        let alone = attributor.attribute(std::slice::from_ref(&extra));
        let is_against =
            alone.evidence.iter().any(|i| i.claim.starts_with("maker=") && i.weight_bits < 0.0);
        prop_assume!(!is_against);
        let both = with(&chosen, std::slice::from_ref(&extra));
        let before = attributor.probabilities(&chosen);
        let after = attributor.probabilities(&both);
        let (told_before, told_after) = (attributor.attribute(&chosen), attributor.attribute(&both));
        for (maker, p) in &before {
            if others.is_empty() || others.iter().any(|other| are_related(other, maker)) {
                continue;
            }
            let later = of(&after, maker).unwrap_or(0.0);
            prop_assert!(later <= p + 1e-12, "{maker}: {p} became {later} by {extra:?}");
            // What nobody took for a camera before may be named now; what is said then is no more than the weights gave.
            let bound = match told_before.kind.is_surveillance() {
                true => Priors::default().calibration.correct(*p),
                false => 1.0,
            };
            let told = said(&told_after, maker);
            prop_assert!(told <= bound + 1e-12, "{maker}: {bound} is said to be {told} by {extra:?}");
        }
    }

    /// What is said of all makers together is no more than one, and falls from the first to the last.
    #[test]
    fn what_is_said_is_a_probability(chosen in some(9)) {
        let found = attributor().attribute(&chosen);
        let said: Vec<f64> = std::iter::once(&found.maker)
            .filter(|maker| !maker.id.is_unknown())
            .chain(&found.alternatives)
            .map(|finding| finding.probability)
            .collect();
        prop_assert!(said.iter().sum::<f64>() <= 1.0 + 1e-9, "{said:?}");
        prop_assert!(said.is_sorted_by(|a, b| a >= b), "{said:?}");
    }

    /// A word of a register never outweighs what the device itself shows strongly: the maker declared is not named
    /// against it, and where the register names another company the conflict is told.
    #[test]
    fn what_is_declared_never_outweighs_what_is_shown(
        shown in prop::sample::select(&STRONG[..]),
        words in prop::collection::vec(prop::sample::select(&WORDS[..]), 1..5),
    ) {
        let attributor = attributor();
        let makers = spoken_for(&attributor, &shown);
        let is_shown = |maker: &MakerId| makers.iter().any(|shown| are_related(shown, maker));
        let declared = attributor.attribute(&words);
        let both = attributor.attribute(&with(&words, std::slice::from_ref(&shown)));
        let named = &both.maker.id;
        prop_assert!(
            named.is_unknown() || is_shown(named),
            "{named} is named against {shown:?} by {words:?}"
        );
        // A company that has bought from the maker shown may have done so again.
        let brand = declared.brand.as_deref().unwrap_or_default();
        let rows = Knowledge::embedded().brand(brand);
        let may_buy = rows.iter().flat_map(|row| &row.makers).any(is_shown);
        let is_of_company = !rows.is_empty() && !declared.rebranded && !may_buy;
        let is_dispute =
            is_of_company && !declared.maker.id.is_unknown() && !is_shown(&declared.maker.id);
        if is_dispute && both.kind.is_surveillance() {
            let is_told = both.conflicts.iter().any(|c| c.kind == ConflictKind::DeclaredMaker);
            prop_assert!(is_told, "{shown:?} {words:?} {both:?}");
        }
    }

    /// Nothing a peer sends is too much.
    #[test]
    fn any_text_is_survived(kind in proptest::sample::select(SignalKind::ALL), text in ".{0,200}") {
        attributor().attribute(&[Signal::text(kind, text.as_str()), Signal::bytes(kind, text.as_bytes())]);
    }
}

/// The words of a register and the device's own protocol say different makers: both are told.
#[test]
fn a_register_that_the_device_contradicts_is_a_conflict() {
    use SignalKind as K;
    let register = [(K::RegisterMake, "Axis"), (K::RegisterModel, "AXIS P3245-LVE")];
    let words: Vec<Signal> =
        register.into_iter().map(|(kind, value)| Signal::text(kind, value)).collect();
    let declared = attributor().attribute(&words);
    assert_eq!(declared.maker.id.as_str(), "axis");
    let shown = Signal::text(K::DeviceProtocol, "dvrip/login");
    let both = attributor().attribute(&with(&words, &[shown]));
    assert_ne!(both.maker.id.as_str(), "axis");
    assert_ne!(both.level, Level::Confirmed);
    assert!(
        both.conflicts.iter().any(|conflict| conflict.kind == ConflictKind::DeclaredMaker
            && conflict.one == "declared: Axis"),
        "{:?}",
        both.conflicts
    );
}
