//! Payment links (`/v1/payment-links`).
