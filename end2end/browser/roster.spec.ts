import { atTheDesk, expect, expectAccessible, OWNER, row, test } from "./support/desk.ts";

test.use({ seeds: ["firm.sql"] });

// Many pages, each held to accessibility twice, on a machine that may do more besides.
test.describe.configure({ timeout: 180_000 });

test("an owner connects the firm, sees who differs, and takes a leaver's access away", async ({ page, site }) => {
  const upToDate = async () => {
    await expect(async () => {
      await page.goto("/admin/roster");
      await expect(page.getByText("Up to date")).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 20_000 });
  };
  await atTheDesk(page, site, OWNER, "/admin/roster");
  await expect(page.getByText("No firm is connected yet")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: /Connect the firm/ }).click();
  await site.clio.decide(page, "Approve", OWNER);
  await expect(page).toHaveURL("/admin/roster?done=roster_connected");
  await upToDate();
  await expectAccessible(page);

  // Somebody new is invited.
  const invited = row(page, "Priya Nandakumar");
  await invited.getByRole("checkbox").check();
  const news = page.locator("form").filter({ has: page.getByLabel("Preview: New in the firm") });
  await news.getByRole("button", { name: "The ticked" }).click();
  await expect(page.getByText("An invitation is mailed.")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Why").fill("She begins on Monday.");
  await page.getByRole("button", { name: "Carry out (1)" }).click();
  await expect(page).toHaveURL("/admin/roster?done=roster_carried_out");
  await expect(invited).toHaveCount(0);

  // Somebody's login is switched off at Clio.
  await site.clio.post("/simulation/manage/user", { region: "us", user: "710272", act: "disable" });
  // Before the page is looked at, it isn't told that the reading is over, and so isn't loaded anew.
  const underWay = "**/admin/roster?done=roster_begun";
  let tell = () => {};
  const isLookedAt = new Promise<void>((resolve) => (tell = resolve));
  await page.route(underWay, async (route) => {
    if (route.request().resourceType() === "fetch") {
      await isLookedAt;
    }
    await route.fallback();
  });
  await page.getByRole("button", { name: /^Read now/ }).click();
  await expect(page).toHaveURL("/admin/roster?done=roster_begun");
  await expectAccessible(page);
  tell();
  await page.unroute(underWay);
  await upToDate();
  const leaver = row(page, "Ikram");
  await expect(leaver.filter({ hasText: "Login disabled" })).toBeVisible();
  const off = page.locator("form").filter({ has: page.getByLabel("Preview: Login disabled in Clio") });
  await off.getByRole("button", { name: "The one here" }).click();
  await page.getByLabel("Why").fill("She left the firm.");
  await page.getByRole("button", { name: "Carry out (1)" }).click();
  await expect(page).toHaveURL("/admin/roster?done=roster_carried_out");
  const ikram = "SELECT status FROM accounts WHERE email = 'ikram.osei@harbourlane.test'";
  expect(await site.database.rows(ikram)).toEqual(["suspended"]);

  // It is undone from the read that found it.
  await page.locator("#reads tbody th a").first().click();
  await expect(page.getByText("She left the firm.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: /^Undo/ }).first().click();
  await expect(async () => {
    expect(await site.database.rows(ikram)).toEqual(["active"]);
  }).toPass();

  await page.goto("/admin/roster/people?enabled=no");
  await expect(row(page, "Ikram")).toBeVisible();
  await expectAccessible(page);
  await page.goto("/admin/links?enabled=no&column=person&column=firm&column=clio_role&column=enabled&column=seen");
  await expectAccessible(page);

  await page.goto("/admin/roster");
  await page.getByRole("link", { name: "Change the rule" }).click();
  await page.getByLabel("Suspend by itself").check();
  await page.getByLabel("Threshold, in percent").fill("30");
  await page.getByLabel("Why").fill("Clio is right.");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Put the rule in force" }).click();
  await expect(page).toHaveURL("/admin/roster?done=roster_rule_changed");
  await expectAccessible(page);

  await page.getByRole("link", { name: /^Disconnect/ }).click();
  await expectAccessible(page);
  await page.getByLabel("Why").fill("Another office reads it.");
  await page.getByRole("button", { name: /Disconnect/ }).click();
  await expect(page).toHaveURL("/admin/roster?done=roster_disconnected");
});
