//! The rounds in which addresses are asked of which nothing is known.
//!
//! A block of addresses is gone through in one order, once for each question of the sweep: an address that answers one is
//! not asked the next here, and the packets to one address lie minutes apart.

use serde::{Deserialize, Serialize};

use crate::Order;
use crate::question::{Asked, QuestionId};

/// Addresses of one block: a round of them takes a minute at a thousand packets a second.
const BLOCK: u64 = 1 << 16;

/// Where the sweep stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The pass, from 0.
    pub pass: u32,
    /// The block, from 0.
    pub block: u64,
    /// The round within the block.
    pub round: usize,
    /// The place within the block.
    pub place: u64,
}

/// The next thing that the sweep would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Ask this target this question.
    Ask { index: u64, question: QuestionId },
    /// All rounds of a block are done: those of its targets that said nothing are silent.
    BlockDone { block: u64 },
    /// The pass is over.
    PassDone,
}

#[derive(Debug)]
pub(crate) struct Sweep {
    order: Order,
    questions: &'static [QuestionId],
    at: Progress,
}

impl Sweep {
    pub(crate) fn new(
        targets: u64,
        seed: u64,
        pass: u32,
        questions: &'static [QuestionId],
    ) -> Self {
        // Another order in each pass: what was asked while something else was busy is not so again.
        let order = Order::new(targets, seed.wrapping_add(u64::from(pass) << 32));
        Self { order, questions, at: Progress { pass, block: 0, round: 0, place: 0 } }
    }

    /// The same, from where another of its kind stood.
    pub(crate) fn from(self, at: Progress) -> Self {
        Self { at, ..self }
    }

    pub(crate) fn progress(&self) -> Progress {
        self.at
    }

    /// What comes next, without doing it.
    pub(crate) fn peek(&self) -> Step {
        let start = self.at.block * BLOCK;
        if start >= self.order.len() {
            return Step::PassDone;
        }
        let question = self.questions.get(self.at.round).copied();
        let index = self.order.at(start + self.at.place);
        match (question, index) {
            (Some(question), Some(index)) => Step::Ask { index, question },
            _ => Step::BlockDone { block: self.at.block },
        }
    }

    /// Goes on behind what [`Sweep::peek`] gave.
    pub(crate) fn advance(&mut self) {
        let start = self.at.block * BLOCK;
        let length = (self.order.len() - start.min(self.order.len())).min(BLOCK);
        if self.at.round >= self.questions.len() {
            self.at = Progress { block: self.at.block + 1, round: 0, place: 0, ..self.at };
        } else if self.at.place + 1 < length {
            self.at.place += 1;
        } else {
            self.at = Progress { round: self.at.round + 1, place: 0, ..self.at };
        }
    }

    /// The targets of a block.
    pub(crate) fn targets(&self, block: u64) -> impl Iterator<Item = u64> + '_ {
        let start = block * BLOCK;
        (start..(start + BLOCK).min(self.order.len())).filter_map(|place| self.order.at(place))
    }

    /// What the sweep has asked a target so far.
    pub(crate) fn asked(&self, index: u64) -> Asked {
        let mut asked = Asked::default();
        let Some(place) = self.order.position(index) else { return asked };
        let (block, place) = (place / BLOCK, place % BLOCK);
        let rounds = match block.cmp(&self.at.block) {
            std::cmp::Ordering::Less => self.questions.len(),
            std::cmp::Ordering::Greater => 0,
            std::cmp::Ordering::Equal => self.at.round + usize::from(place < self.at.place),
        };
        self.questions.iter().take(rounds).for_each(|question| asked.insert(*question));
        asked
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const QUESTIONS: &[QuestionId] = &[QuestionId(0), QuestionId(3), QuestionId(5)];

    #[test]
    fn every_target_is_asked_every_question_once() {
        for targets in [0, 1, 7, BLOCK, BLOCK + 3] {
            let mut sweep = Sweep::new(targets, 9, 0, QUESTIONS);
            let mut asked: BTreeMap<(u64, QuestionId), u32> = BTreeMap::new();
            let mut blocks = Vec::new();
            loop {
                match sweep.peek() {
                    Step::Ask { index, question } => {
                        assert!(!sweep.asked(index).contains(question));
                        *asked.entry((index, question)).or_default() += 1;
                        sweep.advance();
                        assert!(sweep.asked(index).contains(question));
                    }
                    Step::BlockDone { block } => {
                        blocks.push(block);
                        sweep.advance();
                    }
                    Step::PassDone => break,
                }
            }
            assert_eq!(u64::try_from(asked.len()).unwrap(), targets * 3);
            assert!(asked.values().all(|times| *times == 1));
            assert_eq!(u64::try_from(blocks.len()).unwrap(), targets.div_ceil(BLOCK));
            let all: usize = blocks.iter().map(|block| sweep.targets(*block).count()).sum();
            assert_eq!(u64::try_from(all).unwrap(), targets);
        }
    }
}
