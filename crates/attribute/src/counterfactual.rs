//! What one more observation would settle, and how to get it.
//!
//! For each question that a device has not answered yet, and each maker that the evidence leaves open, the likeliest
//! answer is supposed: the heaviest entry of the knowledge base for that maker among the kinds of signals that the
//! question yields. It is weighed with what is known as other evidence is: families that were heard already do not add
//! up, registers are no more than words. Only that a brand shown makes a model number heavier is left out, so that the
//! label promises less than it may hold. What the maker's level and probability would then be says what the question
//! teaches.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use knowledge::{Fingerprint, Knowledge};
use model::{DeviceKind, Level, MakerId, SignalKind};
use serde::Serialize;

use crate::priors::MakerPriors;
use crate::question::{QUESTIONS, Question};
use crate::reading::{Reader, prefix_id};
use crate::reason::Reason;

/// Questions that are told; a person does one of them, not twelve.
pub(crate) const NEXT_MAX: usize = 3;
/// Makers told of a question.
const OUTCOMES_MAX: usize = 4;
/// A question that teaches less than this, of one for everything, is not worth its packets.
const TEACHES_MIN: f64 = 0.005;
/// A level or a probability that would be so little higher is no news.
const NEWS_MIN: f64 = 0.01;
/// A body that shows so much is a maker's interface answering, not a page.
const INTERFACE_RANK_MAX: u8 = 3;
/// An answer of less weight names nobody.
const TELLING_BITS_MIN: f64 = 3.0;

/// A question worth asking next.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Next {
    /// What to ask, where, and how to get the answer.
    #[serde(flatten)]
    pub question: &'static Question,
    /// What would be known then, if this maker built it and its device gave the likeliest answer; the makers for whom it
    /// teaches most first.
    #[serde(rename = "if")]
    pub outcomes: Vec<Outcome>,
    /// For how many of the makers left open the answer would make the maker probable at least.
    pub settles: usize,
    /// How many makers the evidence leaves open.
    pub open: usize,
}

/// What the answer would bring, in a sentence.
impl fmt::Display for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { question: _, outcomes, settles, open } = self;
        for (at, outcome) in outcomes.iter().enumerate() {
            write!(f, "{}{outcome}", if at == 0 { "" } else { "; " })?;
        }
        let others = open.saturating_sub(outcomes.len());
        match (*open, others) {
            (_, 0) => f.write_str("."),
            _ => write!(f, ". Of {open} makers left open it would settle {settles}."),
        }
    }
}

/// What an answer would bring.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// If this maker built it.
    pub maker: MakerId,
    /// Its name.
    pub name: String,
    /// How far it would be established.
    pub level: Level,
    /// With this probability.
    pub probability: f64,
    /// On so many independent items of ranks 1 to 3; `confirmed` asks for two.
    pub strong: usize,
    /// The entry of the knowledge base that the answer is supposed to fit.
    pub by: String,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { maker: _, name, level, probability, strong, by: _ } = self;
        let percent = probability * 100.0;
        write!(f, "if it is {name}: {} ({percent:.2}%", level.as_str())?;
        match (level, strong) {
            (Level::Probable, 1) => {
                f.write_str("; one of two strong items that `confirmed` needs)")
            }
            _ => f.write_str(")"),
        }
    }
}

/// How far a maker is established.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Standing {
    pub(crate) level: Level,
    pub(crate) probability: f64,
    /// Independent items of ranks 1 to 3 that speak for it.
    pub(crate) strong: usize,
}

impl Standing {
    pub(crate) const NOTHING: Self = Self { level: Level::Unknown, probability: 0.0, strong: 0 };

    /// What it is worth to know so much, from nothing to one. The steps are judgement: a level is what rules ask for,
    /// so that reaching one counts more than a better probability, and the first of two strong items is half the way
    /// from `probable` to `confirmed`.
    fn worth(self) -> f64 {
        let step = match self.level {
            Level::Confirmed => 0.8,
            Level::Probable if self.strong > 0 => 0.7,
            Level::Probable => 0.6,
            Level::Possible => 0.3,
            Level::Conflicting => 0.1,
            Level::Unknown => 0.0,
        };
        step + 0.2 * self.probability
    }

