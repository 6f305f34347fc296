//! `GET /oauth2/auth`: what is refused, where, and the honest request one step beside it.

use reqwest::StatusCode;
use simulated_clio::{AuthorizeError, Options, Outcome};

use crate::application::{
    Application, KEY, Pairs, REDIRECT_URI, SECRET, honest_parameters, json, location, pairs,
    query_of, with, without,
};

/// Sends a request and expects the browser to be sent back with this error.
async fn assert_sent_back(parameters: Pairs, error: &str) -> anyhow::Result<()> {
    let app = Application::start().await?;
    let answer = app
        .http
        .get(app.authorization_url(&parameters))
        .send()
        .await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let callback = location(&answer)?;
    assert!(callback.starts_with(REDIRECT_URI), "{callback}");
    assert_eq!(
        query_of(&callback, "error").as_deref(),
        Some(error),
        "{callback}"
    );
    assert_eq!(query_of(&callback, "code"), None);
    let sent_state = parameters.iter().find(|(name, _)| name == "state");
    let sent_state = sent_state.map(|(_, value)| value.clone());
    assert_eq!(query_of(&callback, "state"), sent_state);
    assert_eq!(
        app.clio
            .authorize(&app.authorization_url(&parameters), "dana")?,
        callback,
        "the programmatic shortcut answers differently"
    );
    Ok(())
}

/// Sends a request and expects an error page that leads nowhere.
async fn assert_error_page(parameters: Pairs, status: StatusCode) -> anyhow::Result<()> {
    let app = Application::start().await?;
    let url = app.authorization_url(&parameters);
    let answer = app.http.get(&url).send().await?;
    assert_eq!(answer.status(), status);
    assert!(!answer.headers().contains_key("location"));
    let shortcut = app.clio.authorize(&url, "dana");
    assert!(matches!(shortcut, Err(AuthorizeError::ErrorPage { .. })));
    Ok(())
}

/// Sends a request and expects the login page.
async fn assert_goes_to_login(parameters: Pairs) -> anyhow::Result<()> {
    let app = Application::start().await?;
    let answer = app
        .http
        .get(app.authorization_url(&parameters))
        .send()
        .await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let login = location(&answer)?;
    assert!(login.starts_with("/login?login_challenge="), "{login}");
    Ok(())
}

#[tokio::test]
async fn honest_request_goes_to_the_login_page() -> anyhow::Result<()> {
    assert_goes_to_login(honest_parameters()).await
}

#[tokio::test]
async fn request_without_nonce_and_challenge_goes_to_the_login_page() -> anyhow::Result<()> {
    let bare = ["nonce", "code_challenge", "code_challenge_method"];
    assert_goes_to_login(without(honest_parameters(), &bare)).await
}

#[tokio::test]
async fn prompts_and_max_age_are_accepted() -> anyhow::Result<()> {
    let parameters = with(honest_parameters(), "prompt", "login consent");
    assert_goes_to_login(with(parameters, "max_age", "0")).await
}

#[tokio::test]
async fn unknown_client_gets_an_error_page() -> anyhow::Result<()> {
    let parameters = with(honest_parameters(), "client_id", "the-kex");
    assert_error_page(parameters, StatusCode::UNAUTHORIZED).await
}

#[tokio::test]
async fn other_redirect_uris_get_an_error_page() -> anyhow::Result<()> {
    for other in [
        "http://127.0.0.1:4000/auth/clio/callback/",
        "http://127.0.0.1:4000/auth/clio/callback?x=1",
        "http://127.0.0.1:4000/auth/clio/Callback",
        "http://localhost:4000/auth/clio/callback",
        "",
    ] {
        let parameters = with(honest_parameters(), "redirect_uri", other);
        assert_error_page(parameters, StatusCode::BAD_REQUEST).await?;
    }
    Ok(())
}

#[tokio::test]
async fn doubled_redirect_uri_gets_an_error_page() -> anyhow::Result<()> {
    let mut parameters = honest_parameters();
    parameters.extend(pairs(&[("redirect_uri", "http://evil.test/")]));
    assert_error_page(parameters, StatusCode::BAD_REQUEST).await
}

#[tokio::test]
async fn doubled_state_is_refused() -> anyhow::Result<()> {
    let mut parameters = honest_parameters();
    parameters.extend(pairs(&[("state", "another-good-state")]));
    assert_sent_back(parameters, "invalid_request").await
}

#[tokio::test]
async fn response_types_other_than_code_are_refused() -> anyhow::Result<()> {
    for other in ["token", "id_token", "code id_token"] {
        let parameters = with(honest_parameters(), "response_type", other);
        assert_sent_back(parameters, "unsupported_response_type").await?;
    }
    let parameters = without(honest_parameters(), &["response_type"]);
    assert_sent_back(parameters, "unsupported_response_type").await
}

#[tokio::test]
async fn scopes_other_than_openid_are_refused() -> anyhow::Result<()> {
    for other in ["openid email", "profile"] {
        let parameters = with(honest_parameters(), "scope", other);
        assert_sent_back(parameters, "invalid_scope").await?;
    }
    Ok(())
}

#[tokio::test]
async fn state_of_seven_characters_is_refused_and_of_eight_accepted() -> anyhow::Result<()> {
    assert_sent_back(
        with(honest_parameters(), "state", "1234567"),
        "invalid_state",
    )
    .await?;
    assert_goes_to_login(with(honest_parameters(), "state", "12345678")).await
}

