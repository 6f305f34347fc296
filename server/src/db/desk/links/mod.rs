//! The list of links, from its projection: which links a page shows, how many there are, and the rows.
//!
//! `PLANS.md` beside this room says which question is asked when, and what each costs.

mod by_profile;
mod collect;
mod conditions;
mod counting;
mod place;
mod ranked;
mod rows;
mod sample;
mod walk;

/// A statement over an order of links, chosen by order and direction: `$statement` is a macro that is given the
/// order's table, its key and the key's type; what a link's last use must be like; the comparison and the way
/// of the direction; what it begins behind and where it ends; then whatever else is passed.
macro_rules! in_order {
    (@way $statement:ident, $table:literal, $key:literal, $type:literal, $field:ident, $direction:expr, $range:expr,
     $($argument:expr),+) => {
        match $direction {
            Direction::Ascending => $statement!(
                $table, $key, $type, ">", "<=", "ASC", $range.0.$field(), $range.1.$field(), $range, $($argument),+
            ),
            Direction::Descending => $statement!(
                $table, $key, $type, "<", ">=", "DESC", $range.0.$field(), $range.1.$field(), $range, $($argument),+
            ),
        }
    };
    ($statement:ident, $order:expr, $direction:expr, $range:expr, $($argument:expr),+) => {
        match $order {
            Order::Person => in_order!(
                @way $statement, "desk_links", "person", "text", text, $direction, $range, $($argument),+
            ),
            Order::Email => in_order!(
                @way $statement, "desk_links", "email", "text", text, $direction, $range, $($argument),+
            ),
            Order::ClioEmail => in_order!(
                @way $statement, "desk_links", "clio_email", "text", text, $direction, $range, $($argument),+
            ),
            Order::Linked => in_order!(
                @way $statement, "desk_links", "linked_at", "timestamptz", time, $direction, $range, $($argument),+
            ),
            Order::Reviewed => in_order!(
                @way $statement, "desk_links", "reviewed_at", "timestamptz", time, $direction, $range, $($argument),+
            ),
            Order::Used => in_order!(
                @way $statement, "desk_uses", "last_used_at", "timestamptz", time, $direction, $range, $($argument),+
            ),
        }
    };
}
use in_order;

use crate::domain::desk::links::Order;

pub use self::{
    by_profile::{by_profile, count},
    collect::{Asked, Driver, Source, collect},
    conditions::{Conditions, Known, know},
    counting::count_matching,
    place::Start,
    ranked::ranked,
    rows::{LinkRow, OfRoster, Review, in_roster, rows},
    sample::{Sampled, sample},
    walk::walk,
};

/// Whether an order is one of texts.
const fn is_text(order: Order) -> bool {
    matches!(order, Order::Person | Order::Email | Order::ClioEmail)
}
