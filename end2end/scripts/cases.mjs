// Prints the table of cases by group, with what became of each in a run of the tests. Fails unless all
// of them held, and unless the table is whole.
//
//   node cases.mjs server/tests/CASES.md LOG…
//
// A log is what `cargo test` or `cargo nextest run` said.
import { readFileSync } from "node:fs";

const groups = [
  "Authorization request",
  "Callback",
  "Token response",
  "ID token",
  "Keys",
  "Provider faults",
  "Linking and takeover",
  "Session and cookies",
  "Cross-site, framing, headers",
  "Redirects",
  "Admin desk",
  "Text",
  "Rate limits",
  "Database",
  "Process",
  "Data",
  "Audit",
  "Clio Manage",
];
const fewest = 200;

const [table, ...logs] = process.argv.slice(2);
const problems = [];

// `TARGET::NAME` of each test that ran, and whether it passed each time.
const passed = new Map();

function ended(target, name, isGood) {
  const test = `${target}::${name}`;
  passed.set(test, isGood && (passed.get(test) ?? true));
}

for (const log of logs) {
  let target;
  for (const line of readFileSync(log, "utf8").replaceAll(/\x1b\[[0-9;]*m/g, "").split(/\r?\n/)) {
    // cargo test: the program's file is called TARGET-HASH.
    const program = line.match(/^\s+Running .*\(.*?([^/\\]+)-[0-9a-f]+(?:\.exe)?\)$/);
    const result = line.match(/^test (\S+)(?: - should panic)? \.\.\. (ok|FAILED)\b/);
    // cargo nextest: PACKAGE::TARGET, or the package alone for its library's own tests.
    const own = line.match(/^\s*([A-Z]+) \[[^\]]*\]\s+(?:\([^)]*\)\s+)?vestibule(?:::(\S+))?\s+(\S+)$/);
    if (program) {
      target = program[1];
    } else if (/^\s+Doc-tests /.test(line)) {
      target = undefined;
    } else if (result && target) {
      ended(target, result[1], result[2] === "ok");
    } else if (own && own[1] !== "SLOW") {
      ended(own[2] ?? "vestibule", own[3], ["PASS", "LEAK"].includes(own[1]));
    }
  }
}

const cases = [];
let group;
for (const line of readFileSync(table, "utf8").split("\n")) {
  if (line.startsWith("## ")) {
    group = line.slice(3).trim();
    if (!groups.includes(group)) {
      problems.push(`${group}: there is no such group`);
    }
  } else if (line.startsWith("|") && !/^\|(?: id \||-)/.test(line)) {
    const cells = line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim().replaceAll("\\|", "|"));
    const [id, meaning, twin, tests] = cells;
    if (cells.length === 4 && /^[A-Z]{2}-\d{2,}$/.test(id) && group) {
      cases.push({ group, id, meaning, twin, tests: [...tests.matchAll(/`([^`]+)`/g)].map((match) => match[1]) });
    } else {
      problems.push(`no case: ${line}`);
    }
  }
}

// What keeps a case from having held.
function faults({ id, meaning, twin, tests }) {
  return [
    ...(meaning ? [] : [`${id} has no meaning`]),
    ...(twin ? [] : [`${id} has no honest twin`]),
    ...(tests.length > 0 ? [] : [`${id} names no test`]),
    ...tests
      .filter((test) => !passed.get(test))
      .map((test) => `${id}: ${test} ${passed.has(test) ? "failed" : "didn't run, or there is no such test"}`),
  ];
}

for (const name of groups) {
  const own = cases.filter((one) => one.group === name);
  const broken = own.map(faults);
  problems.push(...broken.flat(), ...(own.length > 0 ? [] : [`${name}: no case`]));
  console.log(`\n${name}: ${broken.filter((found) => found.length === 0).length} of ${own.length} held`);
  for (const [place, { id, meaning, twin }] of own.entries()) {
    console.log(`  ${id} ${broken[place].length === 0 ? "✓" : "✗"} ${meaning} — ${twin}`);
  }
}

const ids = cases.map(({ id }) => id);
problems.push(...new Set(ids.filter((id, place) => ids.indexOf(id) < place).map((id) => `${id} comes twice`)));
if (cases.length < fewest) {
  problems.push(`${cases.length} cases: fewer than ${fewest}`);
}

console.log(`\n${problems.map((problem) => `FAILED: ${problem}\n`).join("")}`.trimEnd());
const held = problems.length === 0 ? "all held" : `${problems.length} problems`;
console.log(`${cases.length} cases in ${new Set(cases.map((one) => one.group)).size} groups, ${held}`);
process.exitCode = problems.length > 0 ? 1 : 0;
