//! Counterparties: who is bought from and sold to (`/v1/counterparties`).
