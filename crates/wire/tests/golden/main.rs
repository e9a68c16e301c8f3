//! Real messages of `../shared`, read at run time: where that is not here, the tests say so and pass.
//!
//! [`snapshots`] keeps what is decoded from each file, masked; [`labels`] compares it with what the corpora say
//! of themselves. The messages and the identifiers in them stay out of the repository.

mod corpus;
mod labels;
mod makers;
mod mask;
mod packets;
mod requests;
mod snapshots;
mod text_protocols;
