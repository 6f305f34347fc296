//! A watch over every test's database: nothing that counts changes without an event in the audit that
//! commits together with it.

use std::fmt::Write as _;

use sqlx::PgPool;

/// What counts, table by table: which statements, and the columns that anything may change by itself.
const WATCHED: &[(&str, &str, &[&str])] = &[
    (
        "accounts",
        "INSERT OR UPDATE OR DELETE",
        &["welcomed_at", "return_to"],
    ),
    (
        "identities",
        "INSERT OR UPDATE OR DELETE",
        &["last_used_at"],
    ),
    // Sessions that are over are swept.
    (
        "sessions",
        "INSERT OR UPDATE",
        &["last_seen_at", "expires_at"],
    ),
    // What a decision did is forgotten once it can no longer be undone.
    ("cases", "INSERT OR UPDATE OR DELETE", &["effect"]),
    ("invitations", "INSERT OR UPDATE OR DELETE", &[]),
    ("claims", "INSERT OR UPDATE", &[]),
    ("email_changes", "INSERT OR UPDATE", &[]),
    ("merges", "INSERT OR UPDATE", &["changed"]),
    ("link_reviews", "INSERT OR UPDATE OR DELETE", &[]),
    ("desk_notes", "INSERT OR UPDATE OR DELETE", &[]),
    ("dormancy_policies", "INSERT OR UPDATE OR DELETE", &[]),
    ("dormancy_exemptions", "INSERT OR UPDATE OR DELETE", &[]),
    // What a review is about is gathered behind the request that began it.
    (
        "review_campaigns",
        "INSERT OR UPDATE OR DELETE",
        &["items", "is_cut", "gathered_to", "gathered_at"],
    ),
    ("review_items", "UPDATE", &[]),
    // Tokens are renewed, asked for and forgotten behind the requests.
    (
        "manage_grants",
        "INSERT OR UPDATE OR DELETE",
        &[
            "tokens",
            "version",
            "expires_at",
            "refresh_at",
            "refreshing_until",
            "rests_until",
            "check_at",
            "checked_at",
            "firm_number",
            "firm_name",
            "first_name",
            "last_name",
            "email",
            "is_enabled",
            "is_owner",
            "is_portal",
            "subscription",
            "roles",
        ],
    ),
    // Read on and on behind the requests.
    (
        "manage_firms",
        "INSERT OR UPDATE OR DELETE",
        &["next_read_at", "name"],
    ),
    ("roster_rules", "INSERT OR UPDATE OR DELETE", &[]),
    (
        "roster_differences",
        "UPDATE",
        &["why", "before", "after", "account_id"],
    ),
    // An act on many is prepared, gathered and given up as long as nobody has confirmed it.
    (
        "bulk_acts",
        "UPDATE",
        &["gathered_to", "gathered_at", "stopped", "finished_at"],
    ),
];

/// Lets a migrated database refuse to commit what the product changes without recording it. What a test
/// writes by hand over its own connections is its own affair.
pub(super) async fn watch(database: &PgPool) {
    let mut statements = "
        CREATE FUNCTION note_event() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM added) THEN
                PERFORM set_config('watch.recorded_in', pg_current_xact_id()::text, true);
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER note_event AFTER INSERT ON audit_events REFERENCING NEW TABLE AS added
            FOR EACH STATEMENT EXECUTE FUNCTION note_event();
        CREATE FUNCTION require_event() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            free text[] := coalesce(TG_ARGV, '{}');
            was jsonb := to_jsonb(OLD) - free;
            becomes jsonb := to_jsonb(NEW) - free;
        BEGIN
            IF current_setting('application_name') = 'vestibule'
               AND was IS DISTINCT FROM becomes
               AND current_setting('watch.recorded_in', true)
                   IS DISTINCT FROM pg_current_xact_id()::text
            THEN
                RAISE EXCEPTION '% of % without an event: % becomes %',
                    TG_OP, TG_TABLE_NAME, was, becomes;
            END IF;
            RETURN NULL;
        END $$;"
        .to_owned();
    for (table, changes, free) in WATCHED {
        let free: Vec<_> = free.iter().map(|column| format!("'{column}'")).collect();
        write!(
            statements,
            "CREATE CONSTRAINT TRIGGER require_event AFTER {changes} ON {table}
             DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION require_event({});",
            free.join(", ")
        )
        .unwrap();
    }
    let is_due: bool = sqlx::query_scalar(
        "SELECT to_regclass('manage_grants') IS NOT NULL AND to_regproc('note_event') IS NULL",
    )
    .fetch_one(database)
    .await
    .unwrap();
    if is_due {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements))
            .execute(database)
            .await
            .unwrap();
    }
}
