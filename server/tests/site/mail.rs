//! Outgoing mail: from the outbox to the mail server, tried again while that is away.

use std::time::Duration;

use sqlx::PgPool;
use vestibule::{db::migrations::MIGRATOR, mail::sender::Sender, service::mailer};

use crate::harness::{
    DANA, PASSWORD, Site, account_with_password, confirm_link, dana_at_the_prompt, give_password,
    link_by_password, logs, nowhere, number, prompted, sign_in_by_code, sql, text, with_a_code,
};

const WAITING: &str = "SELECT count(*) FROM mail_outbox WHERE sent_at IS NULL AND dead_at IS NULL";
const SENT: &str = "SELECT count(*) FROM mail_outbox WHERE sent_at IS NOT NULL";
const DEAD: &str = "SELECT count(*) FROM mail_outbox WHERE dead_at IS NOT NULL";
/// Mails whose text the database holds.
const READABLE: &str =
    "SELECT count(*) FROM mail_outbox WHERE body_text <> '' OR body_html IS NOT NULL";
const TRIES: &str = "SELECT coalesce(sum(attempts), 0)::bigint FROM mail_outbox";

/// Sends whatever is due now.
async fn send_due(site: &Site) {
    let sender = site
        .services
        .config
        .mail
        .as_ref()
        .map(|mail| Sender::new(mail).unwrap());
    while mailer::send_next(&site.services, sender.as_ref())
        .await
        .unwrap()
    {}
}

/// Puts a mail into the outbox.
async fn put(site: &Site, to: &str, subject: &str, body: &str) {
    sqlx::query(
        "INSERT INTO mail_outbox (to_email, kind, subject, body_text, next_attempt_at)
         VALUES ($1, 'test', $2, $3, now() - interval '1 second')",
    )
    .bind(to)
    .bind(subject)
    .bind(body)
    .execute(&site.pool)
    .await
    .unwrap();
}

