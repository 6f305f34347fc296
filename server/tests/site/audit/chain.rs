//! The chain: append-only, sealed behind the writers, and what `verify` finds.

use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    service::audit::{self, Break, Verdict},
};

use super::{broken, events, intact, sealed, tamper};
use crate::harness::{
    Browser, DANA, Site, account, give_names, give_password, number, prompted, query_of, signed_in,
    sql,
};

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_untouched_audit_is_intact_before_between_and_after_seals(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    assert_eq!(intact(&site).await, 0);
    events(&site, 3).await;
    assert!(matches!(
        audit::verify(&site.services).await.unwrap(),
        Verdict::Intact { sealed: 0, tail } if tail.count == 3
    ));
    assert_eq!(audit::seal(&site.services).await.unwrap(), 3);
    assert_eq!(intact(&site).await, 3);
    assert_eq!(audit::seal(&site.services).await.unwrap(), 0);
    events(&site, 2).await;
    assert_eq!(audit::seal(&site.services).await.unwrap(), 2);
    assert_eq!(intact(&site).await, 5);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_happens_on_the_site_is_sealed_and_verified(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    give_names(&browser, "Dany", "O’Hara 🦀").await;
    browser.post_form("/auth/sign-out", &[]).await;
    Browser::new(&site)
        .get("/auth/clio/callback?state=x&error=access_denied")
        .await;
    let happened = number(&site, "SELECT count(*) FROM audit_events").await;
    assert_eq!(happened, 4);
    audit::seal(&site.services).await.unwrap();
    assert_eq!(intact(&site).await, happened);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn events_are_sealed_behind_the_requests_without_being_asked(pool: PgPool) {
    let site = Site::start(pool, |settings| settings.background = true).await;
    signed_in(&site, "dana").await;
    // The sealer works in the background: asked again and again until it is done.
    for _ in 0..100_000 {
        if number(&site, "SELECT count(*) FROM audit_chain").await == 1 {
            break;
        }
    }
    assert_eq!(intact(&site).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn events_and_chain_can_be_added_to_and_nothing_else(pool: PgPool) {
    let site = sealed(pool).await;
    for statement in [
        "UPDATE audit_events SET action = 'x'",
        "UPDATE audit_events SET action = 'x' WHERE false",
        "DELETE FROM audit_events",
        "DELETE FROM audit_events WHERE id = 1",
        "TRUNCATE audit_events",
        "TRUNCATE audit_events CASCADE",
        "UPDATE audit_chain SET position = position + 1",
        "DELETE FROM audit_chain",
        "TRUNCATE audit_chain",
        "INSERT INTO audit_events (id, action) OVERRIDING SYSTEM VALUE VALUES (1, 'x') ON CONFLICT (id, at) DO UPDATE SET action = 'x'",
    ] {
        let outcome = sqlx::raw_sql(statement).execute(&site.pool).await;
        assert!(outcome.is_err(), "{statement}");
    }
    assert_eq!(intact(&site).await, 10);
    sql(
        &site,
        "INSERT INTO audit_events (action) VALUES ('something.honest')",
    )
    .await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn sealers_of_many_nodes_at_once_make_one_chain(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    for round in 1..=4_i64 {
        events(&site, 25).await;
        let mut running = tokio::task::JoinSet::new();
        for turn in 0..6 {
            let services = if turn % 2 == 0 {
                &site.services
            } else {
                &node.services
            };
            let services = std::sync::Arc::clone(services);
            running.spawn(async move { audit::seal(&services).await.unwrap() });
        }
        let sealed: usize = running.join_all().await.into_iter().sum();
        assert_eq!(sealed, 25, "each event once");
        assert_eq!(intact(&site).await, round * 25);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_nodes_that_seal_in_turn_continue_each_others_chain(pool: PgPool) {
    let site = sealed(pool).await;
    let node = site.another_node().await;
    for round in 1..=6_i64 {
        events(&site, 3).await;
        let services = if round % 2 == 0 {
            &site.services
        } else {
            &node.services
        };
        assert_eq!(audit::seal(services).await.unwrap(), 3);
        site.advance(std::time::Duration::from_secs(400));
        assert_eq!(intact(&site).await, 10 + round * 3);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_event_that_commits_late_is_sealed_after_those_with_greater_ids(pool: PgPool) {
    let site = sealed(pool).await;
    let mut slow = site.pool.begin().await.unwrap();
    sqlx::query("INSERT INTO audit_events (action) VALUES ('slow.event')")
        .execute(&mut *slow)
        .await
        .unwrap();
    events(&site, 2).await;
    assert_eq!(audit::seal(&site.services).await.unwrap(), 2);
    slow.commit().await.unwrap();
    assert_eq!(audit::seal(&site.services).await.unwrap(), 1);
    assert_eq!(intact(&site).await, 13);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_altered_event_is_found_whichever_of_its_facts_was_altered(pool: PgPool) {
    let site = sealed(pool).await;
    let id = "id = (SELECT event_id FROM audit_chain WHERE position = 5)";
    let fifth = number(&site, "SELECT event_id FROM audit_chain WHERE position = 5").await;
    for (change, undo) in [
        (
            "action = 'account.role_revoked'",
            "action = 'account.role_granted'",
        ),
        (
            "at = at + interval '1 microsecond'",
            "at = at - interval '1 microsecond'",
        ),
        (
            "actor_account_id = gen_random_uuid()",
            "actor_account_id = NULL",
        ),
        ("identity_id = gen_random_uuid()", "identity_id = NULL"),
        ("reference = 'AAAA-AAAA'", "reference = NULL"),
        ("reference = ''", "reference = NULL"),
        ("reason = 'reviewer'", "reason = 'owner'"),
        ("reason = NULL", "reason = 'owner'"),
        ("detail = '{}'", "detail = NULL"),
        ("detail = 'null'", "detail = NULL"),
    ] {
        tamper(
            &site,
            &format!("UPDATE audit_events SET {change} WHERE {id}"),
        )
        .await;
        assert_eq!(broken(&site).await, Break::Altered(fifth), "{change}");
        tamper(&site, &format!("UPDATE audit_events SET {undo} WHERE {id}")).await;
        assert_eq!(intact(&site).await, 10, "{undo}");
    }
    tamper(
        &site,
        &format!("UPDATE audit_events SET account_id = gen_random_uuid() WHERE {id}"),
    )
    .await;
    assert_eq!(broken(&site).await, Break::Altered(fifth));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_removed_event_is_found_wherever_it_stood(pool: PgPool) {
    let site = sealed(pool).await;
    for position in [1, 5, 10] {
        let id = number(
            &site,
            &format!("SELECT event_id FROM audit_chain WHERE position = {position}"),
        )
        .await;
        tamper(
            &site,
            &format!(
                "CREATE TABLE aside AS SELECT * FROM audit_events WHERE id = {id};
                 DELETE FROM audit_events WHERE id = {id}"
            ),
        )
        .await;
        assert_eq!(broken(&site).await, Break::Removed(id));
        tamper(
            &site,
            "INSERT INTO audit_events OVERRIDING SYSTEM VALUE SELECT * FROM aside; DROP TABLE aside",
        )
        .await;
        assert_eq!(intact(&site).await, 10);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_removed_from_the_middle_is_found_with_and_without_its_event(pool: PgPool) {
    let site = sealed(pool).await;
    tamper(&site, "DELETE FROM audit_chain WHERE position = 5").await;
    assert_eq!(broken(&site).await, Break::Gap(5));
    tamper(
        &site,
        "UPDATE audit_chain SET position = position - 1 WHERE position > 5",
    )
    .await;
    broken(&site).await;
    tamper(&site, "DELETE FROM audit_events e WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.event_id = e.id)").await;
    broken(&site).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn swapped_events_and_swapped_links_are_found(pool: PgPool) {
    let site = sealed(pool).await;
    let swap = "UPDATE audit_chain c SET event_id = -o.event_id FROM audit_chain o
                WHERE c.position + o.position = 7 AND c.position IN (3, 4);
                UPDATE audit_chain SET event_id = -event_id WHERE event_id < 0";
    tamper(&site, swap).await;
    assert!(matches!(broken(&site).await, Break::Altered(_)));
    tamper(&site, swap).await;
    assert_eq!(intact(&site).await, 10);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cut_off_tail_is_found_even_when_the_head_was_moved_with_it(pool: PgPool) {
    let site = sealed(pool).await;
    let cut = "DELETE FROM audit_events WHERE id IN (SELECT event_id FROM audit_chain WHERE position > 7);
               DELETE FROM audit_chain WHERE position > 7";
    tamper(&site, cut).await;
    assert_eq!(
        broken(&site).await,
        Break::Cut {
            signed: 10,
            found: 7
        }
    );
    // The head rolled back to the new end can't be signed without the key.
    tamper(
        &site,
        "UPDATE audit_head SET position = 7, hash = (SELECT hash FROM audit_chain WHERE position = 7)",
    )
    .await;
    assert_eq!(broken(&site).await, Break::Forged);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_removed_or_emptied_head_is_found(pool: PgPool) {
    let site = sealed(pool).await;
    for change in [
        "UPDATE audit_head SET signature = ''",
        "UPDATE audit_head SET signature = decode(repeat('00', 32), 'hex')",
        "UPDATE audit_head SET hash = decode(repeat('00', 32), 'hex')",
        "UPDATE audit_head SET position = 0, hash = '', signature = '', sealed_before = '0'",
        "DELETE FROM audit_head",
    ] {
        tamper(
            &site,
            &format!("CREATE TABLE aside AS SELECT * FROM audit_head; {change}"),
        )
        .await;
        broken(&site).await;
        tamper(
            &site,
            "DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM aside; DROP TABLE aside",
        )
        .await;
        assert_eq!(intact(&site).await, 10, "{change}");
    }
    // Nor does a sealer at work cover it up.
    tamper(&site, "DELETE FROM audit_head").await;
    events(&site, 1).await;
    let _ = audit::seal(&site.services).await;
    let _ = audit::seal(&site.services).await;
    broken(&site).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_whole_chain_cut_off_is_not_silently_begun_anew_by_a_server_at_work(pool: PgPool) {
    let site = sealed(pool).await;
    tamper(
        &site,
        "DELETE FROM audit_chain; DELETE FROM audit_head;
         UPDATE audit_events SET reason = 'reviewer' WHERE id = 3",
    )
    .await;
    let _ = audit::seal(&site.services).await;
    let _ = audit::seal(&site.services).await;
    broken(&site).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_chain_rebuilt_without_the_key_is_found(pool: PgPool) {
    let site = sealed(pool).await;
    // Another installation's key seals the altered events: what somebody without ours can do.
    tamper(
        &site,
        "UPDATE audit_events SET reason = 'reviewer' WHERE id = 3;
         DELETE FROM audit_chain; UPDATE audit_head SET position = 0, hash = '', signature = '', sealed_before = '0'",
    )
    .await;
    let forger = Site::start(site.pool.clone(), |settings| {
        settings.set("SECRET_KEY", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=");
    })
    .await;
    audit::seal(&forger.services).await.unwrap();
    broken(&site).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_event_put_in_beside_the_chain_is_found_once_it_is_a_minute_old(pool: PgPool) {
    let site = sealed(pool).await;
    sql(&site, "INSERT INTO audit_events (at, action) VALUES (now() - interval '2 hours', 'account.approved')").await;
    assert_eq!(broken(&site).await, Break::Unsealed(1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_fresh_event_may_wait_for_its_seal_for_a_minute(pool: PgPool) {
    let site = sealed(pool).await;
    events(&site, 1).await;
    assert!(matches!(
        audit::verify(&site.services).await.unwrap(),
        Verdict::Intact { sealed: 10, tail } if tail.count == 1
    ));
    site.advance(std::time::Duration::from_secs(61));
    assert_eq!(broken(&site).await, Break::Unsealed(1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_sealed_events_detail_survives_a_dump_and_restore(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    signed_in(&site, "dana").await;
    audit::seal(&site.services).await.unwrap();
    tamper(
        &site,
        "CREATE TABLE aside AS SELECT * FROM audit_events;
         DELETE FROM audit_events;
         INSERT INTO audit_events OVERRIDING SYSTEM VALUE SELECT * FROM aside;
         DROP TABLE aside",
    )
    .await;
    assert_eq!(intact(&site).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_audit_holds_no_personal_data_and_no_secrets(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account(&site, "ikram.osei@harbourlane.test", "active").await;
    let browser = signed_in(&site, "dana").await;
    let callback = browser.callback_of(&site, "dana").await;
    browser.finish(&callback).await;
    browser.finish(&callback).await;
    give_password(&prompted(&site, "ikram").await, "guess-me").await;
    let events: String = sqlx::query_scalar("SELECT string_agg(e::text, ' ') FROM audit_events e")
        .fetch_one(&site.pool)
        .await
        .unwrap();
    for text in [
        DANA,
        "ikram.osei",
        "Dana",
        "Whitlock",
        "guess-me",
        "harbourlane",
    ] {
        assert!(!events.contains(text), "{text} in {events}");
    }
    for value in query_of(&callback).values() {
        assert!(!events.contains(value.as_str()), "{events}");
    }
}
