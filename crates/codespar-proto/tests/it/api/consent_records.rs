//! Consents as they are kept (`/v1/consent-records`).
