//! Gathers the files that browsers load, names them by their content, and hands them to
//! `http::assets` to be compiled in.
//!
//! The stylesheet is the files of `style/` in the order of their names; those from 70 to 79 are a sheet of
//! their own, for the administrators' desk. The islands' bundle is
//! what `frontend/pack` left in `target/site/pkg`; a build without it (a plain `cargo check`) serves
//! pages without islands, which work all the same.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let style = root.join("style");
    let package = root.join("target/site/pkg");
    watch(&root.join("migrations"));
    watch(&style);
    watch(&package);

    let mut table = String::new();
    let mut names = String::new();
    for (name, stem, is_desk) in [("STYLE", "vestibule", false), ("DESK_STYLE", "desk", true)] {
        let sheet = stylesheet(&style, is_desk)?;
        let kind = "text/css; charset=utf-8";
        let path = embed(&mut table, &out, stem, "css", kind, &sheet)?;
        writeln!(
            names,
            "/// A stylesheet.\npub const {name}: &str = {path:?};"
        )?;
    }

    let script = package.join("vestibule.js");
    // The second name is cargo-leptos'.
    let wasm = ["vestibule_bg.wasm", "vestibule.wasm"].map(|name| package.join(name));
    let wasm = wasm.into_iter().find(|path| path.exists());
    let mut bundle = "None".to_owned();
    if let (true, Some(wasm)) = (script.exists(), wasm) {
        watch(&script);
        watch(&wasm);
        let (script, wasm) = (fs::read(script)?, fs::read(wasm)?);
        let script = embed(
            &mut table,
            &out,
            "vestibule",
            "js",
            "text/javascript; charset=utf-8",
            &script,
        )?;
        let wasm = embed(
            &mut table,
            &out,
            "vestibule",
            "wasm",
            "application/wasm",
            &wasm,
        )?;
        bundle = format!("Some(({script:?}, {wasm:?}))");
    }
    writeln!(
        names,
        "/// The islands' JavaScript and WebAssembly.\npub const BUNDLE: Option<(&str, &str)> = {bundle};"
    )?;
    writeln!(
        names,
        "/// Every file.\npub static FILES: &[File] = &[{table}];"
    )?;
    fs::write(out.join("assets.rs"), names)?;
    Ok(())
}

fn watch(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
}

/// The sheet of every page, or what the administrators' desk has besides: the files from 70 to 79.
fn stylesheet(folder: &Path, of_desk: bool) -> Outcome<Vec<u8>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| {
        let is_desk = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('7'));
        path.extension().is_some_and(|extension| extension == "css") && is_desk == of_desk
    });
    files.sort();
    let mut sheet = Vec::new();
    for file in files {
        watch(&file);
        sheet.extend(fs::read(file)?);
    }
    Ok(sheet)
}

/// Writes a file and its compressed forms where the compiler finds them; returns its URL path.
fn embed(
    table: &mut String,
    out: &Path,
    stem: &str,
    extension: &str,
    kind: &str,
    content: &[u8],
) -> Outcome<String> {
    let digest = Sha256::digest(content);
    let mark = digest.iter().take(6).fold(String::new(), |mut mark, byte| {
        let _ = write!(mark, "{byte:02x}");
        mark
    });
    let name = format!("{stem}-{mark}.{extension}");
    fs::write(out.join(&name), content)?;
    let mut compressed = Vec::new();
    brotli::BrotliCompress(
        &mut &*content,
        &mut compressed,
        &brotli::enc::BrotliEncoderParams::default(),
    )?;
    fs::write(out.join(format!("{name}.br")), compressed)?;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    fs::write(out.join(format!("{name}.gz")), encoder.finish()?)?;
    let path = format!("/assets/{name}");
    let [plain, brotli, gzip] = ["", ".br", ".gz"]
        .map(|ending| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}{ending}\"))"));
    write!(
        table,
        "File {{ path: {path:?}, kind: {kind:?}, plain: {plain}, brotli: {brotli}, gzip: {gzip} }}, "
    )?;
    Ok(path)
}
