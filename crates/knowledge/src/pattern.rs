//! What a pattern costs, told before it is compiled.
//!
//! A pattern of twenty characters may stand for a program of a thousand million states
//! (`((a{1000}){1000}){1000}`). The `regex` crate gives up on such a one, but late: many of them would still
//! take minutes. The cost here is an estimate from the pattern's own text, made in one walk over it.

use regex_syntax::ast::{Ast, ClassSet, ClassSetItem, RepetitionKind, RepetitionRange, parse};

use crate::matcher::PATTERN_DEPTH_MAX;

/// A pattern longer than this is several patterns.
const PATTERN_CHARS_MAX: usize = 2_000;

/// No pattern may cost more. One that does takes the `regex` crate a quarter of a second, and megabytes.
const PATTERN_COST_MAX: u64 = 60_000;

/// All patterns of a knowledge base together: some seconds at worst.
const PATTERNS_COST_MAX: u64 = 3_000_000;

/// Costs of patterns times the bytes of their examples: how many steps the slowest engine would take to try them.
const EXAMPLES_COST_MAX: u64 = 1_000_000_000;

/// What every pattern costs, however short.
const COST_BASE: u64 = 100;

/// A class that is written out from the tables of Unicode, such as `\p{L}`.
const COST_TABLE: u64 = 1_000;

/// A letter, a digit or what is none, in all scripts.
const COST_WIDE_CLASS: u64 = 500;

/// A class of a few characters, of all but a few, or "any character".
const COST_CLASS: u64 = 8;

/// The cost of a pattern, or why it is no pattern that may be used.
pub(crate) fn cost(pattern: &str) -> Result<u64, String> {
    if pattern.chars().count() > PATTERN_CHARS_MAX {
        return Err(format!("the pattern is longer than {PATTERN_CHARS_MAX} characters"));
    }
    let ast = parse::ParserBuilder::new().nest_limit(PATTERN_DEPTH_MAX).build().parse(pattern);
    let ast = ast.map_err(|error| format!("the pattern does not compile: {}", error.kind()))?;
    let cost = of(&ast).saturating_add(COST_BASE);
    if cost > PATTERN_COST_MAX {
        return Err(format!(
            "the pattern is too large: it costs {cost} steps where {PATTERN_COST_MAX} are allowed; repeat less (`{{n,m}}`), or name fewer characters"
        ));
    }
    Ok(cost)
}

/// What it takes to compile patterns and to try them on their examples.
#[derive(Debug, Default)]
pub(crate) struct Work {
    patterns: u64,
    examples: u64,
}

impl Work {
    /// Adds a pattern with so many bytes of examples; says when that is too much.
    pub(crate) fn add(&mut self, cost: u64, example_bytes: usize) -> Result<(), String> {
        let bytes = u64::try_from(example_bytes).unwrap_or(u64::MAX);
        self.patterns = self.patterns.saturating_add(cost);
        self.examples = self.examples.saturating_add(cost.saturating_mul(bytes));
        if self.patterns > PATTERNS_COST_MAX {
            return Err(format!(
                "the patterns up to here cost more than {PATTERNS_COST_MAX} steps together: too many, or too large"
            ));
        }
        if self.examples > EXAMPLES_COST_MAX {
            return Err(format!(
                "the examples up to here cost more than {EXAMPLES_COST_MAX} steps together: too many, or too long"
            ));
        }
        Ok(())
    }

    pub(crate) const fn is_too_much(&self) -> bool {
        self.patterns > PATTERNS_COST_MAX || self.examples > EXAMPLES_COST_MAX
    }
}

fn of(ast: &Ast) -> u64 {
    match ast {
        Ast::Empty(_) | Ast::Flags(_) => 0,
        Ast::Literal(_) | Ast::Assertion(_) => 1,
        Ast::Dot(_) => COST_CLASS,
        Ast::ClassUnicode(_) => COST_TABLE,
        Ast::ClassPerl(class) => of_perl(class),
        Ast::ClassBracketed(class) => COST_CLASS.saturating_add(of_set(&class.kind)),
        Ast::Repetition(repetition) => {
            of(&repetition.ast).saturating_mul(times(&repetition.op.kind))
        }
        Ast::Group(group) => of(&group.ast).saturating_add(2),
        Ast::Alternation(alternation) => sum(&alternation.asts),
        Ast::Concat(concat) => sum(&concat.asts),
    }
}

