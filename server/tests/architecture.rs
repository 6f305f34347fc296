//! What depends on what: the layers of the server, and what may never reach the browser.

#![expect(
    clippy::unwrap_used,
    reason = "a test that stops with the place and the cause is a good test"
)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The source files below a folder of `server/src`, each with its path and text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut folders = vec![
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src")
            .join(folder),
    ];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    assert!(!files.is_empty(), "no source below src/{folder}");
    files
}

/// A file's text without comments and without what stands in string literals: what the compiler
/// resolves names in.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('/', Some('/')) => {
                while rest.peek().is_some_and(|c| *c != '\n') {
                    rest.next();
                }
            }
            // The character '"' opens no string.
            ('\'', Some('"')) => {
                rest.next();
            }
            ('"', _) => {
                while let Some(c) = rest.next() {
                    match c {
                        '\\' => {
                            rest.next();
                        }
                        '"' => break,
                        _ => {}
                    }
                }
            }
            _ => code.push(c),
        }
    }
    code
}

/// The words that stand before `::` and not after it: crates, modules and types that paths begin
/// with.
fn path_heads(code: &str) -> BTreeSet<String> {
    let mut heads = BTreeSet::new();
    for (at, _) in code.match_indices("::") {
        let before = &code[..at];
        let head: String = before
            .chars()
            .rev()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        // Neither the middle of a path nor a method with its type, as in `text.parse::<u8>()`.
        let is_first = !before[..before.len() - head.len()].ends_with(['.', ':']);
        if is_first && head.chars().next().is_some_and(char::is_lowercase) {
            heads.insert(head);
        }
    }
    heads
}

/// The names of the packages that `package` is built of for `target`, in the given kinds of edges.
fn tree(package: &str, edges: &str, target: Option<&str>) -> BTreeSet<String> {
    let mut command = Command::new(env!("CARGO"));
    command
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .args([
            "tree",
            "--offline",
            "--locked",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .args(["--package", package, "--edges", edges]);
    if let Some(target) = target {
        command.args(["--target", target]);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo tree: {said}");
    let names: BTreeSet<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect();
    assert!(names.contains(package));
    names
}

#[test]
fn paths_are_found_in_code_and_not_in_comments_or_strings() {
    let text = "use std::fmt; // sqlx::Pool\nlet a = \"tokio::main \\\" axum::x\"; crate::db::f();";
    let heads = path_heads(&code(text));
    assert_eq!(heads, BTreeSet::from(["std", "crate"].map(str::to_owned)));
}

#[test]
fn the_domain_knows_std_time_uuid_and_thiserror_and_nothing_else() {
    for (path, text) in sources("domain") {
        let code = code(&text);
        let place = path.display();
        for line in code.lines().map(str::trim) {
            let import = line
                .strip_prefix("pub use ")
                .or_else(|| line.strip_prefix("pub(crate) use "))
                .or_else(|| line.strip_prefix("use "));
            if let Some(import) = import {
                let head = import.split([':', ';', ' ', '{']).next().unwrap();
                assert!(
                    ["std", "time", "uuid", "thiserror", "super", "self", "crate"].contains(&head),
                    "{place} imports {import}"
                );
            }
            assert!(!line.starts_with("extern crate"), "{place}: {line}");
        }
        let siblings: Vec<String> = sources("domain")
            .iter()
            .filter_map(|(path, _)| Some(path.file_stem()?.to_str()?.to_owned()))
            .collect();
        // What an import brought in is covered by the check of the import.
        let imported: BTreeSet<String> = code
            .split("use ")
            .skip(1)
            .filter_map(|rest| rest.split(';').next())
            .flat_map(|import| import.split(|c: char| !c.is_alphanumeric() && c != '_'))
            .map(str::to_owned)
            .collect();
        for head in path_heads(&code) {
            let known = ["std", "time", "uuid", "thiserror", "super", "self", "crate"];
            let primitive = [
                "char", "str", "u8", "u16", "u32", "u64", "i16", "i32", "i64", "i128", "f64",
                "usize",
            ];
            assert!(
                known.contains(&head.as_str())
                    || primitive.contains(&head.as_str())
                    || siblings.contains(&head)
                    || imported.contains(&head),
                "{place} names {head}::"
            );
        }
        for (at, _) in code.match_indices("crate::") {
            assert!(
                code[at..].starts_with("crate::domain"),
                "{place} leaves the domain: {}",
                code[at..].lines().next().unwrap()
            );
        }
    }
}

#[test]
fn lower_layers_know_nothing_of_the_layers_above_them() {
    let rules: [(&str, &[&str]); 5] = [
        (
            "domain",
            &[
                "db", "clio", "mail", "service", "http", "backend", "startup", "cli",
            ],
        ),
        ("db", &["service", "http", "backend", "startup", "cli"]),
        ("clio", &["service", "http", "backend", "startup", "cli"]),
        ("mail", &["service", "http", "backend", "startup", "cli"]),
        ("service", &["http", "backend", "startup", "cli"]),
    ];
    for (layer, above) in rules {
        for (path, text) in sources(layer) {
            let code = code(&text);
            let place = path.display();
            for name in above {
                assert!(
                    !code.contains(&format!("crate::{name}")),
                    "{place} names crate::{name}"
                );
            }
            // `use crate::{http, …}`: the names at the first level of the braces.
            for (at, opening) in code.match_indices("crate::{") {
                let mut depth = 0_usize;
                let mut word = String::new();
                for c in code[at + opening.len()..].chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        c if depth == 0 && (c.is_alphanumeric() || c == '_') => word.push(c),
                        _ if depth == 0 => {
                            assert!(
                                !above.contains(&word.as_str()),
                                "{place} imports crate::{word}"
                            );
                            word.clear();
                        }
                        _ => {}
                    }
                }
                assert!(
                    !above.contains(&word.as_str()),
                    "{place} imports crate::{word}"
                );
            }
        }
    }
}

#[test]
fn nothing_of_the_server_is_built_into_the_browsers_half() {
    let built = tree(
        "frontend",
        "normal,no-proc-macro",
        Some("wasm32-unknown-unknown"),
    );
    assert!(built.contains("app") && built.contains("leptos"));
    for name in [
        "vestibule",
        "simulated-clio",
        "sqlx",
        "sqlx-core",
        "sqlx-postgres",
        "tokio",
        "openidconnect",
        "oauth2",
        "tower-sessions",
        "axum",
        "axum-core",
        "leptos_axum",
        "hyper",
        "reqwest",
        "ring",
        "argon2",
        "lettre",
    ] {
        assert!(!built.contains(name), "{name} is built for wasm");
    }
}

#[test]
fn the_product_is_built_without_the_simulated_clio() {
    let product = tree("vestibule", "normal,build", None);
    assert!(!product.contains("simulated-clio"));
    let tests = tree("vestibule", "normal,build,dev", None);
    assert!(tests.contains("simulated-clio"));
}

#[test]
fn the_pages_are_built_without_the_server() {
    let pages = tree("app", "normal,build", None);
    for name in ["vestibule", "sqlx", "openidconnect", "tower-sessions"] {
        assert!(!pages.contains(name), "app is built of {name}");
    }
}

#[test]
fn no_c_library_stands_in_the_way_of_a_static_binary() {
    let product = tree("vestibule", "normal", Some("x86_64-unknown-linux-musl"));
    for name in ["openssl-sys", "native-tls", "libz-sys", "aws-lc-sys"] {
        assert!(!product.contains(name), "{name}");
    }
}

/// Every manifest of ours, with its text.
fn manifests() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders = vec![root.canonicalize().unwrap()];
    let mut manifests = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                // What is built, downloaded or kept beside the sources isn't ours.
                if !name.starts_with('.') && name != "target" && name != "node_modules" {
                    folders.push(path);
                }
            } else if name == "Cargo.toml" {
                let text = fs::read_to_string(&path).unwrap();
                manifests.push((path, text));
            }
        }
    }
    manifests
}

