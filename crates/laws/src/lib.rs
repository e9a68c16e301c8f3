//! Development only: what holds whatever arrives.
//!
//! Each [`Target`] is one way for foreign bytes to come in, the laws that hold for all of them, and made-up
//! seeds. The fuzz crate runs the laws on what a fuzzer thinks of; a test of this crate runs them on the seeds
//! in `fuzz/seeds/` and on every input that once broke one. A law is an assertion: broken, it panics.

mod decoders;
mod estate;
mod feed;
mod firmware;
mod inference;
mod kb;
mod readers;
mod rendering;
mod searches;
mod secret;
mod streams;
mod tools;

/// One way in, with its laws.
pub struct Target {
    /// Name of the fuzz target and of the folder of its seeds.
    pub name: &'static str,
    /// Panics when `data` breaks a law.
    pub check: fn(&[u8]),
    /// Inputs to begin with, one a grammar; the same on every run.
    pub seeds: fn() -> Vec<Seed>,
}

/// An input to begin with.
pub struct Seed {
    /// File name inside the target's folder.
    pub name: String,
    /// What the target is given.
    pub bytes: Vec<u8>,
}

impl Seed {
    fn new(name: impl Into<String>, parts: &[&[u8]]) -> Self {
        Self { name: name.into(), bytes: parts.concat() }
    }
}

/// Every target.
pub static TARGETS: &[Target] = &[
    Target {
        name: "wire_datagram",
        check: decoders::check_datagram,
        seeds: decoders::datagram_seeds,
    },
    Target { name: "wire_frame", check: decoders::check_frame, seeds: decoders::frame_seeds },
    Target { name: "wire_stream", check: decoders::check_stream, seeds: decoders::stream_seeds },
    Target { name: "wire_expand", check: decoders::check_expand, seeds: decoders::text_seeds },
    Target { name: "wire_sanitise", check: decoders::check_sanitise, seeds: decoders::text_seeds },
    Target { name: "wire_firmware", check: firmware::check, seeds: firmware::seeds },
    Target { name: "intake_any", check: readers::check_any, seeds: readers::any_seeds },
    Target { name: "intake_format", check: readers::check_format, seeds: readers::format_seeds },
    Target { name: "intake_preview", check: readers::check_preview, seeds: readers::table_seeds },
    Target {
        name: "intake_register",
        check: readers::check_register,
        seeds: readers::register_seeds,
    },
    Target { name: "intake_mapping", check: readers::check_mapping, seeds: readers::mapping_seeds },
    Target { name: "intake_tcp", check: streams::check, seeds: streams::seeds },
    Target { name: "knowledge_load", check: kb::check, seeds: kb::seeds },
    Target { name: "assess_estate", check: estate::check, seeds: estate::seeds },
    Target { name: "attribute_identify", check: inference::check, seeds: inference::seeds },
    Target { name: "report_render", check: rendering::check, seeds: rendering::seeds },
];

/// Runs the laws of one target on `data`: what a fuzz target calls.
///
/// # Panics
/// When a law is broken, or no target has this name.
pub fn check(target: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|known| known.name == target);
    (target.expect("a target of this crate").check)(data);
}
