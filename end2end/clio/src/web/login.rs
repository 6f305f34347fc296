//! The pages that a person goes through: e-mail, password, digits, consent.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use form_urlencoded::Serializer;
use serde::Deserialize;

use super::{Shared, cookies};
use crate::login::{Challenge, KEPT_LOGIN_LIFE, LOGIN_LIFE, Login, SignedIn, Step};
use crate::pages;
use crate::people::Person;
use crate::protocol::authorize::AuthorizationRequest;
use crate::provider::Provider;

/// The query of every page on the way.
#[derive(Deserialize)]
pub(super) struct OnTheWay {
    #[serde(default)]
    login_challenge: String,
    /// Shows the e-mail page to a browser that is logged in.
    someone_else: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct EmailForm {
    login_challenge: String,
    email: Option<String>,
    /// The subject of a person chosen from the list.
    person: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    login_challenge: String,
    password: String,
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    login_challenge: String,
    code: String,
    keep: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct ConsentForm {
    login_challenge: String,
    decision: String,
}

/// The URL of a page on the way.
pub(super) fn url(page: &str, challenge: &str) -> String {
    let query = Serializer::new(String::new())
        .append_pair("login_challenge", challenge)
        .finish();
    format!("{page}?{query}")
}

fn to(page: &str, challenge: &str) -> Response {
    Redirect::to(&url(page, challenge)).into_response()
}

fn expired() -> Response {
    pages::problem::expired().into_response()
}

/// The e-mail page; a browser that is logged in goes straight on to consent.
pub(super) async fn email_page(
    State(provider): Shared,
    headers: HeaderMap,
    Query(query): Query<OnTheWay>,
) -> Response {
    let id = query.login_challenge;
    let Some(challenge) = provider.challenge(&id) else {
        return expired();
    };
    let logged_in = cookies::login(&headers)
        .and_then(|cookie| provider.logged_in(cookie))
        .filter(|_| query.someone_else.is_none())
        .filter(|(_, login)| !challenge.request.wants_password_again(login.auth_time));
    match (logged_in, &challenge.step) {
        (Some(_), Step::Consent(_)) => to("/consent", &id),
        (Some((person, login)), _) => {
            ask_consent(&provider, &id, &challenge.request, person, login)
        }
        (None, _) => pages::login::email(&id, &provider.people.all()).into_response(),
    }
}

/// Takes the e-mail, or a person from the list.
pub(super) async fn email(State(provider): Shared, Form(form): Form<EmailForm>) -> Response {
    if provider.challenge(&form.login_challenge).is_none() {
        return expired();
    }
    let email = form.email.unwrap_or_default();
    let person = match &form.person {
        Some(subject) => provider.people.by_subject(subject),
        None => provider.people.by_email(email.trim()),
    };
    let shown = match (&form.person, &person) {
        (Some(_), Some(person)) => person
            .email
            .clone()
            .unwrap_or_else(|| person.display_name()),
        _ => email.trim().to_owned(),
    };
    if shown.is_empty() {
        return to("/login", &form.login_challenge);
    }
    provider.set_step(&form.login_challenge, Step::Password { shown, person });
    to("/login/password", &form.login_challenge)
}

/// The password page.
pub(super) async fn password_page(
    State(provider): Shared,
    Query(query): Query<OnTheWay>,
) -> Response {
    let id = query.login_challenge;
    match provider.challenge(&id).map(|challenge| challenge.step) {
        Some(Step::Password { shown, person }) => {
            pages::login::password(&id, &shown, person.as_ref(), None).into_response()
        }
        Some(_) => to("/login", &id),
        None => expired(),
    }
}

/// Takes the password: on to the digits, to consent, or again.
pub(super) async fn password(State(provider): Shared, Form(form): Form<PasswordForm>) -> Response {
    let id = form.login_challenge;
    let Some(challenge) = provider.challenge(&id) else {
        return expired();
    };
    let Step::Password { shown, person } = &challenge.step else {
        return to("/login", &id);
    };
    match person {
        Some(person) if person.password == form.password => {
            if person.second_factor.is_some() {
                provider.set_step(&id, Step::Code(person.clone()));
                return to("/login/code", &id);
            }
            let person = person.clone();
            log_in(&provider, &id, &challenge.request, person, None)
        }
        _ => {
            let wrong = Some("Your email/password is invalid.");
            pages::login::password(&id, shown, person.as_ref(), wrong).into_response()
        }
    }
}

/// The page for the six digits.
pub(super) async fn code_page(State(provider): Shared, Query(query): Query<OnTheWay>) -> Response {
    let id = query.login_challenge;
    match provider.challenge(&id).map(|challenge| challenge.step) {
        Some(Step::Code(person)) => pages::login::code(&id, &person, None).into_response(),
        Some(_) => to("/login", &id),
        None => expired(),
    }
}

/// Takes the six digits.
pub(super) async fn code(State(provider): Shared, Form(form): Form<CodeForm>) -> Response {
    let id = form.login_challenge;
    let Some(challenge) = provider.challenge(&id) else {
        return expired();
    };
    let Step::Code(person) = &challenge.step else {
        return to("/login", &id);
    };
    if person.second_factor.as_deref() != Some(form.code.trim()) {
        let wrong = Some("That code isn't right.");
        return pages::login::code(&id, person, wrong).into_response();
    }
    let person = person.clone();
    let kept_for = form.keep.map(|_| KEPT_LOGIN_LIFE);
    log_in(&provider, &id, &challenge.request, person, kept_for)
}

/// Password and digits were right: gives the browser its cookie and goes on.
fn log_in(
    provider: &Provider,
    id: &str,
    request: &AuthorizationRequest,
    person: Person,
    kept_for: Option<time::Duration>,
) -> Response {
    let login = provider.new_login(&person);
    let value = provider.keep_login(login.clone(), kept_for.unwrap_or(LOGIN_LIFE));
    let cookie = [(SET_COOKIE, cookies::set_login(&value, kept_for))];
    let next = ask_consent(provider, id, request, person, login);
    (AppendHeaders(cookie), next).into_response()
}

fn ask_consent(
    provider: &Provider,
    id: &str,
    request: &AuthorizationRequest,
    person: Person,
    login: Login,
) -> Response {
    match provider.admit(request, person, login) {
        Ok(signed_in) => {
            provider.set_step(id, Step::Consent(signed_in));
            to("/consent", id)
        }
        Err(callback) => {
            provider.take_challenge(id);
            Redirect::to(&callback).into_response()
        }
    }
}

/// The consent page.
pub(super) async fn consent_page(
    State(provider): Shared,
    Query(query): Query<OnTheWay>,
) -> Response {
    let id = query.login_challenge;
    match provider.challenge(&id).map(|challenge| challenge.step) {
        Some(Step::Consent(SignedIn { person, .. })) => {
            pages::consent::consent(&id, &provider.client.name, &person).into_response()
        }
        Some(_) => to("/login", &id),
        None => expired(),
    }
}

/// Takes Allow or Deny, once, and sends the browser back.
pub(super) async fn consent(State(provider): Shared, Form(form): Form<ConsentForm>) -> Response {
    let id = form.login_challenge;
    match provider.challenge(&id).map(|challenge| challenge.step) {
        Some(Step::Consent(_)) => {}
        Some(_) => return to("/login", &id),
        None => return expired(),
    }
    let Some(Challenge {
        request,
        step: Step::Consent(signed_in),
    }) = provider.take_challenge(&id)
    else {
        return expired();
    };
    let callback = match form.decision.as_str() {
        "allow" => provider.allow(request, signed_in),
        _ => Provider::deny(&request),
    };
    Redirect::to(&callback).into_response()
}
