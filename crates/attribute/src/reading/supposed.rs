//! What would be read if a device gave the answer that an entry of the knowledge base describes.

use knowledge::{Fingerprint, ModelPattern, Prefix};

use super::{Page, Reader};
use crate::reason::{Reading, Reason};

/// A model number that is copied from a label is a word, however well it is copied: it weighs so much less.
const COPIED_DISCOUNT_BITS: f64 = 2.0;

impl Reader<'_> {
    /// The reasons that a signal gives which fits this fingerprint; `is_declared` where a register says it.
    pub(crate) fn supposed(&self, fingerprint: &Fingerprint, is_declared: bool) -> Vec<Reason> {
        let shown = format!("{} that fits {}", fingerprint.kind, fingerprint.id).into();
        self.suppose(is_declared, |page| self.assert(page, fingerprint, &shown))
    }

    /// The reasons that an address of this block gives.
    pub(crate) fn supposed_address(&self, prefix: &Prefix) -> Vec<Reason> {
        let shown = format!("an address of {}", prefix.organisation).into();
        self.suppose(false, |page| self.say_prefix(page, prefix, &shown))
    }

    /// The reasons that a register gives whose model number fits this grammar.
    pub(crate) fn supposed_model(&self, pattern: &ModelPattern) -> Vec<Reason> {
        let shown = format!("a model number that fits {}", pattern.id).into();
        self.suppose(true, |page| {
            self.say_model(page, &[pattern], &shown, COPIED_DISCOUNT_BITS);
        })
    }

    fn suppose(&self, is_declared: bool, say: impl FnOnce(&mut Page<'_>)) -> Vec<Reason> {
        let mut reading = Reading::default();
        say(&mut Page { reading: &mut reading, depth: 0, is_declared });
        reading.reasons
    }
}
