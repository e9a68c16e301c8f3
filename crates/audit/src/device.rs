//! From the observations of one device to the device: keys, words and signals merged, attributed, placed.

use std::collections::BTreeSet;
use std::net::IpAddr;

use assess::{DeviceInput, Facts, MakerRecord, SocRecord};
use attribute::{Attributor, QUANTITY_MAX};
use knowledge::Knowledge;
use model::{
    Attribution, Conflict, ConflictKind, Declared, DeclaredMaker, MacAddr, MakerId, Observation,
    Signal, Timestamp,
};
use report::{DeclaredLine, DeviceLine, SourceLine};
use store::SourceId;

use crate::former::Former;
use crate::{Context, SourceIndex};

/// Places told per source; a capture may show a device ten thousand times.
const PLACES_MAX: usize = 20;

/// What a device's observations hold together, before anything is concluded.
pub(crate) struct Merged {
    pub(crate) signals: Vec<Signal>,
    declared: Option<Declared>,
    /// What older editions of registers said, where no register says anything today.
    last_declared: Option<Declared>,
    differences: Vec<Conflict>,
    /// Newest first.
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) macs: Vec<MacAddr>,
    serials: Vec<String>,
    hostnames: Vec<String>,
    seen: Option<(Timestamp, Timestamp)>,
    has_uuid: bool,
}

/// A device with what was concluded.
pub(crate) struct Judged {
    pub(crate) attribution: Attribution,
    pub(crate) declared_maker: Option<DeclaredMaker>,
    pub(crate) site: Option<String>,
    pub(crate) zone: Option<String>,
    pub(crate) facts: Facts,
}

