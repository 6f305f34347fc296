//! Many at once at the prompt, on two nodes over one database.

use simulated_clio::Person;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{
    db::migrations::MIGRATOR,
    domain::{email::Email, name::Name},
    service::{cases, invitations},
};

use super::{links_of_dana, method_of_dana};
use crate::harness::{
    Browser, CONNECTED, DANA, PASSWORD, Reply, Rung, Settings, Site, account,
    account_with_every_proof, account_with_password, all_at_once, all_do_at_once,
    ask_administrator, confirm_link, connected_login, failures_logged, forget_everybody,
    give_password, mailed, number, overtaken_by, prompted, set_password, sql, text,
    use_connected_login,
};

const LINKED: &str = "/account";

/// How many answers lead to a place; all of them are 303.
#[track_caller]
fn how_many_lead_to(replies: &[Reply], place: &str) -> usize {
    for reply in replies {
        assert_eq!(reply.status, 303, "{reply:?}; {}", failures_logged());
    }
    let there = replies.iter().filter(|reply| reply.location() == place);
    there.count()
}

/// Two nodes of a site.
async fn two_nodes(pool: PgPool, change: impl FnOnce(&mut Settings)) -> [Site; 2] {
    let one = Site::start(pool, change).await;
    let two = one.another_node().await;
    [one, two]
}

/// So many browsers that stand before the press that links, on one node and the other in turn.
async fn proved(nodes: &[Site; 2], subjects: &[&str], count: usize) -> Vec<Browser> {
    let [site, _] = nodes;
    let mut browsers = Vec::new();
    let turns = subjects.iter().cycle().zip(nodes.iter().cycle());
    for (subject, node) in turns.take(count) {
        let browser = prompted(site, subject).await.at_node(node);
        use_connected_login(site, &browser, CONNECTED)
            .await
            .leads_to("/link");
        browsers.push(browser);
    }
    browsers
}

