//! `/sign-in`.

use app::wire::{Problem, Status};

use crate::fake::{Fake, HOSTILE};

#[tokio::test]
async fn the_way_to_clio_is_a_link() {
    let page = Fake::default().get("/sign-in").await;
    assert_eq!(page.status(), 200);
    assert!(page.contains("class=\"clio-button\""));
    assert!(page.contains("href=\"/auth/clio/start\""));
    assert!(page.contains("Harbour &amp; Lane</h1>"));
    assert!(!page.contains("<form"));
}

#[tokio::test]
async fn where_people_wanted_to_go_is_carried_along_encoded() {
    let page = Fake::default()
        .get("/sign-in?return_to=/matters/7%3Fa%3D%22%3E%3Cb%3E%26c")
        .await;
    assert!(
        page.contains("href=\"/auth/clio/start?return_to=%2Fmatters%2F7%3Fa%3D%22%3E%3Cb%3E%26c\""),
        "{}",
        page.html
    );
}

#[tokio::test]
async fn places_elsewhere_are_not_carried_along() {
    for elsewhere in [
        "https://example.com/",
        "//example.com",
        "/%5Cexample.com",
        "/%09/example.com",
    ] {
        let page = Fake::signed_in(Status::Active)
            .get(&format!("/sign-in?return_to={elsewhere}"))
            .await;
        assert!(page.contains("href=\"/auth/clio/start\""), "{elsewhere}");
        assert!(!page.contains("example.com"), "{elsewhere}");
    }
}

#[tokio::test]
async fn every_problem_is_explained_above_the_button() {
    for problem in Problem::ALL {
        let page = Fake::default()
            .get(&format!("/sign-in?problem={}&ref=7Q4K-92", problem.code()))
            .await;
        assert_eq!(page.status(), 200);
        let note = page.html.find("class=\"note\"").unwrap();
        let button = page.html.find("class=\"clio-button\"").unwrap();
        assert!(note < button, "{problem:?}");
        assert!(page.contains("<code>7Q4K-92</code>"), "{problem:?}");
        assert!(!page.contains("The sign-in didn’t finish"), "{problem:?}");
    }
}

#[tokio::test]
async fn unknown_problem_gets_a_general_note() {
    let page = Fake::default().get("/sign-in?problem=%3Cb%3E").await;
    assert!(page.contains("The sign-in didn’t finish"));
    assert!(!page.contains("<b>"));
}

#[tokio::test]
async fn what_does_not_look_like_a_reference_is_not_shown() {
    for odd in ["%3Cb%3E7Q4K", "7Q4K-92-7Q4K-92-7Q4K", "call+0900"] {
        let page = Fake::default()
            .get(&format!("/sign-in?problem=expired&ref={odd}"))
            .await;
        assert!(!page.contains("Reference"), "{odd}");
    }
}

#[tokio::test]
async fn people_who_are_signed_in_can_go_on_or_out() {
    let page = Fake::signed_in(Status::Active)
        .get("/sign-in?problem=other_person")
        .await;
    assert!(page.contains("You are signed in as"));
    assert!(page.contains("href=\"/account\"") && page.contains("Continue</a>"));
    assert!(page.contains("method=\"post\" action=\"/auth/sign-out\""));
}

#[tokio::test]
async fn hostile_names_are_text() {
    let mut fake = Fake::signed_in(Status::Active);
    if let Some(viewer) = &mut fake.viewer {
        viewer.name = HOSTILE.to_owned();
    }
    let page = fake.get("/sign-in").await;
    assert!(!page.contains("<script"));
    assert!(page.contains("&lt;script&gt;"));
}

#[tokio::test]
async fn page_is_light() {
    let page = Fake::default()
        .get("/sign-in?problem=declined&ref=7Q4K-92")
        .await;
    let style: usize = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../style"))
        .unwrap()
        .map(|file| std::fs::read(file.unwrap().path()).unwrap().len())
        .sum();
    assert!(
        page.html.len() + style < 30_000,
        "{} + {style}",
        page.html.len()
    );
}
