//! Which rows of two editions of a register are about the same device.
//!
//! Rows are paired by the best key that both have: all they say, serial number, hardware address, all but the
//! asset tag, asset tag, network address, host name, place. A key counts only where it names one row on each side; a weak key never joins rows
//! whose strong keys differ. What is left is gone, or was added: a wrong guess would drop a device, a missing one only
//! asks for a look. The order of rows never matters.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};

use model::Observation;
use serde::Serialize;
use store::ObservationId;

/// A shorter serial number cannot tell one device from another.
const SERIAL_CHARS_MIN: usize = 4;

/// An address alone is given to the next device; with a make and a model, say, it tells a row that was numbered anew.
const REST_FIELDS_MIN: usize = 3;

/// Keys of a register that are looked for among those recorded of others. Both are the least, so that those of a
/// register are among these of an edition that is a hundred times as long.
const KEYS_ASKED_MAX: usize = 2_048;

/// By what two rows were found to be about one device, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PairedBy {
    /// They say the same in every field.
    Content,
    /// Serial number.
    Serial,
    /// Hardware address.
    Mac,
    /// They say the same in every field but the asset tag.
    AllButTag,
    /// Asset tag.
    Tag,
    /// Network address.
    Address,
    /// Site and host name.
    Name,
    /// Site and place within it.
    Position,
}

impl PairedBy {
    const KEYS: [Self; 7] = [
        Self::Serial,
        Self::Mac,
        Self::AllButTag,
        Self::Tag,
        Self::Address,
        Self::Name,
        Self::Position,
    ];

    /// Whether it is a key of the device itself and not of its row or place.
    pub const fn is_strong(self) -> bool {
        matches!(self, Self::Serial | Self::Mac)
    }

    /// For people.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Content => "all fields",
            Self::Serial => "serial number",
            Self::Mac => "MAC address",
            Self::AllButTag => "all but the asset tag",
            Self::Tag => "asset tag",
            Self::Address => "network address",
            Self::Name => "site and name",
            Self::Position => "site and place",
        }
    }
}

/// Two rows about one device, or about what stands in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) older: u32,
    pub(crate) newer: u32,
    pub(crate) by: PairedBy,
    /// The row is the same, the device in it is another: their strong keys differ.
    pub(crate) exchanged: bool,
}

/// Why a row has no partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alone {
    /// No row of the other edition has any of its keys, or none its serial number and hardware address.
    NotThere,
    /// It has nothing that could tell it from other rows.
    NoKey,
    /// Its keys stand on several rows, or on a row of another device.
    KeyUnclear,
    /// Its serial number or hardware address stands on a row of the other edition that was paired with another: a
    /// device that was listed twice.
    ListedTwice,
}

/// What became of all rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pairing {
    /// In the order of the newer edition.
    pub(crate) pairs: Vec<Pair>,
    pub(crate) gone: Vec<(u32, Alone)>,
    pub(crate) added: Vec<(u32, Alone)>,
}

/// A row as far as pairing needs it.
#[derive(Debug, Clone, Copy)]
struct Row {
    id: ObservationId,
    content: u64,
    keys_start: u32,
    keys_end: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    class: PairedBy,
    hash: u64,
}

/// Keys that stand in two editions.
#[derive(Debug)]
pub(crate) struct Shared(HashSet<Key>);

/// What pairing needs of one row, taken from its observation.
#[derive(Debug, Clone)]
pub(crate) struct RowDraft {
    content: u64,
    keys: Vec<Key>,
    fields: u32,
}

/// The rows of one edition.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    rows: Vec<Row>,
    keys: Vec<Key>,
    /// One bit for each field of [`FIELDS`] that any row has.
    fields: u32,
}

/// What a register can say of a device, in the order in which it is shown.
pub(crate) const FIELDS: [&str; 17] = [
    "asset-tag",
    "make",
    "model",
    "serial",
    "mac",
    "address",
    "hostname",
    "site",
    "location",
    "installed",
    "owner",
    "purpose",
    "kind",
    "firmware",
    "status",
    "quantity",
    "text",
];

