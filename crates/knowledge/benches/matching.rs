//! Start-up and matching rate.

fn main() {}
