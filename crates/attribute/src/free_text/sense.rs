//! Whether a device that a cell names is said to be there.

use super::vocabulary::{Cue, Link, Sort};
use super::{Sense, Taken, Word};
use crate::free_text::lex::Gap;

/// Words between a name and what is said of it; more words are another thought.
const REACH_WORDS: usize = 6;

/// Words between a verb and its object: `removed two old domes by Hikvision`.
const OBJECT_WORDS: usize = 4;

/// Words between a comparison and what is compared with.
const NEAR_WORDS: usize = 2;

/// What is said of each word that is a name or a model number; of any other word `Claimed`.
pub(super) fn senses(words: &[Word<'_, '_>]) -> Vec<Sense> {
    let mut senses = vec![Sense::Claimed; words.len()];
    for at in 0..words.len() {
        let Some(word) = words.get(at).filter(|word| word.is_anchor()) else { continue };
        // A model behind its brand is said the same of.
        let previous = words.get(..at).unwrap_or_default();
        let of_brand =
            is_behind_its_name(word, previous).and_then(|name| senses.get(name).copied());
        let sense = of_brand
            .or_else(|| before(words, &senses, at))
            .or_else(|| after(words, at))
            .unwrap_or(Sense::Claimed);
        if let Some(slot) = senses.get_mut(at) {
            *slot = sense;
        }
    }
    senses
}

/// The place of the name that a model number follows with nothing but words of the trade between.
fn is_behind_its_name(word: &Word<'_, '_>, previous: &[Word<'_, '_>]) -> Option<usize> {
    if word.is_name() || word.token.gap != Gap::Blank {
        return None;
    }
    for (at, other) in previous.iter().enumerate().rev() {
        match &other.taken {
            Taken::Name(_) | Taken::Between(_) => return Some(at),
            Taken::Known(Sort::Kind(_) | Sort::Nobody | Sort::Stem) | Taken::Joined => {}
            _ => return None,
        }
        if other.token.gap != Gap::Blank {
            return None;
        }
    }
    None
}

/// What the words before a name say of it.
fn before(words: &[Word<'_, '_>], senses: &[Sense], at: usize) -> Option<Sense> {
    let mut link = None;
    let mut is_bare = true;
    let mut gap = words.get(at)?.token.gap;
    let previous = words.get(..at)?.iter().enumerate().rev();
    for (distance, (position, word)) in previous.take(REACH_WORDS).enumerate() {
        let is_coordinate = matches!(gap, Gap::Blank | Gap::Stroke);
        if !is_coordinate {
            return None;
        }
        if word.is_anchor() {
            return beside(words, senses, position, at, link);
        }
        if gap == Gap::Stroke {
            return None;
        }
        match word.taken {
            Taken::Known(Sort::Link(this)) => link = Some(this),
            Taken::Known(Sort::Cue(cue)) => {
                let is_future = is_future(words, position);
                let is_object = distance <= OBJECT_WORDS && link.is_none();
                let sense = match cue {
                    Cue::Not if is_bare => Some(Sense::Denied),
                    Cue::Former | Cue::Gone if distance <= OBJECT_WORDS => Some(Sense::Former),
                    // `replaced with Axis`: Axis is there, or will be.
                    Cue::Replaced if link.is_some() && is_future => Some(Sense::Planned),
                    Cue::Replaced if link.is_some() => Some(Sense::Claimed),
                    Cue::Replace if link.is_some() => Some(Sense::Planned),
                    Cue::Replace if is_object => Some(Sense::Doubted),
                    Cue::Replaced | Cue::Removed if is_object && is_future => Some(Sense::Claimed),
                    Cue::Replaced if is_object => Some(Sense::Former),
                    Cue::Removed if is_object && has_name_before(words, position) => {
                        Some(Sense::Doubted)
                    }
                    Cue::Removed if is_object => Some(Sense::Former),
                    Cue::Like if distance <= NEAR_WORDS => Some(Sense::Likened),
                    Cue::Alike if distance <= NEAR_WORDS && is_sham(word) => Some(Sense::Likened),
                    Cue::Doubt if distance <= NEAR_WORDS && word.token.text != "?" => {
                        Some(Sense::Doubted)
                    }
                    Cue::Fitted => Some(Sense::Claimed),
                    _ => None,
                };
                if sense.is_some() {
                    return sense;
                }
                is_bare = false;
            }
            Taken::Known(Sort::Bare) | Taken::Joined => {}
            _ => is_bare = false,
        }
        gap = word.token.gap;
    }
    // `bracket for Axis`, where nothing was swapped for it.
    (link == Some(Link::For)).then_some(Sense::Likened)
}

