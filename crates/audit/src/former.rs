//! Rows that stand in an older edition of a register alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Conflict, ConflictKind, Observation, Place, Timestamp};
use store::{ObservationId, SourceId, Store, StoreError};

/// What is known of a row that is gone from its register.
#[derive(Debug, Clone)]
pub(crate) struct Former {
    /// Name of the register it stood in.
    older: Arc<str>,
    /// Name of the first edition without it.
    newer: Arc<str>,
    /// When that one was imported.
    since: Timestamp,
    /// The newer edition gives its address to another row.
    address_taken: bool,
}

impl Former {
    fn day(&self) -> String {
        jiff::tz::Offset::UTC.to_datetime(self.since).date().to_string()
    }

    /// What a person is told: that a row is gone shows no removal.
    pub(crate) fn finding(&self, place: &str) -> Conflict {
        Conflict {
            kind: ConflictKind::DeclaredFact,
            one: format!("register `{}`, {place}, named it", self.older),
            other: format!(
                "its edition `{}` of {} does not: gone from the register, which shows no removal",
                self.newer,
                self.day()
            ),
        }
    }

    /// The row's address was its own until the newer edition at most, and not at all where that gives it to another.
    fn bounded(&self, mut observation: Observation) -> Observation {
        if self.address_taken {
            observation.subject.addresses.clear();
        }
        for claim in &mut observation.subject.addresses {
            claim.until = claim.until.or(Some(self.since));
        }
        observation
    }

    /// The row with a place that says that it is gone.
    pub(crate) fn marked(&self, mut observation: Observation) -> Observation {
        observation.place =
            Place(format!("{} (gone since {})", observation.place.0, self.day()).into());
        observation
    }
}

/// All rows that are gone, by observation.
#[derive(Debug, Clone, Default)]
pub(crate) struct FormerIndex(BTreeMap<ObservationId, Former>);

impl FormerIndex {
    pub(crate) fn of(store: &dyn Store) -> Result<Self, StoreError> {
        let gone = store.gone()?;
        if gone.is_empty() {
            return Ok(Self::default());
        }
        let named: BTreeMap<SourceId, (Arc<str>, Timestamp)> = store
            .sources()?
            .into_iter()
            .map(|record| (record.id, (record.source.name, record.imported_at)))
            .collect();
        let former = |row: store::GoneRow| {
            let (older, _) = named.get(&row.older)?.clone();
            let (newer, since) = named.get(&row.since)?.clone();
            let former = Former { older, newer, since, address_taken: row.address_taken };
            Some((row.observation, former))
        };
        Ok(Self(gone.into_iter().filter_map(former).collect()))
    }

    /// An observation as it counts: its addresses within their time, if it is a row that is gone.
    pub(crate) fn bounded(&self, id: ObservationId, observation: Observation) -> Observation {
        match self.get(id) {
            Some(former) => former.bounded(observation),
            None => observation,
        }
    }

    pub(crate) fn get(&self, id: ObservationId) -> Option<&Former> {
        self.0.get(&id)
    }
}
