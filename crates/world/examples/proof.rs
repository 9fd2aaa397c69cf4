//! Makes proof worlds and prints how fast, and how well two baseline rankings do: `cargo run -p world --example proof -- SEED…`.
#![allow(clippy::print_stdout, reason = "an example for people")]

use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let params: world::ProofParams = toml::from_str(world::PROOF_WORLD)?;
    for seed in std::env::args().skip(1) {
        let start = Instant::now();
        let world = world::ProofWorld::new(&params, seed.parse()?);
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{seconds:.2} s: {} accounts, {} supporters, {} follows, {} interactions, {} words of an account",
            world.camps.len(),
            world.supporters(),
            world.followed.len(),
            world.interactions.len(),
            world.words.len()
        );
    }
    Ok(())
}
