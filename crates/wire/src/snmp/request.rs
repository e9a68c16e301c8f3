//! Questions to an agent, version 2c, with a community that its owner gave. There is no way to write a Set.
//!
//! Fact file `protocols.md` section 5.6: to try a community that nobody gave is a test of default credentials.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::{Unwritable, ber};

/// `version` of 2c.
const VERSION: i32 = 1;
const NULL: u8 = 0x05;
/// Tags of PDUs that read (RFC 3416 section 3).
const GET: u8 = 0xa0;
const GET_NEXT: u8 = 0xa1;
const GET_BULK: u8 = 0xa5;
/// Longer ones are not configured anywhere.
const COMMUNITY_BYTES_MAX: usize = 255;
/// RFC 2578 section 3.5.
const ARCS_MAX: usize = 128;

/// The word that opens an agent to its owner: a secret, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Community(Box<str>);

impl Community {
    /// Takes what the owner wrote down.
    ///
    /// # Errors
    /// [`Unwritable`] when it is empty, too long, or holds control characters, such as the line end of its file.
    pub fn new(community: &str) -> Result<Self, Unwritable> {
        Unwritable::check("community", community, COMMUNITY_BYTES_MAX, |c| !c.is_control())?;
        Ok(Self(community.into()))
    }
}

impl fmt::Debug for Community {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Community(redacted)")
    }
}

/// The name of a variable, or of a table of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(Cow<'static, [u32]>);

impl Oid {
    /// What the device says it is.
    pub const SYS_DESCR: Self = Self::fixed(&[1, 3, 6, 1, 2, 1, 1, 1, 0]);
    /// The number of its maker and product.
    pub const SYS_OBJECT_ID: Self = Self::fixed(&[1, 3, 6, 1, 2, 1, 1, 2, 0]);
    /// What its owner calls it.
    pub const SYS_NAME: Self = Self::fixed(&[1, 3, 6, 1, 2, 1, 1, 5, 0]);
    /// Table of a switch: hardware address to bridge port (RFC 4188).
    pub const DOT1D_TP_FDB_PORT: Self = Self::fixed(&[1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2]);
    /// The same for each VLAN (RFC 4363).
    pub const DOT1Q_TP_FDB_PORT: Self = Self::fixed(&[1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2]);
    /// Table of a switch: bridge port to interface.
    pub const DOT1D_BASE_PORT_IF_INDEX: Self = Self::fixed(&[1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2]);
    /// Names of interfaces (RFC 2863).
    pub const IF_NAME: Self = Self::fixed(&[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1]);
    /// Table of a router: network address to hardware address (RFC 4293).
    pub const IP_NET_TO_MEDIA_PHYS_ADDRESS: Self = Self::fixed(&[1, 3, 6, 1, 2, 1, 4, 22, 1, 2]);

    const fn fixed(arcs: &'static [u32]) -> Self {
        Self(Cow::Borrowed(arcs))
    }

    /// Its numbers.
    pub fn arcs(&self) -> &[u32] {
        &self.0
    }
}

/// Text that names no variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "no object identifier: 2 to 128 numbers with dots between, of which the first is 0, 1 or 2"
)]
pub struct NoOid;

impl FromStr for Oid {
    type Err = NoOid;

    fn from_str(text: &str) -> Result<Self, NoOid> {
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let arcs: Vec<u32> = text
            .strip_prefix('.')
            .unwrap_or(text)
            .split('.')
            .take(ARCS_MAX + 1)
            .map(|part| part.parse().ok().filter(|_| is_number(part)).ok_or(NoOid))
            .collect::<Result<_, _>>()?;
        // What the first octet on the wire can hold (X.690 section 8.19.4).
        let is_sound = matches!(*arcs, [0 | 1, 0..=39, ..] | [2, 0..=0xffff_ff00, ..]);
        if is_sound && arcs.len() <= ARCS_MAX { Ok(Self(Cow::Owned(arcs))) } else { Err(NoOid) }
    }
}

/// Asks for the values of these variables.
pub fn get(community: &Community, request_id: i32, names: &[Oid]) -> Vec<u8> {
    message(community, GET, [request_id, 0, 0], names)
}

/// Asks for the variables that follow these: a step through a table.
pub fn get_next(community: &Community, request_id: i32, names: &[Oid]) -> Vec<u8> {
    message(community, GET_NEXT, [request_id, 0, 0], names)
}

/// Asks for up to `rows` variables that follow each of these: many steps at once.
pub fn get_bulk(community: &Community, request_id: i32, rows: u8, names: &[Oid]) -> Vec<u8> {
    message(community, GET_BULK, [request_id, 0, i32::from(rows)], names)
}

/// Version, community, and the PDU: three numbers and a list of names, each with nothing for a value.
fn message(community: &Community, pdu: u8, numbers: [i32; 3], names: &[Oid]) -> Vec<u8> {
    let variables: Vec<u8> = names.iter().flat_map(variable).collect();
    let mut content: Vec<u8> = numbers.into_iter().flat_map(ber::written_integer).collect();
    content.extend(ber::written(ber::SEQUENCE, &variables));
    let parts = [
        ber::written_integer(VERSION),
        ber::written(ber::OCTET_STRING, community.0.as_bytes()),
        ber::written(pdu, &content),
    ];
    ber::written(ber::SEQUENCE, &parts.concat())
}

fn variable(name: &Oid) -> Vec<u8> {
    let pair = [ber::written_object_identifier(name.arcs()), ber::written(NULL, &[])].concat();
    ber::written(ber::SEQUENCE, &pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_community_is_never_shown() {
        let community = Community::new("hunter2").unwrap();
        assert!(!format!("{community:?}").contains("hunter2"));
        let refused = Community::new("hunter2\n").unwrap_err();
        assert!(!format!("{refused:?} {refused}").contains("hunter2"));
        assert!(Community::new("").is_err() && Community::new(&"x".repeat(256)).is_err());
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        assert_eq!("1.3.6.1.2.1.1.1.0".parse(), Ok(Oid::SYS_DESCR));
        assert_eq!(".1.3.6.1.2.1.31.1.1.1.1".parse(), Ok(Oid::IF_NAME));
        let long = vec!["1"; 129].join(".");
        for text in ["", "1", "1.40", "3.1", "1..3", "1.3.x", "1.3.+6", "1.3.4294967296", &long] {
            assert_eq!(text.parse::<Oid>(), Err(NoOid), "{text}");
        }
    }
}
