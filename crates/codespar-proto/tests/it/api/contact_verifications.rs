//! Codes that verify how a consumer is reached
//! (`/v1/consumers/{consumer_id}/contact-verifications`).
