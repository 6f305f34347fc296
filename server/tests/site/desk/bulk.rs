//! One decision about many: what it shows beforehand, does, leaves alone, and takes back.

use std::sync::Arc;

use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{db::migrations::MIGRATOR, service::desk::bulk::run};

use crate::harness::{
    Browser, Reply, Site, all_do_at_once, empty_outbox, last_event, number, signed_in, sql, text,
    until,
};

const PREPARE: &str = "/admin/bulk/prepare";
const CONFIRM: &str = "/admin/bulk/confirm";
const CANCEL: &str = "/admin/bulk/cancel";
const UNDO: &str = "/admin/bulk/undo";

/// A site where somebody with a role is signed in, and the browser in which they are.
async fn desk(pool: PgPool, role: &str) -> (Site, Browser) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    let account = browser.account().await.unwrap();
    sql(
        &site,
        &format!("UPDATE accounts SET role = '{role}' WHERE id = '{account}'"),
    )
    .await;
    empty_outbox(&site).await;
    (site, browser)
}

/// Accounts in use with a login and a session each: their ids and those of their links, in order.
async fn people(site: &Site, count: usize) -> Vec<(Uuid, Uuid)> {
    let mut people = Vec::new();
    for number in 0..count {
        let email = format!("person{number}@harbourlane.test");
        let account: Uuid = sqlx::query_scalar(
            "INSERT INTO accounts (email, email_verified_at, first_name, last_name, status)
             VALUES ($1, now(), 'Person', $2, 'active')
             RETURNING id",
        )
        .bind(&email)
        .bind(format!("Number {number:03}"))
        .fetch_one(&site.pool)
        .await
        .unwrap();
        let link = another_link(site, account, &format!("person-{number}"), &email).await;
        sqlx::query(
            "INSERT INTO sessions (key_hash, account_id, expires_at)
             VALUES (sha256($1::text::bytea), $1, now() + interval '1 hour')",
        )
        .bind(account)
        .execute(&site.pool)
        .await
        .unwrap();
        people.push((account, link));
    }
    people
}

/// One more login that opens an account.
async fn another_link(site: &Site, account: Uuid, subject: &str, email: &str) -> Uuid {
    sqlx::query_scalar(
        "INSERT INTO identities (account_id, issuer, subject, email)
         VALUES ($1, $2, $3, $4)
         RETURNING id",
    )
    .bind(account)
    .bind(site.clio.issuer())
    .bind(subject)
    .bind(email)
    .fetch_one(&site.pool)
    .await
    .unwrap()
}

/// Prepares an act about ticked links; gives its id.
async fn prepare(browser: &Browser, deed: &str, links: &[Uuid]) -> String {
    let links: Vec<String> = links.iter().map(ToString::to_string).collect();
    let mut fields = vec![("deed", deed)];
    fields.extend(links.iter().map(|link| ("links[]", link.as_str())));
    let reply = browser.post_form(PREPARE, &fields).await;
    let id = reply.location().strip_prefix("/admin/bulk/");
    id.unwrap_or_else(|| panic!("{reply:?}")).to_owned()
}

/// Says yes, and carries it out.
async fn confirm(site: &Site, browser: &Browser, id: &str) {
    let fields = [
        ("bulk", id),
        ("reason", "The office closes."),
        ("until", ""),
    ];
    let reply = browser.post_form(CONFIRM, &fields).await;
    reply.leads_to(&format!("/admin/bulk/{id}"));
    carry_out(site).await;
}

/// Works as the background does, until nothing is left.
async fn carry_out(site: &Site) {
    while run::work(&site.services).await.unwrap() {}
}

async fn page(browser: &Browser, id: &str) -> String {
    let reply = browser.get(&format!("/admin/bulk/{id}")).await;
    assert_eq!(reply.status, StatusCode::OK);
    reply.body.replace("<!>", "")
}

/// Why a form came back to its page.
fn problem(reply: &Reply) -> Option<&str> {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    let (_, code) = reply.location().split_once("?problem=")?;
    Some(code)
}

