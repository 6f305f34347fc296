//! `audit verify --pack`: the evidence of a review.

use std::fs;

use sqlx::PgPool;
use vestibule::{
    secrets::MasterKey,
    service::{
        audit::SignedHead,
        desk::reviews::pack::{FIRST_LINE, Pack},
    },
};

use crate::harness::{Installation, Kept, Run};

/// The bytes of the harness' `SECRET_KEY`.
const KEY: [u8; 32] = *b"01234567890123456789012345678901";

const LINKS: &str = "review,Fourth quarter\r\nlinks,2\r\n\r\nplace,link\r\n1,a\r\n2,b\r\n";

/// A pack of two links as the installation would write it now.
async fn pack(there: &Installation, key: [u8; 32]) -> String {
    let line = there.run("audit head").await.ended(0).out;
    let head: SignedHead = line.parse().unwrap();
    let contents = format!("{FIRST_LINE}{LINKS}");
    let mut pack = Pack::new(&MasterKey::new(key));
    pack.add(&contents);
    format!("{contents}{}", pack.close(&head))
}

async fn verify(there: &Installation, pack: &str) -> Run {
    let kept = Kept::beside(there);
    fs::write(kept.path(), pack).unwrap();
    let arguments = ["audit", "verify", "--pack", kept.path()];
    there.run_with(there.settings.clone(), &arguments).await
}

#[sqlx::test(migrations = "../migrations")]
async fn a_pack_as_it_was_written_is_intact_also_after_more_has_happened(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.run("admin grant dana@firm.test").await.ended(0);
    let pack = pack(&there, KEY).await;
    let run = verify(&there, &pack).await.ended(0);
    assert_eq!(run.out.lines().count(), 1, "{run:?}");
    run.tells("Intact: the pack’s 2 links fit its checksum; its signature is this installation’s; the audit holds the 1 events that it names.");
    there.run("admin grant ikram@firm.test").await.ended(0);
    verify(&there, &pack).await.ended(0);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_was_altered_in_a_pack_is_told_beside_what_was_not(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.run("admin grant dana@firm.test").await.ended(0);
    let whole = pack(&there, KEY).await;
    for (altered, said) in [
        (whole.replacen("2,b\r\n", "", 1), "contents were altered"),
        (whole.replacen("1,a", "1,c", 1), "contents were altered"),
        (
            whole.replacen("position=1", "position=2", 1),
            "signature doesn’t fit",
        ),
    ] {
        let run = verify(&there, &altered).await.ended(1);
        assert!(run.err.contains(said), "{run:?}");
        assert!(run.err.contains("its signature doesn’t fit"), "{run:?}");
        assert!(run.err.contains("the audit itself is intact"), "{run:?}");
    }
    for no_pack in ["", "links,2\r\n", &whole[..whole.len() - 20], "\u{0}\u{1}"] {
        let run = verify(&there, no_pack).await.ended(1);
        assert!(run.err.contains("isn't a whole evidence pack"), "{run:?}");
    }
    let missing = ["audit", "verify", "--pack", "/no/such/file"];
    there
        .run_with(there.settings.clone(), &missing)
        .await
        .ended(1);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_pack_of_another_installation_is_told(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.run("admin grant dana@firm.test").await.ended(0);
    let foreign = pack(&there, [9; 32]).await;
    let run = verify(&there, &foreign).await.ended(1);
    assert!(
        run.err
            .contains("the pack’s 2 links fit its checksum; its signature doesn’t fit"),
        "{run:?}"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn a_pack_tells_that_the_audit_was_put_back_to_before_it(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.run("admin grant dana@firm.test").await.ended(0);
    let whole = pack(&there, KEY).await;
    there
        .sql(
            "ALTER TABLE audit_events DISABLE TRIGGER ALL;
             ALTER TABLE audit_chain DISABLE TRIGGER ALL;
             DELETE FROM audit_events;
             DELETE FROM audit_chain;
             UPDATE audit_head SET position = 0, hash = '', signature = ''",
        )
        .await;
    let run = verify(&there, &whole).await.ended(1);
    assert!(
        run.err
            .contains("its signature is this installation’s; the audit is broken"),
        "{run:?}"
    );
}
