//! Which exports are replayed after a backup was restored: those that go on where this database's own
//! record ends, whole and as they were written.

use serde_json::Value;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{OperatorsFile, Site, acted, signed_in, sql, with_role};

const WHY: (&str, &str) = ("reason", "Left the firm.");

/// A firm in whose restored database somebody is active who was suspended since, and the export that says
/// so.
async fn restored(pool: PgPool) -> (Site, OperatorsFile) {
    let site = Site::start(pool, |settings| {
        settings.any_subject = true;
    })
    .await;
    let owner = with_role(&site, "owner", "owner").await;
    signed_in(&site, "dana").await;
    let account = site.linked("ikram", "ikram@harbourlane.test").await;
    site.operate(&["audit", "head"]).await.ended(0);
    let backup = site.back_up().await;
    acted(&owner, ("suspend", "suspended"), account, &[WHY]).await;
    acted(&owner, ("reactivate", "reactivated"), account, &[]).await;
    acted(&owner, ("suspend", "suspended"), account, &[WHY]).await;
    let export = site.export("export").await;
    site.restore(&backup).await;
    (site, export)
}

async fn refused(site: &Site, export: &str, told: &str) {
    let file = site.file("tampered");
    file.write(export);
    let before = site.dump().await;
    let said = site
        .operate(&["restored", "--replay", file.path()])
        .await
        .ended(1);
    assert!(said.err.contains(told), "{told}: {}", said.err);
    assert!(said.err.contains("Nothing was changed"), "{}", said.err);
    assert_eq!(said.out, "");
    assert_eq!(site.dump().await, before, "{told}");
}

async fn accepted(site: &Site, export: &str) {
    let file = site.file("honest");
    file.write(export);
    let said = site
        .operate(&["restored", "--replay", file.path()])
        .await
        .ended(0);
    assert!(said.out.contains("1 accounts closed"), "{}", said.out);
}

