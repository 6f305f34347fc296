//! Merging two accounts of one person.

use std::collections::BTreeSet;

use http::StatusCode;
use sqlx::PgPool;
use vestibule::{
    db::{desk::merging::FATES, migrations::MIGRATOR},
    service::background,
};

use super::people::{Merge, admin, at_desk, login, merge, pairs, person, row, search, waiting};
use crate::harness::{
    Browser, DANA, PASSWORD, Site, account_with_password, events_after, last_event, mailed, number,
    press, prompted, set_password, sign_in_by_password, signed_in, sql, text,
};

const DONE: &str = "/admin/duplicates?done=merged";

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_logins_of_both_open_one_account_afterwards(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let into = site.linked("dana", DANA).await;
    let from = site.linked("stranger", "dana@elsewhere.test").await;
    let here = signed_in(&site, "dana").await;
    let there = signed_in(&site, "stranger").await;
    let (kept, moved) = (
        site.identity_of("dana").await,
        site.identity_of("stranger").await,
    );
    let before = (
        row(&site, "identities", kept).await,
        row(&site, "identities", moved).await,
    );
    let last = last_event(&site).await;

    merge(&admin, &Merge::of(into, from)).await.leads_to(DONE);

    assert_eq!(site.account_of("stranger").await, Some(into));
    assert_eq!(row(&site, "identities", kept).await, before.0);
    let provenance = before.1.replace(&from.to_string(), &into.to_string());
    assert_eq!(
        row(&site, "identities", moved).await,
        provenance,
        "but for whose it is"
    );
    for browser in [&here, &there] {
        assert_eq!(browser.account().await, None, "both are signed out");
    }
    for subject in ["dana", "stranger"] {
        let again = signed_in(&site, subject).await;
        assert_eq!(again.account().await, Some(into));
    }
    let status = format!("SELECT status FROM accounts WHERE id = '{from}'");
    assert_eq!(text(&site, &status).await.as_deref(), Some("deleted"));

    let actor = admin.account().await;
    let events: Vec<_> = events_after(&site, last)
        .await
        .into_iter()
        .take(3)
        .map(|event| (event.action, event.actor_account_id, event.account_id))
        .collect();
    assert_eq!(
        events,
        [
            ("account.merged".to_owned(), actor, Some(into)),
            ("account.merged_away".to_owned(), actor, Some(from)),
            ("identity.moved".to_owned(), actor, Some(into)),
        ]
    );
    let page = admin.get(DONE).await.body.replace("<!>", "");
    assert!(page.contains("The two accounts are one now") && page.contains("dana@elsewhere.test"));
    assert!(page.contains("action=\"/admin/duplicates/undo\""));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_fact_is_taken_from_where_the_administrator_says(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    for turn in 0..8 {
        let mail = |which: &str| format!("{which}-{turn}@harbourlane.test");
        let into = person(&site, "Dana", "Whitlock", &mail("into")).await;
        let from = person(&site, "D.", "Whitlock-Osei", &mail("from")).await;
        let source = |bit: u8| if turn & bit == 0 { "into" } else { "from" };
        let order = Merge {
            first_name: source(1),
            last_name: source(2),
            email: source(4),
            ..Merge::of(into, from)
        };
        merge(&admin, &order).await.leads_to(DONE);
        let expected = format!(
            "{} {} {} t member active",
            if turn & 1 == 0 { "Dana" } else { "D." },
            if turn & 2 == 0 {
                "Whitlock"
            } else {
                "Whitlock-Osei"
            },
            mail(source(4)),
        );
        let facts = format!(
            "SELECT concat_ws(' ', first_name, last_name, email, email_verified_at IS NOT NULL, role, status)
             FROM accounts WHERE id = '{into}'"
        );
        assert_eq!(text(&site, &facts).await, Some(expected), "{order:?}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn somebody_who_waits_gets_in_by_their_own_account(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("ADMISSION", "approval");
    })
    .await;
    let admin = admin(&site).await;
    let into = account_with_password(&site, "dana@elsewhere.test").await;
    let browser = Browser::new(&site);
    browser.sign_in(&site, "dana").await.leads_to("/pending");
    let from = site.account_of("dana").await.unwrap();
    merge(&admin, &Merge::of(into, from)).await.leads_to(DONE);
    assert_eq!(browser.get("/pending").await.status, StatusCode::SEE_OTHER);
    let again = signed_in(&site, "dana").await;
    assert_eq!(again.account().await, Some(into));
    // Nobody had proved that mailbox: it is told, and can decide nothing.
    let letters = "SELECT count(*) FROM mail_outbox
        WHERE to_email = 'd.whitlock@harbourlane.test' AND body_text NOT LIKE '%not-me%'";
    assert_eq!(number(&site, letters).await, 1);
    assert_eq!(
        number(&site, "SELECT count(*) FROM notices WHERE used_at IS NULL").await,
        1
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn role_and_password_of_the_account_that_stays_stay_and_the_others_are_gone(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let into = account_with_password(&site, "into@harbourlane.test").await;
    let from = account_with_password(&site, "from@harbourlane.test").await;
    set_password(&site, from, "another, longer phrase").await;
    sql(
        &site,
        &format!("UPDATE accounts SET role = 'reviewer' WHERE id = '{from}'"),
    )
    .await;
    let order = Merge {
        email: "from",
        ..Merge::of(into, from)
    };
    merge(&admin, &order).await.leads_to(DONE);
    let role = format!("SELECT role FROM accounts WHERE id = '{into}'");
    assert_eq!(text(&site, &role).await.as_deref(), Some("member"));
    for (email, password, opens) in [
        ("from@harbourlane.test", PASSWORD, true),
        ("from@harbourlane.test", "another, longer phrase", false),
        ("into@harbourlane.test", PASSWORD, false),
    ] {
        let browser = Browser::new(&site);
        sign_in_by_password(&browser, email, password).await;
        assert_eq!(
            browser.account().await,
            opens.then_some(into),
            "{email} {password}"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn both_mailboxes_are_told_and_either_can_say_no(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let into = site.linked("dana", DANA).await;
    let from = person(&site, "Dana", "W", "dana@elsewhere.test").await;
    for subject in ["stranger", "second", "third"] {
        login(&site, from, subject).await;
    }
    sql(&site, "DELETE FROM mail_outbox").await;
    merge(&admin, &Merge::of(into, from)).await.leads_to(DONE);
    let mut letters = mailed(&site).await;
    letters.sort();
    let told = |kind: &str, email: &str| format!("{kind} {email}");
    assert_eq!(
        letters,
        [
            told("linked", DANA),
            told("linked", DANA),
            told("merged", DANA),
            told("merged", "dana@elsewhere.test"),
        ]
    );
    let text_of =
        "SELECT string_agg(body_text || subject, ' ') FROM mail_outbox WHERE kind = 'merged'";
    let words = text(&site, text_of).await.unwrap();
    assert!(
        !words.contains(DANA) && !words.contains("dana@elsewhere.test"),
        "{words}"
    );

    // The first login that came along isn't theirs.
    let link = text(
        &site,
        "SELECT substring(body_text FROM '/not-me\\?token=\\S+') FROM mail_outbox
         WHERE kind = 'merged' AND to_email = 'd.whitlock@harbourlane.test'",
    )
    .await
    .unwrap();
    press(&site, &link).await;
    let live = format!(
        "SELECT count(*) FROM identities WHERE account_id = '{into}' AND unlinked_at IS NULL"
    );
    assert_eq!(number(&site, &live).await, 3);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_waits_for_the_account_that_goes_ends_or_goes_along(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let into = person(&site, "Dana", "Whitlock", "dana@elsewhere.test").await;
    let from = account_with_password(&site, DANA).await;
    let moved = login(&site, from, "moved").await;
    let waiting_at_the_prompt = prompted(&site, "dana").await;
    sql(
        &site,
        &format!(
            "INSERT INTO claims (token_hash, account_id, created_at, expires_at)
             VALUES ('\\x01', '{from}', now(), now() + '1 day');
             INSERT INTO mail_codes (account_id, purpose, email, code_hash, created_at)
             VALUES ('{from}', 'confirm', '{DANA}', '\\x02', now());
             INSERT INTO notices (token_hash, account_id, identity_id, kind, email, created_at, expires_at)
             VALUES ('\\x03', '{from}', '{moved}', 'linked', '{DANA}', now(), now() + '14 days');
             INSERT INTO email_changes (account_id, identity_id, old_email, new_email, at, outcome)
             VALUES ('{from}', '{moved}', 'a@b.test', 'c@d.test', now(), 'asked');
             INSERT INTO cases (reference, kind, account_id, identity_id, email, created_at)
             VALUES ('MAIL', 'email_change', '{from}', '{moved}', 'c@d.test', now());
             INSERT INTO cases (reference, kind, account_id, issuer, subject, created_at)
             VALUES ('ELSE', 'link_asked', '{from}', 'issuer', 'else', now()),
                    ('BOTH', 'link_asked', '{from}', 'issuer', 'both', now()),
                    ('SAME', 'link_asked', '{into}', 'issuer', 'both', now()),
                    ('DONE', 'link_asked', '{into}', '{}', 'moved', now())",
            site.services.clio.issuer()
        ),
    )
    .await;
    search(&site).await;
    merge(&admin, &Merge::of(into, from)).await.leads_to(DONE);

    let reply = waiting_at_the_prompt
        .post_form("/link/password", &[("password", PASSWORD)])
        .await;
    assert_eq!(reply.location(), "/link?problem=expired");
    for table in ["claims", "mail_codes", "sign_in_codes"] {
        let left = format!("SELECT count(*) FROM {table} WHERE account_id = '{from}'");
        assert_eq!(number(&site, &left).await, 0, "{table}");
    }
    let open = "SELECT count(*) FROM notices WHERE token_hash = '\\x03' AND used_at IS NULL";
    assert_eq!(number(&site, open).await, 0);
    let history = format!("SELECT count(*) FROM email_changes WHERE account_id = '{into}'");
    assert_eq!(number(&site, &history).await, 1);
    let cases = text(
        &site,
        &format!(
            "SELECT string_agg(reference || ' ' || coalesce(outcome, 'waits') || ' '
                    || (account_id = '{into}'), ', ' ORDER BY reference) FROM cases"
        ),
    )
    .await
    .unwrap();
    assert_eq!(
        cases,
        "BOTH withdrawn false, DONE withdrawn true, ELSE waits true, MAIL withdrawn false, \
         SAME waits true"
    );
    assert_eq!(pairs(&site).await, [""; 0]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn it_is_decided_for_every_table_what_becomes_of_an_account_that_goes(pool: PgPool) {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT t.relname::text, c.attname::text
         FROM pg_class t
         JOIN pg_attribute c ON c.attrelid = t.oid
         WHERE t.relnamespace = 'public'::regnamespace
           AND t.relkind IN ('r', 'p')
           -- The parts of a table that is divided are that table.
           AND NOT t.relispartition
           AND c.atttypid = 'uuid'::regtype
           AND (c.attname LIKE '%account%'
                OR EXISTS (
                    SELECT
                    FROM pg_constraint f
                    WHERE f.contype = 'f'
                      AND f.confrelid = 'accounts'::regclass
                      AND f.conrelid = t.oid
                      AND c.attnum = ANY(f.conkey)))",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let there: BTreeSet<_> = columns
        .iter()
        .map(|(table, column)| (table.as_str(), column.as_str()))
        .collect();
    let decided: BTreeSet<_> = FATES
        .iter()
        .map(|(table, column, _)| (*table, *column))
        .collect();
    assert_eq!(there, decided, "see FATES in db/desk/merging.rs");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_a_merge_changed_is_kept_for_as_long_as_it_can_be_undone(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let into = person(&site, "Dana", "Whitlock", "into@harbourlane.test").await;
    let from = person(&site, "Dana", "Whitlock", "from@harbourlane.test").await;
    merge(&admin, &Merge::of(into, from)).await.leads_to(DONE);
    let kept = "SELECT count(*) FROM merges WHERE changed IS NOT NULL";
    background::sweep_once(&site.services).await.unwrap();
    assert_eq!(number(&site, kept).await, 1);
    // The record has no names and no addresses.
    let details = "SELECT string_agg(detail::text, ' ') FROM audit_events";
    let details = text(&site, details).await.unwrap();
    assert!(
        !details.contains("Dana") && !details.contains('@'),
        "{details}"
    );
    site.advance(std::time::Duration::from_secs(14 * 24 * 3600 + 1));
    background::sweep_once(&site.services).await.unwrap();
    assert_eq!(number(&site, kept).await, 0);
    assert_eq!(number(&site, "SELECT count(*) FROM merges").await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn owners_merge_too_and_an_account_can_take_in_several(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let owner = at_desk(&site, "tomas", "owner").await;
    let into = person(&site, "Dana", "Whitlock", "into@harbourlane.test").await;
    for number in 0..3 {
        let email = format!("from-{number}@harbourlane.test");
        let from = waiting(&site, "Dana", "Whitlock", &email).await;
        login(&site, from, &format!("login-{number}")).await;
        merge(&owner, &Merge::of(into, from)).await.leads_to(DONE);
    }
    let live = format!("SELECT count(*) FROM identities WHERE account_id = '{into}'");
    assert_eq!(number(&site, &live).await, 3);
}
