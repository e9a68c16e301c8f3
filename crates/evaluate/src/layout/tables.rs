//! Answers of SNMP agents and DHCP clients, as tables.

use std::fs;

use model::{Signal, SignalKind};

use super::{Place, Row, cell, walk};
use crate::case::{Case, TrueKind, Truth};

pub(super) fn snmp(place: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    for row in rows {
        let is_other = cell(row, "cls").contains("not_camera");
        let truth = Truth {
            makers: place.labels.ids(cell(row, "maker")),
            kind: if is_other { TrueKind::Other } else { TrueKind::Surveillance },
            brand: None,
        };
        let mut case = snmp_case(corpus, row, truth);
        // Some agents describe themselves only below their maker's own number: the walk has it.
        if case.signals.is_empty() {
            case.signals = walked(place, cell(row, "file"));
        }
        cases.push(case);
    }
}

/// What the walk of this name says of its agent; nothing where the collection does not hold it.
fn walked(place: &Place<'_>, file: &str) -> Vec<Signal> {
    let walk = fs::read(place.root.join("snmp/walks").join(file));
    walk.map(|bytes| walk::agent(file, &bytes)).unwrap_or_default()
}

pub(super) fn snmp_negatives(_: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    let truth = || Truth { kind: TrueKind::Other, ..Truth::default() };
    cases.extend(rows.iter().map(|row| snmp_case(corpus, row, truth())));
}

fn snmp_case(corpus: &str, row: &Row, truth: Truth) -> Case {
    let columns =
        [(SignalKind::SnmpSysdescr, "sysDescr"), (SignalKind::SnmpSysobjectid, "sysObjectID")];
    let texts = columns.into_iter().map(|(kind, column)| (kind, cell(row, column).trim()));
    let signals = texts.filter(|(_, text)| !text.is_empty());
    Case {
        corpus: corpus.to_owned(),
        id: cell(row, "id").to_owned(),
        signals: signals.map(|(kind, text)| Signal::text(kind, text)).collect(),
        truth,
    }
}

pub(super) fn dhcp(place: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    for row in rows {
        let truth = Truth { makers: place.labels.ids(cell(row, "maker")), ..Truth::default() };
        cases.extend(dhcp_case(corpus, row, truth));
    }
}

pub(super) fn dhcp_negatives(_: &Place<'_>, corpus: &str, rows: &[Row], cases: &mut Vec<Case>) {
    let truth = || Truth { kind: TrueKind::Other, ..Truth::default() };
    cases.extend(rows.iter().filter_map(|row| dhcp_case(corpus, row, truth())));
}

/// The fields of such a row are a JSON object.
fn dhcp_case(corpus: &str, row: &Row, truth: Truth) -> Option<Case> {
    let fields: serde_json::Value = serde_json::from_str(cell(row, "fields")).ok()?;
    let wanted = [
        (SignalKind::DhcpVendorClass, "dhcpvendorcode"),
        (SignalKind::DhcpVendorClass, "vendor_id"),
        (SignalKind::DhcpParams, "dhcpoption55"),
        (SignalKind::SshBanner, "ssh"),
        (SignalKind::SipServer, "sipserver"),
        (SignalKind::HttpServer, "webserver"),
    ];
    let text = |key: &str| fields.get(key).and_then(|v| v.as_str()).filter(|t| !t.is_empty());
    let signals = wanted.into_iter().filter_map(|(kind, key)| Some(Signal::text(kind, text(key)?)));
    Some(Case {
        corpus: corpus.to_owned(),
        id: cell(row, "id").to_owned(),
        signals: signals.collect(),
        truth,
    })
}
