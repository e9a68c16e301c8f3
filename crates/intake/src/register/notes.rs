//! What is wrong with single cells, told a few times for each column and counted from there.

use std::collections::BTreeMap;

use super::Field;
use super::row::{Fault, Sheet};
use super::values::{Damage, scientific_form};
use crate::{Flow, Note, Severity, Sink, Summary};

/// How often the same trouble of one column is told with its row; the rest is counted.
const TOLD_MAX: u64 = 5;

/// How much of a value is shown.
const SHOWN_CHARS_MAX: usize = 60;

/// What is wrong with a cell. Its field is left out and its row kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trouble {
    Damaged(Damage),
    NoMac,
    NotOneMac,
    NoAddress,
    AddressRange,
    NotOneAddress,
    DynamicAddress,
    NotOneSerial,
    ManyUnmatched,
    DateUnreadable,
    DateVague,
    DateSerial,
    DateSwapped,
    NoQuantity,
    ZeroQuantity,
    QuantityDiffers,
    SeveralSorts,
    SortsTogether,
    Ditto,
    DittoFollowed,
    MergedFollowed,
    MergedKey,
    Credential,
    Cut,
    TagRepeated,
    NoteAlone,
}

impl Trouble {
    const fn severity(self) -> Severity {
        match self {
            Self::Damaged(_) | Self::NoMac | Self::NoAddress => Severity::Error,
            Self::DynamicAddress
            | Self::DateSerial
            | Self::NoteAlone
            | Self::DittoFollowed
            | Self::MergedFollowed => Severity::Info,
            _ => Severity::Warning,
        }
    }

    /// How often it is told with its row.
    const fn told_max(self) -> u64 {
        match self {
            // Each of them has to be changed by somebody.
            Self::Credential => 10 * TOLD_MAX,
            _ => TOLD_MAX,
        }
    }

    fn message(self, value: &str, field: Field) -> String {
        let noun = field.noun();
        let shown: String = value.chars().take(SHOWN_CHARS_MAX).collect();
        match self {
            Self::Damaged(Damage::Scientific) => {
                let form = scientific_form(value).unwrap_or(shown);
                format!(
                    "`{form}` is a number in scientific form and no {noun}: its digits are lost"
                )
            }
            Self::Damaged(Damage::DigitsLost) => format!(
                "`{shown}` is a number of more than 15 digits and no {noun}: the spreadsheet rounded it"
            ),
            Self::Damaged(Damage::Date) => {
                format!("`{shown}` is a date and no {noun}: the spreadsheet turned it into one")
            }
            Self::Damaged(Damage::Number) => {
                format!("`{shown}` is a number and no {noun}: the spreadsheet turned it into one")
            }
            Self::Damaged(Damage::Formula) => {
                format!("`{shown}` is a failed formula and no {noun}")
            }
            Self::Damaged(Damage::Zeros) => {
                format!(
                    "`{shown}` seems to have lost zeros at its start: no {noun} is taken from it"
                )
            }
            Self::NoMac => {
                format!("`{shown}` is no MAC address: twelve hexadecimal digits are needed")
            }
            Self::NotOneMac => format!("`{shown}` is no address of a single device"),
            Self::NoAddress => format!("`{shown}` is no network address"),
            Self::AddressRange => format!("`{shown}` is a range: no device is known by it"),
            Self::NotOneAddress => format!("`{shown}` is no address of a single device"),
            Self::DynamicAddress => {
                format!("`{shown}`: the address is given out and not known here")
            }
            Self::NotOneSerial => format!("`{shown}` is too plain for a serial number"),
            Self::ManyUnmatched => {
                "the row lists several devices whose addresses and serial numbers cannot be paired"
                    .into()
            }
            Self::DateUnreadable => format!("`{shown}` is no date that can be read"),
            Self::DateVague => format!("`{shown}` names no day"),
            Self::DateSerial => format!("`{shown}` is read as the spreadsheet's count of days"),
            Self::DateSwapped => format!(
                "`{shown}` may have day and month swapped: dates of this column after the 12th were left as text"
            ),
            Self::NoQuantity => format!("`{shown}` is no number of devices"),
            Self::ZeroQuantity => "the quantity is 0: the row is kept as one device".into(),
            Self::QuantityDiffers => {
                format!("the quantity differs from the one that the row names elsewhere: `{shown}`")
            }
            Self::SeveralSorts => {
                format!("`{shown}` counts several sorts of device, and each is read for itself")
            }
            Self::SortsTogether => format!(
                "`{shown}` counts several sorts of device: the row stands for all of them together"
            ),
            Self::Ditto => format!("`{shown}` refers to the row above and is not followed"),
            Self::DittoFollowed => format!("refers to the row above and is read as `{shown}`"),
            Self::MergedFollowed => format!("lies under a merged cell and is read as `{shown}`"),
            Self::MergedKey => {
                format!(
                    "the {noun} is merged over several rows and counts for the first of them alone"
                )
            }
            Self::Credential => "a credential stands here: the text is kept without it".into(),
            Self::Cut => format!("the text is longer than 4 KiB and was cut: `{shown}`…"),
            Self::NoteAlone => format!("`{shown}` stands alone: no device is made of the row"),
            Self::TagRepeated => {
                format!("`{shown}` stands in more than one row: it does not join them")
            }
        }
    }

