# Short names for what `.ci/run` and cargo do. `just` alone lists them.

[private]
default:
    @just --list

# All tests, or those of one crate: `just test hostile never_twice`
test crate="" *filter:
    cargo test {{ if crate == "" { "--workspace" } else { "-p " + crate } }} {{ filter }}

# Format, and clippy without a warning
lint:
    .ci/run format lints

# Documentation, as docs.rs makes it
docs:
    .ci/run docs

# Recordings of the official clients, through both drivers: `just wire --only 'session\.charge'`
[positional-arguments]
wire *options:
    cargo run -q -p conformance -- "$@" fixtures/wire/*.jsonl

# What the SDK costs: `just bench unary` (all unary ladder h2-streams cold waits bodies sse memory instructions …)
bench what="all" *options:
    cargo run --release -p bench -- {{ what }} {{ options }}

# One fuzzer for a while: `just fuzz sse 60`. Needs a nightly compiler and cargo-fuzz
fuzz name seconds="300":
    cargo +nightly fuzz run -s none {{ name }} -- -max_total_time={{ seconds }}

# The tables in `fixtures/`, written anew
fixtures:
    UPDATE_FIXTURES=1 cargo test -q -p codespar-proto -p upivia-proto

# What a Rust toolchain can check alone, without what takes long
quick:
    .ci/run --quick

# Everything that a change must pass
all:
    .ci/run

# Some groups of `.ci/run`: `just run deny typos` (`.ci/run --list` names them)
run +groups:
    .ci/run {{ groups }}
