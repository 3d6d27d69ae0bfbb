//! What paywalls have earned together (`/v1/gate`).
