//! Which observations are about the same device.
//!
//! Strong keys (hardware address, serial number, endpoint UUID) join always. Weak keys (a network address) join
//! only what does not contradict each other and was seen within [`ADDRESS_BOUND_HOURS`]: a stale lease or a
//! re-used address never merges two devices.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use model::{
    Conflict, ConflictKind, DeviceId, MacAddr, Observation, Sha256, SourceKind, Timestamp,
};

/// Two sightings of one address further apart than this may be two devices: a week is longer than any common
/// lease and shorter than the life of an address plan.
const ADDRESS_BOUND_HOURS: i64 = 7 * 24;

/// An address that more devices than this claim is no identity (a factory default, a typing mistake copied down a
/// column).
const CLAIMANTS_MAX: usize = 64;

/// A serial that devices with more hardware addresses than this show, or a hardware address with more serials, is
/// a placeholder: no real device has so many.
const CONTRADICTIONS_MAX: usize = 3;

/// A row that stands for more devices than this is taken for one device of unclear number.
pub const QUANTITY_MAX: u32 = 1_000;

/// How many conflicts of one address are told in full.
const CONFLICTS_PER_ADDRESS_MAX: usize = 8;

/// Number of a source, as the resolver counts them: a local key counts within its source alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceNumber(pub u32);

/// Observations that are about one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Derived from the strongest key.
    pub id: DeviceId,
    /// Positions of its observations, in the order they were added.
    pub members: Vec<u32>,
    /// Identity conflicts met while joining.
    pub conflicts: Vec<Conflict>,
}

/// Joins observations: feed them in any order, then [`finish`](Resolver::finish).
#[derive(Debug, Default)]
pub struct Resolver {
    sources: Vec<(Sha256, SourceKind)>,
    rows: Vec<Row>,
    macs: Keys<u64>,
    serials: Keys<Box<str>>,
    uuids: Keys<Box<str>>,
    locals: Keys<(u32, Box<str>)>,
    addresses: Vec<Claim>,
}

/// The keys of one observation.
#[derive(Debug, Clone, Default)]
pub struct RowKeys {
    macs: Vec<u64>,
    serials: Vec<Box<str>>,
    uuids: Vec<Box<str>>,
    addresses: Vec<(IpAddr, Option<Span>)>,
    quantity: u32,
    label: Box<str>,
    tagged: bool,
}

impl RowKeys {
    /// Takes what can identify a device and leaves placeholders out.
    pub fn of(observation: &Observation) -> Self {
        let subject = &observation.subject;
        let declared = observation.declared.as_deref();
        let quantity = declared.and_then(|declared| declared.quantity).unwrap_or(1);
        let mut keys = Self {
            quantity: if quantity > QUANTITY_MAX { 1 } else { quantity.max(1) },
            label: subject.local.clone().unwrap_or_else(|| observation.place.0.clone()),
            tagged: subject.local.is_some(),
            ..Self::default()
        };
        let own = |mac: &&MacAddr| mac.is_identity() && !is_shared_mac(**mac);
        keys.macs.extend(subject.macs.iter().filter(own).map(|mac| mac.to_u64()));
        for serial in &subject.serials {
            keys.add_serial(serial);
        }
        let telling = |uuid: &str| uuid.chars().collect::<BTreeSet<_>>().len() > 4;
        keys.uuids.extend(subject.uuids.iter().filter(|uuid| telling(uuid)).cloned());
        for claim in subject.addresses.iter().filter(|claim| names_one_device(claim.address)) {
            let from = claim.from.or(observation.at);
            let until = claim.until.or(observation.until).or(claim.from);
            keys.addresses.push((claim.address, span(from, until)));
        }
        keys
    }

    fn add_serial(&mut self, serial: &str) {
        // The serial of some makers is the hardware address without separators.
        if let Ok(mac) = serial.parse::<MacAddr>()
            && mac.oui().is_some()
            && mac.is_identity()
        {
            self.macs.push(mac.to_u64());
        }
        if let Some(key) = serial_key(serial) {
            if let Some(tail) = serial_tail(&key) {
                self.serials.push(tail.into());
            }
            self.serials.push(key);
        }
    }
}

/// What is kept of an observation: enough to join and to name it.
#[derive(Debug)]
struct Row {
    source: SourceNumber,
    quantity: u32,
    label: Box<str>,
    tagged: bool,
}

