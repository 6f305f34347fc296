//! Firms and their users.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::Region;

/// A firm's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firm {
    /// Where.
    pub region: Region,
    /// Its number there.
    pub id: u64,
    /// Its name.
    pub name: String,
}

impl Firm {
    /// A firm.
    pub fn new(region: Region, id: u64, name: impl Into<String>) -> Self {
        Self {
            region,
            id,
            name: name.into(),
        }
    }
}

/// A user of a firm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManageUser {
    /// The user's number in the region.
    pub id: u64,
    /// The firm's number.
    pub firm: u64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail.
    pub email: Option<String>,
    /// Whether the user can sign in.
    pub enabled: bool,
    /// Whether the user owns the firm's account.
    pub account_owner: bool,
    /// Whether the user is a client who sees the portal only.
    pub clio_connect: bool,
    /// `Attorney` or `NonAttorney`.
    pub subscription_type: String,
    /// Roles, such as `Admin`.
    pub roles: Vec<String>,
    /// The time zone, as Clio names it.
    #[serde(default = "eastern")]
    pub time_zone: String,
    /// Since when there is this user; long ago for whoever is there from the start.
    #[serde(skip, default = "long_ago")]
    pub created_at: OffsetDateTime,
    /// When the user was last changed.
    #[serde(skip, default = "long_ago")]
    pub updated_at: OffsetDateTime,
}

fn eastern() -> String {
    "Eastern Time (US & Canada)".to_owned()
}

const fn long_ago() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH
}

impl ManageUser {
    /// A user who can sign in.
    pub fn new(id: u64, firm: u64, email: impl Into<String>) -> Self {
        Self {
            id,
            firm,
            first_name: String::new(),
            last_name: String::new(),
            email: Some(email.into()),
            enabled: true,
            account_owner: false,
            clio_connect: false,
            subscription_type: "Attorney".to_owned(),
            roles: Vec::new(),
            time_zone: eastern(),
            created_at: long_ago(),
            updated_at: long_ago(),
        }
    }

    /// The same user with a name.
    #[must_use]
    pub fn named(mut self, first_name: impl Into<String>, last_name: impl Into<String>) -> Self {
        self.first_name = first_name.into();
        self.last_name = last_name.into();
        self
    }

    /// The same user as the owner of the firm's account.
    #[must_use]
    pub fn owning(mut self) -> Self {
        self.account_owner = true;
        self.roles = vec!["Admin".to_owned()];
        self
    }

    /// The same user, whose login is switched off.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.enabled = false;
        self
    }

    /// The same user as a client who sees the portal only.
    #[must_use]
    pub fn of_portal(mut self) -> Self {
        self.clio_connect = true;
        self.subscription_type = String::new();
        self
    }

    /// The same user without a law degree.
    #[must_use]
    pub fn of_staff(mut self) -> Self {
        "NonAttorney".clone_into(&mut self.subscription_type);
        self
    }

    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
    }
}

/// The demo's firms: "Harbour & Lane" in the United States, and its office in Europe; one firm besides.
pub fn demo_firms() -> Vec<Firm> {
    vec![
        Firm::new(Region::Us, 20_001, "Harbour & Lane"),
        Firm::new(Region::Us, 20_002, "Alder & Finch"),
        Firm::new(Region::Eu, 30_001, "Harbour & Lane Dublin"),
    ]
}

/// The demo's users, with the region of each.
pub fn demo_users() -> Vec<(Region, ManageUser)> {
    let user = |id: u64, email: &str, first: &str, last: &str| {
        ManageUser::new(id, 20_001, format!("{email}@harbourlane.test")).named(first, last)
    };
    let us = [
        user(710_271, "d.whitlock", "Dana", "Whitlock").owning(),
        user(710_272, "ikram.osei", "Ikram", "Osei"),
        user(710_273, "tomas.ferreira", "Tomás", "Ferreira"),
        user(710_274, "priya.nandakumar", "Priya", "Nandakumar"),
        user(710_275, "jonas.eriksen", "Jonas", "Eriksen").disabled(),
        user(710_276, "mei-lin.zhao", "Mei-Lin", "Zhao"),
        user(710_277, "amara.okonkwo", "Amara", "Okonkwo").of_staff(),
        user(710_278, "rafael.duarte", "Rafael", "Duarte").of_staff(),
        user(710_279, "frontdesk", "Front", "Desk").of_staff(),
        user(710_280, "s.haddad", "Samira", "Haddad"),
        user(710_283, "noor.van.dijk", "Noor", "van Dijk"),
        user(710_284, "ewan.macleod", "Ewan", "MacLeod").of_staff(),
        user(710_290, "client", "Clara", "Ient").of_portal(),
        ManageUser::new(722_904, 20_002, "lena@brandtlaw.test")
            .named("Lena", "Brandt")
            .owning(),
    ];
    let eu = [
        ManageUser::new(830_282, 30_001, "aoife.ni.bhriain@harbourlane.test")
            .named("Aoife", "Ní Bhriain")
            .owning(),
        ManageUser::new(830_285, 30_001, "cormac.daly@harbourlane.test").named("Cormac", "Daly"),
    ];
    let us = us.into_iter().map(|user| (Region::Us, user));
    us.chain(eu.into_iter().map(|user| (Region::Eu, user)))
        .collect()
}
