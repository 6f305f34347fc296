//! What a list asks of the roster: of the people of the firms that Clio Manage lists.

use super::words::{Word, words};
use crate::wire::Region;

/// Whether somebody can sign in to a firm in Clio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RosterLogin {
    /// Yes.
    Enabled,
    /// The login is disabled.
    Disabled,
    /// They were in a firm, and aren't any more.
    Gone,
    /// No read has ever found them.
    Absent,
}

words!(RosterLogin: Enabled = "yes", Disabled = "no", Gone = "gone", Absent = "absent");

/// What is asked of the roster; nothing by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InRoster {
    /// A firm: its region and number in Clio, as `us:20001`.
    pub firm: Option<String>,
    /// A region.
    pub region: Option<Region>,
    /// A role, as Clio calls it, case aside.
    pub role: Option<String>,
    /// Whether they can sign in to the firm.
    pub login: Option<RosterLogin>,
    /// Not found by a read for so many days, 1 to 9999.
    pub not_seen: Option<u16>,
}

/// The longest text of a firm or a role, in characters.
const LONGEST: usize = 100;

impl InRoster {
    pub(super) fn take(&mut self, name: &str, value: &str) {
        let text = || {
            let text: String = value.trim().chars().take(LONGEST).collect();
            Some(text.trim_end().to_owned()).filter(|text| !text.is_empty())
        };
        match name {
            "firm" => self.firm = text(),
            "region" => self.region = Region::from_code(value),
            "clio_role" => self.role = text(),
            "enabled" => self.login = Word::read(value),
            "not_seen" => {
                let days = value.trim().parse().ok();
                self.not_seen = days.filter(|days| (1..=9999).contains(days));
            }
            _ => {}
        }
    }
}