    const fn is_settled(self) -> bool {
        matches!(self.level, Level::Confirmed | Level::Probable)
    }
}

/// A maker that the evidence leaves open.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) maker: MakerId,
    /// How far it is established today.
    pub(crate) today: Standing,
    /// Its share among those left open.
    pub(crate) share: f64,
}

/// The likeliest answer of one maker's device.
#[derive(Debug)]
pub(crate) struct Supposed {
    pub(crate) reasons: Vec<Reason>,
    by: String,
    /// The weight for this maker, less where the same answer is others' as well.
    bits: f64,
}

/// The likeliest answers to every question.
#[derive(Debug)]
pub(crate) struct Answers {
    /// In the order of [`QUESTIONS`].
    by_question: Vec<BTreeMap<MakerId, Supposed>>,
    /// What each question teaches of a camera whose maker nobody knows anything of.
    blank: Vec<Next>,
}

impl Answers {
    /// `judge` says how far a maker would be established for a camera of which nothing but these reasons is known.
    pub(crate) fn new(
        reader: Reader<'_>,
        priors: &MakerPriors,
        judge: impl Fn(&MakerId, &[Reason]) -> Standing,
    ) -> Self {
        let by_question: Vec<BTreeMap<MakerId, Supposed>> =
            QUESTIONS.iter().map(|question| answers_to(question, reader)).collect();
        let makers: BTreeSet<&MakerId> = by_question.iter().flat_map(BTreeMap::keys).collect();
        let total: f64 = makers.iter().map(|maker| priors.of(maker)).sum();
        let open: Vec<Candidate> = makers
            .into_iter()
            .map(|maker| Candidate {
                maker: maker.clone(),
                today: Standing::NOTHING,
                share: priors.of(maker) / total,
            })
            .collect();
        let all = Self { by_question, blank: Vec::new() };
        let blank = all.ranked(
            reader.knowledge,
            &open,
            |_| true,
            |maker, supposed| judge(maker, &supposed.reasons),
        );
        Self { blank, ..all }
    }

    /// For a camera of whose maker nothing is known.
    pub(crate) fn blank(&self, is_open: impl Fn(&Question) -> bool) -> Vec<Next> {
        let open = self.blank.iter().filter(|next| is_open(next.question));
        open.take(NEXT_MAX).cloned().collect()
    }

    /// The questions that `is_open`, the one that teaches most for its cost first. `judge` says how far a maker would be
    /// established with this answer.
    pub(crate) fn ranked(
        &self,
        knowledge: &Knowledge,
        candidates: &[Candidate],
        is_open: impl Fn(&Question) -> bool,
        judge: impl Fn(&MakerId, &Supposed) -> Standing,
    ) -> Vec<Next> {
        let mut ranked: Vec<(f64, Next)> = Vec::new();
        for (question, answers) in QUESTIONS.iter().zip(&self.by_question) {
            if !is_open(question) {
                continue;
            }
            let mut teaches = 0.0;
            let mut outcomes: Vec<(f64, Outcome)> = Vec::new();
            let mut settles = 0;
            for candidate in candidates {
                let Some(supposed) = answers.get(&candidate.maker) else { continue };
                let then = judge(&candidate.maker, supposed);
                let news = then.worth() - candidate.today.worth();
                if news < NEWS_MIN {
                    continue;
                }
                teaches += candidate.share * news;
                settles += usize::from(then.is_settled());
                outcomes
                    .push((candidate.share * news, outcome(knowledge, candidate, supposed, then)));
            }
            if teaches >= TEACHES_MIN {
                outcomes.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.maker.cmp(&b.1.maker)));
                outcomes.truncate(OUTCOMES_MAX);
                let outcomes = outcomes.into_iter().map(|(_, outcome)| outcome).collect();
                let next = Next { question, outcomes, settles, open: candidates.len() };
                ranked.push((teaches / question.cost(), next));
            }
        }
        // Of equals the one that stands first in the catalogue.
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranked.into_iter().map(|(_, next)| next).collect()
    }
}

