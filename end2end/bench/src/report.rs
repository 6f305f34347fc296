//! The table of a run: each figure beside its goal.

use std::time::Duration;

use crate::{
    audit::Audit,
    crowd::Crowd,
    desk::{self, Desk},
    journey::Step,
    outcome::{Checked, Cost, Cpu, Latency, Outcome},
    pressure::{self, Pressure},
    roster::{self, Roster},
    scale::{CROWD, LANES, ONE_PERSON, Scale, number},
    size::Weight,
    statements::Taken,
    table::{Figure, Goal, Table},
};

/// Writes the table.
pub(crate) fn table(outcome: &Outcome, scale: Scale) -> String {
    let mut table = Table::default();
    sign_in(
        &mut table,
        ("First sign-in", "/welcome"),
        &outcome.first,
        &outcome.first_steps,
        &outcome.counts.first,
        (Some(0.4), Some(0.5)),
    );
    sign_in(
        &mut table,
        ("Returning sign-in", "/account"),
        &outcome.returning,
        &outcome.returning_steps,
        &outcome.counts.returning,
        (Some(0.35), None),
    );
    sign_in(
        &mut table,
        ("A sign-in that is asked to link", "/link"),
        &outcome.prompted,
        &outcome.prompted_steps,
        &outcome.counts.prompted,
        (None, None),
    );
    checks(&mut table, outcome);
    program(&mut table, outcome, scale);
    let everybody = format!(
        "{CROWD} people, each in two browsers, signing in for the first time at the same moment"
    );
    crowd(&mut table, everybody, &outcome.crowd, CROWD);
    let one = format!("One person in {ONE_PERSON} browsers, for the first time at the same moment");
    crowd(&mut table, one, &outcome.one_person, 1);
    audit(&mut table, &outcome.audit);
    pressure::rows(&mut table, &outcome.pressure);
    desk::rows(&mut table, &outcome.desks);
    roster::rows(&mut table, &outcome.roster);
    pages(&mut table, outcome);
    format!("{}\n{}", table.text(), notes(outcome, scale))
}

/// The table of what happens under pressure alone.
pub(crate) fn load_alone(pressure: &Pressure) -> String {
    let mut table = Table::default();
    pressure::rows(&mut table, pressure);
    table.text()
}

/// The table of the roster alone.
pub(crate) fn roster_alone(roster: &Roster) -> String {
    let mut table = Table::default();
    roster::rows(&mut table, roster);
    table.text()
}

/// The table of the list of links alone.
pub(crate) fn desk_alone(desks: &[Desk]) -> String {
    let mut table = Table::default();
    desk::rows(&mut table, desks);
    format!("{}\n{DESK_NOTES}", table.text())
}

/// What the figures of the list of links are.
const DESK_NOTES: &str = "\
The list of links: one request at a time over one connection, each for a page drawn by chance, from the first byte
of the request to the last of the answer, on this machine: session, statements and page. A family's pages of warming
up aren't counted, and hardly a page is asked for twice. The tables are vacuumed and in PostgreSQL's buffers, as far
as these hold them. The search for duplicates, which would go through the newly written firm for an hour, is held off.
";

const fn ms(value: f64) -> Figure {
    Figure {
        value,
        decimals: 3,
        unit: "ms",
    }
}

const fn mib(value: f64) -> Figure {
    Figure {
        value,
        decimals: 1,
        unit: "MiB",
    }
}

