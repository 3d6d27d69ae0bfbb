//! Events that are delivered (`/v1/events`).
