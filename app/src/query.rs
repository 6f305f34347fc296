//! What pages read from and write into query strings.

use form_urlencoded::Serializer;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};

use crate::wire::{
    FormProblem, Problem,
    desk::roster::{RosterDecision, RosterVerdict},
};

/// The longest path that is carried through a sign-in.
const LONGEST_PATH: usize = 2000;

/// The longest reference of an audit event.
const LONGEST_REFERENCE: usize = 16;

/// The value of a parameter of this request, the last one if there are several.
pub fn parameter(name: &str) -> Option<String> {
    parameters(name).pop()
}

/// All values of a parameter of this request, in their order.
///
/// Read from the query itself: the router's own map decodes every value twice, so that `%252F`
/// would come out as a slash.
pub fn parameters(name: &str) -> Vec<String> {
    values(&use_location().search.read_untracked(), name)
}

fn values(query: &str, name: &str) -> Vec<String> {
    form_urlencoded::parse(query.as_bytes())
        .filter(|(own, _)| own == name)
        .map(|(_, value)| value.into_owned())
        .collect()
}

/// A part of the path of this request that its route names; empty where it names none.
pub fn part_of_path(name: &str) -> String {
    use_params_map()
        .read_untracked()
        .get(name)
        .unwrap_or_default()
}

/// Why a form came back to this page, if one did.
pub fn form_problem() -> Option<FormProblem> {
    parameter("problem").and_then(|code| FormProblem::from_code(&code))
}

/// Why a form of the sign-in page came back, if one did. A code that Clio's sign-in uses, too, is
/// about that one.
pub fn local_problem() -> Option<FormProblem> {
    form_problem().filter(|problem| Problem::from_code(problem.code()).is_none())
}

/// Where to go after signing in, if the request names a path of this site.
pub fn return_to() -> Option<String> {
    parameter("return_to").filter(|path| is_local_path(path))
}

/// The reference of the event in the audit, if it looks like one: it is shown as it came.
pub fn reference() -> Option<String> {
    parameter("ref").filter(|text| is_reference(text))
}

