//! `POST /oauth2/token`: each refusal, the honest request beside it, and the answer.

use std::time::Duration;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::application::{
    Application, IdToken, KEY, Pairs, SECRET, VERIFIER, honest_fields, honest_parameters, json,
    pairs, with, without,
};

/// Bends an honest request, expects this refusal, and that the code is still good for the honest one.
async fn assert_refused(
    bend: impl FnOnce(Pairs) -> Pairs,
    status: StatusCode,
    error: &str,
) -> anyhow::Result<()> {
    let app = Application::start().await?;
    let code = app.honest_code()?;
    let refused = app
        .token_request(&bend(honest_fields(&code)))
        .send()
        .await?;
    assert_eq!(refused.status(), status);
    assert_eq!(refused.headers()["cache-control"], "no-store");
    let body = json(refused).await?;
    assert_eq!(body["error"], error, "{body}");
    assert!(body["error_description"].is_string());
    assert_eq!(app.redeem(&code).await?.status(), StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn honest_request_gets_clios_claims() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let answer = app.sign_in().await?;
    assert_eq!(answer["token_type"], "bearer");
    assert_eq!(answer["scope"], "openid");
    assert_eq!(answer["expires_in"], 3600);
    assert!(answer["refresh_token"].is_string());
    let access_token = answer["access_token"].as_str().context("no access token")?;

    let token = IdToken::of(&answer)?;
    assert!(token.is_signed_by(&app.clio.jwks())?);
    assert_eq!(token.header["alg"], "RS256");
    assert_eq!(token.header["typ"], "JWT");
    let claims = token.claims()?;
    assert_eq!(claims["iss"], app.clio.issuer());
    assert_eq!(claims["sub"], "dana");
    assert_eq!(claims["aud"], json!([KEY]));
    assert_eq!(claims["nonce"], "nonce-of-this-attempt");
    assert_eq!(claims["email"], "d.whitlock@harbourlane.test");
    assert_eq!(claims["first_name"], "Dana");
    assert_eq!(claims["last_name"], "Whitlock");
    let issued_at = claims["iat"].as_i64().context("no iat")?;
    assert_eq!(claims["exp"], issued_at + 3600);
    assert!(claims["auth_time"].as_i64().context("no auth_time")? <= issued_at);
    assert!(claims["rat"].as_i64().context("no rat")? <= issued_at);
    assert_eq!(claims["sid"].as_str().map(str::len), Some(36));
    assert!(claims["jti"].is_string());
    assert_eq!(claims.get("email_verified"), None);
    assert_eq!(claims.get("azp"), None);
    let hash = Sha256::digest(access_token);
    assert_eq!(claims["at_hash"], URL_SAFE_NO_PAD.encode(&hash[..16]));
    Ok(())
}

#[tokio::test]
async fn request_without_nonce_and_challenge_gets_a_token_without_nonce() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let bare = ["nonce", "code_challenge", "code_challenge_method"];
    let code = app.code(&without(honest_parameters(), &bare), "dana")?;
    let fields = without(honest_fields(&code), &["code_verifier"]);
    let answer = json(app.token_request(&fields).send().await?).await?;
    assert_eq!(IdToken::of(&answer)?.claims()?.get("nonce"), None);
    Ok(())
}

#[tokio::test]
async fn token_request_with_a_wrong_verifier_is_refused() -> anyhow::Result<()> {
    let wrong = VERIFIER.replace('d', "e");
    assert_refused(
        |fields| with(fields, "code_verifier", &wrong),
        StatusCode::BAD_REQUEST,
        "invalid_grant",
    )
    .await
}

#[tokio::test]
async fn token_request_without_its_verifier_is_refused() -> anyhow::Result<()> {
    assert_refused(
        |fields| without(fields, &["code_verifier"]),
        StatusCode::BAD_REQUEST,
        "invalid_grant",
    )
    .await
}

