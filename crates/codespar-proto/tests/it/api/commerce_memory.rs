//! What is remembered of buying and selling (`/v1/commerce-memory`).
