//! The bill of materials of what is linked.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use cargo_lock::Lockfile;
use cyclonedx_bom::{
    external_models::{spdx::SpdxExpression, uri::Purl},
    models::{
        component::{Classification, Component, Components, Scope},
        dependency::{Dependencies, Dependency},
        hash::{Hash, HashAlgorithm, HashValue, Hashes},
        license::{LicenseChoice, Licenses},
        metadata::Metadata,
        property::{Properties, Property},
    },
    prelude::{Bom, SpecVersion, Validate as _},
};

use crate::tree::{Package, Tree};

/// Where a component is: of each of these it has as many as apply.
const PART: &str = "vestibule:part";

/// What is linked.
pub(crate) struct Linked {
    /// Into the program.
    pub(crate) program: Tree,
    /// Into the WebAssembly that the program carries for browsers.
    pub(crate) browser: Tree,
    /// Into the program, and the macros that ran when it was compiled, with what they are made of.
    pub(crate) with_macros: Tree,
}

/// The bill, as JSON.
pub(crate) fn write(linked: &Linked, lock: &Lockfile, rust: &str) -> Result<Vec<u8>> {
    let top = linked.program.top.clone().context("there is no program")?;
    let trees = [&linked.program, &linked.browser, &linked.with_macros];
    let mut edges: BTreeMap<Package, BTreeSet<Package>> = BTreeMap::new();
    let mut licences = BTreeMap::new();
    for tree in trees {
        for (package, dependencies) in &tree.dependencies {
            let all = edges.entry(package.clone()).or_default();
            all.extend(dependencies.iter().cloned());
        }
        licences.extend(tree.licences.clone());
    }
    // The program carries the browser's side.
    let browser = linked.browser.top.clone().context("there is no frontend")?;
    edges.entry(top.clone()).or_default().insert(browser);
    let checksums: BTreeMap<Package, String> = lock
        .packages
        .iter()
        .filter_map(|locked| {
            let package = Package {
                name: locked.name.to_string(),
                version: locked.version.to_string(),
            };
            Some((package, locked.checksum.as_ref()?.to_string()))
        })
        .collect();
    let mut components = Vec::new();
    for package in edges.keys().filter(|package| **package != top) {
        let licence = licences.get(package).map(String::as_str);
        let mut component = component(Classification::Library, package, licence)?;
        let parts = linked.parts(package);
        component.scope = Some(if parts == ["macro"] {
            Scope::Excluded
        } else {
            Scope::Required
        });
        let parts = parts.into_iter().map(|part| Property::new(PART, part));
        component.properties = Some(Properties(parts.collect()));
        component.hashes = checksums.get(package).map(|checksum| {
            Hashes(vec![Hash {
                alg: HashAlgorithm::SHA_256,
                content: HashValue(checksum.clone()),
            }])
        });
        components.push(component);
    }
    components.push(standard_library(rust));
    let licence = licences.get(&top).map(String::as_str);
    let dependencies = edges.iter().map(|(package, dependencies)| Dependency {
        dependency_ref: reference(package),
        dependencies: dependencies.iter().map(reference).collect(),
    });
    let bom = Bom {
        serial_number: None,
        metadata: Some(Metadata {
            component: Some(component(Classification::Application, &top, licence)?),
            ..Metadata::default()
        }),
        components: Some(Components(components)),
        dependencies: Some(Dependencies(dependencies.collect())),
        ..Bom::default()
    };
    let valid = bom.validate_version(SpecVersion::V1_5);
    anyhow::ensure!(valid.passed(), "the bill isn’t valid: {valid:?}");
    let mut json = Vec::new();
    bom.output_as_json_v1_5(&mut json)?;
    json.push(b'\n');
    Ok(json)
}

impl Linked {
    /// Where a package is: linked into the program, into the browser's side, or run as a macro only.
    fn parts(&self, package: &Package) -> Vec<&'static str> {
        let mut parts = Vec::new();
        if self.program.dependencies.contains_key(package) {
            parts.push("program");
        }
        if self.browser.dependencies.contains_key(package) {
            parts.push("browser");
        }
        if parts.is_empty() {
            parts.push("macro");
        }
        parts
    }
}

fn reference(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

fn component(kind: Classification, package: &Package, licence: Option<&str>) -> Result<Component> {
    let Package { name, version } = package;
    let mut component = Component::new(kind, name, version, Some(reference(package)));
    component.purl = Some(Purl::new("cargo", name, version)?);
    component.licenses = licence
        .filter(|licence| !licence.is_empty())
        .map(|licence| {
            Licenses(vec![LicenseChoice::Expression(SpdxExpression::new(
                licence,
            ))])
        });
    Ok(component)
}

/// Rust's own library, of the compiler's version.
fn standard_library(rust: &str) -> Component {
    let reference = format!("rust-std@{rust}");
    let mut component = Component::new(Classification::Library, "rust-std", rust, Some(reference));
    component.scope = Some(Scope::Required);
    let licence = SpdxExpression::new("MIT OR Apache-2.0");
    component.licenses = Some(Licenses(vec![LicenseChoice::Expression(licence)]));
    let parts = ["program", "browser"].map(|part| Property::new(PART, part));
    component.properties = Some(Properties(parts.to_vec()));
    component
}
