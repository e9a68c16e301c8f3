//! `custodiet evaluate`: how often the attribution is right, over labelled evidence.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use ::evaluate::{
    CorpusError, Evaluation, Mark, Outcome, diagram, document, fit, table, weights_page,
};
use serde::Serialize;

use super::shared::{self, Drafts};
use crate::args::{EvaluateArguments, EvaluateFormat};
use crate::exit::{Exit, Failure};
use crate::place;
use crate::say::say;

/// The pages and the picture that `--report` writes.
const PAGE: &str = "accuracy.md";
const PICTURE: &str = "accuracy.svg";
const WEIGHTS: &str = "weights.md";
/// What the pages say they were written by.
const COMMAND: &str = "custodiet evaluate --report docs/reference CORPUS…";

pub(crate) fn run(arguments: &EvaluateArguments) -> Result<Exit, Failure> {
    let knowledge = place::knowledge()?;
    let priors = shared::priors(&arguments.priors)?;
    let evaluation = Evaluation::run(knowledge, &arguments.corpora, &priors, shared::now())
        .map_err(|error| Failure::new(exit_of(&error), anyhow::Error::new(error)))?;
    let mut out = shared::stdout();
    match arguments.format {
        EvaluateFormat::Table => out.write_all(table(&evaluation).as_bytes())?,
        EvaluateFormat::Jsonl => {
            for outcome in evaluation.outcomes.iter().chain(&evaluation.left_out) {
                shared::json_line(&Line::new(outcome), &mut out)?;
            }
        }
    }
    if arguments.fit {
        let best = fit(&evaluation.outcomes, evaluation.calibration);
        writeln!(out, "fits best: slope {:.3}, shift {:.3}", best.slope, best.shift)?;
    }
    let both = evaluation.outcomes.iter().chain(&evaluation.left_out);
    let listed = both.filter(|outcome| {
        (arguments.mistakes && is_mistake(outcome)) || (arguments.misses && is_miss(outcome))
    });
    for outcome in listed {
        writeln!(out, "{}", report::plain(&outcome.line()))?;
    }
    out.flush()?;
    if let Some(folder) = &arguments.report {
        write_report(&evaluation, folder)?;
        say!(
            "custodiet: {}, {} and {} written",
            folder.join(PAGE).display(),
            folder.join(PICTURE).display(),
            folder.join(WEIGHTS).display()
        );
    }
    let total = evaluation.total();
    let is_clean = total.accusations == 0 && total.false_cameras == 0;
    Ok(if is_clean { Exit::NothingFound } else { Exit::Findings })
}

/// A path that holds nothing labelled is a slip in what was typed; the rest is the input's.
fn exit_of(error: &CorpusError) -> Exit {
    match error {
        CorpusError::Nothing(_) => Exit::Usage,
        _ => Exit::Input,
    }
}

fn is_mistake(outcome: &Outcome) -> bool {
    outcome.mark() == Mark::Wrong || outcome.is_accusation() || outcome.is_false_camera()
}

fn is_miss(outcome: &Outcome) -> bool {
    outcome.mark() == Mark::Abstained || outcome.is_missed_camera()
}

fn write_report(evaluation: &Evaluation, folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| shared::cannot_write(folder, error))?;
    let weights = weights_page(&evaluation.outcomes, &evaluation.knowledge, COMMAND);
    let pages = [
        (PAGE, Some(document(evaluation, COMMAND, PICTURE))),
        (WEIGHTS, Some(weights)),
        (PICTURE, diagram(evaluation)),
    ];
    let mut drafts = Drafts::default();
    for (name, page) in pages {
        let Some(page) = page else { continue };
        drafts.write(&folder.join(name), |out| Ok(out.write_all(page.as_bytes())?))?;
    }
    drafts.publish()
}

/// One case as JSON.
#[derive(Serialize)]
struct Line<'o> {
    corpus: &'o str,
    id: &'o str,
    mark: &'static str,
    makers: Vec<&'o str>,
    answer: &'o str,
    probability: f64,
    level: &'static str,
    kind: &'static str,
    families: usize,
    evidence_kinds: &'o [&'static str],
    accusation: bool,
    false_camera: bool,
    missed_camera: bool,
}

impl<'o> Line<'o> {
    fn new(outcome: &'o Outcome) -> Self {
        Self {
            corpus: &outcome.corpus,
            id: &outcome.id,
            mark: match outcome.mark() {
                Mark::Right => "right",
                Mark::Wrong => "wrong",
                Mark::Abstained => "none",
                Mark::NotLabelled => "not-labelled",
            },
            makers: outcome.truth.makers.iter().map(|maker| maker.as_str()).collect(),
            answer: outcome.answer.as_str(),
            probability: outcome.probability,
            level: outcome.level.as_str(),
            kind: outcome.kind.as_str(),
            families: outcome.families,
            evidence_kinds: &outcome.kinds,
            accusation: outcome.is_accusation(),
            false_camera: outcome.is_false_camera(),
            missed_camera: outcome.is_missed_camera(),
        }
    }
}
