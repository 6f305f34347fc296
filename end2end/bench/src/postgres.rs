//! The CPU time of a PostgreSQL cluster: the postmaster and all its children, those that have ended
//! and the background ones included, less the backend that answers the benchmark's own questions.

use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::cpu;

/// A cluster on this machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cluster {
    postmaster: u32,
    not_counted: u32,
}

impl Cluster {
    /// The cluster that one of its backends belongs to.
    pub(crate) fn of_backend(backend: u32) -> anyhow::Result<Self> {
        let stat = cpu::stat(backend)
            .context("DATABASE_URL must be of a PostgreSQL that runs on this machine")?;
        ensure!(stat.parent > 1, "the postmaster can't be found");
        Ok(Self {
            postmaster: stat.parent,
            not_counted: backend,
        })
    }

    /// Its CPU time until now.
    pub(crate) fn cpu(self) -> anyhow::Result<Duration> {
        let mut sum =
            cpu::of_process(self.postmaster)? + cpu::stat(self.postmaster)?.ended_children;
        for pid in cpu::processes()? {
            // A process may end at any time.
            let is_ours = cpu::stat(pid).is_ok_and(|stat| stat.parent == self.postmaster);
            if is_ours && pid != self.not_counted {
                sum += cpu::of_process(pid).unwrap_or_default();
            }
        }
        Ok(sum)
    }
}