/// All confirm at the same moment.
async fn all_confirm(browsers: &[Browser]) -> Vec<Reply> {
    let confirming = browsers.iter().cloned();
    all_do_at_once(confirming.map(|browser| async move { confirm_link(&browser).await })).await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn fifty_browsers_that_confirm_one_login_for_one_account_make_one_link(pool: PgPool) {
    let nodes = two_nodes(pool, connected_login).await;
    let [site, _] = &nodes;
    let dana = account_with_every_proof(site).await;
    let browsers = proved(&nodes, &["dana"], 50).await;
    let replies = all_confirm(&browsers).await;
    assert_eq!(how_many_lead_to(&replies, LINKED), 1);
    assert_eq!(how_many_lead_to(&replies, "/link?problem=expired"), 49);
    assert_eq!(
        (links_of_dana(site).await, site.sessions().await),
        (1, 1),
        "one link, one winner"
    );
    let mut inside = 0;
    for browser in &browsers {
        if let Some(account) = browser.account().await {
            assert_eq!(account, dana);
            inside += 1;
        }
    }
    assert_eq!(inside, 1);
    assert_eq!(mailed(site).await, [format!("linked {DANA}")]);
    let linked = "SELECT count(*) FROM audit_events WHERE action = 'identity.linked'";
    assert_eq!(site.count(linked).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_two_logins_confirmed_for_one_account_at_once_one_is_linked_and_the_others_proof_dies(
    pool: PgPool,
) {
    let nodes = two_nodes(pool, |settings| {
        connected_login(settings);
        let same_email = Person::new("recreated", DANA).named("Dana", "Whitlock");
        settings.people.push(same_email);
    })
    .await;
    let [site, _] = &nodes;
    for count in [2, 2, 2, 50] {
        forget_everybody(site).await;
        account_with_every_proof(site).await;
        let browsers = proved(&nodes, &["dana", "recreated"], count).await;
        let replies = all_confirm(&browsers).await;
        assert_eq!(how_many_lead_to(&replies, LINKED), 1);
        assert_eq!(
            how_many_lead_to(&replies, "/link?problem=expired"),
            count - 1
        );
        assert_eq!(site.identities().await, 2, "the one from before, and one");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn fifty_right_passwords_at_one_prompt_prove_it_within_its_tries(pool: PgPool) {
    let nodes = two_nodes(pool, |_| ()).await;
    let [site, node] = &nodes;
    account_with_password(site, DANA).await;
    let browser = prompted(site, "dana").await;
    let typing = (0..50).map(|turn| {
        let browser = browser.at_node(if turn % 2 == 0 { site } else { node });
        async move { give_password(&browser, PASSWORD).await }
    });
    let replies = all_do_at_once(typing.collect::<Vec<_>>()).await;
    assert_eq!(how_many_lead_to(&replies, "/link"), 5);
    assert_eq!(how_many_lead_to(&replies, "/link?problem=too_many"), 45);
    confirm_link(&browser).await.leads_to(LINKED);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn people_who_confirm_while_they_are_suspended_have_no_live_session(pool: PgPool) {
    const PEOPLE: usize = 50;
    let nodes = two_nodes(pool, |settings| settings.any_subject = true).await;
    let [site, node] = &nodes;
    let mut confirming = Vec::new();
    for number in 0..PEOPLE {
        let email = format!("person-{number}@harbourlane.test");
        let account = account(site, &email, "active").await;
        linked_before(site, account, number).await;
        let browser = prompted(site, &format!("person-{number}")).await;
        use_connected_login(site, &browser, &format!("before-{number}"))
            .await
            .leads_to("/link");
        let node = if number % 2 == 0 { site } else { node };
        confirming.push((browser.at_node(node), account));
    }
    let acts = confirming.clone().into_iter().map(|(browser, account)| {
        let pool = site.pool.clone();
        async move {
            let suspending = async {
                let mut transaction = pool.begin().await.unwrap();
                sqlx::query("UPDATE accounts SET status = 'suspended' WHERE id = $1")
                    .bind(account)
                    .execute(&mut *transaction)
                    .await
                    .unwrap();
                transaction.commit().await.unwrap();
            };
            tokio::join!(confirm_link(&browser), suspending).0
        }
    });
    let replies = all_do_at_once(acts.collect::<Vec<_>>()).await;
    let linked = how_many_lead_to(&replies, LINKED);
    let refused = how_many_lead_to(&replies, "/link?problem=changed");
    assert_eq!(linked + refused, PEOPLE, "each is one or the other");
    for (browser, _) in &confirming {
        assert_eq!(browser.account().await, None, "nobody is in");
    }
    // Who came too late got neither link nor session.
    let linked = i64::try_from(linked).unwrap();
    let links = "SELECT count(*) FROM identities WHERE link_method = 'linked_sign_in'";
    assert_eq!(number(site, links).await, linked);
    assert_eq!(site.sessions().await, linked);
}

/// A login `before-NUMBER` that opens an account.
async fn linked_before(site: &Site, account: Uuid, number: usize) {
    let issuer = site.services.clio.issuer();
    sql(
        site,
        &format!(
            "INSERT INTO identities (account_id, issuer, subject)
             VALUES ('{account}', '{issuer}', 'before-{number}')"
        ),
    )
    .await;
}

/// The start of a sign-in by an invitation for this e-mail.
async fn invited(site: &Site, email: &str) -> String {
    let nobody = Name::from_provider("");
    let email = Email::parse(email).unwrap();
    let invited = invitations::invite(&site.services, &email, &nobody, &nobody).await;
    let invitations::Invitation::Sent { claim_url, .. } = invited.unwrap() else {
        panic!("not invited");
    };
    let (_, token) = claim_url.split_once("token=").unwrap();
    format!("/auth/clio/start?claim={token}")
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_invitation_and_first_sign_ins_of_one_login_at_once_bind_it_once(pool: PgPool) {
    for (email, may_be_refused) in [(DANA, false), ("invited@harbourlane.test", true)] {
        let nodes = two_nodes(pool.clone(), |_| ()).await;
        let [site, _] = &nodes;
        let by_invitation = invited(site, email).await;
        let mut visits = Vec::new();
        for (turn, node) in nodes.iter().cycle().take(50).enumerate() {
            let browser = Browser::new(site).at_node(node);
            let url = if turn % 4 < 2 {
                browser.begin_at(&by_invitation).await
            } else {
                browser.begin().await
            };
            let callback = site.clio.authorize(&url, "dana").unwrap();
            visits.push((browser, callback));
        }
        let replies = all_at_once(visits).await;
        assert_eq!(how_many_lead_to(&replies, "/welcome"), 1, "made once");
        for reply in &replies {
            let place = reply.location();
            // Who comes by the invitation after the login got an account of its own is told so.
            let is_told = may_be_refused && place.starts_with("/sign-in?problem=other_person&");
            assert!(
                ["/welcome", "/account", "/link"].contains(&place) || is_told,
                "{email}: {reply:?}"
            );
        }
        assert_eq!(links_of_dana(site).await, 1, "bound once");
        if !may_be_refused {
            assert_eq!(site.accounts().await, 1);
            assert_eq!(method_of_dana(site).await.as_deref(), Some("claim"));
        }
        forget_everybody(site).await;
    }
}

/// Dana's login at a prompt where it has proved the account with this e-mail, which Clio says now.
async fn proved_for(site: &Site, email: &str) -> Browser {
    let id = account(site, email, "active").await;
    set_password(site, id, PASSWORD).await;
    site.clio.change_email("dana", email).unwrap();
    let browser = prompted(site, "dana").await;
    give_password(&browser, PASSWORD).await.leads_to("/link");
    browser
}

const ANOTHER_EMAIL: &str = "dana.whitlock@harbourlane.test";

/// Holds whoever is about to write a link, until two do.
const BEFORE_LINKS_ARE_WRITTEN: &str = "LOCK TABLE identities IN SHARE MODE";

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_confirmed_for_two_accounts_at_once_opens_one_of_them(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let one = proved_for(&site, DANA).await;
    let other = proved_for(&site, ANOTHER_EMAIL).await;
    let confirming = async { tokio::join!(confirm_link(&one), confirm_link(&other)) };
    let (first, second) = overtaken_by(&site, BEFORE_LINKS_ARE_WRITTEN, 2, confirming).await;
    let replies = [first, second];
    assert_eq!(how_many_lead_to(&replies, LINKED), 1, "{replies:?}");
    assert_eq!((links_of_dana(&site).await, site.sessions().await), (1, 1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_confirmed_and_kept_separate_at_once_opens_one_account(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("KEEP_SEPARATE", "true");
    })
    .await;
    account_with_password(&site, DANA).await;
    let (confirming, keeping) = (prompted(&site, "dana").await, prompted(&site, "dana").await);
    give_password(&confirming, PASSWORD).await.leads_to("/link");
    let both = async {
        tokio::join!(
            confirm_link(&confirming),
            keeping.post_form("/link/separate", &[])
        )
    };
    let (confirmed, kept) = overtaken_by(&site, BEFORE_LINKS_ARE_WRITTEN, 2, both).await;
    let replies = [confirmed, kept];
    let got_in = how_many_lead_to(&replies, LINKED) + how_many_lead_to(&replies, "/pending");
    assert_eq!(got_in, 1, "{replies:?}");
    assert_eq!((links_of_dana(&site).await, site.sessions().await), (1, 1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_confirmed_for_one_account_and_approved_for_another_at_once_opens_one(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    let confirming = proved_for(&site, DANA).await;
    let asking = proved_for(&site, ANOTHER_EMAIL).await;
    ask_administrator(&asking, "").await;
    let case = "SELECT reference FROM cases";
    let reference = text(&site, case).await.unwrap();
    let both = async {
        tokio::join!(
            confirm_link(&confirming),
            Box::pin(cases::approve(&site.services, &reference))
        )
    };
    let (confirmed, approved) = overtaken_by(&site, BEFORE_LINKS_ARE_WRITTEN, 2, both).await;
    let approved = matches!(approved.unwrap(), cases::Decided::Done(_));
    let confirmed = how_many_lead_to(&[confirmed], LINKED) == 1;
    assert!(confirmed != approved, "one of the two: {confirmed}");
    assert_eq!(links_of_dana(&site).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_first_of_two_prompts_of_one_login_that_is_confirmed_ends_the_other(pool: PgPool) {
    let nodes = two_nodes(pool, connected_login).await;
    let [site, _] = &nodes;
    account_with_every_proof(site).await;
    let [one, other] = &proved(&nodes, &["dana"], 2).await[..] else {
        panic!("two browsers");
    };
    confirm_link(one).await.leads_to(LINKED);
    confirm_link(other).await.leads_to("/link?problem=expired");
    Rung::Password
        .climb(site, other)
        .await
        .leads_to("/link?problem=expired");
}
