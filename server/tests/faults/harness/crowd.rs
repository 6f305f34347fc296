//! People who sign in one after the other, some at a time, whatever happens meanwhile.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use simulated_clio::SimulatedClio;
use tokio::task::JoinSet;

use super::{
    firm::Firm,
    visitor::{Ended, Visitor},
};

/// How soon somebody presses the button again.
const AGAIN_AFTER: Duration = Duration::from_millis(50);

/// What became of each sign-in: who, in which browser, how it ended.
pub type Log = Vec<(String, Visitor, Ended)>;

/// People under way. Each signs in once, in a browser of their own, as `PREFIX-NUMBER`.
pub struct Crowd {
    lanes: JoinSet<()>,
    log: Arc<Mutex<Log>>,
    enough: Arc<AtomicBool>,
}

impl Crowd {
    /// Lets people sign in at these addresses in turn, `at_once` of them at a time, until
    /// [`Crowd::stop`] or `most` have begun.
    pub fn start(
        firm: &Firm,
        addresses: &[SocketAddr],
        prefix: &'static str,
        at_once: usize,
        most: usize,
    ) -> Self {
        let log: Arc<Mutex<Log>> = Arc::default();
        let enough = Arc::new(AtomicBool::new(false));
        let next = Arc::new(AtomicUsize::new(0));
        let mut lanes = JoinSet::new();
        for _ in 0..at_once {
            let (log, enough, next) = (Arc::clone(&log), Arc::clone(&enough), Arc::clone(&next));
            let clio: Arc<SimulatedClio> = Arc::clone(&firm.clio);
            let visitors: Vec<Visitor> = addresses
                .iter()
                .map(|address| firm.visitor(*address))
                .collect();
            lanes.spawn(async move {
                while !enough.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= most {
                        break;
                    }
                    let subject = format!("{prefix}-{number}");
                    let visitor = visitors[number % visitors.len()].somebody_else();
                    let mut ended = visitor.sign_in(&clio, &subject).await;
                    // Who can't even begin presses the button again.
                    while ended == Ended::Unavailable("start") {
                        tokio::time::sleep(AGAIN_AFTER).await;
                        ended = visitor.sign_in(&clio, &subject).await;
                    }
                    log.lock().unwrap().push((subject, visitor, ended));
                }
            });
        }
        Self { lanes, log, enough }
    }

    /// How many have been told that they are signed in.
    pub fn signed_in(&self) -> usize {
        let log = self.log.lock().unwrap();
        log.iter()
            .filter(|(_, _, ended)| ended.is_signed_in())
            .count()
    }

    /// Waits until so many more have been told that they are signed in.
    pub async fn signs_in(&self, more: usize) {
        let enough = self.signed_in() + more;
        super::until("people sign in", Duration::from_mins(1), || async {
            self.signed_in() >= enough
        })
        .await;
    }

    /// Lets nobody begin any more, and waits for those under way.
    pub async fn stop(mut self) -> Log {
        self.enough.store(true, Ordering::Relaxed);
        while let Some(lane) = self.lanes.join_next().await {
            lane.unwrap();
        }
        std::mem::take(&mut self.log.lock().unwrap())
    }

    /// Waits until everybody has been here.
    pub async fn all(mut self) -> Log {
        while let Some(lane) = self.lanes.join_next().await {
            lane.unwrap();
        }
        std::mem::take(&mut self.log.lock().unwrap())
    }
}
