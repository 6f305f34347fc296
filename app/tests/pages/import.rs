//! `/admin/invitations/import`: lists of people, what they would do, and what came of them.

use app::wire::{
    Role,
    desk::{CellMistake, ImportReport, ImportRow, ImportState, ImportSummary, RowKind, RowOutcome},
};

use crate::fake::{Fake, Page, moment};

const LISTS: &str = "/admin/invitations/import";

fn summary(state: ImportState) -> ImportSummary {
    ImportSummary {
        id: "list-id".to_owned(),
        sent: moment(),
        state,
        rows: 1_204,
        to_invite: 1_200,
        done: 250,
        invited: 249,
    }
}

fn row(line: u32, kind: RowKind) -> ImportRow {
    ImportRow {
        line,
        column: 0,
        name: "Lena Brandt".to_owned(),
        email: format!("lena{line}@brandtlaw.test"),
        kind,
        mistake: None,
        same_as: (kind == RowKind::Repeated).then_some(2),
        outcome: None,
    }
}

fn report(state: ImportState, rows: Vec<ImportRow>) -> ImportReport {
    ImportReport {
        summary: summary(state),
        ignored: "Office, <b>".to_owned(),
        counts: vec![(RowKind::Mistake, 1), (RowKind::Invite, 1_200)],
        overtaken: 1,
        shown: None,
        rows,
        has_more: true,
    }
}

async fn look(report: ImportReport) -> Page {
    let fake = Fake {
        import_report: Some(report),
        ..Fake::at_desk(Role::Admin)
    };
    let page = fake.get("/admin/invitations/import/list-id?show=all").await;
    assert_eq!(page.status(), 200);
    assert!(!page.contains("<script>"));
    page
}

#[tokio::test]
async fn the_form_takes_a_list_and_says_how_it_is_written() {
    let fake = Fake {
        imports: Some(vec![
            summary(ImportState::Running),
            summary(ImportState::Finished),
        ]),
        ..Fake::at_desk(Role::Admin)
    };
    let page = fake.get(LISTS).await;
    let form = page.form("/admin/invitations/import");
    assert!(form.contains("<textarea") && form.contains("name=\"csv\""));
    assert!(form.contains("The first line names the columns"));
    assert!(
        !form.contains("name=\"apply\""),
        "it is looked through first"
    );
    assert!(page.says("250 of 1,200 people") && page.says("249 people invited"));
}

#[tokio::test]
async fn reviewers_send_no_lists() {
    for path in [LISTS, "/admin/invitations/import/list-id"] {
        let page = Fake::at_desk(Role::Reviewer).get(path).await;
        assert_eq!(page.status(), 403, "{path}");
    }
}

#[tokio::test]
async fn a_list_that_is_not_there_is_not_found() {
    let page = Fake::at_desk(Role::Admin)
        .get("/admin/invitations/import/x")
        .await;
    assert_eq!(page.status(), 404);
}

#[tokio::test]
async fn the_dry_run_says_row_by_row_what_would_happen() {
    let mut wrong = row(17, RowKind::Mistake);
    wrong.column = 3;
    wrong.mistake = Some((
        "E-mail".to_owned(),
        CellMistake::EmailMalformed,
        "lena@<script>".to_owned(),
    ));
    let mut beyond = row(18, RowKind::Mistake);
    beyond.column = 9;
    beyond.mistake = Some((String::new(), CellMistake::CellTooMany, "Jr.".to_owned()));
    let rows = vec![
        wrong,
        beyond,
        row(19, RowKind::Invite),
        row(20, RowKind::Repeated),
        row(21, RowKind::Closed),
    ];
    let page = look(report(ImportState::Checked, rows)).await;
    for text in [
        "A list of 1,204 rows",
        "Nobody is invited yet. The list would invite 1,200 people.",
        "Columns that weren’t read: Office, &lt;b&gt;.",
        "Column 3, “E-mail”",
        "“lena@&lt;script&gt;”. This isn’t a complete e-mail address.",
        "Column 9",
        "Will be invited",
        "Skipped: the same e-mail stands in an earlier line, line 2",
        "a list doesn’t open it again",
        "1 with mistakes",
        "1,200 to invite",
    ] {
        assert!(page.says(text), "{text}");
    }
    let form = page.form("/admin/invitations/import");
    assert!(form.contains("name=\"apply\" value=\"list-id\""));
    assert!(form.contains("Invite 1,200 people</button>"));
    assert!(page.contains("show=all&amp;below=21.0"));
}

#[tokio::test]
async fn a_list_that_invites_nobody_has_no_button() {
    let mut nobody = report(ImportState::Checked, vec![row(2, RowKind::HasAccount)]);
    nobody.summary.to_invite = 0;
    let page = look(nobody).await;
    assert!(page.contains("This list would invite nobody."));
    assert!(!page.contains("<form method=\"post\" action=\"/admin"));
}

#[tokio::test]
async fn while_it_runs_the_page_says_how_far_it_is() {
    let mut done = row(2, RowKind::Invite);
    done.outcome = Some(RowOutcome::Invited);
    let rows = vec![done, row(3, RowKind::Invite)];
    let page = look(report(ImportState::Running, rows)).await;
    for text in [
        "250 of 1,200 people done",
        "Invited</span>",
        "Not done yet",
        "value=\"250\"",
    ] {
        assert!(page.says(text), "{text}");
    }
    assert!(!page.contains("name=\"apply\""));
    // What looks again by itself, and what does without script.
    assert!(page.contains("data-under-way") && page.policy().contains("script-src 'nonce-"));
    assert!(page.contains("See how far it is"));
}

#[tokio::test]
async fn afterwards_the_same_report_says_what_came_of_each_row() {
    let outcomes = [
        RowOutcome::Invited,
        RowOutcome::InvitedAlready,
        RowOutcome::HasAccount,
        RowOutcome::Closed,
    ];
    let rows = (2..).zip(outcomes).map(|(line, outcome)| {
        let mut row = row(line, RowKind::Invite);
        row.outcome = Some(outcome);
        row
    });
    let page = look(report(ImportState::Finished, rows.collect())).await;
    for text in [
        "249 people invited.",
        "1 person would have been",
        "somebody else invited them meanwhile",
        "they have got an account meanwhile",
        "the account was closed meanwhile",
    ] {
        assert!(page.says(text), "{text}");
    }
    let page = look(report(ImportState::Stopped, vec![])).await;
    assert!(page.says("This list was stopped after 249 people"));
}