/// The fields of a row that hold something, in the order of [`FIELDS`].
pub(crate) fn fields(observation: &Observation) -> Vec<(&'static str, String)> {
    let subject = &observation.subject;
    let declared = observation.declared.as_deref().cloned().unwrap_or_default();
    let text = |value: &Option<Box<str>>| value.as_deref().unwrap_or_default().to_owned();
    let list = |mut values: Vec<String>| {
        values.sort();
        values.join(", ")
    };
    let unclear = declared.installed_unclear.as_deref().unwrap_or_default();
    let values = [
        tag(observation).map(|(tag, _)| tag).unwrap_or_default(),
        text(&declared.make),
        text(&declared.model),
        list(subject.serials.iter().map(ToString::to_string).collect()),
        list(subject.macs.iter().map(ToString::to_string).collect()),
        list(subject.addresses.iter().map(|claim| claim.address.to_string()).collect()),
        text(&subject.hostname),
        text(&declared.site),
        text(&declared.location),
        declared.installed.map_or_else(|| unclear.to_owned(), |day| day.to_string()),
        text(&declared.owner),
        text(&declared.purpose),
        text(&declared.kind),
        text(&declared.firmware),
        text(&declared.status),
        declared.quantity.map(|count| count.to_string()).unwrap_or_default(),
        text(&declared.text),
    ];
    FIELDS.into_iter().zip(values).filter(|(_, value)| !value.is_empty()).collect()
}

/// The asset tag, without the place that readers add to one that is not unique, and which device of its row it is.
fn tag(observation: &Observation) -> Option<(String, Option<&str>)> {
    let local = observation.subject.local.as_deref()?;
    let place = &*observation.place.0;
    let (base, nth) = match place.rfind(" (").map(|at| place.split_at(at)) {
        Some((base, nth)) if nth.ends_with(')') && nth.contains(" of ") => (base, nth),
        _ => (place, ""),
    };
    let tag = local.strip_suffix(nth).unwrap_or(local);
    let tag = tag.strip_suffix(&format!(" ({base})")).unwrap_or(tag);
    let number = nth.trim_start_matches(" (").split(' ').next().filter(|text| !text.is_empty());
    Some((tag.to_owned(), number))
}

