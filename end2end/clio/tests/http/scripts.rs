//! Scripted token answers: each lie reaches the client as told, and the next answer is honest again.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use simulated_clio::{Manner, Signing, TokenScript};

use crate::application::{Application, IdToken, json, until};

/// The ID token of a sign-in with this script, after checking that the one after it is honest.
async fn scripted(
    edit: impl FnOnce(&mut TokenScript) + Send + 'static,
) -> anyhow::Result<(Application, IdToken)> {
    let app = Application::start().await?;
    app.clio.next_token(edit);
    let bent = IdToken::of(&app.sign_in().await?)?;
    let honest = IdToken::of(&app.sign_in().await?)?;
    assert!(honest.is_signed_by(&app.clio.jwks())?);
    assert_eq!(honest.claims()?["sub"], "dana");
    Ok((app, bent))
}

#[tokio::test]
async fn claims_are_replaced_and_removed() -> anyhow::Result<()> {
    let (app, token) = scripted(|token| {
        token.set_claim("nonce", "somebody-else's");
        token.set_claim("aud", json!(["the-key", 7]));
        token.remove_claim("sid");
    })
    .await?;
    let claims = token.claims()?;
    assert_eq!(claims["nonce"], "somebody-else's");
    assert_eq!(claims["aud"], json!(["the-key", 7]));
    assert_eq!(claims.get("sid"), None);
    assert!(token.is_signed_by(&app.clio.jwks())?);
    Ok(())
}

#[tokio::test]
async fn payload_bytes_are_signed_as_given() -> anyhow::Result<()> {
    let (app, token) = scripted(|token| token.set_payload(b"\xff\0not json".as_slice())).await?;
    assert_eq!(token.payload, b"\xff\0not json");
    assert!(token.is_signed_by(&app.clio.jwks())?);
    Ok(())
}

#[tokio::test]
async fn claims_are_doubled() -> anyhow::Result<()> {
    let (_, token) = scripted(|token| {
        token.double_claim("sub", "eve");
        token.double_claim("sub", 1);
    })
    .await?;
    let payload = String::from_utf8(token.payload.clone())?;
    assert!(payload.ends_with(r#","sub":"eve","sub":1}"#), "{payload}");
    assert!(payload.contains(r#""sub":"dana""#), "{payload}");
    token.claims()?;
    Ok(())
}

#[tokio::test]
async fn corrupted_signature_doesnt_verify() -> anyhow::Result<()> {
    let (app, token) = scripted(|token| token.sign_with(Signing::Corrupted)).await?;
    assert!(!token.is_signed_by(&app.clio.jwks())?);
    Ok(())
}

#[tokio::test]
async fn strangers_signature_doesnt_verify_under_the_current_key_id() -> anyhow::Result<()> {
    let (app, token) = scripted(|token| token.sign_with(Signing::AnotherKey)).await?;
    assert_eq!(token.header["kid"], app.clio.jwks()["keys"][0]["kid"]);
    assert!(!token.is_signed_by(&app.clio.jwks())?);
    Ok(())
}

#[tokio::test]
async fn unsigned_token_says_none() -> anyhow::Result<()> {
    let (_, token) = scripted(|token| token.sign_with(Signing::Nothing)).await?;
    assert_eq!(token.header["alg"], "none");
    assert!(token.signature.is_empty());
    Ok(())
}

#[tokio::test]
async fn hmac_token_says_hs256() -> anyhow::Result<()> {
    let (_, token) = scripted(|token| token.sign_with(Signing::Hs256WithPublicKey)).await?;
    assert_eq!(token.header["alg"], "HS256");
    assert_eq!(token.signature.len(), 32);
    Ok(())
}

#[tokio::test]
async fn header_lies_as_told() -> anyhow::Result<()> {
    let (_, token) = scripted(|token| {
        token.set_header("kid", "unknown");
        token.set_header("typ", "logout+jwt");
        token.remove_header("alg");
    })
    .await?;
    assert_eq!(
        token.header,
        json!({ "kid": "unknown", "typ": "logout+jwt" })
    );
    Ok(())
}

#[tokio::test]
async fn id_token_is_omitted_or_replaced() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio.next_token(TokenScript::omit_id_token);
    app.clio.next_token(|token| token.set_id_token(Value::Null));
    assert_eq!(app.sign_in().await?.get("id_token"), None);
    assert_eq!(app.sign_in().await?.get("id_token"), Some(&Value::Null));
    assert!(app.sign_in().await?["id_token"].is_string());
    Ok(())
}

#[tokio::test]
async fn other_members_are_replaced_and_removed() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio.next_token(|token| {
        token.set_member("token_type", "access_token");
        token.remove_member("refresh_token");
    });
    let answer = app.sign_in().await?;
    assert_eq!(answer["token_type"], "access_token");
    assert_eq!(answer.get("refresh_token"), None);
    Ok(())
}

#[tokio::test]
async fn script_for_every_token_stays_until_forgotten() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio
        .every_token(|token| token.answer_with_error(StatusCode::OK, "invalid_client"));
    for _ in 0..2 {
        assert_eq!(app.sign_in().await?, json!({ "error": "invalid_client" }));
    }
    app.clio.honest_tokens();
    assert!(app.sign_in().await?["id_token"].is_string());
    Ok(())
}

#[tokio::test]
async fn script_waits_for_a_good_request() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio.next_token(TokenScript::omit_id_token);
    app.redeem("no such code").await?;
    assert_eq!(app.sign_in().await?.get("id_token"), None);
    Ok(())
}