/// An address and when the observation says it was held.
#[derive(Debug, Clone, Copy)]
struct Claim {
    address: IpAddr,
    row: u32,
    span: Option<Span>,
}

/// From when to when, in seconds since the epoch.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: i64,
    until: i64,
}

impl Span {
    /// Seconds between two spans; zero when they touch.
    fn gap(self, other: Self) -> i64 {
        let later = self.from.max(other.from);
        let earlier = self.until.min(other.until);
        later.saturating_sub(earlier).max(0)
    }

    fn widen(self, other: Self) -> Self {
        Self { from: self.from.min(other.from), until: self.until.max(other.until) }
    }
}

/// Rows by key.
#[derive(Debug)]
struct Keys<K> {
    numbers: HashMap<K, u32>,
    uses: Vec<(u32, u32)>,
}

impl<K> Default for Keys<K> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), uses: Vec::new() }
    }
}

impl<K: Eq + std::hash::Hash> Keys<K> {
    fn add(&mut self, key: K, row: u32) {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(key).or_insert(next);
        self.uses.push((number, row));
    }

    /// Rows by key number, in ascending order of both.
    fn sorted(&self) -> Vec<(u32, u32)> {
        let mut uses = self.uses.clone();
        uses.sort_unstable();
        uses.dedup();
        uses
    }
}

/// Disjoint sets of rows; the lowest row of a set is its root.
struct Sets {
    parents: Vec<u32>,
}

impl Sets {
    fn new(rows: usize) -> Self {
        Self { parents: (0..).take(rows).collect() }
    }

    fn parent(&self, row: u32) -> u32 {
        self.parents.get(row as usize).copied().unwrap_or(row)
    }

    fn root(&mut self, row: u32) -> u32 {
        let mut root = row;
        while self.parent(root) != root {
            root = self.parent(root);
        }
        let mut at = row;
        while at != root {
            let next = self.parent(at);
            if let Some(slot) = self.parents.get_mut(at as usize) {
                *slot = root;
            }
            at = next;
        }
        root
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        let (low, high) = (one.min(other), one.max(other));
        if let Some(slot) = self.parents.get_mut(high as usize) {
            *slot = low;
        }
    }
}

/// A serial as it is compared: letters and digits in upper case; `None` for what identifies nothing.
fn serial_key(serial: &str) -> Option<Box<str>> {
    let key: String = serial
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let distinct: BTreeSet<char> = key.chars().collect();
    let counting = "0123456789012345".contains(&key) || "1234567890123456".contains(&key);
    (key.len() >= 6 && distinct.len() >= 3 && !counting).then(|| key.into())
}

/// The unit's own part of a serial that begins with a model: `…20210406AAWRF00000001` ends in the nine characters
/// that the label shows (fact file `protocols.md` 1.1).
fn serial_tail(key: &str) -> Option<&str> {
    let key = key.strip_suffix("WCVU").unwrap_or(key);
    let tail_start = key.len().checked_sub(9)?;
    let region_start = tail_start.checked_sub(4)?;
    let date_start = region_start.checked_sub(8)?;
    let all = |range: std::ops::Range<usize>, test: fn(u8) -> bool| {
        key.as_bytes().get(range).is_some_and(|bytes| bytes.iter().copied().all(test))
    };
    (date_start > 0
        && all(date_start..region_start, |byte| byte.is_ascii_digit())
        && all(region_start..tail_start, |byte| byte.is_ascii_uppercase()))
    .then(|| key.get(tail_start..))
    .flatten()
}

/// Whether an address can belong to one device at a time.
fn names_one_device(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            !(v4.is_unspecified()
                || v4.is_loopback()
                || v4.is_multicast()
                || v4.is_broadcast()
                || v4.is_link_local())
        }
        IpAddr::V6(v6) => {
            !(v6.is_unspecified()
                || v6.is_loopback()
                || v6.is_multicast()
                || v6.is_unicast_link_local())
        }
    }
}

fn span(from: Option<Timestamp>, until: Option<Timestamp>) -> Option<Span> {
    let from = from.map(Timestamp::as_second);
    let until = until.map(Timestamp::as_second);
    let (from, until) = (from.or(until)?, until.or(from)?);
    Some(Span { from: from.min(until), until: from.max(until) })
}