#[tokio::test]
async fn verifier_for_a_code_without_challenge_is_refused() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let bare = ["code_challenge", "code_challenge_method"];
    let code = app.code(&without(honest_parameters(), &bare), "dana")?;
    let refused = app.redeem(&code).await?;
    assert_eq!(json(refused).await?["error"], "invalid_grant");
    Ok(())
}

#[tokio::test]
async fn token_request_with_another_redirect_uri_is_refused() -> anyhow::Result<()> {
    assert_refused(
        |fields| with(fields, "redirect_uri", "http://127.0.0.1:4000/other"),
        StatusCode::BAD_REQUEST,
        "invalid_grant",
    )
    .await
}

#[tokio::test]
async fn token_request_with_an_unknown_code_is_refused() -> anyhow::Result<()> {
    assert_refused(
        |fields| with(fields, "code", "ory_ac_unknown"),
        StatusCode::BAD_REQUEST,
        "invalid_grant",
    )
    .await
}

#[tokio::test]
async fn token_request_with_a_wrong_secret_is_refused() -> anyhow::Result<()> {
    assert_refused(
        |fields| with(fields, "client_secret", "a secret with &=+%/e"),
        StatusCode::UNAUTHORIZED,
        "invalid_client",
    )
    .await
}

#[tokio::test]
async fn token_request_of_another_client_is_refused() -> anyhow::Result<()> {
    assert_refused(
        |fields| with(fields, "client_id", "another-key"),
        StatusCode::UNAUTHORIZED,
        "invalid_client",
    )
    .await
}

#[tokio::test]
async fn other_grant_types_are_refused() -> anyhow::Result<()> {
    assert_refused(
        |fields| with(fields, "grant_type", "refresh_token"),
        StatusCode::BAD_REQUEST,
        "unsupported_grant_type",
    )
    .await?;
    assert_refused(
        |fields| without(fields, &["grant_type"]),
        StatusCode::BAD_REQUEST,
        "invalid_request",
    )
    .await
}

#[tokio::test]
async fn doubled_fields_are_refused() -> anyhow::Result<()> {
    assert_refused(
        |mut fields| {
            fields.extend(pairs(&[("client_secret", SECRET)]));
            fields
        },
        StatusCode::BAD_REQUEST,
        "invalid_request",
    )
    .await
}

#[tokio::test]
async fn secret_in_a_basic_header_is_refused() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let code = app.honest_code()?;
    let request = app.token_request(&honest_fields(&code));
    let refused = request.basic_auth(KEY, Some(SECRET)).send().await?;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(json(refused).await?["error"], "invalid_client");
    assert_eq!(app.redeem(&code).await?.status(), StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn json_body_is_refused() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let request = app.http.post(app.clio.token_url());
    let request = request
        .header("content-type", "application/json")
        .body("{}");
    let refused = request.send().await?;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    assert_eq!(json(refused).await?["error"], "invalid_request");
    Ok(())
}

#[tokio::test]
async fn code_is_good_once() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let code = app.honest_code()?;
    assert_eq!(app.redeem(&code).await?.status(), StatusCode::OK);
    let again = app.redeem(&code).await?;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST);
    assert_eq!(json(again).await?["error"], "invalid_grant");
    Ok(())
}

#[tokio::test]
async fn code_is_good_for_ten_minutes() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let (young, old) = (app.honest_code()?, app.honest_code()?);
    app.clio.advance_clock(Duration::from_secs(598));
    assert_eq!(app.redeem(&young).await?.status(), StatusCode::OK);
    app.clio.advance_clock(Duration::from_secs(2));
    assert_eq!(
        json(app.redeem(&old).await?).await?["error"],
        "invalid_grant"
    );
    Ok(())
}

#[tokio::test]
async fn requests_are_recorded_with_headers_and_fields() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let code = app.honest_code()?;
    app.redeem(&code).await?;
    let requests = app.clio.token_requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].fields, honest_fields(&code));
    assert_eq!(requests[0].field("client_secret"), Some(SECRET));
    assert_eq!(
        requests[0].header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(requests[0].header("authorization"), None);
    Ok(())
}
