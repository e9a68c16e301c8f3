//! Other people's conclusions: records that were imported, and what other tools said.
//!
//! They are read off the same answers as our own fingerprints. A brand they name is told on the label and claims no maker
//! through the table of brands, which would be a family of its own beside the banner's: what a record says of a maker it
//! says itself, in the family of the banner.

use knowledge::Brand;

use super::{Page, Reader};
use crate::reason::Fact;

/// How far a brand in other people's words stands from the device.
const REMOTENESS: u8 = 3;

impl Reader<'_> {
    /// The brand of these rows as the label, with no word on the maker.
    pub(super) fn name_brand_of(&self, page: &mut Page<'_>, name: &str, rows: &[&Brand]) {
        page.fact(Fact::Brand(self.brand_name(name, rows, REMOTENESS)));
    }

    /// A brand as the label, with no word on the maker.
    pub(super) fn name_brand(&self, page: &mut Page<'_>, brand: &str) {
        let (name, rows) = self.brand_rows(brand).unwrap_or_else(|| (brand.to_owned(), Vec::new()));
        self.name_brand_of(page, &name, &rows);
    }
}

#[cfg(test)]
mod tests {
    use knowledge::{Knowledge, Texts};
    use model::{DeviceKind, Level, Signal, SignalKind};

    use crate::{Attributor, Priors};

    const IMPORTED: &str = r#"
        [[fingerprint]]
        id = "recog.rtsp-servers.0000000001"
        kind = "rtsp.server"
        pattern = "^(?:Dahua Rtsp Server|Acme Streamer)$"
        rank = 6
        asserts = [{ claim = "maker", value = "dahua", weight_bits = 9.0 }, { claim = "brand", value = "Dahua", weight_bits = 3.0 },
                   { claim = "kind", value = "camera", weight_bits = 5.0 }]
        because = "a test"
        source = { what = "Recog, x.xml line 1", confidence = "unverified" }
        example = [{ input = "Acme Streamer" }]
        non_example = [{ input = "Acme", because = "is another text" }]
    "#;

    #[test]
    fn another_projects_record_adds_nothing_to_ours_and_speaks_softly_alone() {
        let mut texts = Knowledge::embedded_texts();
        texts.files.push(("fingerprints/recog-x.toml", IMPORTED));
        let with = Knowledge::load(&Texts { files: texts.files }).unwrap();
        let attribute = |knowledge: &Knowledge, server: &str| {
            let signals = [Signal::text(SignalKind::RtspServer, server)];
            Attributor::new(knowledge, Priors::default()).attribute(&signals)
        };
        let ours = attribute(Knowledge::embedded(), "Dahua Rtsp Server");
        let both = attribute(&with, "Dahua Rtsp Server");
        assert_eq!(both.maker, ours.maker, "one banner is one piece of evidence");
        assert_eq!(both.level, ours.level);
        assert!(both.evidence.len() > ours.evidence.len(), "but both are shown");

        let alone = attribute(&with, "Acme Streamer");
        assert_eq!((alone.kind, alone.level), (DeviceKind::Camera, Level::Possible));
        assert_eq!((alone.maker.id.as_str(), alone.brand.as_deref()), ("dahua", Some("Dahua")));
        assert!(alone.evidence.iter().all(|item| item.source.starts_with("Recog, x.xml")));
    }
}
