//! The whole run, in order.

use std::{ops::AddAssign, sync::Arc, time::Duration};

use crate::{
    audit, cpu,
    crowd::{self, Crowd, Shape},
    database::Database,
    desk::{self, Desk},
    fleet::{Fleet, Program},
    journey::{Browser, Places, Step},
    load::Lanes,
    memory,
    outcome::{Checked, Cost, Cpu, Latency, Memory, Outcome},
    postgres::Cluster,
    pressure::{self, Pressure},
    progress, report,
    roster::{self, Roster},
    scale::{CROWD, ONE_PERSON, Scale, number},
    size, statements,
};

/// How often a start is measured.
const STARTS: usize = 5;
/// How long the server is left alone before its idle memory is read.
const SETTLE: Duration = Duration::from_secs(2);
/// How many people's sessions the checks are asked with.
const SESSIONS: usize = 200;

/// Measures everything; gives the table.
pub(crate) async fn run(database_url: &str, scale: Scale) -> anyhow::Result<String> {
    let mut database = Database::open(database_url).await?;
    database.require_empty().await?;
    let fleet = Fleet::new()?;
    fleet.run(database_url, &["migrate"]).await?;
    let clio = fleet.clio().await?;

    progress("counting statements");
    let counts = statements::count(&fleet, database_url, &mut database, scale).await?;
    progress("starting");
    let (server, ready_after) = start(&fleet, database_url).await?;
    tokio::time::sleep(SETTLE).await;
    let pid = server.pid()?;
    let idle = memory::of_process(pid)?;

    let mut bench = Bench {
        places: fleet.places,
        meter: Meter {
            server: pid,
            clio: clio.pid()?,
            cluster: database.cluster().await?,
        },
        database,
        scale,
    };
    let share = bench.meter.share()?;
    progress("warming up");
    let people = names("warm-up", 0..scale.warm_up);
    let lanes = Lanes::open(fleet.places).await?;
    lanes.sign_in(&people, "/welcome").await?;
    let (mut first, mut returning) = (Samples::default(), Samples::default());
    let mut half_way = idle;
    for round in 0..scale.rounds {
        progress(&format!(
            "sign-ins, round {} of {}",
            round + 1,
            scale.rounds
        ));
        let people = names(
            "person",
            round * scale.sign_ins..(round + 1) * scale.sign_ins,
        );
        bench.sign_ins(&people, "/welcome", &mut first).await?;
        bench.sign_ins(&people, "/account", &mut returning).await?;
        if round == scale.rounds / 2 {
            half_way = memory::of_process(pid)?;
        }
    }
    let memory = Memory {
        idle,
        half_way,
        at_the_end: memory::of_process(pid)?,
    };
    let prompted = bench.prompts().await?;
    progress("sign-ins, step by step");
    let people = names("in-step", 0..scale.in_step);
    let (first_steps, _) = bench.in_step(&people).await?;
    let (returning_steps, browsers) = bench.in_step(&people).await?;
    let people = names("prompted-in-step", 0..scale.in_step);
    bench.database.add_accounts(&people).await?;
    let (prompted_steps, _) = bench.in_step(&people).await?;
    let cookies = browsers.iter().take(SESSIONS).map(Browser::cookie_header);
    let cookies: Arc<[String]> = cookies.collect();
    let checked = bench.checks(&cookies).await?;
    let others = bench.meter.share()?.others_since(share);
    progress("the crowd");
    let (crowd, one_person) = crowds(fleet.places, &mut bench.database).await?;
    let audit = audit::audit(&fleet, database_url, scale.audit_events).await?;
    let sizes = size::sizes(&fleet.server_file(), fleet.places, &mut bench.database).await?;
    server.stop().await?;
    let (pressure, desks, roster) =
        afterwards(&fleet, database_url, &mut bench.database, scale).await?;
    let outcome = Outcome {
        postgres_version: bench.database.version().await?,
        first: first.cost(),
        first_steps,
        returning: returning.cost(),
        returning_steps,
        prompted: prompted.cost(),
        prompted_steps,
        checked,
        counts,
        memory,
        ready_after,
        crowd,
        one_person,
        audit,
        sizes,
        pressure,
        desks,
        roster,
        others,
    };
    Ok(report::table(&outcome, scale))
}

/// Measures the list of links only; gives its table.
pub(crate) async fn desk_alone(database_url: &str, scale: Scale) -> anyhow::Result<String> {
    let mut database = Database::open(database_url).await?;
    database.require_empty().await?;
    let fleet = Fleet::new()?;
    let _clio = fleet.clio().await?;
    Ok(report::desk_alone(
        &desks(&fleet, database_url, scale).await?,
    ))
}

