//! Development only: devices that speak as real ones do, and the shipped example built from them.
//!
//! Every address, serial number and name here is made up; the grammar of each message follows the fact
//! files. Nothing in the product depends on this crate. Read [`messages`] first, then [`townhall`]; [`estate`] puts
//! such devices behind a network that a scan can be driven against.

pub mod capture;
mod chance;
pub mod estate;
pub mod messages;
pub mod nation;
pub mod quic;
pub mod townhall;
