//! The list of links.

use app::{
    api::Failure,
    backend::{Destination, desk::Links},
    wire::{
        self, FormProblem,
        desk::links::{
            Column, Connection, Count, InRoster, Line, LinksPage, Listing, Matched, OfRoster,
            Origin, Reviewed, RosterLogin, SavedView, Turn,
        },
        desk::roster::ClioLogin,
    },
};
use async_trait::async_trait;
use time::{Date, format_description::well_known::Iso8601};
use uuid::Uuid;

use crate::{
    backend::{RequestBackend, form, manage, to, unavailable, words},
    db::desk::links::LinkRow,
    domain::{
        account::{Role, Status},
        desk::{
            links::{self as rules, Direction, Filter, Place, Sort, Total, Window},
            profile::{self, LinkMethod},
            rules::Right,
        },
        manage::region::{FirmKey, Region},
    },
    service::{
        desk::{links, views},
        manage::roster::seen as roster,
    },
};

/// How many links a page shows.
const PAGE: u16 = 50;

/// The longest name of a kept list, in characters, and its longest query string, in bytes.
const LONGEST_NAME: usize = 60;
const LONGEST_QUERY: usize = 2000;

#[async_trait]
impl Links for RequestBackend {
    async fn links(&self, listing: Listing) -> Result<LinksPage, Failure> {
        let live = self.at_desk(Right::Look)?;
        let services = &self.0.services;
        let (sort, direction) = order(&listing);
        let read = |text: &str| Place::read(text, sort);
        let (backwards, after) = match &listing.turn {
            None => (false, None),
            Some(Turn::After(place)) => (false, read(place)),
            Some(Turn::Before(place)) => (true, read(place)),
            Some(Turn::Last) => (true, None),
        };
        let is_at_an_end = after.is_none();
        let window = Window {
            sort,
            direction: if backwards {
                direction.reversed()
            } else {
                direction
            },
            after,
            most: PAGE,
        };
        let filter = filter(&listing);
        let page = links::page(services, &filter, &window);
        let mut page = page.await.map_err(unavailable)?;
        if backwards {
            page.rows.reverse();
            page.places.reverse();
        }
        let (has_previous, has_next) = if backwards {
            (page.more, !is_at_an_end)
        } else {
            (!is_at_an_end, page.more)
        };
        let place = |place: Option<&Place>, is: bool| place.filter(|_| is).map(Place::to_string);
        let firms = roster::firms(services).await.map_err(unavailable)?;
        let views = views::all(services, live.account);
        let views = views.await.map_err(unavailable)?.into_iter();
        Ok(LinksPage {
            count: count(page.total.unwrap_or(Total::More)),
            previous: place(page.places.first(), has_previous),
            next: place(page.places.last(), has_next),
            lines: page.rows.into_iter().map(|row| self.line(row)).collect(),
            too_short: page.too_short,
            may_decide: Right::Decide.is_of(live.role),
            firms: firms.map(|firms| {
                let firms = firms.into_iter();
                firms
                    .map(|firm| (firm.key.to_string(), firm.name))
                    .collect()
            }),
            views: views
                .map(|view| SavedView {
                    id: view.id.to_string(),
                    of: (view.account_id != live.account.0).then_some(view.keeper),
                    name: view.name,
                    query: view.query,
                    shared: view.shared,
                })
                .collect(),
        })
    }

    async fn keep_view(
        &self,
        name: String,
        query: String,
        shared: bool,
    ) -> Result<Destination, Failure> {
        let live = self.acting(Right::Look).await?;
        let name = name.trim();
        if name.is_empty()
            || name.chars().count() > LONGEST_NAME
            || name.chars().any(char::is_control)
        {
            return Err(form(FormProblem::BadName));
        }
        let listing = Listing::read(&query).turned(None);
        let query = listing.query();
        if query.len() > LONGEST_QUERY {
            return Err(form(FormProblem::TooLong));
        }
        let kept = views::keep(&self.0.services, live.account, name, &query, shared);
        if kept.await.map_err(unavailable)? {
            Ok(to(listing.path()))
        } else {
            Err(form(FormProblem::TooManyKept))
        }
    }

    async fn forget_view(&self, view: String) -> Result<Destination, Failure> {
        let live = self.acting(Right::Look).await?;
        let Ok(view) = view.parse::<Uuid>() else {
            return Err(form(FormProblem::Decided));
        };
        let forgotten = views::forget(&self.0.services, live.account, view);
        if forgotten.await.map_err(unavailable)? {
            Ok(to("/admin/links"))
        } else {
            Err(form(FormProblem::Decided))
        }
    }
}

impl RequestBackend {
    fn line(&self, row: LinkRow) -> Line {
        let from = [row.linked_device, row.linked_address];
        let from: Vec<String> = from.into_iter().filter(|text| !text.is_empty()).collect();
        Line {
            link: row.id.to_string(),
            person: [row.first_name, row.last_name].join(" ").trim().to_owned(),
            email: row.email,
            clio_email: row.clio_email,
            drifted: row.has_drifted,
            status: words::status(row.status),
            role: words::role(row.role),
            method: words::link_method(row.method.as_str()),
            matched: matched(row.method.matched()),
            linked: self.moment(row.linked_at),
            linked_from: from.join(", "),
            used: self.moment(row.last_used_at),
            unlinked: row.unlinked_at.map(|at| self.moment(at)),
            review: row.review.map(|review| Reviewed {
                at: self.moment(review.at),
                by: review.by,
            }),
            roster: row.roster.map(|roster| OfRoster {
                firm: roster.firm,
                region: manage::region(roster.region),
                roles: roster.roles.join(", "),
                login: match roster.login {
                    rules::RosterLogin::Enabled => ClioLogin::Enabled,
                    rules::RosterLogin::Disabled => ClioLogin::Disabled,
                    rules::RosterLogin::Gone | rules::RosterLogin::Absent => ClioLogin::Gone,
                },
                seen: self.moment(roster.seen_at),
            }),
        }
    }
}

