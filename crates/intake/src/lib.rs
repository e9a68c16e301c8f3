//! Recorded evidence in, observations out.
