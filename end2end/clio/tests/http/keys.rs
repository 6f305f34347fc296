//! The key set: rotation, failures, lies, and how often it was fetched.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use serde_json::{Value, json};
use simulated_clio::{Answer, OldKey};

use crate::application::{Application, IdToken, json, until};

async fn fetch(app: &Application) -> anyhow::Result<Value> {
    json(app.get(".well-known/jwks.json").await?).await
}

#[tokio::test]
async fn published_key_verifies_tokens_and_fetches_are_counted() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let token = IdToken::of(&app.sign_in().await?)?;
    assert_eq!(app.clio.jwks_fetches(), 0);
    assert!(token.is_signed_by(&fetch(&app).await?)?);
    assert_eq!(app.clio.jwks_fetches(), 1);
    Ok(())
}

#[tokio::test]
async fn old_key_stays_when_told_to() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let before = IdToken::of(&app.sign_in().await?)?;
    app.clio.rotate_key(OldKey::Stays)?;
    let after = IdToken::of(&app.sign_in().await?)?;
    let set = fetch(&app).await?;
    assert_ne!(before.header["kid"], after.header["kid"]);
    assert!(before.is_signed_by(&set)?);
    assert!(after.is_signed_by(&set)?);
    Ok(())
}

#[tokio::test]
async fn old_key_leaves_when_told_to() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let before = IdToken::of(&app.sign_in().await?)?;
    app.clio.rotate_key(OldKey::Leaves)?;
    let after = IdToken::of(&app.sign_in().await?)?;
    let set = fetch(&app).await?;
    assert!(!before.is_signed_by(&set)?);
    assert!(after.is_signed_by(&set)?);
    Ok(())
}

#[tokio::test]
async fn weak_key_signs_and_is_published() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio.rotate_to_weak_key()?;
    let token = IdToken::of(&app.sign_in().await?)?;
    let set = fetch(&app).await?;
    assert!(token.is_signed_by(&set)?);
    let modulus = set["keys"][0]["n"].as_str().context("no modulus")?;
    assert_eq!(URL_SAFE_NO_PAD.decode(modulus)?.len(), 128);
    Ok(())
}

#[tokio::test]
async fn set_that_a_test_gives_is_published_until_forgotten() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio.set_jwks(json!({ "keys": "none" }));
    assert_eq!(fetch(&app).await?, json!({ "keys": "none" }));
    app.clio.honest_jwks();
    let token = IdToken::of(&app.sign_in().await?)?;
    assert!(token.is_signed_by(&fetch(&app).await?)?);
    Ok(())
}

#[tokio::test]
async fn failures_are_counted_and_end_when_forgotten() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio.fail_jwks(StatusCode::SERVICE_UNAVAILABLE);
    let failed = app.get(".well-known/jwks.json").await?;
    assert_eq!(failed.status(), StatusCode::SERVICE_UNAVAILABLE);
    app.clio.honest_jwks();
    assert_eq!(
        app.get(".well-known/jwks.json").await?.status(),
        StatusCode::OK
    );
    assert_eq!(app.clio.jwks_fetches(), 2);
    Ok(())
}

#[tokio::test]
async fn hanging_fetch_leaves_the_next_one_alone() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio.next_jwks(Answer::hang);
    tokio::select! {
        set = fetch(&app) => anyhow::bail!("answered: {set:?}"),
        () = until(|| app.clio.jwks_fetches() == 1) => {}
    }
    fetch(&app).await?;
    Ok(())
}

#[tokio::test]
async fn discovery_names_the_same_endpoints() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let document = json(app.get(".well-known/openid-configuration").await?).await?;
    assert_eq!(document["issuer"], app.clio.issuer());
    assert!(app.clio.issuer().ends_with('/'));
    assert_eq!(
        document["authorization_endpoint"],
        app.clio.authorization_url()
    );
    assert_eq!(document["token_endpoint"], app.clio.token_url());
    assert_eq!(document["jwks_uri"], app.clio.jwks_url());
    Ok(())
}