/// A hardware address that routers share for redundancy (VRRP, HSRP) belongs to no single device.
fn is_shared_mac(mac: MacAddr) -> bool {
    matches!(mac.octets(), [0x00, 0x00, 0x5e, 0x00, 0x01, _] | [0x00, 0x00, 0x0c, 0x07, 0xac, _])
}

impl Resolver {
    /// Announces the next source; its number is given to [`add`](Resolver::add).
    pub fn source(&mut self, sha256: Sha256, kind: SourceKind) -> SourceNumber {
        self.sources.push((sha256, kind));
        SourceNumber(u32::try_from(self.sources.len() - 1).unwrap_or(u32::MAX))
    }

    /// How many observations were added.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none was added.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Takes the keys of the next observation; positions count from 0.
    pub fn add(&mut self, source: SourceNumber, observation: &Observation) {
        self.add_keys(source, RowKeys::of(observation));
    }

    /// As [`add`](Resolver::add), for a caller that took the keys on another thread.
    pub fn add_keys(&mut self, source: SourceNumber, keys: RowKeys) {
        let row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        for mac in keys.macs {
            self.macs.add(mac, row);
        }
        for serial in keys.serials {
            self.serials.add(serial, row);
        }
        for uuid in keys.uuids {
            self.uuids.add(uuid, row);
        }
        let kind = self.sources.get(source.0 as usize).map(|(_, kind)| *kind);
        if keys.tagged && kind == Some(SourceKind::Signals) {
            self.locals.add((source.0, keys.label.clone()), row);
        }
        for (address, span) in keys.addresses {
            self.addresses.push(Claim { address, row, span });
        }
        let RowKeys { quantity, label, tagged, .. } = keys;
        self.rows.push(Row { source, quantity, label, tagged });
    }

    /// The devices, in the order of their first observation.
    pub fn finish(self) -> Vec<Group> {
        let mut sets = Sets::new(self.rows.len());
        let mut conflicts: BTreeMap<u32, Vec<Conflict>> = BTreeMap::new();
        self.join_strong(&mut sets, &mut conflicts);
        self.join_weak(&mut sets, &mut conflicts);
        self.groups(&mut sets, conflicts)
    }

    fn join_strong(&self, sets: &mut Sets, conflicts: &mut BTreeMap<u32, Vec<Conflict>>) {
        let macs = self.macs.sorted();
        let serials = self.serials.sorted();
        let mac_by_row = by_row(&macs);
        let serial_by_row = by_row(&serials);
        join_runs(&macs, &serial_by_row, sets, |rows| {
            let words = "rows with different serial numbers show one hardware address";
            self.placeholder(rows, words, conflicts);
        });
        join_runs(&serials, &mac_by_row, sets, |rows| {
            let words = "devices with different hardware addresses show one serial number";
            self.placeholder(rows, words, conflicts);
        });
        join_runs(&self.uuids.sorted(), &mac_by_row, sets, |_| {});
        join_runs(&self.locals.sorted(), &[], sets, |_| {});
        self.note_doubled_rows(&macs, conflicts);
    }

    /// A key that too many devices share joins nothing; each of them carries the finding.
    fn placeholder(
        &self,
        rows: &[(u32, u32)],
        words: &str,
        conflicts: &mut BTreeMap<u32, Vec<Conflict>>,
    ) {
        for (_, row) in rows.iter().take(CLAIMANTS_MAX) {
            conflicts.entry(*row).or_default().push(Conflict {
                kind: ConflictKind::Identity,
                one: self.label(*row),
                other: format!("{words} ({} in all): it was not used to join them", rows.len()),
            });
        }
    }

    /// Two rows of one register that claim one hardware address.
    fn note_doubled_rows(&self, macs: &[(u32, u32)], conflicts: &mut BTreeMap<u32, Vec<Conflict>>) {
        for pair in macs.windows(2) {
            let [(mac, one), (other_mac, other)] = pair else { continue };
            let (Some(first), Some(second)) = (self.row(*one), self.row(*other)) else { continue };
            let same_register = first.source == second.source
                && self.kind(first.source) == Some(SourceKind::Register);
            if mac == other_mac && same_register && first.label != second.label {
                conflicts.entry(*one).or_default().push(Conflict {
                    kind: ConflictKind::Identity,
                    one: self.label(*one),
                    other: format!("{} claims the same hardware address", self.label(*other)),
                });
            }
        }
    }

