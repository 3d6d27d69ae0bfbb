//! The wallet of a consumer.

pub(crate) mod pix_keys;