#[tokio::test]
async fn status_headers_and_body_are_replaced() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio.next_token(|token| {
        token.answer_with(StatusCode::BAD_GATEWAY, "<html>502</html>");
        token.answer.set_header("Content-Type", "text/html");
        token.answer.set_header("not a header\n", "left out");
    });
    let answer = app.redeem(&app.honest_code()?).await?;
    assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
    assert_eq!(answer.headers()["content-type"], "text/html");
    assert_eq!(answer.text().await?, "<html>502</html>");
    Ok(())
}

#[tokio::test]
async fn redirect_asks_to_post_elsewhere() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio
        .next_token(|token| token.answer.redirect_to("http://evil.test/"));
    let answer = app.redeem(&app.honest_code()?).await?;
    assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(answer.headers()["location"], "http://evil.test/");
    Ok(())
}

#[tokio::test]
async fn cut_connection_gives_no_answer_and_the_next_one_is_honest() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio.next_token(|token| token.answer.cut());
    assert!(app.redeem(&app.honest_code()?).await.is_err());
    app.sign_in().await?;
    Ok(())
}

#[tokio::test]
async fn answer_cut_in_the_middle_breaks_off() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio
        .next_token(|token| token.answer.manner = Manner::Cut(Some(10)));
    let answer = app.redeem(&app.honest_code()?).await?;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.bytes().await.is_err());
    Ok(())
}

#[tokio::test]
async fn dripping_answer_comes_byte_by_byte() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio.next_token(|token| {
        token.answer_with(StatusCode::OK, "drip");
        token.answer.drip(Duration::from_millis(1));
    });
    let mut answer = app.redeem(&app.honest_code()?).await?;
    let mut pieces = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        pieces.push(piece);
    }
    assert_eq!(pieces.concat(), b"drip");
    Ok(())
}

#[tokio::test]
async fn padded_answer_is_huge_and_still_json() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio
        .next_token(|token| token.answer.padding = 1_000_000);
    let answer = app.redeem(&app.honest_code()?).await?;
    let body = answer.bytes().await?;
    assert!(body.len() > 1_000_000);
    let body: Value = serde_json::from_slice(&body)?;
    assert!(body["id_token"].is_string());
    Ok(())
}

#[tokio::test]
async fn hanging_answer_never_comes() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.clio.next_token(|token| token.answer.hang());
    let code = app.honest_code()?;
    tokio::select! {
        answer = app.redeem(&code) => anyhow::bail!("answered: {answer:?}"),
        () = until(|| app.clio.token_requests().len() == 1) => {}
    }
    let again = json(app.redeem(&code).await?).await?;
    assert_eq!(again["error"], "invalid_grant", "the code is used up");
    Ok(())
}
