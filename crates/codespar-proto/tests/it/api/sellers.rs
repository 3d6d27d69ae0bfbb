//! Sellers of a marketplace (`/v1/sellers`).
