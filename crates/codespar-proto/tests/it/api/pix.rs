//! Pix charges and receivements of a consumer (`/v1/consumers/{consumer_id}/pix`).