fn sign_in(
    table: &mut Table,
    (name, landing): (&str, &'static str),
    cost: &Cost,
    steps: &[(Step, Cpu)],
    taken: &Taken,
    (server, postgres): (Option<f64>, Option<f64>),
) {
    table.heading(format!("{name}, from /sign-in to {landing}"));
    let dearest = |value: fn(&Cpu) -> f64| {
        let mut steps: Vec<_> = steps
            .iter()
            .map(|(step, cpu)| (*step, value(cpu)))
            .collect();
        let sum: f64 = steps.iter().map(|(_, value)| value).sum();
        steps.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let shares = steps.iter().map(|(step, value)| {
            format!(
                "{} {:.0} %",
                path(*step, landing),
                value / sum.max(0.001) * 100.0
            )
        });
        shares.collect::<Vec<_>>().join(", ")
    };
    let kernel = format!("{:.0} % of all in the kernel", cost.cpu.in_kernel * 100.0);
    let why = format!("{}; {kernel}", dearest(|cpu| cpu.server));
    match server {
        Some(goal) => table.goal(
            "CPU of the server",
            ms(cost.cpu.server),
            Goal::Below(goal),
            why,
        ),
        None => table.fact(
            "CPU of the server",
            format!("{:.3} ms", cost.cpu.server),
            why,
        ),
    }
    match postgres {
        Some(goal) => table.goal(
            "CPU of PostgreSQL",
            ms(cost.cpu.postgres),
            Goal::Below(goal),
            dearest(|cpu| cpu.postgres),
        ),
        None => table.fact(
            "CPU of PostgreSQL",
            format!("{:.3} ms", cost.cpu.postgres),
            "",
        ),
    }
    table.goal(
        "SQL statements",
        Figure::count(taken.statements.len()),
        Goal::AtMost(8.0),
        taken.statements.join("; "),
    );
    table.fact(
        "writing transactions",
        taken.writing_transactions.to_string(),
        "",
    );
    for (step, cpu) in steps {
        table.fact(
            format!("  {}", path(*step, landing)),
            format!("{:.3} ms", cpu.server),
            format!("and {:.3} ms of PostgreSQL", cpu.postgres),
        );
    }
    table.fact("latency p50 / p95 / p99", latency(cost.latency), "");
}

const fn path(step: Step, landing: &'static str) -> &'static str {
    match step {
        Step::Page => "/sign-in",
        Step::Start => "/auth/clio/start",
        Step::Clio => "Clio",
        Step::Callback => "/auth/clio/callback",
        Step::Landing => landing,
    }
}

fn latency(latency: Latency) -> String {
    let Latency { p50, p95, p99, .. } = latency;
    format!("{p50:.1} / {p95:.1} / {p99:.1} ms")
}

fn checks(table: &mut Table, outcome: &Outcome) {
    let alive = outcome
        .checked
        .iter()
        .find(|(check, _)| *check == Checked::Alive)
        .map_or(0.0, |(_, cost)| cost.cpu.server);
    for ((check, cost), taken) in outcome.checked.iter().zip(&outcome.counts.checked) {
        table.heading(match check {
            Checked::Alive => "GET /healthz, to compare with: HTTP and nothing else".to_owned(),
            _ => format!("GET {}, signed in", check.path()),
        });
        let why = format!(
            "{alive:.3} ms of it is HTTP alone (/healthz); {:.0} % of all in the kernel",
            cost.cpu.in_kernel * 100.0
        );
        let goal = match check {
            Checked::Session | Checked::Verify => Some((0.03, Some(1.0))),
            Checked::Account => Some((0.12, None)),
            Checked::Alive => None,
        };
        let server = ms(cost.cpu.server);
        match goal {
            Some((limit, _)) => table.goal("CPU of the server", server, Goal::Below(limit), why),
            None => table.fact("CPU of the server", format!("{:.3} ms", server.value), ""),
        }
        if *check != Checked::Alive {
            table.fact(
                "CPU of PostgreSQL",
                format!("{:.3} ms", cost.cpu.postgres),
                "",
            );
            let statements = Figure::count(taken.statements.len());
            match goal {
                Some((_, Some(limit))) => table.goal(
                    "SQL statements",
                    statements,
                    Goal::AtMost(limit),
                    taken.statements.join("; "),
                ),
                _ => table.fact(
                    "SQL statements",
                    taken.statements.len().to_string(),
                    taken.statements.join("; "),
                ),
            }
        }
        table.fact("latency p50 / p95 / p99", latency(cost.latency), "");
    }
}

fn program(table: &mut Table, outcome: &Outcome, scale: Scale) {
    let memory = &outcome.memory;
    let sign_ins = scale.all_sign_ins();
    table.heading("The program");
    table.goal("memory idle", mib(memory.idle), Goal::AtMost(15.0), "");
    table.goal(
        format!("memory after {sign_ins} sign-ins"),
        mib(memory.at_the_end),
        Goal::Below(25.0),
        "",
    );
    table.goal(
        "growth in the second half of them",
        mib(memory.at_the_end - memory.half_way),
        Goal::Below(1.0),
        "",
    );
    table.goal(
        "cold start to ready",
        Figure {
            value: outcome.ready_after.as_secs_f64() * 1000.0,
            decimals: 0,
            unit: "ms",
        },
        Goal::AtMost(1000.0),
        "",
    );
    table.fact(
        "size of the file",
        format!("{:.1} MiB", outcome.sizes.program),
        "",
    );
}

fn crowd(table: &mut Table, heading: String, crowd: &Crowd, expected: usize) {
    table.heading(heading);
    let why = crowd.first_failure.clone().unwrap_or_default();
    table.goal(
        "failures",
        Figure::count(crowd.failures),
        Goal::Exactly(0.0),
        why,
    );
    let people = format!("of {} people", crowd.people);
    table.goal(
        "accounts made",
        Figure::count(crowd.accounts),
        Goal::Exactly(number(expected)),
        people,
    );
    table.fact(
        "callback to landing, p50 / p95 / p99",
        latency(crowd.latency),
        "",
    );
}

fn audit(table: &mut Table, audit: &Audit) {
    let per_second = |took: Duration| number(audit.events) / took.as_secs_f64().max(0.001);
    let events = audit.events;
    table.heading(format!("An audit of {events} events over two years"));
    table.goal(
        "verified in a second",
        Figure {
            value: per_second(audit.verifying),
            decimals: 0,
            unit: "events",
        },
        Goal::AtLeast(200_000.0),
        "",
    );
    table.fact(
        "vestibule audit verify",
        format!("{:.1} s", audit.verifying.as_secs_f64()),
        "from the start of the program to its end",
    );
    table.fact(
        "sealed in a second",
        format!("{:.0} events", per_second(audit.sealing)),
        "",
    );
}

fn pages(table: &mut Table, outcome: &Outcome) {
    table.heading("What a browser loads, in bytes of brotli");
    for page in &outcome.sizes.pages {
        let (total, parts) = parts(page);
        if page.path == "/sign-in" {
            table.goal(
                page.path,
                Figure::count(total),
                Goal::Below(30_000.0),
                parts,
            );
        } else {
            table.fact(page.path, total.to_string(), parts);
        }
    }
}

fn parts(page: &Weight) -> (usize, String) {
    let files: usize = page.files.iter().map(|file| file.bytes).sum();
    let each = page.files.iter();
    let each = each.map(|file| format!(", {} {}", file.kind, file.bytes));
    let text = format!("html {}{}", page.html, each.collect::<String>());
    (page.html + files, text)
}

fn notes(outcome: &Outcome, scale: Scale) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "\
{cores} cores, shared by the server, {}, the simulated Clio and the browsers; {LANES} at once. CPU is that of
the process, kernel included, from /proc: medians of {} rounds of {} sign-ins or {} requests; each step
by itself in one round of {}. Of PostgreSQL: all its processes. Sealing the audit counts with the sign-ins.
The simulated Clio's own CPU doesn't count; exchanging the code with it does.
Each of {LANES} browsers' lanes is one keep-alive connection, as behind a reverse proxy, and a new browser without
cookies signs in on it each time. In the crowd everybody has a connection of their own.
Statements: counted between server and database for {} journeys, one at a time; the commonest count. Writing
transactions: the transaction ids used. The sealer's own, a few each second for all sign-ins together, aren't in.
PostgreSQL runs as postgres.sh run sets it up: without fsync, without synchronous commits.
{DESK_NOTES}\
Pages are compressed at quality 5, as a reverse proxy would; files are served as they were compiled in.
Other programs took {:.0} % of the machine meanwhile; beyond a few, they spoil the figures.
",
        outcome.postgres_version,
        scale.rounds,
        scale.sign_ins,
        scale.requests,
        scale.in_step,
        scale.counted,
        outcome.others * 100.0,
    )
}
