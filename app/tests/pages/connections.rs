//! `/account/connections`.

use app::wire::{Connections, LinkMethod, Status};

use crate::fake::{Fake, HOSTILE, Page, connections};

async fn look(connections: Connections, path: &str) -> Page {
    let fake = Fake {
        connections: Some(connections),
        ..Fake::signed_in(Status::Active)
    };
    let page = fake.get(path).await;
    assert_eq!(page.status(), 200);
    page
}

#[tokio::test]
async fn each_login_says_since_when_how_and_when_last() {
    let page = look(connections(), "/account/connections").await;
    for text in [
        "dana@harbourlane.test",
        ", when you first signed in",
        "dana.whitlock@elsewhere.test",
        "by you, signed in to the account",
        "Last used ",
        "title=\"12 November 2026, 14:05 UTC\"",
    ] {
        assert!(page.says(text), "{text}");
    }
    assert_eq!(page.html.matches("This session").count(), 1);
    assert!(page.contains("href=\"/account/connections\" aria-current=\"page\""));
}

#[tokio::test]
async fn each_login_can_be_disconnected_while_another_way_in_remains() {
    let page = look(connections(), "/account/connections").await;
    let form = page.form("/account/connections/disconnect");
    assert!(form.contains("type=\"hidden\" name=\"identity\" value=\"0190-1\""));
    assert!(page.contains("name=\"identity\" value=\"0190-2\""));
    assert!(page.contains("the browsers signed in with it are signed out"));
}

#[tokio::test]
async fn login_that_opened_this_session_says_that_its_person_is_signed_out() {
    let page = look(connections(), "/account/connections").await;
    let row = "When you disconnect it, you are signed out here";
    let act = "Disconnect and sign out here<span class=\"unseen\"> dana@harbourlane.test";
    assert_eq!(page.html.matches(row).count(), 1);
    assert!(page.contains(act), "{}", page.html);
    let other = "Disconnect<span class=\"unseen\"> dana.whitlock@elsewhere.test";
    assert!(page.contains(other));

    let stays = Connections {
        may_disconnect: false,
        ..connections()
    };
    assert!(!look(stays, "/account/connections").await.contains(row));
}

#[tokio::test]
async fn login_without_e_mail_is_called_by_when_it_was_linked() {
    let mut nameless = connections();
    nameless.connections[1].clio_email = None;
    nameless.former[0].clio_email = None;
    let page = look(nameless, "/account/connections").await;
    for name in ["linked", "disconnected"] {
        let name = format!("Clio login {name} 12 November 2026, 14:05 UTC");
        assert_eq!(page.html.matches(&name).count(), 2, "{name}");
    }
}

#[tokio::test]
async fn only_way_in_stays_and_says_why() {
    let page = look(
        Connections {
            may_disconnect: false,
            ..connections()
        },
        "/account/connections",
    )
    .await;
    assert!(!page.has_form("/account/connections/disconnect"));
    assert!(page.says("This is the only way into your account"));
    assert!(page.has_form("/account/connections/connect"));
}

#[tokio::test]
async fn whoever_signed_in_long_ago_confirms_first() {
    let page = look(
        Connections {
            is_fresh: false,
            ..connections()
        },
        "/account/connections",
    )
    .await;
    for form in [
        "/account/connections/disconnect",
        "/account/connections/connect",
        "/account/undo",
    ] {
        assert!(!page.has_form(form), "{form}");
    }
    assert_eq!(
        page.html
            .matches("href=\"/account/confirm?then=%2Faccount%2Fconnections\"")
            .count(),
        1
    );
    assert_eq!(page.policy(), app::STILL_PAGE);
}

#[tokio::test]
async fn what_was_disconnected_lately_can_be_connected_again() {
    let page = look(connections(), "/account/connections").await;
    let form = page.form("/account/undo");
    assert!(form.contains("type=\"hidden\" name=\"event\" value=\"0190-e1\""));
    assert!(form.contains("Connect it again"));
    assert!(page.says("Can be connected again until 26 November 2026"));

    let page = look(
        Connections {
            former: Vec::new(),
            ..connections()
        },
        "/account/connections",
    )
    .await;
    assert!(!page.contains("Disconnected lately"));
}

#[tokio::test]
async fn form_that_leads_to_clio_is_allowed_to() {
    let page = look(connections(), "/account/connections").await;
    assert!(page.has_form("/account/connections/connect"));
    assert!(
        page.policy()
            .contains("; form-action 'self' https: http://127.0.0.1:3001; "),
        "{}",
        page.policy()
    );
    let still = app::STILL_PAGE.replace("form-action 'self'", "");
    let widened = " https: http://127.0.0.1:3001";
    assert_eq!(
        page.policy()
            .replace("form-action 'self'", "")
            .replace(widened, ""),
        still
    );

    let odd = Connections {
        clio_origin: "https://clio.test; script-src *".to_owned(),
        ..connections()
    };
    let page = look(odd, "/account/connections").await;
    assert_eq!(page.policy(), app::STILL_PAGE);
}

#[tokio::test]
async fn account_that_no_login_opens_says_what_does() {
    let none = |has_password| Connections {
        connections: Vec::new(),
        former: Vec::new(),
        has_password,
        may_disconnect: false,
        ..connections()
    };
    let page = look(none(true), "/account/connections").await;
    assert!(page.contains("No Clio login opens your account. You get in with your password"));
    assert!(page.has_form("/account/connections/connect"));
    assert!(!page.contains("the only way into your account"));
    let page = look(none(false), "/account/connections").await;
    assert!(page.contains("You get in with a code by mail."));
}

#[tokio::test]
async fn what_was_done_is_said_once_and_quietly() {
    for (done, words) in [
        ("connected", "The Clio login is connected."),
        ("disconnected", "The Clio login is disconnected"),
        ("undone", "That is undone"),
        ("confirmed", "Thank you, it’s you."),
    ] {
        let page = look(connections(), &format!("/account/connections?done={done}")).await;
        assert!(page.contains("role=\"status\""), "{done}");
        assert!(page.contains(words), "{done}");
        let (title, _) = page.title().split_once(" · Connections").unwrap();
        assert!(words.contains(title), "{title}");
    }
    let page = look(connections(), "/account/connections?done=%3Cb%3E").await;
    assert!(!page.contains("role=\"status\"") && !page.contains("<b>"));
}

#[tokio::test]
async fn form_that_came_back_says_why() {
    for (problem, words) in [
        ("last_way_in", "That is the only way into your account"),
        ("changed", "Something else changed in the meantime"),
        ("confirm_first", "Confirm that it’s you</a>"),
    ] {
        let path = format!("/account/connections?problem={problem}");
        let page = look(connections(), &path).await;
        assert!(page.contains(words), "{problem}");
        assert!(page.contains("role=\"alert\""), "{problem}");
    }
}

#[tokio::test]
async fn hostile_texts_are_text() {
    let mut odd = connections();
    odd.connections[0].clio_email = Some(HOSTILE.to_owned());
    odd.connections[0].id = HOSTILE.to_owned();
    odd.connections[0].method = LinkMethod::Administrator;
    odd.former[0].clio_email = Some(HOSTILE.to_owned());
    odd.former[0].until = HOSTILE.to_owned();
    let page = look(odd, "/account/connections").await;
    assert!(!page.contains("<script"), "{}", page.html);
    assert_eq!(page.html.matches("&lt;script&gt;").count(), 6);
}
