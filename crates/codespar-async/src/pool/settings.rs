//! What all connections of a pool are made by.

use std::time::Duration;

use codespar_engine::TransportSettings;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::TokioTimer;

use super::{http2::Tasks, state::Limits};
use crate::connector::Connector;

/// How often a silent HTTP/2 connection is asked for a sign of life.
const PING_INTERVAL: Duration = Duration::from_secs(30);
/// How long the sign of life may take.
const PING_TIMEOUT: Duration = Duration::from_secs(20);
/// What may be on its way to one reader over HTTP/2, in bytes.
const STREAM_WINDOW: u32 = 1 << 20;
/// The same for a whole connection. Much larger, so that a reader who pauses does not stop others.
const CONNECTION_WINDOW: u32 = 1 << 26;
/// The smallest buffer for a head that hyper accepts, in bytes.
const LEAST_HEADER_BYTES: usize = 8 * 1024;
/// What HTTP/2 counts for a line of a head besides its letters, in bytes: RFC 9113, 6.5.2.
const LINE_OVERHEAD: usize = 32;
/// For how long an unused connection is kept at most: a limit that stands for none would overflow
/// the clock.
const LONGEST_IDLE: Duration = Duration::from_secs(24 * 60 * 60);
/// How many lines of a head hyper reads, unless it is told otherwise.
const HYPER_LINES: usize = 100;
/// How much more than the limit is read of a head, so that it can be said what is wrong with it.
const HEAD_SLACK: usize = 4;

/// What all connections are made by.
pub(super) struct Settings {
    pub(super) connector: Connector,
    pub(super) connect_timeout: Duration,
    pub(super) limits: Limits,
    pub(super) http1: http1::Builder,
    head_bytes: u32,
}

impl Settings {
    pub(super) fn new(connector: Connector, settings: &TransportSettings) -> Self {
        let bytes = settings.max_header_bytes.max(LEAST_HEADER_BYTES);
        let lines = settings.max_header_lines.saturating_mul(LINE_OVERHEAD);
        let head_bytes = bytes.saturating_add(lines).saturating_mul(HEAD_SLACK);
        let mut http1 = http1::Builder::new();
        http1
            .max_buf_size(bytes)
            // What a client has to read: RFC 9112 5.2.
            .allow_obsolete_multiline_headers_in_responses(true);
        // Up to its own limit hyper needs no memory for them. Beyond it, one more than is allowed:
        // so one too many is noticed here, and said.
        if settings.max_header_lines > HYPER_LINES {
            http1.max_headers(settings.max_header_lines.saturating_add(1));
        }
        Self {
            connector,
            connect_timeout: settings.connect_timeout,
            limits: Limits {
                max_idle: settings.pool_max_idle,
                idle_timeout: settings.pool_idle_timeout.min(LONGEST_IDLE),
                max_connections: settings.http2_max_connections.max(1),
            },
            http1,
            head_bytes: u32::try_from(head_bytes).unwrap_or(u32::MAX),
        }
    }

    /// How long a request waits for others to finish: as long as for a connection, but no more than
    /// half of what its attempt may take, so that it is told what it waits for, and may try again.
    pub(super) fn patience(&self, timeout: Option<Duration>) -> Duration {
        timeout.map_or(self.connect_timeout, |timeout| (timeout / 2).min(self.connect_timeout))
    }

    pub(super) fn configure_http2(&self, builder: &mut http2::Builder<Tasks>) {
        builder
            .timer(TokioTimer::new())
            .max_header_list_size(self.head_bytes)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .keep_alive_interval(PING_INTERVAL)
            .keep_alive_timeout(PING_TIMEOUT)
            // Also where no answer is waited for: what lies idle may be dead.
            .keep_alive_while_idle(true);
    }
}
