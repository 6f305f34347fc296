//! The errors that Clio names at the redirect URI.

use simulated_clio::Outcome;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{Browser, Site, refused, refused_alone, with_parameter};

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_error_that_clio_names_has_its_code_and_asks_for_no_token(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for (outcome, code) in [
        (Outcome::AccessDenied, "declined"),
        (Outcome::NotReady, "not_ready"),
        (Outcome::ClientPortal, "client_portal"),
        (Outcome::ServerError, "clio_error"),
        (Outcome::TemporarilyUnavailable, "clio_unavailable"),
    ] {
        let browser = Browser::new(&site);
        site.clio.next_sign_in(outcome);
        let callback = browser.callback_of(&site, "dana").await;
        let before = site.token_requests();
        refused_alone(&site, &browser, &callback, code).await;
        assert_eq!(site.token_requests(), before, "{outcome:?}");
        refused_alone(&site, &browser, &callback, "expired").await;
        site.honest_sign_in_works().await;
    }
    let browser = Browser::new(&site);
    let declined = site.clio.decline(&browser.begin().await).unwrap();
    refused(&site, &browser, &declined, "declined").await;
    assert_eq!(site.account_of("dana").await, None);
    assert_eq!(browser.sign_in(&site, "dana").await.location(), "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn errors_are_told_apart_however_clio_words_them(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let portal = r#"{"email":"d.whitlock@harbourlane.test","clio_connect":true}"#;
    let firm = r#"{"email":"d.whitlock@harbourlane.test","clio_connect":false}"#;
    let escaped = r#""{\"email\":\"d.whitlock@harbourlane.test\",\"clio_connect\":true}""#;
    let appended = format!("Your email/password is invalid. {portal}");
    let deep = "[".repeat(2000);
    for (error, description, hint, code) in [
        ("invalid_credentials", None, Some(portal), "client_portal"),
        ("invalid_credentials", None, Some(escaped), "client_portal"),
        (
            "invalid_credentials",
            Some(&*appended),
            None,
            "client_portal",
        ),
        ("invalid_credentials", None, Some(firm), "not_ready"),
        (
            "invalid_credentials",
            Some("Your email/password is invalid."),
            None,
            "not_ready",
        ),
        ("invalid_credentials", None, None, "not_ready"),
        ("invalid_credentials", None, Some("{"), "not_ready"),
        ("invalid_credentials", None, Some(&*deep), "not_ready"),
        (
            "access_denied",
            Some("<script>alert(1)</script>"),
            Some(portal),
            "declined",
        ),
        ("temporarily_unavailable", None, None, "clio_unavailable"),
        ("invalid_request", None, None, "clio_error"),
        ("invalid_scope", None, None, "clio_error"),
        ("unsupported_response_type", None, None, "clio_error"),
        ("login_required", None, None, "clio_error"),
        ("consent_required", None, None, "clio_error"),
        ("interaction_required", None, None, "clio_error"),
        ("request_forbidden", None, None, "clio_error"),
        ("server_error", None, None, "clio_error"),
        ("<script>alert(1)</script>", None, None, "clio_error"),
        ("ACCESS_DENIED", None, None, "clio_error"),
        (" ", None, None, "clio_error"),
    ] {
        let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
        // With a code beside it, the error still counts.
        let with_code = with_parameter(&callback, "error", Some(error));
        let with_code = with_parameter(&with_code, "error_description", description);
        let with_code = with_parameter(&with_code, "error_hint", hint);
        let refusal = refused_alone(&site, &browser, &with_code, code).await;
        let all = format!("{:?} {}", refusal.reply.headers, refusal.reply.body);
        assert!(
            !all.contains("script") && !all.contains("clio_connect"),
            "{all}"
        );
    }
    assert_eq!(site.token_requests(), 0);
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_parameter_without_a_value_counts_as_left_out(pool: PgPool) {
    // As RFC 6749, section 3.1 has it for requests.
    let site = Site::start(pool, |_| ()).await;
    let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
    let reply = browser
        .finish(&format!("{callback}&error=&error_hint=&iss="))
        .await;
    assert_eq!(reply.location(), "/welcome");
    for name in ["state", "code"] {
        let (browser, callback) = Browser::back_from_clio(&site, "stranger").await;
        let without = with_parameter(&callback, name, Some(""));
        let code = if name == "state" {
            "expired"
        } else {
            "not_verified"
        };
        refused(&site, &browser, &without, code).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_error_with_a_foreign_state_is_not_believed(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
    let forged = format!(
        "{}/auth/clio/callback?error=access_denied&state=forged-forged",
        site.public_url
    );
    refused_alone(&site, &browser, &forged, "expired").await;
    let forged = format!("{}/auth/clio/callback?error=access_denied", site.public_url);
    refused_alone(&site, &browser, &forged, "expired").await;
    assert_eq!(browser.finish(&callback).await.location(), "/welcome");
    site.honest_sign_in_works().await;
}
