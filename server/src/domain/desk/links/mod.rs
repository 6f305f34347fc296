//! Which links a list shows, and in what order.

mod filter;
mod order;
mod place;

pub use self::{
    filter::{Connection, Filter, InRoster, RosterLogin, SHORTEST_WORD, Times, words},
    order::{Direction, Order, Sort},
    place::{Key, MOST_COUNTED, Place, Total, Window},
};