/// How many links a list has.
pub(super) const fn count(total: Total) -> Count {
    match total {
        Total::Exactly(count) => Count::Exactly(count),
        Total::More => Count::MoreThan(rules::MOST_COUNTED),
    }
}

/// What a list is sorted by, and in which direction.
pub(crate) fn order(listing: &Listing) -> (Sort, Direction) {
    let sort = match listing.sorted_by() {
        Column::Person => Sort::Person,
        Column::Email => Sort::Email,
        Column::ClioEmail => Sort::ClioEmail,
        Column::Status => Sort::Status,
        Column::Role => Sort::Role,
        Column::Proof => Sort::Method,
        Column::Matched => Sort::Matched,
        // The roster's columns sort nothing.
        Column::Linked
        | Column::Firm
        | Column::Region
        | Column::ClioRole
        | Column::Enabled
        | Column::Seen => Sort::Linked,
        Column::Used => Sort::Used,
        Column::Drift => Sort::Drift,
        Column::Reviewed => Sort::Reviewed,
    };
    let direction = if listing.is_descending() {
        Direction::Descending
    } else {
        Direction::Ascending
    };
    (sort, direction)
}

/// What a list shows, by its query string.
pub(crate) fn read_filter(query: &str) -> Filter {
    filter(&Listing::read(query))
}

/// What a list shows.
pub(crate) fn filter(listing: &Listing) -> Filter {
    let day = |text: &Option<String>| {
        let text = text.as_deref()?;
        Date::parse(text, &Iso8601::DATE).ok()
    };
    let methods = listing.methods.iter().map(|method| match method {
        wire::LinkMethod::FirstSignIn => LinkMethod::FirstSignIn,
        wire::LinkMethod::Password => LinkMethod::Password,
        wire::LinkMethod::Claim => LinkMethod::Claim,
        wire::LinkMethod::Code => LinkMethod::Code,
        wire::LinkMethod::LinkedSignIn => LinkMethod::LinkedSignIn,
        wire::LinkMethod::Administrator => LinkMethod::Administrator,
        wire::LinkMethod::Session => LinkMethod::Session,
    });
    let statuses = listing.statuses.iter().map(|status| match status {
        wire::Status::Invited => Status::Invited,
        wire::Status::Pending => Status::Pending,
        wire::Status::Active => Status::Active,
        wire::Status::Suspended => Status::Suspended,
        wire::Status::Deleted => Status::Deleted,
    });
    let roles = listing.roles.iter().map(|role| match role {
        wire::Role::Member => Role::Member,
        wire::Role::Reviewer => Role::Reviewer,
        wire::Role::Admin => Role::Admin,
        wire::Role::Owner => Role::Owner,
    });
    let origins = listing.origins.iter().map(|origin| match origin {
        Origin::SignIn => profile::Origin::SignIn,
        Origin::Invitation => profile::Origin::Invitation,
        Origin::Import => profile::Origin::Import,
        Origin::CommandLine => profile::Origin::CommandLine,
    });
    Filter {
        connection: match listing.connection {
            Connection::Connected => rules::Connection::Connected,
            Connection::Disconnected => rules::Connection::Disconnected,
            Connection::Either => rules::Connection::Either,
        },
        statuses: statuses.collect(),
        roles: roles.collect(),
        methods: methods.collect(),
        origins: origins.collect(),
        reviewed: listing.reviewed,
        drifted: listing.drifted,
        dormant_days: listing.dormant,
        linked_from: day(&listing.linked_from),
        linked_to: day(&listing.linked_to),
        roster: in_roster(&listing.roster),
        words: rules::words(&listing.search),
    }
}

/// What is asked of the roster; a firm that is none is that of nobody.
fn in_roster(asked: &InRoster) -> Option<rules::InRoster> {
    if *asked == InRoster::default() {
        return None;
    }
    let nobody = FirmKey {
        region: Region::Us,
        number: 0,
    };
    let firm = asked.firm.as_deref();
    Some(rules::InRoster {
        firm: firm.map(|firm| firm.parse().unwrap_or(nobody)),
        region: asked.region.and_then(|region| region.code().parse().ok()),
        role: asked.role.clone(),
        login: asked.login.map(|login| match login {
            RosterLogin::Enabled => rules::RosterLogin::Enabled,
            RosterLogin::Disabled => rules::RosterLogin::Disabled,
            RosterLogin::Gone => rules::RosterLogin::Gone,
            RosterLogin::Absent => rules::RosterLogin::Absent,
        }),
        not_seen_days: asked.not_seen,
    })
}

const fn matched(matched: profile::Matched) -> Matched {
    match matched {
        profile::Matched::NewAccount => Matched::NewAccount,
        profile::Matched::Email => Matched::Email,
        profile::Matched::Invitation => Matched::Invitation,
        profile::Matched::Session => Matched::Session,
        profile::Matched::Case => Matched::Case,
    }
}
