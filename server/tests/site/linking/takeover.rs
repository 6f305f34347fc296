//! Ways in which somebody tries to get into another person's account through the sign-in, by name.

use http::Method;
use simulated_clio::Person;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{
    db::migrations::MIGRATOR,
    domain::{email::Email, name::Name},
    service::invitations,
};

use super::{PROMPT, nothing_linked, prompt_shows};
use crate::harness::{
    Browser, CONNECTED, DANA, PASSWORD, Rung, Settings, Site, account_with_every_proof,
    ask_administrator, confirm_link, connected_login, disconnect, forget_everybody, give_password,
    ladder, link_by_password, mailed, number, prompted, refused, send_link_code, set_password,
    signed_in, sql, text,
};

/// Somebody who tells Clio that Dana's e-mail is theirs.
fn mallory(settings: &mut Settings) {
    connected_login(settings);
    let liar = Person::new("mallory", DANA).named("Dana", "Whitlock");
    settings.people.push(liar);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_account_prepared_with_the_victims_email_neither_catches_nor_stops_the_victim(
    pool: PgPool,
) {
    let site = Site::start(pool, mallory).await;
    let attacker = signed_in(&site, "mallory").await;
    let trap = attacker.account().await.unwrap();
    // Whatever else the attacker leaves in it.
    set_password(&site, trap, PASSWORD).await;

    let victim = Browser::new(&site);
    victim.sign_in(&site, "dana").await.leads_to("/welcome");
    assert!(victim.account().await.is_some());
    assert_ne!(victim.account().await, Some(trap));
    assert_eq!(attacker.account().await, Some(trap), "each in their own");
    assert_eq!(site.count("SELECT count(*) FROM link_requests").await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_email_that_nobody_proved_neither_matches_nor_blocks_in_any_state(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for status in ["active", "pending", "invited", "suspended", "deleted"] {
        let unproved: Uuid =
            sqlx::query_scalar("INSERT INTO accounts (email, status) VALUES ($1, $2) RETURNING id")
                .bind(DANA)
                .bind(status)
                .fetch_one(&site.pool)
                .await
                .unwrap();
        let victim = Browser::new(&site);
        victim.sign_in(&site, "dana").await.leads_to("/welcome");
        let own = victim.account().await.expect("an account of their own");
        assert_ne!(own, unproved, "{status}");
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_account_whose_email_was_moved_onto_the_victims_catches_nobody(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        connected_login(settings);
        settings.set("PROFILE_EMAIL", "follow");
    })
    .await;
    // The attacker proved an address of their own, and then tells Clio another one.
    let trap = site.linked("ikram", "ikram.osei@harbourlane.test").await;
    site.clio.change_email("ikram", DANA).unwrap();
    let attacker = signed_in(&site, "ikram").await;
    assert_eq!(attacker.account().await, Some(trap));
    let email = text(&site, "SELECT email FROM accounts").await;
    assert_eq!(email.as_deref(), Some(DANA), "the trap is set");

    let victim = Browser::new(&site);
    victim.sign_in(&site, "dana").await.leads_to("/welcome");
    assert_ne!(victim.account().await, Some(trap));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_lies_about_its_email_gets_a_prompt_and_the_victim_the_mail(pool: PgPool) {
    let site = Site::start(pool, mallory).await;
    let dana = account_with_every_proof(&site).await;
    let victim = signed_in(&site, CONNECTED).await;
    let attacker = prompted(&site, "mallory").await;
    send_link_code(&attacker).await.leads_to("/link");
    assert_eq!(mailed(&site).await, [format!("link_code {DANA}")]);
    for guess in ["000000", "123456", ""] {
        attacker.post_form("/link/code", &[("code", guess)]).await;
    }
    let reply = confirm_link(&attacker).await;
    nothing_linked(&site, &attacker, &reply, "/link?problem=expired").await;
    assert_eq!(site.account_of("mallory").await, None);
    assert_eq!(victim.account().await, Some(dana), "and nobody is put out");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_proof_that_the_victim_gave_is_worth_nothing_for_the_attackers_login(pool: PgPool) {
    let site = Site::start(pool, mallory).await;
    account_with_every_proof(&site).await;
    for rung in Rung::ALL {
        let victim = prompted(&site, "dana").await;
        rung.climb(&site, &victim).await.leads_to("/link");
        // In a browser of the attacker's own, and in the victim's after they left.
        let own = prompted(&site, "mallory").await;
        let left_behind = victim.copied();
        let reply = left_behind.sign_in(&site, "mallory").await;
        reply.leads_to("/link");
        for attacker in [own, left_behind] {
            prompt_shows(&attacker, PROMPT).await;
            let reply = confirm_link(&attacker).await;
            nothing_linked(&site, &attacker, &reply, "/link?problem=expired").await;
            assert_eq!(site.account_of("mallory").await, None, "{rung:?}");
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_was_disconnected_is_not_linked_again_by_itself(pool: PgPool) {
    let (site, dana) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    link_by_password(&browser, PASSWORD)
        .await
        .leads_to("/account");
    let identity = site.identity_of("dana").await;
    disconnect(&browser, identity).await;
    assert_eq!(site.account_of("dana").await, None);

    for _ in 0..2 {
        let again = prompted(&site, "dana").await;
        prompt_shows(&again, PROMPT).await;
        assert_eq!(site.account_of("dana").await, None);
    }
    // Only a new proof links it, as a new link.
    let again = prompted(&site, "dana").await;
    link_by_password(&again, PASSWORD)
        .await
        .leads_to("/account");
    assert_eq!(again.account().await, Some(dana));
    assert_ne!(site.identity_of("dana").await, identity);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_was_disconnected_and_locates_nothing_waits_for_an_administrator(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    site.linked("dana", "somebody@harbourlane.test").await;
    sql(&site, "UPDATE identities SET unlinked_at = now()").await;
    let browser = Browser::new(&site);
    browser.sign_in(&site, "dana").await.leads_to("/pending");
    assert_eq!(browser.account().await, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_closed_account_gets_no_second_one_by_its_email(pool: PgPool) {
    let site = Site::start(pool, mallory).await;
    for status in ["suspended", "deleted"] {
        account_with_every_proof(&site).await;
        sql(&site, &format!("UPDATE accounts SET status = '{status}'")).await;
        for subject in ["dana", CONNECTED] {
            let (browser, callback) = Browser::back_from_clio(&site, subject).await;
            let refusal = refused(&site, &browser, &callback, "account_closed").await;
            assert_eq!(refusal.reason, "account_closed", "{status}, {subject}");
        }
        let with_it = format!("SELECT count(*) FROM accounts WHERE lower(email) = '{DANA}'");
        assert_eq!(number(&site, &with_it).await, 1, "{status}");
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_account_that_is_suspended_at_the_prompt_gets_no_second_one_either(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    sql(&site, "UPDATE accounts SET status = 'suspended'").await;
    for reply in [
        give_password(&browser, PASSWORD).await,
        send_link_code(&browser).await,
    ] {
        nothing_linked(&site, &browser, &reply, "/link?problem=changed").await;
    }
    let callback = browser.callback_of(&site, "dana").await;
    refused(&site, &browser, &callback, "account_closed").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_recreated_login_at_clio_is_a_stranger_who_is_asked_for_a_proof(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = site.linked("dana", DANA).await;
    set_password(&site, dana, PASSWORD).await;
    site.clio.recreate("dana", "dana-anew").unwrap();
    let browser = prompted(&site, "dana-anew").await;
    assert_eq!(browser.account().await, None);
    assert_eq!(site.account_of("dana-anew").await, None);
    link_by_password(&browser, PASSWORD)
        .await
        .leads_to("/account");
    assert_eq!(site.account_of("dana-anew").await, Some(dana));
    assert_eq!(site.account_of("dana").await, Some(dana), "beside the old");
}

/// Every URL of ours in the letters of the outbox, in text and in HTML.
async fn mailed_urls(site: &Site) -> Vec<String> {
    let letters: Vec<String> =
        sqlx::query_scalar("SELECT body_text || ' ' || coalesce(body_html, '') FROM mail_outbox")
            .fetch_all(&site.pool)
            .await
            .unwrap();
    let mut urls: Vec<String> = letters
        .iter()
        .flat_map(|letter| letter.split(|c: char| c.is_whitespace() || "\"<>".contains(c)))
        .filter_map(|word| word.strip_prefix(site.public_url.as_str()))
        .map(|path| path.replace("&amp;", "&"))
        .collect();
    urls.sort();
    urls.dedup();
    urls
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_scanner_that_opens_every_link_of_every_mail_proves_links_and_undoes_nothing(
    pool: PgPool,
) {
    let (site, _) = ladder(pool).await;
    let email = Email::parse("invited@harbourlane.test").unwrap();
    let nobody = Name::from_provider("");
    invitations::invite(&site.services, &email, &nobody, &nobody)
        .await
        .unwrap();
    let waiting = prompted(&site, "dana").await;
    send_link_code(&waiting).await.leads_to("/link");
    let linking = prompted(&site, "dana").await;
    ask_administrator(&linking, "")
        .await
        .leads_to("/link?done=asked");
    link_by_password(&linking, PASSWORD)
        .await
        .leads_to("/account");
    disconnect(&linking, site.identity_of(CONNECTED).await).await;

    let urls = mailed_urls(&site).await;
    for kind in ["/not-me?token=", "/claim?token=", "/account/connections"] {
        assert!(
            urls.iter().any(|url| url.starts_with(kind)),
            "{kind}: {urls:?}"
        );
    }
    let before = site.dump().await;
    let scanner = Browser::new(&site);
    for url in &urls {
        for method in [Method::GET, Method::HEAD] {
            for from in ["none", "cross-site"] {
                let reply = scanner.copied().send(method.clone(), url, from, None).await;
                assert!(!reply.status.is_server_error(), "{method} {url}: {reply:?}");
            }
        }
    }
    assert_eq!(site.dump().await, before);
    // The honest twin: the button behind one of them does something.
    let not_me = urls.iter().find(|url| url.starts_with("/not-me")).unwrap();
    let (_, token) = not_me.split_once("token=").unwrap();
    scanner.post_form("/not-me/act", &[("token", token)]).await;
    assert_ne!(site.dump().await, before);
}
