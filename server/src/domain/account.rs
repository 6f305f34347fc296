//! The states and roles of an account, and the ids of things.

use std::{fmt, str::FromStr};

use uuid::Uuid;

/// The id of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountId(pub Uuid);

/// The id of an identity: of one link between a Clio login and an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IdentityId(pub Uuid);

/// The id of a session, safe to show: it opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionId(pub Uuid);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that names no status or role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {0}")]
pub struct Unknown(pub(crate) &'static str);

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Made by an administrator, never used.
    Invited,
    /// Signed in with Clio, not admitted yet. Never a stand-in for suspended.
    Pending,
    /// In use.
    Active,
    /// Closed by an administrator, for now.
    Suspended,
    /// Closed for good.
    Deleted,
}

impl Status {
    /// The word in SQL and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deleted => "deleted",
        }
    }
}

impl FromStr for Status {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Ok(match text {
            "invited" => Self::Invited,
            "pending" => Self::Pending,
            "active" => Self::Active,
            "suspended" => Self::Suspended,
            "deleted" => Self::Deleted,
            _ => return Err(Unknown("status")),
        })
    }
}

/// What an account may do. The order is that of rising rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A person of the firm.
    Member,
    /// Sees and attests, changes nothing.
    Reviewer,
    /// Decides about members' accounts.
    Admin,
    /// Decides about administrators, too.
    Owner,
}

impl Role {
    /// The word in SQL and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Reviewer => "reviewer",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl FromStr for Role {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Ok(match text {
            "member" => Self::Member,
            "reviewer" => Self::Reviewer,
            "admin" => Self::Admin,
            "owner" => Self::Owner,
            _ => return Err(Unknown("role")),
        })
    }
}
