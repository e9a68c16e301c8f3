//! Loads, checks and indexes kb/: makers, brands, prefixes, fingerprints, models, domains.
