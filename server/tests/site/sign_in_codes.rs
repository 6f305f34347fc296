//! Mailed codes that sign in: what one is bound to, and what it dies of.

use std::time::Duration;

use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Site, account, ask_for_code, dana_signed_in, is_logged, mailed_code,
    number, sign_in_by_code, signed_in, sql, with_a_code,
};

const WRONG_CODE: &str = "/sign-in/code?problem=wrong_code";
const IKRAM: &str = "ikram.osei@harbourlane.test";

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_opens_the_account_in_the_browser_that_asked_for_it_alone(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account(&site, DANA, "active").await;
    let (browser, code) = with_a_code(&site, DANA).await;
    let thief = Browser::new(&site);
    sign_in_by_code(&thief, DANA, &code)
        .await
        .leads_to(WRONG_CODE);
    // Nor is it of use to a browser with a code of its own.
    account(&site, IKRAM, "active").await;
    let (thief, own) = with_a_code(&site, IKRAM).await;
    if own != code {
        sign_in_by_code(&thief, DANA, &code)
            .await
            .leads_to(WRONG_CODE);
        sign_in_by_code(&thief, IKRAM, &code)
            .await
            .leads_to(WRONG_CODE);
    }
    assert_eq!(site.sessions().await, 0);
    sign_in_by_code(&browser, DANA, &code)
        .await
        .leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_opens_the_account_it_was_mailed_to_and_no_other(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account(&site, DANA, "active").await;
    account(&site, IKRAM, "active").await;
    let (browser, code) = with_a_code(&site, IKRAM).await;
    sign_in_by_code(&browser, DANA, &code)
        .await
        .leads_to(WRONG_CODE);
    // Asked for another mailbox, which may be done at once, the first code is over.
    ask_for_code(&browser, DANA).await.leads_to("/sign-in/code");
    let of_dana = mailed_code(&site, DANA).await;
    if of_dana != code {
        sign_in_by_code(&browser, IKRAM, &code)
            .await
            .leads_to(WRONG_CODE);
    }
    sign_in_by_code(&browser, IKRAM, &of_dana)
        .await
        .leads_to(WRONG_CODE);
    assert_eq!(site.sessions().await, 0);
    sign_in_by_code(&browser, "D.Whitlock@HarbourLane.test", &of_dana)
        .await
        .leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_works_once_and_for_a_quarter_of_an_hour(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    account(&site, DANA, "active").await;
    for (after, leads_to, page) in [
        (899, "/account", "Type the code"),
        (900, WRONG_CODE, "There’s no code to type"),
    ] {
        let (browser, code) = with_a_code(&site, DANA).await;
        site.advance(Duration::from_secs(after));
        assert!(
            browser.get("/sign-in/code").await.body.contains(page),
            "{after}"
        );
        sign_in_by_code(&browser, DANA, &code)
            .await
            .leads_to(leads_to);
        let again = browser.copied();
        again.set_cookie("vestibule", "");
        sign_in_by_code(&again, DANA, &code)
            .await
            .leads_to(WRONG_CODE);
    }
    assert_eq!(site.sessions().await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn looking_at_the_page_uses_no_code_up(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account(&site, DANA, "active").await;
    let (browser, code) = with_a_code(&site, DANA).await;
    let before = site.dump().await;
    for method in [http::Method::GET, http::Method::HEAD] {
        for path in ["/sign-in/code", "/auth/local/code", "/auth/local/code/send"] {
            let query = format!("{path}?email=d.whitlock%40harbourlane.test&code={code}");
            browser.send(method.clone(), &query, "none", None).await;
        }
    }
    assert_eq!(site.dump().await, before);
    sign_in_by_code(&browser, DANA, &code)
        .await
        .leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_is_read_however_it_is_spaced_and_nothing_else_is_one(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account(&site, DANA, "active").await;
    let (browser, code) = with_a_code(&site, DANA).await;
    sql(
        &site,
        "ALTER TABLE sign_in_codes DROP CONSTRAINT sign_in_codes_tries",
    )
    .await;
    sql(&site, "UPDATE sign_in_codes SET tries_left = 100").await;
    let (left, right) = code.split_at(3);
    let long = code.repeat(1000);
    let wide: String = code
        .bytes()
        .map(|digit| char::from_u32(0xff10 + u32::from(digit - b'0')).unwrap())
        .collect();
    for typed in [
        "",
        left,
        &format!("{code}0"),
        &format!("{left}x{right}"),
        &format!("+{code}"),
        &wide,
        &long,
        "' OR 1=1 --",
    ] {
        let reply = sign_in_by_code(&browser, DANA, typed).await;
        assert_eq!(reply.location(), WRONG_CODE, "{typed:?}");
    }
    let spaced = format!(" {left} - {right} ");
    sign_in_by_code(&browser, DANA, &spaced)
        .await
        .leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_new_password_ends_the_codes_that_are_on_their_way(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = dana_signed_in(&site).await;
    account(&site, IKRAM, "active").await;
    let (of_ikram, code_of_ikram) = with_a_code(&site, IKRAM).await;
    let (browser, code) = with_a_code(&site, DANA).await;
    let fields = [("password", PASSWORD), ("again", PASSWORD)];
    let reply = dana.post_form("/account/password", &fields).await;
    reply.leads_to("/account/password?done=password_set");
    sign_in_by_code(&browser, DANA, &code)
        .await
        .leads_to(WRONG_CODE);
    let (browser, code) = with_a_code(&site, DANA).await;
    sign_in_by_code(&browser, DANA, &code)
        .await
        .leads_to("/account");
    // Another person's isn't touched.
    let reply = sign_in_by_code(&of_ikram, IKRAM, &code_of_ikram).await;
    reply.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_email_ends_the_codes_that_are_on_their_way(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("PROFILE_EMAIL", "follow");
    })
    .await;
    dana_signed_in(&site).await;
    let (browser, code) = with_a_code(&site, DANA).await;
    site.clio
        .add_person(Person::new("dana", "daniela@harbourlane.test").named("Dana", "Whitlock"));
    signed_in(&site, "dana").await;
    assert_eq!(number(&site, "SELECT count(*) FROM sign_in_codes").await, 0);
    // Also when the e-mail is the account's again.
    let back = format!("UPDATE accounts SET email = '{DANA}', email_verified_at = now()");
    sql(&site, &back).await;
    sign_in_by_code(&browser, DANA, &code)
        .await
        .leads_to(WRONG_CODE);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn neither_database_nor_log_tells_a_code(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account(&site, DANA, "active").await;
    let (browser, code) = with_a_code(&site, DANA).await;
    sql(&site, "DELETE FROM mail_outbox").await;
    let dump = site.dump().await;
    assert!(
        !dump
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| word == code)
    );
    sign_in_by_code(&browser, DANA, &code).await;
    assert!(!is_logged(&code) && !is_logged(DANA));
    // A row that is copied to another browser of the thief's opens nothing: the hash is bound to it.
    let (victim, code) = with_a_code(&site, DANA).await;
    let thief = Browser::new(&site);
    ask_for_code(&thief, "nobody@harbourlane.test").await;
    sql(
        &site,
        "UPDATE sign_in_codes AS own
         SET email = other.email, account_id = other.account_id, code_hash = other.code_hash
         FROM sign_in_codes AS other
         WHERE own.account_id IS NULL AND other.account_id IS NOT NULL",
    )
    .await;
    sign_in_by_code(&thief, DANA, &code)
        .await
        .leads_to(WRONG_CODE);
    sign_in_by_code(&victim, DANA, &code)
        .await
        .leads_to("/account");
}
