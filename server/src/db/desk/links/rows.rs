//! The rows of a page, from the tables that the list is a projection of.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::{Role, Status},
        desk::{
            links::{Place, RosterLogin},
            profile::{LinkMethod, Origin, Profile},
        },
        manage::region::Region,
    },
};

/// A link, as the desk lists it.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// The link.
    pub id: Uuid,
    /// The account.
    pub account: Uuid,
    /// The account's first name.
    pub first_name: String,
    /// The account's last name.
    pub last_name: String,
    /// The account's e-mail.
    pub email: String,
    /// The e-mail at Clio.
    pub clio_email: Option<String>,
    /// Whether the two differ.
    pub has_drifted: bool,
    /// The account's state.
    pub status: Status,
    /// The account's role.
    pub role: Role,
    /// What made the account.
    pub origin: Origin,
    /// How the link was proved.
    pub method: LinkMethod,
    /// Since when.
    pub linked_at: OffsetDateTime,
    /// From which address; empty where it isn't known.
    pub linked_address: String,
    /// From which device; empty where it isn't known.
    pub linked_device: String,
    /// The last sign-in with it.
    pub last_used_at: OffsetDateTime,
    /// When it was disconnected.
    pub unlinked_at: Option<OffsetDateTime>,
    /// Who reviewed it last, and when.
    pub review: Option<Review>,
    /// What the roster says of the person, where that was asked for.
    pub roster: Option<OfRoster>,
}

/// What the roster says of somebody: of where they are, or else were last.
#[derive(Clone, Debug)]
pub struct OfRoster {
    /// The firm's name in Clio.
    pub firm: String,
    /// Its region.
    pub region: Region,
    /// Their roles there.
    pub roles: Vec<String>,
    /// Whether they can sign in to the firm.
    pub login: RosterLogin,
    /// When a read last found them.
    pub seen_at: OffsetDateTime,
}

/// A review of a link.
#[derive(Clone, Debug)]
pub struct Review {
    /// When.
    pub at: OffsetDateTime,
    /// The reviewer's name, or the e-mail where there is none.
    pub by: String,
}

struct Row {
    n: i32,
    id: Uuid,
    account_id: Uuid,
    first_name: String,
    last_name: String,
    email: String,
    clio_email: Option<String>,
    has_drifted: bool,
    status: String,
    role: String,
    origin: String,
    link_method: String,
    linked_at: OffsetDateTime,
    linked_address: String,
    linked_device: String,
    last_used_at: OffsetDateTime,
    unlinked_at: Option<OffsetDateTime>,
    reviewed_at: Option<OffsetDateTime>,
    reviewer: Option<String>,
}

impl Row {
    fn link(self) -> DbResult<LinkRow> {
        Ok(LinkRow {
            id: self.id,
            account: self.account_id,
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            clio_email: self.clio_email,
            has_drifted: self.has_drifted,
            status: self.status.parse()?,
            role: self.role.parse()?,
            origin: self.origin.parse()?,
            method: self.link_method.parse()?,
            linked_at: self.linked_at,
            linked_address: self.linked_address,
            linked_device: self.linked_device,
            last_used_at: self.last_used_at,
            unlinked_at: self.unlinked_at,
            review: self
                .reviewed_at
                .zip(self.reviewer)
                .map(|(at, by)| Review { at, by }),
            roster: None,
        })
    }
}

/// The rows of these places, in their order.
pub async fn rows(connection: &mut PgConnection, places: &[Place]) -> DbResult<Vec<LinkRow>> {
    let numbers: Vec<i32> = places.iter().map(|place| place.n).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT
             link.n,
             i.id,
             i.account_id,
             a.first_name,
             a.last_name,
             a.email,
             i.email AS clio_email,
             coalesce(lower(i.email COLLATE "C") <> lower(a.email COLLATE "C"), false) AS "has_drifted!",
             a.status,
             a.role,
             a.origin,
             i.link_method,
             i.linked_at,
             i.linked_address,
             i.linked_device,
             i.last_used_at,
             i.unlinked_at,
             review.at AS "reviewed_at?",
             review.reviewer AS "reviewer?"
         FROM unnest($1::integer[]) AS wanted (n)
         JOIN desk_links AS link ON link.n = wanted.n
         JOIN identities i ON i.id = link.id
         JOIN accounts a ON a.id = i.account_id
         LEFT JOIN LATERAL (
             SELECT
                 r.at,
                 coalesce(
                     nullif(concat_ws(' ', nullif(by.first_name, ''), nullif(by.last_name, '')), ''),
                     by.email
                 ) AS reviewer
             FROM link_reviews r
             JOIN accounts AS by ON by.id = r.reviewer_account_id
             WHERE link.profile & $2 <> 0
               AND r.identity_id = i.id
               AND coalesce(r.undone_at, 'infinity') = 'infinity'
             ORDER BY r.at DESC
             LIMIT 1
         ) review ON true"#,
        &numbers,
        Profile::REVIEWED,
    )
    .fetch_all(connection)
    .await?;
    let mut rows = rows;
    let place_of = |n: i32| numbers.iter().position(|number| *number == n);
    rows.sort_by_cached_key(|row| place_of(row.n));
    rows.into_iter().map(Row::link).collect()
}

/// Adds to links what the roster says of their people.
pub async fn in_roster(connection: &mut PgConnection, links: &mut [LinkRow]) -> DbResult<()> {
    let accounts: Vec<Uuid> = links.iter().map(|link| link.account).collect();
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (p.account_id)
             p.account_id AS "account!",
             f.name AS firm,
             f.region,
             p.roles AS "roles: Vec<String>",
             p.is_there,
             p.is_enabled,
             p.seen_at
         FROM roster_people p
         JOIN manage_firms f ON f.id = p.firm_id
         WHERE p.account_id = ANY ($1)
           AND f.disconnected_at IS NULL
         ORDER BY p.account_id, p.is_there DESC, p.is_enabled DESC, p.seen_at DESC"#,
        &accounts,
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        let said = OfRoster {
            firm: row.firm,
            region: row.region.parse()?,
            roles: row.roles,
            login: match (row.is_there, row.is_enabled) {
                (false, _) => RosterLogin::Gone,
                (true, true) => RosterLogin::Enabled,
                (true, false) => RosterLogin::Disabled,
            },
            seen_at: row.seen_at,
        };
        for link in links.iter_mut().filter(|link| link.account == row.account) {
            link.roster = Some(said.clone());
        }
    }
    Ok(())
}
