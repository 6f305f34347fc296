//! Why Clio Manage couldn't be asked, or didn't answer.

use time::OffsetDateTime;

use super::super::FetchError;

/// Why a question to Clio Manage has no answer. Holds neither address nor content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManageError {
    /// The region isn't among those of `CLIO_MANAGE_REGIONS` any more.
    #[error("region_off")]
    RegionOff,
    /// No connection, no answer in time, or one that broke off or is too large.
    #[error("{0}")]
    Unreachable(#[from] FetchError),
    /// The token's budget is spent: by what Clio said before, without asking again, or with a 429.
    #[error("rate_limited")]
    RateLimited {
        /// When there is a new one.
        until: OffsetDateTime,
    },
    /// 401: the token is over, was revoked, or is another region's, which Clio doesn't tell apart.
    #[error("unauthorized")]
    Unauthorized,
    /// 403: the application lacks a permission that the question needs.
    #[error("forbidden")]
    Forbidden,
    /// 410: the version of `CLIO_MANAGE_API_VERSION` is retired.
    #[error("version_retired")]
    VersionRetired,
    /// Clio refuses the application's key or secret: the operator must act.
    #[error("invalid_client")]
    InvalidClient,
    /// Clio refuses the code or the refresh token, or they are another region's.
    #[error("invalid_grant")]
    InvalidGrant,
    /// Clio answers with a server error.
    #[error("clio_failed")]
    Failed,
    /// Clio answers something else than was asked for.
    #[error("unusable")]
    Unusable,
}

impl ManageError {
    /// Whether asking again later may help, with nobody doing anything meanwhile.
    pub const fn is_passing(self) -> bool {
        matches!(
            self,
            Self::Unreachable(_) | Self::RateLimited { .. } | Self::Failed
        )
    }

    /// Whether the grant is of no use any more, until its person renews it.
    pub const fn ends_grant(self) -> bool {
        matches!(self, Self::Unauthorized | Self::InvalidGrant)
    }

    /// The word in the record and in SQL.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::RegionOff => "region_off",
            Self::Unreachable(FetchError::Connect) => "connect",
            Self::Unreachable(FetchError::Timeout) => "timeout",
            Self::Unreachable(FetchError::TooLarge) => "too_large",
            Self::Unreachable(FetchError::Transport) => "transport",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::VersionRetired => "version_retired",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::Failed => "clio_failed",
            Self::Unusable => "unusable",
        }
    }
}
