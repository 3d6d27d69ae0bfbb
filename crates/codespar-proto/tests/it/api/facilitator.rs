//! Payments by x402 that are executed for others (`/v1/facilitator/x402`).
