//! What a signal shows, remembered per thread.
//!
//! Estates repeat themselves: a thousand cameras say one banner. Addresses and serial numbers do not repeat and
//! are not kept.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::SignalKind;

use crate::reason::Reading;

/// Entries kept by a thread: some 20 MB at most. When it is full it is emptied: estates come in runs.
const ENTRIES_MAX: usize = 8_192;
/// Longer values are rare and heavy.
const VALUE_BYTES_MAX: usize = 2_048;

/// Names the attributor a remembered reading belongs to: another knowledge base reads differently.
#[derive(Debug)]
pub(crate) struct Owner(u64);

struct Entry {
    kind: SignalKind,
    port: Option<u16>,
    value: Box<[u8]>,
    reading: Rc<Reading>,
}

#[derive(Default)]
struct Memory {
    owner: u64,
    entries: HashMap<u64, Entry>,
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

impl Owner {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// The reading of this value: remembered, or made by `read` and remembered.
    pub(crate) fn reading(
        &self,
        kind: SignalKind,
        port: Option<u16>,
        value: &[u8],
        read: impl FnOnce() -> Reading,
    ) -> Rc<Reading> {
        if value.len() > VALUE_BYTES_MAX || is_of_one_device(kind) {
            return Rc::new(read());
        }
        let mut hasher = DefaultHasher::new();
        (kind, port, value).hash(&mut hasher);
        let key = hasher.finish();
        let remembered = MEMORY.with_borrow(|memory| {
            let entry = memory.entries.get(&key).filter(|_| memory.owner == self.0)?;
            let is_same = entry.kind == kind && entry.port == port && *entry.value == *value;
            is_same.then(|| entry.reading.clone())
        });
        remembered.unwrap_or_else(|| {
            let reading = Rc::new(read());
            let entry = Entry { kind, port, value: value.into(), reading: reading.clone() };
            MEMORY.with_borrow_mut(|memory| memory.remember(self.0, key, entry));
            reading
        })
    }
}

impl Memory {
    fn remember(&mut self, owner: u64, key: u64, entry: Entry) {
        if self.owner != owner || self.entries.len() >= ENTRIES_MAX {
            self.entries.clear();
            self.owner = owner;
        }
        self.entries.insert(key, entry);
    }
}

/// Kinds whose values hardly ever repeat between devices.
fn is_of_one_device(kind: SignalKind) -> bool {
    use SignalKind as K;
    matches!(
        kind,
        K::Mac
            | K::DeviceSerial
            | K::OnvifSerial
            | K::RegisterSerial
            | K::DeviceUuid
            | K::UdpReply
            | K::TcpReply
            | K::SadpReply
            | K::DhipReply
            | K::DvripReply
            | K::OnvifProbeMatch
    )
}
