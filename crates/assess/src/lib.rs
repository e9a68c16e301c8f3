//! Devices times rule cards: verdicts.
