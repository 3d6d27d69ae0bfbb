//! The program: see the library.

fn main() -> bench::Outcome<()> {
    bench::run()
}
