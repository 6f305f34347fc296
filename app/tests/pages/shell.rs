//! What holds for every page.

use app::wire::{PasswordPage, SentCode, Status, Waiting};

use crate::fake::{
    Fake, account, activity, confirmation, connections, happening, moment, pending_link, sessions,
};

/// The pages of whoever is signed in to an active account.
const OWN_PAGES: [&str; 6] = [
    "/account",
    "/account/connections",
    "/account/sessions",
    "/account/activity",
    "/account/password",
    "/account/confirm",
];

/// Somebody for whom every page has something to show.
fn someone() -> Fake {
    Fake {
        account: Some(account()),
        activity: Some(activity(vec![happening("session.opened")])),
        connections: Some(connections()),
        sessions: Some(sessions()),
        password: Some(PasswordPage {
            email: String::new(),
            has_password: true,
            is_fresh: true,
        }),
        confirmation: Some(confirmation()),
        ..Fake::signed_in(Status::Active)
    }
}

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
    let stranger = Fake {
        sent_code: Some(SentCode {
            email: String::new(),
        }),
        ..Fake::default()
    };
    for path in [
        "/sign-in",
        "/sign-in/code",
        "/not-me",
        "/nowhere",
        "/link",
        "/account",
        "/account/sessions",
        "/account/activity",
    ] {
        let fake = if path.starts_with("/account") {
            someone()
        } else {
            stranger.clone()
        };
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
    for path in OWN_PAGES {
        let page = someone().get(path).await;
        assert_eq!(page.status(), 200, "{path}");
        for forbidden in [" style=", "<style", " onclick=", "javascript:"] {
            assert!(!page.contains(forbidden), "{path}: {forbidden}");
        }
    }
}

#[tokio::test]
async fn forms_stay_on_this_site_but_for_the_one_that_leads_to_clio() {
    let link = Fake {
        link: Some(pending_link()),
        ..Fake::default()
    };
    for (fake, path) in OWN_PAGES
        .map(|path| (someone(), path))
        .into_iter()
        .chain([(link, "/link"), (Fake::default(), "/sign-in")])
    {
        let page = fake.get(path).await;
        let stays = page.policy().contains("; form-action 'self'; ");
        assert_eq!(stays, path != "/account/connections", "{path}");
    }
}

#[tokio::test]
async fn pages_of_the_account_lead_to_each_other() {
    for path in &OWN_PAGES[..5] {
        let page = someone().get(path).await;
        for other in &OWN_PAGES[..5] {
            assert!(page.contains(&format!("<a href=\"{other}\"")), "{path}");
        }
        assert_eq!(page.html.matches("aria-current=\"page\"").count(), 1);
        assert!(page.contains(&format!("href=\"{path}\" aria-current=\"page\"")));
    }
}

#[tokio::test]
async fn every_page_has_one_heading_above_all_others() {
    for path in OWN_PAGES {
        let page = someone().get(path).await;
        assert_eq!(page.html.matches("<h1").count(), 1, "{path}");
        let mut deepest = 1;
        for heading in page.html.split("<h").skip(1) {
            let level = heading.chars().next().and_then(|level| level.to_digit(10));
            if let Some(level) = level {
                assert!(level <= deepest + 1, "{path}: h{level} after h{deepest}");
                deepest = level;
            }
        }
    }
}

#[tokio::test]
async fn every_page_begins_with_the_way_to_its_contents() {
    for (fake, path) in OWN_PAGES
        .map(|path| (someone(), path))
        .into_iter()
        .chain(["/sign-in", "/link", "/not-me", "/nowhere"].map(|path| (Fake::default(), path)))
    {
        let page = fake.get(path).await;
        let (_, first) = page.html.split_once("<a ").unwrap();
        assert!(
            first.starts_with("href=\"#content\" class=\"skip\">Skip to the content</a>"),
            "{path}: {first}"
        );
        let (_, main) = page.html.split_once("<main ").unwrap();
        let (main, _) = main.split_once('>').unwrap();
        assert!(
            main.contains("id=\"content\" tabindex=\"-1\""),
            "{path}: {main}"
        );
    }
}

#[tokio::test]
async fn strangers_sign_in_first_and_come_back() {
    for path in OWN_PAGES.into_iter().chain(["/welcome", "/pending"]) {
        let page = Fake::default().get(path).await;
        assert_eq!(page.status(), 303, "{path}");
        let sign_in = format!("/sign-in?return_to={path}");
        assert_eq!(page.location(), Some(sign_in.as_str()));
    }
}

#[tokio::test]
async fn waiting_people_reach_only_their_waiting_room() {
    for path in OWN_PAGES.into_iter().chain(["/welcome"]) {
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
            is_proved: false,
            manage: None,
        }),
        ..Fake::signed_in(Status::Pending)
    };
    for (fake, path) in vec![
        (active.clone(), "/welcome"),
        (active.clone(), "/link"),
        (active.clone(), "/sign-in/code"),
        (active.clone(), "/not-me?token=known"),
        (waiting, "/pending"),
    ]
    .into_iter()
    .chain(OWN_PAGES.map(|path| (active.clone(), path)))
    {
        let page = fake.get(path).await;
        assert_eq!(page.status(), 503, "{path}");
        assert!(page.contains("Try again in a moment."), "{path}");
        assert!(page.html.ends_with("</html>"), "{path}");
    }
}
