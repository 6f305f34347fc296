//! `GET /oauth2/auth`.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use super::Shared;
use crate::pages;
use crate::people::Person;
use crate::protocol::authorize::{AuthorizationRequest, Refused};
use crate::protocol::parameters::Parameters;
use crate::provider::Provider;
use crate::records::{ReceivedAuthorization, header_pairs};

/// Names the subject to sign in without pages, with the any-subject option only.
const LOGIN_HEADER: &str = "x-simulated-login";

/// The same as a query parameter.
const LOGIN_PARAMETER: &str = "login_as";

/// Sends the browser to the login pages with a challenge, or back with an error, or shows what is wrong.
pub(super) async fn authorize(
    State(provider): Shared,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    provider.records.authorization(ReceivedAuthorization {
        at: provider.clock.now(),
        headers: header_pairs(&headers),
        parameters: parameters.pairs().to_vec(),
    });
    match AuthorizationRequest::read(&provider, &parameters) {
        Err(Refused::OnOurPage(error)) => pages::problem::refused(&error).into_response(),
        Err(Refused::AtTheClient(callback)) => Redirect::to(&callback).into_response(),
        Ok(request) => {
            let next = match pageless_login(&provider, &headers, &parameters) {
                Some(person) => provider.sign_in(request, person),
                None => super::login::url("/login", &provider.begin(request)),
            };
            Redirect::to(&next).into_response()
        }
    }
}

fn pageless_login(
    provider: &Provider,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Option<Person> {
    if !provider.any_subject {
        return None;
    }
    let header = headers
        .get(LOGIN_HEADER)
        .and_then(|value| value.to_str().ok());
    let subject = header.or_else(|| parameters.get(LOGIN_PARAMETER))?;
    provider.person_or_synthetic(subject)
}
