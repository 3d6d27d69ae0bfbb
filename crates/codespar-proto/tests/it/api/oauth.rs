//! OAuth of agents: metadata, clients, tokens (`/oauth`).
