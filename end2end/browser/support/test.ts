// What every browser test starts from: import `test` and `expect` from here.
//
// Each worker has a server, a simulated Clio and a database of its own; each test has a person of
// its own, so tests never meet. Whatever the browser complains about fails the test.
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";

import { Clio, type Person } from "./clio.ts";
import { Database, freePort, Program, run } from "./programs.ts";

export { expect };

/** A running server with all that belongs to it. */
export interface Site {
  url: string;
  clio: Clio;
  database: Database;
  /** The command line of the operator: what `vestibule` says. */
  vestibule: (...args: string[]) => Promise<string>;
}

interface EachWorker {
  /** Settings of the server, over the defaults here: `test.use({ settings: { ADMISSION: "approval" } })`. */
  settings: Record<string, string>;
  /** Files of SQL of the demo that fill the database before the server starts. */
  seeds: string[];
  site: Site;
}

interface EachTest {
  /** Somebody with a Clio login who has never been here. */
  person: Person;
  /** What the browser may complain about, when a test provokes it. */
  complaintsAllowed: RegExp[];
  complaints: void;
}

export const test = base.extend<EachTest, EachWorker>({
  settings: [{}, { option: true, scope: "worker" }],

  seeds: [[], { option: true, scope: "worker" }],

  site: [
    async ({ settings, seeds }, use, worker) => {
      const label = `browser_${worker.workerIndex}`;
      // Other runs may use the same PostgreSQL: a process number is nobody else's meanwhile.
      const database = await Database.create(`${label}_${process.pid}`);
      const port = await freePort();
      const url = `http://localhost:${port}`;
      const clio = await Clio.start(label, url);
      const environment = {
        DATABASE_URL: database.url,
        PUBLIC_URL: url,
        LISTEN_ADDR: `127.0.0.1:${port}`,
        CLIO_IDENTITY_APP_KEY: Clio.key,
        CLIO_IDENTITY_APP_SECRET: Clio.secret,
        CLIO_IDENTITY_ISSUER: `${clio.url}/`,
        CLIO_MANAGE_REGIONS: "us,eu",
        CLIO_MANAGE_US_APP_KEY: `${Clio.key}-us`,
        CLIO_MANAGE_US_APP_SECRET: Clio.secret,
        CLIO_MANAGE_US_BASE_URL: `${clio.url}/manage/us`,
        CLIO_MANAGE_EU_APP_KEY: `${Clio.key}-eu`,
        CLIO_MANAGE_EU_APP_SECRET: Clio.secret,
        CLIO_MANAGE_EU_BASE_URL: `${clio.url}/manage/eu`,
        FIRM_NAME: "Harbour & Lane",
        ADMISSION: "open",
        SMTP_URL: `smtp://127.0.0.1:${clio.smtpPort}`,
        MAIL_FROM: "Harbour & Lane <door@harbourlane.test>",
        ...settings,
      };
      const vestibule = (...args: string[]) => run("vestibule", args, environment);
      if (seeds.length > 0) {
        await vestibule("migrate");
      }
      for (const seed of seeds) {
        await database.fill(seed, { issuer: `${clio.url}/`, accounts: "60" });
      }
      const ready = `http://127.0.0.1:${port}/readyz`;
      const server = await Program.start("vestibule", label, ["serve"], environment, ready);
      await use({ url, clio, database, vestibule });
      await server.stop();
      await clio.stop();
      await database.drop();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ site }, use) => use(site.url),

  person: async ({ site }, use) => use(await site.clio.newPerson()),

  complaintsAllowed: [[], { option: true }],

  complaints: [
    async ({ context, complaintsAllowed }, use) => {
      const complaints: string[] = [];
      context.on("console", (message) => {
        if (message.type() === "error") {
          complaints.push(`${message.text()} (${message.location().url})`);
        }
      });
      context.on("weberror", (error) => complaints.push(String(error.error())));
      await use();
      const unexpected = complaints.filter((text) => !complaintsAllowed.some((allowed) => allowed.test(text)));
      expect(unexpected, "complaints of the browser, breaches of the content security policy among them").toEqual([]);
    },
    { auto: true },
  ],
});

/** Signs somebody in with Clio, from the sign-in page. */
export async function signIn(page: Page, site: Site, person: Person, returnTo?: string) {
  await page.goto(returnTo ? `/sign-in?return_to=${encodeURIComponent(returnTo)}` : "/sign-in");
  await page.getByRole("link", { name: /Sign in with Clio/ }).click();
  await site.clio.signIn(page, person);
}

/** The narrowest screen that pages are made for, in pixels. */
const NARROWEST = 320;

/**
 * Holds the page to the width of the screen, on phones to that of the narrowest, too, and, in light
 * and in dark, to WCAG 2.2 AA; axe needs JavaScript, so that part is left to the browsers that have it.
 */
export async function expectAccessible(page: Page) {
  // A page that a form led to has its text before it has its looks.
  await page.waitForLoadState();
  await expectNoSidewaysScroll(page);
  const screen = page.viewportSize();
  if (screen && screen.width < 600) {
    await page.setViewportSize({ ...screen, width: NARROWEST });
    await expectNoSidewaysScroll(page);
    await page.setViewportSize(screen);
  }
  if (test.info().project.use.javaScriptEnabled === false) {
    return;
  }
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
    expect(found, `axe on ${page.url()} in ${colorScheme}`).toEqual([]);
  }
}

async function expectNoSidewaysScroll(page: Page) {
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(sideways, `pixels to scroll sideways on ${page.url()}`).toBeLessThanOrEqual(0);
}
