//! `/admin/duplicates` as browsers get it.

use app::wire::{
    Role, Status,
    desk::{Confidence, Deciding, Duplicates, DuplicatesQuery},
};
use axum::http::StatusCode;

use crate::fake::{Fake, HOSTILE, PAIR, Page, duplicates};

const PAGE: &str = "/admin/duplicates";

async fn look(duplicates: Duplicates, path: &str) -> Page {
    let mut fake = Fake::at_desk(Role::Admin);
    fake.duplicates = Some(duplicates);
    fake.get(path).await
}

#[tokio::test]
async fn pair_says_why_and_what_can_be_done() {
    let page = look(duplicates(), PAGE).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.title(), "Duplicates · Harbour &amp; Lane");
    assert!(page.says(
        "Their e-mails begin alike, at two domains; the same names; but both were used in the last \
         7 days."
    ));
    assert!(page.contains(&format!(
        "href=\"/admin/duplicates/{}/{}\"",
        PAIR[0], PAIR[1]
    )));
    let form = page.form("/admin/duplicates/apart");
    for (name, id) in [("a", PAIR[0]), ("b", PAIR[1])] {
        let field = format!("type=\"hidden\" name=\"{name}\" value=\"{id}\"");
        assert!(form.contains(&field), "{form}");
    }
    let form = page.form("/admin/duplicates/undo");
    assert!(form.contains("name=\"event\" value=\"17\""));
    assert!(page.says("Can be undone until 26 November 2026."));
    assert!(page.policy().contains("script-src 'nonce-"), "keys");
}

#[tokio::test]
async fn whoever_only_looks_gets_no_form() {
    for (deciding, confirm) in [(Deciding::No, false), (Deciding::ConfirmFirst, true)] {
        let page = look(
            Duplicates {
                deciding,
                ..duplicates()
            },
            PAGE,
        )
        .await;
        assert!(!page.has_form("/admin/duplicates/apart"));
        assert!(!page.has_form("/admin/duplicates/undo"));
        let link = page.contains("href=\"/account/confirm?then=%2Fadmin%2Fduplicates\"");
        assert_eq!(link, confirm, "{deciding:?}");
    }
}

#[tokio::test]
async fn address_says_which_pairs() {
    for (path, confidence, aside, after) in [
        (PAGE, None, false, None),
        (
            "/admin/duplicates?confidence=sure",
            Some(Confidence::Sure),
            false,
            None,
        ),
        ("/admin/duplicates?aside=true", None, true, None),
        (
            "/admin/duplicates?aside=false&confidence=%3Cb%3E&after=",
            None,
            false,
            None,
        ),
        (
            "/admin/duplicates?confidence=likely&after=50.x",
            Some(Confidence::Likely),
            false,
            Some("50.x".to_owned()),
        ),
    ] {
        let mut fake = Fake::at_desk(Role::Reviewer);
        fake.duplicates = Some(Duplicates {
            next: Some("35.a.b".to_owned()),
            ..duplicates()
        });
        fake.asked_for_duplicates = Some(DuplicatesQuery {
            confidence,
            aside,
            after: after.clone(),
        });
        let page = fake.get(path).await;
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        assert_eq!(page.says("To the beginning"), after.is_some(), "{path}");
        let next = page.html.replace("&amp;", "&");
        assert!(next.contains("after=35.a.b"), "{path}");
        let keeps = confidence.map_or("", Confidence::code);
        assert!(
            next.contains(&format!("{keeps}&after=35.a.b")) || keeps.is_empty(),
            "{path}"
        );
        // One of the filters is where one is.
        assert_eq!(
            page.html.matches("aria-current=\"true\"").count(),
            1,
            "{path}"
        );
    }
}

#[tokio::test]
async fn pair_that_was_put_aside_can_be_looked_at_again() {
    let page = look(duplicates(), "/admin/duplicates?aside=true").await;
    assert!(page.has_form("/admin/duplicates/reconsider"));
    assert!(!page.has_form("/admin/duplicates/apart"));
}

#[tokio::test]
async fn empty_list_says_what_that_means() {
    let empty = |searched: bool| Duplicates {
        pairs: Vec::new(),
        merges: Vec::new(),
        searched: duplicates().searched.filter(|_| searched),
        ..duplicates()
    };
    for (path, searched, words) in [
        ("", true, "No two accounts look like one person’s"),
        ("", false, "The search has only just begun"),
        ("?confidence=sure", true, "No pair is of that kind"),
        ("?aside=true", true, "Nothing was put aside"),
        ("?after=1.a.b", true, "There are no more pairs"),
    ] {
        let page = look(empty(searched), &format!("{PAGE}{path}")).await;
        assert!(page.says(words), "{path}: {}", page.html);
        assert!(!page.says("Merged lately"));
    }
}

#[tokio::test]
async fn names_that_too_many_share_are_owned_up_to() {
    for (crowds, words) in [
        (
            1,
            "1 name or beginning of an e-mail is shared by more than 20 accounts each",
        ),
        (
            7,
            "7 names or beginnings of e-mails are shared by more than 20",
        ),
        (
            1000,
            "More than 999 names or beginnings of e-mails are shared",
        ),
    ] {
        let page = look(
            Duplicates {
                crowds,
                ..duplicates()
            },
            PAGE,
        )
        .await;
        assert!(page.says(words), "{crowds}: {}", page.html);
    }
    assert!(!look(duplicates(), PAGE).await.says("nobody is compared by"));
}

#[tokio::test]
async fn members_and_strangers_stay_out() {
    for path in [PAGE.to_owned(), format!("{PAGE}/{}/{}", PAIR[0], PAIR[1])] {
        let page = Fake::signed_in(Status::Active).get(&path).await;
        assert_eq!(page.status(), StatusCode::FORBIDDEN, "{path}");
        let page = Fake::default().get(&path).await;
        let place = page.location().unwrap();
        assert!(place.starts_with("/sign-in?return_to="), "{place}");
    }
}

#[tokio::test]
async fn what_was_done_is_said() {
    for (done, words) in [
        ("merged", "The two accounts are one now"),
        ("merge_undone", "The merge is undone"),
        ("set_aside", "Put aside as two people’s"),
        ("reconsidered", "The pair is back in the list"),
    ] {
        let page = look(duplicates(), &format!("{PAGE}?done={done}")).await;
        assert!(
            page.contains("role=\"status\"") && page.says(words),
            "{done}"
        );
    }
}

#[tokio::test]
async fn hostile_texts_are_text() {
    let mut odd = duplicates();
    odd.pairs[0].a.name = HOSTILE.to_owned();
    odd.pairs[0].b.email = HOSTILE.to_owned();
    odd.merges[0].into = HOSTILE.to_owned();
    odd.merges[0].from_email = HOSTILE.to_owned();
    odd.next = Some(HOSTILE.to_owned());
    let page = look(odd, PAGE).await;
    assert!(!page.contains("<script>"), "{}", page.html);
}
