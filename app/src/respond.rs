//! How an outcome becomes an HTTP answer: status, `Location`, and the way back to a form's page.
//!
//! Leptos' own redirect panics on line breaks and lets `//host` pass, and a native form whose
//! server function fails is sent to the `Referer` with the error in the URL. So every server
//! function of ours ends here instead.

use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{ACCEPT, LOCATION},
    request::Parts,
};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::{api::Failure, backend::Destination};

/// The header by which a server function's browser half learns of a redirect.
const REDIRECT_HEADER: HeaderName = HeaderName::from_static("serverfnredirect");

/// Answers a server function: goes to the destination, or back to `page` with the problem's code.
///
/// A plain form or link gets 303 in either case. A call by an island gets the destination in a
/// header, or the error itself, so that it can say so in place.
pub fn answer(outcome: Result<Destination, Failure>, page: &str) -> Result<(), Failure> {
    answer_along(outcome, page, "", None)
}

/// The same, and a parameter stays with the page when the form comes back to it; what the page's own query
/// string says stays besides.
pub fn answer_along(
    outcome: Result<Destination, Failure>,
    page: &str,
    name: &str,
    value: Option<String>,
) -> Result<(), Failure> {
    match outcome {
        Ok(destination) => {
            go(destination.as_str());
            Ok(())
        }
        Err(failure) if is_navigation() => match failure {
            Failure::Form(problem) => {
                let mut query = form_urlencoded::Serializer::new(String::new());
                query.append_pair("problem", problem.code());
                if let Some(value) = value {
                    query.append_pair(name, &value);
                }
                let joint = if page.contains('?') { '&' } else { '?' };
                go(&format!("{page}{joint}{}", query.finish()));
                Ok(())
            }
            Failure::SignInRequired => {
                go("/sign-in");
                Ok(())
            }
            Failure::Unavailable | Failure::Refused | Failure::Forbidden => {
                set_status(failure.status());
                Err(failure)
            }
        },
        Err(failure) => {
            set_status(failure.status());
            Err(failure)
        }
    }
}

/// The page of the thing with this id in a room of the desk; the room itself when it can't be an id.
pub fn page_of(room: &str, id: &str) -> String {
    let is_id = id.len() == 36
        && id
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if is_id {
        format!("{room}/{id}")
    } else {
        room.to_owned()
    }
}

/// Sets the status of the answer that is being made.
pub fn set_status(status: StatusCode) {
    if let Some(options) = use_context::<ResponseOptions>() {
        options.set_status(status);
    }
}

/// Sends the browser to a URL that has been vouched for.
pub fn go(url: &str) {
    let Some(options) = use_context::<ResponseOptions>() else {
        return;
    };
    match HeaderValue::from_str(url) {
        Ok(location) => {
            if is_navigation() {
                options.set_status(StatusCode::SEE_OTHER);
            } else {
                options.insert_header(REDIRECT_HEADER, HeaderValue::from_static(""));
            }
            options.insert_header(LOCATION, location);
        }
        // A destination is built from checked parts; one that isn't a header value is a fault of ours.
        Err(_) => options.set_status(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// Whether the browser itself asks, rather than an island's call.
///
/// Islands' calls say that they accept anything but a page.
fn is_navigation() -> bool {
    use_context::<Parts>().is_none_or(|parts| {
        parts
            .headers
            .get(ACCEPT)
            .and_then(|value| value.to_str().ok())
            .is_none_or(|accept| !accept.contains("application/json"))
    })
}
