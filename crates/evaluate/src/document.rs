//! What was found, for people: a table for the terminal, a page of documentation, a reliability diagram.

use std::fmt::Write as _;

use model::MakerId;

use crate::calibration::{Answer, Calibration, answers};
use crate::evaluation::Evaluation;
use crate::figures::{Figures, confusions, grouped, number, share};
use crate::fit::{fit, held_out};
use crate::outcome::{Mark, Outcome};

/// Makers with fewer labelled cases are counted together: a share of three cases says nothing.
const MAKER_CASES_MIN: usize = 20;

/// Companies that design on their own and that no list names: an accusation of them is the worst mistake.
const OWN_DESIGN: &[&str] = &[
    "axis",
    "bosch",
    "hanwha",
    "ipro",
    "sony",
    "canon",
    "mobotix",
    "vivotek",
    "avigilon",
    "pelco",
    "geovision",
    "acti",
    "idis",
    "arecont",
];

/// The figures of each collection, one a line.
pub fn table(evaluation: &Evaluation) -> String {
    let mut text = format!(
        "{:<30}{:>8}{:>8}{:>8}{:>8}{:>8}{:>11}{:>9}{:>9}{:>9}{:>16}\n",
        "collection",
        "cases",
        "maker",
        "right",
        "wrong",
        "none",
        "precision",
        "recall",
        "accused",
        "falsecam",
        "cameras"
    );
    let mut line = |name: &str, f: &Figures| {
        let _ = writeln!(
            text,
            "{name:<30} {:>7} {:>7} {:>7} {:>7} {:>7} {:>10} {:>8} {:>8} {:>8} {:>15}",
            f.cases,
            f.labelled,
            f.right,
            f.wrong,
            f.abstained,
            percent(f.precision()),
            percent(f.recall()),
            f.accusations,
            f.false_cameras,
            format!("{}/{}", f.cameras_found, f.cameras),
        );
    };
    for (name, figures) in &by_corpus(evaluation) {
        line(name, figures);
    }
    if !evaluation.left_out.is_empty() {
        line("leave-one-brand-out", &Figures::of(&evaluation.left_out));
    }
    line("all", &evaluation.total());
    if let Some(found) = Calibration::of(&answers(&evaluation.outcomes)) {
        let _ = writeln!(
            text,
            "expected calibration error {:.4}, Brier score {:.4}, over {} answers",
            found.error, found.brier, found.count
        );
    }
    text
}

fn by_corpus(evaluation: &Evaluation) -> Vec<(String, Figures)> {
    grouped(&evaluation.outcomes, |outcome| Some(outcome.corpus.clone())).into_iter().collect()
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.2} %", share * 100.0))
}

/// The page `docs/reference/accuracy.md`. It holds figures alone: no text of any collection.
pub fn document(evaluation: &Evaluation, command: &str, diagram: &str) -> String {
    let mut text = String::new();
    let outcomes = &evaluation.outcomes;
    let _ = write!(
        text,
        "# Accuracy\n\nWritten by `{command}`; not edited by hand. Knowledge base `{}`, custodiet {}.\n\n\
         What the words mean: [evaluation.md](evaluation.md). A collection whose name ends in `-` holds things that are no\n\
         cameras. Precision is the share of the makers named that is right, with its 95 % interval (Wilson); recall the share\n\
         of the labelled devices whose maker is named rightly; `none` are those whose maker stays unknown.\n\n",
        evaluation.knowledge,
        env!("CARGO_PKG_VERSION"),
    );
    section(&mut text, "Collections", "collection", &by_corpus(evaluation));
    let total = evaluation.total();
    let own: Vec<&Outcome> =
        outcomes.iter().filter(|outcome| outcome.truth.makers.iter().any(is_own_design)).collect();
    let accused = own.iter().filter(|outcome| outcome.is_accusation()).count();
    let _ = write!(
        text,
        "\nListed makers named for devices that are not theirs: {} in {} cases. Of {} cases of companies that design on\n\
         their own ({}): {accused}.\n",
        total.accusations,
        total.cases,
        own.len(),
        OWN_DESIGN.join(", "),
    );
    if !evaluation.left_out.is_empty() {
        text.push_str(
            "\n## Leave one brand out\n\nEvery rebrand judged by a knowledge base from which all that is known of its brand was taken: rows,\n\
             spellings, model grammars, fingerprints.\n\n",
        );
        let rows = [("brand left out".to_owned(), Figures::of(&evaluation.left_out))];
        table_of(&mut text, "", &rows);
    }
    calibration_section(&mut text, evaluation, diagram);
    text.push_str("\n## By kind of evidence\n\n");
    let kinds = grouped(outcomes, |outcome| {
        (outcome.mark() != Mark::NotLabelled).then(|| outcome.kinds.join(" + "))
    });
    table_of(&mut text, "evidence", &kinds.into_iter().collect::<Vec<_>>());
    makers_section(&mut text, outcomes);
    confusion_section(&mut text, outcomes);
    text
}

