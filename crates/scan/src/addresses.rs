//! Sets of addresses, held as ranges: a /8 takes as much memory as one address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// The most addresses that one IPv6 prefix or range may bring into a set of targets, as many as an IPv4 /16 holds. A
/// segment holds 2⁶⁴: who would go through it finds nobody.
pub const IPV6_RANGE_MAX: u64 = 65_536;

/// Why something is no set of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSet {
    /// An IPv6 prefix or range of more than [`IPV6_RANGE_MAX`] addresses.
    #[error("IPv6 is never swept: list addresses")]
    Ipv6Sweep,
    /// The last address comes before the first.
    #[error("the range ends before it begins")]
    Reversed,
    /// One end is IPv4, the other IPv6.
    #[error("the range begins in IPv4 and ends in IPv6, or the other way round")]
    Mixed,
}

/// A set of addresses in the order of their numbers: IPv4 before IPv6, but for `::1`, which comes first of all.
///
/// It is kept as sorted ranges that neither meet nor overlap. An IPv4 address that is written as IPv6 (`::ffff:10.0.0.1`)
/// is that IPv4 address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Addresses {
    ranges: Ranges,
    /// How many addresses come before each range.
    before: Vec<u64>,
    len: u64,
}

impl Addresses {
    /// One address.
    pub fn one(address: IpAddr) -> Self {
        Self::from(Ranges::new(vec![Range::one(address)]))
    }

    /// All addresses from `first` to `last`, both included.
    ///
    /// # Errors
    /// [`NoSet`]: the ends do not belong together, or the range is a sweep of IPv6.
    pub fn between(first: IpAddr, last: IpAddr) -> Result<Self, NoSet> {
        Ok(Self::from(Ranges::new(vec![target(first, last)?])))
    }

    /// All addresses of a network, its first and last too.
    ///
    /// # Errors
    /// [`NoSet::Ipv6Sweep`].
    pub fn of_network(network: IpNet) -> Result<Self, NoSet> {
        Self::between(network.network(), network.broadcast())
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Does it hold this address?
    pub fn contains(&self, address: IpAddr) -> bool {
        self.ranges.contains(number(address))
    }

    /// The address with this index, counted from 0.
    pub fn nth(&self, index: u64) -> Option<IpAddr> {
        if index >= self.len {
            return None;
        }
        let place = self.before.partition_point(|before| *before <= index).checked_sub(1)?;
        let offset = index.checked_sub(*self.before.get(place)?)?;
        self.ranges.0.get(place)?.first.checked_add(offset.into()).map(address)
    }

    /// The index of an address: the inverse of [`Addresses::nth`].
    pub fn index_of(&self, address: IpAddr) -> Option<u64> {
        let number = number(address);
        let place = self.ranges.place(number)?;
        let offset = u64::try_from(number - self.ranges.0.get(place)?.first).ok()?;
        self.before.get(place)?.checked_add(offset)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.ranges.0.iter().flat_map(|range| (range.first..=range.last).map(address))
    }

    /// The ranges it consists of, first and last address each.
    pub fn ranges(&self) -> impl ExactSizeIterator<Item = (IpAddr, IpAddr)> + '_ {
        self.ranges.0.iter().map(|range| (address(range.first), address(range.last)))
    }

    /// What stands in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::from(self.ranges.union(&other.ranges))
    }

    /// What stands in this set and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.without(&other.ranges)
    }

    /// What stands in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.within(&other.ranges)
    }

    pub(crate) fn without(&self, ranges: &Ranges) -> Self {
        Self::from(self.ranges.difference(ranges))
    }

    pub(crate) fn within(&self, ranges: &Ranges) -> Self {
        Self::from(self.ranges.intersection(ranges))
    }
}

/// Only ranges that [`target`] let pass, or a part of them: the count of addresses then fits.
impl From<Ranges> for Addresses {
    fn from(ranges: Ranges) -> Self {
        let mut len = 0_u64;
        let before = ranges
            .0
            .iter()
            .map(|range| {
                let before = len;
                len = len.saturating_add(range.len());
                before
            })
            .collect();
        Self { ranges, before, len }
    }
}

/// A range that may stand among targets.
pub(crate) fn target(first: IpAddr, last: IpAddr) -> Result<Range, NoSet> {
    let range = Range::between(first, last)?;
    match range.len() {
        len if len > IPV6_RANGE_MAX && range.is_ipv6() => Err(NoSet::Ipv6Sweep),
        _ => Ok(range),
    }
}

// --- ranges of numbers ------------------------------------------------------------------------------------

/// What [`number`] gives the first IPv4 address.
const IPV4_FIRST: u128 = Ipv4Addr::UNSPECIFIED.to_ipv6_mapped().to_bits();
/// What [`number`] gives the last IPv4 address.
const IPV4_LAST: u128 = Ipv4Addr::BROADCAST.to_ipv6_mapped().to_bits();