fn lines(export: &str) -> Vec<Value> {
    export
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn written(lines: &[Value]) -> String {
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    format!("{}\n", lines.join("\n"))
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_tampered_or_cut_export_is_refused_and_changes_nothing(pool: PgPool) {
    let (site, export) = restored(pool).await;
    let honest = export.text();
    let all = lines(&honest);
    let last = all.len() - 1;
    let changed = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut lines = all.clone();
        change(&mut lines);
        written(&lines)
    };
    let head = all[last]["audit_head"].clone();
    let with_head_at = |lines: &mut Vec<Value>| {
        let last = lines.len() - 1;
        lines[last]["audit_head"] = head.clone();
    };
    let altered = "isn’t what was sealed";
    let missing = "is missing, or there twice";
    for (tampered, told) in [
        (
            changed(&|lines| lines[last]["action"] = "account.noted".into()),
            altered,
        ),
        (
            changed(&|lines| lines[last]["account_id"] = lines[0]["actor_account_id"].clone()),
            altered,
        ),
        (
            changed(&|lines| lines[last]["detail"]["to"] = "active".into()),
            altered,
        ),
        (
            changed(&|lines| lines[last]["at"] = lines[0]["at"].clone()),
            altered,
        ),
        // Also where nothing is replayed.
        (
            changed(&|lines| lines[0]["action"] = "account.noted".into()),
            altered,
        ),
        (changed(&|lines| drop(lines.remove(last - 1))), missing),
        (changed(&|lines| drop(lines.remove(0))), missing),
        (
            changed(&|lines| {
                let again = lines[0].clone();
                lines.insert(0, again);
            }),
            missing,
        ),
        (
            changed(&|lines| {
                let again = lines[last - 1].clone();
                lines.insert(0, again);
            }),
            missing,
        ),
        (
            changed(&|lines| drop(lines.pop())),
            "doesn’t bear the signed end",
        ),
        (
            changed(&|lines| {
                lines.pop();
                with_head_at(lines);
            }),
            "it was cut off, or altered",
        ),
        (
            changed(&|lines| lines[last]["audit_head"] = "".into()),
            "doesn’t bear the signed end",
        ),
        (
            changed(&|lines| {
                let signed = lines[last]["audit_head"].as_str().unwrap();
                lines[last]["audit_head"] = signed.replacen("hash=", "hash=0", 1).into();
            }),
            "doesn’t bear the signed end",
        ),
        (
            changed(&|lines| {
                let signed = lines[last]["audit_head"].as_str().unwrap();
                let (start, end) = signed.split_at(signed.len() - 1);
                let digit = if end == "0" { "1" } else { "0" };
                lines[last]["audit_head"] = format!("{start}{digit}").into();
            }),
            "isn’t signed with this SECRET_KEY",
        ),
        // Whose link was taken away proves nothing, and leaves a gap.
        (
            changed(&|lines| {
                lines[last - 1]["place"] = Value::Null;
                lines[last - 1]["link"] = Value::Null;
            }),
            missing,
        ),
        (
            format!("{honest}{{}}\n"),
            "isn’t one of `vestibule audit export`",
        ),
        (
            format!("{honest}{honest}"),
            "isn’t one of `vestibule audit export`",
        ),
        (
            honest[..honest.len() - 9].to_owned(),
            "isn’t one of `vestibule audit export`",
        ),
        ("From: audit\n".to_owned(), "line 1 isn’t one"),
        (String::new(), "doesn’t bear the signed end"),
    ] {
        refused(&site, &tampered, told).await;
    }
    // The order of the lines says nothing, but which is the last.
    accepted(&site, &changed(&|lines| lines[..last].reverse())).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_export_that_isnt_newer_is_refused(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.any_subject = true;
    })
    .await;
    let owner = with_role(&site, "owner", "owner").await;
    let older = site.export("older").await;
    let account = site.linked("ikram", "ikram@harbourlane.test").await;
    acted(&owner, ("suspend", "suspended"), account, &[WHY]).await;
    let quiet = site.export("quiet").await;
    let backup = site.back_up().await;
    site.restore(&backup).await;
    refused(&site, &older.text(), "it is older than what was restored").await;
    // A night in which nothing happened is none of the operator's faults.
    let replay = ["restored", "--replay", quiet.path()];
    let said = site.operate(&replay).await.ended(0);
    assert!(said.out.contains("of 0 events"), "{}", said.out);
    let said = site.operate(&replay).await.ended(0);
    assert!(said.out.contains("replayed before"), "{}", said.out);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_databases_export_is_refused_and_changes_nothing(pool: PgPool) {
    let (site, export) = restored(pool).await;
    // Another installation with the same key, as a copy for tests may have: what it recorded is sealed
    // as soundly.
    let honest = export.text();
    let foreign = {
        let backup = site.back_up().await;
        sql(
            &site,
            "ALTER TABLE audit_events DISABLE TRIGGER ALL;
             ALTER TABLE audit_chain DISABLE TRIGGER ALL;
             DELETE FROM audit_chain;
             UPDATE audit_events SET at = at + interval '1 millisecond';
             UPDATE audit_head SET position = 0, hash = '', signature = '', sealed_before = '0'",
        )
        .await;
        let foreign = site.export("foreign").await.text();
        site.restore(&backup).await;
        foreign
    };
    refused(&site, &foreign, "nothing in common").await;
    accepted(&site, &honest).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn with_another_key_nothing_is_replayed(pool: PgPool) {
    let (site, export) = restored(pool).await;
    let before = site.dump().await;
    let said = site
        .operate_with(
            ("SECRET_KEY", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="),
            &["restored", "--replay", export.path()],
        )
        .await
        .ended(1);
    assert!(said.err.contains("SECRET_KEY"), "{}", said.err);
    assert_eq!(site.dump().await, before);
    accepted(&site, &export.text()).await;
}
