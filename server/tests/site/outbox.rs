//! Without a mail server, or with one that is away, every form answers all the same, and the mail
//! waits.

use std::time::Duration;

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Reply, Site, account, connect, dana_signed_in, disconnect,
    mailed_code, not_me_link, nowhere, number, press, sign_in_by_code, signed_in, sql,
};

const WAITING: &str = "SELECT count(*) FROM mail_outbox WHERE sent_at IS NULL AND dead_at IS NULL";
const IKRAM: &str = "ikram.osei@harbourlane.test";

/// Everything that a person does that mails something: each step's answer leads on, and its letter waits.
async fn a_persons_day(site: &Site) {
    let mut waiting = 0;
    let mut waits = async |what: &str, more: i64| {
        waiting += more;
        assert_eq!(number(site, WAITING).await, waiting, "{what}");
    };
    account(site, IKRAM, "active").await;
    let by_code = Browser::new(site);
    ask(&by_code, "/auth/local/code/send", &[("email", IKRAM)])
        .await
        .leads_to("/sign-in/code");
    waits("a code to sign in", 1).await;
    let code = mailed_code(site, IKRAM).await;
    sign_in_by_code(&by_code, IKRAM, &code)
        .await
        .leads_to("/account");
    ask(&by_code, "/account/confirm/code/send", &[])
        .await
        .leads_to("/account/confirm?then=%2Faccount");
    waits("a code to confirm", 1).await;

    let browser = dana_signed_in(site).await;
    connect(site, &browser, "stranger").await;
    waits("a login was connected", 1).await;
    let fields = [("password", PASSWORD), ("again", PASSWORD)];
    ask(&browser, "/account/password", &fields)
        .await
        .leads_to("/account/password?done=password_set");
    waits("a password was set", 1).await;
    disconnect(&browser, site.identity_of("stranger").await)
        .await
        .leads_to("/account/connections?done=disconnected");
    waits("a login was disconnected", 1).await;
    let phone = Browser::new(site).with_header("user-agent", "Safari/605 (iPhone)");
    phone.sign_in(site, "dana").await.leads_to("/account");
    waits("a new device", 1).await;
    site.clio
        .change_email("dana", "daniela@harbourlane.test")
        .unwrap();
    signed_in(site, "dana").await;
    waits("a case about the e-mail", 1).await;
    let link = not_me_link(site, "new_device").await;
    let reply = press(site, &link).await;
    assert!(reply.location().ends_with("done=not_me"), "{reply:?}");
    waits("it wasn't me", 1).await;
}

async fn ask(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Reply {
    browser.post_form(path, fields).await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_a_mail_server_every_form_answers_and_its_mail_waits(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("SMTP_URL", "");
        settings.background = true;
    })
    .await;
    a_persons_day(&site).await;
    assert_eq!(
        number(&site, "SELECT count(*) FROM mail_outbox WHERE attempts > 0").await,
        0
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn with_the_mail_server_away_every_form_answers_and_its_mail_waits(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("SMTP_URL", format!("smtp://localhost:{}", nowhere().port()));
        settings.background = true;
    })
    .await;
    a_persons_day(&site).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_waited_leaves_in_the_order_in_which_it_was_written(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("SMTP_URL", "");
    })
    .await;
    a_persons_day(&site).await;
    let waiting = number(&site, WAITING).await;
    sql(
        &site,
        "DELETE FROM mail_outbox WHERE to_email <> 'd.whitlock@harbourlane.test'",
    )
    .await;
    assert_eq!(
        number(&site, WAITING).await,
        waiting - 2,
        "two were for somebody else"
    );
    let back = Site::start(site.pool.clone(), |settings| settings.background = true).await;
    back.advance(Duration::from_secs(1));
    let mut subjects = Vec::new();
    for _ in 0..waiting - 2 {
        subjects.push(back.clio.wait_for_mail(DANA).await.unwrap().subject.clone());
    }
    let wanted = [
        "linked",
        "password",
        "unlinked",
        "new sign-in",
        "request",
        "secured",
    ];
    for (subject, wanted) in subjects.iter().zip(wanted) {
        assert!(subject.contains(wanted), "{wanted}: {subjects:?}");
    }
}
