//! What the transport of server functions answers badly, caught before it, at the addresses of
//! the sign-in flow and of the way to Clio Manage.

use std::borrow::Cow;

use http::{HeaderMap, Method, Uri};

use super::origin;

/// The longest query, in bytes.
const MAX_QUERY: usize = 8 * 1024;

/// Which step of the flow an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// `/auth/clio/start`.
    Start,
    /// `/auth/clio/callback`.
    Callback,
    /// `/auth/clio-manage/start`.
    ManageStart,
    /// `/auth/clio-manage/callback`.
    ManageCallback,
}

impl Step {
    /// The step at a path.
    pub fn at(path: &str) -> Option<Self> {
        match path {
            "/auth/clio/start" => Some(Self::Start),
            "/auth/clio/callback" => Some(Self::Callback),
            "/auth/clio-manage/start" => Some(Self::ManageStart),
            "/auth/clio-manage/callback" => Some(Self::ManageCallback),
            _ => None,
        }
    }

    const fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Start => &["return_to", "claim", "purpose"],
            Self::Callback => &[
                "code",
                "state",
                "iss",
                "error",
                "error_description",
                "error_hint",
            ],
            Self::ManageStart => &["region", "purpose", "return_to"],
            Self::ManageCallback => &["code", "state", "error"],
        }
    }
}

/// What is to happen to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It may go on, with this query: the parameters we know and no others, because server functions
    /// choke on others that are odd.
    Pass {
        /// The query, newly composed.
        query: String,
    },
    /// Another site began it: the person is shown the button instead.
    ToSignIn {
        /// Where the person is to go afterwards, unchecked.
        return_to: Option<String>,
    },
    /// Another site began it: the person is shown the page that leads there instead.
    ToConnections,
    /// Only GET is answered here. HEAD, too, would consume an attempt.
    WrongMethod,
    /// The query is oversized, undecodable, or names a parameter twice.
    BadQuery,
}

/// Judges a request to a step of the flow.
pub fn judge(step: Step, method: &Method, uri: &Uri, headers: &HeaderMap) -> Judgement {
    if *method != Method::GET {
        return Judgement::WrongMethod;
    }
    let query = uri.query().unwrap_or_default();
    let Some(values) = values(query, step.parameters()) else {
        return Judgement::BadQuery;
    };
    if step == Step::Start && origin::is_from_elsewhere(headers) {
        let return_to = values.into_iter().find(|(name, _)| name == "return_to");
        return Judgement::ToSignIn {
            return_to: return_to.map(|(_, value)| value.into_owned()),
        };
    }
    if step == Step::ManageStart && origin::is_from_elsewhere(headers) {
        return Judgement::ToConnections;
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    Judgement::Pass {
        query: query.extend_pairs(values).finish(),
    }
}

/// The parameters we know; `None` when the query is oversized, one of them comes twice or in
/// brackets, or anything in it isn't UTF-8 or holds NUL.
fn values<'q>(query: &'q str, known: &[&str]) -> Option<Vec<(Cow<'q, str>, Cow<'q, str>)>> {
    if query.len() > MAX_QUERY || !is_decodable(query.as_bytes()) {
        return None;
    }
    let mut found: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let bare = name.split(['[', '.']).next().unwrap_or_default();
        if !known.contains(&bare) {
            continue;
        }
        if bare != name || found.iter().any(|(other, _)| *other == name) {
            return None;
        }
        found.push((name, value));
    }
    Some(found)
}

/// Whether every percent sign begins a byte, all bytes together are UTF-8, and none is NUL.
pub fn is_decodable(text: &[u8]) -> bool {
    let mut rest = text.split(|byte| *byte == b'%');
    rest.next();
    let whole = rest.all(|part| {
        let mut digits = part.iter().take(2);
        digits.next().is_some_and(u8::is_ascii_hexdigit)
            && digits.next().is_some_and(u8::is_ascii_hexdigit)
    });
    let decoded: Vec<u8> = percent_encoding::percent_decode(text).collect();
    whole && !decoded.contains(&0) && std::str::from_utf8(&decoded).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callback(query: &str) -> Judgement {
        let uri = format!("/auth/clio/callback?{query}").parse().unwrap();
        judge(Step::Callback, &Method::GET, &uri, &HeaderMap::new())
    }

    fn passes(query: &str) -> Judgement {
        Judgement::Pass {
            query: query.to_owned(),
        }
    }

    #[test]
    fn an_answer_of_clio_passes_without_whatever_else_it_carries() {
        assert_eq!(
            callback("code=a&state=b&scope=openid&scope=x&x%5B"),
            passes("code=a&state=b")
        );
        let error = "error=access_denied&error_hint=%7B%22a%22%3A%C3%A9%7D&state=b";
        assert_eq!(callback(error), passes(error));
        assert_eq!(callback(""), passes(""));
    }

    #[test]
    fn doubled_bracketed_undecodable_and_oversized_queries_are_refused() {
        let long = format!("state={}", "a".repeat(9000));
        for query in [
            "code=a&code=b",
            "state=a&st%61te=b",
            "code[]=a",
            "state[a]=b",
            "state=%00",
            "state=%ff",
            "state=%c3",
            "state=%",
            "state=%4",
            "other=%zz",
            &long,
        ] {
            assert_eq!(callback(query), Judgement::BadQuery, "{query}");
        }
    }

    #[test]
    fn only_get_is_answered() {
        let uri: Uri = "/auth/clio/callback?state=a".parse().unwrap();
        for method in [Method::HEAD, Method::POST, Method::OPTIONS] {
            assert_eq!(
                judge(Step::Callback, &method, &uri, &HeaderMap::new()),
                Judgement::WrongMethod
            );
        }
    }

    #[test]
    fn a_start_that_another_site_began_becomes_the_sign_in_page() {
        let uri: Uri = "/auth/clio/start?return_to=/a".parse().unwrap();
        let judged = |site: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("sec-fetch-site", site.parse().unwrap());
            judge(Step::Start, &Method::GET, &uri, &headers)
        };
        let shown = Judgement::ToSignIn {
            return_to: Some("/a".to_owned()),
        };
        assert_eq!(judged("cross-site"), shown);
        assert_eq!(judged("same-site"), shown);
        assert_eq!(judged("same-origin"), passes("return_to=%2Fa"));
        assert_eq!(judged("none"), passes("return_to=%2Fa"));
    }
}