impl Merged {
    /// The order of the observations decides only between equals.
    pub(crate) fn of<'o>(observations: impl IntoIterator<Item = &'o Observation>) -> Self {
        let of_today: Vec<_> =
            observations.into_iter().map(|observation| (observation, None)).collect();
        Self::of_editions(&of_today)
    }

    /// As [`of`](Self::of), where some rows stand in an older edition of a register alone: what such a row says counts
    /// only while no register says anything today, its address only while nothing else is known of the device.
    pub(crate) fn of_editions(observations: &[(&Observation, Option<&Former>)]) -> Self {
        let is_declared = observations
            .iter()
            .any(|(observation, former)| former.is_none() && observation.declared.is_some());
        let is_known = observations.iter().any(|(_, former)| former.is_none());
        let mut signals = BTreeSet::new();
        let mut macs = BTreeSet::new();
        let mut serials = BTreeSet::new();
        let mut hostnames = BTreeSet::new();
        let mut addresses: Vec<(Option<Timestamp>, IpAddr)> = Vec::new();
        let mut words = Words::default();
        let mut last_words = Words::default();
        let mut gone = Vec::new();
        let mut seen: Option<(Timestamp, Timestamp)> = None;
        let mut has_uuid = false;
        for (observation, former) in observations {
            let subject = &observation.subject;
            macs.extend(subject.macs.iter().copied());
            serials.extend(subject.serials.iter().map(|serial| String::from(&**serial)));
            has_uuid |= !subject.uuids.is_empty();
            if former.is_some() && is_declared {
                continue;
            }
            signals.extend(&observation.signals);
            if former.is_none() || !is_known {
                hostnames.extend(subject.hostname.as_deref().map(String::from));
                for claim in &subject.addresses {
                    let newest =
                        claim.until.or(observation.until).or(claim.from).or(observation.at);
                    addresses.push((newest, claim.address));
                }
            }
            if let Some(former) = former {
                gone.push(former.finding(&observation.place.0));
            }
            if let Some(declared) = observation.declared.as_deref() {
                let words = if former.is_some() { &mut last_words } else { &mut words };
                words.add(declared, &observation.place.0);
            }
            let from = observation.at.or(observation.until);
            let until = observation.until.or(observation.at);
            if let (Some(from), Some(until)) = (from, until) {
                seen = Some(match seen {
                    Some((first, last)) => (first.min(from), last.max(until)),
                    None => (from, until),
                });
            }
        }
        // A row that stands for four devices became four devices: each of them stands for itself.
        if observations.len() == 1
            && let Some(declared) = words.declared.as_mut().or(last_words.declared.as_mut())
        {
            declared.quantity = declared.quantity.filter(|quantity| *quantity > QUANTITY_MAX);
        }
        addresses.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut known = BTreeSet::new();
        let addresses = addresses
            .into_iter()
            .map(|(_, address)| address)
            .filter(|a| known.insert(*a))
            .collect();
        let mut differences = words.differences;
        differences.extend(gone);
        Self {
            signals: signals.into_iter().cloned().collect(),
            declared: words.declared,
            last_declared: last_words.declared,
            differences,
            addresses,
            macs: macs.into_iter().collect(),
            serials: serials.into_iter().collect(),
            hostnames: hostnames.into_iter().collect(),
            seen,
            has_uuid,
        }
    }

    /// Whether registers named it once and none does today.
    pub(crate) const fn is_gone(&self) -> bool {
        self.last_declared.is_some()
    }

    /// What is only an address, or an address with a name, is no device.
    pub(crate) fn is_device(&self) -> bool {
        !self.signals.is_empty()
            || !self.macs.is_empty()
            || !self.serials.is_empty()
            || self.has_uuid
            || self.declared.is_some()
            || self.last_declared.is_some()
    }

    pub(crate) fn judged(
        &self,
        attributor: &Attributor<'_>,
        context: &Context,
        identity_conflicts: &[Conflict],
        purchase: bool,
    ) -> Judged {
        let mut attribution = attributor.attribute(&self.signals);
        attribution.conflicts.extend(self.differences.iter().cloned());
        attribution.conflicts.extend(identity_conflicts.iter().cloned());
        attribution
            .conflicts
            .sort_by(|a, b| (a.kind, &a.one, &a.other).cmp(&(b.kind, &b.one, &b.other)));
        attribution.conflicts.dedup();
        // A device that its register dropped stands where it stood until its removal is shown.
        let declared = self.declared.as_ref().or(self.last_declared.as_ref());
        let declared_maker = declared.and_then(|declared| attributor.declared_maker(declared));
        let site_word = declared.and_then(|declared| declared.site.as_deref());
        // A register without a site column often names the site where it names the place.
        let place_word = declared.and_then(|declared| declared.location.as_deref());
        let placement = assess::place(&context.estate, site_word.or(place_word), &self.addresses);
        let knowledge = attributor.knowledge();
        let soc = attribution.soc.as_deref().and_then(|soc| knowledge.soc(soc)).map(|soc| {
            SocRecord { maker: soc.maker.to_string(), country: soc.country.to_string() }
        });
        let facts = assess::facts(
            DeviceInput {
                attribution: &attribution,
                declared,
                declared_maker: declared_maker.as_ref(),
                placement,
                soc: soc.as_ref(),
                purchase,
            },
            &context.estate,
            &|id| maker_record(knowledge, id),
            context.as_of,
        );
        let site =
            placement.site.map(|site| site.id.clone()).or_else(|| site_word.map(String::from));
        let zone = placement.zone.map(|zone| zone.id.clone());
        Judged { attribution, declared_maker, site, zone, facts }
    }

    /// The public form, without verdicts.
    pub(crate) fn line(
        self,
        id: String,
        judged: Judged,
        observations: &[(SourceId, Observation)],
        sources: &SourceIndex,
    ) -> DeviceLine {
        let Judged { attribution, declared_maker, site, zone, facts: _ } = judged;
        let Attribution {
            kind,
            maker,
            alternatives,
            level,
            brand,
            model,
            firmware,
            serial,
            rebranded,
            conflicts,
            evidence,
            platform: _,
            soc: _,
            quirks,
        } = attribution;
        DeviceLine {
            id,
            kind,
            maker,
            alternatives,
            level,
            brand,
            model,
            firmware,
            serial,
            rebranded,
            conflicts,
            evidence,
            addresses: self.addresses,
            macs: self.macs,
            serials: self.serials,
            hostnames: self.hostnames,
            site,
            zone,
            declared: self.declared.map(|words| {
                let (brand, maker) =
                    declared_maker.map_or((None, None), |maker| (maker.brand, maker.maker));
                DeclaredLine { words, brand, maker }
            }),
            sources: source_lines(observations, sources),
            verdicts: Vec::new(),
            next: Vec::new(),
            quirks,
            first_seen: self.seen.map(|(first, _)| first.to_string()),
            last_seen: self.seen.map(|(_, last)| last.to_string()),
        }
    }
}