#[tokio::test]
async fn missing_state_is_refused() -> anyhow::Result<()> {
    assert_sent_back(without(honest_parameters(), &["state"]), "invalid_state").await
}

#[tokio::test]
async fn nonce_of_seven_characters_is_refused_and_of_eight_accepted() -> anyhow::Result<()> {
    let short = with(honest_parameters(), "nonce", "1234567");
    assert_sent_back(short, "insufficient_entropy").await?;
    assert_goes_to_login(with(honest_parameters(), "nonce", "12345678")).await
}

#[tokio::test]
async fn plain_challenges_are_refused() -> anyhow::Result<()> {
    let plain = with(honest_parameters(), "code_challenge_method", "plain");
    assert_sent_back(plain, "invalid_request").await?;
    let unnamed = without(honest_parameters(), &["code_challenge_method"]);
    assert_sent_back(unnamed, "invalid_request").await
}

#[tokio::test]
async fn challenge_that_is_no_hash_is_refused() -> anyhow::Result<()> {
    let short = with(honest_parameters(), "code_challenge", "short");
    assert_sent_back(short, "invalid_request").await
}

#[tokio::test]
async fn silent_sign_in_is_refused_since_consent_is_always_asked() -> anyhow::Result<()> {
    let silent = with(honest_parameters(), "prompt", "none");
    assert_sent_back(silent, "consent_required").await
}

#[tokio::test]
async fn state_comes_back_byte_for_byte() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let state = "a&b=c +%2B/é\u{1F511}\r\n#";
    let url = app.authorization_url(&with(honest_parameters(), "state", state));
    let callback = app.clio.authorize(&url, "dana")?;
    assert_eq!(query_of(&callback, "state").as_deref(), Some(state));
    Ok(())
}

#[tokio::test]
async fn undecodable_query_is_refused_without_harm() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let answer = app.get("oauth2/auth?client_id=%ff%00&%=&&&=%zz").await?;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    Ok(())
}

#[tokio::test]
async fn declining_sends_back_access_denied_with_the_state() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let callback = app
        .clio
        .decline(&app.authorization_url(&honest_parameters()))?;
    assert_eq!(
        query_of(&callback, "error").as_deref(),
        Some("access_denied")
    );
    assert_eq!(
        query_of(&callback, "state").as_deref(),
        Some("state-of-this-attempt")
    );
    Ok(())
}

#[tokio::test]
async fn requests_are_recorded_with_their_parameters() -> anyhow::Result<()> {
    let app = Application::start().await?;
    app.http
        .get(app.authorization_url(&honest_parameters()))
        .header("user-agent", "a browser")
        .send()
        .await?;
    let requests = app.clio.authorization_requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].parameters, honest_parameters());
    assert_eq!(requests[0].parameter("scope"), Some("openid"));
    assert!(
        requests[0]
            .headers
            .contains(&("user-agent".to_owned(), "a browser".to_owned()))
    );
    Ok(())
}

#[tokio::test]
async fn foreign_urls_and_unknown_people_have_no_callback() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let foreign = app
        .clio
        .authorize("http://evil.test/oauth2/auth?a=b", "dana");
    assert!(matches!(foreign, Err(AuthorizeError::NotTheEndpoint(_))));
    let url = app.authorization_url(&honest_parameters());
    let unknown = app.clio.authorize(&url, "nobody");
    assert!(matches!(unknown, Err(AuthorizeError::UnknownPerson(_))));
    Ok(())
}

#[tokio::test]
async fn any_subject_signs_in_without_pages_when_the_option_is_on() -> anyhow::Result<()> {
    let app = Application::start_with(Options::for_client(KEY, SECRET).with_any_subject()).await?;
    let url = app.authorization_url(&honest_parameters());
    let by_header = app.http.get(&url).header("x-simulated-login", "bench-123");
    let by_parameter = app.http.get(format!("{url}&login_as=bench-123"));
    for request in [by_header, by_parameter] {
        let callback = location(&request.send().await?)?;
        let code = query_of(&callback, "code").unwrap_or_default();
        let answer = json(app.redeem(&code).await?).await?;
        let claims = crate::application::IdToken::of(&answer)?.claims()?;
        assert_eq!(claims["sub"], "bench-123");
        assert_eq!(claims["email"], "bench-123@harbourlane.test");
    }
    Ok(())
}

#[tokio::test]
async fn any_subject_is_ignored_when_the_option_is_off() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let url = app.authorization_url(&with(honest_parameters(), "login_as", "dana"));
    let answer = app
        .http
        .get(url)
        .header("x-simulated-login", "dana")
        .send()
        .await?;
    assert!(location(&answer)?.starts_with("/login?"));
    Ok(())
}

#[tokio::test]
async fn switched_error_comes_back_once() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let url = app.authorization_url(&honest_parameters());
    app.clio.next_sign_in(Outcome::ClientPortal);
    let refused = app.clio.authorize(&url, "dana")?;
    assert_eq!(
        query_of(&refused, "error").as_deref(),
        Some("invalid_credentials")
    );
    let hint = query_of(&refused, "error_hint").unwrap_or_default();
    let hint: serde_json::Value = serde_json::from_str(&hint)?;
    assert_eq!(hint["email"], "d.whitlock@harbourlane.test");
    assert_eq!(hint["clio_connect"], true);
    assert!(query_of(&app.clio.authorize(&url, "dana")?, "code").is_some());
    Ok(())
}
