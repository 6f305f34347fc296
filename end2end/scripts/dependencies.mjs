// Holds the dependencies to the licences, bans and sources of deny.toml: what cargo-deny would say,
// less the advisories, in a moment and with nothing to install.
//
//   cargo metadata --format-version 1 | node dependencies.mjs deny.toml
import { readFileSync } from "node:fs";

const policy = readFileSync(process.argv[2], "utf8");
const { packages } = JSON.parse(readFileSync(0, "utf8"));

const names = (pattern) => [...policy.matchAll(pattern)].map((match) => match[1]);
const licences = new Set(names(/^ {2}"([^"]+)",$/gm));
const banned = new Set(names(/^ {2}\{ name = "([^"]+)"/gm));

// An SPDX expression: AND binds closer than OR.
function allowed(expression) {
  const inner = /\(([^()]*)\)/;
  let flat = expression.replaceAll("/", " OR ");
  while (inner.test(flat)) {
    flat = flat.replace(inner, (_, group) => (allowed(group) ? "yes" : "no"));
  }
  return flat
    .split(/ +OR +/)
    .some((all) => all.split(/ +AND +/).every((one) => one.trim() === "yes" || licences.has(one.trim())));
}

const problems = packages.flatMap(({ name, version, license, source }) => [
  ...(banned.has(name) ? [`${name} ${version} is banned`] : []),
  ...(allowed(license ?? "none") ? [] : [`${name} ${version} has the licence ${license}`]),
  ...(source && source !== "registry+https://github.com/rust-lang/crates.io-index"
    ? [`${name} ${version} comes from ${source}`]
    : []),
]);

console.log([...problems, `${packages.length} packages, ${problems.length} problems`].join("\n"));
process.exitCode = problems.length > 0 ? 1 : 0;
