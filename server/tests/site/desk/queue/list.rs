//! What the queue shows, and in which order.

use http::StatusCode;
use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{QUEUE, admin, item, link_asked, under_approval, waiting, with_deciders, words_of};
use crate::harness::{DANA, Site, dana_signed_in, press, pressed, signed_in, sql, text, told};

/// The items on a page, in its order.
fn items(page: &str) -> Vec<String> {
    page.split("name=\"item\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(ToOwned::to_owned)
        .collect()
}

/// Where a link with these words leads.
fn link(page: &str, words: &str) -> Option<String> {
    let (before, _) = page.split_once(&format!(">{words}</a>"))?;
    let (_, tag) = before.rsplit_once("<a ")?;
    let (_, href) = tag.split_once("href=\"")?;
    Some(href.split('"').next()?.replace("&amp;", "&"))
}

/// Writes accounts that wait, one a minute, the first 3 days ago.
async fn many_wait(site: &Site, count: u32) {
    sql(
        site,
        &format!(
            "INSERT INTO accounts (id, email, first_name, last_name, status, status_changed_at)
             SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid,
                    'new' || n || '@elsewhere.test', 'New', 'Person' || n, 'pending',
                    now() - interval '3 days' + n * interval '1 minute'
             FROM generate_series(1, {count}) AS n"
        ),
    )
    .await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_empty_queue_says_so(pool: PgPool) {
    let site = Site::start(pool, with_deciders).await;
    let admin = admin(&site).await;
    let page = admin.get(QUEUE).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Nobody waits for a decision."));
    let page = admin.get("/admin/queue?kind=links").await.body;
    assert!(page.contains("Nothing of this kind waits."));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_new_account_shows_who_it_is_and_where_they_came_from(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let (ikram, _) = waiting(&site, "ikram").await;
    let admin = admin(&site).await;
    let reply = admin.get(QUEUE).await;
    let page = words_of(&reply.body);
    for words in [
        "Ikram Osei asks to be let in",
        "Mailbox ikram.osei@harbourlane.test",
        "not proved",
        "Signed in from Firefox on Linux",
        "127.0.0.1",
        "Came just now",
        "Ikram Osei Waiting",
        "No account here looks like the same person’s.",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Suspended"), "{page}");
    assert_eq!(items(&reply.body), [item(ikram)]);
    assert!(reply.body.contains(&format!("/admin/accounts/{ikram}")));
    assert!(page.contains("New accounts 1"), "{page}");
    // The rail counts it as well.
    assert!(page.contains("Queue 1 , 1 waits"), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_that_is_asked_for_shows_both_sides_and_the_message(pool: PgPool) {
    let (site, dana, _, admin) = link_asked(pool, "It is <b>mine</b>, since 2019.").await;
    let reference = text(&site, "SELECT reference FROM cases").await.unwrap();
    let reply = admin.get(QUEUE).await;
    let page = words_of(&reply.body);
    for words in [
        "Dana Whitlock asks to be linked to the account of Linked Person",
        "Name Dana Whitlock Linked Person differs",
        "E-mail d.whitlock@harbourlane.test d.whitlock@harbourlane.test same",
        "One Clio login opens it",
        "It is <b>mine</b>, since 2019.",
        reference.as_str(),
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!reply.body.contains("<b>mine"), "{}", reply.body);
    assert!(reply.body.contains(&format!("/admin/accounts/{dana}")));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_new_e_mail_shows_the_old_one_and_who_has_it(pool: PgPool) {
    let site = Site::start(pool, with_deciders).await;
    dana_signed_in(&site).await;
    let taken = "taken@harbourlane.test";
    for (email, collides) in [("daniela@harbourlane.test", false), (taken, true)] {
        if collides {
            crate::harness::account(&site, taken, "active").await;
        }
        site.clio
            .add_person(Person::new("dana", email).named("Linked", "Person"));
        signed_in(&site, "dana").await;
        let admin = if collides {
            signed_in(&site, super::ADMIN).await
        } else {
            admin(&site).await
        };
        let page = words_of(&admin.get("/admin/queue?kind=emails").await.body);
        assert!(
            page.contains("Linked Person has a new e-mail at Clio"),
            "{page}"
        );
        assert!(
            page.contains(&format!("E-mail {email} {DANA} differs")),
            "{page}"
        );
        let warned = page.contains("is that of another account , taken@")
            && page.contains("It can’t be approved as things stand.");
        assert_eq!(warned, collides, "{page}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_wasnt_the_person_shows_what_was_taken_away(pool: PgPool) {
    let site = Site::start(pool, with_deciders).await;
    let (_, letter) = told(&site, "linked").await;
    pressed(&site, &letter).await;
    press(&site, &letter).await;
    let admin = admin(&site).await;
    let page = words_of(&admin.get("/admin/queue?kind=not-me").await.body);
    for words in [
        "Linked Person said “This wasn’t me”",
        "What wasn’t them A Clio login was connected",
        "Taken away Clio login s.tranger@elsewhere.test",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Ask for more proof : Linked"), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_waits_longest_stands_first_whatever_they_wait_for(pool: PgPool) {
    let (site, _, _, admin) = link_asked(pool, "").await;
    many_wait(&site, 2).await;
    sql(
        &site,
        "UPDATE cases SET created_at = now() - interval '3 days' + interval '90 seconds'",
    )
    .await;
    let page = admin.get(QUEUE).await.body;
    let kinds: String = items(&page).iter().map(|item| &item[..1]).collect();
    assert_eq!(kinds, "aca");
    assert!(page.contains("2 days ago"), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_long_queue_comes_in_pages_both_ways_that_hold_each_item_once(pool: PgPool) {
    let site = Site::start(pool, with_deciders).await;
    many_wait(&site, 120).await;
    // Several may have come at the same moment.
    sql(&site, "UPDATE accounts SET status_changed_at = now() - interval '2 days' WHERE email LIKE 'new_5%'").await;
    let admin = admin(&site).await;
    let mut pages = vec![admin.get(QUEUE).await.body];
    while let Some(next) = link(pages.last().unwrap(), "Later") {
        pages.push(admin.get(&next).await.body);
        assert!(pages.len() < 5, "no end of pages");
    }
    let forward: Vec<Vec<String>> = pages.iter().map(|page| items(page)).collect();
    let sizes: Vec<usize> = forward.iter().map(Vec::len).collect();
    assert_eq!(sizes, [50, 50, 20]);
    let mut all: Vec<String> = forward.concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 120);

    let mut page = pages.pop().unwrap();
    for expected in forward.iter().rev().skip(1) {
        let back = link(&page, "Earlier").expect("a way back");
        page = admin.get(&back).await.body;
        assert_eq!(&items(&page), expected);
    }
    assert_eq!(link(&page, "Earlier"), None, "that was the beginning");
    assert!(words_of(&page).contains("New accounts 120"), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_kind_is_shown_alone_and_odd_addresses_are_harmless(pool: PgPool) {
    let (site, _, _, admin) = link_asked(pool, "").await;
    many_wait(&site, 1).await;
    for (address, kinds) in [
        ("?kind=accounts", "a"),
        ("?kind=links", "c"),
        ("?kind=emails", ""),
        ("?kind=mailbox", ""),
        ("?kind=<b>", "ac"),
        ("?after=x&before=%27", "ac"),
        ("?after=99999999999999999999-0", "ac"),
        ("?before=1-00000000000000000000000000000000", ""),
    ] {
        let reply = admin.get(&format!("{QUEUE}{address}")).await;
        assert_eq!(reply.status, StatusCode::OK, "{address}");
        let shown: String = items(&reply.body).iter().map(|item| &item[..1]).collect();
        assert_eq!(shown, kinds, "{address}");
        assert!(!reply.body.contains("<b>"), "{address}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_can_let_themselves_in_by_a_code_is_shown_apart(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings
            .set("ADMISSION", "domains")
            .set("ADMISSION_DOMAINS", "harbourlane.test");
        with_deciders(settings);
    })
    .await;
    let (ikram, _) = waiting(&site, "ikram").await;
    let admin = admin(&site).await;
    let page = admin.get(QUEUE).await.body;
    assert_eq!(items(&page), [""; 0]);
    assert!(
        !page.contains("rail-count"),
        "nothing waits for an administrator"
    );
    let page = admin.get("/admin/queue?kind=mailbox").await.body;
    assert_eq!(items(&page), [item(ikram)]);
    assert!(words_of(&page).contains("a code from the mailbox lets them in"));
    // Once the policy doesn't say so any more, an administrator decides.
    sql(
        &site,
        "UPDATE accounts SET email = 'ikram@elsewhere.test' WHERE status = 'pending'",
    )
    .await;
    assert_eq!(items(&admin.get(QUEUE).await.body), [item(ikram)]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn hostile_names_and_messages_are_text(pool: PgPool) {
    let (site, _, _, admin) = link_asked(pool, "</blockquote><script>alert(1)</script>").await;
    many_wait(&site, 1).await;
    sql(
        &site,
        "UPDATE accounts SET first_name = '<img src=x onerror=alert(1)>', last_name = '\"><script>'
         WHERE role = 'member';
         UPDATE cases SET first_name = '<script>', last_name = '</h2>'",
    )
    .await;
    let page = admin.get(QUEUE).await.body;
    for hostile in ["<img", "<script>alert", "</h2><", "\"><script>"] {
        assert!(
            !page.contains(hostile) || hostile == "</h2><",
            "{hostile}: {page}"
        );
    }
    let words = words_of(&page);
    assert!(words.contains("<script>alert(1)</script>"), "{words}");
    assert_eq!(items(&page).len(), 2);
}
