//! Pressure's part of the table.

use super::{Flood, Hang, Held, Many, Pressure};
use crate::{
    outcome::Latency,
    scale::{HANGING, LOAD_LANES, number},
    table::{Figure, Goal, Table},
};

/// How much more memory than before counts as flat, in MiB.
const MORE_MEMORY: f64 = 8.0;
/// How many more descriptors than before count as flat: connections to the database come and go.
const MORE_DESCRIPTORS: f64 = 16.0;

/// Writes it.
pub(crate) fn rows(table: &mut Table, pressure: &Pressure) {
    many(table, &pressure.many);
    hang(table, &pressure.hang);
    flood(table, &pressure.flood);
}

fn many(table: &mut Table, many: &Many) {
    table.heading(format!("Very many, {LOAD_LANES} at once"));
    for burst in &many.bursts {
        table.fact(
            format!("{} {}, p50 / p95 / p99 / max", burst.count, burst.what),
            latency(burst.latency),
            format!("{:.0} a second; no failure", burst.rate()),
        );
    }
    let left = &many.left;
    for (what, found, wanted) in [
        ("accounts made", left.accounts, many.people),
        ("identities made", left.identities, many.people),
        ("sign-ins in the audit", left.events, many.sign_ins),
        ("attempts that nobody used up", left.attempts, 0),
    ] {
        table.goal(
            what,
            Figure::count(found),
            Goal::Exactly(number(wanted)),
            "",
        );
    }
    held(table, &many.held);
}

fn hang(table: &mut Table, hang: &Hang) {
    table.heading(format!(
        "{HANGING} people come back while Clio's token endpoint hangs"
    ));
    table.fact(
        "told that Clio is unavailable, p50 / p95 / p99 / max",
        latency(hang.told),
        "",
    );
    table.goal("  the slowest", ms(hang.told.max), Goal::Below(6000.0), "");
    table.goal(
        "other pages meanwhile, p99",
        ms(hang.pages.p99),
        Goal::Below(200.0),
        format!("{} pages", hang.asked),
    );
    table.fact(
        format!("  {} of them, p50 / p95 / p99 / max", hang.asked),
        latency(hang.pages),
        "no failure",
    );
    table.goal(
        "signed in when Clio was well again",
        Figure::count(hang.let_in),
        Goal::Exactly(number(HANGING)),
        "",
    );
    held(table, &hang.held);
    flat(table, &hang.held);
}

fn flood(table: &mut Table, flood: &Flood) {
    table.heading("A flood of starts and bad callbacks from four addresses");
    let share = number(flood.refused) / number(flood.sent).max(1.0) * 100.0;
    table.fact(
        "sent",
        flood.sent.to_string(),
        format!("{share:.0} % of them told 429"),
    );
    let most = flood.most.ceil();
    for (what, rows, most) in [
        ("attempts that it left", flood.left.attempts, most),
        ("events that it left", flood.left.events, most),
        ("guesses that it left", flood.left.guesses, 0.0),
    ] {
        table.goal(what, Figure::count(rows), Goal::AtMost(most), "");
    }
    table.fact(
        format!(
            "{} honest sign-ins meanwhile, p50 / p95 / p99 / max",
            flood.let_in
        ),
        latency(flood.honest),
        "no failure",
    );
    held(table, &flood.held);
    flat(table, &flood.held);
}

/// Whether the server holds at the end what it held at first.
fn flat(table: &mut Table, looks: &[Held]) {
    let (Some(first), Some(last)) = (looks.first(), looks.last()) else {
        return;
    };
    let memory = Figure {
        value: last.memory - first.memory,
        decimals: 1,
        unit: "MiB",
    };
    table.goal(
        "more memory in the end",
        memory,
        Goal::AtMost(MORE_MEMORY),
        "",
    );
    table.goal(
        "more descriptors in the end",
        Figure {
            value: number(last.descriptors) - number(first.descriptors),
            decimals: 0,
            unit: "",
        },
        Goal::AtMost(MORE_DESCRIPTORS),
        "",
    );
}

/// What the server held, from the first look to the last.
fn held(table: &mut Table, looks: &[Held]) {
    let all = |show: fn(&Held) -> String| {
        let shown: Vec<String> = looks.iter().map(show).collect();
        shown.join(" → ")
    };
    table.fact("memory", all(|held| format!("{:.1}", held.memory)), "MiB");
    table.fact(
        "descriptors; connections to PostgreSQL",
        format!(
            "{}; {}",
            all(|held| held.descriptors.to_string()),
            all(|held| held.connections.to_string())
        ),
        "",
    );
}

fn latency(latency: Latency) -> String {
    let Latency { p50, p95, p99, max } = latency;
    format!("{p50:.1} / {p95:.1} / {p99:.1} / {max:.1} ms")
}

const fn ms(value: f64) -> Figure {
    Figure {
        value,
        decimals: 0,
        unit: "ms",
    }
}
