//! The parameters of a request, with OAuth's rules: empty is absent, doubled is an error (RFC 6749 §3.1, §3.2).

use std::collections::HashSet;

/// Decoded form or query parameters, in order.
pub(crate) struct Parameters {
    pairs: Vec<(String, String)>,
}

impl Parameters {
    pub(crate) fn parse(encoded: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(encoded).into_owned().collect();
        Self { pairs }
    }

    /// The first value with this name; an empty one counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// A name that occurs more than once.
    pub(crate) fn doubled(&self) -> Option<&str> {
        let mut seen = HashSet::new();
        self.pairs
            .iter()
            .map(|(name, _)| name.as_str())
            .find(|name| !seen.insert(*name))
    }

    /// Whether this name occurs more than once.
    pub(crate) fn is_doubled(&self, name: &str) -> bool {
        self.pairs.iter().filter(|(own, _)| own == name).count() > 1
    }

    /// All of them, as they came.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }
}
