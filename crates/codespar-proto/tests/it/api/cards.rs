//! Cards that are issued (`/v1/cards`).