fn sum(parts: &[Ast]) -> u64 {
    parts.iter().map(of).fold(0, |sum, part| sum.saturating_add(part).saturating_add(1))
}

/// How many copies of the repeated part the program holds.
fn times(kind: &RepetitionKind) -> u64 {
    match kind {
        RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore | RepetitionKind::OneOrMore => 1,
        RepetitionKind::Range(
            RepetitionRange::Exactly(most)
            | RepetitionRange::AtLeast(most)
            | RepetitionRange::Bounded(_, most),
        ) => u64::from(*most).max(1),
    }
}

fn of_perl(class: &regex_syntax::ast::ClassPerl) -> u64 {
    use regex_syntax::ast::ClassPerlKind as Kind;
    match class.kind {
        Kind::Space => COST_CLASS,
        Kind::Digit => COST_WIDE_CLASS / 5,
        Kind::Word => COST_WIDE_CLASS,
    }
}

fn of_set(set: &ClassSet) -> u64 {
    match set {
        ClassSet::Item(item) => of_item(item),
        ClassSet::BinaryOp(op) => {
            COST_WIDE_CLASS.saturating_add(of_set(&op.lhs)).saturating_add(of_set(&op.rhs))
        }
    }
}

fn of_item(item: &ClassSetItem) -> u64 {
    match item {
        ClassSetItem::Empty(_) => 0,
        ClassSetItem::Literal(_) | ClassSetItem::Range(_) | ClassSetItem::Ascii(_) => 1,
        ClassSetItem::Unicode(_) => COST_TABLE,
        ClassSetItem::Perl(class) => of_perl(class),
        ClassSetItem::Bracketed(class) => COST_WIDE_CLASS.saturating_add(of_set(&class.kind)),
        ClassSetItem::Union(union) => union.items.iter().map(of_item).fold(0, u64::saturating_add),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_cheap_and_what_explodes_is_refused() {
        for pattern in ["^ExampleDome RTSP/(?<firmware>[0-9.]+)$", "(?i)a|b|c", r"^(?s:.){0,400}x"]
        {
            assert!(cost(pattern).is_ok(), "{pattern}: {:?}", cost(pattern));
        }
        for (pattern, why) in [
            ("((a{1000}){1000}){1000}", "too large"),
            (r"(?:\w{1,900}){9}", "too large"),
            ("(((((((((a{99}){99}){99}){99}){99}){99}){99}){99}){99})", "too large"),
            ("a(", "unclosed group"),
            ("(?=a)", "look-around"),
            (&"(".repeat(99), "does not compile"),
            (&"a".repeat(2_001), "longer than"),
        ] {
            let problem = cost(pattern).unwrap_err();
            assert!(problem.contains(why), "{pattern}: {problem}");
        }
    }

    #[test]
    fn what_is_built_in_is_far_below_the_limits() {
        let knowledge = crate::Knowledge::embedded();
        let mut work = Work::default();
        let mut costs = Vec::new();
        for f in knowledge.fingerprints() {
            let inputs =
                f.examples.iter().map(|(i, _)| i).chain(f.non_examples.iter().map(|(i, _)| i));
            costs.push(cost(&f.pattern).unwrap());
            work.add(*costs.last().unwrap(), inputs.map(|input| input.len()).sum()).unwrap();
        }
        costs.extend(knowledge.model_patterns().iter().map(|model| cost(&model.pattern).unwrap()));
        assert!(work.examples * 5 <= EXAMPLES_COST_MAX, "{work:?}");
        let (most, all) = (costs.iter().max().unwrap(), costs.iter().sum::<u64>());
        assert!(most * 2 <= PATTERN_COST_MAX, "{most}");
        assert!(all * 5 <= PATTERNS_COST_MAX, "{all}");
    }
}
