//! Turns the compiled WebAssembly into the files that the server's build embeds, and holds what a
//! browser must load to a budget.
//!
//! The `wasm-bindgen` here, which makes the JavaScript that loads the module, and the one in the
//! module come from the same `Cargo.lock`, so their versions always fit.
//!
//! `wasm-opt -Oz` would take another 2 % of what travels; that isn't worth a tool that must be
//! installed before anything can be built.
//!
//! A file is written only when its content changes: what embeds the folder is then rebuilt only
//! when it must be.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result};
use brotli::enc::BrotliEncoderParams;
use clap::Parser;
use wasm_bindgen_cli_support::Bindgen;

/// The stem of the written files, which the pages name in their scripts.
const NAME: &str = "vestibule";

/// Turns the compiled WebAssembly into the files that the server embeds
#[derive(Parser)]
struct Args {
    /// The compiled frontend
    wasm: PathBuf,

    /// The folder to write; whatever else is in it is removed
    out: PathBuf,

    /// Fail when a browser would load more than this many bytes, compressed with brotli
    #[arg(long)]
    budget: Option<usize>,
}

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    let files = generate(&args)?;
    let mut wanted = BTreeSet::new();
    let mut total = 0;
    let mut stdout = io::stdout();

    writeln!(stdout, "{:>9} {:>9}  file", "raw", "brotli")?;
    for (name, content) in files {
        let path = args.out.join(name);
        let compressed = compressed_len(&content)?;
        writeln!(
            stdout,
            "{:>9} {compressed:>9}  {}",
            content.len(),
            path.display()
        )?;
        write_if_changed(&path, &content)?;
        wanted.insert(path);
        total += compressed;
    }
    for path in files_in(&args.out)? {
        if !wanted.contains(&path) {
            fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
        }
    }

    if let Some(budget) = args.budget.filter(|budget| total > *budget) {
        writeln!(
            io::stderr(),
            "pack: {total} bytes of brotli are over the budget of {budget}"
        )?;
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// The files to serve, by their path inside the folder.
fn generate(args: &Args) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let scratch = args.out.with_extension("new");
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    Bindgen::new()
        .input_path(&args.wasm)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name(NAME)
        .generate(&scratch)?;
    let mut files = BTreeMap::new();
    for path in files_in(&scratch)? {
        files.insert(path.strip_prefix(&scratch)?.to_owned(), fs::read(&path)?);
    }
    fs::remove_dir_all(&scratch)?;
    Ok(files)
}

/// How many bytes of brotli travel for this content.
fn compressed_len(content: &[u8]) -> Result<usize> {
    let mut compressed = Vec::new();
    brotli::BrotliCompress(
        &mut &*content,
        &mut compressed,
        &BrotliEncoderParams::default(),
    )?;
    Ok(compressed.len())
}

fn write_if_changed(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|current| current == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content).with_context(|| format!("writing {}", path.display()))
}

/// Every file in the folder and the folders inside it.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files.extend(files_in(&entry.path())?);
        } else {
            files.push(entry.path());
        }
    }
    Ok(files)
}
