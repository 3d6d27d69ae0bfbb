//! Paywalls in front of resources (`/v1/paywalls`).