/// IPv4 addresses take the place that RFC 4291 gives them in IPv6 (`::ffff:0:0/96`): no host can have two numbers.
pub(crate) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The inverse of [`number`].
pub(crate) fn address(number: u128) -> IpAddr {
    Ipv6Addr::from_bits(number).to_canonical()
}

/// Addresses by their numbers, from the first to the last. INVARIANT: `first <= last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Range {
    first: u128,
    last: u128,
}

impl Range {
    pub(crate) fn one(address: IpAddr) -> Self {
        let number = number(address);
        Self { first: number, last: number }
    }

    pub(crate) fn between(first: IpAddr, last: IpAddr) -> Result<Self, NoSet> {
        if first.to_canonical().is_ipv4() != last.to_canonical().is_ipv4() {
            return Err(NoSet::Mixed);
        }
        let (first, last) = (number(first), number(last));
        if first <= last { Ok(Self { first, last }) } else { Err(NoSet::Reversed) }
    }

    /// INVARIANT: `first` is not behind `last`.
    pub(crate) fn ipv4(first: Ipv4Addr, last: Ipv4Addr) -> Self {
        let (first, last) = (number(first.into()), number(last.into()));
        Self { first, last: last.max(first) }
    }

    /// The addresses of a network; a network of IPv6 does not hold those of IPv4 that stand in its midst.
    pub(crate) fn of_network(network: IpNet) -> impl Iterator<Item = Self> {
        let whole = Self { first: number(network.network()), last: number(network.broadcast()) };
        let around = whole.first < IPV4_FIRST && IPV4_LAST < whole.last;
        let parts = if around {
            [
                Some(Self { first: whole.first, last: IPV4_FIRST - 1 }),
                Some(Self { first: IPV4_LAST + 1, last: whole.last }),
            ]
        } else {
            [Some(whole), None]
        };
        parts.into_iter().flatten()
    }

    pub(crate) fn is_ipv6(self) -> bool {
        !(IPV4_FIRST..=IPV4_LAST).contains(&self.first)
    }

    /// How many addresses; the greatest number where they are more than it counts.
    pub(crate) fn len(self) -> u64 {
        u64::try_from(self.last - self.first).unwrap_or(u64::MAX).saturating_add(1)
    }
}

/// Ranges in order that neither meet nor overlap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Ranges(Vec<Range>);

impl Ranges {
    pub(crate) fn new(mut ranges: Vec<Range>) -> Self {
        ranges.sort_unstable();
        ranges.dedup_by(|next, kept| {
            let joins = kept.last.checked_add(1).is_none_or(|after| next.first <= after);
            if joins {
                kept.last = kept.last.max(next.last);
            }
            joins
        });
        Self(ranges)
    }

