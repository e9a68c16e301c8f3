//! The simulated estate: whether its devices say what real ones say, and whether its network counts what a real one would.

mod answers;
mod client;
mod departments;
mod fragile;
mod machines;
mod makers;
mod packets;
