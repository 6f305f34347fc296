//! The pages for what goes wrong around the pages: a form from elsewhere, a flood, a fault of ours.

use std::time::Duration;

use http::StatusCode;
use leptos::prelude::*;

use crate::{
    backend::Assets,
    components::{CONTENT, Doorway, Masthead, Reference, SkipLink},
    document::document,
};

/// What went wrong, as far as the person in front of the browser is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorPage {
    /// What was sent makes no sense.
    BadRequest,
    /// A form or a call that didn't come from a page of ours.
    ForeignForm,
    /// A page that this person may not see.
    Forbidden,
    /// No page stands at this address.
    NotFound,
    /// The address exists, but not for this kind of request.
    MethodNotAllowed,
    /// More was sent than is taken.
    TooLarge,
    /// Too many requests; after this time there is room again.
    TooManyRequests(Duration),
    /// A fault of ours.
    Internal,
    /// The database is away, or the server is starting or stopping.
    Unavailable,
}

impl ErrorPage {
    /// The HTTP status that says the same.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::ForeignForm | Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyRequests(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What it is, in a few words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::BadRequest => "That request didn’t make sense to us",
            Self::ForeignForm => "That didn’t come from this site",
            Self::Forbidden => "This page isn’t open to you",
            Self::NotFound => "There’s no page here",
            Self::MethodNotAllowed => "This address can’t be used that way",
            Self::TooLarge => "That was more than we take at once",
            Self::TooManyRequests(_) => "A short pause, please",
            Self::Internal => "Something went wrong on our side",
            Self::Unavailable => "We’ll be back in a moment",
        }
    }

    /// What happened, and what didn't.
    const fn happened(self) -> &'static str {
        match self {
            Self::BadRequest => {
                "Part of it was missing, doubled or unreadable, so nothing was changed."
            }
            Self::ForeignForm => {
                "Forms are taken only from our own pages, opened at our own address. Nothing was \
                 changed."
            }
            Self::Forbidden => "Your account doesn’t include it. Nothing was changed.",
            Self::NotFound => "The address may be mistyped, or the page has moved.",
            Self::MethodNotAllowed => {
                "It is probably part of a form that was opened directly. Nothing was changed."
            }
            Self::TooLarge => {
                "What was sent is larger than anything our forms hold, so it was not read."
            }
            Self::TooManyRequests(_) => {
                "Many requests came from your network in a short time, so this one was not carried \
                 out."
            }
            Self::Internal => {
                "What you asked for was not carried out. The people who run this service can see \
                 what happened."
            }
            Self::Unavailable => {
                "The service can’t reach its records right now. You are not signed out, and nothing \
                 was lost."
            }
        }
    }

    /// What to do now.
    fn next(self, public_url: &str) -> String {
        match self {
            Self::BadRequest => "Go back, reload the page and try again.".to_owned(),
            Self::ForeignForm => format!("Open {public_url} and try again."),
            Self::Forbidden => "If you need it, ask your firm’s administrator.".to_owned(),
            Self::NotFound | Self::MethodNotAllowed => {
                "Begin at the front door and find your way from there.".to_owned()
            }
            Self::TooLarge => "Go back, shorten what you entered and try again.".to_owned(),
            Self::TooManyRequests(wait) => format!("Try again in {}.", in_words(wait)),
            Self::Internal => {
                "Try again. If it happens again, tell your firm’s administrator when it happened."
                    .to_owned()
            }
            Self::Unavailable => "Try again in a moment.".to_owned(),
        }
    }
}

/// What every document needs to know of the site.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The firm's name.
    pub firm_name: &'a str,
    /// The URL that people type.
    pub public_url: &'a str,
    /// The files that documents refer to.
    pub assets: Assets,
}

