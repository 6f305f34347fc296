//! What the door without Clio tells whoever tries it: the same about every e-mail.

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Reply, Site, account, another_code, ask_for_code, empty_outbox,
    events_after, forget_everybody, form_refused, last_event, mailed, mailed_code, newest_letter,
    set_password, sign_in_by_code, sign_in_by_password, sql, with_a_code,
};

/// Who may have an e-mail: what is written of the account, whether it has a password, and what is
/// mailed when a code is asked for.
const HOLDERS: [(&str, bool, Option<&str>); 9] = [
    ("status = 'active'", true, Some("code")),
    ("status = 'active'", false, Some("code")),
    ("status = 'pending'", true, Some("code")),
    ("status = 'invited'", false, Some("code")),
    ("status = 'suspended'", true, None),
    ("status = 'deleted'", true, None),
    ("email_verified_at = NULL", true, None),
    ("role = 'admin'", true, Some("words")),
    ("role = 'owner'", false, Some("words")),
];

/// Makes the account that has the e-mail.
async fn holder(site: &Site, what: &str, has_password: bool) -> Uuid {
    let id = account(site, DANA, "active").await;
    if has_password {
        set_password(site, id, PASSWORD).await;
    }
    sql(site, &format!("UPDATE accounts SET {what}")).await;
    id
}

/// Everything that an answer tells, and the page that it leads to.
async fn told(browser: &Browser, reply: &Reply) -> String {
    let page = browser.get(reply.location()).await;
    let mut names: Vec<&str> = reply.headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    format!(
        "{} {} {names:?} {:?}\n{} {}",
        reply.status,
        reply.location(),
        browser.cookie_names(),
        page.status,
        page.without_nonce(),
    )
}

/// Forgets everybody, and what they asked for.
async fn next_turn(site: &Site) {
    sql(site, "DELETE FROM sign_in_codes; DELETE FROM guesses").await;
    empty_outbox(site).await;
    forget_everybody(site).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_wrong_password_is_answered_the_same_whoever_has_the_email(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    let nobody = sign_in_by_password(&browser, DANA, "not the password").await;
    nobody.leads_to("/sign-in?problem=not_matching");
    let expected = told(&browser, &nobody).await;
    for (what, has_password, _) in HOLDERS {
        holder(&site, what, has_password).await;
        let browser = Browser::new(&site);
        let reply = sign_in_by_password(&browser, DANA, "not the password").await;
        assert_eq!(
            told(&browser, &reply).await,
            expected,
            "{what}, {has_password}"
        );
        next_turn(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn asking_for_a_code_is_answered_the_same_and_only_the_mailbox_knows(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    let nobody = ask_for_code(&browser, DANA).await;
    nobody.leads_to("/sign-in/code");
    let expected = told(&browser, &nobody).await;
    assert!(mailed(&site).await.is_empty());
    for (what, has_password, letter) in HOLDERS {
        next_turn(&site).await;
        holder(&site, what, has_password).await;
        let before = last_event(&site).await;
        let browser = Browser::new(&site);
        let reply = ask_for_code(&browser, DANA).await;
        assert_eq!(
            told(&browser, &reply).await,
            expected,
            "{what}, {has_password}"
        );
        let actions: Vec<String> = events_after(&site, before)
            .await
            .into_iter()
            .map(|event| event.action)
            .collect();
        assert_eq!(actions, ["sign_in.code_sent"], "{what}");
        let rows = site.count("SELECT count(*) FROM sign_in_codes").await;
        assert_eq!(rows, 1, "a row like any other: {what}");
        let mails = mailed(&site).await;
        match letter {
            // Kind and subject, which a screen may show to others, are the same for all of them.
            Some(_) => assert_eq!(mails, [format!("sign_in_code {DANA}")], "{what}"),
            None => assert!(mails.is_empty(), "{what}: {mails:?}"),
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_wrong_code_is_answered_the_same_whoever_has_the_email(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let mut answers = Vec::new();
    let nobody = [("", false, None)];
    for (what, has_password, letter) in nobody.into_iter().chain(HOLDERS) {
        if !what.is_empty() {
            holder(&site, what, has_password).await;
        }
        let browser = Browser::new(&site);
        ask_for_code(&browser, DANA).await.leads_to("/sign-in/code");
        let wrong = match letter {
            Some("code") => another_code(&mailed_code(&site, DANA).await),
            _ => "123456".to_owned(),
        };
        let reply = sign_in_by_code(&browser, DANA, &wrong).await;
        reply.leads_to("/sign-in/code?problem=wrong_code");
        answers.push((what, told(&browser, &reply).await));
        next_turn(&site).await;
    }
    for (what, answer) in &answers {
        assert_eq!(answer, &answers[0].1, "{what}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_is_told_by_mail_that_no_code_opens_their_account(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for role in ["admin", "owner"] {
        holder(&site, &format!("role = '{role}'"), true).await;
        ask_for_code(&Browser::new(&site), DANA).await;
        let letter = newest_letter(&site, "sign_in_code").await;
        assert!(letter.contains("don’t open the accounts of administrators"));
        let digits = letter.split(|c: char| !c.is_ascii_digit());
        assert_eq!(digits.filter(|run| run.len() == 6).count(), 0, "{letter}");
        next_turn(&site).await;
    }
    // A code that was mailed before the promotion opens nothing either.
    for (role, place) in [
        ("admin", "/sign-in/code?problem=wrong_code"),
        ("owner", "/sign-in/code?problem=wrong_code"),
        ("reviewer", "/account"),
    ] {
        holder(&site, "role = 'member'", false).await;
        let (browser, code) = with_a_code(&site, DANA).await;
        sql(&site, &format!("UPDATE accounts SET role = '{role}'")).await;
        let reply = sign_in_by_code(&browser, DANA, &code).await;
        reply.leads_to(place);
        next_turn(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn refusals_are_recorded_with_the_account_where_there_is_one(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for known in [false, true] {
        let id = if known {
            Some(holder(&site, "status = 'active'", true).await)
        } else {
            None
        };
        let (browser, code) = if known {
            with_a_code(&site, DANA).await
        } else {
            let browser = Browser::new(&site);
            ask_for_code(&browser, DANA).await;
            (browser, "123456".to_owned())
        };
        let wrong = another_code(&code);
        let stranger = Browser::new(&site);
        for (browser, path, field, value, place, reason) in [
            (
                &browser,
                "password",
                "password",
                "wrong",
                "/sign-in?problem=not_matching",
                "wrong_password",
            ),
            (
                &browser,
                "code",
                "code",
                wrong.as_str(),
                "/sign-in/code?problem=wrong_code",
                "wrong_code",
            ),
        ] {
            let path = format!("/auth/local/{path}");
            let fields = [("email", DANA), (field, value)];
            let event = form_refused(&site, browser, (&path, &fields), place).await;
            assert_eq!(
                (
                    event.action.as_str(),
                    event.reason.as_deref(),
                    event.account_id
                ),
                ("local.refused", Some(reason), id)
            );
        }
        // In another browser, no code was asked for.
        let fields = [("email", DANA), ("code", code.as_str())];
        let place = "/sign-in/code?problem=wrong_code";
        let event = form_refused(&site, &stranger, ("/auth/local/code", &fields), place).await;
        assert_eq!(event.reason.as_deref(), Some("browser_unknown"));
        stranger.begin().await;
        let event = form_refused(&site, &stranger, ("/auth/local/code", &fields), place).await;
        assert_eq!(event.reason.as_deref(), Some("no_code"));
        next_turn(&site).await;
    }
}
