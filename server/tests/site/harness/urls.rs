//! URLs and their parameters.

use std::collections::BTreeMap;

/// The parameters of a URL, each of which must come once.
#[track_caller]
pub fn query_of(url: &str) -> BTreeMap<String, String> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let mut found = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
        let twice = found.insert(name, value).is_some();
        assert!(!twice, "a parameter comes twice: {url}");
    }
    found
}

/// A URL with a parameter of its query set to another value, added, or (`None`) removed.
pub fn with_parameter(url: &str, name: &str, value: Option<&str>) -> String {
    let (base, _) = url.split_once('?').unwrap_or((url, ""));
    let mut query = query_of(url);
    match value {
        Some(value) => query.insert(name.to_owned(), value.to_owned()),
        None => query.remove(name),
    };
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query)
        .finish();
    format!("{base}?{query}")
}
