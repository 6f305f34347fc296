import { readFile } from "node:fs/promises";

import { atTheDesk, colleague, expect, expectAccessible, OWNER, row, settled, test } from "./support/desk.ts";

// Many pages, each held to accessibility twice, on a machine that may do more besides.
test.describe.configure({ timeout: 180_000 });

test("an owner finds links: searches, filters, sorts, turns pages, keeps a list", async ({ page, site }) => {
  await atTheDesk(page, site, OWNER, "/admin/links");
  await expect(page).toHaveTitle(/^Linked accounts · /);
  await expectAccessible(page);

  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page.getByRole("link", { name: "Previous page" })).toBeVisible();
  await page.getByRole("link", { name: "First page" }).click();
  await expect(page.getByRole("link", { name: "Previous page" })).toHaveCount(0);

  await page.getByLabel("Name or e-mail").fill("wisniewski");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.locator("[data-row]")).toHaveCount(1);
  await expect(row(page, "Bartosz Wiśniewski")).toBeVisible();
  await page.getByLabel("Name or e-mail").fill("");

  await page.getByText("Filters and columns").click();
  await page.getByLabel("Code to the mailbox").check();
  await page.getByRole("group", { name: "Columns" }).getByLabel("Proved by").check();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Show these" }).click();
  await expect(page.locator("[data-row]")).toHaveCount(2);
  await expect(row(page, "Grace Mbeki")).toContainText("Code to the mailbox");
  await expectAccessible(page);

  await page.getByText("Keep this list").click();
  await page.getByLabel("Name", { exact: true }).fill("By code");
  await page.getByRole("button", { name: "Keep", exact: true }).click();
  const kept = page.getByRole("navigation", { name: "Lists kept by name" });
  await expect(kept.getByRole("link", { name: "By code" })).toHaveAttribute("aria-current", "true");
  await expectAccessible(page);
  await page.getByRole("link", { name: /Proved by: Code to the mailbox/ }).click();
  await kept.getByRole("link", { name: "By code" }).click();
  await expect(page.locator("[data-row]")).toHaveCount(2);
  await page.getByRole("button", { name: "Forget “By code”" }).click();
  await expect(kept).toHaveCount(0);

  await page.goto("/admin/links?q=nobody-has-this-name");
  await expect(page.getByText("No link is like that.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Show all links" }).click();
  await expect(page).toHaveURL("/admin/links");
});

test("a wide screen sorts by the heads of the columns", async ({ page, site, viewport }) => {
  test.skip((viewport?.width ?? 0) < 720, "narrow, the heads aren’t seen");
  await atTheDesk(page, site, OWNER, "/admin/links");
  await page.getByRole("columnheader", { name: "Person" }).getByRole("link").click();
  await expect(page.getByRole("columnheader", { name: "Person" })).toHaveAttribute("aria-sort", "ascending");
  const first = await page.locator("[data-row]").first().innerText();
  await page.getByRole("columnheader", { name: "Person" }).getByRole("link").click();
  await expect(page.getByRole("columnheader", { name: "Person" })).toHaveAttribute("aria-sort", "descending");
  await expect(page.locator("[data-row]").first()).not.toHaveText(first);
});

test("the file of a list holds exactly that list, and no spreadsheet takes a name for a formula", async ({
  page,
  site,
}) => {
  const { email } = await colleague(site, { first_name: '=HYPERLINK("http://x")', last_name: "Formulaic" });
  await atTheDesk(page, site, OWNER, "/admin/links?q=formulaic");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export CSV" }).click(),
  ]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(email);
  expect(lines[1]).toContain(`"'=HYPERLINK(""http://x"")",Formulaic,`);
});

test("an owner reviews a link, suspends its account, and undoes that where it is told", async ({ page, site }) => {
  const { email, name } = await colleague(site, { first_name: "Oona", last_name: "Tidewater" });
  await atTheDesk(page, site, OWNER, "/admin/links?q=tidewater");
  await row(page, email).getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { name: `${name} and their Clio login` })).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("How you know, if you like").fill("Asked at the front desk.");
  await page.getByRole("button", { name: "Mark as reviewed" }).click();
  await expect(page).toHaveTitle(/^Reviewed/);
  await expect(page.getByText(/^Found right/)).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("heading", { name, exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("A note for others at this desk").fill("Away until the spring.");
  await page.getByRole("button", { name: "Keep the note" }).click();
  await expect(page.getByText("Away until the spring.")).toBeVisible();

  await page.getByRole("link", { name: "Suspend", exact: true }).click();
  await expect(page.getByRole("heading", { name: `Suspend ${name}` })).toBeVisible();
  await expect(page.getByText(`A mail to ${email} says so.`)).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Until, if it ends by itself").fill(inDays(30));
  await page.getByLabel("Why", { exact: true }).fill("Leave of absence.");
  await page.getByRole("button", { name: "Suspend" }).click();
  await expect(page).toHaveTitle(/^Suspended/);
  await expect(page.getByText("Opens again")).toBeVisible();
  await expectAccessible(page);
  await site.clio.mail(email, /suspended/i);

  const suspended = page.getByRole("listitem").filter({ hasText: "Leave of absence." });
  await suspended.getByRole("button", { name: /^Undo/ }).click();
  await expect(page.getByText("That is undone")).toBeVisible();
  await expect(page.getByText("Opens again")).toHaveCount(0);
  await expectAccessible(page);
});

