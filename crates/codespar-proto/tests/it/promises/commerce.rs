//! Bills, connections, catalogue and webhooks: what their rows promise.

use codespar_proto::KeyRule;

/// The rows that move money, or make somebody owe some.
pub(super) const MOVES_MONEY: &[&str] = &[
    "cart.checkout",
    "mcp_servers.sweep_platform_fees",
    "payables.batches.pay",
    "payables.documents.pay",
];

/// The rows besides reads that are repeated after the server may have seen them, and why.
pub(super) const REPEATED: &[(&str, &str)] = &[
    ("cart.connect_ifood", "each opens a login of its own"),
    ("cart.connect_meli", "each opens a login of its own"),
    ("cart.connect_nuvemshop", "each begins an installation of its own"),
    ("cart.price", "a read"),
    ("connections.delete", "what is gone stays gone"),
    ("connections.revoke", "what is revoked stays so"),
    ("connections.revoke_subaccount", "what is revoked stays so"),
    ("connections.set_webhook_secret", "the same value twice"),
    ("mcp_servers.delete", "what is gone stays gone"),
    ("mcp_servers.validate", "a read"),
    ("payables.batches.create", "the server honours the key"),
    ("payables.batches.pay", "the server honours the key"),
    ("payables.documents.create", "the server honours the key"),
    ("payables.documents.upload", "the server honours the key"),
    ("projects.delete", "what is gone stays gone"),
    ("providers.verify_connection", "a read"),
    ("tools.plan", "a read"),
    ("tools.search", "a read"),
    ("webhook_endpoints.delete", "what is gone stays gone"),
    ("webhook_endpoints.simulate", "a read"),
];

/// The rows that name their effect by a key, and how.
pub(super) const KEYED: &[(&str, KeyRule)] = &[
    ("payables.batches.create", KeyRule::Header),
    ("payables.batches.pay", KeyRule::Header),
    ("payables.documents.create", KeyRule::Header),
    ("payables.documents.upload", KeyRule::Header),
];
