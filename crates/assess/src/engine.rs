//! The policy engine, and nothing else: the only module that knows it.
//!
//! Two engines run the same rules. The byte-code machine judges; the interpreter runs the rules' own tests
//! and is the machine's oracle.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use model::Answer;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::program::Program;
use regorus::rvm::vm::RegoVM;
use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value};

use crate::embedded::{PolicyFile, RULE_TESTS, RULES};
use crate::{Card, JudgeError};

/// All cards together take a few thousand instructions; rules that need this many do not end.
const INSTRUCTIONS_MAX: usize = 200_000;
/// All cards together take well under a millisecond; the rest is for a machine that swaps or sleeps.
const TIME_MAX: Duration = Duration::from_secs(10);
/// How often the clock is read: often enough for [`TIME_MAX`], too rarely to cost anything.
const TIMER_INTERVAL: NonZeroU32 = NonZeroU32::MIN.saturating_add(1023);

/// Facts in the form that engines take.
#[derive(Debug, Clone)]
pub(crate) struct Input(Value);

impl Input {
    /// The facts as rules see them under `input`.
    pub(crate) fn new(facts: &impl serde::Serialize) -> Result<Self, String> {
        serde_json::to_value(facts).map(|json| Self(json.into())).map_err(|error| error.to_string())
    }
}

/// What a rule says, before the card's own words join it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) answer: Answer,
    pub(crate) because: Vec<String>,
}

/// Evaluates the rules of cards.
pub(crate) trait Rules {
    /// What the rule of each card says about facts, by card id.
    fn evaluate(&mut self, input: &Input) -> Result<Outcomes, String>;
}

/// What the rules of the chosen cards say about one set of facts.
pub(crate) struct Outcomes(Value);

impl Outcomes {
    /// What the rule of one card says.
    pub(crate) fn of(&self, card: &Card) -> Result<Outcome, String> {
        let verdicts = self.0.as_object().map_err(|error| error.to_string())?;
        let verdict = verdicts
            .get(&Value::from(card.id.as_str()))
            // The machine keeps the key of an undefined value.
            .filter(|verdict| **verdict != Value::Undefined)
            .ok_or_else(|| format!("no branch of {}.rego fits the facts", card.module()))?;
        outcome(verdict)
    }
}

/// The rule that asks all cards at once, so that what they share is computed once.
const ENTRY_POINT: &str = "data.entry.verdicts";

/// The module of [`ENTRY_POINT`].
fn entry_module(cards: &[&Card]) -> String {
    let mut module = "package entry\n\nimport rego.v1\n".to_owned();
    for card in cards {
        module += &format!(
            "\nverdicts[card] := verdict if {{\n\tcard := \"{}\"\n\tverdict := data.cards.{}.verdict\n}}\n",
            card.id,
            card.module()
        );
    }
    module
}

fn outcome(value: &Value) -> Result<Outcome, String> {
    let field = |name: &str| {
        let fields =
            value.as_object().map_err(|_| format!("the rule has no verdict but {value}"))?;
        fields.get(&Value::from(name)).ok_or_else(|| format!("the verdict has no `{name}`"))
    };
    let text = |value: &Value| {
        value.as_string().map(|text| text.to_string()).map_err(|error| error.to_string())
    };
    let answer = text(field("answer")?)?;
    let because = field("because")?.as_array().map_err(|error| error.to_string())?;
    Ok(Outcome {
        answer: Answer::ALL
            .into_iter()
            .find(|known| known.as_str() == answer)
            .ok_or_else(|| format!("`{answer}` is no answer"))?,
        because: because.iter().map(text).collect::<Result<_, _>>()?,
    })
}

fn load(files: &[PolicyFile]) -> Result<Engine, String> {
    let mut engine = Engine::new();
    for (name, text) in files {
        engine
            .add_policy(format!("policies/{name}"), (*text).to_owned())
            .map_err(|error| format!("{error:#}"))?;
    }
    Ok(engine)
}

// --- the byte-code machine ------------------------------------------------------------------------------

