//! The weights that are set, beside what the labelled collections say of them.
//!
//! A weight is a log-likelihood ratio: how much likelier a mark is to be seen on a device of the makers it speaks for
//! than on another's. Here that ratio is counted for every fingerprint, model grammar and table row that spoke, over the
//! collections in which it spoke. The collections are no sample of the world: a count shows what a weight contradicts, it
//! does not set it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use attribute::are_related;
use model::{EvidenceItem, MakerId};

use crate::figures::{number, wilson};
use crate::outcome::Outcome;

/// What one item of evidence says of the maker.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// The fingerprint, model grammar or table row.
    pub fingerprint: Box<str>,
    /// The makers it speaks for; one of them.
    pub makers: Vec<MakerId>,
    /// Its weight as set, in bits; 0 where a heavier item of its family said the same.
    pub weight_bits: f64,
}

/// The items that speak for makers.
pub(crate) fn spoken(evidence: &[EvidenceItem]) -> Vec<Spoken> {
    let read = |item: &EvidenceItem| {
        let makers: Vec<MakerId> = item
            .claim
            .strip_prefix("maker=")?
            .split('|')
            .filter_map(|id| id.parse().ok())
            .collect();
        (item.weight_bits >= 0.0 && !makers.is_empty()).then(|| Spoken {
            fingerprint: item.fingerprint.as_str().into(),
            makers,
            weight_bits: item.weight_bits,
        })
    };
    evidence.iter().filter_map(read).collect()
}

/// How one fingerprint's weight compares with what was counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The fingerprint, model grammar or table row.
    pub fingerprint: String,
    /// Whom it speaks for.
    pub makers: String,
    /// The heaviest weight that it had, in bits.
    pub set_bits: f64,
    /// Labelled cases of those makers in which it spoke.
    pub right: usize,
    /// Labelled cases of others in which it spoke.
    pub wrong: usize,
    /// The ratio that was counted, in bits.
    pub measured_bits: f64,
    /// The lower end of its 95 % interval; none where the mark never was on a device of those makers.
    pub low_bits: Option<f64>,
    /// The upper end; none where the mark never was on another's device.
    pub high_bits: Option<f64>,
}

impl Measured {
    /// Heavier than the collections bear out.
    pub fn is_too_heavy(&self) -> bool {
        self.high_bits.is_some_and(|high| self.set_bits > high)
    }

    /// Lighter than the collections would bear out.
    pub fn is_timid(&self) -> bool {
        self.low_bits.is_some_and(|low| self.set_bits < low)
    }
}

/// Counts over all cases whose label names a maker, by fingerprint and makers spoken for.
pub fn measured(outcomes: &[Outcome]) -> Vec<Measured> {
    let labelled: Vec<&Outcome> =
        outcomes.iter().filter(|outcome| !outcome.truth.makers.is_empty()).collect();
    let mut tallies: BTreeMap<(&str, &[MakerId]), Tally<'_>> = BTreeMap::new();
    for outcome in &labelled {
        // One case speaks once, however often the mark occurs in it.
        let mut heard: BTreeSet<(&str, &[MakerId])> = BTreeSet::new();
        for item in &outcome.spoken {
            let key = (&*item.fingerprint, &*item.makers);
            let tally = tallies.entry(key).or_default();
            tally.set_bits = tally.set_bits.max(item.weight_bits);
            if heard.insert(key) {
                tally.corpora.insert(&outcome.corpus);
                let count =
                    if is_of(outcome, &item.makers) { &mut tally.right } else { &mut tally.wrong };
                *count += 1;
            }
        }
    }
    let mut sizes: BTreeMap<&str, BTreeMap<&[MakerId], usize>> = BTreeMap::new();
    for outcome in &labelled {
        *sizes.entry(&outcome.corpus).or_default().entry(&outcome.truth.makers).or_default() += 1;
    }
    tallies
        .into_iter()
        .filter_map(|((name, makers), tally)| tally.measured(name, makers, &sizes))
        .collect()
}

fn is_of(outcome: &Outcome, makers: &[MakerId]) -> bool {
    makers.iter().any(|maker| outcome.truth.allows(maker))
        || are_any_related(&outcome.truth.makers, makers)
}

fn are_any_related(truth: &[MakerId], makers: &[MakerId]) -> bool {
    truth.iter().any(|one| makers.iter().any(|other| are_related(one, other)))
}

#[derive(Default)]
struct Tally<'o> {
    set_bits: f64,
    right: usize,
    wrong: usize,
    corpora: BTreeSet<&'o str>,
}

impl Tally<'_> {
    fn measured(
        &self,
        name: &str,
        makers: &[MakerId],
        sizes: &BTreeMap<&str, BTreeMap<&[MakerId], usize>>,
    ) -> Option<Measured> {
        let (mut of_makers, mut of_others) = (0, 0);
        for (truth, count) in self.corpora.iter().filter_map(|corpus| sizes.get(corpus)).flatten() {
            let is_theirs = are_any_related(truth, makers);
            *if is_theirs { &mut of_makers } else { &mut of_others } += count;
        }
        // Labels of one house are counted on the same side as the mark was.
        let (of_makers, of_others) = (of_makers.max(self.right), of_others.max(self.wrong));
        let (right_low, right_high) = wilson(self.right, of_makers)?;
        let (wrong_low, wrong_high) = wilson(self.wrong, of_others)?;
        let half = |part: usize, whole: usize| (number(part) + 0.5) / (number(whole) + 1.0);
        Some(Measured {
            fingerprint: name.to_owned(),
            makers: makers.iter().map(MakerId::as_str).collect::<Vec<_>>().join(" or "),
            set_bits: self.set_bits,
            right: self.right,
            wrong: self.wrong,
            measured_bits: (half(self.right, of_makers) / half(self.wrong, of_others)).log2(),
            low_bits: (self.right > 0).then(|| (right_low / wrong_high).log2()),
            high_bits: (self.wrong > 0).then(|| (right_high / wrong_low).log2()),
        })
    }
}

