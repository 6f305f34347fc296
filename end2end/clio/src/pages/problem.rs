//! Pages for what can't go on.

use axum::http::StatusCode;

use super::Page;
use super::html::esc;
use crate::protocol::error::ProtocolError;

/// An authorization request whose client or redirect URI can't be trusted: nobody is sent anywhere.
pub(crate) fn refused(error: &ProtocolError) -> Page {
    let hint = error.hint.as_deref().unwrap_or_default();
    let body = format!(
        "<p>The application sent a request that can't be answered.</p>
<dl><dt>Error</dt><dd><code>{}</code></dd><dt>Description</dt><dd>{}</dd><dt>Hint</dt><dd>{}</dd></dl>",
        esc(error.name),
        esc(error.description),
        esc(hint)
    );
    Page::new("This sign-in can't go on", body).with_status(error.status)
}

/// A challenge that is unknown, answered or too old.
pub(crate) fn expired() -> Page {
    let body = "<p>It was finished already, or it waited too long. Go back to the application and sign in again.</p>";
    Page::new("This sign-in is over", body.to_owned()).with_status(StatusCode::GONE)
}

/// A form of the switches page that can't be carried out.
pub(crate) fn bad_form(sentence: &str) -> Page {
    let sentence = esc(sentence);
    let body = format!(r#"<p>{sentence}</p><p><a href="/simulation">Back to the switches</a></p>"#);
    Page::new("Nothing was switched", body).with_status(StatusCode::UNPROCESSABLE_ENTITY)
}

pub(crate) fn not_found() -> Page {
    let body = "<p>There is no such page here.</p>".to_owned();
    Page::new("Not found", body).with_status(StatusCode::NOT_FOUND)
}
