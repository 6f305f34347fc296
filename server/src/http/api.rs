//! Answers for programs: the session as JSON, and the check for reverse proxies.

use axum::{
    Json,
    extract::Extension,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    backend::RequestBackend,
    db::sessions::LiveSession,
    domain::{account::Status, moment, name::full_name},
};

#[derive(Serialize)]
struct SessionAnswer<'a> {
    account: AccountPart<'a>,
    session: SessionPart,
}

#[derive(Serialize)]
struct AccountPart<'a> {
    id: Uuid,
    email: &'a str,
    first_name: &'a str,
    last_name: &'a str,
    role: &'a str,
    status: &'a str,
}

#[derive(Serialize)]
struct SessionPart {
    id: Uuid,
    signed_in_at: String,
    expires_at: String,
}

#[derive(Serialize)]
struct Refusal {
    error: &'static str,
}

/// `GET /api/v1/session`.
pub async fn session(Extension(backend): Extension<RequestBackend>) -> Response {
    let Some(live) = active(&backend) else {
        let refusal = Refusal {
            error: "sign_in_required",
        };
        return (StatusCode::UNAUTHORIZED, Json(refusal)).into_response();
    };
    let answer = SessionAnswer {
        account: AccountPart {
            id: live.account.0,
            email: &live.email,
            first_name: &live.first_name,
            last_name: &live.last_name,
            role: live.role.as_str(),
            status: live.status.as_str(),
        },
        session: SessionPart {
            id: live.id.0,
            signed_in_at: moment::iso(live.created_at),
            expires_at: moment::iso(live.expires_at),
        },
    };
    Json(answer).into_response()
}

/// `GET /auth/verify`: who is signed in, in headers.
pub async fn verify(Extension(backend): Extension<RequestBackend>) -> Response {
    let Some(live) = active(&backend) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let name = full_name(&live.first_name, &live.last_name, &live.email);
    let mut headers = HeaderMap::new();
    for (header, text) in [
        ("x-auth-account", live.account.to_string()),
        ("x-auth-email", live.email.clone()),
        ("x-auth-name", name),
        ("x-auth-role", live.role.as_str().to_owned()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&header_text(&text)) {
            headers.insert(HeaderName::from_static(header), value);
        }
    }
    (StatusCode::OK, headers).into_response()
}

fn active(backend: &RequestBackend) -> Option<&LiveSession> {
    backend
        .session()
        .filter(|live| live.status == Status::Active)
}

/// Text as a header holds it: as it is where it is plain printable ASCII, percent-encoded UTF-8 (all
/// but the unreserved characters of RFC 3986, section 2.3) where it isn't.
pub fn header_text(text: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    if text.bytes().all(|b| matches!(b, 0x20..=0x7e)) {
        text.to_owned()
    } else {
        utf8_percent_encode(text, RESERVED).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_ascii_are_percent_encoded_in_headers() {
        assert_eq!(header_text("Dana Whitlock"), "Dana Whitlock");
        assert_eq!(header_text("Tomás Ní"), "Tom%C3%A1s%20N%C3%AD");
        assert_eq!(header_text("a\r\nb"), "a%0D%0Ab");
    }
}
