//! Where Clio Manage says that somebody revoked what they granted: a hint from anybody, because nothing
//! signs it. It is looked into, and changes nothing by itself.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, response::Response};
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};

use crate::{
    clio::json,
    service::{Services, manage::keeping},
};

/// The address.
pub const DEAUTHORIZED: &str = "/clio-manage/deauthorized";

/// The largest body that is looked at, in bytes.
const MAX_BODY: usize = 8 * 1024;

/// Takes a hint. The answer is the same whatever it says.
pub async fn deauthorized(
    State(services): State<Arc<Services>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some((app_key, user)) = read(&headers, &body)
        && let Err(error) = keeping::hint(&services, &app_key, user).await
    {
        tracing::warn!(reason = %error, "a hint of Clio Manage can't be taken");
        return answer(StatusCode::SERVICE_UNAVAILABLE);
    }
    answer(StatusCode::NO_CONTENT)
}

fn answer(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

/// The application's key and the user's number, from JSON or a form. The token that comes along is
/// nobody's to send us, and isn't looked at.
fn read(headers: &HeaderMap, body: &[u8]) -> Option<(String, i64)> {
    if body.len() > MAX_BODY {
        return None;
    }
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let (app_key, user) = if kind.starts_with("application/json") {
        let members = json::parse_object(body)?;
        let user = members.get("user_id")?;
        let user = user
            .as_i64()
            .map_or_else(|| user.as_str()?.parse().ok(), Some);
        (members.get("client_id")?.as_str()?.to_owned(), user?)
    } else {
        let value = |name: &str| {
            let mut pairs = form_urlencoded::parse(body);
            pairs.find(|(own, _)| own == name).map(|(_, value)| value)
        };
        (
            value("client_id")?.into_owned(),
            value("user_id")?.parse().ok()?,
        )
    };
    (user > 0).then_some((app_key, user))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(kind: &str, body: &str) -> Option<(String, i64)> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        read(&headers, body.as_bytes())
    }

    #[test]
    fn a_hint_is_read_as_json_or_as_a_form() {
        let good = Some(("key".to_owned(), 7));
        let json = "application/json; charset=utf-8";
        assert_eq!(
            reads(
                json,
                r#"{"client_id":"key","user_id":7,"access_token":"all"}"#
            ),
            good
        );
        assert_eq!(reads(json, r#"{"client_id":"key","user_id":"7"}"#), good);
        let form = "application/x-www-form-urlencoded";
        assert_eq!(
            reads(form, "client_id=key&user_id=7&access_token=all"),
            good
        );
        for (kind, odd) in [
            (json, r#"{"client_id":"key"}"#),
            (json, r#"{"client_id":7,"user_id":7}"#),
            (json, r#"{"client_id":"key","user_id":-7}"#),
            (json, r#"{"client_id":"key","client_id":"b","user_id":7}"#),
            (json, "[]"),
            (json, ""),
            (form, "client_id=key"),
            (form, "client_id=key&user_id=x"),
        ] {
            assert_eq!(reads(kind, odd), None, "{odd}");
        }
    }
}