fn is_own_design(maker: &MakerId) -> bool {
    OWN_DESIGN.contains(&maker.as_str())
}

fn section(text: &mut String, title: &str, column: &str, rows: &[(String, Figures)]) {
    let _ = write!(text, "## {title}\n\n");
    table_of(text, column, rows);
}

fn table_of(text: &mut String, column: &str, rows: &[(String, Figures)]) {
    let _ = write!(
        text,
        "| {column} | cases | with maker | right | wrong | none | precision | recall | accusations | false cameras | cameras found |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n"
    );
    for (name, f) in rows {
        let interval = f
            .precision_interval()
            .map(|(low, high)| format!(" ({:.2}–{:.2})", low * 100.0, high * 100.0));
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {} | {}{} | {} | {} | {} of {} | {} of {} |",
            f.cases,
            f.labelled,
            f.right,
            f.wrong,
            f.abstained,
            percent(f.precision()),
            interval.unwrap_or_default(),
            percent(f.recall()),
            f.accusations,
            f.false_cameras,
            f.others,
            f.cameras_found,
            f.cameras,
        );
    }
}

fn calibration_section(text: &mut String, evaluation: &Evaluation, diagram: &str) {
    let outcomes = &evaluation.outcomes;
    let applied = evaluation.calibration;
    let Some(all) = Calibration::of(&answers(outcomes)) else { return };
    let weighed: Vec<Answer> = answers(outcomes)
        .into_iter()
        .map(|answer| Answer { said: applied.undo(answer.said), ..answer })
        .collect();
    let before = Calibration::of(&weighed).map_or(0.0, |found| found.error);
    let held_out = held_out(outcomes, applied);
    let unseen_of = |is_wanted: &dyn Fn(&Outcome) -> bool| {
        let wanted = held_out.iter().filter(|(outcome, _)| is_wanted(outcome));
        let answers: Vec<Answer> = wanted.map(|(_, answer)| *answer).collect();
        Calibration::of(&answers).map_or(0.0, |found| found.error)
    };
    let unseen = unseen_of(&|_| true);
    let best = fit(outcomes, applied);
    let _ = write!(
        text,
        "\n## Calibration\n\nOver {} answers whose label names a maker: expected calibration error {:.4} (bins of equal width), Brier\n\
         score {:.4}. The weights alone: {before:.4}. Their log-odds are corrected by {:.2} times and {:+.2} (Platt), fitted with every\n\
         collection counted as at most 50 cases and drawn towards no correction by 20 (`--fit` says what fits today: {:.2}, {:+.2}).\n\
         On collections that the fit did not see, each corrected by what fits all the others: {unseen:.4}.\n\n\
         ![Reliability diagram]({diagram})\n\n| said | right | answers |\n|---|---|---|\n",
        all.count, all.error, all.brier, applied.slope, applied.shift, best.slope, best.shift
    );
    for bin in &all.bins {
        let _ = writeln!(text, "| {:.3} | {:.3} | {} |", bin.said, bin.right, bin.count);
    }
    text.push_str(
        "\n| families that speak for the maker | answers | precision | calibration error | on collections not seen |\n|---|---|---|---|---|\n",
    );
    for families in 1..=MANY_FAMILIES {
        let group = answers(outcomes.iter().filter(|outcome| family_group(outcome) == families));
        let Some(found) = Calibration::of(&group) else { continue };
        let right = group.iter().filter(|answer| answer.is_right).count();
        let more = if families == MANY_FAMILIES { " or more" } else { "" };
        let _ = writeln!(
            text,
            "| {families}{more} | {} | {} | {:.4} | {:.4} |",
            found.count,
            percent(share(right, group.len())),
            found.error,
            unseen_of(&|outcome| family_group(outcome) == families),
        );
    }
}

