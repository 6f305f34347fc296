//! What programs are answered: tokens, a user, a page of users, and why not.

use std::sync::atomic::Ordering;

use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::fields::{self, BadFields};
use super::firm::{Firm, ManageUser};
use super::list::{self, BadList};
use super::rate::Window;
use super::region::{Branch, ListFault};
use crate::protocol::parameters::Parameters;
use crate::script::Answer;
use crate::sync::lock;

/// An honest answer: the status and headers, and the body.
pub(crate) struct Honest {
    pub(crate) answer: Answer,
    pub(crate) body: Vec<u8>,
}

impl Honest {
    fn new(status: StatusCode, body: &Value) -> Self {
        let mut answer = Answer::json();
        answer.status = status.as_u16();
        Self {
            answer,
            body: body.to_string().into_bytes(),
        }
    }

    fn empty(status: StatusCode) -> Self {
        let mut answer = Answer::json();
        answer.status = status.as_u16();
        Self {
            answer,
            body: Vec::new(),
        }
    }

    fn error(status: StatusCode, kind: &str, message: &str) -> Self {
        Self::new(
            status,
            &json!({ "error": { "type": kind, "message": message } }),
        )
    }

    fn oauth_error(status: StatusCode, error: &str) -> Self {
        let description = format!("The request was refused: {error}.");
        Self::new(
            status,
            &json!({ "error": error, "error_description": description }),
        )
    }

    fn with_window(mut self, most: u64, window: Window) -> Self {
        self.answer
            .set_header("X-RateLimit-Limit", most.to_string());
        self.answer
            .set_header("X-RateLimit-Remaining", window.left.to_string());
        // The second in which the window is over: whoever waits until then isn't refused.
        let ends = window.ends.unix_timestamp() + i64::from(window.ends.nanosecond() > 0);
        let ends = ends.to_string();
        self.answer.set_header("X-RateLimit-Reset", ends);
        self
    }
}

