//! Collecting money by links (`/v1/collect`).
