//! What `cargo tree` says: packages, and which depends on which.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

/// How a package is to be written: its depth stands before it.
pub(crate) const FORMAT: &str = " {p}\t{l}";

/// A package of a version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
}

/// Packages and their dependencies.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// The package that all others are for.
    pub(crate) top: Option<Package>,
    /// Each with what it depends on.
    pub(crate) dependencies: BTreeMap<Package, BTreeSet<Package>>,
    /// Their licences, as SPDX expressions.
    pub(crate) licences: BTreeMap<Package, String>,
}

impl Tree {
    /// Reads what `cargo tree --prefix depth` wrote. A package that it has written before stands there
    /// without what it depends on.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let mut tree = Self::default();
        let mut above: Vec<Package> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            let (depth, package, licence) =
                parts(line).with_context(|| format!("cargo tree wrote: {line}"))?;
            above.truncate(depth);
            let dependencies = &mut tree.dependencies;
            dependencies.entry(package.clone()).or_default();
            match above.last() {
                Some(dependent) => {
                    let of_dependent = dependencies.entry(dependent.clone()).or_default();
                    of_dependent.insert(package.clone());
                }
                None => tree.top = Some(package.clone()),
            }
            tree.licences.insert(package.clone(), licence);
            above.push(package);
        }
        Ok(tree)
    }
}

/// The depth, the package and the licence of a line such as `2 serde v1.0.0 (/a/path)<tab>MIT (*)`.
fn parts(line: &str) -> Option<(usize, Package, String)> {
    let (depth, rest) = line.split_once(' ')?;
    let (package, licence) = rest.split_once('\t')?;
    let mut words = package.split(' ');
    let name = words.next()?.to_owned();
    let version = words.next()?.strip_prefix('v')?.to_owned();
    let licence = licence.strip_suffix(" (*)").unwrap_or(licence);
    // Old manifests say "or" with a slash.
    let licence = licence.replace('/', " OR ");
    Some((depth.parse().ok()?, Package { name, version }, licence))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
        }
    }

    #[test]
    fn a_package_has_what_stands_below_it_where_it_stands_first() {
        let tree = Tree::read(
            "0 top v1.0.0 (/there)\tMIT\n1 a v1.0.0\tMIT/Apache-2.0\n2 b v1.0.0 (proc-macro)\tMIT\n\
             1 c v1.0.0\tMIT\n2 a v1.0.0\tMIT/Apache-2.0 (*)\n",
        )
        .unwrap();
        assert_eq!(tree.top, Some(package("top")));
        let of = |name| tree.dependencies[&package(name)].clone();
        assert_eq!(of("top"), BTreeSet::from([package("a"), package("c")]));
        assert_eq!(of("a"), BTreeSet::from([package("b")]));
        assert_eq!(of("c"), BTreeSet::from([package("a")]));
        assert_eq!(tree.licences[&package("a")], "MIT OR Apache-2.0");
    }

    #[test]
    fn what_cargo_never_wrote_is_told() {
        for line in [
            "top",
            "x top v1.0.0\tMIT",
            "0 top 1.0.0\tMIT",
            "0 top v1.0.0",
        ] {
            assert!(Tree::read(line).is_err(), "{line}");
        }
    }
}
