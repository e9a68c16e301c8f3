//! Permission as a value: who allowed which addresses, when.

use std::net::IpAddr;

/// Leave to send to one address, once. Only a [`Scope`] gives it; it cannot be copied or kept for another address.
#[derive(Debug, PartialEq, Eq)]
pub struct Permit {
    address: IpAddr,
}

impl Permit {
    /// The address it is for.
    pub fn address(&self) -> IpAddr {
        self.address
    }
}

/// Why an address may not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// It lies outside every range of the scope.
    #[error("{0} lies outside the scope")]
    Outside(IpAddr),
}

/// Who allowed what.
#[derive(Debug, Clone)]
pub struct Scope {}
