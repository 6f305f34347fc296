//! The switches page and its forms, and the same switches in the library.

use reqwest::StatusCode;
use serde_json::Value;
use simulated_clio::{Outcome, Person, Span, UnknownPerson};

use crate::application::{
    Application, IdToken, honest_parameters, json, location, pairs, query_of,
};

/// Sends a form of the switches page.
async fn switch(
    app: &Application,
    form: &str,
    fields: &[(&str, &str)],
) -> anyhow::Result<StatusCode> {
    let url = app.url(&format!("simulation/{form}"));
    let answer = app.http.post(url).form(&pairs(fields)).send().await?;
    if answer.status() == StatusCode::SEE_OTHER {
        assert_eq!(location(&answer)?, "/simulation");
    }
    Ok(answer.status())
}

/// The error on the redirect URI when Dana signs in, if any.
fn error(app: &Application) -> anyhow::Result<Option<String>> {
    let callback = app
        .clio
        .authorize(&app.authorization_url(&honest_parameters()), "dana")?;
    Ok(query_of(&callback, "error"))
}

async fn claims(app: &Application, subject: &str) -> anyhow::Result<Value> {
    let code = app.code(&honest_parameters(), subject)?;
    IdToken::of(&json(app.redeem(&code).await?).await?)?.claims()
}

#[tokio::test]
async fn outcome_lasts_for_as_many_sign_ins_as_said() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let fields = [
        ("outcome", "server_error"),
        ("span", "next"),
        ("times", "2"),
    ];
    assert_eq!(
        switch(&app, "outcome", &fields).await?,
        StatusCode::SEE_OTHER
    );
    assert_eq!(error(&app)?.as_deref(), Some("server_error"));
    let page = app.get("simulation").await?.text().await?;
    assert!(page.contains("(server_error), at the next sign-in."));
    assert_eq!(error(&app)?.as_deref(), Some("server_error"));
    assert_eq!(error(&app)?, None);
    Ok(())
}

#[tokio::test]
async fn standing_outcome_lasts_until_switched_back() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let fields = [("outcome", "access_denied"), ("span", "standing")];
    switch(&app, "outcome", &fields).await?;
    for _ in 0..3 {
        assert_eq!(error(&app)?.as_deref(), Some("access_denied"));
    }
    switch(&app, "outcome", &[("outcome", "normal")]).await?;
    assert_eq!(error(&app)?, None);
    Ok(())
}

#[tokio::test]
async fn every_authorization_outcome_is_the_error_of_its_name() -> anyhow::Result<()> {
    let app = Application::start().await?;
    for (outcome, expected) in [
        (Outcome::AccessDenied, "access_denied"),
        (Outcome::NotReady, "invalid_credentials"),
        (Outcome::ClientPortal, "invalid_credentials"),
        (Outcome::ServerError, "server_error"),
        (Outcome::TemporarilyUnavailable, "temporarily_unavailable"),
    ] {
        app.clio.switch(outcome, Span::Next(1));
        assert_eq!(error(&app)?.as_deref(), Some(expected));
        assert_eq!(Outcome::from_name(outcome.name()), Some(outcome));
    }
    Ok(())
}

#[tokio::test]
async fn token_outcomes_come_with_the_code() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio.next_sign_in(Outcome::TokenBadGateway);
    let bad = app.honest_code()?;
    app.clio.next_sign_in(Outcome::BadSignature);
    let forged = app.honest_code()?;
    let honest = app.honest_code()?;
    assert_eq!(app.redeem(&honest).await?.status(), StatusCode::OK);
    assert_eq!(app.redeem(&bad).await?.status(), StatusCode::BAD_GATEWAY);
    let forged = IdToken::of(&json(app.redeem(&forged).await?).await?)?;
    assert!(!forged.is_signed_by(&app.clio.jwks())?);
    Ok(())
}

#[tokio::test]
async fn unknown_outcomes_and_people_switch_nothing() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    assert_eq!(switch(&app, "outcome", &[("outcome", "x")]).await?, refused);
    assert_eq!(switch(&app, "names", &[("person", "x")]).await?, refused);
    let fields = [("person", "dana"), ("new_subject", "")];
    assert_eq!(switch(&app, "recreate", &fields).await?, refused);
    assert_eq!(switch(&app, "people", &[("subject", "")]).await?, refused);
    assert_eq!(error(&app)?, None);
    Ok(())
}

#[tokio::test]
async fn people_change_and_come_back_with_reset() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let fields = [("person", "dana"), ("email", "dana@elsewhere.test")];
    switch(&app, "email", &fields).await?;
    switch(&app, "names", &[("person", "dana")]).await?;
    let fields = [("person", "dana"), ("new_subject", "dana-2")];
    switch(&app, "recreate", &fields).await?;
    let changed = claims(&app, "dana-2").await?;
    assert_eq!(changed["email"], "dana@elsewhere.test");
    assert_eq!(changed.get("first_name"), None);
    assert_eq!(changed.get("last_name"), None);
    switch(&app, "reset", &[]).await?;
    let back = claims(&app, "dana").await?;
    assert_eq!(back["email"], "d.whitlock@harbourlane.test");
    assert_eq!(back["first_name"], "Dana");
    Ok(())
}

#[tokio::test]
async fn library_changes_people_too() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio
        .add_person(Person::new("eve", "eve@x.test").named("Eve", "Adams"));
    app.clio.change_email("eve", "eve@y.test")?;
    app.clio.remove_names("eve")?;
    app.clio.recreate("eve", "eve-2")?;
    let claims = claims(&app, "eve-2").await?;
    assert_eq!(claims["email"], "eve@y.test");
    assert_eq!(claims.get("first_name"), None);
    let unknown = app.clio.change_email("eve", "x@y.test");
    assert_eq!(unknown, Err(UnknownPerson("eve".to_owned())));
    Ok(())
}

#[tokio::test]
async fn person_is_added_by_form() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let fields = [
        ("subject", "kim"),
        ("email", "kim@x.test"),
        ("first_name", "Kim"),
    ];
    switch(&app, "people", &fields).await?;
    let claims = claims(&app, "kim").await?;
    assert_eq!(claims["first_name"], "Kim");
    assert_eq!(claims.get("last_name"), None);
    Ok(())
}

#[tokio::test]
async fn key_is_rotated_by_form() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let before = IdToken::of(&app.sign_in().await?)?;
    switch(&app, "rotate", &[("keep_old", "1")]).await?;
    assert!(before.is_signed_by(&app.clio.jwks())?);
    switch(&app, "rotate", &[]).await?;
    assert!(!before.is_signed_by(&app.clio.jwks())?);
    let after = IdToken::of(&app.sign_in().await?)?;
    assert!(after.is_signed_by(&app.clio.jwks())?);
    Ok(())
}

#[tokio::test]
async fn every_page_links_to_the_switches() -> anyhow::Result<()> {
    let app = Application::start().await?;
    for page in [
        "login",
        "consent",
        "mailbox",
        "mailbox/1",
        "simulation",
        "nowhere",
    ] {
        let answer = app.get(page).await?;
        assert!(answer.headers().contains_key("content-security-policy"));
        assert!(
            answer.text().await?.contains(r#"href="/simulation""#),
            "{page}"
        );
    }
    assert_eq!(app.get("healthz").await?.status(), StatusCode::OK);
    Ok(())
}
