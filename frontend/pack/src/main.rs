//! Turns the compiled WebAssembly into the files that the server embeds.
//!
//! `wasm-bindgen` makes the JavaScript that loads the module, `wasm-opt` makes the module smaller, and every file gets a
//! `.br` and a `.gz` beside it, so that the server compresses nothing while it serves. The `wasm-bindgen` here and the
//! one in the module come from the same `Cargo.lock`, so their versions always fit.
//!
//! A file is written only when its content changes: what embeds the folder is then rebuilt only when it must be.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context as _, Result, ensure};
use brotli::enc::BrotliEncoderParams;
use clap::Parser;
use flate2::{Compression, write::GzEncoder};
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

    /// The `wasm-opt` that makes the module smaller
    #[arg(long)]
    wasm_opt: Option<PathBuf>,

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
        let brotli = brotli(&content)?;
        writeln!(stdout, "{:>9} {:>9}  {}", content.len(), brotli.len(), path.display())?;
        total += brotli.len();
        for (path, content) in [
            (with_suffix(&path, ".gz"), gzip(&content)?),
            (with_suffix(&path, ".br"), brotli),
            (path, content),
        ] {
            write_if_changed(&path, &content)?;
            wanted.insert(path);
        }
    }
    for path in files_in(&args.out)? {
        if !wanted.contains(&path) {
            fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
        }
    }

    if let Some(budget) = args.budget.filter(|budget| total > *budget) {
        writeln!(io::stderr(), "pack: {total} bytes of brotli are over the budget of {budget}")?;
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
    if let Some(wasm_opt) = &args.wasm_opt {
        shrink(wasm_opt, &scratch.join(format!("{NAME}_bg.wasm")))?;
    }
    let mut files = BTreeMap::new();
    for path in files_in(&scratch)? {
        files.insert(path.strip_prefix(&scratch)?.to_owned(), fs::read(&path)?);
    }
    fs::remove_dir_all(&scratch)?;
    Ok(files)
}

/// Optimises the module in place, for size. The features are the ones that rustc turns on for this target by itself.
fn shrink(wasm_opt: &Path, module: &Path) -> Result<()> {
    let status = Command::new(wasm_opt)
        .arg("-Oz")
        .args([
            "--enable-bulk-memory",
            "--enable-multivalue",
            "--enable-mutable-globals",
            "--enable-nontrapping-float-to-int",
            "--enable-reference-types",
            "--enable-sign-ext",
        ])
        .arg(module)
        .arg("-o")
        .arg(module)
        .status()
        .with_context(|| format!("running {}", wasm_opt.display()))?;
    ensure!(status.success(), "{} failed: {status}", wasm_opt.display());
    Ok(())
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams { quality: 11, size_hint: content.len(), ..BrotliEncoderParams::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &params)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
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
