//! Boletos that banks present to a document (`/v1/consumers/{consumer_id}/dda`).
