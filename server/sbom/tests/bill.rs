//! The bill of materials names all that cargo links, and nothing twice or by the way.

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

use cyclonedx_bom::{
    models::component::{Component, Scope},
    prelude::Bom,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What the tool writes.
fn bill(name: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let done = Command::new(env!("CARGO_BIN_EXE_sbom")).arg(&file).status();
    assert!(done.unwrap().success());
    fs::read(file).unwrap()
}

fn components(bill: &[u8]) -> Vec<Component> {
    let bom = Bom::parse_from_json(bill).unwrap();
    bom.components.unwrap().0
}

/// A component's name and version, as cargo writes them.
fn called(component: &Component) -> String {
    let version = component.version.as_ref().unwrap();
    format!("{} v{version}", component.name)
}

fn parts(component: &Component) -> Vec<String> {
    let properties = component.properties.iter().flat_map(|all| &all.0);
    properties
        .filter(|property| property.name == "vestibule:part")
        .map(|property| property.value.to_string())
        .collect()
}

/// The packages that cargo says a package is built of.
fn packages(arguments: &[&str]) -> BTreeSet<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--prefix", "none"])
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tree.status.success());
    let tree = String::from_utf8(tree.stdout).unwrap();
    let packages = tree.lines().filter(|line| !line.is_empty());
    packages
        .map(|line| {
            let words: Vec<&str> = line.split(' ').take(2).collect();
            words.join(" ")
        })
        .collect()
}

#[test]
fn the_bill_names_every_package_of_the_program_and_of_the_browsers_side_and_nothing_else() {
    let components = components(&bill("whole.cdx.json"));
    let named: BTreeSet<String> = components.iter().map(called).collect();
    assert_eq!(named.len(), components.len(), "something is named twice");
    let program = packages(&["--package", "vestibule", "--edges", "normal"]);
    let wasm = ["--target", "wasm32-unknown-unknown"];
    let browser = packages(
        &[
            ["--package", "frontend"],
            ["--edges", "normal,no-proc-macro"],
            wasm,
        ]
        .concat(),
    );
    let mut expected: BTreeSet<String> = program.union(&browser).cloned().collect();
    expected.retain(|package| !package.starts_with("vestibule v"));
    let own = |name: &String| name.starts_with("rust-std v");
    let named: BTreeSet<String> = named.into_iter().filter(|name| !own(name)).collect();
    assert_eq!(named, expected);
}

#[test]
fn what_only_ran_while_compiling_is_told_from_what_is_linked() {
    let components = components(&bill("scopes.cdx.json"));
    let edges = "normal,no-proc-macro";
    let program = packages(&["--package", "vestibule", "--edges", edges]);
    for component in &components {
        let (name, parts) = (called(component), parts(component));
        let is_macro = parts == ["macro"];
        let scope = if is_macro {
            Scope::Excluded
        } else {
            Scope::Required
        };
        assert_eq!(component.scope, Some(scope), "{name}");
        if !name.starts_with("rust-std") {
            let is_linked = parts.contains(&"program".to_owned());
            assert_eq!(is_linked, program.contains(&name), "{name}");
        }
    }
    let of = |name: &str| {
        let component = components
            .iter()
            .find(|component| component.name.to_string() == name);
        parts(component.unwrap())
    };
    assert_eq!(of("sqlx"), ["program"]);
    assert_eq!(of("leptos"), ["program", "browser"]);
    assert_eq!(of("frontend"), ["browser"]);
    assert_eq!(of("serde_derive"), ["macro"]);
    for tool in ["simulated-clio", "wasm-bindgen-cli-support"] {
        let is_named = components
            .iter()
            .any(|component| component.name.to_string() == tool);
        assert!(!is_named, "{tool}");
    }
}

#[test]
fn each_package_has_its_licence_its_address_and_the_checksum_of_the_lock_file() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for component in components(&bill("facts.cdx.json")) {
        let name = called(&component);
        assert!(component.licenses.is_some(), "{name}");
        if name.starts_with("rust-std") {
            continue;
        }
        let (crate_name, version) = name.split_once(" v").unwrap();
        let purl = component.purl.unwrap().to_string();
        let plain = purl.replace("%2B", "+");
        assert_eq!(plain, format!("pkg:cargo/{crate_name}@{version}"));
        let entry = format!("name = \"{crate_name}\"\nversion = \"{version}\"\n");
        let (_, entry) = lock.split_once(&entry).unwrap();
        let entry = entry.split("\n\n").next().unwrap();
        let checksum = entry
            .lines()
            .find_map(|line| line.strip_prefix("checksum = "));
        let checksum = checksum.map(|checksum| checksum.trim_matches('"').to_owned());
        let hash = component.hashes.map(|hashes| hashes.0[0].content.0.clone());
        assert_eq!(hash, checksum, "{name}");
    }
}

#[test]
fn the_bill_is_the_same_each_time_and_says_nothing_of_this_machine() {
    let bill_once = bill("once.cdx.json");
    assert_eq!(bill_once, bill("again.cdx.json"));
    let text = String::from_utf8(bill_once).unwrap();
    assert!(text.contains("\"specVersion\": \"1.5\""));
    for absent in [
        "timestamp",
        "serialNumber",
        "openssl",
        "native-tls",
        "aws-lc",
    ] {
        assert!(!text.contains(absent), "{absent}");
    }
    assert!(!text.contains(root().canonicalize().unwrap().to_str().unwrap()));
}
