//! What belongs to an account.

mod pix_keys;
