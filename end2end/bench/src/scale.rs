//! How much is measured.

use std::time::Duration;

/// How many people are in the crowd that comes at the same moment.
pub(crate) const CROWD: usize = 200;
/// In how many browsers one person comes at the same moment.
pub(crate) const ONE_PERSON: usize = 200;
/// How many journeys or requests are under way at once.
pub(crate) const LANES: usize = 16;

/// How many are under way at once under load.
pub(crate) const LOAD_LANES: usize = 64;
/// How many people come back while Clio hangs.
pub(crate) const HANGING: usize = 200;

/// The numbers of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// Sign-ins before anything is measured.
    pub(crate) warm_up: usize,
    /// How often each figure is measured; its median counts.
    pub(crate) rounds: usize,
    /// First sign-ins of a round; as many returning ones follow.
    pub(crate) sign_ins: usize,
    /// Requests of a round.
    pub(crate) requests: usize,
    /// Browsers that take the steps of the sign-in together, all of them one step at a time. Fewer
    /// than a client may have begun at once.
    pub(crate) in_step: usize,
    /// Journeys whose statements are counted.
    pub(crate) counted: usize,
    /// Events of the audit that is verified.
    pub(crate) audit_events: usize,
    /// Session checks under load, over two addresses.
    pub(crate) load_checks: usize,
    /// Sign-ins under load, half of them first ones.
    pub(crate) load_sign_ins: usize,
    /// How long the flood lasts.
    pub(crate) flood: Duration,
    /// Accounts of the firms whose list of links is read: the last one has goals.
    pub(crate) desk_accounts: [usize; 2],
    /// People of the firm whose roster is read.
    pub(crate) roster: usize,
}

impl Scale {
    pub(crate) fn new(quick: bool) -> Self {
        let divisor = if quick { 10 } else { 1 };
        Self {
            warm_up: 1_000 / divisor,
            rounds: 5,
            sign_ins: 1_000 / divisor,
            requests: 4_000 / divisor,
            in_step: 800 / divisor,
            counted: 50 / if quick { 5 } else { 1 },
            audit_events: if quick { 200_000 } else { 10_000_000 },
            load_checks: 1_000_000 / divisor,
            load_sign_ins: 20_000 / divisor,
            flood: Duration::from_secs(if quick { 5 } else { 20 }),
            desk_accounts: [10_000, 1_000_000 / divisor],
            roster: 5_000 / divisor,
        }
    }

    /// How many sign-ins the server has seen when all rounds are over.
    pub(crate) fn all_sign_ins(self) -> usize {
        self.warm_up + 2 * self.rounds * self.sign_ins
    }
}

/// A count as a number to calculate with.
pub(crate) fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}