/// What was done before this page was shown, in the words for its code.
pub fn done(words: fn(&str) -> Option<&'static str>) -> Option<&'static str> {
    parameter("done").and_then(|code| words(&code))
}

/// The path of the page that is being made.
pub fn this_page() -> String {
    use_location().pathname.get_untracked()
}

/// The link that begins a sign-in and carries parameters along.
pub fn start_link(parameters: &[(&str, &str)]) -> String {
    link("/auth/clio/start", parameters)
}

/// The link to where people show that it's still them, and come back to a page of ours.
pub fn confirm_link(then: &str) -> String {
    link("/account/confirm", &[("then", then)])
}

/// The page of a read of the roster, by an id that anybody may have sent.
pub fn roster_read(id: &str) -> String {
    if is_id(id) {
        format!("/admin/roster/reads/{id}")
    } else {
        "/admin/roster".to_owned()
    }
}

/// The page that says what a decision about differences of the roster would do.
pub fn roster_decision(differences: &[String], verdict: RosterVerdict) -> String {
    let chosen = differences.iter().take(RosterDecision::MOST);
    let parameters: Vec<(&str, &str)> = std::iter::once(("decision", verdict.code()))
        .chain(chosen.map(|id| ("difference", id.as_str())))
        .collect();
    link("/admin/roster/decide", &parameters)
}

/// Where two accounts stand side by side; the list of pairs for what can't be accounts' ids.
pub fn pair_path(a: &str, b: &str) -> String {
    if is_id(a) && is_id(b) {
        format!("/admin/duplicates/{a}/{b}")
    } else {
        "/admin/duplicates".to_owned()
    }
}

/// A path of this site with its parameters.
pub fn link(path: &str, parameters: &[(&str, &str)]) -> String {
    if parameters.is_empty() {
        return path.to_owned();
    }
    let query = Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    format!("{path}?{query}")
}

/// The desk's page of an account or a link, by an id that anybody may have sent, and what is to be done
/// there.
pub fn desk_page(room: &str, id: &str, act: Option<&str>) -> String {
    if !is_id(id) {
        return "/admin/links".to_owned();
    }
    match act {
        Some(act) => format!("/admin/{room}/{id}/{act}"),
        None => format!("/admin/{room}/{id}"),
    }
}

/// The page of a review, by an id that anybody may have sent, and what is to be done there.
pub fn review_page(id: &str, act: Option<&str>) -> String {
    match act {
        _ if !is_id(id) => "/admin/reviews".to_owned(),
        Some(act) => format!("/admin/reviews/{id}/{act}"),
        None => format!("/admin/reviews/{id}"),
    }
}

/// The page on which a review is begun over a list of links, by the list's query string.
pub fn new_review(list: &str) -> String {
    if list.is_empty() {
        return "/admin/reviews/new".to_owned();
    }
    let mut query = Serializer::new(String::new());
    query.append_pair("filter", list);
    format!("/admin/reviews/new?{}", query.finish())
}

/// Whether browsers resolve this to a path of this site, whatever they make of odd characters.
///
/// The server checks again what it stores; this keeps links on the page honest.
pub fn is_local_path(path: &str) -> bool {
    path.len() <= LONGEST_PATH
        && path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
}

/// Whether a text has the characters of an id, and not too many of them.
fn is_id(text: &str) -> bool {
    (1..=36).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn is_reference(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST_REFERENCE
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_once() {
        let query = "a=1&return_to=%2Fa%252Fb%3Fc%3Dd%2526e+f&a=2&b%20=%2b";
        assert_eq!(values(query, "return_to"), ["/a%2Fb?c=d%26e f"]);
        assert_eq!(values(query, "a"), ["1", "2"]);
        assert_eq!(values(query, "b "), ["+"]);
        assert_eq!(values(query, "c"), [""; 0]);
        assert_eq!(values("", "a"), [""; 0]);
    }

    #[test]
    fn start_link_encodes_what_it_carries() {
        assert_eq!(start_link(&[]), "/auth/clio/start");
        assert_eq!(
            start_link(&[("purpose", "confirm"), ("return_to", "/a?b=c&d=\"é")]),
            "/auth/clio/start?purpose=confirm&return_to=%2Fa%3Fb%3Dc%26d%3D%22%C3%A9"
        );
    }

    #[test]
    fn pages_of_the_desk_are_named_by_ids_and_by_nothing_else() {
        let id = "00000000-0000-7000-8000-00000000000a";
        assert_eq!(desk_page("links", id, None), format!("/admin/links/{id}"));
        let close = review_page(id, Some("close"));
        assert_eq!(close, format!("/admin/reviews/{id}/close"));
        let act = desk_page("accounts", id, Some("suspend"));
        assert_eq!(act, format!("/admin/accounts/{id}/suspend"));
        for odd in ["", "../x", "a?b", "a\r\nb", "%0d", &"a".repeat(37)] {
            assert_eq!(desk_page("accounts", odd, None), "/admin/links", "{odd:?}");
            assert_eq!(review_page(odd, None), "/admin/reviews", "{odd:?}");
        }
    }

    #[test]
    fn only_paths_of_this_site_are_local() {
        for path in ["/", "/account", "/a//b", "/a?next=https://example.com"] {
            assert!(is_local_path(path), "{path}");
        }
        for path in [
            "",
            "account",
            "//example.com",
            "/\\example.com",
            "/\t/example.com",
            "/\n/example.com",
            "https://example.com",
        ] {
            assert!(!is_local_path(path), "{path:?}");
        }
        assert!(!is_local_path(&format!("/{}", "a".repeat(LONGEST_PATH))));
    }

    #[test]
    fn references_are_short_and_plain() {
        assert!(is_reference("7Q4K-92"));
        for text in ["", "7Q4K 92", "<b>", "7Q4K-92-7Q4K-92-7", "é"] {
            assert!(!is_reference(text), "{text:?}");
        }
    }
    #[test]
    fn only_ids_become_part_of_a_path() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(pair_path(id, id), format!("/admin/duplicates/{id}/{id}"));
        for odd in [
            "",
            "..",
            "%2e%2e",
            "https://example.com/aaaaaaaaaaaaaaaaaa",
            "é",
        ] {
            assert_eq!(pair_path(id, odd), "/admin/duplicates");
            assert_eq!(pair_path(odd, id), "/admin/duplicates");
        }
    }
}
