//! What is asked before anything is done.

use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{db::migrations::MIGRATOR, service::desk::bulk::run};

use super::{
    CANCEL, CONFIRM, PREPARE, carry_out, confirm, desk, page, people, prepare, problem, statuses,
};
use crate::harness::{Browser, all_do_at_once, last_event, number, signed_in, sql, text};

#[sqlx::test(migrator = "MIGRATOR")]
async fn reviewers_attest_many_and_decide_about_none(pool: PgPool) {
    let (site, reviewer) = desk(pool, "reviewer").await;
    let people = people(&site, 2).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let before = last_event(&site).await;
    for deed in [
        "suspend",
        "unlink",
        "reactivate",
        "end_sessions",
        "approve",
        "reject",
    ] {
        let reply = reviewer
            .post_form(
                PREPARE,
                &[("deed", deed), ("links[]", &links[0].to_string())],
            )
            .await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{deed}");
    }
    let refused = format!(
        "SELECT count(*) FROM audit_events WHERE id > {before} AND action = 'desk.refused' AND reason = 'role'"
    );
    assert_eq!(number(&site, &refused).await, 6);
    let id = prepare(&reviewer, "review", &links).await;
    confirm(&site, &reviewer, &id).await;
    assert_eq!(number(&site, "SELECT count(*) FROM link_reviews").await, 2);
    assert_eq!(statuses(&site).await.as_deref(), Some("active active"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_yes_asks_for_a_fresh_sign_in_a_reason_and_the_one_who_prepared_it(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 1).await;
    let id = prepare(&admin, "suspend", &[people[0].1]).await;
    let without = [("bulk", id.as_str()), ("reason", "  "), ("until", "")];
    let reply = admin.post_form(CONFIRM, &without).await;
    assert_eq!(problem(&reply), Some("reason_missing"));

    let other = signed_in(&site, "ikram").await;
    sql(
        &site,
        "UPDATE accounts SET role = 'admin' WHERE email LIKE 'ikram%'",
    )
    .await;
    let yes = [("bulk", id.as_str()), ("reason", "Why not."), ("until", "")];
    let reply = other.post_form(CONFIRM, &yes).await;
    assert_eq!(problem(&reply), Some("decided"));

    site.advance(std::time::Duration::from_mins(6));
    let reply = admin.post_form(CONFIRM, &yes).await;
    assert_eq!(problem(&reply), Some("confirm_first"));
    let preview = page(&admin, &id).await;
    assert!(preview.contains("Confirm that it’s you") && !preview.contains(CONFIRM));
    carry_out(&site).await;
    assert_eq!(statuses(&site).await.as_deref(), Some("active"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_yes_pressed_twice_counts_once_and_a_no_ends_it(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 2).await;
    let given_up = prepare(&admin, "suspend", &[people[0].1]).await;
    admin
        .post_form(CANCEL, &[("bulk", &given_up)])
        .await
        .leads_to(&format!("/admin/bulk/{given_up}"));
    let yes = [
        ("bulk", given_up.as_str()),
        ("reason", "Why not."),
        ("until", ""),
    ];
    let reply = admin.post_form(CONFIRM, &yes).await;
    assert_eq!(problem(&reply), Some("decided"));

    let id = prepare(&admin, "suspend", &[people[1].1]).await;
    let pressing = [&admin, &admin].map(|browser| {
        let (browser, id) = (browser.copied(), id.clone());
        async move {
            let yes = [("bulk", id.as_str()), ("reason", "Why not."), ("until", "")];
            problem(&browser.post_form(CONFIRM, &yes).await).is_none()
        }
    });
    let pressed = all_do_at_once(pressing).await;
    assert_eq!(
        pressed.iter().filter(|went| **went).count(),
        1,
        "{pressed:?}"
    );
    carry_out(&site).await;
    assert_eq!(statuses(&site).await.as_deref(), Some("active suspended"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_preview_that_nobody_answers_is_given_up_after_an_hour(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 1).await;
    let id = prepare(&admin, "suspend", &[people[0].1]).await;
    site.advance(std::time::Duration::from_mins(61));
    vestibule::service::desk::bulk::expire(&site.services)
        .await
        .unwrap();
    assert_eq!(
        text(&site, "SELECT stopped FROM bulk_acts")
            .await
            .as_deref(),
        Some("expired")
    );
    let admin = {
        drop(admin);
        let again = Browser::new(&site);
        again.sign_in(&site, "dana").await;
        again
    };
    let yes = [("bulk", id.as_str()), ("reason", "Why not."), ("until", "")];
    let reply = admin.post_form(CONFIRM, &yes).await;
    assert_eq!(problem(&reply), Some("decided"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_ticked_and_nonsense_prepare_nothing(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let reply = admin.post_form(PREPARE, &[("deed", "suspend")]).await;
    assert_eq!(problem(&reply), Some("choice_missing"));
    for fields in [
        [
            ("deed", "undo"),
            ("links[]", "00000000-0000-7000-8000-000000000000"),
        ],
        [
            ("deed", "delete"),
            ("links[]", "00000000-0000-7000-8000-000000000000"),
        ],
        [("deed", "suspend"), ("links[]", "' OR 1=1")],
    ] {
        let reply = admin.post_form(PREPARE, &fields).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{fields:?}");
    }
    assert_eq!(number(&site, "SELECT count(*) FROM bulk_acts").await, 0);
    let missing = admin.get(&format!("/admin/bulk/{}", Uuid::max())).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn all_that_match_the_list_are_meant_also_those_of_later_pages(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let made = "WITH made AS (
            INSERT INTO accounts (email, first_name, last_name, status)
            SELECT 'many' || n || '@harbourlane.test', 'Many', 'Number ' || n,
                CASE WHEN n % 10 = 0 THEN 'suspended' ELSE 'active' END
            FROM generate_series(1, 1200) AS n
            RETURNING id, email
        )
        INSERT INTO identities (account_id, issuer, subject, email)
        SELECT id, 'https://clio.test/', email, email FROM made";
    sql(&site, made).await;
    let query = "status=active&q=many";
    let list = admin.get(&format!("/admin/links?{query}")).await.body;
    assert!(
        list.replace("<!>", "")
            .contains("All 1,080 links that match"),
        "{list}"
    );

    let fields = [("deed", "review"), ("all", "true"), ("filter", query)];
    let reply = admin.post_form(PREPARE, &fields).await;
    let id = reply
        .location()
        .strip_prefix("/admin/bulk/")
        .unwrap()
        .to_owned();
    while run::work(&site.services).await.unwrap() {}
    let preview = page(&admin, &id).await;
    assert!(
        preview.contains("<strong>1080</strong> will be changed"),
        "{preview}"
    );
    assert!(
        preview.contains("All links with: “many”, Active"),
        "{preview}"
    );
    let others = "SELECT count(*) FROM bulk_items b JOIN accounts a ON a.id = b.account_id \
                  WHERE a.status <> 'active' OR a.first_name <> 'Many'";
    assert_eq!(number(&site, others).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn more_than_one_act_takes_are_not_begun_with(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    people(&site, 3).await;
    let actor = admin.account().await.unwrap();
    let id: Uuid = sqlx::query_scalar(
        "INSERT INTO bulk_acts (deed, actor_account_id, filter, created_at)
         VALUES ('suspend', $1, 'q=person', now())
         RETURNING id",
    )
    .bind(actor)
    .fetch_one(&site.pool)
    .await
    .unwrap();
    sqlx::query("INSERT INTO bulk_items (bulk_id, place, account_id) VALUES ($1, 50000, $2)")
        .bind(id)
        .bind(actor)
        .execute(&site.pool)
        .await
        .unwrap();
    carry_out(&site).await;
    let page = page(&admin, &id.to_string()).await;
    assert!(page.contains("More than 50,000 match"), "{page}");
    let yes = [("bulk", id.to_string()), ("reason", "Why not.".to_owned())];
    let yes = yes.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(
        problem(&admin.post_form(CONFIRM, &yes).await),
        Some("decided")
    );
    assert_eq!(
        statuses(&site).await.as_deref(),
        Some("active active active")
    );
}