/// Fewer cases than this show nothing.
const CASES_MIN: usize = 20;

/// The page `docs/reference/weights.md`. It holds ids and counts alone.
pub fn weights_page(outcomes: &[Outcome], knowledge: &str, command: &str) -> String {
    let all = measured(outcomes);
    let tested: Vec<&Measured> =
        all.iter().filter(|one| one.right + one.wrong >= CASES_MIN).collect();
    let too_heavy: Vec<&Measured> = all.iter().filter(|one| one.is_too_heavy()).collect();
    let timid = tested.iter().filter(|one| one.is_timid()).count();
    let wrong: Vec<&Measured> = all.iter().filter(|one| one.wrong > 0).collect();
    let mut text = format!(
        "# Weights, set and counted\n\nWritten by `{command}`; not edited by hand. Knowledge base `{knowledge}`, custodiet {}.\n\n\
         A weight is set with the fingerprint, model grammar or table row that bears it, for a reason that stands there\n\
         ([how evidence is weighed](attribution.md)). This page counts, over the labelled cases, what the weight claims: how much\n\
         likelier the mark is on a device of the makers it speaks for than on another's, in bits, within the collections in which it\n\
         occurs (half a case added to each count; Wilson's intervals at 95 %). The collections are no sample of the world, so a\n\
         count contradicts a weight or does not; it never sets one.\n\n\
         {} marks spoke for a maker in a labelled case, {} of them in {CASES_MIN} cases or more. {} are set heavier than their interval\n\
         allows; {timid} of those {CASES_MIN} and more are set lighter than its lower end, which costs recall and accuses nobody.\n",
        env!("CARGO_PKG_VERSION"),
        all.len(),
        tested.len(),
        too_heavy.len(),
    );
    table(&mut text, "Set heavier than counted", &too_heavy);
    table(&mut text, "Every mark that spoke for a maker in a case of another", &wrong);
    text
}

fn table(text: &mut String, title: &str, rows: &[&Measured]) {
    let _ = write!(text, "\n## {title}\n\n");
    if rows.is_empty() {
        text.push_str("None.\n");
        return;
    }
    text.push_str("| mark | speaks for | set, bits | counted, bits | interval | cases of theirs | of others |\n|---|---|---|---|---|---|---|\n");
    let mut rows = rows.to_vec();
    rows.sort_by(|one, other| {
        other.wrong.cmp(&one.wrong).then_with(|| one.fingerprint.cmp(&other.fingerprint))
    });
    for one in rows {
        let end =
            |bits: Option<f64>| bits.map_or_else(|| "…".to_owned(), |bits| format!("{bits:.1}"));
        let _ = writeln!(
            text,
            "| `{}` | {} | {:.1} | {:.1} | {} to {} | {} | {} |",
            one.fingerprint,
            one.makers,
            one.set_bits,
            one.measured_bits,
            end(one.low_bits),
            end(one.high_bits),
            one.right,
            one.wrong
        );
    }
}

#[cfg(test)]
mod tests {
    use model::{DeviceKind, Level};

    use super::*;
    use crate::case::{TrueKind, Truth};

    fn outcome(truth: &str, marks: &[(&str, &str, f64)]) -> Outcome {
        let id = |text: &str| text.parse::<MakerId>().expect("an id");
        Outcome {
            corpus: "c".into(),
            id: "1".into(),
            truth: Truth { makers: vec![id(truth)], kind: TrueKind::NotSaid, brand: None },
            kinds: Vec::new(),
            kind: DeviceKind::Camera,
            answer: id("unknown"),
            probability: 0.0,
            level: Level::Unknown,
            families: 0,
            is_listed: false,
            because: Vec::new(),
            spoken: marks
                .iter()
                .map(|(name, maker, bits)| Spoken {
                    fingerprint: (*name).into(),
                    makers: vec![id(maker)],
                    weight_bits: *bits,
                })
                .collect(),
        }
    }

    fn counted(outcomes: &[Outcome], name: &str) -> Measured {
        measured(outcomes).into_iter().find(|one| one.fingerprint == name).expect("it spoke")
    }

    #[test]
    fn a_mark_that_is_seen_on_everybody_weighs_nothing() {
        let mut outcomes: Vec<Outcome> = Vec::new();
        for _ in 0..50 {
            outcomes.push(outcome("axis", &[("m", "axis", 12.0), ("good", "axis", 4.0)]));
            outcomes.push(outcome("sony", &[("m", "axis", 12.0)]));
        }
        let found = counted(&outcomes, "m");
        assert_eq!((found.right, found.wrong), (50, 50));
        assert!(found.measured_bits.abs() < 0.01 && found.is_too_heavy(), "{found:?}");
        let good = counted(&outcomes, "good");
        assert!(!good.is_too_heavy() && good.high_bits.is_none(), "{good:?}");
        assert!((good.measured_bits - 6.6).abs() < 0.1, "{good:?}");
        let page = weights_page(&outcomes, "k", "x");
        assert!(page.contains("| `m` | axis | 12.0 | 0.0 |") && !page.contains("`good`"), "{page}");
    }

    #[test]
    fn a_case_speaks_once_and_companies_of_one_house_are_right() {
        let twice = [("m", "dahua", 3.0), ("m", "dahua", 0.0)];
        let outcomes = [outcome("imou", &twice), outcome("sony", &[])];
        let found = counted(&outcomes, "m");
        assert_eq!((found.right, found.wrong), (1, 0));
        assert!((found.set_bits - 3.0).abs() < 1e-9);
    }
}
