//! Test money (`/v1/test`).
