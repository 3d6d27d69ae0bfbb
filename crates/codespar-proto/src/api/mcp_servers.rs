//! MCP servers of the project (`/v1/mcp-servers`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
