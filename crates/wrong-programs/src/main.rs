//! Compiles programs that are wrong, and compares what the compiler says with what is written
//! beside them: the words have to name what to write instead.
//!
//! ```sh
//! cargo run -q -p wrong-programs
//! TRYBUILD=overwrite cargo run -q -p wrong-programs    # writes them anew
//! ```
//!
//! The words are those of one compiler (the file `compiler`): `.ci/run wrong-programs` passes them
//! over with another one.

fn main() -> std::io::Result<()> {
    // Where its tests would be run.
    std::env::set_current_dir(env!("CARGO_MANIFEST_DIR"))?;
    // It compares and reports when it is dropped, and panics where a text differs.
    let programs = trybuild::TestCases::new();
    programs.compile_fail("programs/*.rs");
    Ok(())
}
