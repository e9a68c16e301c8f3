//! Names, numbers and versions: products of conformance lists, rebrands, model lists, registers, prefixes.

use model::{Signal, SignalKind};

use super::{Place, Row, cell};
use crate::case::{Case, TrueKind, Truth};

/// The non-empty cells of a row as signals.
fn signals(row: &Row, wanted: &[(SignalKind, &str)]) -> Vec<Signal> {
    let texts = wanted.iter().map(|(kind, column)| (*kind, cell(row, column)));
    texts
        .filter(|(_, text)| !text.is_empty())
        .map(|(kind, text)| Signal::text(kind, text))
        .collect()
}

/// Companies of the list of products whose name is on bought hardware as well: their visible-light lines (FLIR, which
/// came with DVTEL) and lines F (D-Link) show the firmware of several other builders, of which the list marks some
/// only. Where it marks none, the name says who sells the product, not who made it.
const NAMES_ON_BOUGHT_HARDWARE: &[&str] = &["FLIR", "D-Link"];

/// A list of conformant products: own designs, and those whose firmware shows another maker.
pub(super) fn products(place: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    use SignalKind as K;
    for row in rows.iter().filter(|row| cell(row, "type") == "device") {
        let family = cell(row, "fw_family");
        let company = cell(row, "maker");
        let makers = match family {
            "" if NAMES_ON_BOUGHT_HARDWARE.contains(&company) => Vec::new(),
            "" => place.labels.ids(company),
            family => place.labels.ids(family),
        };
        let part = match (makers.is_empty(), family.is_empty()) {
            (true, _) => "not-labelled",
            (false, true) => "own-or-unmarked",
            (false, false) => "by-firmware",
        };
        let columns = [
            (K::OnvifManufacturer, "company"),
            (K::OnvifModel, "model"),
            (K::OnvifFirmware, "firmware"),
        ];
        cases.push(Case {
            corpus: format!("{corpus}/{part}"),
            id: cell(row, "id").to_owned(),
            signals: signals(row, &columns),
            truth: Truth { makers, kind: TrueKind::NotSaid, brand: None },
        });
    }
}

/// Rebrands, with and without their firmware version.
pub(super) fn rebrands(place: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    use SignalKind as K;
    let columns =
        [(K::OnvifManufacturer, "brand"), (K::OnvifModel, "model"), (K::OnvifFirmware, "firmware")];
    for row in rows {
        for (part, columns) in
            [("brand+model+firmware", &columns[..]), ("brand+model", &columns[..2])]
        {
            cases.push(Case {
                corpus: format!("{corpus}/{part}"),
                id: cell(row, "id").to_owned(),
                signals: signals(row, columns),
                truth: Truth {
                    makers: place.labels.ids(cell(row, "true_maker")),
                    kind: TrueKind::Surveillance,
                    brand: Some(cell(row, "brand").to_owned()),
                },
            });
        }
    }
}

/// Models of one make, as a register says them: the last word of the collection's name.
pub(super) fn of_one_make(place: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    let make = corpus.rsplit('/').next().unwrap_or(corpus);
    for row in rows {
        let mut signals = signals(row, &[(SignalKind::RegisterModel, "model")]);
        signals.push(Signal::text(SignalKind::RegisterMake, make));
        cases.push(Case {
            corpus: corpus.to_owned(),
            id: cell(row, "id").to_owned(),
            signals,
            truth: Truth { makers: place.labels.ids(make), ..Truth::default() },
        });
    }
}

/// Makes and models as people write them. A make that is a maker's own name is the label; others have none.
pub(super) fn register(place: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    for (number, row) in (2..).zip(rows) {
        let makers = place.labels.ids(cell(row, "make"));
        let columns = [(SignalKind::RegisterMake, "make"), (SignalKind::RegisterModel, "model")];
        cases.push(Case {
            corpus: format!("{corpus}{}", if makers.is_empty() { "-unlabelled" } else { "" }),
            id: format!("row {number}"),
            signals: signals(row, &columns),
            truth: Truth { makers, ..Truth::default() },
        });
    }
}

/// Prefixes of hardware addresses, each with the brand seen on it.
pub(super) fn blocks(place: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    for row in rows {
        let prefix = cell(row, "oui");
        cases.push(Case {
            corpus: corpus.to_owned(),
            id: prefix.to_owned(),
            signals: vec![Signal::text(SignalKind::Mac, format!("{prefix}:00:00:01"))],
            truth: Truth { makers: place.labels.ids(cell(row, "brand")), ..Truth::default() },
        });
    }
}