    fn join_weak(&self, sets: &mut Sets, conflicts: &mut BTreeMap<u32, Vec<Conflict>>) {
        let mut claims = self.addresses.clone();
        claims.sort_by_key(|claim| (claim.address, claim.row));
        let mut has_mac = marks(self.rows.len(), &self.macs.uses, sets);
        let mut has_serial = marks(self.rows.len(), &self.serials.uses, sets);
        for run in claims.chunk_by(|one, other| one.address == other.address) {
            let mut holders = self.holders(run, sets, &has_mac, &has_serial);
            if holders.len() < 2 || holders.len() > CLAIMANTS_MAX {
                continue;
            }
            // Those with the most keys first: the others may join them. The rest of the order is by content, so
            // that the order of import does not show.
            holders.sort_by_key(|holder| {
                let span = holder.span.map(|span| (span.from, span.until));
                (!holder.mac, !holder.serial, span.is_none(), span, holder.root)
            });
            for anchor in self.join_holders(holders, sets, conflicts) {
                let root = sets.root(anchor.root) as usize;
                for (marks, mark) in [(&mut has_mac, anchor.mac), (&mut has_serial, anchor.serial)]
                {
                    if let Some(slot) = marks.get_mut(root) {
                        *slot = mark;
                    }
                }
            }
        }
    }

    fn holders(
        &self,
        claims: &[Claim],
        sets: &mut Sets,
        has_mac: &[bool],
        has_serial: &[bool],
    ) -> Vec<Holder> {
        let mut holders: BTreeMap<u32, Holder> = BTreeMap::new();
        for claim in claims {
            let root = sets.root(claim.row);
            let marked = |marks: &[bool]| marks.get(root as usize).copied().unwrap_or(false);
            let holder = holders.entry(root).or_insert_with(|| Holder {
                root,
                address: claim.address,
                mac: marked(has_mac),
                serial: marked(has_serial),
                span: None,
                registers: BTreeSet::new(),
            });
            holder.span = match (holder.span, claim.span) {
                (Some(one), Some(other)) => Some(one.widen(other)),
                (one, other) => one.or(other),
            };
            if let Some(row) = self.row(claim.row)
                && self.kind(row.source) == Some(SourceKind::Register)
            {
                holder.registers.insert(row.source);
            }
        }
        holders.into_values().collect()
    }

    fn join_holders(
        &self,
        holders: Vec<Holder>,
        sets: &mut Sets,
        conflicts: &mut BTreeMap<u32, Vec<Conflict>>,
    ) -> Vec<Holder> {
        let mut anchors: Vec<Holder> = Vec::new();
        for holder in holders {
            let fitting: Vec<usize> = anchors
                .iter()
                .enumerate()
                .filter(|(_, anchor)| anchor.may_be(&holder))
                .map(|(position, _)| position)
                .collect();
            let chosen = match fitting.as_slice() {
                [one] => Some(*one),
                [] => None,
                several => holder.nearest(several, &anchors),
            };
            match chosen.and_then(|position| anchors.get_mut(position)) {
                Some(anchor) => {
                    sets.join(anchor.root, holder.root);
                    anchor.absorb(holder);
                }
                None => {
                    let disputed = anchors.iter().filter(|anchor| anchor.disputes(&holder));
                    for anchor in disputed.take(CONFLICTS_PER_ADDRESS_MAX) {
                        for (one, other) in [(anchor, &holder), (&holder, anchor)] {
                            conflicts
                                .entry(one.root)
                                .or_default()
                                .push(self.address_conflict(one, other));
                        }
                    }
                    anchors.push(holder);
                }
            }
        }
        anchors
    }

    fn address_conflict(&self, one: &Holder, other: &Holder) -> Conflict {
        Conflict {
            kind: ConflictKind::Identity,
            one: format!("{} holds the address {}", self.label(one.root), one.address),
            other: format!("{} holds it too, and is another device", self.label(other.root)),
        }
    }

    fn row(&self, row: u32) -> Option<&Row> {
        self.rows.get(row as usize)
    }

    fn kind(&self, source: SourceNumber) -> Option<SourceKind> {
        self.sources.get(source.0 as usize).map(|(_, kind)| *kind)
    }

    fn label(&self, row: u32) -> String {
        let Some(row) = self.row(row) else { return String::from("an observation") };
        let kind = self.kind(row.source).map_or("source", SourceKind::as_str);
        format!("{kind} {}", row.label)
    }