/// What a name before says of the name at `at`: in one breath with it the same, behind a verb of replacement the opposite.
fn beside(
    words: &[Word<'_, '_>],
    senses: &[Sense],
    position: usize,
    at: usize,
    link: Option<Link>,
) -> Option<Sense> {
    let sense = senses.get(position).copied()?;
    let between = words.get(position + 1..at)?;
    let says_nothing = between.iter().all(|word| {
        matches!(
            word.taken,
            Taken::Known(Sort::Kind(_) | Sort::Nobody | Sort::Bare | Sort::Link(_)) | Taken::Joined
        )
    });
    match link {
        Some(Link::With | Link::For) if sense == Sense::Former => Some(Sense::Claimed),
        Some(Link::With) if sense == Sense::Doubted => Some(Sense::Planned),
        Some(Link::With | Link::For) => None,
        Some(Link::And | Link::Or) | None
            if says_nothing && !matches!(sense, Sense::Claimed | Sense::Doubted) =>
        {
            let is_joined =
                link.is_some() || words.get(at).is_some_and(|word| word.token.gap == Gap::Stroke);
            is_joined.then_some(sense)
        }
        _ => None,
    }
}

/// What the words behind a name say of it.
fn after(words: &[Word<'_, '_>], at: usize) -> Option<Sense> {
    let mut is_future = false;
    for (distance, word) in words.get(at + 1..)?.iter().take(REACH_WORDS).enumerate() {
        let cue = word.cue();
        let opens = matches!(word.token.gap, Gap::Soft | Gap::Open);
        let is_of_name = match word.token.gap {
            Gap::Blank => true,
            // `Hikvision, removed` and `Hikvision (removed)`: what follows begins with what is said.
            Gap::Soft | Gap::Open => cue.is_some_and(|cue| {
                !matches!(cue, Cue::Not | Cue::Former | Cue::Fitted | Cue::Like)
            }),
            Gap::Stroke | Gap::Hard => false,
        };
        // A model number behind a brand is the same device; another brand begins another.
        if !is_of_name || word.is_name() {
            return None;
        }
        if distance == 0 && is_manner(word) && is_last(words, at + 1) {
            return Some(Sense::Likened);
        }
        let Some(cue) = cue else { continue };
        let has_object = || has_object(words, at + 1 + distance);
        match cue {
            Cue::Future | Cue::Not => is_future = true,
            Cue::Replaced | Cue::Removed if is_future => return Some(Sense::Claimed),
            Cue::Replaced if has_object() => return None,
            Cue::Replaced | Cue::Removed | Cue::Gone => return Some(Sense::Former),
            Cue::Former if !has_object() && !opens => return Some(Sense::Former),
            Cue::Alike if distance <= OBJECT_WORDS => return Some(Sense::Likened),
            Cue::Without if distance <= NEAR_WORDS && is_last(words, at + 1 + distance) => {
                return Some(Sense::Denied);
            }
            Cue::Doubt if distance <= OBJECT_WORDS => return Some(Sense::Doubted),
            Cue::Replacement if distance <= NEAR_WORDS => return Some(Sense::Doubted),
            Cue::Former | Cue::Like | Cue::Fitted => return None,
            _ => {}
        }
    }
    None
}

/// Whether a word says of the name behind it that it is none of that maker's.
fn is_sham(word: &Word<'_, '_>) -> bool {
    matches!(&*word.token.folded, "dummy" | "fake" | "imitation" | "replica" | "attrappe")
}

/// Whether a word behind a name makes it a manner: `Axis-like`, `Axis type`.
fn is_manner(word: &Word<'_, '_>) -> bool {
    matches!(&*word.token.folded, "like" | "type" | "typ")
}

/// Whether nothing follows in the same breath but kinds of device: `Axis type dome`, and not `Axis type P3245` or
/// `Axis like the others`.
fn is_last(words: &[Word<'_, '_>], position: usize) -> bool {
    let rest = words.get(position + 1..).unwrap_or_default().iter();
    let mut breath = rest.take_while(|word| word.token.gap == Gap::Blank);
    breath.all(|word| matches!(word.taken, Taken::Known(Sort::Kind(_))))
}

/// Whether a name follows a verb at once: `Axis replaced Hikvision`.
fn has_object(words: &[Word<'_, '_>], verb: usize) -> bool {
    let rest = words.get(verb + 1..).unwrap_or_default().iter();
    for word in rest.take(OBJECT_WORDS) {
        if word.token.gap != Gap::Blank || word.link().is_some() {
            return false;
        }
        if word.is_anchor() {
            return true;
        }
    }
    false
}

/// Whether a name stands before a verb in the same breath.
fn has_name_before(words: &[Word<'_, '_>], verb: usize) -> bool {
    let Some(before) = words.get(..=verb) else { return false };
    for pair in before.windows(2).rev().take(OBJECT_WORDS) {
        let [one, other] = pair else { return false };
        if other.token.gap != Gap::Blank {
            return false;
        }
        if one.is_name() {
            return true;
        }
    }
    false
}

/// Whether a verb speaks of what has not happened: `to be replaced`, `not replaced`.
fn is_future(words: &[Word<'_, '_>], verb: usize) -> bool {
    let before = words.get(..verb).unwrap_or_default().iter().rev();
    before.take(NEAR_WORDS + 1).any(|word| matches!(word.cue(), Some(Cue::Future | Cue::Not)))
}