fn source_lines(
    observations: &[(SourceId, Observation)],
    sources: &SourceIndex,
) -> Vec<SourceLine> {
    let mut lines: Vec<(SourceId, SourceLine)> = Vec::new();
    for (id, observation) in observations {
        // Places of rows that are gone say so: [`Former::marked`].
        let place = || String::from(&*observation.place.0);
        match lines.iter_mut().find(|(known, _)| known == id) {
            Some((_, line)) if line.places.len() < PLACES_MAX => line.places.push(place()),
            Some(_) => {}
            None => {
                if let Some(source) = sources.get(*id) {
                    let line = SourceLine {
                        name: source.name.to_string(),
                        kind: source.kind.as_str(),
                        sha256: source.sha256.to_string(),
                        places: vec![place()],
                    };
                    lines.push((*id, line));
                }
            }
        }
    }
    lines.into_iter().map(|(_, line)| line).collect()
}

pub(crate) fn maker_record(knowledge: &Knowledge, id: &MakerId) -> Option<MakerRecord> {
    let maker = knowledge.maker(id)?;
    Some(MakerRecord {
        id: maker.id.clone(),
        name: maker.short_name.to_string(),
        country: maker.country.to_string(),
        parent: maker.parent.to_string(),
        subject_to_prc_nil: maker.subject_to_prc_nil,
        ndaa_889: match maker.ndaa_889 {
            knowledge::Ndaa889::Named => "named",
            knowledge::Ndaa889::Subsidiary => "subsidiary",
            knowledge::Ndaa889::No => "no",
        },
        fcc_covered: maker.fcc_covered,
    })
}

/// What registers say, merged: the first word stands, a different one is a finding.
#[derive(Default)]
struct Words {
    declared: Option<Declared>,
    place: Box<str>,
    differences: Vec<Conflict>,
}

impl Words {
    fn add(&mut self, other: &Declared, place: &str) {
        let Some(declared) = &mut self.declared else {
            self.declared = Some(other.clone());
            self.place = place.into();
            return;
        };
        let mut differ = |field: &str, one: &str, two: &str| {
            self.differences.push(Conflict {
                kind: ConflictKind::DeclaredFact,
                one: format!("{} says {field} `{one}`", self.place),
                other: format!("{place} says {field} `{two}`"),
            });
        };
        let Declared {
            make,
            model,
            text,
            kind,
            firmware,
            site,
            location,
            owner,
            purpose,
            status,
            installed,
            installed_unclear,
            quantity,
        } = declared;
        for (field, one, two) in [
            ("make", make, &other.make),
            ("model", model, &other.model),
            ("kind", kind, &other.kind),
            ("firmware", firmware, &other.firmware),
            ("site", site, &other.site),
            ("owner", owner, &other.owner),
            ("status", status, &other.status),
        ] {
            match (one.as_deref(), two.as_deref()) {
                (Some(one), Some(two)) if !same_words(one, two) => differ(field, one, two),
                (None, Some(two)) => *one = Some(two.into()),
                _ => {}
            }
        }
        for (one, two) in
            [(text, &other.text), (location, &other.location), (purpose, &other.purpose)]
        {
            if one.is_none() {
                one.clone_from(two);
            }
        }
        match (&*installed, other.installed) {
            (Some(one), Some(two)) if *one != two => {
                differ("install date", &one.to_string(), &two.to_string());
            }
            (None, Some(two)) => *installed = Some(two),
            _ => {}
        }
        if installed.is_none() && installed_unclear.is_none() {
            installed_unclear.clone_from(&other.installed_unclear);
        }
        *quantity = (*quantity).or(other.quantity);
    }
}

fn same_words(one: &str, two: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    letters(one) == letters(two)
}
