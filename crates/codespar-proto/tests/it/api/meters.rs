//! Meters of usage that is billed (`/v1/meters`).