/// The lines of a section of a manifest.
fn section<'a>(manifest: &'a str, name: &str) -> Vec<&'a str> {
    let header = format!("[{name}]");
    manifest
        .lines()
        .skip_while(|line| line.trim() != header)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.trim().is_empty())
        .collect()
}

#[test]
fn unsafe_code_is_forbidden_in_every_crate_of_ours() {
    // What forbids, nothing further in can allow: the compiler refuses an attempt.
    let manifests = manifests();
    let of_workspace = |(_, text): &&(PathBuf, String)| text.contains("[workspace]");
    let (_, workspace) = manifests.iter().find(of_workspace).unwrap();
    assert!(section(workspace, "workspace.lints.rust").contains(&"unsafe_code = \"forbid\""));
    let crates = manifests
        .iter()
        .filter(|(_, text)| text.contains("[package]"));
    let mut seen = 0;
    for (path, text) in crates {
        let inherits = section(text, "lints") == ["workspace = true"];
        let forbids = section(text, "lints.rust").contains(&"unsafe_code = \"forbid\"");
        assert!(inherits || forbids, "{} allows unsafe code", path.display());
        seen += 1;
    }
    assert!(seen >= 7, "only {seen} crates were found");
}

#[test]
fn nobody_turns_the_lints_off_from_outside() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = vec![root.join("Makefile"), root.join("Cargo.toml")];
    files.extend([".cargo/config.toml", ".cargo/config"].map(|file| root.join(file)));
    for folder in ["end2end/scripts", "end2end/demo"] {
        let entries = fs::read_dir(root.join(folder)).unwrap();
        files.extend(entries.map(|entry| entry.unwrap().path()));
    }
    for file in files.iter().filter(|file| file.is_file()) {
        let text = String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned();
        for word in ["cap-lints", "unsafe_code = \"allow\"", "unsafe-code"] {
            assert!(!text.contains(word), "{}: {word}", file.display());
        }
    }
}

#[test]
fn nothing_of_openssl_is_locked_for_any_crate_feature_or_platform() {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap();
    let packages: Vec<&str> = lock
        .lines()
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .collect();
    assert!(packages.contains(&"rustls") && packages.contains(&"ring"));
    for package in packages {
        for name in ["openssl", "native-tls", "aws-lc", "boring"] {
            assert!(!package.contains(name), "{package}");
        }
    }
}
