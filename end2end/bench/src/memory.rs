//! What a process holds: memory as its proportional share (PSS), in MiB, and descriptors.

use std::fs;

use anyhow::Context as _;

/// Reads it.
pub(crate) fn of_process(pid: u32) -> anyhow::Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))
        .context("the server's memory can't be read")?;
    let kibibytes: u32 = text
        .lines()
        .find_map(|line| line.strip_prefix("Pss:"))
        .and_then(|rest| rest.trim().strip_suffix(" kB")?.parse().ok())
        .context("an unknown format of smaps_rollup")?;
    Ok(f64::from(kibibytes) / 1024.0)
}

/// How many descriptors a process has open.
pub(crate) fn descriptors(pid: u32) -> anyhow::Result<usize> {
    let open = fs::read_dir(format!("/proc/{pid}/fd"));
    Ok(open
        .context("the server's descriptors can't be counted")?
        .count())
}
