//! Signing in without Clio: with e-mail and password, and with a mailed code.

use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Site, account, account_with_password, ask_for_code, forget_everybody,
    form_refused, give_names, last_event, mailed_code, only_event_after, overtaken,
    sign_in_by_code, sign_in_by_password, signed_in, sorted_landings, sql, text, with_a_code,
};

const BY_PASSWORD: &str = "/auth/local/password";
const BY_CODE: &str = "/auth/local/code";
const RIGHT_PASSWORD: [(&str, &str); 2] = [("email", DANA), ("password", PASSWORD)];

/// The one session that is alive: its account, how it was opened, and by which login.
async fn the_session(site: &Site) -> (Uuid, String, Option<Uuid>) {
    sqlx::query_as(
        "SELECT account_id, opened_by, identity_id FROM sessions WHERE revoked_at IS NULL",
    )
    .fetch_one(&site.pool)
    .await
    .unwrap()
}

/// The event that recorded how a session was opened.
async fn how_opened(site: &Site, id: i64) -> Option<String> {
    let detail = format!("SELECT detail->>'method' FROM audit_events WHERE id = {id}");
    text(site, &detail).await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn email_and_password_open_an_ordinary_session(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = account_with_password(&site, DANA).await;
    let browser = Browser::new(&site);
    let before = last_event(&site).await;
    let reply = sign_in_by_password(&browser, DANA, PASSWORD).await;
    reply.leads_to("/account");
    let line = reply.set_cookie("vestibule").unwrap();
    assert!(
        line.contains("HttpOnly") && line.contains("SameSite=Lax"),
        "{line}"
    );

    assert_eq!(
        the_session(&site).await,
        (dana, "password".to_owned(), None)
    );
    let event = only_event_after(&site, before).await;
    assert_eq!(event.action, "session.opened_locally");
    assert_eq!(
        (
            event.actor_account_id,
            event.account_id,
            how_opened(&site, event.id).await.as_deref()
        ),
        (Some(dana), Some(dana), Some("password"))
    );
    assert_eq!(browser.account().await, Some(dana));
    let verified = browser.get("/auth/verify").await;
    assert_eq!(verified.header("x-auth-email"), DANA);
    assert_eq!(
        browser.get("/account/connections").await.status,
        StatusCode::OK
    );
    browser
        .post_form("/auth/sign-out", &[])
        .await
        .leads_to("/sign-in");
    assert_eq!(browser.account().await, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mailed_code_opens_an_ordinary_session(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = account(&site, DANA, "active").await;
    let (browser, code) = with_a_code(&site, DANA).await;
    let page = browser.get("/sign-in/code").await.body;
    assert!(
        page.contains(DANA) && page.contains("Type the code"),
        "{page}"
    );
    let before = last_event(&site).await;
    sign_in_by_code(&browser, DANA, &code)
        .await
        .leads_to("/account");
    assert_eq!(the_session(&site).await, (dana, "code".to_owned(), None));
    let event = only_event_after(&site, before).await;
    assert_eq!(how_opened(&site, event.id).await.as_deref(), Some("code"));
    assert_eq!(browser.account().await, Some(dana));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_record_says_with_what_somebody_signed_in(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    let browser = Browser::new(&site);
    sign_in_by_password(&browser, DANA, PASSWORD).await;
    let page = browser.get("/account/activity").await.body;
    assert!(page.contains("Signed in with the password"), "{page}");
    assert!(!page.contains("Signed in with Clio"));
    let (browser, code) = with_a_code(&site, DANA).await;
    sign_in_by_code(&browser, DANA, &code).await;
    let page = browser.get("/account/activity").await.body;
    assert!(page.contains("Signed in with a mailed code"), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_email_is_read_whatever_its_case_and_the_spaces_around_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = account_with_password(&site, "D.Whitlock@HarbourLane.test").await;
    for typed in [
        DANA,
        "D.WHITLOCK@HARBOURLANE.TEST",
        "  d.whitlock@harbourlane.test\t",
    ] {
        let browser = Browser::new(&site);
        sign_in_by_password(&browser, typed, PASSWORD)
            .await
            .leads_to("/account");
        assert_eq!(browser.account().await, Some(dana), "{typed:?}");
    }
    // Letters that only Unicode folds are other letters.
    account_with_password(&site, "kim@harbourlane.test").await;
    let reply = sign_in_by_password(
        &Browser::new(&site),
        "\u{212a}im@harbourlane.test",
        PASSWORD,
    )
    .await;
    reply.leads_to("/sign-in?problem=not_matching");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_password_is_its_bytes(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    let long = format!("{PASSWORD}{}", "x".repeat(2000));
    for wrong in [
        "",
        " paper, ink & brass",
        "paper, ink & brass ",
        "Paper, ink & brass",
        "paper, ink & bras\u{17f}",
        long.as_str(),
    ] {
        let form = (BY_PASSWORD, &[("email", DANA), ("password", wrong)][..]);
        let place = "/sign-in?problem=not_matching";
        let event = form_refused(&site, &Browser::new(&site), form, place).await;
        assert_eq!(event.reason.as_deref(), Some("wrong_password"), "{wrong:?}");
    }
    let reply = sign_in_by_password(&Browser::new(&site), DANA, PASSWORD).await;
    reply.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn somebody_who_waits_to_be_admitted_comes_to_the_waiting_room(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    sql(&site, "UPDATE accounts SET status = 'pending'").await;
    let browser = Browser::new(&site);
    sign_in_by_password(&browser, DANA, PASSWORD)
        .await
        .leads_to("/pending");
    assert_eq!(browser.get("/pending").await.status, StatusCode::OK);
    assert_eq!(browser.account().await, None, "in the waiting room only");
    let (browser, code) = with_a_code(&site, DANA).await;
    sign_in_by_code(&browser, DANA, &code)
        .await
        .leads_to("/pending");
    let status = text(&site, "SELECT status FROM accounts").await;
    assert_eq!(status.as_deref(), Some("pending"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_invited_person_opens_their_account_with_a_mailed_code_and_is_welcomed(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("ADMISSION", "closed");
    })
    .await;
    let dana = account(&site, DANA, "invited").await;
    let (browser, code) = with_a_code(&site, DANA).await;
    sign_in_by_code(&browser, DANA, &code)
        .await
        .leads_to("/welcome");
    let status = text(&site, "SELECT status FROM accounts").await;
    assert_eq!(status.as_deref(), Some("active"));
    assert_eq!(browser.account().await, Some(dana));
    assert_eq!(browser.get("/welcome").await.status, StatusCode::OK);
    give_names(&browser, "Dana", "Whitlock")
        .await
        .leads_to("/account");
    // From the second time on it is an account like others.
    site.advance(std::time::Duration::from_mins(2));
    let (again, code) = with_a_code(&site, DANA).await;
    sign_in_by_code(&again, DANA, &code)
        .await
        .leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_shows_the_credential_of_a_closed_account_is_told_so_and_not_let_in(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let place = "/sign-in?problem=account_closed&ref=REF";
    account_with_password(&site, DANA).await;
    let (browser, code) = with_a_code(&site, DANA).await;
    sql(&site, "UPDATE accounts SET status = 'suspended'").await;
    for (path, fields) in [
        (BY_PASSWORD, RIGHT_PASSWORD),
        (BY_CODE, [("email", DANA), ("code", code.as_str())]),
    ] {
        let event = form_refused(&site, &browser, (path, &fields), place).await;
        assert_eq!(
            (event.action.as_str(), event.reason.as_deref()),
            ("local.refused", Some("account_closed"))
        );
    }
    assert_eq!(site.sessions().await, 0);
    // A deleted account isn't told from none.
    sql(&site, "UPDATE accounts SET status = 'deleted'").await;
    let form = (BY_PASSWORD, &RIGHT_PASSWORD[..]);
    form_refused(&site, &browser, form, "/sign-in?problem=not_matching").await;
    sql(&site, "UPDATE accounts SET status = 'active'").await;
    let reply = sign_in_by_password(&browser, DANA, PASSWORD).await;
    reply.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn in_the_browser_of_somebody_else_nobody_is_signed_in(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let place = "/sign-in?problem=other_person&ref=REF";
    account_with_password(&site, DANA).await;
    let browser = signed_in(&site, "ikram").await;
    let ikram = browser.account().await;
    let form = (BY_PASSWORD, &RIGHT_PASSWORD[..]);
    let event = form_refused(&site, &browser, form, place).await;
    assert_eq!(
        (event.reason.as_deref(), event.actor_account_id),
        (Some("browser_of_another"), ikram)
    );
    ask_for_code(&browser, DANA).await.leads_to("/sign-in/code");
    let code = crate::harness::mailed_code(&site, DANA).await;
    let fields = [("email", DANA), ("code", code.as_str())];
    form_refused(&site, &browser, (BY_CODE, &fields), place).await;
    assert_eq!(browser.account().await, ikram);

    browser.post_form("/auth/sign-out", &[]).await;
    sign_in_by_password(&browser, DANA, PASSWORD)
        .await
        .leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_signs_in_anew_gets_a_new_key_and_keeps_their_other_browsers(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    let (browser, elsewhere) = (Browser::new(&site), Browser::new(&site));
    let planted = "A".repeat(43);
    browser.set_cookie("vestibule", &planted);
    for visitor in [&browser, &elsewhere] {
        sign_in_by_password(visitor, DANA, PASSWORD)
            .await
            .leads_to("/account");
    }
    assert_ne!(
        browser.cookie("vestibule"),
        Some(planted),
        "no key is brought along"
    );
    let old = browser.copied();
    sign_in_by_password(&browser, DANA, PASSWORD)
        .await
        .leads_to("/account");
    assert_ne!(browser.cookie("vestibule"), old.cookie("vestibule"));
    assert_eq!(old.account().await, None);
    assert!(browser.account().await.is_some() && elsewhere.account().await.is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn malformed_emails_come_back_as_such_and_change_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    let browser = Browser::new(&site);
    let before = site.dump().await;
    let long = format!("{}@harbourlane.test", "a".repeat(250));
    for typed in [
        "",
        "dana",
        "@harbourlane.test",
        "d.whitlock@",
        "d.whitlock@harbourlane",
        "d whitlock@harbourlane.test",
        "d.whitlock@harbourlane.test\r\nBcc: evil@evil.test",
        "<d.whitlock@harbourlane.test>",
        "d.whitlock@harbourlane.test,evil@evil.test",
        long.as_str(),
    ] {
        for (path, page, other) in [
            (BY_PASSWORD, "/sign-in", ("password", PASSWORD)),
            ("/auth/local/code/send", "/sign-in", ("", "")),
            (BY_CODE, "/sign-in/code", ("code", "123456")),
        ] {
            let reply = browser.post_form(path, &[("email", typed), other]).await;
            assert_eq!(
                (reply.status, reply.location()),
                (
                    StatusCode::SEE_OTHER,
                    format!("{page}?problem=bad_email").as_str()
                ),
                "{path} {typed:?}"
            );
        }
    }
    assert_eq!(site.dump().await, before);
    let page = browser.get("/sign-in?problem=bad_email").await.body;
    assert!(page.contains("e-mail"), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_field_with_a_nul_in_it_is_nothing_that_anybody_typed(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    let (browser, code) = with_a_code(&site, DANA).await;
    let before = site.dump().await;
    let (password, code) = (format!("{PASSWORD}\0"), format!("{code}\0"));
    let email = format!("{DANA}\0");
    for (path, fields) in [
        (BY_PASSWORD, [("email", DANA), ("password", &password)]),
        (BY_PASSWORD, [("email", &email), ("password", PASSWORD)]),
        (BY_CODE, [("email", DANA), ("code", &code)]),
        ("/auth/local/code/send", [("email", &email), ("", "")]),
    ] {
        let reply = browser.post_form(path, &fields).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}: {reply:?}");
    }
    assert_eq!(site.dump().await, before);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_overtakes_a_sign_in_keeps_the_person_out(pool: PgPool) {
    for (change, password_leads_to) in [
        (
            "status = 'suspended'",
            "/sign-in?problem=account_closed&ref=",
        ),
        ("password_hash = NULL", "/sign-in?problem=not_matching"),
        (
            "email = 'other@harbourlane.test'",
            "/sign-in?problem=not_matching",
        ),
        ("email_verified_at = NULL", "/sign-in?problem=not_matching"),
        ("role = 'admin'", "/sign-in?problem=not_matching"),
    ] {
        let site = Site::start(pool.clone(), |_| ()).await;
        account_with_password(&site, DANA).await;
        let browser = Browser::new(&site);
        let change = format!("UPDATE accounts SET {change}");
        let signing_in = sign_in_by_password(&browser, DANA, PASSWORD);
        let reply = overtaken(&site, &change, signing_in).await;
        assert!(
            reply.location().starts_with(password_leads_to),
            "{change}: {reply:?}"
        );
        assert_eq!(site.sessions().await, 0, "{change}");
        assert!(browser.cookie("vestibule").is_none());
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_promotion_that_overtakes_a_code_makes_it_worth_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account(&site, DANA, "active").await;
    let (browser, code) = with_a_code(&site, DANA).await;
    let promotion = "UPDATE accounts SET role = 'admin'";
    let reply = overtaken(&site, promotion, sign_in_by_code(&browser, DANA, &code)).await;
    reply.leads_to("/sign-in/code?problem=wrong_code");
    assert_eq!(site.sessions().await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_code_typed_twice_at_once_opens_one_session(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    account(&site, DANA, "active").await;
    let (browser, code) = with_a_code(&site, DANA).await;
    let other = browser.copied().at_node(&node);
    let (one, two) = tokio::join!(
        sign_in_by_code(&browser, DANA, &code),
        sign_in_by_code(&other, DANA, &code)
    );
    let landings = sorted_landings([one, two]);
    assert_eq!(landings, ["/account", "/sign-in/code?problem=wrong_code"]);
    assert_eq!(site.sessions().await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn both_ways_lead_to_where_the_person_was_going_and_never_elsewhere(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    for (return_to, place) in [
        ("/matters/7?tab=notes", "/matters/7?tab=notes"),
        ("//elsewhere.test", "/account"),
        ("https://elsewhere.test/", "/account"),
        ("/\\elsewhere.test", "/account"),
    ] {
        let going = ("return_to", return_to);
        let fields = [("email", DANA), ("password", PASSWORD), going];
        let reply = Browser::new(&site).post_form(BY_PASSWORD, &fields).await;
        assert_eq!(reply.location(), place, "by password");

        let browser = Browser::new(&site);
        let sent = browser
            .post_form("/auth/local/code/send", &[("email", DANA), going])
            .await;
        assert!(sent.location().starts_with("/sign-in/code"), "{sent:?}");
        assert!(!sent.location().contains("elsewhere"), "{sent:?}");
        let code = mailed_code(&site, DANA).await;
        let fields = [("email", DANA), ("code", code.as_str()), going];
        let reply = browser.post_form(BY_CODE, &fields).await;
        assert_eq!(reply.location(), place, "by code");
    }
}
