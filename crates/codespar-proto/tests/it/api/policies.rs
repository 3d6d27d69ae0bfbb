//! Policies of spending, and how they have decided (`/v1/policies`).
