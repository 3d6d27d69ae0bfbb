//! Fees of the service (`/v1/fees`).