/// A site whose mail server is away, with one mail in its outbox.
async fn with_mail_server_away(pool: PgPool) -> Site {
    let site = Site::start(pool, |settings| {
        settings.set("SMTP_URL", format!("smtp://localhost:{}", nowhere().port()));
    })
    .await;
    put(&site, DANA, "Plain", "text").await;
    site
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mail_of_the_outbox_arrives_as_written_and_is_marked_sent_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    put(
        &site,
        "tomás@harbourlane.test",
        "Ünïcode – “quotes”",
        "Zeile eins\n.\nLine three: é\n",
    )
    .await;
    put(&site, DANA, "Plain", ".a dot begins this\n").await;
    send_due(&site).await;
    assert_eq!(
        (number(&site, SENT).await, number(&site, WAITING).await),
        (2, 0)
    );
    let mail = site
        .clio
        .wait_for_mail("tomás@harbourlane.test")
        .await
        .unwrap();
    assert_eq!(mail.subject, "Ünïcode – “quotes”");
    assert_eq!(
        mail.text.replace("\r\n", "\n").trim_end(),
        "Zeile eins\n.\nLine three: é"
    );
    assert_eq!(mail.from, "Vestibule <door@harbourlane.test>");
    let mail = site.clio.wait_for_mail(DANA).await.unwrap();
    assert_eq!(mail.text.trim_end(), ".a dot begins this");
    send_due(&site).await;
    site.advance(Duration::from_hours(72));
    send_due(&site).await;
    assert_eq!(site.clio.mails().len(), 2, "each once");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_code_in_a_mail_is_nowhere_but_there_once_it_was_sent(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    let (browser, code) = with_a_code(&site, DANA).await;
    assert_eq!(number(&site, READABLE).await, 1);
    send_due(&site).await;
    assert_eq!(number(&site, READABLE).await, 0);
    let mail = site.clio.wait_for_mail(DANA).await.unwrap();
    assert!(mail.text.contains(&code), "{mail:?}");
    sign_in_by_code(&browser, DANA, &code).await;
    assert!(browser.account().await.is_some(), "who has the mail is in");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_notice_caused_by_a_form_leaves_by_itself(pool: PgPool) {
    let site = Site::start(pool, |settings| settings.background = true).await;
    account_with_password(&site, DANA).await;
    let browser = prompted(&site, "dana").await;
    link_by_password(&browser, PASSWORD).await;
    let mail = site.clio.wait_for_mail(DANA).await.unwrap();
    assert!(
        mail.subject.contains("linked") && mail.text.contains("This wasn’t me:"),
        "{mail:?}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_letter_arrives_in_text_and_in_html_from_a_program_under_a_name_that_stays(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("FIRM_NAME", "Söhne & <Lane>");
    })
    .await;
    account_with_password(&site, DANA).await;
    let browser = prompted(&site, "dana").await;
    link_by_password(&browser, PASSWORD).await;
    let id = text(&site, "SELECT id::text FROM mail_outbox")
        .await
        .unwrap();
    send_due(&site).await;
    let mail = site.clio.wait_for_mail(DANA).await.unwrap();
    let header = |name: &str| {
        let mut values = mail
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let value = values.next().map(|(_, value)| value.clone());
        assert!(values.next().is_none(), "{name} twice: {mail:?}");
        value.unwrap_or_default()
    };
    assert!(
        header("Content-Type").starts_with("multipart/alternative"),
        "{mail:?}"
    );
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(header("Message-ID"), format!("<{id}@harbourlane.test>"));
    assert!(mail.text.contains("account at Söhne & <Lane>"), "{mail:?}");
    let html = mail.html.as_deref().unwrap();
    assert!(
        html.contains("account at Söhne &amp; &lt;Lane&gt;"),
        "{html}"
    );
    assert!(html.contains(">This wasn’t me</a>"), "{html}");
    let raw = String::from_utf8_lossy(&mail.raw);
    let (plain, rich) = (raw.find("text/plain"), raw.find("text/html"));
    assert!(plain.is_some() && plain < rich, "the plainest first: {raw}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mail_of_an_earlier_release_leaves_as_text_alone(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    put(&site, DANA, "Plain", "as it was written\n").await;
    send_due(&site).await;
    let mail = site.clio.wait_for_mail(DANA).await.unwrap();
    assert_eq!(mail.text.trim_end(), "as it was written");
    assert_eq!(mail.html, None);
    let raw = String::from_utf8_lossy(&mail.raw);
    assert!(!raw.contains("multipart"), "{raw}");
    assert!(raw.contains("Auto-Submitted: auto-generated\r\n"), "{raw}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn while_the_mail_server_is_away_mail_is_kept_tried_again_later_and_given_up_at_last(
    pool: PgPool,
) {
    let site = with_mail_server_away(pool).await;
    send_due(&site).await;
    assert_eq!(
        (number(&site, WAITING).await, number(&site, TRIES).await),
        (1, 1)
    );
    send_due(&site).await;
    assert_eq!(number(&site, TRIES).await, 1, "not at once");
    let mut rounds = 0;
    while number(&site, DEAD).await == 0 {
        rounds += 1;
        assert!(rounds < 40, "never given up");
        site.advance(Duration::from_hours(3));
        send_due(&site).await;
    }
    assert_eq!(
        (
            number(&site, TRIES).await,
            number(&site, WAITING).await,
            number(&site, SENT).await
        ),
        (10, 0, 0)
    );
    site.advance(Duration::from_hours(24));
    send_due(&site).await;
    assert_eq!(number(&site, TRIES).await, 10, "given up is given up");
    assert_eq!(number(&site, READABLE).await, 0, "and nobody reads it");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn tries_are_spaced_further_and_further_apart(pool: PgPool) {
    let site = with_mail_server_away(pool).await;
    let mut last = 0.0;
    for _ in 0..5 {
        send_due(&site).await;
        let wait: f64 = sqlx::query_scalar(
            "SELECT extract(epoch FROM next_attempt_at)::float8 FROM mail_outbox",
        )
        .fetch_one(&site.pool)
        .await
        .unwrap();
        #[expect(clippy::cast_precision_loss, reason = "seconds of this century")]
        let wait = wait - site.services.now().unix_timestamp() as f64;
        assert!(wait > last, "{wait} after {last}");
        last = wait;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "some minutes"
        )]
        site.advance(Duration::from_secs(wait as u64 + 2));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mail_that_waited_leaves_once_the_mail_server_is_back(pool: PgPool) {
    let site = with_mail_server_away(pool).await;
    send_due(&site).await;
    let back = Site::start(site.pool.clone(), |_| ()).await;
    back.advance(Duration::from_hours(3));
    send_due(&back).await;
    assert_eq!(number(&back, SENT).await, 1);
    assert_eq!(back.clio.mails().len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mail_that_can_never_be_sent_is_given_up_at_once_and_holds_nobody_up(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for to in ["nobody", "a@b\r\nBcc: evil@evil.test", "", "<script>@x"] {
        put(&site, to, "Plain", "text").await;
    }
    put(&site, DANA, "Plain\r\nBcc: evil@evil.test", "text").await;
    put(&site, DANA, "Honest", "text").await;
    send_due(&site).await;
    assert_eq!(number(&site, DEAD).await, 4);
    for mail in site.clio.mails() {
        assert_eq!(mail.envelope_to, [DANA]);
        assert!(
            !mail
                .headers
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case("bcc")),
            "{mail:?}"
        );
    }
    assert!(
        site.clio
            .mails()
            .iter()
            .any(|mail| mail.subject == "Honest")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_a_mail_server_mail_stays_in_the_outbox_untried(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("SMTP_URL", "");
    })
    .await;
    put(&site, DANA, "Plain", "text").await;
    send_due(&site).await;
    assert_eq!(
        (number(&site, WAITING).await, number(&site, TRIES).await),
        (1, 0)
    );
    assert!(logs().contains("mail waiting"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_nodes_at_once_send_each_mail_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    for number in 0..20 {
        put(&site, DANA, &format!("Mail {number}"), "text").await;
    }
    tokio::join!(send_due(&site), send_due(&node));
    assert_eq!(number(&site, SENT).await, 20);
    let mut subjects: Vec<String> = site
        .clio
        .mails()
        .iter()
        .map(|mail| mail.subject.clone())
        .collect();
    subjects.sort();
    subjects.dedup();
    assert_eq!((subjects.len(), site.clio.mails().len()), (20, 20));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_mail_and_its_cause_are_written_together_or_not_at_all(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    sql(
        &site,
        "ALTER TABLE mail_outbox ADD CONSTRAINT out_of_order CHECK (kind <> 'linked')",
    )
    .await;
    give_password(&browser, PASSWORD).await.leads_to("/link");
    let reply = confirm_link(&browser).await;
    assert!(
        reply.status.is_server_error() || reply.location().contains("problem="),
        "{reply:?}"
    );
    assert_eq!(site.identities().await, 0);
    assert_eq!(browser.account().await, None);
    sql(
        &site,
        "ALTER TABLE mail_outbox DROP CONSTRAINT out_of_order",
    )
    .await;
    let reply = confirm_link(&browser).await;
    assert_eq!(reply.location(), "/account");
    assert_eq!(
        text(&site, "SELECT kind FROM mail_outbox").await.as_deref(),
        Some("linked")
    );
}
