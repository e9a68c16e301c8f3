//! Containers of firmware files: who makes devices that take such a file.
//!
//! A container is laid out by one maker, as a certificate's subject is (rank 2 of the fact file `protocols.md` 9.2). What
//! its header says of vendor, model and chip is of lesser ranks, so that a file alone confirms nothing, however much its
//! header says.

use std::sync::Arc;

use knowledge::{Confidence, FirmwareFormat};
use model::{Claim, DeviceKind, MakerId};
use wire::firmware::{Container, Field, Holds};

use super::{Origin, Page, Reader, maker_claim, source_text};
use crate::company::{are_related, makes_cameras_alone};
use crate::name::normal;
use crate::reason::{Fact, Text};

/// A container of one maker or one house, its layout published and checked.
const CONFIRMED_BITS: f64 = 15.0;
/// The same, told by one source.
const REPORTED_BITS: f64 = 10.0;
/// Told by hearsay.
const UNVERIFIED_BITS: f64 = 4.0;
/// A container that anybody may use, and one maker is known to.
const SHARED_BITS: f64 = 2.0;
/// A maker of cameras alone makes firmware of cameras and recorders: it is surveillance equipment, most of it cameras.
const KIND_BITS: f64 = 5.0;
/// The header says which.
const SAID_KIND_BITS: f64 = 9.0;
/// The header names the chip.
const CHIP_BITS: f64 = 6.0;
/// An artefact with whose format the maker's platform is told, as far as the same is known of the maker.
const PLATFORM_BITS: f64 = 6.0;

impl Reader<'_> {
    /// What the text form of a container says ([`Container`]).
    pub(super) fn read_container(&self, page: &mut Page<'_>, value: &str, shown: &Arc<str>) {
        let container = Container::parse(value);
        if let Some(version) = container.field(Field::Version) {
            // Digits out of a header have no grammar of their own: a fact, not evidence.
            page.fact(Fact::Firmware(Text { remoteness: page.depth, text: version.into() }));
        }
        self.read_chip(page, &container, shown);
        for (field, name) in [(Field::Vendor, "brand"), (Field::Model, "model")] {
            if let Some(value) = container.field(field) {
                self.read_capture(page, name, value);
            }
        }
        let wanted = normal(container.format());
        let rows = self.knowledge.firmware_formats();
        if let Some(row) = rows.iter().find(|row| normal(&row.format) == wanted) {
            self.say_container(page, row, &container, shown);
        }
    }

    fn say_container(
        &self,
        page: &mut Page<'_>,
        row: &FirmwareFormat,
        container: &Container,
        shown: &Arc<str>,
    ) {
        let is_anybodys = row.makers.iter().any(MakerId::is_unknown);
        let (rank, bits) = match row.confidence {
            _ if is_anybodys => (4, SHARED_BITS),
            Confidence::Confirmed => (2, CONFIRMED_BITS),
            Confidence::Reported => (3, REPORTED_BITS),
            Confidence::Unverified => (4, UNVERIFIED_BITS),
        };
        let origin = Origin {
            fingerprint: format!("firmware.{}", normal(&row.format)).into(),
            source: source_text(&row.source, None),
            rank,
            family: "container",
            grammar: None,
        };
        // Those who sell the devices use the file; those who build them made it.
        let builders = |maker: &&MakerId| !self.are_brand_owners(std::slice::from_ref(*maker));
        let mut makers: Vec<MakerId> = row.makers.iter().filter(builders).cloned().collect();
        if makers.is_empty() {
            makers.clone_from(&row.makers);
        }
        let Some(claim) = maker_claim(&makers) else { return };
        self.say(page, shown, claim, bits, &origin);
        // The platform is the house's, and bears the name of its head.
        if let Some(head) = makers.first()
            && !is_anybodys
            && makers.iter().all(|maker| are_related(maker, head))
        {
            let platform = Claim::Platform(head.to_string());
            self.say(page, shown, platform, PLATFORM_BITS, &origin);
        }
        let is_of_cameras =
            !is_anybodys && makers.iter().all(|maker| makes_cameras_alone(self.knowledge, maker));
        if let Some((kind, bits)) = kind(container, is_of_cameras) {
            self.say(page, shown, Claim::Kind(kind), bits, &origin);
        }
    }

    fn read_chip(&self, page: &mut Page<'_>, container: &Container, shown: &Arc<str>) {
        let Some(soc) = container.field(Field::Chip).and_then(|chip| self.knowledge.soc(chip))
        else {
            return;
        };
        let origin = Origin {
            fingerprint: format!("soc.{}", normal(&soc.part)).into(),
            source: source_text(&soc.source, None),
            rank: 4,
            family: "container",
            grammar: None,
        };
        self.say(page, shown, Claim::Soc(soc.family.to_string()), CHIP_BITS, &origin);
    }
}

/// The kind of device that the file is for or from.
fn kind(container: &Container, is_of_cameras: bool) -> Option<(DeviceKind, f64)> {
    match (container.holds(), container.field(Field::DeviceClass)) {
        (Holds::Disk, _) => Some((DeviceKind::Recorder, SAID_KIND_BITS)),
        (_, Some("camera")) => Some((DeviceKind::Camera, SAID_KIND_BITS)),
        (_, Some("recorder")) => Some((DeviceKind::Recorder, SAID_KIND_BITS)),
        _ => is_of_cameras.then_some((DeviceKind::Camera, KIND_BITS)),
    }
}
