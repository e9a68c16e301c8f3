//! What the template shows, worded and counted beforehand.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Answer, Level, Ternary};
use sha2::{Digest as _, Sha256};

use super::chart::{Bar, Part, bars};
use super::device::{DeviceView, Piece, anchor, pieces};
use super::findings::{Group, Question, by_urgency, groups, questions};
use super::payload::{marks, payload};
use crate::figures::Figures;
use crate::text::{plain, shown};
use crate::words::{
    SCALE, answer_label, count, device_label, force_label, has_maker, kind_label, level_label,
    maker_name, organisation_label, percent, tier_label, worst,
};
use crate::{DeviceLine, ReportData, ReportError};

/// Devices that the page holds for its script. A browser on an office laptop still opens that at once; a
/// larger estate has the rest in CSV, XLSX and JSONL, and the page says so.
const DEVICES_MAX: usize = 25_000;

/// Inputs named that could not be read.
const UNREAD_NAMED_MAX: usize = 100;
/// Rows of the device table that are there without the script, and on paper.
const ROWS_MAX: usize = 500;
/// Devices that are there in full without the script, and on paper.
const APPENDIX_MAX: usize = 25;
/// Makers with a bar of their own.
const BARS_MAX: usize = 12;

const STYLE: &str = include_str!("../../templates/report.css");
const SCRIPT: &str = include_str!("../../templates/report.js");

