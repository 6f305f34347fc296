//! How much of a request is read, and for how long.

use std::time::Duration;

use http::{Method, header::CONTENT_LENGTH};

use super::flow::Step;
use crate::{
    db::sessions::LiveSession,
    domain::{account::Status, desk::rules::Right},
};

/// How long a request may take that needs nobody but the database.
const DEADLINE: Duration = Duration::from_secs(5);
/// How long the callback may take, for which Clio is asked as well.
const CALLBACK_DEADLINE: Duration = Duration::from_secs(14);
/// How long the form with a list of people may take: it is long, and lines may be slow.
const LIST_DEADLINE: Duration = Duration::from_mins(1);
/// The largest body of a form, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// The largest body of the form with a list of people, in bytes: 50,000 of them, encoded.
const MAX_LIST: usize = 8 * 1024 * 1024;
/// The longest path and query, in bytes.
const MAX_URI: usize = 16 * 1024;

/// The form with a list of people to invite.
const LIST: &str = "/admin/invitations/import";

/// What is taken of a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The largest one, in bytes.
    pub most: usize,
    /// How long it may take to come.
    pub within: Duration,
}

/// What is taken of most bodies.
const OF_FORMS: Bounds = Bounds {
    most: MAX_BODY,
    within: DEADLINE,
};

/// What is taken of a list of people.
const OF_LISTS: Bounds = Bounds {
    most: MAX_LIST,
    within: LIST_DEADLINE,
};

impl Bounds {
    /// The bounds of a request of whoever may send the most there.
    fn at(method: &Method, path: &str) -> Self {
        if *method == Method::POST && path == LIST {
            OF_LISTS
        } else {
            OF_FORMS
        }
    }

    /// The bounds of a request in a session. Only from administrators is a list read, or waited for.
    pub fn of<B>(request: &http::Request<B>, session: Option<&LiveSession>) -> Self {
        let decides = session
            .is_some_and(|live| live.status == Status::Active && Right::Decide.is_of(live.role));
        if decides {
            Self::at(request.method(), request.uri().path())
        } else {
            OF_FORMS
        }
    }
}

/// How long a request may take in all.
pub fn deadline(method: &Method, path: &str) -> Duration {
    match Step::at(path) {
        Some(Step::Callback | Step::ManageCallback) => CALLBACK_DEADLINE,
        _ => Bounds::at(method, path).within,
    }
}

/// Whether a request says by itself that it is larger than anything that is taken there.
pub fn is_too_large<B>(request: &http::Request<B>) -> bool {
    let uri = request.uri();
    let declared = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    uri.path().len() + uri.query().map_or(0, str::len) > MAX_URI
        || declared.is_some_and(|length| length > Bounds::at(request.method(), uri.path()).most)
}