/// `/oauth/token`.
pub(crate) fn token(branch: &Branch, form: &Parameters, now: OffsetDateTime) -> Honest {
    if form.get("client_id") != Some(&branch.client_id)
        || form.get("client_secret") != Some(&branch.client_secret)
    {
        return Honest::oauth_error(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let seconds = branch.token_life.load(Ordering::Relaxed);
    let life = Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
    let mut grants = lock(&branch.grants);
    let (issued, is_refresh) = match form.get("grant_type") {
        Some("authorization_code") => {
            let (Some(code), Some(uri)) = (form.get("code"), form.get("redirect_uri")) else {
                return Honest::oauth_error(StatusCode::BAD_REQUEST, "invalid_request");
            };
            (grants.redeem(code, uri, life, now), false)
        }
        Some("refresh_token") => {
            let Some(refresh) = form.get("refresh_token") else {
                return Honest::oauth_error(StatusCode::BAD_REQUEST, "invalid_request");
            };
            let keeps_old = branch.faults.keeps_old_token.load(Ordering::Relaxed);
            (grants.refresh(refresh, life, keeps_old, now), true)
        }
        _ => return Honest::oauth_error(StatusCode::BAD_REQUEST, "unsupported_grant_type"),
    };
    let Some(issued) = issued else {
        return Honest::oauth_error(StatusCode::BAD_REQUEST, "invalid_grant");
    };
    let mut body = json!({
        "token_type": "bearer",
        "access_token": issued.access,
        "expires_in": seconds,
    });
    let fault = if is_refresh {
        &branch.faults.no_refresh_token
    } else {
        &branch.faults.no_first_refresh_token
    };
    let is_left_out = fault.load(Ordering::Relaxed);
    if let (false, Some(members)) = (is_left_out, body.as_object_mut()) {
        members.insert("refresh_token".to_owned(), Value::String(issued.refresh));
    }
    Honest::new(StatusCode::OK, &body)
}

/// `/oauth/deauthorize`.
pub(crate) fn deauthorize(branch: &Branch, headers: &HeaderMap, now: OffsetDateTime) -> Honest {
    let mut grants = lock(&branch.grants);
    match bearer(headers).filter(|token| grants.user(token, now).is_some()) {
        Some(token) => {
            grants.deauthorize(token);
            Honest::empty(StatusCode::OK)
        }
        None => Honest::oauth_error(StatusCode::UNAUTHORIZED, "invalid_token"),
    }
}

/// `/api/v4/users/who_am_i`.
pub(crate) fn who_am_i(
    branch: &Branch,
    headers: &HeaderMap,
    query: &Parameters,
    now: OffsetDateTime,
) -> Honest {
    asked(branch, headers, now, |user, firm| {
        let another = branch
            .faults
            .another_user
            .load(Ordering::Relaxed)
            .then(|| another_of(branch, user));
        let user = another.flatten().unwrap_or_else(|| user.clone());
        let user = &user;
        let etag = fields::etag(user);
        let known = headers
            .get("if-none-match")
            .and_then(|value| value.to_str().ok());
        if known == Some(etag.as_str()) {
            let mut honest = Honest::empty(StatusCode::NOT_MODIFIED);
            honest.answer.set_header("ETag", etag);
            return honest;
        }
        match fields::pick(query.get("fields"), user, firm) {
            Ok(data) => {
                let mut honest = Honest::new(StatusCode::OK, &json!({ "data": data }));
                honest.answer.set_header("ETag", etag);
                honest
            }
            Err(BadFields(message)) => {
                Honest::error(StatusCode::BAD_REQUEST, "InvalidFields", &message)
            }
        }
    })
}

/// Another user of the same firm.
fn another_of(branch: &Branch, user: &ManageUser) -> Option<ManageUser> {
    let mut others = branch.users().into_iter();
    others.find(|other| other.firm == user.firm && other.id != user.id)
}

/// `/api/v4/users.json`; `address` is where it is.
pub(crate) fn users(
    branch: &Branch,
    headers: &HeaderMap,
    query: &Parameters,
    address: &str,
    now: OffsetDateTime,
) -> Honest {
    asked(branch, headers, now, |user, firm| {
        let colleagues = branch
            .users()
            .into_iter()
            .filter(|other| other.firm == user.firm);
        let mut page = match list::page(query, colleagues.collect()) {
            Ok(page) => page,
            Err(BadList(message)) => {
                return Honest::error(StatusCode::BAD_REQUEST, "ArgumentError", &message);
            }
        };
        let fault = *lock(&branch.faults.list);
        let mut address = address.to_owned();
        match fault {
            Some(ListFault::Breaks) if page.previous.is_some() => {
                return Honest::error(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "InternalServerError",
                    "The page can't be read",
                );
            }
            Some(ListFault::Loops) => page.next = Some(page.from),
            Some(ListFault::NeverEnds) => page.next = Some(page.from + page.users.len().max(1)),
            Some(ListFault::LeadsElsewhere) => {
                page.next = Some(page.from + 1);
                "http://127.0.0.1:9/api/v4/users.json".clone_into(&mut address);
            }
            Some(ListFault::LeavesOut) => {
                page.users.pop();
            }
            Some(ListFault::Breaks) | None => {}
        }
        let picked: Result<Vec<Value>, BadFields> = page
            .users
            .iter()
            .map(|user| fields::pick(query.get("fields"), user, firm))
            .collect();
        let data = match picked {
            Ok(data) => data,
            Err(BadFields(message)) => {
                return Honest::error(StatusCode::BAD_REQUEST, "InvalidFields", &message);
            }
        };
        let mut paging = serde_json::Map::new();
        let ways = [("next", page.next), ("previous", page.previous)];
        for (name, from) in ways {
            let Some(from) = from else { continue };
            let mut url = form_urlencoded::Serializer::new(String::new());
            let kept = query
                .pairs()
                .iter()
                .filter(|(name, _)| name != "page_token");
            url.extend_pairs(kept);
            url.append_pair("page_token", &from.to_string());
            let url = format!("{address}?{}", url.finish());
            paging.insert(name.to_owned(), Value::String(url));
        }
        let body = json!({ "data": data, "meta": { "paging": paging, "records": page.total } });
        Honest::new(StatusCode::OK, &body)
    })
}

/// Answers a question to the API, if its token is good, not used too often, and may ask.
fn asked(
    branch: &Branch,
    headers: &HeaderMap,
    now: OffsetDateTime,
    answer: impl FnOnce(&ManageUser, &Firm) -> Honest,
) -> Honest {
    let token = bearer(headers);
    let user = token.and_then(|token| lock(&branch.grants).user(token, now));
    let user = user
        .and_then(|id| branch.user(id))
        .filter(|user| user.enabled || branch.faults.answers_disabled.load(Ordering::Relaxed));
    let (Some(token), Some(user)) = (token, user) else {
        return Honest::oauth_error(StatusCode::UNAUTHORIZED, "invalid_token");
    };
    let most = branch.per_minute.load(Ordering::Relaxed);
    let window = lock(&branch.rates).count(token, most, now);
    if window.is_over {
        let limited = Honest::error(
            StatusCode::TOO_MANY_REQUESTS,
            "RateLimited",
            "Too many requests in this minute",
        );
        let mut limited = limited.with_window(most, window);
        let wait = (window.ends - now).whole_seconds() + 1;
        limited.answer.set_header("Retry-After", wait.to_string());
        return limited;
    }
    let version = headers
        .get("x-api-version")
        .and_then(|version| version.to_str().ok());
    let is_retired = version.is_some_and(|version| {
        lock(&branch.retired_versions)
            .iter()
            .any(|own| own == version)
    });
    let honest = if is_retired {
        Honest::error(
            StatusCode::GONE,
            "VersionRetired",
            "This version of the API is retired",
        )
    } else if branch.faults.no_permission.load(Ordering::Relaxed) {
        Honest::error(
            StatusCode::FORBIDDEN,
            "ForbiddenError",
            "The application may not read users",
        )
    } else {
        match branch.firm(user.firm) {
            Some(firm) => answer(&user, &firm),
            None => Honest::error(StatusCode::NOT_FOUND, "RecordNotFound", "The firm is gone"),
        }
    };
    let mut honest = honest.with_window(most, window);
    if let Some(version) = version {
        honest.answer.set_header("X-API-VERSION", version);
    }
    honest
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get("authorization")?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}