/// Measures the roster only; gives its table.
pub(crate) async fn roster_alone(database_url: &str, scale: Scale) -> anyhow::Result<String> {
    let mut database = Database::open(database_url).await?;
    database.require_empty().await?;
    let roster = roster::roster(database_url, scale.roster).await?;
    Ok(report::roster_alone(&roster))
}

/// Measures what happens under pressure only; gives its table.
pub(crate) async fn load_alone(database_url: &str, scale: Scale) -> anyhow::Result<String> {
    let mut database = Database::open(database_url).await?;
    database.require_empty().await?;
    let fleet = Fleet::new()?;
    fleet.run(database_url, &["migrate"]).await?;
    let _clio = fleet.clio().await?;
    let pressure = pressure::pressure(&fleet, database_url, &mut database, scale).await?;
    Ok(report::load_alone(&pressure))
}

/// What needs servers of its own.
async fn afterwards(
    fleet: &Fleet,
    database_url: &str,
    database: &mut Database,
    scale: Scale,
) -> anyhow::Result<(Pressure, Vec<Desk>, Roster)> {
    Ok((
        pressure::pressure(fleet, database_url, database, scale).await?,
        desks(fleet, database_url, scale).await?,
        roster::roster(database_url, scale.roster).await?,
    ))
}

/// The list of links in firms of each size.
async fn desks(fleet: &Fleet, database_url: &str, scale: Scale) -> anyhow::Result<Vec<Desk>> {
    let mut desks = Vec::new();
    for accounts in scale.desk_accounts {
        desks.push(desk::desk(fleet, database_url, accounts).await?);
    }
    Ok(desks)
}

/// Lets many people in at the same moment, and one person in many browsers.
async fn crowds(places: Places, database: &mut Database) -> anyhow::Result<(Crowd, Crowd)> {
    let everybody = Shape {
        prefix: "crowd-",
        people: CROWD,
        browsers_each: 2,
    };
    let alone = Shape {
        prefix: "alone-",
        people: 1,
        browsers_each: ONE_PERSON,
    };
    Ok((
        crowd::crowd(places, database, everybody).await?,
        crowd::crowd(places, database, alone).await?,
    ))
}

/// Starts the server some times; gives the last one, and the median time until it was ready.
async fn start(fleet: &Fleet, database_url: &str) -> anyhow::Result<(Program, Duration)> {
    let mut server = fleet.server(database_url).await?;
    let mut times = vec![server.ready_after];
    for _ in 1..STARTS {
        server.stop().await?;
        server = fleet.server(database_url).await?;
        times.push(server.ready_after);
    }
    times.sort_unstable();
    let median = times.get(STARTS / 2).copied().unwrap_or_default();
    Ok((server, median))
}

fn names(prefix: &str, numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|number| format!("{prefix}-{number}")).collect()
}

struct Bench {
    places: Places,
    meter: Meter,
    database: Database,
    scale: Scale,
}

impl Bench {
    async fn sign_ins(
        &mut self,
        people: &[String],
        landing: &'static str,
        samples: &mut Samples,
    ) -> anyhow::Result<()> {
        let lanes = Lanes::open(self.places).await?;
        let before = self.meter.read()?;
        let (took, _) = lanes.sign_in(people, landing).await?;
        self.database.sealed().await?;
        let after = self.meter.read()?;
        samples.add(before, after, took);
        Ok(())
    }

    /// Signs people in who have an account already, and are asked to link.
    async fn prompts(&mut self) -> anyhow::Result<Samples> {
        let Scale {
            rounds, sign_ins, ..
        } = self.scale;
        let mut samples = Samples::default();
        for round in 0..rounds {
            progress(&format!("prompts, round {} of {rounds}", round + 1));
            let people = names("prompted", round * sign_ins..(round + 1) * sign_ins);
            self.database.add_accounts(&people).await?;
            self.sign_ins(&people, "/link", &mut samples).await?;
        }
        Ok(samples)
    }

    /// Signs people in with all browsers at the same step at a time, so that the cost of each step
    /// shows. Sealing the audit counts with the callback, which writes it.
    async fn in_step(
        &mut self,
        people: &[String],
    ) -> anyhow::Result<(Vec<(Step, Cpu)>, Vec<Browser>)> {
        let mut browsers: Vec<Browser> = people.iter().cloned().map(Browser::new).collect();
        let mut costs = Vec::new();
        let mut lanes = Lanes::open(self.places).await?;
        for step in Step::ALL {
            let before = self.meter.read()?;
            (lanes, browsers) = lanes.take(step, browsers).await?;
            if step == Step::Callback {
                self.database.sealed().await?;
            }
            let after = self.meter.read()?;
            if step != Step::Clio {
                costs.push((step, Reading::between(before, after, browsers.len())));
            }
        }
        Ok((costs, browsers))
    }

