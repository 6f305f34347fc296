// Starting and stopping what the tests drive: the server and the simulated Clio, from their debug
// builds, on free ports.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const target = resolve(import.meta.dirname, "../../../target");
const logs = join(target, "browser-logs");
const demo = resolve(import.meta.dirname, "../../demo");

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** A running program. */
export class Program {
  private constructor(private readonly child: ChildProcess) {}

  /** Starts a program of the debug build, and waits until `ready` answers 200. */
  static async start(name: string, label: string, args: string[], env: Record<string, string>, ready: string) {
    await mkdir(logs, { recursive: true });
    const log = join(logs, `${label}.log`);
    const child = spawn(join(target, "debug", name), args, {
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const file = createWriteStream(log);
    child.stdout.pipe(file, { end: false });
    child.stderr.pipe(file, { end: false });
    // Also when the tests are interrupted.
    process.once("exit", () => child.kill("SIGKILL"));
    const ended = new Promise<never>((_, failed) => {
      child.once("error", failed);
      child.once("exit", (code) => failed(new Error(`${name} ended with ${code}: see ${log}`)));
    });
    // Once it is up, how it ends is the business of `stop`.
    ended.catch(() => {});
    await Promise.race([ended, answers(ready)]);
    return new Program(child);
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) {
      return;
    }
    const ended = new Promise((done) => this.child.once("exit", done));
    this.child.kill("SIGTERM");
    await ended;
  }
}

/** Runs a program of the debug build to its end; gives what it said. */
export async function run(name: string, args: string[], env: Record<string, string>): Promise<string> {
  const options = { env: { PATH: process.env.PATH, ...env } };
  const { stdout } = await promisify(execFile)(join(target, "debug", name), args, options);
  return stdout;
}

async function answers(url: string) {
  const patience = AbortSignal.timeout(20_000);
  for (;;) {
    const status = await fetch(url, { signal: patience }).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) {
      return;
    }
    patience.throwIfAborted();
    await new Promise((again) => setTimeout(again, 50));
  }
}

/** A database of its own on the throwaway server of DATABASE_URL. */
export class Database {
  private constructor(
    readonly url: string,
    private readonly server: string,
    private readonly name: string,
  ) {}

  static async create(name: string): Promise<Database> {
    const server = process.env.DATABASE_URL;
    if (!server) {
      throw new Error("DATABASE_URL is missing: run the browser tests with `make test`");
    }
    await psql(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await psql(server, `CREATE DATABASE ${name}`);
    return new Database(server.replace(/\/[^/]*$/, `/${name}`), server, name);
  }

  async drop() {
    await psql(this.server, `DROP DATABASE ${this.name} WITH (FORCE)`);
  }

  /** Runs SQL: the rows as text, columns joined by `|`. `:'name'` stands for a value of `values`. */
  async rows(sql: string, values: Record<string, string> = {}): Promise<string[]> {
    return psql(this.url, sql, values);
  }

  /** Runs a file of SQL of the demo. */
  async fill(file: string, values: Record<string, string>) {
    await psql(this.url, await readFile(join(demo, file), "utf8"), values);
  }
}

async function psql(url: string, sql: string, values: Record<string, string> = {}): Promise<string[]> {
  const settings = Object.entries({ ...values, ON_ERROR_STOP: "1" }).flatMap(([name, value]) => [
    "--set",
    `${name}=${value}`,
  ]);
  const running = promisify(execFile)("psql", [
    "--no-psqlrc",
    "--quiet",
    "--tuples-only",
    "--no-align",
    ...settings,
    "--file=-",
    url,
  ]);
  running.child.stdin?.end(sql);
  const { stdout } = await running;
  return stdout.split("\n").filter((row) => row !== "");
}
