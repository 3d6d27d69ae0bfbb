//! Bills, connections, catalogue and webhooks: arguments that cannot work.