/// Letters and digits alone, in lower case: spelling makes no other device.
pub(crate) fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn hash<T: Hash>(value: T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// FNV-1a with a last stir, so that the least hashes are any: recorded in databases, and therefore never changed.
fn lasting_hash(kind: u8, bytes: &[u8]) -> u64 {
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = std::iter::once(&kind).chain(bytes).fold(0xcbf2_9ce4_8422_2325, fold);
    let hash = (hash ^ hash >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ hash >> 32
}

/// The keys of the device itself.
fn strong_keys(observation: &Observation) -> impl Iterator<Item = (PairedBy, u64)> {
    let subject = &observation.subject;
    let serials = subject
        .serials
        .iter()
        .map(|serial| letters(serial))
        .filter(|serial| serial.len() >= SERIAL_CHARS_MIN)
        .map(|serial| (PairedBy::Serial, lasting_hash(b'S', serial.as_bytes())));
    let macs = subject
        .macs
        .iter()
        .filter(|mac| mac.is_identity())
        .map(|mac| (PairedBy::Mac, lasting_hash(b'M', &mac.octets())));
    serials.chain(macs)
}

/// The least strong keys of a register, gathered while it is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeySample(BTreeSet<i64>);

impl KeySample {
    /// Takes a row of a register into account.
    pub(crate) fn add(&mut self, observation: &Observation) {
        if observation.declared.is_none() {
            return;
        }
        for (_, hash) in strong_keys(observation) {
            let key = hash.cast_signed();
            if self.0.len() >= KEYS_ASKED_MAX && self.0.last().is_some_and(|last| *last < key) {
                continue;
            }
            self.0.insert(key);
            if self.0.len() > KEYS_ASKED_MAX {
                self.0.pop_last();
            }
        }
    }

    /// The keys, the least first.
    pub(crate) fn keys(&self) -> Vec<i64> {
        self.0.iter().copied().collect()
    }
}

impl RowDraft {
    pub(crate) fn of(observation: &Observation) -> Self {
        let subject = &observation.subject;
        let declared = observation.declared.as_deref();
        let word = |value: Option<&Box<str>>| value.map(|text| letters(text)).unwrap_or_default();
        let site = word(declared.and_then(|words| words.site.as_ref()));
        let said = fields(observation);
        let mut keys = Vec::new();
        let mut add = |class: PairedBy, hash: u64| keys.push(Key { class, hash });
        for (class, hash) in strong_keys(observation) {
            add(class, hash);
        }
        // Tags and addresses are often given anew at each site: together with the site they may be unique where they
        // are not alone.
        if let Some((tag, number)) = tag(observation) {
            let tag = (letters(&tag), number);
            add(PairedBy::Tag, hash(&tag));
            add(PairedBy::Tag, hash((&tag, &site)));
        }
        for claim in &subject.addresses {
            add(PairedBy::Address, hash(claim.address));
            add(PairedBy::Address, hash((claim.address, &site)));
        }
        let name = word(subject.hostname.as_ref());
        if !name.is_empty() {
            add(PairedBy::Name, hash((&site, &name)));
        }
        let location = word(declared.and_then(|words| words.location.as_ref()));
        if !location.is_empty() {
            add(PairedBy::Position, hash((&site, &location)));
        }
        // Numbered anew, rows are known by all the rest, if that says enough to name one device.
        let rest: Vec<_> = said.iter().filter(|(field, _)| *field != "asset-tag").collect();
        if rest.len() >= REST_FIELDS_MIN && keys.iter().any(|key| key.class != PairedBy::Tag) {
            keys.push(Key { class: PairedBy::AllButTag, hash: hash(rest) });
        }
        keys.sort_unstable();
        keys.dedup();
        let named = |name: &str| said.iter().any(|(field, _)| *field == name);
        let bits = FIELDS.iter().zip(0..).filter(|(name, _)| named(name));
        Self { content: hash(&said), fields: bits.fold(0, |all, (_, bit)| all | 1 << bit), keys }
    }
}

impl Rows {
    pub(crate) fn push(&mut self, id: ObservationId, draft: RowDraft) {
        let start = self.keys.len();
        self.keys.extend(draft.keys);
        let index = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        self.rows.push(Row {
            id,
            content: draft.content,
            keys_start: index(start),
            keys_end: index(self.keys.len()),
        });
        self.fields |= draft.fields;
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn id(&self, row: u32) -> Option<ObservationId> {
        self.rows.get(row as usize).map(|row| row.id)
    }

    /// Rows with a serial number or a hardware address.
    pub(crate) fn strong(&self) -> u64 {
        self.numbers().filter(|row| self.is_strong(*row)).count() as u64
    }

    pub(crate) fn is_strong(&self, row: u32) -> bool {
        self.keys_of(row).iter().any(|key| key.class.is_strong())
    }

    /// Fields that some row has here and none there.
    pub(crate) fn fields_without(&self, other: &Self) -> Vec<&'static str> {
        let missing = self.fields & !other.fields;
        FIELDS
            .into_iter()
            .zip(0..)
            .filter(|(_, bit)| missing & 1 << bit != 0)
            .map(|f| f.0)
            .collect()
    }

    /// Which of the keys of some rows also stand in `other`.
    pub(crate) fn shared(&self, rows: impl IntoIterator<Item = u32>, other: &Self) -> Shared {
        let own: HashSet<Key> =
            rows.into_iter().flat_map(|row| self.keys_of(row)).copied().collect();
        Shared(other.keys.iter().filter(|key| own.contains(key)).copied().collect())
    }

    /// Whether the row has a key of a class that `test` says yes to, and that is shared.
    pub(crate) fn shares(&self, row: u32, shared: &Shared, test: fn(PairedBy) -> bool) -> bool {
        self.keys_of(row).iter().any(|key| test(key.class) && shared.0.contains(key))
    }

    fn numbers(&self) -> impl Iterator<Item = u32> + use<> {
        (0..).take(self.rows.len())
    }

    fn keys_of(&self, row: u32) -> &[Key] {
        let Some(row) = self.rows.get(row as usize) else { return &[] };
        self.keys.get(row.keys_start as usize..row.keys_end as usize).unwrap_or_default()
    }

    fn content(&self, row: u32) -> u64 {
        self.rows.get(row as usize).map_or(0, |row| row.content)
    }

    /// Keys of a class with the rows that `counts` says yes to, in order.
    fn holders(&self, class: PairedBy, counts: impl Fn(u32) -> bool) -> Vec<(u64, u32)> {
        let mut holders: Vec<(u64, u32)> = self
            .numbers()
            .filter(|row| counts(*row))
            .flat_map(|row| self.keys_of(row).iter().map(move |key| (*key, row)))
            .filter(|(key, _)| key.class == class)
            .map(|(key, row)| (key.hash, row))
            .collect();
        holders.sort_unstable();
        holders
    }
}

/// Pairs the rows of two editions.
pub(crate) fn pair(older: &Rows, newer: &Rows) -> Pairing {
    let mut work = Work {
        older,
        newer,
        older_taken: vec![false; older.len()],
        newer_taken: vec![false; newer.len()],
        pairs: Vec::new(),
    };
    work.pair_equals();
    for class in PairedBy::KEYS {
        work.round(class);
    }
    work.finish()
}

struct Work<'a> {
    older: &'a Rows,
    newer: &'a Rows,
    older_taken: Vec<bool>,
    newer_taken: Vec<bool>,
    pairs: Vec<Pair>,
}

impl Work<'_> {
    /// Rows that say the same are the same; of several equal ones as many as both have.
    fn pair_equals(&mut self) {
        let sorted = |rows: &Rows| {
            let mut all: Vec<(u64, u32)> =
                rows.numbers().map(|row| (rows.content(row), row)).collect();
            all.sort_unstable();
            all
        };
        for (older, newer) in common(&sorted(self.older), &sorted(self.newer)) {
            for ((_, older), (_, newer)) in older.iter().zip(newer) {
                self.take(Pair {
                    older: *older,
                    newer: *newer,
                    by: PairedBy::Content,
                    exchanged: false,
                });
            }
        }
    }

    /// Pairs rows that have a key of this class in common and no other candidate.
    fn round(&mut self, class: PairedBy) {
        let is_free = |taken: &[bool], row: u32| taken.get(row as usize) == Some(&false);
        // A tag that a paired row has too is not unique, and proves nothing of the row that is left.
        let older =
            self.older.holders(class, |row| !class.is_strong() || is_free(&self.older_taken, row));
        let newer =
            self.newer.holders(class, |row| !class.is_strong() || is_free(&self.newer_taken, row));
        let mut edges = Vec::new();
        for (older, newer) in common(&older, &newer) {
            if let ([(_, older)], [(_, newer)]) = (older, newer)
                && is_free(&self.older_taken, *older)
                && is_free(&self.newer_taken, *newer)
                && let Some(exchanged) = self.judged(*older, *newer, class)
            {
                edges.push((*older, *newer, exchanged));
            }
        }
        edges.sort_unstable();
        edges.dedup();
        let mut older_edges: HashMap<u32, u32> = HashMap::new();
        let mut newer_edges: HashMap<u32, u32> = HashMap::new();
        for (older, newer, _) in &edges {
            *older_edges.entry(*older).or_default() += 1;
            *newer_edges.entry(*newer).or_default() += 1;
        }
        for (older, newer, exchanged) in edges {
            if older_edges.get(&older) == Some(&1) && newer_edges.get(&newer) == Some(&1) {
                self.take(Pair { older, newer, by: class, exchanged });
            }
        }
    }

    /// Whether two rows with a key in common may be paired by it, and whether the device in the row is another.
    fn judged(&self, older: u32, newer: u32, class: PairedBy) -> Option<bool> {
        if class.is_strong() {
            return Some(false);
        }
        let exchanged =
            self.differ(older, newer, PairedBy::Serial) || self.differ(older, newer, PairedBy::Mac);
        match class {
            PairedBy::Tag | PairedBy::AllButTag => Some(exchanged),
            _ if self.differ(older, newer, PairedBy::Tag) => None,
            // An address is given to the next device as it comes; only a place is a place.
            PairedBy::Address => (!exchanged).then_some(false),
            _ => Some(exchanged),
        }
    }

    /// Whether both rows have keys of this class and none in common.
    fn differ(&self, older: u32, newer: u32, class: PairedBy) -> bool {
        let of = |rows: &Rows, row: u32| -> HashSet<u64> {
            let own = rows.keys_of(row).iter().filter(|key| key.class == class);
            own.map(|key| key.hash).collect()
        };
        let (one, other) = (of(self.older, older), of(self.newer, newer));
        !one.is_empty() && !other.is_empty() && one.is_disjoint(&other)
    }

    fn take(&mut self, pair: Pair) {
        for (taken, row) in
            [(&mut self.older_taken, pair.older), (&mut self.newer_taken, pair.newer)]
        {
            if let Some(slot) = taken.get_mut(row as usize) {
                *slot = true;
            }
        }
        self.pairs.push(pair);
    }

    fn finish(mut self) -> Pairing {
        self.pairs.sort_unstable_by_key(|pair| pair.newer);
        let gone = alone(self.older, &self.older_taken, self.newer);
        let added = alone(self.newer, &self.newer_taken, self.older);
        Pairing { pairs: self.pairs, gone, added }
    }
}