    pub(crate) fn of_networks<'n>(networks: impl IntoIterator<Item = &'n IpNet>) -> Self {
        Self::new(networks.into_iter().flat_map(|network| Range::of_network(*network)).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many ranges.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn into_inner(self) -> Vec<Range> {
        self.0
    }

    /// How many of its addresses are IPv6.
    pub(crate) fn ipv6_len(&self) -> u64 {
        let lengths = self.0.iter().filter(|range| range.is_ipv6()).map(|range| range.len());
        lengths.fold(0, u64::saturating_add)
    }

    pub(crate) fn contains(&self, number: u128) -> bool {
        self.place(number).is_some()
    }

    pub(crate) fn overlap(&self, range: Range) -> bool {
        let place = self.0.partition_point(|ours| ours.last < range.first);
        self.0.get(place).is_some_and(|ours| ours.first <= range.last)
    }

    /// Is all of a range within?
    pub(crate) fn cover(&self, range: Range) -> bool {
        let ours = self.place(range.first).and_then(|place| self.0.get(place));
        ours.is_some_and(|ours| range.last <= ours.last)
    }

    /// Which range holds a number.
    fn place(&self, number: u128) -> Option<usize> {
        let place = self.0.partition_point(|range| range.first <= number).checked_sub(1)?;
        (number <= self.0.get(place)?.last).then_some(place)
    }

    pub(crate) fn union(&self, other: &Self) -> Self {
        Self::new(self.0.iter().chain(&other.0).copied().collect())
    }

    pub(crate) fn intersection(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        let (mut ours, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(our), Some(their)) = (ours.peek(), theirs.peek()) {
            let first = our.first.max(their.first);
            let last = our.last.min(their.last);
            if first <= last {
                both.push(Range { first, last });
            }
            if our.last < their.last {
                ours.next()
            } else {
                theirs.next()
            };
        }
        Self(both)
    }

    pub(crate) fn difference(&self, other: &Self) -> Self {
        self.intersection(&other.complement())
    }

    /// All numbers that stand in no range.
    fn complement(&self) -> Self {
        let mut gaps = Vec::with_capacity(self.0.len() + 1);
        let mut next = Some(0);
        for range in &self.0 {
            if let Some(first) = next.filter(|first| *first < range.first) {
                gaps.push(Range { first, last: range.first - 1 });
            }
            next = range.last.checked_add(1);
        }
        gaps.extend(next.map(|first| Range { first, last: u128::MAX }));
        Self(gaps)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn network(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    #[test]
    fn a_slash_8_is_one_range_and_every_index_has_its_address() {
        let all = Addresses::of_network(network("10.0.0.0/8")).unwrap();
        assert_eq!((all.len(), all.ranges().len()), (1 << 24, 1));
        assert_eq!(all.nth(0), Some(ip("10.0.0.0")));
        assert_eq!(all.nth((1 << 24) - 1), Some(ip("10.255.255.255")));
        assert_eq!(all.nth(1 << 24), None);
        assert_eq!(all.index_of(ip("10.1.0.0")), Some(65_536));
        assert_eq!(all.index_of(ip("11.0.0.0")), None);
    }

    #[test]
    fn all_of_ipv4_is_a_set_too() {
        let all = Addresses::of_network(network("0.0.0.0/0")).unwrap();
        assert_eq!(all.len(), 1 << 32);
        assert_eq!(all.nth(u64::from(u32::MAX)), Some(ip("255.255.255.255")));
    }

    #[test]
    fn ipv6_comes_after_ipv4_and_is_never_swept() {
        let both = Addresses::of_network(network("fd00::/112"))
            .unwrap()
            .union(&Addresses::one(ip("10.0.0.1")));
        assert_eq!(both.len(), 65_537);
        assert_eq!(both.nth(0), Some(ip("10.0.0.1")));
        assert_eq!(both.nth(1), Some(ip("fd00::")));
        assert_eq!(Addresses::of_network(network("fd00::/111")), Err(NoSet::Ipv6Sweep));
        assert_eq!(Addresses::between(ip("::1"), ip("fd00::")), Err(NoSet::Ipv6Sweep));
    }

    #[test]
    fn ends_that_do_not_belong_together_make_no_range() {
        assert_eq!(Addresses::between(ip("10.0.0.2"), ip("10.0.0.1")), Err(NoSet::Reversed));
        assert_eq!(Addresses::between(ip("10.0.0.2"), ip("fd00::1")), Err(NoSet::Mixed));
    }

    #[test]
    fn an_ipv4_address_has_one_number_however_it_is_written() {
        let set = Addresses::one(ip("::ffff:10.0.0.1"));
        assert!(set.contains(ip("10.0.0.1")));
        assert_eq!(set.nth(0), Some(ip("10.0.0.1")));
    }

    #[test]
    fn a_network_of_ipv6_holds_no_ipv4() {
        let everything = Ranges::of_networks(&[network("::/0")]);
        assert!(!everything.contains(number(ip("10.0.0.1"))));
        assert!(everything.contains(number(ip("::1"))));
        assert!(everything.contains(number(ip("ffff::1"))));
    }

    /// Few addresses, so that ranges meet, overlap and swallow each other.
    fn some_set() -> impl Strategy<Value = (Addresses, BTreeSet<IpAddr>)> {
        let range = (0_u32..64, 0_u32..8, any::<bool>());
        proptest::collection::vec(range, 0..8).prop_map(|ranges| {
            let at = |low: u32, ipv6: bool| match ipv6 {
                true => IpAddr::V6(Ipv6Addr::from_bits(0xfd00 << 112 | u128::from(low))),
                false => IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 | low)),
            };
            let mut set = Addresses::default();
            let mut all = BTreeSet::new();
            for (first, more, ipv6) in ranges {
                let part = Addresses::between(at(first, ipv6), at(first + more, ipv6)).unwrap();
                all.extend(part.iter());
                set = set.union(&part);
            }
            (set, all)
        })
    }

    proptest! {
        #[test]
        fn sets_of_ranges_are_sets_of_addresses(
            (one, all_one) in some_set(),
            (two, all_two) in some_set(),
        ) {
            let same = |set: Addresses, all: BTreeSet<IpAddr>| {
                prop_assert_eq!(set.len(), all.len() as u64);
                prop_assert_eq!(set.iter().collect::<BTreeSet<_>>(), all);
                // Only one way to write a set.
                prop_assert_eq!(Ranges::new(set.ranges.0.clone()), set.ranges);
                Ok(())
            };
            same(one.union(&two), &all_one | &all_two)?;
            same(one.difference(&two), &all_one - &all_two)?;
            same(one.intersection(&two), &all_one & &all_two)?;
        }

        #[test]
        fn index_of_is_the_inverse_of_nth((set, all) in some_set()) {
            for (index, address) in (0_u64..).zip(&all) {
                prop_assert_eq!(set.nth(index), Some(*address));
                prop_assert_eq!(set.index_of(*address), Some(index));
            }
            prop_assert_eq!(set.nth(all.len() as u64), None);
        }
    }
}
