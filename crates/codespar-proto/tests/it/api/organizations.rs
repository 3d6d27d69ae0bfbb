//! An organization: its pause, its people's data (`/v1/orgs`).
