//! The figures, each with what it is a part of.

use std::fmt;

use model::{Answer, ConflictKind, DeviceKind, Level, Ternary, ZoneClass};

use crate::words::{count, has_maker, worst};
use crate::{DeviceLine, ReportData};

/// Counts over a report. Every figure about makers and verdicts is a part of [`Figures::surveillance`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Everything that showed or declared something.
    pub devices: usize,
    /// Surveillance equipment: the denominator of what follows.
    pub surveillance: usize,
    /// Devices whose kind is not known. Not counted as surveillance equipment, nor as harmless.
    pub kind_unknown: usize,
    /// Devices that are something else, and rows that are no device.
    pub other: usize,
    /// Evidence consistent with a maker that a law lists.
    pub listed: usize,
    /// Evidence consistent with a maker that no law known here lists.
    pub not_listed: usize,
    /// Evidence consistent with a maker of which the report does not know whether a law lists it.
    pub listing_unknown: usize,
    /// Strong evidence for more than one maker.
    pub conflicting: usize,
    /// Too little evidence for any maker.
    pub maker_unknown: usize,
    /// Of those with a maker: confirmed, probable, possible.
    pub levels: [usize; 3],
    /// By worst verdict, in the order of [`Answer::ALL`].
    pub worst: [usize; 5],
    /// No rule was asked.
    pub not_judged: usize,
    /// In a zone of class core.
    pub in_core_zone: usize,
    /// In no zone that the estate file names.
    pub zone_unknown: usize,
    /// A register declares one maker, the device shows another.
    pub declared_conflicts: usize,
    /// Brand and maker differ.
    pub rebranded: usize,
    /// Register rows that stand for more than one device, and how many they stand for.
    pub bulk_rows: (usize, u64),
}

impl Figures {
    /// Counts `data`.
    pub fn of(data: &ReportData) -> Self {
        let mut figures = Self { devices: data.devices.len(), ..Self::default() };
        for device in &data.devices {
            figures.add_quantity(device);
            match device.kind {
                kind if kind.is_surveillance() => figures.add_surveillance(data, device),
                DeviceKind::Unknown => figures.kind_unknown += 1,
                _ => figures.other += 1,
            }
        }
        figures
    }

    /// How many have this worst answer.
    pub fn with_answer(&self, answer: Answer) -> usize {
        Answer::ALL.into_iter().zip(self.worst).find(|(a, _)| *a == answer).map_or(0, |(_, n)| n)
    }

    /// Evidence consistent with one maker, whoever it is.
    pub fn maker_established(&self) -> usize {
        self.listed + self.not_listed + self.listing_unknown
    }

    fn add_quantity(&mut self, device: &DeviceLine) {
        if let Some(quantity) = device.declared.as_ref().and_then(|d| d.words.quantity)
            && quantity > 1
        {
            self.bulk_rows.0 += 1;
            self.bulk_rows.1 += u64::from(quantity);
        }
    }

    fn add_surveillance(&mut self, data: &ReportData, device: &DeviceLine) {
        self.surveillance += 1;
        match (has_maker(device), device.level) {
            (true, _) => match data.listed(&device.maker.id) {
                Ternary::Yes => self.listed += 1,
                Ternary::No => self.not_listed += 1,
                Ternary::Unknown => self.listing_unknown += 1,
            },
            (false, Level::Conflicting) => self.conflicting += 1,
            (false, _) => self.maker_unknown += 1,
        }
        if has_maker(device) {
            let [confirmed, probable, possible] = &mut self.levels;
            match device.level {
                Level::Confirmed => *confirmed += 1,
                Level::Probable => *probable += 1,
                _ => *possible += 1,
            }
        }
        match worst(device) {
            None => self.not_judged += 1,
            Some(verdict) => Answer::ALL
                .into_iter()
                .zip(&mut self.worst)
                .filter(|(answer, _)| *answer == verdict.answer)
                .for_each(|(_, number)| *number += 1),
        }
        match data.zone_class(device) {
            Some(ZoneClass::Core) => self.in_core_zone += 1,
            Some(_) => {}
            None => self.zone_unknown += 1,
        }
        self.declared_conflicts += usize::from(declared_conflict(device));
        self.rebranded += usize::from(device.rebranded);
    }
}

/// Whether a register declares one maker and the device shows another.
pub(crate) fn declared_conflict(device: &DeviceLine) -> bool {
    device.conflicts.iter().any(|conflict| conflict.kind == ConflictKind::DeclaredMaker)
}

/// The figures as lines for a terminal.
impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Destructured, so that no new figure goes unprinted.
        let Self {
            devices,
            surveillance,
            kind_unknown,
            other,
            listed,
            not_listed,
            listing_unknown,
            conflicting,
            maker_unknown,
            levels: [confirmed, probable, possible],
            worst,
            not_judged,
            in_core_zone,
            zone_unknown,
            declared_conflicts,
            rebranded,
            bulk_rows: (rows, stand_for),
        } = *self;
        let of = |n: usize| format!("{} of {}", count(n), count(surveillance));
        writeln!(
            f,
            "{} devices: {} surveillance equipment, {} of unknown kind, {} other",
            count(devices),
            count(surveillance),
            count(kind_unknown),
            count(other)
        )?;
        writeln!(f, "of the surveillance equipment, evidence consistent with")?;
        writeln!(f, "  a maker that a law lists     {}", of(listed))?;
        writeln!(f, "  another maker                {}", of(not_listed))?;
        if listing_unknown > 0 {
            writeln!(f, "  a maker, listing not known   {}", of(listing_unknown))?;
        }
        writeln!(f, "  more than one maker          {}", of(conflicting))?;
        writeln!(f, "  no maker: not established    {}", of(maker_unknown))?;
        writeln!(
            f,
            "  (confirmed {}, probable {}, possible {})",
            count(confirmed),
            count(probable),
            count(possible)
        )?;
        writeln!(f, "worst verdict")?;
        for (answer, number) in Answer::ALL.into_iter().zip(worst) {
            writeln!(f, "  {:<28} {}", answer.as_str(), of(number))?;
        }
        if not_judged > 0 {
            writeln!(f, "  {:<28} {}", "no rule was asked", of(not_judged))?;
        }
        writeln!(f, "in a core zone {}; zone not known {}", of(in_core_zone), of(zone_unknown))?;
        writeln!(
            f,
            "declared maker contradicted {}; rebranded {}",
            of(declared_conflicts),
            of(rebranded)
        )?;
        if rows > 0 {
            writeln!(
                f,
                "{} register rows stand for {} devices and are counted once each",
                count(rows),
                count(stand_for)
            )?;
        }
        Ok(())
    }
}