/// A complete document that says what went wrong, for answers made outside of any page.
///
/// `reference` finds the event in audit or log, where there is one. The document needs no script:
/// it is to be sent with [`STILL_PAGE`](crate::STILL_PAGE) as its policy.
pub fn error_document(error: ErrorPage, site: Site<'_>, reference: Option<&str>) -> String {
    Owner::new().with(|| {
        let title = format!("{} · {}", error.title(), site.firm_name);
        document(
            Some(site.assets),
            view! { <title>{title}</title> },
            view! {
                <SkipLink/>
                <Masthead firm_name=site.firm_name.to_owned()/>
                <main id=CONTENT class="page" tabindex="-1">
                    {error_text(error, site.public_url, reference)}
                </main>
            },
        )
        .to_html()
    })
}

/// What went wrong and what to do, as the contents of a page.
pub fn error_text(
    error: ErrorPage,
    public_url: &str,
    reference: Option<&str>,
) -> impl IntoView + use<> {
    let next = error.next(public_url);
    let front_door = match error {
        ErrorPage::ForeignForm => public_url.to_owned(),
        _ => "/".to_owned(),
    };
    let reference = reference.map(ToOwned::to_owned);
    view! {
        <div class="empty">
            <Doorway/>
            <h1>{error.title()}</h1>
            <p class="lead">{error.happened()}</p>
            <p>{next}</p>
            <p class="actions">
                <a class="button" href=front_door>"Go to the front door"</a>
            </p>
            <Reference reference/>
        </div>
    }
}

/// A waiting time, rounded up to what people count in.
fn in_words(wait: Duration) -> String {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    match seconds {
        0 | 1 => "a second".to_owned(),
        2..=59 => format!("{seconds} seconds"),
        60 => "a minute".to_owned(),
        61..=3540 => format!("{} minutes", seconds.div_ceil(60)),
        3541..=3600 => "an hour".to_owned(),
        _ => format!("{} hours", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: Site<'_> = Site {
        firm_name: "Harbour & <Lane>",
        public_url: "https://vestibule.example",
        assets: Assets {
            style: "/assets/style.0123.css",
            desk_style: "/assets/desk.0123.css",
            script: Some("/assets/vestibule.0123.js"),
            wasm: Some("/assets/vestibule.0123.wasm"),
        },
    };

    const ALL: [ErrorPage; 9] = [
        ErrorPage::BadRequest,
        ErrorPage::ForeignForm,
        ErrorPage::Forbidden,
        ErrorPage::NotFound,
        ErrorPage::MethodNotAllowed,
        ErrorPage::TooLarge,
        ErrorPage::TooManyRequests(Duration::from_secs(90)),
        ErrorPage::Internal,
        ErrorPage::Unavailable,
    ];

    #[test]
    fn every_error_is_a_whole_document_without_script() {
        for error in ALL {
            let html = error_document(error, SITE, None);
            assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
            assert!(html.ends_with("</html>"), "{html}");
            assert!(html.contains("/assets/style.0123.css"));
            assert!(html.contains(error.title()));
            assert!(
                !html.contains("<script") && !html.contains("<Lane>"),
                "{html}"
            );
        }
    }

    #[test]
    fn foreign_form_names_the_address_to_open() {
        let html = error_document(ErrorPage::ForeignForm, SITE, None);
        assert!(html.contains("Open https://vestibule.example and try again."));
    }

    #[test]
    fn reference_is_shown_and_escaped() {
        let html = error_document(ErrorPage::Internal, SITE, Some("<7Q4K>"));
        assert!(html.contains("&lt;7Q4K&gt;"), "{html}");
    }

    #[test]
    fn waiting_times_are_rounded_up() {
        for (milliseconds, words) in [
            (0, "a second"),
            (1_001, "2 seconds"),
            (60_000, "a minute"),
            (61_000, "2 minutes"),
            (3_600_000, "an hour"),
            (3_601_000, "2 hours"),
        ] {
            assert_eq!(in_words(Duration::from_millis(milliseconds)), words);
        }
    }
}