fn alone(rows: &Rows, taken: &[bool], others: &Rows) -> Vec<(u32, Alone)> {
    let left: Vec<u32> =
        (0..).zip(taken).filter(|(_, taken)| !**taken).map(|(row, _)| row).collect();
    let shared = rows.shared(left.iter().copied(), others);
    let others_have_strong = others.keys.iter().any(|key| key.class.is_strong());
    let why = |row: u32| {
        if rows.keys_of(row).is_empty() {
            Alone::NoKey
        } else if rows.shares(row, &shared, PairedBy::is_strong) {
            Alone::ListedTwice
        } else if rows.is_strong(row) && others_have_strong {
            // Its own keys would have found it; that its address or place is another's now says nothing.
            Alone::NotThere
        } else if rows.shares(row, &shared, |_| true) {
            Alone::KeyUnclear
        } else {
            Alone::NotThere
        }
    };
    left.into_iter().map(|row| (row, why(row))).collect()
}

type Run<'a> = &'a [(u64, u32)];

/// Runs of equal keys that both sides have; both are in order.
fn common<'a>(older: Run<'a>, newer: Run<'a>) -> Vec<(Run<'a>, Run<'a>)> {
    let mut found = Vec::new();
    let mut others = newer.chunk_by(|one, other| one.0 == other.0).peekable();
    let key = |run: Run<'_>| run.first().map_or(0, |(key, _)| *key);
    for run in older.chunk_by(|one, other| one.0 == other.0) {
        while others.next_if(|other| key(other) < key(run)).is_some() {}
        if let Some(other) = others.next_if(|other| key(other) == key(run)) {
            found.push((run, other));
        }
    }
    found
}

#[cfg(test)]
mod tests;
