//! Observations to devices, and devices to makers with evidence.
