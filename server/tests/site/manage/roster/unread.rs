//! Administrators are told when nothing is found out any more about who left the firm.

use std::time::Duration;

use http::StatusCode;
use simulated_clio::{Endpoint, ManageUser, Region};
use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    service::manage::{keeping, roster::reading},
};

use super::{START, connected, firm_id, outcome, read, read_again};
use crate::harness::{
    DANA, DANA_USER, Site, approve, at_manage, connect_manage, empty_outbox, grant_of, mailed,
    newest_letter, number, signed_in, sql, with_role,
};

const IKRAM: &str = "ikram@harbourlane.test";

/// Whom it was mailed since the last question, in alphabetical order.
async fn told(site: &Site) -> Vec<String> {
    let mails = mailed(site).await;
    empty_outbox(site).await;
    let mut told: Vec<String> = mails
        .iter()
        .filter_map(|mail| mail.strip_prefix("roster_unread "))
        .map(str::to_owned)
        .collect();
    told.sort();
    told
}

/// A firm read once, besides Dana with an administrator in use, one who is suspended, and a member.
async fn with_administrators(pool: PgPool) -> Site {
    let (site, _) = connected(pool).await;
    with_role(&site, "ikram", "admin").await;
    with_role(&site, "tomas", "admin").await;
    with_role(&site, "stranger", "member").await;
    sql(
        &site,
        "UPDATE accounts SET status = 'suspended' WHERE email LIKE 'tomas@%'",
    )
    .await;
    read(&site).await;
    assert_eq!(outcome(&site).await, "whole");
    empty_outbox(&site).await;
    site
}

