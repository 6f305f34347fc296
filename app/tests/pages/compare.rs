//! `/admin/duplicates/{a}/{b}` as browsers get it.

use app::wire::{
    Role, Status,
    desk::{Comparison, Deciding, MergeObstacle},
};
use axum::http::StatusCode;

use crate::fake::{Fake, HOSTILE, PAIR, Page, comparison};

fn path() -> String {
    format!("/admin/duplicates/{}/{}", PAIR[0], PAIR[1])
}

async fn look(comparison: Comparison) -> Page {
    let mut fake = Fake::at_desk(Role::Admin);
    fake.comparison = Some(comparison);
    fake.get(&path()).await
}

/// The value that is suggested for a field of the form.
fn suggested(page: &Page, field: &str) -> Option<usize> {
    let form = page.form("/admin/duplicates/merge");
    let tag = form
        .split("<input")
        .find(|tag| tag.contains(&format!("name=\"{field}\"")) && tag.contains(" checked"))?;
    PAIR.iter().position(|id| tag.contains(id))
}

#[tokio::test]
async fn form_has_a_choice_for_each_fact_and_sends_what_was_seen() {
    let page = look(comparison()).await;
    assert_eq!(page.status(), StatusCode::OK);
    let form = page.form("/admin/duplicates/merge");
    for field in ["into", "first_name_of", "last_name_of", "email_of"] {
        let choices = form.matches(&format!("name=\"{field}\"")).count();
        assert_eq!(choices, 2, "{field}");
        assert_eq!(suggested(&page, field), Some(0), "{field}");
    }
    for (name, value) in [("a", PAIR[0]), ("b", PAIR[1]), ("seen", "what-was-seen")] {
        let field = format!("type=\"hidden\" name=\"{name}\" value=\"{value}\"");
        assert!(form.contains(&field), "{name}");
    }
    for words in [
        "What merging does",
        "It can be undone for 14 days",
        "A mail goes to both mailboxes",
        "Merge these accounts",
    ] {
        assert!(form.contains(words), "{words}");
    }
    assert!(page.has_form("/admin/duplicates/apart"));
    assert_eq!(page.policy(), app::STILL_PAGE);
}

#[tokio::test]
async fn what_is_suggested_is_what_can_be_and_says_most() {
    let mut pair = comparison();
    pair.a.first_name = String::new();
    let page = look(pair).await;
    assert_eq!(
        suggested(&page, "first_name_of"),
        Some(1),
        "a name that is given"
    );
    assert_eq!(suggested(&page, "last_name_of"), Some(0));

    let mut pair = comparison();
    pair.a.cannot_take_in = Some(MergeObstacle::NotActive);
    pair.a.status = Status::Pending;
    pair.a.email_verified = false;
    let page = look(pair).await;
    for field in ["into", "first_name_of", "last_name_of", "email_of"] {
        assert_eq!(suggested(&page, field), Some(1), "{field}");
    }
    let form = page.form("/admin/duplicates/merge");
    for field in ["into", "email_of"] {
        assert_eq!(
            form.matches(&format!("name=\"{field}\"")).count(),
            1,
            "{field}"
        );
    }
    assert!(page.says("It isn’t in use yet.") && page.says("Nobody has proved it"));

    let mut pair = comparison();
    pair.b.logins.push(pair.a.logins[0].clone());
    assert_eq!(
        suggested(&look(pair).await, "into"),
        Some(1),
        "what is used more stays"
    );
}

#[tokio::test]
async fn what_cannot_be_merged_says_why_and_has_no_button() {
    let mut pair = comparison();
    pair.a.cannot_take_in = Some(MergeObstacle::Suspended);
    pair.a.cannot_be_taken_in = Some(MergeObstacle::Suspended);
    pair.b.cannot_take_in = Some(MergeObstacle::Unproved);
    let page = look(pair).await;
    assert!(!page.has_form("/admin/duplicates/merge"));
    for words in [
        "The first account can’t stay. It is suspended.",
        "The second account can’t stay. Nobody has proved its e-mail.",
        "The first can’t be merged into it. It is suspended.",
    ] {
        assert!(page.says(words), "{words}: {}", page.html);
    }
    assert!(
        page.has_form("/admin/duplicates/apart"),
        "they may be two people"
    );
}

#[tokio::test]
async fn whoever_may_not_decide_now_reads_what_to_do() {
    for (deciding, words) in [
        (
            Deciding::No,
            "Administrators decide whether these are merged.",
        ),
        (Deciding::ConfirmFirst, "show first that it’s still you"),
    ] {
        let page = look(Comparison {
            deciding,
            ..comparison()
        })
        .await;
        assert!(
            !page.contains("method=\"post\" action=\"/admin"),
            "{deciding:?}"
        );
        assert!(page.says(words), "{deciding:?}");
        assert!(page.says("d.whitlock@elsewhere.test"));
    }
}

#[tokio::test]
async fn pair_that_was_put_aside_is_looked_at_again_first() {
    let page = look(Comparison {
        is_aside: true,
        ..comparison()
    })
    .await;
    assert!(!page.has_form("/admin/duplicates/merge"));
    assert!(page.has_form("/admin/duplicates/reconsider"));
}

#[tokio::test]
async fn two_that_nobody_found_can_be_merged_and_not_put_aside() {
    let page = look(Comparison {
        likeness: None,
        ..comparison()
    })
    .await;
    assert!(page.has_form("/admin/duplicates/merge"));
    assert!(!page.has_form("/admin/duplicates/apart"));
}

#[tokio::test]
async fn problems_are_said_where_they_can_be_mended() {
    for (problem, words) in [
        ("not_mergeable", "can’t be merged as they are now"),
        ("email_not_proved", "Only an address that was proved"),
        ("choice_missing", "Choose one of the two, then go on"),
        ("changed", "Something else changed in the meantime"),
        ("decided", "Somebody else decided about this"),
    ] {
        let mut fake = Fake::at_desk(Role::Admin);
        fake.comparison = Some(comparison());
        let page = fake.get(&format!("{}?problem={problem}", path())).await;
        assert!(
            page.contains("role=\"alert\"") && page.says(words),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn what_are_no_two_accounts_is_no_page() {
    let mut fake = Fake::at_desk(Role::Admin);
    fake.comparison = Some(comparison());
    let page = fake
        .get(&format!("/admin/duplicates/{}/{}", PAIR[1], PAIR[1]))
        .await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn hostile_texts_are_text() {
    let mut odd = comparison();
    for side in [&mut odd.a, &mut odd.b] {
        side.first_name = HOSTILE.to_owned();
        side.last_name = HOSTILE.to_owned();
        side.email = HOSTILE.to_owned();
        side.logins[0].clio_email = Some(HOSTILE.to_owned());
    }
    odd.seen = HOSTILE.to_owned();
    let page = look(odd).await;
    assert!(!page.contains("<script"), "{}", page.html);
}
