//! Writes down what is linked into the program: a software bill of materials (CycloneDX 1.5, JSON).
//!
//! What cargo says of the very build is what counts (`cargo tree`): the crates with the features and for the
//! platform that the program is built with, and those of the browser's WebAssembly that it carries. Checksums
//! come from `Cargo.lock`. There is no time and no random number in it: the same sources give the same file.

mod bill;
mod tree;

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};
use cargo_lock::Lockfile;
use clap::Parser;

use self::tree::Tree;

/// The target that the browser's side is built for.
const BROWSER: &str = "wasm32-unknown-unknown";

/// Writes down what is linked into the program
#[derive(Parser)]
struct Args {
    /// The file to write
    out: PathBuf,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let linked = bill::Linked {
        program: tree("vestibule", "normal,no-proc-macro", None)?,
        browser: tree("frontend", "normal,no-proc-macro", Some(BROWSER))?,
        with_macros: tree("vestibule", "normal", None)?,
    };
    let lock = Lockfile::load(root().join("Cargo.lock")).context("reading Cargo.lock")?;
    let json = bill::write(&linked, &lock, &rust()?)?;
    fs::write(&args.out, json).with_context(|| format!("writing {}", args.out.display()))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What a package is built of, as cargo resolves it for a build of that package alone.
fn tree(package: &str, edges: &str, target: Option<&str>) -> Result<Tree> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(root())
        .args(["tree", "--locked", "--package", package, "--edges", edges])
        .args([
            "--prefix",
            "depth",
            "--charset",
            "ascii",
            "--format",
            tree::FORMAT,
        ]);
    if let Some(target) = target {
        cargo.args(["--target", target]);
    }
    Tree::read(&said(cargo)?)
}

/// The version of the compiler, whose standard library is linked, too.
fn rust() -> Result<String> {
    let mut rustc = Command::new("rustc");
    rustc.current_dir(root()).arg("--version");
    let said = said(rustc)?;
    let version = said.split_whitespace().nth(1).context("rustc --version")?;
    Ok(version.to_owned())
}

fn said(mut command: Command) -> Result<String> {
    let output = command.output().context("running cargo or rustc")?;
    anyhow::ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}