#[derive(Template)]
#[template(path = "report.html")]
pub(super) struct Page {
    policy: String,
    style: &'static str,
    script: &'static str,
    payload: String,
    organisation: String,
    body: String,
    run: Vec<(&'static str, String)>,
    headline: Option<(String, String, &'static str)>,
    tiles: Vec<Tile>,
    composition: Chart,
    denominators: Vec<String>,
    groups: Vec<Group>,
    questions: Vec<Question>,
    sources: Vec<Source>,
    gaps: Vec<String>,
    missing_context: Vec<String>,
    makers: Chart,
    maker_records: Vec<MakerRecord>,
    verdicts: Chart,
    devices_held: String,
    devices_total: String,
    rows: Vec<Row>,
    left_out: Option<String>,
    rows_left_out: Option<String>,
    rules: Vec<Rule>,
    scale: [(&'static str, &'static str, &'static str); 7],
    versions: Vec<(String, String)>,
    appendix: Vec<DeviceView>,
    appendix_left_out: Option<String>,
}

/// A key figure.
struct Tile {
    number: String,
    of: String,
    what: &'static str,
    note: String,
    class: &'static str,
}

/// A chart and the table of its numbers.
struct Chart {
    svg: String,
    head: &'static [&'static str],
    rows: Vec<ChartRow>,
}

struct ChartRow {
    /// Class of the colour in the chart, where the row has one.
    swatch: &'static str,
    name: String,
    minor: &'static str,
    numbers: Vec<String>,
}

struct Source {
    name: String,
    format: String,
    imported_at: String,
    size: String,
    records: String,
    observations: String,
    span: String,
    not_understood: Vec<(String, String)>,
    lost: Vec<(String, String)>,
    notes: Vec<[String; 4]>,
    notes_left_out: u64,
    notes_total: String,
}

struct MakerRecord {
    name: String,
    country: String,
    owner: String,
    listed: String,
    source: Vec<Piece>,
}

struct Row {
    anchor: Option<String>,
    label: String,
    id: String,
    kind: &'static str,
    maker: String,
    how_sure: String,
    answer: &'static str,
    answer_label: &'static str,
    policy: String,
    site: String,
    zone: String,
    address: String,
    marks: Vec<&'static str>,
}

struct Rule {
    id: String,
    title: String,
    force: &'static str,
    instrument: String,
    duty: String,
    dates: String,
    citation: Vec<Piece>,
    notes: Vec<Piece>,
}

impl Page {
    pub(super) fn of(data: &ReportData) -> Result<Self, ReportError> {
        let figures = Figures::of(data);
        let ordered = by_urgency(data);
        let appendix: Vec<_> = ordered.iter().copied().take(APPENDIX_MAX).collect();
        // A page that cannot hold all holds the urgent ones.
        let held: Vec<_> = if data.devices.len() <= DEVICES_MAX {
            data.devices.iter().collect()
        } else {
            ordered.iter().copied().take(DEVICES_MAX).collect()
        };
        Ok(Self {
            policy: security_policy(),
            style: STYLE,
            script: SCRIPT,
            payload: payload(data, held.iter().copied())?,
            organisation: data
                .organisation
                .as_ref()
                .map_or_else(|| "Organisation not stated".into(), |o| own(&o.name)),
            body: body(data),
            run: run(data),
            headline: headline(&figures),
            tiles: tiles(&figures),
            composition: composition(&figures),
            denominators: denominators(&figures),
            groups: groups(data, &ordered),
            questions: questions(data),
            sources: data.sources.iter().map(Source::of).collect(),
            gaps: gaps(data, &figures),
            missing_context: data.missing_context.iter().map(|text| own(text)).collect(),
            makers: makers(data, &figures),
            maker_records: maker_records(data),
            verdicts: verdicts(data),
            devices_held: count(held.len()),
            devices_total: count(data.devices.len()),
            rows: rows(data, &held, &appendix),
            left_out: (data.devices.len() > held.len())
                .then(|| count(data.devices.len() - held.len())),
            rows_left_out: (data.devices.len() > ROWS_MAX)
                .then(|| count(data.devices.len() - ROWS_MAX)),
            rules: data.policies.iter().map(Rule::of).collect(),
            scale: SCALE,
            versions: versions(data),
            appendix_left_out: (data.devices.len() > appendix.len())
                .then(|| count(data.devices.len() - appendix.len())),
            appendix: appendix.into_iter().map(|device| DeviceView::of(data, device)).collect(),
        })
    }
}

impl Page {
    /// Whether the appendix holds the device of this anchor; a link to one that it does not hold would be
    /// dead without the script.
    fn in_appendix(&self, anchor_of: &str) -> bool {
        self.appendix.iter().any(|device| anchor(&device.id) == anchor_of)
    }
}

/// The one script and the one style sheet are named by hash: nothing that a device said could run even if
/// it slipped past the escaping, and nothing is ever fetched.
fn security_policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; \
         base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

fn own(text: &str) -> String {
    shown(text)
}

fn body(data: &ReportData) -> String {
    data.organisation.as_ref().map_or_else(String::new, |organisation| {
        format!(
            "{}, {}",
            organisation_label(organisation.kind),
            plain(&organisation.jurisdiction.0)
        )
    })
}

fn run(data: &ReportData) -> Vec<(&'static str, String)> {
    let test = data.entity_test.as_ref().map_or_else(
        || "none chosen: rules that name no company cannot be applied".to_owned(),
        |test| {
            format!(
                "{} (tier {} and all narrower ones); chosen by {} on {}",
                tier_label(test.tier),
                test.tier.as_str(),
                plain(&test.author),
                test.date.strftime("%-d %B %Y")
            )
        },
    );
    vec![
        ("Rules as they stood on", day(&data.run.as_of)),
        ("Computed", moment(&data.run.made_at)),
        ("Entity test", test),
        (
            "Versions",
            format!(
                "program {}, knowledge {}, rules {}",
                plain(&data.run.program),
                plain(&data.run.knowledge),
                plain(&data.run.policies)
            ),
        ),
    ]
}

/// An RFC 3339 instant for people, to the minute; anything else as it came.
pub(super) fn moment(text: &str) -> String {
    text.parse::<jiff::Timestamp>()
        .map_or_else(|_| own(text), |at| at.strftime("%-d %B %Y, %H:%M UTC").to_string())
}

/// An ISO date for people; anything else as it came.
fn day(text: &str) -> String {
    text.parse::<jiff::civil::Date>()
        .map_or_else(|_| own(text), |date| date.strftime("%-d %B %Y").to_string())
}

fn headline(figures: &Figures) -> Option<(String, String, &'static str)> {
    let whole = count(figures.surveillance);
    match figures {
        Figures { surveillance: 0, .. } => None,
        Figures { listed: 0, not_listed: 0, listing_unknown: 1.., .. } => Some((
            count(figures.maker_established()),
            whole,
            "surveillance devices: evidence consistent with a maker; whether a law lists it is not known",
        )),
        _ => Some((
            count(figures.listed),
            whole,
            "surveillance devices: evidence consistent with a listed maker",
        )),
    }
}

fn tiles(figures: &Figures) -> Vec<Tile> {
    let of = format!("of {} surveillance devices", count(figures.surveillance));
    let tile = |number: usize, what, note: String, class| Tile {
        number: count(number),
        of: of.clone(),
        what,
        note,
        class,
    };
    let unknown = figures.conflicting + figures.maker_unknown;
    vec![
        tile(
            figures.with_answer(Answer::Breach),
            "Breach",
            "A duty is not met. How strongly it binds stands with each.".into(),
            "breach",
        ),
        tile(
            figures.with_answer(Answer::Candidate),
            "Candidate",
            "A rule asks to consider removal or isolation.".into(),
            "candidate",
        ),
        tile(
            figures.with_answer(Answer::NotEnoughEvidence),
            "Not enough evidence",
            "Facts that would decide are missing. Not the same as clear.".into(),
            "not-enough-evidence",
        ),
        tile(
            unknown,
            "Maker not established",
            format!(
                "{} with too little evidence, {} with conflicting evidence.",
                count(figures.maker_unknown),
                count(figures.conflicting)
            ),
            "unknown",
        ),
        tile(
            figures.in_core_zone,
            "On a core network",
            format!("For {} the zone is not known.", count(figures.zone_unknown)),
            "core",
        ),
        tile(
            figures.declared_conflicts,
            "Register contradicted",
            format!(
                "Declared maker against observed maker. {} are rebrands.",
                count(figures.rebranded)
            ),
            "conflict",
        ),
    ]
}

fn share(part: usize, whole: usize) -> String {
    #[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
    if whole == 0 { "–".into() } else { format!("{:.1}%", part as f64 * 100.0 / whole as f64) }
}

fn composition(figures: &Figures) -> Chart {
    let parts = [
        ("A listed maker", figures.listed, "bar-listed"),
        ("A maker not listed by a law known here", figures.not_listed, "bar-other"),
        ("A maker whose listing is not known", figures.listing_unknown, "bar-open"),
        ("More than one maker (conflicting)", figures.conflicting, "bar-conflicting"),
        ("No maker: not established", figures.maker_unknown, "bar-unknown"),
    ];
    let bar = Bar {
        name: "Evidence consistent with".into(),
        figure: format!("{} surveillance devices", count(figures.surveillance)),
        parts: parts.map(|(label, number, class)| Part { class, number, label }).into(),
    };
    let row = |swatch, label: &str, number| ChartRow {
        swatch,
        name: label.into(),
        minor: "",
        numbers: vec![count(number), share(number, figures.surveillance)],
    };
    let rows = parts.map(|(label, number, class)| row(class, label, number));
    let total = row("", "All surveillance devices", figures.surveillance);
    Chart {
        svg: bars(&[bar], figures.surveillance),
        head: &["Evidence consistent with", "Devices", "Share"],
        rows: rows.into_iter().chain([total]).collect(),
    }
}

fn denominators(figures: &Figures) -> Vec<String> {
    let mut lines = vec![format!(
        "{} devices were found in the evidence: {} are surveillance equipment, {} are of unknown kind and {} \
         are something else.",
        count(figures.devices),
        count(figures.surveillance),
        count(figures.kind_unknown),
        count(figures.other)
    )];
    if figures.kind_unknown > 0 {
        lines.push(format!(
            "The {} of unknown kind are in no figure above. They may be surveillance equipment; they are not \
             counted as compliant.",
            count(figures.kind_unknown)
        ));
    }
    let [confirmed, probable, possible] = figures.levels;
    lines.push(format!(
        "Of the {} with a maker, {} are confirmed, {} probable and {} possible.",
        count(figures.maker_established()),
        count(confirmed),
        count(probable),
        count(possible)
    ));
    lines.push(format!(
        "By worst verdict, {} are clear and {} not bound by any rule asked.",
        count(figures.with_answer(Answer::Clear)),
        count(figures.with_answer(Answer::NotBound))
    ));
    if figures.not_judged > 0 {
        lines.push(format!("No rule was asked of {}.", count(figures.not_judged)));
    }
    let (rows, stand_for) = figures.bulk_rows;
    if rows > 0 {
        lines.push(format!(
            "{} register rows stand for more than one device, {} in all. Each row is counted once, because \
             nothing tells those devices apart.",
            count(rows),
            count(stand_for)
        ));
    }
    lines
}

fn gaps(data: &ReportData, figures: &Figures) -> Vec<String> {
    let mut gaps = vec![match data.run.addresses_without_evidence {
        Some(number) => format!(
            "{} addresses are in use but showed nothing of what uses them. They are not devices of this \
             report, and not shown to be harmless.",
            count(number)
        ),
        None => "Addresses that showed nothing of what uses them were not counted. They are not devices of \
                 this report, and not shown to be harmless."
            .into(),
    }];
    gaps.push(
        "A network that no input covers is outside every figure. A device that did not answer, or was \
         switched off, proves nothing by its silence."
            .into(),
    );
    gaps.push(format!(
        "Isolation is not shown. No device is reported as cut off: a zone's class is the estate file's word, \
         not a measurement. {} of {} surveillance devices are in no zone of the estate file.",
        count(figures.zone_unknown),
        count(figures.surveillance)
    ));
    let sum = |of: fn(&crate::SourceView) -> &Vec<(String, u64)>| -> u64 {
        data.sources.iter().flat_map(of).map(|(_, number)| *number).sum()
    };
    let (not_understood, lost) = (sum(|s| &s.not_understood), sum(|s| &s.lost));
    gaps.push(match not_understood {
        0 => "Everything in the inputs was understood.".into(),
        some => format!(
            "{} items in the inputs were not understood; they are named above.",
            count(some)
        ),
    });
    if lost > 0 {
        gaps.push(format!(
            "{} items were lost before or while reading; they are named above.",
            count(lost)
        ));
    }
    gaps.extend(unread(&data.unread));
    gaps
}

/// Inputs that were handed over in vain; after so many names the rest is a number.
fn unread(inputs: &[(String, String)]) -> Vec<String> {
    let mut said: Vec<String> = inputs
        .iter()
        .take(UNREAD_NAMED_MAX)
        .map(|(name, why)| format!("Input not read: {}: {}.", plain(name), plain(why)))
        .collect();
    if inputs.len() > UNREAD_NAMED_MAX {
        said.push(format!("{} more inputs were not read.", count(inputs.len() - UNREAD_NAMED_MAX)));
    }
    said
}

impl Source {
    fn of(source: &crate::SourceView) -> Self {
        let counted = |items: &[(String, u64)]| {
            items.iter().map(|(what, number)| (own(what), count(*number))).collect()
        };
        let notes: Vec<_> = source
            .notes
            .iter()
            .map(|(severity, place, field, message, help)| {
                let place = match field {
                    Some(field) => format!("{place}, {field}"),
                    None => place.clone(),
                };
                [severity, &place, message, help.as_deref().unwrap_or("–")].map(own)
            })
            .collect();
        Self {
            name: own(&source.name),
            format: own(&format!("{}, {}", source.kind, source.format)),
            imported_at: moment(&source.imported_at),
            size: format!("{} bytes", count(source.size_bytes)),
            records: count(source.records),
            observations: count(source.observations),
            span: source.span.as_ref().map_or_else(
                || "not stated".into(),
                |(from, until)| format!("{} – {}", moment(from), moment(until)),
            ),
            not_understood: counted(&source.not_understood),
            lost: counted(&source.lost),
            notes_total: count(notes.len() as u64 + source.notes_left_out),
            notes,
            notes_left_out: source.notes_left_out,
        }
    }
}

/// What one maker's bar is made of.
struct Tally {
    name: String,
    listed: Ternary,
    levels: [usize; 3],
}

impl Tally {
    fn total(&self) -> usize {
        self.levels.iter().sum()
    }
}

/// Makers of the surveillance devices, most devices first.
fn tallies(data: &ReportData) -> Vec<Tally> {
    let mut by_id = std::collections::BTreeMap::new();
    for device in data.devices.iter().filter(|d| d.kind.is_surveillance() && has_maker(d)) {
        let tally = by_id.entry(&device.maker.id).or_insert_with(|| Tally {
            name: maker_name(device),
            listed: data.listed(&device.maker.id),
            levels: [0; 3],
        });
        let [confirmed, probable, possible] = &mut tally.levels;
        match device.level {
            Level::Confirmed => *confirmed += 1,
            Level::Probable => *probable += 1,
            _ => *possible += 1,
        }
    }
    let mut tallies: Vec<_> = by_id.into_values().collect();
    tallies.sort_by_key(|tally| std::cmp::Reverse(tally.total()));
    tallies
}

/// What the table says beside a maker's name.
const fn listing_note(listed: Ternary) -> &'static str {
    match listed {
        Ternary::Yes => "listed",
        Ternary::No => "",
        Ternary::Unknown => "listing not known",
    }
}

fn makers(data: &ReportData, figures: &Figures) -> Chart {
    let tallies = tallies(data);
    let whole = figures.surveillance;
    let figure = |number: usize| format!("{} of {}", count(number), count(whole));
    let mut drawn: Vec<_> = tallies
        .iter()
        .take(BARS_MAX)
        .map(|tally| {
            let [confirmed, probable, possible] = tally.levels;
            Bar {
                name: if tally.listed == Ternary::Yes {
                    format!("{} (listed)", tally.name)
                } else {
                    tally.name.clone()
                },
                figure: figure(tally.total()),
                parts: vec![
                    Part { class: "bar-confirmed", number: confirmed, label: "confirmed" },
                    Part { class: "bar-probable", number: probable, label: "probable" },
                    Part { class: "bar-possible", number: possible, label: "possible" },
                ],
            }
        })
        .collect();
    let rest: usize = tallies.iter().skip(BARS_MAX).map(Tally::total).sum();
    let others = [
        ("All other makers", rest, "bar-other", "other makers"),
        ("Conflicting evidence", figures.conflicting, "bar-conflicting", "conflicting"),
        ("Not established", figures.maker_unknown, "bar-unknown", "not established"),
    ];
    drawn.extend(others.into_iter().filter(|(_, number, ..)| *number > 0).map(
        |(name, number, class, label)| Bar {
            name: name.into(),
            figure: figure(number),
            parts: vec![Part { class, number, label }],
        },
    ));
    let row = |name: &str, minor, number: usize, levels: [String; 3]| ChartRow {
        swatch: "",
        name: name.into(),
        minor,
        numbers: [count(number)].into_iter().chain(levels).chain([share(number, whole)]).collect(),
    };
    let dashes = || ["–"; 3].map(String::from);
    let mut rows: Vec<_> = tallies
        .iter()
        .map(|tally| {
            row(&tally.name, listing_note(tally.listed), tally.total(), tally.levels.map(count))
        })
        .collect();
    rows.push(row("Conflicting evidence", "", figures.conflicting, dashes()));
    rows.push(row("Not established", "", figures.maker_unknown, dashes()));
    rows.push(row("All surveillance devices", "", whole, figures.levels.map(count)));
    Chart {
        svg: bars(&drawn, whole),
        head: &["Maker", "Devices", "Confirmed", "Probable", "Possible", "Share"],
        rows,
    }
}

fn maker_records(data: &ReportData) -> Vec<MakerRecord> {
    data.makers
        .iter()
        .map(|maker| MakerRecord {
            name: own(&maker.legal_name),
            country: own(&maker.country),
            owner: own(&maker.parent),
            listed: match maker.listed {
                Ternary::Yes => own(&maker.listed_by),
                Ternary::No => "no law known here".into(),
                Ternary::Unknown => "not known".into(),
            },
            source: pieces(&maker.source),
        })
        .collect()
}

/// How often a rule gave each answer, over the surveillance devices and those of unknown kind.
fn verdicts(data: &ReportData) -> Chart {
    let mut by_policy: std::collections::BTreeMap<&str, (&'static str, [usize; 5])> =
        std::collections::BTreeMap::new();
    for verdict in data
        .devices
        .iter()
        .filter(|device| device.kind.is_surveillance())
        .flat_map(|device| &device.verdicts)
    {
        let (_, numbers) = by_policy
            .entry(verdict.policy.as_str())
            .or_insert_with(|| (force_label(verdict.force), [0; 5]));
        Answer::ALL
            .into_iter()
            .zip(numbers)
            .filter(|(answer, _)| *answer == verdict.answer)
            .for_each(|(_, number)| *number += 1);
    }
    let whole = by_policy.values().map(|(_, n)| n.iter().sum()).max().unwrap_or_default();
    let title = |id: &str| {
        data.policies.iter().find(|p| p.id == id).map(|p| own(&p.title)).unwrap_or_default()
    };
    let drawn: Vec<_> = by_policy
        .iter()
        .map(|(id, (_, numbers))| Bar {
            name: (*id).into(),
            figure: acted_on(*numbers),
            parts: Answer::ALL
                .into_iter()
                .zip(numbers)
                .map(|(answer, number)| Part {
                    class: answer_class(answer),
                    number: *number,
                    label: answer_label(answer),
                })
                .collect(),
        })
        .collect();
    let rows = by_policy
        .iter()
        .map(|(id, (force, numbers))| {
            let total: usize = numbers.iter().sum();
            ChartRow {
                swatch: "",
                name: [*id, &title(id)].join(" ").trim().to_owned(),
                minor: force,
                numbers: numbers.iter().copied().chain([total]).map(count).collect(),
            }
        })
        .collect();
    Chart {
        svg: bars(&drawn, whole),
        head: &[
            "Rule",
            "Breach",
            "Candidate",
            "Not enough evidence",
            "Clear",
            "Not bound",
            "Asked",
        ],
        rows,
    }
}

/// The figure at the end of a rule's bar: what asks for action, else what is open, else that nothing is.
fn acted_on([breach, candidate, open, clear, not_bound]: [usize; 5]) -> String {
    let whole = count(breach + candidate + open + clear + not_bound);
    match (breach, candidate, open, clear) {
        (1.., ..) => format!("{} of {whole} breach", count(breach)),
        (0, 1.., ..) => format!("{} of {whole} candidate", count(candidate)),
        (0, 0, 1.., _) => format!("{} of {whole} not enough evidence", count(open)),
        (0, 0, 0, 1..) => format!("{} of {whole} clear", count(clear)),
        (0, 0, 0, 0) => format!("{} of {whole} not bound", count(not_bound)),
    }
}

const fn answer_class(answer: Answer) -> &'static str {
    match answer {
        Answer::Breach => "bar-breach",
        Answer::Candidate => "bar-candidate",
        Answer::NotEnoughEvidence => "bar-not-enough-evidence",
        Answer::Clear => "bar-clear",
        Answer::NotBound => "bar-not-bound",
    }
}

fn rows(data: &ReportData, held: &[&DeviceLine], appendix: &[&DeviceLine]) -> Vec<Row> {
    let in_appendix: std::collections::BTreeSet<_> =
        appendix.iter().map(|device| device.id.as_str()).collect();
    held.iter()
        .take(ROWS_MAX)
        .map(|device| {
            let worst = worst(device);
            let text = |value: Option<&str>| own(value.unwrap_or("–"));
            let how_sure = match has_maker(device) {
                true => format!(
                    "{}, {}",
                    level_label(device.level).to_lowercase(),
                    percent(device.maker.probability)
                ),
                false => String::new(),
            };
            Row {
                anchor: in_appendix.contains(device.id.as_str()).then(|| anchor(&device.id)),
                label: device_label(device),
                id: own(&device.id),
                kind: kind_label(device.kind),
                maker: maker_name(device),
                how_sure,
                answer: worst.map_or("none", |verdict| verdict.answer.as_str()),
                answer_label: worst.map_or("No rule asked", |verdict| answer_label(verdict.answer)),
                policy: worst.map(|verdict| verdict.policy.to_string()).unwrap_or_default(),
                site: text(data.site_name(device)),
                zone: text(device.zone.as_deref()),
                address: text(device.addresses.first().map(ToString::to_string).as_deref()),
                marks: marks(data, device).into_iter().filter_map(mark_label).collect(),
            }
        })
        .collect()
}

/// A contradiction of makers is a contradiction; it is not marked twice.
fn mark_label(mark: &'static str) -> Option<&'static str> {
    match mark {
        "declared-conflict" => None,
        "core" => Some("core network"),
        other => Some(other),
    }
}

impl Rule {
    fn of(policy: &crate::PolicyView) -> Self {
        Self {
            id: own(&policy.id),
            title: own(&policy.title),
            force: force_label(policy.force),
            instrument: own(&policy.instrument),
            duty: own(&policy.duty),
            dates: own(&policy.dates),
            citation: pieces(&policy.citation),
            notes: pieces(&policy.notes),
        }
    }
}

fn versions(data: &ReportData) -> Vec<(String, String)> {
    let run = &data.run;
    let mut versions = vec![
        ("Program".into(), own(&run.program)),
        ("Knowledge base".into(), own(&run.knowledge)),
        ("Rule cards".into(), own(&run.policies)),
        ("Rules as they stood on".into(), own(&run.as_of)),
        ("Computed at".into(), own(&run.made_at)),
    ];
    versions.push((
        "Estate file".into(),
        run.estate.as_ref().map_or_else(
            || "none given".into(),
            |file| own(&format!("{}, SHA-256 {}", file.name, file.sha256)),
        ),
    ));
    versions.extend(run.versions.iter().map(|(what, value)| (own(what), own(value))));
    versions.extend(data.sources.iter().map(|source| {
        (format!("Input {}", plain(&source.name)), own(&format!("SHA-256 {}", source.sha256)))
    }));
    versions
}
