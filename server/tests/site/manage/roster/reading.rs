//! Reading the firm's people, and what becomes of those who left.

use http::StatusCode;
use simulated_clio::{Endpoint, ManageUser, Region};
use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    service::manage::roster::{leaving, reading},
};

use super::{
    FIRM, START, automatic, connected, outcome, read, read_again, status, waiting, with_colleagues,
};
use crate::harness::{
    DANA, DANA_USER, IKRAM_USER, Site, approve, at_manage, by_firm, events_after, last_event,
    number, only_event_after, signed_in, sql, text, with_role,
};

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_connects_the_firm_and_nobody_else_does(pool: PgPool) {
    let (site, dana) = connected(pool).await;
    let firms = "SELECT count(*) FROM manage_firms WHERE disconnected_at IS NULL";
    assert_eq!(number(&site, firms).await, 1);
    let page = dana.get("/account/connections").await.read();
    assert!(page.contains("is read with this connection"), "{page}");
    let ikram = signed_in(&site, "ikram").await;
    let reply = ikram.get(START).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN, "{reply:?}");
    // Made a member again while she was at Clio.
    let tomas = with_role(&site, "tomas", "admin").await;
    let url = at_manage(&tomas, START).await;
    sql(
        &site,
        "UPDATE accounts SET role = 'member' WHERE email LIKE 'tomas%'",
    )
    .await;
    let last = last_event(&site).await;
    let reply = approve(&site, &tomas, &url, IKRAM_USER).await;
    assert!(
        reply
            .location()
            .starts_with("/account/connections?manage=expired&ref="),
        "{reply:?}"
    );
    assert_eq!(
        only_event_after(&site, last).await.reason.as_deref(),
        Some("role")
    );
    assert_eq!(
        number(
            &site,
            "SELECT count(*) FROM manage_grants WHERE tokens IS NOT NULL"
        )
        .await,
        1
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn where_the_firms_are_named_only_those_are_connected(pool: PgPool) {
    let site = Site::start(pool, by_firm("refuse")).await;
    let manage = site.clio.manage(Region::Us);
    manage.add_user(ManageUser::new(9, 20_002, DANA).named("Dana", "Whitlock"));
    site.linked("dana", DANA).await;
    let dana = with_role(&site, "dana", "admin").await;
    let last = last_event(&site).await;
    let url = at_manage(&dana, START).await;
    let reply = approve(&site, &dana, &url, 9).await;
    assert!(
        reply
            .location()
            .starts_with("/admin/roster?manage=firm_not_ours&ref="),
        "{reply:?}"
    );
    let event = only_event_after(&site, last).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("manage.refused", Some("firm_not_ours"))
    );
    let page = dana.get(reply.location()).await.read();
    assert!(page.contains("a firm that isn’t let in here"), "{page}");
    let firms = "SELECT count(*) FROM manage_firms";
    assert_eq!(number(&site, firms).await, 0);
    assert_eq!(manage.grants(9), 0, "what isn't kept is given back");
    // The honest twin.
    let url = at_manage(&dana, START).await;
    approve(&site, &dana, &url, DANA_USER)
        .await
        .leads_to("/admin/roster?done=roster_connected");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_first_read_finds_everybody_and_takes_nothing_away(pool: PgPool) {
    let (site, dana) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    let last = last_event(&site).await;
    read(&site).await;
    assert_eq!(outcome(&site).await, "whole");
    let event = only_event_after(&site, last).await;
    assert_eq!(event.action, "roster.read");
    let people = "SELECT count(*) FROM roster_people WHERE is_there";
    assert_eq!(
        number(&site, people).await,
        12,
        "the firm's, without clients"
    );
    let of_ikram = format!("SELECT count(*) FROM roster_people WHERE account_id = '{ikram}'");
    assert_eq!(number(&site, &of_ikram).await, 1);
    let new = "SELECT count(*) FROM roster_differences WHERE kind = 'new' AND state = 'waiting'";
    assert_eq!(
        number(&site, new).await,
        6,
        "who has no account, and whose login is on"
    );
    assert_eq!(waiting(&site).await, "");
    assert!(dana.account().await.is_some());
    assert_eq!(
        number(&site, "SELECT count(*) FROM roster_read_people").await,
        0,
        "forgotten"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn five_thousand_people_are_read_within_fifty_requests_a_minute(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let manage = site.clio.manage(Region::Us);
    let many = (1..=5000).map(|id| {
        ManageUser::new(id, FIRM, format!("p{id}@harbourlane.test")).named("P", id.to_string())
    });
    manage.add_users(many.collect());
    // As slow as it gets: ten pages a minute, and others ask as well.
    manage.rate_limit(10);
    read(&site).await;
    assert_eq!(outcome(&site).await, "whole");
    assert_eq!(
        number(&site, "SELECT count(*) FROM roster_people WHERE is_there").await,
        5012
    );
    let asked = manage.requests(Endpoint::Users);
    assert_eq!(
        asked.len(),
        26,
        "no page twice, and no request that would have been refused"
    );
    let pages = "SELECT pages::bigint FROM roster_reads";
    assert_eq!(number(&site, pages).await, 26);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_left_waits_for_an_administrator_until_the_rule_says_otherwise(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    read(&site).await;
    site.clio.manage(Region::Us).remove_user(IKRAM_USER);
    read_again(&site).await;
    assert_eq!(waiting(&site).await, format!("{IKRAM_USER} gone rule"));
    assert_eq!(status(&site, ikram).await, "active");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn under_the_rule_who_left_is_out_at_once_told_on_record_and_it_can_be_undone(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    let browser = signed_in(&site, "ikram").await;
    read(&site).await;
    automatic(&site, 50).await;
    sql(&site, "DELETE FROM mail_outbox").await;
    site.clio
        .manage(Region::Us)
        .change_user(IKRAM_USER, |user| user.enabled = false);
    let last = last_event(&site).await;
    read_again(&site).await;
    assert_eq!(status(&site, ikram).await, "suspended");
    assert!(browser.account().await.is_none());
    let events = events_after(&site, last).await;
    let acts: Vec<_> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(acts, ["roster.read", "account.suspended"]);
    assert_eq!(events[1].reason.as_deref(), Some("left_firm"));
    let mails = "SELECT string_agg(kind || ' ' || to_email, ',') FROM mail_outbox";
    assert_eq!(
        text(&site, mails).await.unwrap(),
        "left_firm ikram.osei@harbourlane.test"
    );
    // Undone, she stays in, however often it is read.
    let dana = with_role(&site, "dana", "admin").await;
    let event = events[1].id.to_string();
    let reply = dana.post_form("/admin/undo", &[("event", &event)]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    assert_eq!(status(&site, ikram).await, "active");
    let became = "SELECT string_agg(state, ',') FROM roster_differences WHERE kind = 'disabled'";
    assert_eq!(text(&site, became).await.unwrap(), "undone");
    read_again(&site).await;
    assert_eq!(
        (
            status(&site, ikram).await.as_str(),
            waiting(&site).await.as_str()
        ),
        ("active", "")
    );
    // On again, and off again later: that is news.
    let manage = site.clio.manage(Region::Us);
    manage.change_user(IKRAM_USER, |user| user.enabled = true);
    read_again(&site).await;
    manage.change_user(IKRAM_USER, |user| user.enabled = false);
    read_again(&site).await;
    assert_eq!(status(&site, ikram).await, "suspended");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_was_to_be_suspended_by_a_rule_that_is_another_by_then_waits(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    read(&site).await;
    automatic(&site, 100).await;
    site.clio.manage(Region::Us).remove_user(IKRAM_USER);
    site.advance(std::time::Duration::from_hours(24));
    while reading::step(&site.services).await.unwrap() {}
    assert_eq!(
        waiting(&site).await,
        format!("{IKRAM_USER} gone rule alone")
    );
    sql(
        &site,
        "INSERT INTO roster_rules (firm_id, revision, leavers, threshold, reason, changed_at)
         SELECT id, 2, 'approval', 20, 'Not yet.', now() FROM manage_firms",
    )
    .await;
    leaving::by_itself(&site.services, || true).await.unwrap();
    assert_eq!(status(&site, ikram).await, "active");
    assert_eq!(waiting(&site).await, format!("{IKRAM_USER} gone rule"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn more_than_the_threshold_at_once_waits_for_an_administrator(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    read(&site).await;
    automatic(&site, 20).await;
    let manage = site.clio.manage(Region::Us);
    // Two of five accounts: 40 %.
    manage.remove_user(IKRAM_USER);
    manage.remove_user(IKRAM_USER + 1);
    read_again(&site).await;
    assert_eq!(status(&site, ikram).await, "active");
    assert_eq!(
        waiting(&site).await,
        format!(
            "{IKRAM_USER} gone threshold, {} gone threshold",
            IKRAM_USER + 1
        )
    );
    let noted = "SELECT leavers || ' of ' || accounts || ', ' || threshold FROM roster_reads
                 WHERE leavers IS NOT NULL";
    assert_eq!(text(&site, noted).await.unwrap(), "2 of 5, 20");
    // Back in time, it is settled by itself.
    manage.add_user(
        ManageUser::new(IKRAM_USER, FIRM, "ikram.osei@harbourlane.test").named("Ikram", "Osei"),
    );
    manage.add_user(
        ManageUser::new(IKRAM_USER + 1, FIRM, "tomas.ferreira@harbourlane.test")
            .named("Tomás", "Ferreira"),
    );
    read_again(&site).await;
    assert_eq!(waiting(&site).await, "");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn owners_administrators_and_whoever_connected_are_never_suspended_by_themselves(
    pool: PgPool,
) {
    let (site, _) = connected(pool).await;
    with_colleagues(&site).await;
    sql(
        &site,
        "UPDATE accounts SET role = 'owner' WHERE email LIKE 'ikram%'",
    )
    .await;
    sql(
        &site,
        "UPDATE accounts SET role = 'admin' WHERE email LIKE 'tomas%'",
    )
    .await;
    read(&site).await;
    automatic(&site, 100).await;
    let manage = site.clio.manage(Region::Us);
    manage.remove_user(IKRAM_USER);
    manage.remove_user(IKRAM_USER + 1);
    read_again(&site).await;
    assert_eq!(
        waiting(&site).await,
        format!(
            "{IKRAM_USER} gone owner, {} gone administrator",
            IKRAM_USER + 1
        )
    );
    let suspended = "SELECT count(*) FROM accounts WHERE status = 'suspended'";
    assert_eq!(number(&site, suspended).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_read_that_fails_or_finds_only_part_suspends_nobody(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    let manage = site.clio.manage(Region::Us);
    let many = (1..=450).map(|id| ManageUser::new(id, FIRM, format!("p{id}@harbourlane.test")));
    manage.add_users(many.collect());
    read(&site).await;
    automatic(&site, 100).await;
    let first = |answer: &mut simulated_clio::Answer| {
        let body = format!(
            r#"{{"data":[{{"id":{DANA_USER},"enabled":true}}],"meta":{{"paging":{{}},"records":463}}}}"#
        );
        answer.replace(StatusCode::OK, body);
    };
    // Fewer than Clio says there are.
    manage.next(Endpoint::Users, first);
    read_again(&site).await;
    assert_eq!(outcome(&site).await, "senseless");
    // Nobody at all, and whoever reads missing.
    for body in [
        r#"{"data":[],"meta":{"paging":{},"records":0}}"#,
        r#"{"data":[{"id":5,"enabled":true}],"meta":{"paging":{},"records":1}}"#,
        r#"{"data":{},"meta":{}}"#,
        r#"{"data":[{"id":710271}],"meta":{"paging":{},"records":1}}"#,
    ] {
        manage.next(Endpoint::Users, move |answer| {
            answer.replace(StatusCode::OK, body);
        });
        read_again(&site).await;
        assert_eq!(outcome(&site).await, "senseless", "{body}");
    }
    // The second page leads elsewhere, or fails for good.
    manage.next(Endpoint::Users, |_| ());
    manage.next(Endpoint::Users, |answer| {
        let body = r#"{"data":[],"meta":{"paging":{"next":"http://127.0.0.1:9/users.json?a=b"},"records":463}}"#;
        answer.replace(StatusCode::OK, body);
    });
    read_again(&site).await;
    assert_eq!(outcome(&site).await, "senseless");
    for (fault, expected) in [
        ("list_loops", "senseless"),
        ("list_leads_elsewhere", "senseless"),
        ("list_never_ends", "senseless"),
        ("list_leaves_out", "senseless"),
        ("list_breaks", "unreachable"),
        ("answers_disabled", "whole"),
    ] {
        assert!(manage.switch(fault));
        read_again(&site).await;
        assert_eq!(outcome(&site).await, expected, "{fault}");
    }
    manage.honest();
    manage.every(Endpoint::Users, |answer| {
        answer.replace(StatusCode::BAD_GATEWAY, "");
    });
    read_again(&site).await;
    assert_eq!(outcome(&site).await, "unreachable");
    manage.honest();
    manage.forget_permission(true);
    read_again(&site).await;
    assert_eq!(outcome(&site).await, "not_allowed");
    manage.honest();
    assert_eq!(status(&site, ikram).await, "active");
    assert_eq!(waiting(&site).await, "");
    // The honest twin.
    manage.remove_user(IKRAM_USER);
    read_again(&site).await;
    assert_eq!(status(&site, ikram).await, "suspended");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_read_that_is_interrupted_goes_on_where_it_stood_on_another_node(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let manage = site.clio.manage(Region::Us);
    let many = (1..=450).map(|id| ManageUser::new(id, FIRM, format!("p{id}@harbourlane.test")));
    manage.add_users(many.collect());
    assert!(reading::step(&site.services).await.unwrap());
    let other = site.another_node().await;
    assert!(reading::step(&other.services).await.unwrap());
    read(&site).await;
    assert_eq!(
        (
            outcome(&site).await.as_str(),
            manage.requests(Endpoint::Users).len()
        ),
        ("whole", 3)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_revoked_ends_the_read_and_connecting_again_goes_on(pool: PgPool) {
    let (site, dana) = connected(pool).await;
    site.clio.manage(Region::Us).revoke_quietly(DANA_USER);
    read(&site).await;
    assert_eq!(outcome(&site).await, "reconnect");
    let url = at_manage(&dana, "/auth/clio-manage/start?region=us&purpose=roster").await;
    approve(&site, &dana, &url, DANA_USER)
        .await
        .leads_to("/admin/roster?done=roster_reconnected");
    read(&site).await;
    assert_eq!(outcome(&site).await, "whole");
    assert_eq!(number(&site, "SELECT count(*) FROM manage_firms").await, 1);
}
