//! Development only: simulated devices and the shipped example built from them.