test("each act on an account says first what will happen", async ({ page, site }) => {
  const { name, email } = await colleague(site, { first_name: "Wim", last_name: "Saltmarsh" });
  const waiting = await colleague(site, { first_name: "Ursel", last_name: "Saltmarsh" }, "pending");
  await atTheDesk(page, site, OWNER, "/admin/links?q=saltmarsh");
  const link = await row(page, email).getByRole("link", { name }).getAttribute("href");
  await page.goto(link ?? "");
  const account = await page.getByRole("link", { name, exact: true }).getAttribute("href");
  for (const act of ["end-sessions", "role"]) {
    await page.goto(`${account}/${act}`);
    await expect(page.getByRole("heading", { name: "What will happen" })).toBeVisible();
    await expectAccessible(page);
  }
  await page.goto(`${link}/unlink`);
  await expect(page.getByText("It isn’t linked again by itself")).toBeVisible();
  await expectAccessible(page);

  await page.goto("/admin/links?q=saltmarsh&status=pending");
  await row(page, waiting.email).getByRole("link", { name: waiting.name }).click();
  await page.getByRole("link", { name: waiting.name, exact: true }).click();
  for (const act of ["Approve", "Reject"]) {
    await page.getByRole("link", { name: act, exact: true }).click();
    await expect(page.getByRole("heading", { name: `${act} ${waiting.name}` })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("link", { name: "Back to the account" }).click();
  }
});

test("an owner decides about many at once, reads what came of it, and undoes it as one", async ({ page, site }) => {
  const people = [];
  for (const first_name of ["Ada", "Bo", "Cyd"]) {
    people.push(await colleague(site, { first_name, last_name: "Quillfeather" }));
  }
  await atTheDesk(page, site, OWNER, "/admin/links?q=quillfeather");
  for (const { name } of people.slice(0, 2)) {
    await page.getByLabel(`Tick ${name}`).check();
  }
  await page.getByLabel("Preview").selectOption("Suspend accounts");
  await page.getByRole("button", { name: "The ticked" }).click();
  await expect(page).toHaveURL(/\/admin\/bulk\//);
  await settled(page);
  await expect(page.getByText("2 will be changed")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Why", { exact: true }).fill("The office closes.");
  await page.getByRole("button", { name: "Suspend accounts (2)" }).click();
  await settled(page);
  await expect(page.getByText("2 done")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Undo all of it" }).click();
  await settled(page);
  await expect(page.getByText("2 will be changed")).toBeVisible();
  await page.getByRole("button", { name: "Undo (2)" }).click();
  await settled(page);
  await expect(page.getByText("2 done")).toBeVisible();
  const suspended = await site.database.rows(
    "SELECT 1 FROM accounts WHERE last_name = 'Quillfeather' AND status <> 'active'",
  );
  expect(suspended).toEqual([]);

  await page.goto("/admin/links?q=quillfeather");
  await page.getByLabel("Preview").selectOption("Mark as reviewed");
  await page.getByRole("button", { name: "All 3 links that match" }).click();
  await settled(page);
  await expect(page.getByText("3 will be changed")).toBeVisible();
  await page.getByRole("button", { name: "Don’t do it" }).click();
  await expect(page.getByText("3 not begun")).toBeVisible();

  await page.goto("/admin/bulk");
  await expect(page.getByRole("link", { name: "Suspend accounts" }).first()).toBeVisible();
  await expectAccessible(page);
});

test("whoever isn’t an administrator finds no desk", async ({ page, site }) => {
  await atTheDesk(page, site, "sofia.lindqvist@harbourlane.test", "/account");
  await expect(page.getByRole("link", { name: "Administration" })).toHaveCount(0);
});

/** A day as date fields take it, so many days from now. */
function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
