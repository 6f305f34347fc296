//! CPU time of processes, read from `/proc`.

use std::{fs, time::Duration};

use anyhow::Context as _;

/// `/proc` counts in hundredths of a second, whatever the kernel's own clock (proc(5)).
const TICK: Duration = Duration::from_millis(10);

/// The CPU time of a process, all its threads together: in nanoseconds where the kernel keeps
/// them, in hundredths of a second elsewhere.
pub(crate) fn of_process(pid: u32) -> anyhow::Result<Duration> {
    let mut sum = Duration::ZERO;
    let threads = fs::read_dir(format!("/proc/{pid}/task"))
        .with_context(|| format!("the process {pid} is gone"))?;
    for thread in threads {
        let file = thread?.path().join("schedstat");
        let Ok(text) = fs::read_to_string(&file) else {
            return Ok(stat(pid)?.own);
        };
        let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok());
        sum += Duration::from_nanos(nanoseconds.context("an unknown format of schedstat")?);
    }
    Ok(sum)
}

/// What `/proc/PID/stat` says of a process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stat {
    pub(crate) parent: u32,
    /// In the kernel.
    pub(crate) system: Duration,
    /// In the kernel and outside.
    pub(crate) own: Duration,
    /// Of its children that have ended.
    pub(crate) ended_children: Duration,
}

/// Reads `/proc/PID/stat`.
pub(crate) fn stat(pid: u32) -> anyhow::Result<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The second field is the program's name in brackets, which may hold anything.
    let (_, rest) = text.rsplit_once(')').context("an unknown format of stat")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    // The third field of proc(5) is the first one here.
    let field = |number: usize| -> anyhow::Result<u32> {
        let text = fields.get(number - 3).context("stat is too short")?;
        Ok(text.parse()?)
    };
    let ticks = |number: usize| field(number).map(|ticks| TICK * ticks);
    let system = ticks(15)?;
    Ok(Stat {
        parent: field(4)?,
        system,
        own: ticks(14)? + system,
        ended_children: ticks(16)? + ticks(17)?,
    })
}

/// All processes.
pub(crate) fn processes() -> anyhow::Result<Vec<u32>> {
    let entries = fs::read_dir("/proc")?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter_map(|name| name.parse().ok()).collect())
}

/// The CPU time of the whole machine, all cores together, since it started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Machine {
    pub(crate) busy: Duration,
    pub(crate) all: Duration,
}

/// Reads `/proc/stat`.
pub(crate) fn machine() -> anyhow::Result<Machine> {
    let text = fs::read_to_string("/proc/stat")?;
    let line = text.lines().next().unwrap_or_default();
    let ticks: Vec<u64> = line
        .split_whitespace()
        .skip(1)
        .take(8)
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    let all: u64 = ticks.iter().sum();
    // The fourth and the fifth are idle time and waiting for disks.
    let idle: u64 = ticks.iter().skip(3).take(2).sum();
    let time = |ticks: u64| Duration::from_millis(ticks * 10);
    Ok(Machine {
        busy: time(all - idle),
        all: time(all),
    })
}
