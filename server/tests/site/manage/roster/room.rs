//! The roster's room: its pages, the rule, reading and stopping, disconnecting.

use std::time::Duration;

use http::StatusCode;
use simulated_clio::{Endpoint, ManageUser, Region};
use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    service::{desk::digest, manage::roster::reading},
};

use super::{
    FIRM, automatic, connected, firm_id, outcome, read, read_again, status, waiting, waiting_ids,
    with_colleagues,
};
use crate::harness::{
    Browser, DANA, DANA_USER, IKRAM_USER, Site, empty_outbox, form_refused, last_event, mailed,
    newest_letter, number, only_event_after, sql, text, with_role,
};

async fn post(browser: &Browser, word: &str, fields: &[(&str, &str)]) -> String {
    let path = format!("/admin/roster/{word}");
    let reply = browser.post_form(&path, fields).await;
    reply.location().to_owned()
}

/// An owner, to whom nothing is mailed yet.
async fn an_owner(site: &Site) {
    let owner = "INSERT INTO accounts (email, role, status, email_verified_at)
                 VALUES ('ola@harbourlane.test', 'owner', 'active', now())";
    sql(site, owner).await;
    empty_outbox(site).await;
}

/// The owner, and nobody else, was mailed this, in these words among others.
async fn owner_is_told(site: &Site, kind: &str, says: &[&str]) {
    assert_eq!(mailed(site).await, [format!("{kind} ola@harbourlane.test")]);
    let letter = newest_letter(site, kind).await;
    for says in says {
        assert!(letter.contains(says), "{says}: {letter}");
    }
    empty_outbox(site).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_clio_manage_there_is_no_such_room(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = with_role(&site, "dana", "admin").await;
    let reply = dana.get("/admin/roster").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    let links = dana.get("/admin/links").await.body;
    assert!(!links.contains("/admin/roster"), "{links}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_room_shows_the_firm_what_waits_and_what_was_read(pool: PgPool) {
    let (site, dana) = connected(pool).await;
    with_colleagues(&site).await;
    let page = dana.get("/admin/roster").await.body;
    assert!(page.contains("Not read yet"), "{page}");
    read(&site).await;
    site.clio.manage(Region::Us).remove_user(IKRAM_USER);
    read_again(&site).await;
    let reviewer = with_role(&site, "stranger", "reviewer").await;
    let page = reviewer.get("/admin/roster").await.body;
    for says in [
        "Harbour &amp; Lane",
        "Up to date",
        "No longer in the firm",
        "Ikram Osei",
        "The rule says that an administrator decides",
        "New in the firm",
        "By itself",
        "1 gone",
    ] {
        assert!(page.contains(says), "{says}: {page}");
    }
    assert!(!page.contains("Read now"), "a reviewer looks only");
    let only = reviewer.get("/admin/roster?kind=new").await.body;
    assert!(!only.contains("Ikram Osei") && only.contains("New in the firm"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_people_are_found_by_name_login_and_account(pool: PgPool) {
    let (site, dana) = connected(pool).await;
    with_colleagues(&site).await;
    let manage = site.clio.manage(Region::Us);
    let many = (1..=230).map(|id| {
        ManageUser::new(id, FIRM, format!("p{id}@harbourlane.test")).named("Paula", id.to_string())
    });
    manage.add_users(many.collect());
    read(&site).await;
    manage.remove_user(IKRAM_USER);
    read_again(&site).await;
    let dana_now = with_role(&site, "dana", "admin").await;
    drop(dana);
    let count = |page: &str| page.matches("data-row").count();
    let people = |query: &'static str| {
        let dana = &dana_now;
        async move { dana.get(&format!("/admin/roster/people{query}")).await.body }
    };
    assert_eq!(count(&people("?q=ikram").await), 1);
    assert!(people("?enabled=gone").await.contains("Ikram Osei"));
    assert_eq!(count(&people("?enabled=gone").await), 1);
    assert_eq!(count(&people("?enabled=no").await), 1, "Jonas");
    assert_eq!(count(&people("?account=yes").await), 5);
    assert_eq!(count(&people("?q=OSEI%40harbour").await), 1);
    assert_eq!(count(&people("?region=eu").await), 0);
    assert_eq!(count(&people("?q=nobody%25").await), 0);
    // Page by page, everybody once.
    let mut path = "/admin/roster/people?q=paula".to_owned();
    let mut found = Vec::new();
    for _ in 0..3 {
        let page = dana_now.get(&path).await.body;
        for id in 1..=230 {
            if page.contains(&format!(">Paula {id}<")) {
                found.push(id);
            }
        }
        let next = page
            .split("href=\"/admin/roster/people?q=paula&amp;after=")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        match next {
            Some(after) => path = format!("/admin/roster/people?q=paula&after={after}"),
            None => break,
        }
    }
    found.sort_unstable();
    assert_eq!(found, (1..=230).collect::<Vec<_>>());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_rule_is_changed_with_a_reason_counts_at_once_and_can_be_undone(pool: PgPool) {
    let (site, dana) = connected(pool).await;
    let firm = firm_id(&site).await;
    let rule = |seen: &'static str, threshold: &'static str, reason: &'static str| {
        let firm = firm.clone();
        [
            ("firm", firm),
            ("seen", seen.to_owned()),
            ("leavers", "automatic".to_owned()),
            ("threshold", threshold.to_owned()),
            ("reason", reason.to_owned()),
        ]
    };
    let send = |fields: [(&'static str, String); 5]| {
        let dana = &dana;
        async move {
            let fields = fields
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            post(dana, "rule", &fields).await
        }
    };
    for (threshold, reason, problem) in [
        ("0", "Why", "bad_threshold"),
        ("101", "Why", "bad_threshold"),
        ("20", "", "reason_missing"),
    ] {
        let to = send(rule("0", threshold, reason)).await;
        assert!(to.ends_with(&format!("problem={problem}")), "{to}");
    }
    an_owner(&site).await;
    let last = last_event(&site).await;
    let to = send(rule("0", "30", "Leavers are out at once.")).await;
    assert_eq!(to, "/admin/roster?done=roster_rule_changed");
    owner_is_told(
        &site,
        "roster_rule_changed",
        &[
            "Before: An administrator decides about each",
            "Now: Closed by themselves, unless more than 30 % leave at once",
            "Reason: Leavers are out at once.",
        ],
    )
    .await;
    assert_eq!(
        only_event_after(&site, last).await.action,
        "roster.rule_changed"
    );
    // Whoever has seen an older one looks again.
    let to = send(rule("0", "90", "Late.")).await;
    assert!(to.ends_with("problem=decided"), "{to}");
    let page = dana.get("/admin/roster").await.body;
    assert!(page.contains("Leavers are out at once.") && page.contains("30 %"));
    let undo = [("firm", firm.as_str()), ("revision", "1")];
    assert_eq!(
        post(&dana, "undo", &undo).await,
        "/admin/roster?done=roster_rule_undone"
    );
    let back = ["Now: An administrator decides about each"];
    owner_is_told(&site, "roster_rule_changed", &back).await;
    let to = post(&dana, "undo", &undo).await;
    assert!(to.ends_with("problem=decided"), "{to}");
    let in_force =
        "SELECT leavers || ' ' || threshold FROM roster_rules ORDER BY revision DESC LIMIT 1";
    assert_eq!(text(&site, in_force).await.unwrap(), "approval 20");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_changed_too_long_ago_is_not_undone(pool: PgPool) {
    let (site, _) = connected(pool).await;
    automatic(&site, 20).await;
    site.advance(Duration::from_hours(24 * 14 + 1));
    let dana = with_role(&site, "dana", "admin").await;
    let firm = firm_id(&site).await;
    let fields = [("firm", firm.as_str()), ("revision", "1")];
    let event = form_refused(
        &site,
        &dana,
        ("/admin/roster/undo", &fields),
        "/admin/roster?problem=too_late",
    )
    .await;
    assert_eq!(event.reason.as_deref(), Some("too_late"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_read_is_begun_once_told_how_far_it_is_and_stopped(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let manage = site.clio.manage(Region::Us);
    let many = (1..=450).map(|id| ManageUser::new(id, FIRM, format!("p{id}@harbourlane.test")));
    manage.add_users(many.collect());
    read(&site).await;
    let dana = with_role(&site, "dana", "admin").await;
    let firm = firm_id(&site).await;
    let fields = [("firm", firm.as_str())];
    // To read asks for nothing but the role: the night's rule does nothing else.
    sql(
        &site,
        "UPDATE sessions SET fresh_at = fresh_at - interval '1 hour'",
    )
    .await;
    assert_eq!(
        post(&dana, "read", &fields).await,
        "/admin/roster?done=roster_begun"
    );
    let to = post(&dana, "read", &fields).await;
    assert!(to.ends_with("problem=reading_already"), "{to}");
    assert!(reading::step(&site.services).await.unwrap());
    let page = dana.get("/admin/roster").await.body;
    assert!(page.contains("200") && page.contains("463"), "{page}");
    let last = last_event(&site).await;
    assert_eq!(
        post(&dana, "stop", &fields).await,
        "/admin/roster?done=roster_stopped"
    );
    assert_eq!(
        only_event_after(&site, last).await.action,
        "roster.read_stopped"
    );
    assert_eq!(outcome(&site).await, "stopped");
    let to = post(&dana, "stop", &fields).await;
    assert!(to.ends_with("problem=decided"), "{to}");
    assert!(
        !reading::step(&site.services).await.unwrap(),
        "nothing goes on"
    );
    // Without a connection nothing is begun.
    manage.revoke_quietly(DANA_USER);
    assert_eq!(
        post(&dana, "read", &fields).await,
        "/admin/roster?done=roster_begun"
    );
    read(&site).await;
    let to = post(&dana, "read", &fields).await;
    assert!(to.ends_with("problem=reconnect_first"), "{to}");
    let page = dana.get("/admin/roster").await.body;
    assert!(page.contains("Connect again"), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_disconnected_firm_is_read_no_more_and_nobody_loses_access_by_it(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    read(&site).await;
    automatic(&site, 20).await;
    let manage = site.clio.manage(Region::Us);
    manage.remove_user(IKRAM_USER);
    manage.remove_user(IKRAM_USER + 1);
    read_again(&site).await;
    assert_ne!(waiting(&site).await, "");
    let dana = with_role(&site, "dana", "admin").await;
    let firm = firm_id(&site).await;
    let page = dana
        .get(&format!("/admin/roster/disconnect?firm={firm}"))
        .await
        .body;
    assert!(page.contains("Harbour &amp; Lane"), "{page}");
    let fields = [
        ("firm", firm.as_str()),
        ("reason", "Another office reads it."),
    ];
    an_owner(&site).await;
    let last = last_event(&site).await;
    assert_eq!(
        post(&dana, "disconnect", &fields).await,
        "/admin/roster?done=roster_disconnected"
    );
    owner_is_told(&site, "roster_disconnected", &["Harbour & Lane"]).await;
    assert_eq!(
        only_event_after(&site, last).await.action,
        "roster.disconnected"
    );
    assert_eq!(waiting(&site).await, "");
    assert_eq!(status(&site, ikram).await, "active");
    let asked = manage.requests(Endpoint::Users).len();
    read_again(&site).await;
    assert_eq!(manage.requests(Endpoint::Users).len(), asked);
    let live = "SELECT count(*) FROM manage_grants WHERE state = 'live'";
    assert_eq!(number(&site, live).await, 0);
    let dana = with_role(&site, "dana", "admin").await;
    let to = post(&dana, "disconnect", &fields).await;
    assert!(to.contains("problem=decided"), "{to}");
    assert_eq!(waiting_ids(&site, "gone").await, "");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_is_in_another_firm_that_is_read_has_not_left(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    read(&site).await;
    automatic(&site, 100).await;
    let manage = site.clio.manage(Region::Us);
    // The same person has a second user in the firm.
    manage
        .add_user(ManageUser::new(99, FIRM, "ikram.osei@harbourlane.test").named("Ikram", "Osei"));
    manage.remove_user(IKRAM_USER);
    read_again(&site).await;
    assert_eq!(status(&site, ikram).await, "active");
    manage.remove_user(99);
    read_again(&site).await;
    assert_eq!(status(&site, ikram).await, "suspended");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn made_up_addresses_in_the_room_show_nothing_and_break_nothing(pool: PgPool) {
    let (site, dana) = connected(pool).await;
    read(&site).await;
    for path in [
        "/admin/roster?kind=x&after=%00",
        "/admin/roster?kind=new&after=9-9",
        "/admin/roster?before=x",
        "/admin/roster/people?firm=x&after=y&enabled=z&account=w&region=v",
        "/admin/roster/decide?difference=x&decision=y&all=z",
    ] {
        let reply = dana.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
    }
    for path in [
        "/admin/roster/reads/x",
        "/admin/roster/reads/00000000-0000-7000-8000-000000000000",
        "/admin/roster/rule?firm=x",
        "/admin/roster/disconnect?firm=00000000-0000-7000-8000-000000000000",
    ] {
        let reply = dana.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn administrators_are_mailed_once_that_somebody_left_and_waits_for_them(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    let letter = async |says: &[&str]| {
        empty_outbox(&site).await;
        let told = digest::send(&site.services).await.unwrap();
        assert_eq!(told, 0, "it is quiet for ten minutes");
        site.advance(Duration::from_mins(11));
        assert_eq!(digest::send(&site.services).await.unwrap(), 1);
        assert_eq!(mailed(&site).await, [format!("queue_digest {DANA}")]);
        let letter = newest_letter(&site, "queue_digest").await;
        for says in says {
            assert!(letter.contains(says), "{says}: {letter}");
        }
        letter
    };
    read(&site).await;
    let new = letter(&["Other differences from Clio: ", "11 minutes ago"]).await;
    assert!(!new.contains("Left the firm"), "{new}");
    site.clio.manage(Region::Us).remove_user(IKRAM_USER);
    read_again(&site).await;
    let letter = letter(&["Left the firm in Clio: 1", "/admin/roster"]).await;
    for says in ["Ikram", "/admin/queue", "People at"] {
        assert!(!letter.contains(says), "{says}: {letter}");
    }
    // Nothing new waits; whoever the rule suspends by itself isn't asked about.
    site.advance(Duration::from_hours(25));
    assert_eq!(digest::send(&site.services).await.unwrap(), 0);
    assert_eq!(status(&site, ikram).await, "active");
    sql(
        &site,
        "UPDATE roster_differences SET found_at = now() + interval '3 days', why = NULL
         WHERE state = 'waiting'",
    )
    .await;
    site.advance(Duration::from_hours(24 * 5));
    assert_eq!(digest::send(&site.services).await.unwrap(), 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn where_clio_manage_is_set_up_no_more_nobody_is_led_to_a_roster(pool: PgPool) {
    let (site, _) = connected(pool.clone()).await;
    with_colleagues(&site).await;
    read(&site).await;
    empty_outbox(&site).await;
    let without = Site::start(pool, |_| ()).await;
    without.advance(Duration::from_mins(11));
    assert_eq!(digest::send(&without.services).await.unwrap(), 0);
    assert_eq!(mailed(&site).await, [""; 0]);
    site.advance(Duration::from_mins(11));
    assert_eq!(digest::send(&site.services).await.unwrap(), 1);
}
