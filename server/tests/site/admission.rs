//! Who gets an account by signing in, and the waiting room.

use http::StatusCode;
use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    domain::{account::AccountId, email::Email},
    service::accounts::{self, Decided, Which},
};

use crate::harness::{
    Browser, DANA, Settings, Site, account, another_code, forget_everybody, last_event,
    mailed_code, number, only_event_after, overtaken, refused, signed_in, sql, text,
};

const STATUS: &str = "SELECT status FROM accounts WHERE email = 'd.whitlock@harbourlane.test'";

fn approval(settings: &mut Settings) {
    settings.set("ADMISSION", "approval");
}

fn domains(settings: &mut Settings) {
    settings
        .set("ADMISSION", "domains")
        .set("ADMISSION_DOMAINS", "other.test, HarbourLane.test");
}

async fn waiting(site: &Site, subject: &str) -> Browser {
    let browser = Browser::new(site);
    let reply = browser.sign_in(site, subject).await;
    reply.leads_to("/pending");
    browser
}

/// Asks for a code and gives what was mailed.
async fn code_for(site: &Site, browser: &Browser, email: &str) -> String {
    let reply = browser.post_form("/pending/code/send", &[]).await;
    reply.leads_to("/pending");
    mailed_code(site, email).await
}

async fn type_code(browser: &Browser, code: &str) -> String {
    let reply = browser.post_form("/pending/code", &[("code", code)]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    reply.location().to_owned()
}

/// A site that admits people of its domains, where Dana waits and a code was mailed to her.
async fn dana_with_a_code(pool: PgPool) -> (Site, Browser, String) {
    let site = Site::start(pool, domains).await;
    let browser = waiting(&site, "dana").await;
    let code = code_for(&site, &browser, DANA).await;
    (site, browser, code)
}

/// What forms of others would change.
async fn rows(site: &Site) -> Option<String> {
    let query = "SELECT concat_ws(' ', (SELECT string_agg(a::text, ',') FROM accounts a),
                     (SELECT string_agg(i::text, ',') FROM identities i),
                     (SELECT count(*) FROM mail_outbox), (SELECT count(*) FROM mail_codes))";
    text(site, query).await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_person_who_waits_for_approval_reaches_only_the_waiting_room_and_the_way_out(
    pool: PgPool,
) {
    let site = Site::start(pool, approval).await;
    let browser = waiting(&site, "dana").await;
    assert_eq!(text(&site, STATUS).await.as_deref(), Some("pending"));
    assert_eq!(browser.get("/pending").await.status, StatusCode::OK);
    for page in ["/account", "/welcome"] {
        let reply = browser.get(page).await;
        assert_eq!(
            (reply.status, reply.location()),
            (StatusCode::SEE_OTHER, "/pending"),
            "{page}"
        );
    }
    assert_eq!(
        browser.get("/api/v1/session").await.status,
        StatusCode::UNAUTHORIZED
    );
    let verify = browser.get("/auth/verify").await;
    assert_eq!(verify.status, StatusCode::UNAUTHORIZED);
    assert_eq!(verify.header("x-auth-account"), "");

    // Forms of people who are in do nothing for who waits.
    let before = rows(&site).await;
    for (path, fields) in [
        (
            "/welcome/names",
            vec![("first_name", "X"), ("last_name", "Y")],
        ),
        (
            "/account/suggestion",
            vec![("field", "first_name"), ("take", "true")],
        ),
        ("/pending/code/send", vec![]),
        ("/pending/code", vec![("code", "123456")]),
    ] {
        let reply = browser.post_form(path, &fields).await;
        assert!(
            reply.status.is_redirection() || reply.status.is_client_error(),
            "{path}: {reply:?}"
        );
    }
    assert_eq!(rows(&site).await, before);

    let again = Browser::new(&site);
    assert_eq!(
        again.sign_in(&site, "dana").await.location(),
        "/pending",
        "still waiting"
    );
    let reply = browser.post_form("/auth/sign-out", &[]).await;
    reply.leads_to("/sign-in");
    assert_eq!(
        browser.get("/pending").await.location(),
        "/sign-in?return_to=/pending"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_approved_person_is_in_at_the_next_request_and_gets_a_mail(pool: PgPool) {
    let site = Site::start(pool, approval).await;
    let browser = waiting(&site, "dana").await;
    let before = last_event(&site).await;
    let which = Which::Email(Email::parse("D.Whitlock@HARBOURLANE.test").unwrap());
    assert!(matches!(
        accounts::approve(&site.services, &which).await.unwrap(),
        Decided::Done(_)
    ));
    assert_eq!(
        only_event_after(&site, before).await.action,
        "account.approved"
    );
    assert!(browser.account().await.is_some());
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    assert_eq!(browser.get("/pending").await.location(), "/welcome");
    let mail = text(&site, "SELECT to_email || ' ' || kind FROM mail_outbox").await;
    assert_eq!(
        mail.as_deref(),
        Some("d.whitlock@harbourlane.test account_approved")
    );
    assert!(matches!(
        accounts::approve(&site.services, &which).await.unwrap(),
        Decided::NotFound
    ));
    signed_in(&site, "dana").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_rejected_person_is_out_at_once_and_stays_out(pool: PgPool) {
    let site = Site::start(pool, approval).await;
    let browser = waiting(&site, "dana").await;
    let id = text(&site, "SELECT id::text FROM accounts").await.unwrap();
    let before = last_event(&site).await;
    let which = Which::Id(AccountId(id.parse().unwrap()));
    assert!(matches!(
        accounts::reject(&site.services, &which).await.unwrap(),
        Decided::Done(_)
    ));
    assert_eq!(
        only_event_after(&site, before).await.action,
        "account.rejected"
    );
    assert_eq!(text(&site, STATUS).await.as_deref(), Some("deleted"));
    assert_eq!(site.sessions().await, 0);
    assert_eq!(
        browser.get("/pending").await.location(),
        "/sign-in?return_to=/pending"
    );
    let mail = text(&site, "SELECT to_email || ' ' || kind FROM mail_outbox").await;
    assert_eq!(
        mail.as_deref(),
        Some("d.whitlock@harbourlane.test account_rejected")
    );
    let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
    refused(&site, &browser, &callback, "account_closed").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn approved_and_rejected_at_once_one_decision_wins(pool: PgPool) {
    let site = Site::start(pool, approval).await;
    waiting(&site, "dana").await;
    let which = Which::Email(Email::parse(DANA).unwrap());
    let (approved, rejected) = tokio::join!(
        accounts::approve(&site.services, &which),
        accounts::reject(&site.services, &which)
    );
    let won = [approved.unwrap(), rejected.unwrap()]
        .into_iter()
        .filter(|decided| matches!(decided, Decided::Done(_)))
        .count();
    assert_eq!(won, 1);
    assert_eq!(number(&site, "SELECT count(*) FROM mail_outbox").await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_types_the_code_mailed_to_a_firm_mailbox_is_in_and_the_mailbox_is_proved(pool: PgPool) {
    let site = Site::start(pool, domains).await;
    let browser = waiting(&site, "dana").await;
    let before = last_event(&site).await;
    let code = code_for(&site, &browser, DANA).await;
    assert_eq!(
        only_event_after(&site, before).await.action,
        "admission.code_sent"
    );
    assert!(
        browser
            .get("/pending")
            .await
            .body
            .contains("Code from the mail")
    );

    let before = last_event(&site).await;
    let spaced = format!(" {}-{} ", &code[..3], &code[3..]);
    assert_eq!(type_code(&browser, &spaced).await, "/welcome");
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("account.admitted", Some("mailbox_proved"))
    );
    let row = text(
        &site,
        "SELECT status || ' ' || (email_verified_at IS NOT NULL) FROM accounts",
    )
    .await;
    assert_eq!(row.as_deref(), Some("active true"));
    assert!(browser.account().await.is_some());
    assert_eq!(
        number(&site, "SELECT count(*) FROM mail_codes").await,
        0,
        "used up"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn wrong_codes_are_refused_and_after_five_the_right_one_too(pool: PgPool) {
    let (site, browser, code) = dana_with_a_code(pool).await;
    for guess in [
        another_code(&code).as_str(),
        "",
        "12345",
        "abcdef",
        "１２３４５６",
    ] {
        let before = last_event(&site).await;
        assert_eq!(
            type_code(&browser, guess).await,
            "/pending?problem=wrong_code",
            "{guess:?}"
        );
        let event = only_event_after(&site, before).await;
        assert_eq!(
            (event.action.as_str(), event.reason.as_deref()),
            ("admission.refused", Some("wrong_code"))
        );
        assert!(event.reference.is_some());
    }
    assert_eq!(
        type_code(&browser, &code).await,
        "/pending?problem=wrong_code"
    );
    assert_eq!(text(&site, STATUS).await.as_deref(), Some("pending"));
    // Nobody is locked out for good: a new code has new tries.
    site.advance(std::time::Duration::from_secs(61));
    let fresh = code_for(&site, &browser, DANA).await;
    assert_eq!(type_code(&browser, &fresh).await, "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_is_good_for_fifteen_minutes(pool: PgPool) {
    let site = Site::start(pool, domains).await;
    let (dana, ikram) = (waiting(&site, "dana").await, waiting(&site, "ikram").await);
    let code_of_ikram = code_for(&site, &ikram, "ikram.osei@harbourlane.test").await;
    site.advance(std::time::Duration::from_secs(5));
    let code_of_dana = code_for(&site, &dana, DANA).await;
    site.advance(std::time::Duration::from_secs(896));
    assert_eq!(
        type_code(&ikram, &code_of_ikram).await,
        "/pending?problem=wrong_code"
    );
    assert_eq!(type_code(&dana, &code_of_dana).await, "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_code_is_sent_after_a_minute_and_not_before(pool: PgPool) {
    let (site, browser, first) = dana_with_a_code(pool).await;
    let reply = browser.post_form("/pending/code/send", &[]).await;
    assert_eq!(reply.location(), "/pending?problem=too_many");
    assert_eq!(number(&site, "SELECT count(*) FROM mail_outbox").await, 1);
    site.advance(std::time::Duration::from_secs(61));
    let second = code_for(&site, &browser, DANA).await;
    assert_eq!(number(&site, "SELECT count(*) FROM mail_outbox").await, 2);
    if first != second {
        assert_eq!(
            type_code(&browser, &first).await,
            "/pending?problem=wrong_code",
            "the older one is over"
        );
    }
    assert_eq!(type_code(&browser, &second).await, "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_code_of_one_person_lets_nobody_else_in(pool: PgPool) {
    let site = Site::start(pool, domains).await;
    let (dana, ikram) = (waiting(&site, "dana").await, waiting(&site, "ikram").await);
    let code = code_for(&site, &dana, DANA).await;
    assert_eq!(
        type_code(&ikram, &code).await,
        "/pending?problem=wrong_code",
        "none was sent to him"
    );
    let own = code_for(&site, &ikram, "ikram.osei@harbourlane.test").await;
    if own != code {
        assert_eq!(
            type_code(&ikram, &code).await,
            "/pending?problem=wrong_code"
        );
    }
    assert_eq!(type_code(&ikram, &own).await, "/welcome");
    assert_eq!(type_code(&dana, &code).await, "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_dies_when_the_accounts_email_changes(pool: PgPool) {
    let (site, browser, code) = dana_with_a_code(pool).await;
    sql(
        &site,
        "UPDATE accounts SET email = 'partner@harbourlane.test'",
    )
    .await;
    let to = type_code(&browser, &code).await;
    assert!(to.starts_with("/pending?problem="), "{to}");
    let verified =
        "SELECT count(*) FROM accounts WHERE email_verified_at IS NOT NULL OR status <> 'pending'";
    assert_eq!(number(&site, verified).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_proved_mailbox_that_another_account_holds_admits_nobody(pool: PgPool) {
    let (site, browser, code) = dana_with_a_code(pool).await;
    account(&site, "D.Whitlock@harbourlane.test", "active").await;
    let before = last_event(&site).await;
    assert_eq!(type_code(&browser, &code).await, "/pending?problem=changed");
    assert_eq!(text(&site, STATUS).await.as_deref(), Some("pending"));
    assert_eq!(
        only_event_after(&site, before).await.reason.as_deref(),
        Some("mailbox_of_another")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_session_that_is_ended_while_its_code_is_judged_doesnt_come_back_as_a_new_one(
    pool: PgPool,
) {
    let (site, browser, code) = dana_with_a_code(pool).await;
    let ending = "UPDATE sessions SET revoked_at = now()";
    let before = last_event(&site).await;
    let to = overtaken(&site, ending, type_code(&browser, &code)).await;
    assert_eq!(to, "/pending?problem=changed");
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("admission.refused", Some("session_over"))
    );
    assert_eq!(site.sessions().await, 0);
    assert_eq!(text(&site, STATUS).await.as_deref(), Some("pending"));
    // The code is as good as before, in a session that is alive.
    let again = waiting(&site, "dana").await;
    assert_eq!(type_code(&again, &code).await, "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_code_typed_many_times_at_once_admits_once_and_counts_every_guess(pool: PgPool) {
    let (site, browser, code) = dana_with_a_code(pool).await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let (browser, wrong) = (browser.clone(), another_code(&code));
        running.spawn(async move { type_code(&browser, &wrong).await });
    }
    running.join_all().await;
    let left = number(&site, "SELECT tries_left::bigint FROM mail_codes").await;
    assert_eq!(left, 0);
    assert_eq!(
        type_code(&browser, &code).await,
        "/pending?problem=wrong_code"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn people_of_other_domains_are_not_invited(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        domains(settings);
        for (subject, email) in [
            ("lena", "lena@brandtlaw.test"),
            ("sub", "dana@sub.harbourlane.test"),
            ("prefix", "dana@evil-harbourlane.test"),
            ("suffix", "dana@harbourlane.test.evil.test"),
        ] {
            settings
                .people
                .push(Person::new(subject, email).named("Lena", "Brandt"));
        }
    })
    .await;
    for subject in ["lena", "sub", "prefix", "suffix"] {
        let (browser, callback) = Browser::back_from_clio(&site, subject).await;
        let refusal = refused(&site, &browser, &callback, "not_invited").await;
        assert_eq!(refusal.reason, "foreign_domain", "{subject}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn strangers_are_refused_where_only_invited_people_or_nobody_new_gets_in(pool: PgPool) {
    for (admission, code) in [("invited", "not_invited"), ("closed", "closed")] {
        let site = Site::start(pool.clone(), |settings| {
            settings.set("ADMISSION", admission);
        })
        .await;
        let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
        let refusal = refused(&site, &browser, &callback, code).await;
        assert_eq!(refusal.reason, code);
        // Somebody whom an administrator prepared an account for is asked for a proof instead.
        account(&site, DANA, "invited").await;
        assert_eq!(
            Browser::new(&site).sign_in(&site, "dana").await.location(),
            "/link"
        );
        forget_everybody(&site).await;
    }
}
