//! What lists of people to invite say line by line, and what came of each line.

use sqlx::PgConnection;
use uuid::Uuid;

use super::DbResult;
use crate::domain::account::AccountId;

/// A line as it was understood: a person, or one of its mistakes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The line that the row begins on, from 1.
    pub line: i32,
    /// The column of a mistake, from 1; 0 for a row without one.
    pub place: i32,
    /// The e-mail as it was typed.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// What the row would do, as a word of [`Verdict`](crate::domain::desk::import::Verdict), or
    /// `mistake`.
    pub verdict: String,
    /// The name of the mistake's column.
    pub column_name: String,
    /// The mistake, as a word of [`Mistake`](crate::domain::desk::import::Mistake).
    pub mistake: Option<String>,
    /// What stands in the mistake's cell.
    pub cell: String,
    /// The line that has the same e-mail already.
    pub same_as_line: Option<i32>,
    /// What came of it.
    pub outcome: Option<String>,
}

/// Keeps lines of a list.
pub async fn insert(connection: &mut PgConnection, import: Uuid, lines: &[Line]) -> DbResult<()> {
    let text = |of: fn(&Line) -> &str| -> Vec<&str> { lines.iter().map(of).collect() };
    let line_numbers: Vec<i32> = lines.iter().map(|line| line.line).collect();
    let places: Vec<i32> = lines.iter().map(|line| line.place).collect();
    let mistakes: Vec<Option<&str>> = lines.iter().map(|line| line.mistake.as_deref()).collect();
    let same: Vec<Option<i32>> = lines.iter().map(|line| line.same_as_line).collect();
    sqlx::query!(
        "INSERT INTO import_rows
             (import_id, line, place, email, first_name, last_name, verdict, column_name, mistake,
              cell, same_as_line)
         SELECT $1, one.*
         FROM unnest(
             $2::integer[],
             $3::integer[],
             $4::text[],
             $5::text[],
             $6::text[],
             $7::text[],
             $8::text[],
             $9::text[],
             $10::text[],
             $11::integer[]
         ) AS one",
        import,
        &line_numbers,
        &places,
        &text(|line| &line.email) as &[&str],
        &text(|line| &line.first_name) as &[&str],
        &text(|line| &line.last_name) as &[&str],
        &text(|line| &line.verdict) as &[&str],
        &text(|line| &line.column_name) as &[&str],
        &mistakes as &[Option<&str>],
        &text(|line| &line.cell) as &[&str],
        &same as &[Option<i32>],
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A person who is still to be invited.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The line.
    pub line: i32,
    /// The e-mail.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
}

/// The people of a list who are to be invited and stand below a line.
pub async fn waiting(
    connection: &mut PgConnection,
    import: Uuid,
    below: i32,
    limit: i64,
) -> DbResult<Vec<Waiting>> {
    let waiting = sqlx::query_as!(
        Waiting,
        "SELECT
             line,
             email,
             first_name,
             last_name
         FROM import_rows
         WHERE import_id = $1
           AND line > $2
           AND verdict IN ('invite', 'invite_unproved')
         ORDER BY line
         LIMIT $3",
        import,
        below,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(waiting)
}

/// What came of a line.
#[derive(Clone, Copy, Debug)]
pub struct Settled {
    /// The line.
    pub line: i32,
    /// What came of it, in a word.
    pub outcome: &'static str,
    /// The account that was made.
    pub account: Option<AccountId>,
}

/// Notes what came of lines.
pub async fn settle(
    connection: &mut PgConnection,
    import: Uuid,
    settled: &[Settled],
) -> DbResult<()> {
    let lines: Vec<i32> = settled.iter().map(|one| one.line).collect();
    let outcomes: Vec<&str> = settled.iter().map(|one| one.outcome).collect();
    let accounts: Vec<Option<Uuid>> = settled
        .iter()
        .map(|one| one.account.map(|account| account.0))
        .collect();
    sqlx::query!(
        "UPDATE import_rows AS row
         SET outcome = one.outcome,
             account_id = one.account_id
         FROM unnest($2::integer[], $3::text[], $4::uuid[]) AS one (line, outcome, account_id)
         WHERE row.import_id = $1
           AND row.line = one.line
           AND row.place = 0",
        import,
        &lines,
        &outcomes as &[&str],
        &accounts as &[Option<Uuid>],
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How many lines of a list are of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// What the lines would do.
    pub verdict: String,
    /// What came of them.
    pub outcome: Option<String>,
    /// How many; a line with several mistakes counts once.
    pub lines: i64,
}

/// How many lines of a list are of which kind.
pub async fn counts(connection: &mut PgConnection, import: Uuid) -> DbResult<Vec<Count>> {
    let counts = sqlx::query_as!(
        Count,
        r#"SELECT
             verdict,
             outcome,
             count(DISTINCT line) AS "lines!"
         FROM import_rows
         WHERE import_id = $1
         GROUP BY
             verdict,
             outcome"#,
        import,
    )
    .fetch_all(connection)
    .await?;
    Ok(counts)
}

/// A page of a list's lines, from the top: of one verdict, or of all where none is named.
pub async fn page(
    connection: &mut PgConnection,
    import: Uuid,
    verdict: Option<&str>,
    below: (i32, i32),
    limit: i64,
) -> DbResult<Vec<Line>> {
    let lines = sqlx::query_as!(
        Line,
        "SELECT
             line,
             place,
             email,
             first_name,
             last_name,
             verdict,
             column_name,
             mistake,
             cell,
             same_as_line,
             outcome
         FROM import_rows
         WHERE import_id = $1
           AND ($2::text IS NULL OR verdict = $2)
           AND (line, place) > ($3, $4)
         ORDER BY
             line,
             place
         LIMIT $5",
        import,
        verdict,
        below.0,
        below.1,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(lines)
}