fn outcome(
    knowledge: &Knowledge,
    candidate: &Candidate,
    supposed: &Supposed,
    then: Standing,
) -> Outcome {
    let id = &candidate.maker;
    let name = knowledge.maker(id).map_or(id.as_str(), |maker| &maker.short_name);
    Outcome {
        maker: id.clone(),
        name: name.to_owned(),
        level: then.level,
        probability: then.probability,
        strong: then.strong,
        by: supposed.by.clone(),
    }
}

/// The likeliest answer of each maker's devices to one question.
fn answers_to(question: &Question, reader: Reader<'_>) -> BTreeMap<MakerId, Supposed> {
    let mut answers: BTreeMap<MakerId, Supposed> = BTreeMap::new();
    let is_label = question.kinds.contains(&SignalKind::RegisterSerial);
    for fingerprint in reader.knowledge.fingerprints() {
        if is_label && fingerprint.kind == SignalKind::DeviceSerial {
            take(&mut answers, &fingerprint.id, reader.supposed(fingerprint, true));
        } else if yields(question, fingerprint) {
            take(&mut answers, &fingerprint.id, reader.supposed(fingerprint, false));
        }
    }
    if is_label {
        for pattern in reader.knowledge.model_patterns() {
            take(&mut answers, &pattern.id, reader.supposed_model(pattern));
        }
    }
    if question.kinds.contains(&SignalKind::Mac) {
        for prefix in reader.knowledge.prefixes() {
            take(&mut answers, &prefix_id(prefix), reader.supposed_address(prefix));
        }
    }
    answers
}

/// Whether the answer holds what this fingerprint reads.
fn yields(question: &Question, fingerprint: &Fingerprint) -> bool {
    match fingerprint.kind {
        SignalKind::DeviceProtocol => {
            fingerprint.examples.iter().any(|(input, _)| question.is_message(input))
        }
        // What an interface answers is not what stands at `/`.
        SignalKind::HttpBody => {
            let is_interface = fingerprint.rank <= INTERFACE_RANK_MAX;
            let asked = if is_interface { SignalKind::HttpPath } else { SignalKind::HttpBody };
            question.kinds.contains(&asked)
        }
        kind => question.kinds.contains(&kind) || question.values.contains(&kind),
    }
}

/// Keeps the answer for the makers it speaks for more than what was known so far.
fn take(answers: &mut BTreeMap<MakerId, Supposed>, by: &str, reasons: Vec<Reason>) {
    let mut gains: BTreeMap<&MakerId, f64> = BTreeMap::new();
    for reason in &reasons {
        let named = reason.makers();
        // What is one of several makers' is a smaller step for each.
        let shared = u8::try_from(named.len()).map_or(0.0, |count| f64::from(count.max(1)).log2());
        for maker in named {
            let gain = gains.entry(maker).or_insert(0.0);
            *gain = gain.max(reason.weight_bits - shared);
        }
    }
    for (maker, bits) in gains {
        let is_more = answers.get(maker).is_none_or(|known| known.bits < bits);
        if bits >= TELLING_BITS_MIN && is_more {
            let supposed = Supposed { reasons: reasons.clone(), by: by.to_owned(), bits };
            answers.insert(maker.clone(), supposed);
        }
    }
}

/// Whether another answer can teach anything: who made a camera, or what may be one. What was found to be something else is
/// let alone, and so is what is confirmed and undisputed.
pub(crate) fn is_unsettled(kind: DeviceKind, level: Level, is_disputed: bool) -> bool {
    let may_be_camera = kind.is_surveillance() || kind == DeviceKind::Unknown;
    may_be_camera && (level != Level::Confirmed || is_disputed)
}
