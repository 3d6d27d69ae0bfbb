//! Counts allocations. A program of its own, because the counting slows everything down.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static COUNTING: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> bench::Outcome<()> {
    bench::alloc::count(|| {
        let stats = COUNTING.stats();
        stats.allocations + stats.reallocations
    })
}