    async fn checks(&mut self, cookies: &Arc<[String]>) -> anyhow::Result<Vec<(Checked, Cost)>> {
        let mut checked = Vec::new();
        for check in Checked::ALL {
            progress(check.path());
            checked.push((check, self.check(check, cookies).await?));
        }
        Ok(checked)
    }

    async fn check(&mut self, check: Checked, cookies: &Arc<[String]>) -> anyhow::Result<Cost> {
        let mut samples = Samples::default();
        for _ in 0..self.scale.rounds {
            let lanes = Lanes::open(self.places).await?;
            let before = self.meter.read()?;
            let took = lanes
                .get(check.path(), cookies, self.scale.requests)
                .await?;
            let after = self.meter.read()?;
            samples.add(before, after, took);
        }
        Ok(samples.cost())
    }
}

/// Reads the clocks of the processes that are measured.
#[derive(Clone, Copy, Debug)]
struct Meter {
    server: u32,
    clio: u32,
    cluster: Cluster,
}

/// What the clocks said, in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Reading {
    server: f64,
    postgres: f64,
    /// In hundredths of a second at best: good for a share, over all rounds.
    server_ticks: f64,
    server_kernel_ticks: f64,
}

impl Meter {
    fn read(self) -> anyhow::Result<Reading> {
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        let stat = cpu::stat(self.server)?;
        Ok(Reading {
            server: ms(cpu::of_process(self.server)?),
            postgres: ms(self.cluster.cpu()?),
            server_ticks: ms(stat.own),
            server_kernel_ticks: ms(stat.system),
        })
    }

    fn share(self) -> anyhow::Result<Share> {
        let programs = [self.server, self.clio, std::process::id()];
        let mut ours = self.cluster.cpu()?;
        for pid in programs {
            ours += cpu::of_process(pid)?;
        }
        Ok(Share {
            machine: cpu::machine()?,
            ours,
        })
    }
}

/// What all of the machine did, and what of it the benchmarks did.
#[derive(Clone, Copy, Debug)]
struct Share {
    machine: cpu::Machine,
    ours: Duration,
}

impl Share {
    /// The part of the machine that other programs took, from 0 to 1.
    fn others_since(self, before: Self) -> f64 {
        let busy = self.machine.busy.saturating_sub(before.machine.busy);
        let all = self.machine.all.saturating_sub(before.machine.all);
        let ours = self.ours.saturating_sub(before.ours);
        busy.saturating_sub(ours).as_secs_f64() / all.as_secs_f64().max(0.01)
    }
}

impl Reading {
    fn since(self, before: Self) -> Self {
        Self {
            server: self.server - before.server,
            postgres: self.postgres - before.postgres,
            server_ticks: self.server_ticks - before.server_ticks,
            server_kernel_ticks: self.server_kernel_ticks - before.server_kernel_ticks,
        }
    }

    fn between(before: Self, after: Self, count: usize) -> Cpu {
        let spent = after.since(before);
        Cpu {
            server: spent.server / number(count),
            postgres: spent.postgres / number(count),
            in_kernel: spent.server_kernel_ticks / spent.server_ticks.max(1.0),
        }
    }
}

impl AddAssign for Reading {
    fn add_assign(&mut self, other: Self) {
        self.server += other.server;
        self.postgres += other.postgres;
        self.server_ticks += other.server_ticks;
        self.server_kernel_ticks += other.server_kernel_ticks;
    }
}

/// The rounds of one figure.
#[derive(Debug, Default)]
struct Samples {
    rounds: Vec<Cpu>,
    sum: Reading,
    took: Vec<Duration>,
}

impl Samples {
    fn add(&mut self, before: Reading, after: Reading, took: Vec<Duration>) {
        self.rounds
            .push(Reading::between(before, after, took.len()));
        self.sum += after.since(before);
        self.took.extend(took);
    }

    fn cost(self) -> Cost {
        let median = |value: fn(&Cpu) -> f64| {
            let mut values: Vec<f64> = self.rounds.iter().map(value).collect();
            values.sort_unstable_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or_default()
        };
        Cost {
            cpu: Cpu {
                server: median(|cpu| cpu.server),
                postgres: median(|cpu| cpu.postgres),
                in_kernel: self.sum.server_kernel_ticks / self.sum.server_ticks.max(1.0),
            },
            latency: Latency::of(self.took),
        }
    }
}
