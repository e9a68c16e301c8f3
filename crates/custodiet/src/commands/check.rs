//! `custodiet check`: may we order this?

use std::io::Write as _;

use audit::{OrderError, OrderLine, check_order};
use intake::Input;
use model::Answer;
use serde::Serialize;

use super::shared;
use crate::args::{CheckArguments, Format};
use crate::exit::{Exit, Failure};
use crate::place;
use crate::say::say;

/// One line of the answer, as JSON.
#[derive(Serialize)]
struct CheckedLine<'a> {
    place: &'a str,
    quantity: u32,
    answer: Option<Answer>,
    #[serde(flatten)]
    device: &'a report::DeviceLine,
}

pub(crate) fn run(arguments: &CheckArguments) -> Result<Exit, Failure> {
    let (context, notes) = shared::context_of_file(&arguments.context)?;
    shared::tell_estate_notes("estate file", &notes);
    let options = shared::options(&arguments.reading)?;
    let path = &arguments.order;
    let unreadable = |error: anyhow::Error| {
        Failure::new(Exit::Input, error.context(format!("cannot check `{}`", path.display())))
    };
    let mut file = std::fs::File::open(path).map_err(|error| unreadable(error.into()))?;
    let size_bytes = file.metadata().map_err(|error| unreadable(error.into()))?.len();
    let name = path.display().to_string();
    let mut input = Input { name: &name, size_bytes, bytes: &mut file };
    let order =
        check_order(&mut input, &options, place::knowledge()?, &context).map_err(|error| {
            match error {
                OrderError::Input(error) => unreadable(error.into()),
                OrderError::Audit(error) => error.into(),
            }
        })?;
    for note in &order.notes {
        let (field, help) = (note.field.as_deref(), note.help.as_deref());
        let severity = note.severity.as_str();
        say!("{}", shared::remark(severity, &note.place, field, &note.message, help));
    }
    if order.left_out > 0 {
        return Err(Failure::input("the order has too many lines: split it"));
    }
    if order.lines.is_empty() {
        return Err(Failure::input(format!(
            "`{}` holds no line that names a product",
            path.display()
        )));
    }
    for missing in context.missing() {
        say!("Missing context: {missing}");
    }
    write(&order.lines, arguments.format)?;
    let objects = order.lines.iter().any(|line| objection(line).is_some());
    Ok(if objects { Exit::Findings } else { Exit::NothingFound })
}

/// The worst answer, where it stands in the way of a purchase.
fn objection(line: &OrderLine) -> Option<Answer> {
    line.worst().filter(|answer| *answer <= Answer::NotEnoughEvidence)
}

fn write(lines: &[OrderLine], format: Format) -> Result<(), Failure> {
    let mut out = shared::stdout();
    match format {
        Format::Jsonl => {
            for line in lines {
                let OrderLine { place, quantity, device } = line;
                let checked =
                    CheckedLine { place, quantity: *quantity, answer: line.worst(), device };
                shared::json_line(&checked, &mut out)?;
            }
        }
        Format::Csv => report::csv(lines.iter().map(|line| &line.device), &mut out)?,
        Format::Table => {
            let (width, colour) = shared::terminal();
            let rows: Vec<[String; 6]> = lines.iter().map(row).collect();
            let rows = rows.iter().map(|row| row.as_slice());
            let header = ["line", "qty", "product", "maker", "answer", "because"];
            out.write_all(report::grid(&header, rows, width, colour).as_bytes())?;
        }
    }
    out.flush()?;
    Ok(())
}

fn row(line: &OrderLine) -> [String; 6] {
    let device = &line.device;
    let words = device.declared.as_ref().map(|declared| &declared.words);
    let make = words.and_then(|w| w.make.as_deref()).or(device.brand.as_deref()).unwrap_or("");
    let model = device.model.as_deref().or(words.and_then(|w| w.model.as_deref())).unwrap_or("");
    let worst = device.verdicts.iter().min_by_key(|verdict| verdict.answer);
    [
        line.place.clone(),
        line.quantity.to_string(),
        format!("{make} {model}").trim().to_owned(),
        format!("{} ({})", device.maker.name, device.level.as_str()),
        worst.map_or_else(String::new, |v| format!("{} {}", v.answer.as_str(), v.policy)),
        worst.map_or_else(String::new, |v| v.because.join(" ")),
    ]
}