async fn connect_again(site: &Site) {
    let dana = signed_in(site, "dana").await;
    let url = at_manage(&dana, START).await;
    approve(site, &dana, &url, DANA_USER)
        .await
        .leads_to("/admin/roster?done=roster_reconnected");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_only_people_can_mend_is_mailed_to_all_administrators_at_once_and_once_a_week(
    pool: PgPool,
) {
    let site = with_administrators(pool).await;
    let manage = site.clio.manage(Region::Us);
    manage.revoke_quietly(DANA_USER);
    read_again(&site).await;
    assert_eq!(outcome(&site).await, "reconnect");
    let letter = newest_letter(&site, "roster_unread").await;
    for says in [
        "Clio no longer takes the connection",
        "Harbour",
        "keeps their account here until it works again",
        "connect the firm again",
        "/admin/roster",
    ] {
        assert!(letter.contains(says), "{says}: {letter}");
    }
    assert_eq!(told(&site).await, [DANA, IKRAM]);
    for _ in 0..6 {
        read_again(&site).await;
        assert_eq!(told(&site).await, [""; 0]);
    }
    read_again(&site).await;
    assert_eq!(told(&site).await, [DANA, IKRAM]);
    // Connected anew, it is news when it ends again.
    connect_again(&site).await;
    manage.forget_permission(true);
    read(&site).await;
    assert_eq!(outcome(&site).await, "not_allowed");
    assert_eq!(told(&site).await, [DANA, IKRAM]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_connection_that_its_person_ends_or_clio_takes_no_more_is_told_without_waiting_for_the_night(
    pool: PgPool,
) {
    let site = with_administrators(pool).await;
    let account = site.account_of("dana").await.unwrap();
    let (grant, _) = grant_of(&site, account).await;
    signed_in(&site, "dana")
        .await
        .post_form(
            "/account/connections/manage/disconnect",
            &[("connection", &grant.to_string())],
        )
        .await
        .leads_to("/account/connections?done=manage_disconnected");
    read(&site).await;
    assert_eq!(outcome(&site).await, "reconnect");
    assert_eq!(told(&site).await, [DANA, IKRAM]);
    connect_again(&site).await;
    read(&site).await;
    assert_eq!(outcome(&site).await, "whole");
    site.clio.manage(Region::Us).revoke_quietly(DANA_USER);
    let (grant, _) = grant_of(&site, account).await;
    assert!(keeping::check(&site.services, grant).await.is_err());
    read(&site).await;
    assert_eq!(outcome(&site).await, "reconnect");
    assert_eq!(told(&site).await, [DANA, IKRAM]);
    // Somebody of another firm in the region, in place of the one before.
    connect_again(&site).await;
    read(&site).await;
    let manage = site.clio.manage(Region::Us);
    manage.add_user(ManageUser::new(9, 20_002, DANA).named("Dana", "Whitlock"));
    let dana = signed_in(&site, "dana").await;
    connect_manage(&site, &dana, 9).await;
    read(&site).await;
    assert_eq!(outcome(&site).await, "reconnect");
    assert_eq!(told(&site).await, [DANA, IKRAM]);
    // Found out within a read, it isn't read once more for it.
    connect_again(&site).await;
    site.clio.manage(Region::Us).revoke_quietly(DANA_USER);
    read(&site).await;
    assert_eq!(told(&site).await, [DANA, IKRAM]);
    let reads = "SELECT count(*) FROM roster_reads";
    assert_eq!(number(&site, reads).await, 7);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_may_pass_is_mailed_after_the_second_night(pool: PgPool) {
    let site = with_administrators(pool).await;
    let manage = site.clio.manage(Region::Us);
    let break_off = || {
        manage.every(Endpoint::Users, |answer| {
            answer.replace(StatusCode::BAD_GATEWAY, "");
        });
    };
    break_off();
    read_again(&site).await;
    assert_eq!(outcome(&site).await, "unreachable");
    assert_eq!(told(&site).await, [""; 0]);
    read_again(&site).await;
    assert_eq!(told(&site).await, [DANA, IKRAM]);
    // A night that finds everybody ends it; the next trouble has two nights again.
    manage.honest();
    read_again(&site).await;
    assert_eq!(outcome(&site).await, "whole");
    break_off();
    read_again(&site).await;
    assert_eq!(told(&site).await, [""; 0]);
    read_again(&site).await;
    assert_eq!(told(&site).await, [DANA, IKRAM]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_nodes_that_look_at_once_mail_each_administrator_once(pool: PgPool) {
    let site = with_administrators(pool).await;
    let other = site.another_node().await;
    site.clio.manage(Region::Us).revoke_quietly(DANA_USER);
    site.advance(Duration::from_hours(24));
    for _ in 0..3 {
        let (one, two) = tokio::join!(
            reading::step(&site.services),
            reading::step(&other.services)
        );
        one.unwrap();
        two.unwrap();
    }
    assert_eq!(outcome(&site).await, "reconnect");
    assert_eq!(told(&site).await, [DANA, IKRAM]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_stops_a_read_knows_and_nobody_is_mailed(pool: PgPool) {
    let site = with_administrators(pool).await;
    site.advance(Duration::from_hours(24 * 3));
    let ikram = signed_in(&site, "ikram").await;
    let firm = firm_id(&site).await;
    let fields = [("firm", firm.as_str())];
    for (word, done) in [("read", "roster_begun"), ("stop", "roster_stopped")] {
        let reply = ikram
            .post_form(&format!("/admin/roster/{word}"), &fields)
            .await;
        reply.leads_to(&format!("/admin/roster?done={done}"));
    }
    assert_eq!(outcome(&site).await, "stopped");
    assert_eq!(told(&site).await, [""; 0]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_connector_whose_login_is_off_in_clio_is_told_apart_from_answers_without_sense(
    pool: PgPool,
) {
    let site = with_administrators(pool).await;
    site.clio
        .manage(Region::Us)
        .next(Endpoint::Users, |answer| {
            let body = format!(
                r#"{{"data":[{{"id":{DANA_USER},"enabled":false}}],"meta":{{"paging":{{}},"records":1}}}}"#
            );
            answer.replace(StatusCode::OK, body);
        });
    read_again(&site).await;
    assert_eq!(outcome(&site).await, "reconnect");
    assert_eq!(told(&site).await, [DANA, IKRAM]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_room_says_that_the_firm_is_read_in_the_name_of_somebody_who_decides_no_more(
    pool: PgPool,
) {
    const SAYS: &str = "They no longer decide about accounts here";
    let site = with_administrators(pool).await;
    let ikram = signed_in(&site, "ikram").await;
    let room = async || ikram.get("/admin/roster").await.read();
    assert!(!room().await.contains(SAYS));
    for change in ["role = 'member'", "role = 'admin', status = 'suspended'"] {
        let change = format!("UPDATE accounts SET {change} WHERE email = '{DANA}'");
        sql(&site, &change).await;
        let page = room().await;
        assert!(
            page.contains(SAYS) && page.contains("Connect it in my name"),
            "{page}"
        );
    }
}