/// Byte code by the cards it asks: compiled once for each choice, shared by all machines.
fn program(cards: &[&Card]) -> Result<Arc<Program>, String> {
    static PROGRAMS: Mutex<BTreeMap<String, Arc<Program>>> = Mutex::new(BTreeMap::new());
    let module = entry_module(cards);
    let mut programs = PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(program) = programs.get(&module) {
        return Ok(Arc::clone(program));
    }
    let program = compile(RULES, &module)?;
    programs.insert(module, Arc::clone(&program));
    Ok(program)
}

fn load_with_entry(rules: &[PolicyFile], module: &str) -> Result<Engine, String> {
    let mut engine = load(rules)?;
    engine
        .add_policy("the chosen cards".to_owned(), module.to_owned())
        .map_err(|error| format!("{error:#}"))?;
    Ok(engine)
}

fn compile(rules: &[PolicyFile], module: &str) -> Result<Arc<Program>, String> {
    let policy = load_with_entry(rules, module)?
        .compile_with_entrypoint(&ENTRY_POINT.into())
        .map_err(|error| format!("{error:#}"))?;
    Compiler::compile_from_policy(&policy, &[ENTRY_POINT]).map_err(|error| error.to_string())
}

/// Runs byte code under limits. Cheap to make: the program is shared.
pub(crate) struct Machine(RegoVM);

impl Machine {
    pub(crate) fn new(cards: &[&Card]) -> Result<Self, String> {
        program(cards).map(Self::of)
    }

    fn of(program: Arc<Program>) -> Self {
        let mut machine = RegoVM::new();
        machine.load_program(program);
        machine.set_max_instructions(INSTRUCTIONS_MAX);
        machine.set_execution_timer_config(Some(ExecutionTimerConfig {
            limit: TIME_MAX,
            check_interval: TIMER_INTERVAL,
        }));
        Self(machine)
    }
}

impl Rules for Machine {
    fn evaluate(&mut self, input: &Input) -> Result<Outcomes, String> {
        self.0.set_input(input.0.clone());
        self.0.execute().map(Outcomes).map_err(|error| error.to_string())
    }
}

// --- the interpreter ------------------------------------------------------------------------------------

/// Interprets the same rules: the oracle of [`Machine`].
#[cfg(test)]
pub(crate) struct Interpreter(Engine);

#[cfg(test)]
impl Interpreter {
    pub(crate) fn new(cards: &[&Card]) -> Result<Self, String> {
        load_with_entry(RULES, &entry_module(cards)).map(Self)
    }
}

#[cfg(test)]
impl Rules for Interpreter {
    fn evaluate(&mut self, input: &Input) -> Result<Outcomes, String> {
        self.0.set_input(input.0.clone());
        let value =
            self.0.eval_rule(ENTRY_POINT.to_owned()).map_err(|error| format!("{error:#}"))?;
        Ok(Outcomes(value))
    }
}

/// Outcome of the Rego tests in `policies/`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyTestReport {
    /// Tests that hold, as `data.<module>.<test>`.
    pub passed: Vec<String>,
    /// Tests that do not, with what they gave instead of `true`.
    pub failed: Vec<String>,
}

/// Runs every `test_…` rule of `policies/`.
///
/// # Errors
/// [`JudgeError`] when a module does not compile.
pub fn run_policy_tests() -> Result<PolicyTestReport, JudgeError> {
    run_tests(RULES, RULE_TESTS)
}

fn run_tests(rules: &[PolicyFile], tests: &[PolicyFile]) -> Result<PolicyTestReport, JudgeError> {
    let failure = |(name, _): &PolicyFile, problem: String| JudgeError::Test {
        file: format!("policies/{name}"),
        problem,
    };
    let mut engine = load(rules).map_err(|problem| JudgeError::Rules { problem })?;
    for file in tests {
        engine
            .add_policy(format!("policies/{}", file.0), file.1.to_owned())
            .map_err(|error| failure(file, format!("{error:#}")))?;
    }
    let mut report = PolicyTestReport::default();
    for file in tests {
        for test in test_rules(file.1) {
            match engine.eval_rule(test.clone()) {
                Ok(Value::Bool(true)) => report.passed.push(test),
                Ok(Value::Undefined) => report.failed.push(format!("{test}: undefined")),
                Ok(other) => report.failed.push(format!("{test}: {other}")),
                Err(error) => return Err(failure(file, format!("{test}: {error:#}"))),
            }
        }
    }
    Ok(report)
}

