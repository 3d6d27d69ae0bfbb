//! Consents of bank customers, by open banking (`/v1/bank-consents`).