    fn groups(&self, sets: &mut Sets, mut conflicts: BTreeMap<u32, Vec<Conflict>>) -> Vec<Group> {
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (row, _) in (0u32..).zip(&self.rows) {
            members.entry(sets.root(row)).or_default().push(row);
        }
        let mut found: BTreeMap<u32, Vec<Conflict>> = BTreeMap::new();
        while let Some((row, list)) = conflicts.pop_first() {
            found.entry(sets.root(row)).or_default().extend(list);
        }
        let names = Names::of(self, sets);
        let mut taken: HashMap<String, u32> = HashMap::with_capacity(members.len());
        let mut groups = Vec::with_capacity(members.len());
        for (root, members) in members {
            let mut conflicts = found.remove(&root).unwrap_or_default();
            conflicts.sort_by(|a, b| (a.kind, &a.one, &a.other).cmp(&(b.kind, &b.one, &b.other)));
            conflicts.dedup();
            let quantity = match members.as_slice() {
                [only] => self.row(*only).map_or(1, |row| row.quantity),
                _ => 1,
            };
            for copy in 1..=quantity {
                let name = names.name(self, root);
                let name = if quantity > 1 { format!("{name}.{copy}") } else { name };
                let count = taken.entry(name.clone()).or_insert(0);
                *count += 1;
                let name = if *count > 1 { format!("{name}_{count}") } else { name };
                if let Ok(id) = name.parse::<DeviceId>() {
                    groups.push(Group {
                        id,
                        members: members.clone(),
                        conflicts: conflicts.clone(),
                    });
                }
            }
        }
        groups
    }
}

/// A set of rows that claims an address.
#[derive(Debug)]
struct Holder {
    root: u32,
    address: IpAddr,
    mac: bool,
    serial: bool,
    span: Option<Span>,
    /// Registers it has a row in: two rows of one register are two devices.
    registers: BTreeSet<SourceNumber>,
}

impl Holder {
    /// Whether two holders can be one device: no key of the same kind differs, they do not stand in one
    /// register, and the times are near.
    fn may_be(&self, other: &Self) -> bool {
        let differ = (self.mac && other.mac) || (self.serial && other.serial);
        !differ
            && self.registers.is_disjoint(&other.registers)
            && self.distance(other) <= ADDRESS_BOUND_HOURS * 3_600
    }

    /// Seconds between the two; zero when one has no time at all.
    fn distance(&self, other: &Self) -> i64 {
        match (self.span, other.span) {
            (Some(one), Some(other)) => one.gap(other),
            _ => 0,
        }
    }

    /// Which of several it belongs to: the nearest in time, or, without a time, the newest that held the address;
    /// `None` when that is not clear.
    fn nearest(&self, several: &[usize], anchors: &[Self]) -> Option<usize> {
        let score = |position: &usize| {
            let anchor = anchors.get(*position)?;
            let newest = anchor.span.map_or(i64::MIN, |span| span.until);
            Some(if self.span.is_some() {
                (self.distance(anchor), 0)
            } else {
                (0, newest.checked_neg().unwrap_or(i64::MAX))
            })
        };
        let mut scored: Vec<_> =
            several.iter().filter_map(|position| Some((score(position)?, *position))).collect();
        scored.sort_unstable();
        match scored.as_slice() {
            [(best, position), (second, _), ..] if best < second => Some(*position),
            _ => None,
        }
    }

    /// Whether both cannot have held the address: they differ in a key and their times overlap, or one is a
    /// register that says "now".
    fn disputes(&self, other: &Self) -> bool {
        let differ = (self.mac && other.mac) || (self.serial && other.serial);
        let doubled = !self.registers.is_disjoint(&other.registers);
        (differ || doubled) && self.distance(other) == 0
    }

    fn absorb(&mut self, other: Self) {
        self.mac |= other.mac;
        self.serial |= other.serial;
        self.span = match (self.span, other.span) {
            (Some(one), Some(other)) => Some(one.widen(other)),
            (one, other) => one.or(other),
        };
        self.registers.extend(other.registers);
    }
}

/// Key numbers by row, in ascending order.
fn by_row(uses: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut rows: Vec<(u32, u32)> = uses.iter().map(|(key, row)| (*row, *key)).collect();
    rows.sort_unstable();
    rows
}