/// Paths of the rules of a module whose names begin with `test_`: its heads stand at the start of lines.
fn test_rules(module: &str) -> Vec<String> {
    let package =
        module.lines().find_map(|line| line.strip_prefix("package ")).unwrap_or_default().trim();
    let mut rules: Vec<String> = module
        .lines()
        .filter(|line| line.starts_with("test_"))
        .map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(line))
        .map(|name| format!("data.{package}.{name}"))
        .collect();
    rules.dedup();
    rules
}

/// The days that rules compare with, as `YYYY-MM-DD`: every text in a rule that looks like one.
///
/// Between two of them no rule can tell one day from another, see [`crate::Judge`].
pub(crate) fn turning_days() -> &'static [model::Date] {
    static DAYS: OnceLock<Vec<model::Date>> = OnceLock::new();
    DAYS.get_or_init(|| {
        let mut days: Vec<model::Date> = RULES
            .iter()
            .flat_map(|(_, text)| text.split('"'))
            .filter(|text| text.len() == 10)
            .filter_map(|text| text.parse().ok())
            .collect();
        days.sort_unstable();
        days.dedup();
        days
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rego_test_holds() {
        let report = run_policy_tests().unwrap();
        assert_eq!(report.failed, Vec::<String>::new());
        assert!(report.passed.len() > 100, "only {} tests were found", report.passed.len());
    }

    #[test]
    fn a_failing_rego_test_is_told_with_what_it_gave() {
        let tests: &[PolicyFile] = &[(
            "rego/x_test.rego",
            "package x_test\nimport rego.v1\ntest_no if { 1 == 2 }\ntest_two := 2\ntest_yes if { 1 == 1 }\n",
        )];
        let report = run_tests(RULES, tests).unwrap();
        assert_eq!(report.passed, ["data.x_test.test_yes"]);
        assert_eq!(report.failed, ["data.x_test.test_no: undefined", "data.x_test.test_two: 2"]);
    }

    #[test]
    fn a_rule_that_does_not_compile_is_named() {
        let rules: &[PolicyFile] = &[("rego/x.rego", "package x\nverdict := \n")];
        assert!(compile(rules, &entry_module(&[])).unwrap_err().contains("policies/rego/x.rego"));
    }

    #[test]
    fn rules_that_do_not_end_are_stopped() {
        let rules: &[PolicyFile] = &[(
            "rego/x.rego",
            "package x\nimport rego.v1\ndigits := [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n\
             all := [1 | some a in digits; some b in digits; some c in digits; some d in digits; \
             some e in digits]\n",
        )];
        let module = "package entry\nimport rego.v1\nverdicts := count(data.x.all)\n";
        let mut machine = Machine::of(compile(rules, module).unwrap());
        let problem = machine.evaluate(&Input::new(&()).unwrap()).err().unwrap();
        assert!(problem.to_lowercase().contains("instruction"), "{problem}");
    }

    #[test]
    fn a_ladder_without_an_answer_is_told() {
        let card = &crate::cards()[0];
        let rules: &[PolicyFile] = &[(
            "rego/x.rego",
            "package cards.uk_386_a\nimport rego.v1\nverdict := 1 if input.no\n",
        )];
        let program = compile(rules, &entry_module(&[card])).unwrap();
        let outcomes = Machine::of(program).evaluate(&Input::new(&()).unwrap()).unwrap();
        assert_eq!(outcomes.of(card).unwrap_err(), "no branch of uk_386_a.rego fits the facts");
    }

    #[test]
    fn a_machine_may_move_to_another_thread() {
        fn moves<T: Send>() {}
        moves::<Machine>();
        moves::<crate::Judge>();
    }

    #[test]
    fn the_turning_days_are_those_of_the_rules() {
        let days: Vec<String> = turning_days().iter().map(ToString::to_string).collect();
        assert_eq!(days, ["2019-08-13", "2022-11-24", "2023-12-21", "2025-04-30", "2026-01-26"]);
    }
}