/// So many families and more are one group.
const MANY_FAMILIES: usize = 4;

fn family_group(outcome: &Outcome) -> usize {
    outcome.families.min(MANY_FAMILIES)
}

fn makers_section(text: &mut String, outcomes: &[Outcome]) {
    let makers = grouped(outcomes, |outcome| outcome.truth.makers.first().map(MakerId::to_string));
    let (many, few): (Vec<_>, Vec<_>) =
        makers.into_iter().partition(|(_, figures)| figures.labelled >= MAKER_CASES_MIN);
    let names: Vec<&str> = few.iter().map(|(name, _)| name.as_str()).collect();
    let few_outcomes = outcomes.iter().filter(|outcome| {
        outcome.truth.makers.first().is_some_and(|maker| names.contains(&maker.as_str()))
    });
    let mut rows = many;
    if !names.is_empty() {
        rows.push((format!("{} further makers", names.len()), Figures::of(few_outcomes)));
    }
    text.push_str("\n## By true maker\n\n");
    table_of(text, "maker", &rows);
}

fn confusion_section(text: &mut String, outcomes: &[Outcome]) {
    let pairs = confusions(outcomes);
    if pairs.is_empty() {
        return;
    }
    text.push_str(
        "\n## Confusions\n\nThe cells of the confusion matrix off its diagonal and apart from `unknown`.\n\n| true maker | named | cases |\n|---|---|---|\n",
    );
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort_by(|(one, a), (other, b)| b.cmp(a).then_with(|| one.cmp(other)));
    for ((truth, named), count) in pairs {
        let _ = writeln!(text, "| {truth} | {named} | {count} |");
    }
}

/// Side of the square in the reliability diagram, in user units.
const SIDE: f64 = 320.0;
/// Room for the labels of the axes.
const MARGIN: f64 = 48.0;

/// The reliability diagram as SVG: what was said against what was right, a disc for every bin, its area the number of
/// answers. `None` where nothing was answered.
pub fn diagram(evaluation: &Evaluation) -> Option<String> {
    let found = Calibration::of(&answers(&evaluation.outcomes))?;
    let x = |p: f64| MARGIN + p * SIDE;
    let y = |p: f64| MARGIN / 2.0 + (1.0 - p) * SIDE;
    let (width, height) = (SIDE + MARGIN * 1.5, SIDE + MARGIN * 1.5);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Reliability diagram: probability said against share right, {} answers, expected calibration error {:.4}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n\
         <path d=\"M{:.1} {:.1}V{:.1}H{:.1}\" fill=\"none\" stroke=\"#333\"/>\n\
         <path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"#999\" stroke-dasharray=\"4 4\"/>\n",
        found.count,
        found.error,
        x(0.0),
        y(1.0),
        y(0.0),
        x(1.0),
        x(0.0),
        y(0.0),
        x(1.0),
        y(1.0),
    );
    for tenth in [0.0, 0.2, 0.4, 0.6, 0.8, 1.0] {
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{tenth:.1}</text>\n\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{tenth:.1}</text>\n",
            x(tenth),
            y(0.0) + 16.0,
            x(0.0) - 6.0,
            y(tenth) + 4.0
        );
    }
    let _ = write!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">probability said</text>\n\
         <text transform=\"translate(14 {:.1}) rotate(-90)\" text-anchor=\"middle\">share right</text>\n",
        x(0.5),
        y(0.0) + 34.0,
        y(0.5)
    );
    for bin in &found.bins {
        let share = number(bin.count) / number(found.count);
        let _ = writeln!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{:.1}\" fill=\"#1d70b8\" fill-opacity=\"0.7\"><title>said {:.3}, right {:.3}, {} answers</title></circle>",
            x(bin.said),
            y(bin.right),
            3.0 + 14.0 * share.sqrt(),
            bin.said,
            bin.right,
            bin.count
        );
    }
    svg.push_str("</svg>\n");
    Some(svg)
}
