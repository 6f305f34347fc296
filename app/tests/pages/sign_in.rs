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
    let (way_in, _) = page.html.split_once("<details").unwrap();
    assert!(way_in.contains("clio-button") && !way_in.contains("<form"));
}

#[tokio::test]
async fn second_way_is_folded_away_and_asks_for_e_mail_and_password() {
    let page = Fake::default().get("/sign-in").await;
    assert!(page.contains("<details class=\"second-way\"><summary>Sign in without Clio</summary>"));
    let form = page.form("/auth/local/password");
    for text in [
        "name=\"email\" type=\"email\" autocomplete=\"username\"",
        "name=\"password\" type=\"password\" autocomplete=\"current-password\"",
        "Sign in</button>",
    ] {
        assert!(form.contains(text), "{text}: {form}");
    }
    assert_eq!(form.matches(" name=").count(), 2);
}

#[tokio::test]
async fn code_is_mailed_by_the_same_form_without_a_password() {
    let page = Fake::default().get("/sign-in").await;
    let form = page.form("/auth/local/password");
    let (_, button) = form
        .split_once("<button formaction=\"/auth/local/code/send\" formnovalidate")
        .unwrap();
    assert!(button.contains("Mail me a code instead</button>"));
}

#[tokio::test]
async fn second_way_that_failed_stays_open_and_says_why() {
    for (problem, words) in [
        ("not_matching", "don’t belong together"),
        ("bad_email", "isn’t a complete e-mail address"),
        ("too_many", "in a minute you can ask for a new one"),
        ("wrong_code", "That isn’t the code we sent last."),
        ("changed", "Something else changed in the meantime"),
    ] {
        let page = Fake::default()
            .get(&format!("/sign-in?problem={problem}&ref=7Q4K-92"))
            .await;
        assert!(
            page.contains("<details open class=\"second-way\">"),
            "{problem}"
        );
        let form = page.form("/auth/local/password");
        assert!(
            form.contains(words) && form.contains("role=\"alert\""),
            "{problem}"
        );
        assert!(!page.contains("class=\"note\""), "{problem}");
    }
}

#[tokio::test]
async fn fields_that_do_not_fit_are_marked_and_described_by_the_message() {
    for (problem, marked) in [("not_matching", 2), ("bad_email", 1), ("too_many", 0)] {
        let path = format!("/sign-in?problem={problem}");
        let page = Fake::default().get(&path).await;
        let form = page.form("/auth/local/password");
        let described = form.matches("aria-describedby=\"local-problem\"").count();
        assert_eq!(described, 2, "{problem}");
        assert_eq!(
            form.matches("aria-invalid=\"true\"").count(),
            marked,
            "{problem}"
        );
        assert!(page.focuses("id=\"email\""), "{problem}");
        assert!(page.title().starts_with("Problem: "), "{}", page.title());
    }
    let page = Fake::default().get("/sign-in").await;
    assert!(page.focused().is_empty() && !page.contains("aria-invalid"));
    assert_eq!(page.title(), "Sign in · Harbour &amp; Lane");
}

#[tokio::test]
async fn whoever_disconnected_the_login_of_this_session_reads_how_to_get_it_back() {
    let page = Fake::default().get("/sign-in?done=disconnected").await;
    assert!(page.says("To connect it again, sign in another way within 14 days"));
    assert!(
        page.title()
            .starts_with("The Clio login is disconnected · Sign in")
    );
}

#[tokio::test]
async fn problem_of_both_ways_is_about_clio() {
    let page = Fake::default().get("/sign-in?problem=expired").await;
    assert!(page.contains("That sign-in has run out"));
    assert!(page.contains("<details class=\"second-way\"><summary"));
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
        .map(|file| file.unwrap().path())
        // The desk's sheet is one of its own.
        .filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with('7'))
        .map(|path| std::fs::read(path).unwrap().len())
        .sum();
    assert!(
        page.html.len() + style < 30_000,
        "{} + {style}",
        page.html.len()
    );
}