async fn statuses(site: &Site) -> Option<String> {
    text(
        site,
        "SELECT string_agg(status, ' ' ORDER BY email) FROM accounts WHERE email LIKE 'person%'",
    )
    .await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn many_are_suspended_after_a_preview_each_on_record_and_told(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 3).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();

    let id = prepare(&admin, "suspend", &links).await;
    let preview = page(&admin, &id).await;
    assert!(
        preview.contains("<strong>3</strong> will be changed"),
        "{preview}"
    );
    assert!(preview.contains("Each account is closed for now"));
    assert_eq!(
        statuses(&site).await.as_deref(),
        Some("active active active")
    );

    confirm(&site, &admin, &id).await;
    assert_eq!(
        statuses(&site).await.as_deref(),
        Some("suspended suspended suspended")
    );
    let actor = admin.account().await.unwrap();
    for (query, expected) in [
        (
            "SELECT count(*) FROM sessions s JOIN accounts a ON a.id = s.account_id \
          WHERE a.status = 'suspended' AND s.revoked_at IS NULL"
                .to_owned(),
            0,
        ),
        (
            format!(
                "SELECT count(*) FROM audit_events WHERE action = 'account.suspended' AND actor_account_id = '{actor}'"
            ),
            3,
        ),
        (
            "SELECT count(*) FROM desk_notes WHERE text = 'The office closes.'".to_owned(),
            3,
        ),
        (
            "SELECT count(DISTINCT to_email) FROM mail_outbox".to_owned(),
            3,
        ),
        (
            "SELECT count(*) FROM audit_events WHERE action IN ('bulk.confirmed', 'bulk.finished')"
                .to_owned(),
            2,
        ),
    ] {
        assert_eq!(number(&site, &query).await, expected, "{query}");
    }
    let report = page(&admin, &id).await;
    assert!(report.contains("<strong>3</strong> done"), "{report}");
    assert!(report.contains("The office closes."));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_would_be_left_alone_is_said_beforehand_with_the_reason(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 4).await;
    let second = another_link(&site, people[0].0, "second", "second@elsewhere.test").await;
    sql(
        &site,
        "UPDATE accounts SET status = 'suspended' WHERE email LIKE 'person1@%'",
    )
    .await;
    sql(
        &site,
        "UPDATE accounts SET role = 'owner' WHERE email LIKE 'person2@%'",
    )
    .await;
    let own = site.identity_of("dana").await;
    let mut links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    links.extend([second, own]);

    let id = prepare(&admin, "suspend", &links).await;
    let preview = page(&admin, &id).await;
    for words in [
        "<strong>2</strong> will be changed",
        "<strong>3</strong> left alone",
        "it is your own account",
        "only an owner can do that to an owner",
        "the account isn’t in use",
    ] {
        assert!(preview.contains(words), "{words}: {preview}");
    }
    confirm(&site, &admin, &id).await;
    assert_eq!(
        statuses(&site).await.as_deref(),
        Some("suspended suspended active suspended")
    );
    assert!(
        admin.account().await.is_some(),
        "nobody locks themselves out"
    );
    let suspended = "SELECT count(*) FROM audit_events WHERE action = 'account.suspended'";
    assert_eq!(
        number(&site, suspended).await,
        2,
        "two links of one person are one account"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_changed_after_the_preview_is_left_alone_and_reported(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 2).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&admin, "unlink", &links).await;
    sql(
        &site,
        "UPDATE accounts SET role = 'owner' WHERE email LIKE 'person0@%'",
    )
    .await;
    confirm(&site, &admin, &id).await;
    let live =
        "SELECT count(*) FROM identities WHERE subject LIKE 'person-%' AND unlinked_at IS NULL";
    assert_eq!(number(&site, live).await, 1);
    let report = page(&admin, &id).await;
    assert!(report.contains("<strong>1</strong> done"), "{report}");
    assert!(
        report.contains("only an owner can do that to an owner"),
        "{report}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_stop_in_the_middle_is_gone_on_from_and_nothing_is_done_twice(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 4).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&admin, "suspend", &links).await;
    let fields = [("bulk", id.as_str()), ("reason", "Why not."), ("until", "")];
    admin.post_form(CONFIRM, &fields).await;

    // Somebody holds the third, and the node that waits for it is lost.
    let mut other = site.pool.begin().await.unwrap();
    sqlx::query("SELECT id FROM accounts WHERE id = $1 FOR UPDATE")
        .bind(people[2].0)
        .execute(&mut *other)
        .await
        .unwrap();
    let services = Arc::clone(&site.services);
    let node = tokio::spawn(async move { run::work(&services).await });
    let done = "SELECT count(*) FROM bulk_items WHERE state = 'done'";
    until(&site.pool, format!("SELECT ({done}) = 2")).await;
    node.abort();
    let _ = node.await;
    other.rollback().await.unwrap();

    let second = site.another_node().await;
    carry_out(&second).await;
    assert_eq!(
        statuses(&site).await.as_deref(),
        Some("suspended suspended suspended suspended")
    );
    let events = "SELECT count(*) FROM audit_events WHERE action = 'account.suspended'";
    assert_eq!(number(&site, events).await, 4);
    let mails = "SELECT count(*) FROM mail_outbox WHERE to_email LIKE 'person%'";
    assert_eq!(number(&site, mails).await, 4);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_nodes_at_once_do_each_of_many_once(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 12).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&admin, "unlink", &links).await;
    let fields = [("bulk", id.as_str()), ("reason", "Why not."), ("until", "")];
    admin.post_form(CONFIRM, &fields).await;
    let other = site.another_node().await;
    let nodes = [&site, &other].map(|site| Arc::clone(&site.services));
    all_do_at_once(
        nodes.map(|services| async move { Box::pin(run::work(&services)).await.unwrap() }),
    )
    .await;
    carry_out(&site).await;
    let events = "SELECT count(*) FROM audit_events WHERE action = 'identity.unlinked'";
    assert_eq!(number(&site, events).await, 12);
    let finished = "SELECT count(*) FROM audit_events WHERE action = 'bulk.finished'";
    assert_eq!(number(&site, finished).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn all_of_it_is_undone_as_one_act_and_once(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 3).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&admin, "suspend", &links).await;
    confirm(&site, &admin, &id).await;
    // One of them was opened again meanwhile: that stays as it is.
    sql(
        &site,
        "UPDATE accounts SET status = 'active' WHERE email LIKE 'person1@%'",
    )
    .await;

    let reply = admin.post_form(UNDO, &[("bulk", &id)]).await;
    let undo = reply
        .location()
        .strip_prefix("/admin/bulk/")
        .unwrap()
        .to_owned();
    let preview = page(&admin, &undo).await;
    assert!(
        preview.contains("<strong>2</strong> will be changed"),
        "{preview}"
    );
    assert!(preview.contains("it can’t be undone any more"), "{preview}");
    let again = admin.post_form(UNDO, &[("bulk", &id)]).await;
    assert_eq!(problem(&again), Some("decided"), "only one undo at a time");

    confirm(&site, &admin, &undo).await;
    assert_eq!(
        statuses(&site).await.as_deref(),
        Some("active active active")
    );
    let undone = "SELECT count(*) FROM audit_events WHERE action = 'account.suspended.undone'";
    assert_eq!(number(&site, undone).await, 2);
    let report = page(&admin, &id).await;
    assert!(report.contains("This was undone"), "{report}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_who_is_one_no_more_stops_what_they_confirmed(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 2).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&admin, "suspend", &links).await;
    let fields = [("bulk", id.as_str()), ("reason", "Why not."), ("until", "")];
    admin.post_form(CONFIRM, &fields).await;
    sql(
        &site,
        "UPDATE accounts SET role = 'reviewer' WHERE role = 'admin'",
    )
    .await;
    carry_out(&site).await;
    assert_eq!(statuses(&site).await.as_deref(), Some("active active"));
    let report = page(&admin, &id).await;
    assert!(
        report.contains("Stopped") && report.contains("<strong>2</strong> not begun"),
        "{report}"
    );
}

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

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_that_fails_is_reported_and_keeps_nobody_else_waiting(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 3).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&admin, "suspend", &links).await;
    let function = "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$";
    sql(&site, function).await;
    let trigger = format!(
        "CREATE TRIGGER broken BEFORE UPDATE ON accounts
         FOR EACH ROW WHEN (OLD.id = '{}') EXECUTE FUNCTION broken()",
        people[1].0
    );
    sql(&site, &trigger).await;
    confirm(&site, &admin, &id).await;
    assert_eq!(
        statuses(&site).await.as_deref(),
        Some("suspended active suspended")
    );
    let report = page(&admin, &id).await;
    assert!(
        report.contains("something went wrong on our side"),
        "{report}"
    );
    assert!(report.contains("<strong>2</strong> done"), "{report}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn reviewers_take_back_all_that_they_attested_at_once(pool: PgPool) {
    let (site, reviewer) = desk(pool, "reviewer").await;
    let people = people(&site, 2).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&reviewer, "review", &links).await;
    confirm(&site, &reviewer, &id).await;
    let reply = reviewer.post_form(UNDO, &[("bulk", &id)]).await;
    let undo = reply
        .location()
        .strip_prefix("/admin/bulk/")
        .unwrap()
        .to_owned();
    confirm(&site, &reviewer, &undo).await;
    let standing = "SELECT count(*) FROM link_reviews WHERE undone_at IS NULL";
    assert_eq!(number(&site, standing).await, 0);
    let report = page(&reviewer, &undo).await;
    assert!(report.contains("<strong>2</strong> done"), "{report}");

    let admin = super::with_role(&site, "ikram", "admin").await;
    let closed = prepare(&admin, "suspend", &links).await;
    confirm(&site, &admin, &closed).await;
    let reply = reviewer.post_form(UNDO, &[("bulk", &closed)]).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn administrators_stop_what_a_colleague_set_going_and_reviewers_only_their_own(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 2).await;
    let id = prepare(&admin, "suspend", &[people[0].1]).await;
    let yes = [("bulk", id.as_str()), ("reason", "Why not."), ("until", "")];
    admin.post_form(CONFIRM, &yes).await;

    let reviewer = super::with_role(&site, "tomas", "reviewer").await;
    let before = last_event(&site).await;
    let reply = reviewer.post_form(CANCEL, &[("bulk", &id)]).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    let refused = format!(
        "SELECT count(*) FROM audit_events WHERE id > {before} AND action = 'desk.refused'"
    );
    assert_eq!(number(&site, &refused).await, 1);
    assert!(!page(&reviewer, &id).await.contains(CANCEL));

    let colleague = super::with_role(&site, "ikram", "admin").await;
    assert!(page(&colleague, &id).await.contains(CANCEL));
    let reply = colleague.post_form(CANCEL, &[("bulk", &id)]).await;
    reply.leads_to(&format!("/admin/bulk/{id}"));
    carry_out(&site).await;
    assert_eq!(statuses(&site).await.as_deref(), Some("active active"));

    let own = prepare(&reviewer, "review", &[people[1].1]).await;
    let reply = reviewer.post_form(CANCEL, &[("bulk", &own)]).await;
    reply.leads_to(&format!("/admin/bulk/{own}"));
}
