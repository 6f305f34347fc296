//! Pressure's part of the table.

use super::{Held, Pressure};
use crate::{
    outcome::Latency,
    scale::{HANGING, LOAD_LANES, number},
    table::{Figure, Goal, Table},
};

/// Writes it.
pub(crate) fn rows(table: &mut Table, pressure: &Pressure) {
    table.heading(format!("Very many, {LOAD_LANES} at once"));
    for burst in &pressure.bursts {
        table.fact(
            format!("{} {}", burst.count, burst.what),
            format!("{:.0} a second", burst.rate()),
            format!("p50 / p95 / p99 {}; no failure", latency(burst.latency)),
        );
    }
    table.goal(
        "accounts made",
        count(pressure.accounts),
        Goal::Exactly(number(pressure.people)),
        "",
    );
    held(table, &pressure.held);

    let hang = &pressure.hang;
    table.heading(format!(
        "{HANGING} people come back while Clio's token endpoint hangs"
    ));
    table.fact(
        "told that Clio is unavailable, p50 / p95 / p99",
        latency(hang.told),
        "",
    );
    table.goal("  the slowest", ms(hang.slowest), Goal::Below(6000.0), "");
    table.goal(
        "other pages meanwhile, p99",
        ms(hang.pages.p99),
        Goal::Below(200.0),
        format!("{} pages", hang.asked),
    );
    table.fact("  p50 / p95 / p99", latency(hang.pages), "");
    held(table, &hang.held);

    let flood = &pressure.flood;
    table.heading("A flood of starts and bad callbacks from four places");
    let share = number(flood.refused) / number(flood.sent).max(1.0) * 100.0;
    table.fact(
        "sent",
        flood.sent.to_string(),
        format!("{share:.0} % of them told 429"),
    );
    for (what, rows) in [
        ("attempts that it left", flood.attempts),
        ("events that it left", flood.events),
    ] {
        // Honest people's attempts are used up.
        table.goal(what, count(rows), Goal::AtMost(flood.most.ceil()), "");
    }
    table.fact(
        format!(
            "{} honest sign-ins meanwhile, p50 / p95 / p99",
            flood.let_in
        ),
        latency(flood.honest),
        "no failure",
    );
    held(table, &flood.held);
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
    let Latency { p50, p95, p99 } = latency;
    format!("{p50:.1} / {p95:.1} / {p99:.1} ms")
}

const fn ms(value: f64) -> Figure {
    Figure {
        value,
        decimals: 0,
        unit: "ms",
    }
}

fn count(count: usize) -> Figure {
    Figure {
        value: number(count),
        decimals: 0,
        unit: "",
    }
}