    const fn help(self) -> &'static str {
        match self {
            Self::Damaged(Damage::Formula) => "replace the formula by its value",
            Self::Damaged(_) => {
                "format the column as text and enter the value again from the device's label"
            }
            Self::NoMac | Self::NotOneMac | Self::NotOneSerial => {
                "enter the value from the device's label"
            }
            Self::NoAddress | Self::AddressRange | Self::NotOneAddress => {
                "enter the address of each device in a row of its own"
            }
            Self::DynamicAddress => "give DHCP leases too, so that the device can be found",
            Self::ManyUnmatched => "give each device a row of its own",
            Self::DateUnreadable | Self::DateVague | Self::DateSwapped => {
                "it is kept as written and counts as unclear; enter the day as YYYY-MM-DD if it is known"
            }
            Self::DateSerial => "format the column as a date",
            Self::NoQuantity | Self::ZeroQuantity | Self::QuantityDiffers => {
                "enter how many devices the row stands for"
            }
            Self::SeveralSorts | Self::SortsTogether => "give each sort of device a row of its own",
            Self::Ditto => "fill the value in",
            Self::DittoFollowed | Self::MergedFollowed => {
                "fill the value in where it should not be that of the row above"
            }
            Self::MergedKey => "split the cell and give each device its own",
            Self::Credential => "change it on the device; it still stands in the file",
            Self::Cut => "shorten the text",
            Self::NoteAlone => "if it is about devices, give each a row with its make and model",
            Self::TagRepeated => "give each device a key of its own",
        }
    }
}

/// Writes down what a register gives: observations and notes to the sink, counts to the summary.
pub(super) struct Pen<'s> {
    sink: &'s mut dyn Sink,
    pub(super) summary: Summary,
    told: BTreeMap<(usize, Trouble), u64>,
    stopped: bool,
}

impl<'s> Pen<'s> {
    pub(super) fn new(format: &str, sink: &'s mut dyn Sink) -> Self {
        let summary = Summary { format: format.into(), ..Summary::default() };
        Self { sink, summary, told: BTreeMap::new(), stopped: false }
    }

    pub(super) fn observation(&mut self, observation: model::Observation) {
        if !self.stopped {
            self.summary.observations += 1;
            self.stopped = self.sink.observation(observation) == Flow::Stop;
        }
    }

    pub(super) fn progress(&mut self, read_bytes: u64) {
        self.stopped |= self.sink.progress(read_bytes) == Flow::Stop;
    }

    /// Whether the caller wants more.
    pub(super) const fn flow(&self) -> Flow {
        if self.stopped { Flow::Stop } else { Flow::Continue }
    }

    pub(super) fn note(&mut self, note: Note) {
        self.sink.note(note);
    }

    pub(super) fn fault(&mut self, sheet: &Sheet, fault: Fault) {
        if let Some(reason) = fault.lost {
            *self.summary.lost.entry(reason.into()).or_default() += 1;
        }
        self.note(fault_note(sheet, fault));
    }

    /// Tells the trouble of a cell, or counts it when it has been told often enough.
    pub(super) fn trouble(&mut self, at: At<'_>, trouble: Trouble, value: &str) {
        let told = self.told.entry((at.column, trouble)).or_default();
        *told += 1;
        if *told > trouble.told_max() {
            return;
        }
        self.sink.note(Note {
            severity: trouble.severity(),
            place: at.sheet.place(at.row),
            field: Some(at.title.into()),
            message: trouble.message(&wire::sanitise_note(value), at.field),
            help: Some(trouble.help().into()),
        });
    }

    /// Tells how often each trouble was met that was not told to the end.
    pub(super) fn end_sheet(&mut self, sheet: &Sheet, title: impl Fn(usize) -> String) {
        for ((column, trouble), count) in std::mem::take(&mut self.told) {
            let told_max = trouble.told_max();
            if count > told_max {
                self.sink.note(Note {
                    severity: trouble.severity(),
                    place: sheet.whole(),
                    field: Some(title(column)),
                    message: format!("{} more cells like those told before", count - told_max),
                    help: Some(trouble.help().into()),
                });
            }
        }
    }
}

fn fault_note(sheet: &Sheet, fault: Fault) -> Note {
    Note {
        severity: fault.severity,
        place: fault.row.map_or_else(|| sheet.whole(), |row| sheet.place(row)),
        field: None,
        message: fault.problem,
        help: Some(fault.help.into()),
    }
}

/// Which cell a remark is about.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) row: u64,
    pub(super) column: usize,
    pub(super) title: &'a str,
    pub(super) field: Field,
}
