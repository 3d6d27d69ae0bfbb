//! Approvals that are waited for (`/v1/approvals`).
