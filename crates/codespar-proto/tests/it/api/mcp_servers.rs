//! MCP servers of the project (`/v1/mcp-servers`).
