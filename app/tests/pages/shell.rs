//! What holds for every page.

use app::wire::{Status, Waiting};

use crate::fake::{Fake, account, moment, pending_link};

#[tokio::test]
async fn front_door_leads_strangers_to_sign_in() {
    let page = Fake::default().get("/").await;
    assert_eq!(page.status(), 303);
    assert_eq!(page.location(), Some("/sign-in"));
}

#[tokio::test]
async fn front_door_leads_people_who_are_signed_in_to_their_account() {
    let page = Fake::signed_in(Status::Active).get("/").await;
    assert_eq!(page.status(), 303);
    assert_eq!(page.location(), Some("/account"));
}

#[tokio::test]
async fn unknown_address_is_a_whole_page_with_status_404() {
    let page = Fake::default().get("/nowhere/at/all").await;
    assert_eq!(page.status(), 404);
    assert!(page.html.starts_with("<!DOCTYPE html>") && page.html.ends_with("</html>"));
    assert!(page.contains("<title>There’s no page here · Harbour &amp; Lane</title>"));
    assert!(page.contains("Harbour &amp; Lane</span>"));
}

#[tokio::test]
async fn pages_without_an_island_hold_no_script_and_allow_none() {
    let mut someone = Fake::signed_in(Status::Active);
    someone.account = Some(account());
    for (fake, path) in [
        (Fake::default(), "/sign-in"),
        (Fake::default(), "/nowhere"),
        (Fake::default(), "/link"),
        (someone, "/account"),
    ] {
        let page = fake.get(path).await;
        assert!(
            !page.contains("<script") && !page.contains(".wasm"),
            "{path}"
        );
        assert_eq!(page.policy(), app::STILL_PAGE, "{path}");
    }
}

#[tokio::test]
async fn pages_with_an_island_allow_their_one_script_by_nonce() {
    let fake = Fake {
        link: Some(pending_link()),
        ..Fake::default()
    };
    let page = fake.get("/link").await;
    let (_, rest) = page
        .html
        .split_once("<script type=\"module\" nonce=\"")
        .unwrap();
    let (nonce, script) = rest.split_once("\">").unwrap();
    assert!(
        page.policy()
            .contains(&format!("script-src 'nonce-{nonce}' 'wasm-unsafe-eval'"))
    );
    assert!(page.policy().contains("connect-src 'self'"));
    assert!(!page.policy().contains("unsafe-inline"));
    assert!(
        script.starts_with("import(\"/assets/vestibule.0123.js\")"),
        "{script}"
    );
    assert_eq!(page.html.matches("<script").count(), 1);
}

#[tokio::test]
async fn build_without_a_bundle_emits_no_script() {
    let fake = Fake {
        link: Some(pending_link()),
        without_bundle: true,
        ..Fake::default()
    };
    let page = fake.get("/link").await;
    assert!(page.contains("name=\"password\"") && !page.contains("<script"));
    assert_eq!(page.policy(), app::STILL_PAGE);
}

#[tokio::test]
async fn nothing_on_a_page_needs_an_inline_style_or_handler() {
    let mut someone = Fake::signed_in(Status::Active);
    someone.account = Some(account());
    let page = someone.get("/account").await;
    for forbidden in [" style=", "<style", " onclick=", "javascript:"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[tokio::test]
async fn strangers_sign_in_first_and_come_back() {
    for path in ["/account", "/welcome", "/pending"] {
        let page = Fake::default().get(path).await;
        assert_eq!(page.status(), 303, "{path}");
        let sign_in = format!("/sign-in?return_to={path}");
        assert_eq!(page.location(), Some(sign_in.as_str()));
    }
}

#[tokio::test]
async fn waiting_people_reach_only_their_waiting_room() {
    for path in ["/account", "/welcome"] {
        let page = Fake::signed_in(Status::Pending).get(path).await;
        assert_eq!(page.status(), 303, "{path}");
        assert_eq!(page.location(), Some("/pending"));
    }
}

#[tokio::test]
async fn pages_say_so_when_the_database_is_away() {
    let active = Fake {
        down: true,
        ..Fake::signed_in(Status::Active)
    };
    let waiting = Fake {
        down: true,
        waiting: Some(Waiting::ForApproval {
            email: String::new(),
            since: moment(),
        }),
        ..Fake::signed_in(Status::Pending)
    };
    for (fake, path) in [
        (active.clone(), "/account"),
        (active.clone(), "/welcome"),
        (active, "/link"),
        (waiting, "/pending"),
    ] {
        let page = fake.get(path).await;
        assert_eq!(page.status(), 503, "{path}");
        assert!(page.contains("Try again in a moment."), "{path}");
        assert!(page.html.ends_with("</html>"), "{path}");
    }
}
