//! Cameras and recorders that can be bought, by who built them; and what each says (fact file `protocols.md`).

mod boards;
mod consumer;
mod dahua;
mod hikvision;
mod professional;
mod uniview;

use model::DeviceKind;

use super::behaviour::Behaviour;
use super::unit::Unit;
use crate::messages::Identity;

/// Something that can be bought.
#[derive(Debug, Clone, Copy)]
pub struct Product {
    /// Its name here.
    pub name: &'static str,
    /// Who built it: an id of the knowledge base; `unknown` for what is no surveillance equipment.
    pub maker: &'static str,
    /// The word on the box.
    pub brand: &'static str,
    /// What it is.
    pub kind: DeviceKind,
    /// How its hardware addresses begin.
    pub oui: [u8; 3],
    /// What a unit of it does.
    pub behaviour: fn(&Unit) -> Behaviour,
}

/// Every camera, recorder and encoder, makers together.
const PRODUCTS: &[&[Product]] = &[
    hikvision::PRODUCTS,
    dahua::PRODUCTS,
    uniview::PRODUCTS,
    boards::PRODUCTS,
    professional::PRODUCTS,
    consumer::PRODUCTS,
];

/// Every camera, recorder and encoder.
pub fn products() -> impl Iterator<Item = &'static Product> {
    PRODUCTS.iter().copied().flatten()
}

const fn product(
    name: &'static str,
    (maker, brand): (&'static str, &'static str),
    kind: DeviceKind,
    oui: [u8; 3],
    behaviour: fn(&Unit) -> Behaviour,
) -> Product {
    Product { name, maker, brand, kind, oui, behaviour }
}

/// What a unit says of itself in the messages of [`crate::messages`].
fn identity<'a>(unit: &Unit, model: &'a str, serial: &'a str, firmware: &'a str) -> Identity<'a> {
    Identity { model, serial, firmware, mac: unit.mac, address: unit.shown }
}

/// Where the unit says that it is, over HTTP.
fn base(unit: &Unit) -> String {
    format!("http://{}", unit.shown)
}

fn owned(scopes: &[&str]) -> Vec<String> {
    scopes.iter().map(|scope| (*scope).to_owned()).collect()
}
