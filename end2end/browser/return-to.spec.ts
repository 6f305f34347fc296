import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "./support/test.ts";

/** Values of `return_to` of one kind, and where they lead. */
interface Group {
  what: string;
  leads: "there" | "to the default";
  values: string[];
}

/** The sign-in page as it was answered to a value. */
interface Answered {
  value: string;
  html: string;
}

/** What a browser makes of it. */
interface Judged {
  value: string;
  /** Where the links and forms lead that begin a sign-in. */
  leads: string[];
  /** The `return_to` that they carry. */
  carried: string[];
  /** Where a browser would go by those. */
  places: string[];
}

const file = join(import.meta.dirname, "../corpus/return_to.json");
const corpus: Group[] = JSON.parse(readFileSync(file, "utf8"));

// It would keep a copy of every page.
test.use({ trace: "off" });

test.skip(
  ({ javaScriptEnabled, viewport }) => javaScriptEnabled === false || (viewport?.width ?? 0) < 600,
  "the parser of URLs is the same in all of these browsers",
);

test("the browser itself finds nothing on the sign-in page that leads off the site", async ({ page, site }) => {
  test.setTimeout(90_000);
  const values = corpus.flatMap((group) => group.values);
  expect(values.length).toBeGreaterThanOrEqual(500);
  await page.goto("/sign-in");
  const judged: Judged[] = [];
  for (let first = 0; first < values.length; first += 50) {
    // Fetched beside the page, whose content security policy lets it fetch nothing.
    const answers = values.slice(first, first + 50).map(async (value): Promise<Answered> => {
      const answer = await page.request.get(`/sign-in?return_to=${encodeURIComponent(value)}`);
      expect(answer.status(), JSON.stringify(value)).toBe(200);
      return { value, html: await answer.text() };
    });
    judged.push(...(await page.evaluate(judge, await Promise.all(answers))));
  }

  expect(judged).toHaveLength(values.length);
  const honest = new Set(corpus.filter((group) => group.leads === "there").flatMap((group) => group.values));
  for (const { value, leads, carried, places } of judged) {
    const what = JSON.stringify(value);
    expect(leads, what).not.toHaveLength(0);
    for (const url of leads.map((lead) => new URL(lead))) {
      expect(url.origin, `${what} leads to ${url}`).toBe(site.url);
      expect(url.pathname, what).toMatch(/^\/auth\//);
    }
    for (const place of places) {
      expect(place.startsWith(`${site.url}/`), `${what} leads to ${place}`).toBe(true);
    }
    if (honest.has(value)) {
      expect(carried, what).not.toHaveLength(0);
    }
    for (const one of carried) {
      expect(one, what).toBe(value);
    }
  }
});

/** Runs in the browser: its parsers of pages and of URLs judge. */
function judge(answers: Answered[]): Judged[] {
  return answers.map(({ value, html }) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const links = [...page.querySelectorAll("a")].map((link) => link.getAttribute("href") ?? "");
    const forms = [...page.querySelectorAll("form")].map((form) => form.getAttribute("action") ?? "");
    const leads = [...links, ...forms].map((reference) => new URL(reference, location.origin));
    const begin = leads.filter((url) => url.origin !== location.origin || url.pathname.startsWith("/auth/"));
    const fields = [...page.querySelectorAll<HTMLInputElement>("input[name=return_to]")];
    const carried = [
      ...begin.flatMap((url) => url.searchParams.getAll("return_to")),
      ...fields.map((field) => field.getAttribute("value") ?? ""),
    ];
    const places = carried.map((path) => new URL(path, `${location.origin}/auth/clio/callback`).href);
    return { value, leads: begin.map(String), carried, places };
  });
}