/// Joins all rows that share a key, unless they show too many different `others`: then `placeholder` is told.
fn join_runs(
    uses: &[(u32, u32)],
    others: &[(u32, u32)],
    sets: &mut Sets,
    mut placeholder: impl FnMut(&[(u32, u32)]),
) {
    for run in uses.chunk_by(|one, other| one.0 == other.0) {
        let [(_, first), rest @ ..] = run else { continue };
        if rest.is_empty() {
            continue;
        }
        let mut different = BTreeSet::new();
        for (_, row) in run {
            let start = others.partition_point(|(other_row, _)| other_row < row);
            // One key of the row is enough to tell it from the others.
            if let Some((_, key)) = others.get(start).filter(|(other_row, _)| other_row == row) {
                different.insert(*key);
            }
        }
        if different.len() > CONTRADICTIONS_MAX {
            placeholder(run);
            continue;
        }
        for (_, row) in rest {
            sets.join(*first, *row);
        }
    }
}

/// For every root, whether any of its rows uses such a key.
fn marks(rows: usize, uses: &[(u32, u32)], sets: &mut Sets) -> Vec<bool> {
    let mut marks = vec![false; rows];
    for (_, row) in uses {
        if let Some(mark) = marks.get_mut(sets.root(*row) as usize) {
            *mark = true;
        }
    }
    marks
}

/// The strongest key of every set.
struct Names {
    macs: HashMap<u32, u64>,
    serials: HashMap<u32, Box<str>>,
    uuids: HashMap<u32, Box<str>>,
    addresses: HashMap<u32, IpAddr>,
}

impl Names {
    fn of(resolver: &Resolver, sets: &mut Sets) -> Self {
        let addresses = resolver.addresses.iter().map(|claim| (claim.row, claim.address)).collect();
        Self {
            macs: least(resolver.macs.named(), sets),
            serials: least(resolver.serials.named(), sets),
            uuids: least(resolver.uuids.named(), sets),
            addresses: least(addresses, sets),
        }
    }

    fn name(&self, resolver: &Resolver, root: u32) -> String {
        if let Some(mac) = self.macs.get(&root) {
            return format!("mac-{mac:012x}");
        }
        let row = resolver.row(root);
        let tag = row.filter(|row| row.tagged).map(|row| slug(&row.label));
        if let Some(serial) = self.serials.get(&root) {
            return format!("serial-{}", slug(serial));
        }
        if let Some(uuid) = self.uuids.get(&root) {
            return format!("uuid-{}", slug(uuid));
        }
        if let Some(tag) = tag.filter(|tag| !tag.is_empty()) {
            return format!("tag-{tag}");
        }
        if let Some(address) = self.addresses.get(&root) {
            return format!("address-{address}");
        }
        let (sha256, label) = row
            .and_then(|row| Some((resolver.sources.get(row.source.0 as usize)?.0, &*row.label)))
            .unwrap_or((Sha256([0; 32]), ""));
        let hash: String = sha256.to_string().chars().take(8).collect();
        format!("row-{hash}-{}", slug(label))
    }
}

impl<K: Clone + Eq + std::hash::Hash> Keys<K> {
    /// Rows and their keys.
    fn named(&self) -> Vec<(u32, K)> {
        let mut keys: Vec<Option<&K>> = vec![None; self.numbers.len()];
        #[expect(clippy::iter_over_hash_type, reason = "each key goes to the place of its number")]
        for (key, number) in &self.numbers {
            if let Some(slot) = keys.get_mut(*number as usize) {
                *slot = Some(key);
            }
        }
        let key = |number: u32| keys.get(number as usize).copied().flatten().cloned();
        self.uses.iter().filter_map(|(number, row)| Some((*row, key(*number)?))).collect()
    }
}

/// The least key of each set: the same whatever the order of the observations.
fn least<K: Ord>(uses: Vec<(u32, K)>, sets: &mut Sets) -> HashMap<u32, K> {
    let mut least: HashMap<u32, K> = HashMap::new();
    for (row, key) in uses {
        match least.entry(sets.root(row)) {
            std::collections::hash_map::Entry::Vacant(slot) => drop(slot.insert(key)),
            std::collections::hash_map::Entry::Occupied(mut slot) => {
                if key < *slot.get() {
                    slot.insert(key);
                }
            }
        }
    }
    least
}

/// Text as part of a device id.
fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || matches!(character, '.' | '_') {
            slug.push(character);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= 60 {
            break;
        }
    }
    slug.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests;
