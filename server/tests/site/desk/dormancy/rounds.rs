//! Reminding and closing, day after day.

use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    service::desk::dormancy::round::{Round, carry_out},
};

use super::{ago, daily, days, in_force, round, signed_in_as, status, still_site, tried, unused};
use crate::harness::{
    Browser, DANA, account, last_event, mailed, newest_letter, number, problem_of, signed_in, sql,
    text, undo_at_desk,
};

const UNA: &str = "una@harbourlane.test";

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_unused_account_is_reminded_twice_and_closed_and_its_person_told_each_time(
    pool: PgPool,
) {
    let site = still_site(pool).await;
    in_force(&site).await;
    let una = unused(&site, UNA, 70).await;
    let before = last_event(&site).await;

    assert_eq!(daily(&site, 40).await, [(6, 1, 0), (17, 1, 0), (20, 0, 1)]);

    assert_eq!(status(&site, una).await, "suspended");
    let letters = mailed(&site).await;
    let expected = ["unused_reminder", "unused_reminder", "unused_closed"];
    assert_eq!(letters, expected.map(|kind| format!("{kind} {UNA}")));
    let record = text(
        &site,
        &format!(
            "SELECT string_agg(concat_ws(' ', action, reason, actor_account_id,
                                         detail - 'since' - 'sessions_ended'), '; ' ORDER BY id)
             FROM audit_events WHERE id > {before} AND account_id = '{una}'"
        ),
    )
    .await;
    assert_eq!(
        record.as_deref(),
        Some(
            r#"account.reminded dormant {"days": 14}; account.reminded dormant {"days": 3}; account.suspended dormant {"to": "suspended", "from": "active", "unused_days": 90}"#
        )
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn letters_say_when_it_was_used_last_when_it_is_closed_and_what_to_do(pool: PgPool) {
    let site = still_site(pool).await;
    in_force(&site).await;
    unused(&site, UNA, 76).await;
    let now = site.services.now();
    let day = |days| vestibule::domain::moment::day(now + time::Duration::days(days));
    assert_eq!(
        round(&site).await,
        Round {
            reminded: 1,
            closed: 0
        }
    );
    let letter = newest_letter(&site, "unused_reminder").await;
    for words in [
        format!("since {}", day(-76)),
        format!("closed on {}", day(14)),
        "lie unused for 90 days".to_owned(),
        format!("{}/sign-in", site.public_url),
    ] {
        assert!(letter.contains(&words), "{words}: {letter}");
    }
    daily(&site, 14).await;
    let letter = newest_letter(&site, "unused_closed").await;
    for words in ["was closed", "ask an administrator", &day(-76)] {
        assert!(letter.contains(words), "{words}: {letter}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn closing_ends_every_session_and_keeps_the_person_out_until_it_is_opened_again(
    pool: PgPool,
) {
    let site = still_site(pool).await;
    in_force(&site).await;
    let una = unused(&site, UNA, 86).await;
    site.clio
        .add_person(simulated_clio::Person::new("una", UNA));
    sql(
        &site,
        &format!(
            "INSERT INTO identities (account_id, issuer, subject, email)
             VALUES ('{una}', '{}', 'una', '{UNA}');
             INSERT INTO sessions (key_hash, account_id, created_at, expires_at)
             VALUES ('k', '{una}', {}, 'infinity')",
            site.services.clio.issuer(),
            ago(&site, 86),
        ),
    )
    .await;
    assert_eq!(daily(&site, 10).await, [(1, 1, 0), (4, 0, 1)]);
    assert_eq!(site.sessions().await, 0);
    let browser = Browser::new(&site);
    let refused = browser.sign_in(&site, "una").await;
    assert_eq!(problem_of(&refused).0, "account_closed");

    let now = site.services.now().unix_timestamp();
    let opened = format!(
        "UPDATE accounts SET status = 'active', status_changed_at = to_timestamp({now})
         WHERE id = '{una}'"
    );
    sql(&site, &opened).await;
    assert_eq!(daily(&site, 75).await, [], "the clock starts anew");
    assert_eq!(status(&site, una).await, "active");
    signed_in(&site, "una").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn closing_can_be_undone_at_the_desk_and_the_clock_starts_anew(pool: PgPool) {
    let site = still_site(pool).await;
    in_force(&site).await;
    let una = unused(&site, UNA, 86).await;
    assert_eq!(daily(&site, 10).await, [(1, 1, 0), (4, 0, 1)]);
    let closing = "SELECT max(id) FROM audit_events WHERE action = 'account.suspended'";
    let closing = number(&site, closing).await;
    let admin = signed_in_as(&site, "dana", DANA, "admin").await;

    undo_at_desk(&admin, closing)
        .await
        .leads_to(&format!("/admin/accounts/{una}?done=undone"));

    assert_eq!(status(&site, una).await, "active");
    assert_eq!(daily(&site, 75).await, [], "not closed again at once");
    assert_eq!(status(&site, una).await, "active");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_signs_in_after_a_reminder_keeps_the_account(pool: PgPool) {
    let site = still_site(pool).await;
    in_force(&site).await;
    site.linked("dana", DANA).await;
    site.advance(std::time::Duration::from_mins(1));
    signed_in(&site, "dana").await;
    assert_eq!(daily(&site, 80).await, [(76, 1, 0)]);
    signed_in(&site, "dana").await;
    assert_eq!(daily(&site, 75).await, []);
    assert_eq!(daily(&site, 15).await, [(1, 1, 0), (12, 1, 0), (15, 0, 1)]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_was_approved_a_minute_ago_is_safe_though_the_account_is_years_old(pool: PgPool) {
    let site = still_site(pool).await;
    in_force(&site).await;
    for (status, email) in [
        ("pending", "tomas.ferreira@harbourlane.test"),
        ("suspended", "ikram.osei@harbourlane.test"),
        ("invited", DANA),
    ] {
        let id = account(&site, email, status).await;
        let (old, now) = (ago(&site, 800), site.services.now().unix_timestamp());
        sql(
            &site,
            &format!(
                "UPDATE accounts SET created_at = {old} WHERE id = '{id}';
                 INSERT INTO sessions (key_hash, account_id, created_at, expires_at)
                 VALUES ('{id}'::text::bytea, '{id}', {old}, {old});
                 UPDATE accounts SET status = 'active', status_changed_at = to_timestamp({now})
                 WHERE id = '{id}'"
            ),
        )
        .await;
    }
    assert_eq!(round(&site).await, Round::default());
    assert_eq!(daily(&site, 75).await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_policy_that_begins_or_tightens_leaves_everybody_two_weeks_and_a_word(pool: PgPool) {
    let site = still_site(pool).await;
    let una = unused(&site, UNA, 2000).await;
    assert_eq!(round(&site).await, Round::default(), "it is off");
    let browser = super::owner(&site).await;
    super::policy::save(&browser, 0, "730", &["30"]).await;
    assert_eq!(daily(&site, 14).await, [(1, 1, 0), (14, 0, 1)]);
    assert_eq!(status(&site, una).await, "suspended");

    let ula = unused(&site, "ula@harbourlane.test", 500).await;
    let browser = super::owner(&site).await;
    super::policy::save(&browser, 1, "90", &["14", "3"]).await;
    site.advance(std::time::Duration::from_hours(1));
    assert_eq!(round(&site).await.reminded, 1);
    assert_eq!(daily(&site, 14).await, [(11, 1, 0), (14, 0, 1)]);
    assert_eq!(status(&site, ula).await, "suspended");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_is_closed_without_a_word_when_no_node_ran_for_a_long_time(pool: PgPool) {
    let site = still_site(pool).await;
    in_force(&site).await;
    unused(&site, UNA, 10).await;
    site.advance(days(300));
    assert_eq!(
        round(&site).await,
        Round {
            reminded: 1,
            closed: 0
        }
    );
    assert_eq!(daily(&site, 10).await, [(3, 0, 1)]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_last_owner_who_can_get_in_stays_open_and_is_not_even_reminded(pool: PgPool) {
    let site = still_site(pool).await;
    in_force(&site).await;
    let una = unused(&site, UNA, 500).await;
    let ula = unused(&site, "ula@harbourlane.test", 400).await;
    sql(&site, "UPDATE accounts SET role = 'owner'").await;
    // One who never came doesn't count.
    account(&site, "later@harbourlane.test", "invited").await;
    sql(&site, "UPDATE accounts SET role = 'owner'").await;
    assert_eq!(round(&site).await.reminded, 2);
    assert_eq!(daily(&site, 30).await, [(3, 0, 1)]);
    assert_eq!(status(&site, una).await, "suspended");
    assert_eq!(status(&site, ula).await, "active");
    assert_eq!(daily(&site, 30).await, []);

    // With somebody beside her, she is told first.
    signed_in_as(&site, "dana", DANA, "owner").await;
    assert_eq!(daily(&site, 10).await, [(1, 1, 0), (4, 0, 1)]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_round_is_due_every_hour_and_goes_through_more_than_a_batch(pool: PgPool) {
    let site = still_site(pool).await;
    in_force(&site).await;
    let since = ago(&site, 80);
    sql(
        &site,
        &format!(
            "INSERT INTO accounts (email, status, created_at, status_changed_at)
             SELECT 'p' || n || '@harbourlane.test', 'active', {since}, {since}
             FROM generate_series(1, 450) AS n"
        ),
    )
    .await;
    // One that stops after a batch leaves the rest to the next.
    let batches = std::cell::Cell::new(0);
    let one_batch = || batches.replace(batches.get() + 1) == 0;
    let round_one = Box::pin(carry_out(&site.services, one_batch))
        .await
        .unwrap();
    assert_eq!(round_one.map(|round| round.reminded), Some(200));
    let at_once = tried(&site).await;
    assert_eq!(at_once, None);
    site.advance(std::time::Duration::from_hours(1));
    assert_eq!(round(&site).await.reminded, 250);
    let twice = "SELECT count(*) FROM (SELECT to_email FROM mail_outbox GROUP BY 1 HAVING count(*) > 1) AS t";
    assert_eq!(number(&site, twice).await, 0);
    assert_eq!(mailed(&site).await.len(), 450);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_happens_while_the_policy_is_off(pool: PgPool) {
    let site = still_site(pool).await;
    unused(&site, UNA, 3000).await;
    assert_eq!(daily(&site, 5).await, []);
    assert_eq!(mailed(&site).await, Vec::<String>::new());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_record_of_what_dormancy_did_names_nobody(pool: PgPool) {
    let site = still_site(pool).await;
    in_force(&site).await;
    unused(&site, UNA, 86).await;
    daily(&site, 10).await;
    let events = "SELECT count(*) FROM audit_events WHERE audit_events::text LIKE '%una@%' OR audit_events::text LIKE '%Una%'";
    assert_eq!(number(&site, events).await, 0);
    assert!(!crate::harness::is_logged(UNA));
}
