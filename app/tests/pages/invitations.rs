//! `/admin/invitations`: the list.

use app::wire::{
    Role,
    desk::{Invitation, InvitationState, Invitations},
};

use crate::fake::{Fake, Page, moment};

fn invitation(state: InvitationState) -> Invitation {
    let is_open = matches!(state, InvitationState::Waiting | InvitationState::Expired);
    Invitation {
        id: format!("{}-id", state.code()),
        name: "Lena <b>Brandt</b>".to_owned(),
        email: "lena@brandtlaw.test".to_owned(),
        state,
        invited_by: Some("Office manager".to_owned()),
        invited: moment(),
        sent: Some(moment()),
        good_until: "19 November 2026, 14:05 UTC".to_owned(),
        ended: (!is_open).then(moment),
        can_resend: is_open,
        can_revoke: is_open,
        can_restore: state == InvitationState::Withdrawn,
    }
}

async fn look(role: Role, rows: Vec<Invitation>, path: &str) -> Page {
    let count = u32::try_from(rows.len()).unwrap();
    let fake = Fake {
        invitations: Some(Invitations {
            rows,
            count,
            has_newer: false,
            has_older: false,
        }),
        ..Fake::at_desk(role)
    };
    let page = fake.get(path).await;
    assert_eq!(page.status(), 200);
    page
}

const HERE: &str = "/admin/invitations";

#[tokio::test]
async fn each_state_says_what_it_is_and_offers_what_can_be_done() {
    let page = look(
        Role::Admin,
        InvitationState::ALL.map(invitation).into(),
        HERE,
    )
    .await;
    assert!(page.says("4 invitations"));
    for state in ["Waiting", "Expired", "Accepted", "Withdrawn"] {
        assert!(page.says(&format!("{state}</span>")), "{state}");
    }
    assert!(page.says("good until 19 November 2026, 14:05 UTC"));
    assert!(page.says("Over since 19 November 2026, 14:05 UTC"));
    for (act, of) in [
        ("resend", vec!["waiting", "expired"]),
        ("revoke", vec!["waiting", "expired"]),
        ("restore", vec!["revoked"]),
    ] {
        let action = format!("action=\"/admin/invitations/{act}\"");
        let forms: Vec<&str> = page.html.split(&action).skip(1).collect();
        assert_eq!(forms.len(), of.len(), "{act}");
        for (form, of) in forms.iter().zip(of) {
            let (form, _) = form.split_once("</form>").unwrap();
            assert!(
                form.contains(&format!("value=\"{of}-id\"")),
                "{act}: {form}"
            );
            assert!(form.contains("to lena@brandtlaw.test"), "{act}: {form}");
        }
    }
    assert!(!page.contains("<b>Brandt"));
    assert!(!page.contains("<script>"));
}

#[tokio::test]
async fn reviewers_see_the_list_and_nothing_to_press() {
    let mut rows: Vec<Invitation> = InvitationState::ALL.map(invitation).into();
    for row in &mut rows {
        (row.can_resend, row.can_revoke, row.can_restore) = (false, false, false);
    }
    let page = look(Role::Reviewer, rows, HERE).await;
    assert!(page.says("lena@brandtlaw.test"));
    assert!(!page.contains("action=\"/admin/invitations/"));
    assert!(!page.contains("Invite many"));
}

#[tokio::test]
async fn an_empty_list_says_what_to_do() {
    let page = look(Role::Owner, vec![], HERE).await;
    assert!(page.contains("Nobody has been invited yet. Invite one person above"));
    let page = look(Role::Owner, vec![], "/admin/invitations?show=expired").await;
    assert!(page.contains("No invitation is like that."));
    assert!(page.contains("Show all invitations"));
}

#[tokio::test]
async fn filters_stand_in_the_address_and_stay_with_the_search() {
    let rows = vec![invitation(InvitationState::Waiting)];
    let page = look(
        Role::Admin,
        rows,
        "/admin/invitations?show=waiting&q=%22%3E%3Cb%3E",
    )
    .await;
    assert!(page.contains("value=\"&quot;&gt;&lt;b&gt;\""));
    assert!(page.contains("name=\"show\" value=\"waiting\""));
    assert!(page.contains("href=\"/admin/invitations?show=expired&amp;q=%22%3E%3Cb%3E\""));
    let current = page.html.matches("aria-current=\"true\"").count();
    assert_eq!(current, 1);
}

#[tokio::test]
async fn what_was_typed_wrong_is_told_at_its_field_in_an_open_form() {
    for (code, id) in [
        ("bad_email", "email-problem"),
        ("has_account", "email-problem"),
        ("account_suspended", "email-problem"),
        ("bad_name", "name-problem"),
    ] {
        let path = format!("{HERE}?problem={code}");
        let page = look(Role::Admin, vec![], &path).await;
        let (_, fold) = page.html.split_once("<details").unwrap();
        assert!(fold.split_once('>').unwrap().0.contains("open"), "{code}");
        let (_, problem) = page.html.split_once(&format!("id=\"{id}\"")).unwrap();
        let (problem, _) = problem.split_once("</p>").unwrap();
        assert!(problem.len() > 60, "{code}: {problem}");
        assert!(!page.contains("class=\"note\""), "{code}");
    }
    let page = look(
        Role::Admin,
        vec![],
        "/admin/invitations?problem=invited_already",
    )
    .await;
    assert!(page.contains("is invited already"));
    let page = look(
        Role::Admin,
        vec![],
        "/admin/invitations?problem=confirm_first",
    )
    .await;
    assert!(page.contains("/account/confirm?then=%2Fadmin%2Finvitations"));
}
