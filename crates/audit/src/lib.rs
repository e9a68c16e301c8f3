//! The one place where stages meet: a store in, the whole chain, the store updated.
