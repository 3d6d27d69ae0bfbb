//! The audit trail of the organization (`/v1/audit-events`).
