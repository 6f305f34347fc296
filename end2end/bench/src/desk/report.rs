//! The list's part of the table.

use super::{Desk, Family};
use crate::{
    outcome::Latency,
    scale::number,
    table::{Figure, Goal, Table},
};

/// Writes it: the firms from the smallest to the biggest, of which the last one has goals.
pub(crate) fn rows(table: &mut Table, firms: &[Desk]) {
    let Some((biggest, others)) = firms.split_last() else {
        return;
    };
    for firm in others {
        heading(table, firm);
        for (family, took, _) in &firm.families {
            let Latency { p50, p95, .. } = took;
            table.fact(
                family.name(),
                format!("{p50:.1} / {p95:.1} ms"),
                "p50 / p95",
            );
        }
        download(table, firm);
    }
    heading(table, biggest);
    let smallest = others.first();
    for (family, took, slowest) in &biggest.families {
        let name = family.name();
        let slowest = format!("slowest {slowest}");
        table.goal(format!("{name}, p50"), ms(took.p50), Goal::Below(5.0), "");
        table.goal("  p95", ms(took.p95), Goal::Below(15.0), slowest);
        let Some(small) = smallest.and_then(|firm| of_family(firm, *family)) else {
            continue;
        };
        let times = Figure {
            value: took.p50 / small.p50.max(0.001),
            decimals: 1,
            unit: "times",
        };
        table.goal(
            "  p50, of the small firm's",
            times,
            Goal::AtMost(2.0),
            format!("{:.1} / {:.1} ms there", small.p50, small.p95),
        );
    }
    download(table, biggest);
}

fn of_family(firm: &Desk, wanted: Family) -> Option<Latency> {
    let mut families = firm.families.iter();
    let found = families.find(|(family, ..)| *family == wanted)?;
    Some(found.1)
}

fn heading(table: &mut Table, firm: &Desk) {
    table.heading(format!(
        "GET /admin/links with {} accounts and {} links",
        firm.accounts, firm.links
    ));
    table.fact(
        "written in",
        format!("{:.0} s", firm.seeding.as_secs_f64()),
        "",
    );
}

fn download(table: &mut Table, firm: &Desk) {
    let file = &firm.download;
    let seconds = file.took.as_secs_f64();
    table.fact(
        "all of them as CSV",
        format!("{seconds:.1} s"),
        format!(
            "{} rows, {:.0} MiB, {:.0} rows a second",
            file.rows,
            number(file.bytes / 1024) / 1024.0,
            number(file.rows) / seconds.max(0.001)
        ),
    );
    table.fact(
        "memory of the server meanwhile",
        format!("{:.1} MiB", file.most),
        format!("{:.1} MiB before", file.before),
    );
}

const fn ms(value: f64) -> Figure {
    Figure {
        value,
        decimals: 1,
        unit: "ms",
    }
}
