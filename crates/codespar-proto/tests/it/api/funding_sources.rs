//! Where money comes from (`/v1/funding-sources`).
