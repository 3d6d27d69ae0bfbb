//! What the sandbox remembers, and what that is made of. It knows neither HTTP nor the two APIs.

pub(crate) mod clock;
pub(crate) mod effects;
pub(crate) mod money;
pub(crate) mod raw_json;
pub(crate) mod state;
pub(crate) mod table;
pub(crate) mod upivia;
pub(crate) mod verdict;
