//! What a verdict rests on, for a reader.

use std::collections::{BTreeMap, BTreeSet};

use model::{Claim, DeviceKind, EvidenceItem};

use crate::weigh::Weighed;

/// More items than this are no longer read; the lightest are left out.
const ITEMS_MAX: usize = 40;

/// The items behind a verdict, heaviest first. An item whose family already said the same of the maker by a heavier
/// one weighs nothing and says so. Left out are those that only repeat the kind of device, and those that leave open
/// another kind of surveillance equipment than the one found: `camera or recorder` is no contradiction of `camera`.
pub(crate) fn items(weighed: &[Weighed<'_>], device: DeviceKind) -> Vec<EvidenceItem> {
    let is_left_open = |claim: &Claim| {
        matches!(claim, Claim::Kind(kind)
            if device.is_surveillance() && kind.is_surveillance() && *kind != device)
    };
    let mut said: Said<'_> = Said::default();
    let mut items: Vec<EvidenceItem> = weighed
        .iter()
        .filter(|item| !is_left_open(&item.reason.claim))
        .filter_map(|item| {
            let is_new = said.is_new(item);
            let is_of_maker = !item.reason.supports.is_empty();
            (is_new || is_of_maker).then(|| EvidenceItem {
                signal: item.reason.signal.to_string(),
                claim: item.reason.words.to_string(),
                weight_bits: if is_new { rounded(item.bits) } else { 0.0 },
                fingerprint: item.reason.fingerprint.to_string(),
                source: item.reason.source.to_string(),
                rank: item.reason.rank,
                family: item.reason.family.to_string(),
            })
        })
        .take(ITEMS_MAX)
        .collect();
    items.sort_by(|a, b| b.weight_bits.total_cmp(&a.weight_bits));
    items
}

fn rounded(bits: f64) -> f64 {
    (bits * 100.0).round() / 100.0
}

/// What each family has said so far, in order of weight.
#[derive(Default)]
struct Said<'w> {
    makers: BTreeMap<(u64, u64), f64>,
    kinds: BTreeMap<(u64, DeviceKind), f64>,
    texts: BTreeSet<(u64, &'w Claim)>,
}

impl<'w> Said<'w> {
    /// Whether this item is the heaviest of its family for anything it says.
    fn is_new(&mut self, item: &'w Weighed<'_>) -> bool {
        let family = item.reason.family_key;
        match &item.reason.claim {
            Claim::Kind(kind) => first(&mut self.kinds, (family, *kind), item.bits),
            Claim::Platform(_) | Claim::Soc(_) | Claim::Brand(_) => {
                self.texts.insert((family, &item.reason.claim))
            }
            _ => {
                // Daughters of a group are supported by the way; what is said is said of those named.
                let named = item.reason.supports.iter().take(item.reason.makers().len());
                let news =
                    named.filter(|one| first(&mut self.makers, (family, one.key), item.bits));
                item.reason.makers().is_empty() || news.count() > 0
            }
        }
    }
}

/// Whether nothing was said of `key` yet; speaking against is a saying of its own.
fn first<K: Ord>(said: &mut BTreeMap<K, f64>, key: K, bits: f64) -> bool {
    match said.get(&key) {
        Some(old) => bits < 0.0 && *old >= 0.0,
        None => {
            said.insert(key, bits);
            true
        }
    }
}
