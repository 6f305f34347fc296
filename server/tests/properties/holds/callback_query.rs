//! Queries of the sign-in flow's two addresses: what passes is what was sent, less what isn't ours.

use http::{HeaderMap, HeaderValue, Method, Uri};
use vestibule::http::flow::{Judgement, Step, judge};

const OF_START: [&str; 3] = ["return_to", "claim", "purpose"];
const OF_MANAGE_START: [&str; 3] = ["region", "purpose", "return_to"];
const OF_MANAGE_CALLBACK: [&str; 3] = ["code", "state", "error"];
const OF_CALLBACK: [&str; 6] = [
    "code",
    "state",
    "iss",
    "error",
    "error_description",
    "error_hint",
];

/// Holds for any query.
pub fn holds(bytes: &[u8]) {
    let own = HeaderMap::new();
    let mut foreign = HeaderMap::new();
    foreign.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    // A query that HTTP itself refuses never comes to us.
    let Some(judged) = judged(Step::Callback, bytes, &own) else {
        return;
    };
    judged_well(Step::Callback, bytes, &judged, &OF_CALLBACK);
    let started = self::judged(Step::Start, bytes, &own).unwrap();
    judged_well(Step::Start, bytes, &started, &OF_START);
    // From elsewhere, nothing is begun; what is wrong is wrong all the same.
    match self::judged(Step::Start, bytes, &foreign).unwrap() {
        Judgement::ToSignIn { return_to } => {
            let passing = Judgement::Pass {
                query: composed(&pairs(bytes, &OF_START)),
            };
            assert_eq!(started, passing);
            let sent = pairs(bytes, &["return_to"]).pop();
            assert_eq!(return_to, sent.map(|(_, value)| value));
        }
        Judgement::BadQuery => assert_eq!(started, Judgement::BadQuery),
        other => panic!("a start from elsewhere is judged {other:?}"),
    }
    // Clio's answer comes from elsewhere by nature.
    assert_eq!(self::judged(Step::Callback, bytes, &foreign), Some(judged));
    // The way to Clio Manage and back is judged the same.
    let back = self::judged(Step::ManageCallback, bytes, &own).unwrap();
    judged_well(Step::ManageCallback, bytes, &back, &OF_MANAGE_CALLBACK);
    let begun = self::judged(Step::ManageStart, bytes, &own).unwrap();
    judged_well(Step::ManageStart, bytes, &begun, &OF_MANAGE_START);
    match self::judged(Step::ManageStart, bytes, &foreign).unwrap() {
        Judgement::ToConnections => assert!(matches!(begun, Judgement::Pass { .. })),
        Judgement::BadQuery => assert_eq!(begun, Judgement::BadQuery),
        other => panic!("a start from elsewhere is judged {other:?}"),
    }
}

fn judged(step: Step, query: &[u8], headers: &HeaderMap) -> Option<Judgement> {
    let path: &[u8] = match step {
        Step::Start => b"/auth/clio/start?",
        Step::Callback => b"/auth/clio/callback?",
        Step::ManageStart => b"/auth/clio-manage/start?",
        Step::ManageCallback => b"/auth/clio-manage/callback?",
    };
    let uri = Uri::try_from([path, query].concat()).ok()?;
    for method in [Method::HEAD, Method::POST] {
        assert_eq!(judge(step, &method, &uri, headers), Judgement::WrongMethod);
    }
    // A fragment never leaves a browser, and the parser of addresses drops it.
    (uri.query().unwrap_or_default().as_bytes() == query)
        .then(|| judge(step, &Method::GET, &uri, headers))
}

fn judged_well(step: Step, sent: &[u8], judged: &Judgement, known: &[&str]) {
    let ours = pairs(sent, known);
    match judged {
        Judgement::Pass { query } => {
            assert_eq!(pairs(query.as_bytes(), known), ours, "nothing is altered");
            let all: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
            assert_eq!(all.len(), ours.len(), "nothing that isn't ours passes");
            for (place, (name, value)) in ours.iter().enumerate() {
                assert!(!value.contains('\0'), "NUL in {name}");
                assert!(ours.iter().skip(place + 1).all(|(other, _)| other != name));
            }
            let again = self::judged(step, query.as_bytes(), &HeaderMap::new());
            assert_eq!(again.as_ref(), Some(judged), "what passed passes again");
        }
        Judgement::BadQuery => assert!(is_bad(sent, known), "nothing is wrong with it"),
        other => panic!("a GET of ours is judged {other:?}"),
    }
}

/// The pairs of a query with these names.
fn pairs(query: &[u8], names: &[&str]) -> Vec<(String, String)> {
    form_urlencoded::parse(query)
        .into_owned()
        .filter(|(name, _)| names.contains(&name.as_str()))
        .collect()
}

fn composed(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// Whether something is wrong with a query: too long, undecodable, or one of ours doubled or in
/// brackets.
fn is_bad(query: &[u8], known: &[&str]) -> bool {
    let all: Vec<_> = form_urlencoded::parse(query).collect();
    let of = |name: &str| {
        all.iter()
            .filter(|(own, _)| own.split(['[', '.']).next() == Some(name))
            .count()
    };
    let plain = |name: &str| all.iter().filter(|(own, _)| own == name).count();
    query.len() > 8 * 1024
        || !is_text(query)
        || known
            .iter()
            .any(|name| of(name) > 1 || of(name) > plain(name))
}

/// Whether a query is percent-encoded UTF-8 without NUL, told byte by byte.
fn is_text(query: &[u8]) -> bool {
    let mut decoded = Vec::new();
    let mut rest = query;
    loop {
        match rest {
            [] => break,
            [b'%', high, low, behind @ ..] => {
                let digits = [*high, *low];
                let Some(byte) = std::str::from_utf8(&digits)
                    .ok()
                    .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
                    .and_then(|digits| u8::from_str_radix(digits, 16).ok())
                else {
                    return false;
                };
                decoded.push(byte);
                rest = behind;
            }
            [b'%', ..] => return false,
            [byte, behind @ ..] => {
                decoded.push(*byte);
                rest = behind;
            }
        }
    }
    !decoded.contains(&0) && String::from_utf8(decoded).is_ok()
}
