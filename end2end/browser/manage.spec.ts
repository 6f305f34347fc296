import { expect, expectAccessible, signIn, test } from "./support/test.ts";

test("somebody connects Clio Manage, after a slip, and disconnects it", async ({ page, site, person }) => {
  await site.clio.hire(person);
  await signIn(page, site, person);
  await page.getByRole("button", { name: "Save and go on" }).click();
  await page.goto("/account/connections");
  await expectAccessible(page);

  await page.getByRole("link", { name: /Connect Clio Manage/ }).click();
  await site.clio.decide(page, "Decline");
  await expect(page.getByRole("alert")).toContainText("You declined at Clio Manage");
  await expectAccessible(page);

  await page.getByRole("link", { name: /United States/ }).click();
  await site.clio.decide(page, "Approve");
  await expect(page).toHaveURL("/account/connections?done=manage_connected");
  await expect(page.getByRole("heading", { name: "Harbour & Lane" })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Disconnect Harbour & Lane, United States" }).click();
  await expect(page).toHaveURL("/account/connections?done=manage_disconnected");
  await expect(page.getByRole("heading", { name: "Harbour & Lane" })).toHaveCount(0);
});

test("Add to Clio asks who it is, and ends at Clio", async ({ page, site, person }) => {
  await site.clio.hire(person);
  await signIn(page, site, person);
  await page.getByRole("button", { name: "Save and go on" }).click();
  await page.goto("/add-to-clio?region=us");
  await expectAccessible(page);
  await page.getByRole("link", { name: /Add to Clio/ }).click();
  await site.clio.decide(page, "Approve");
  await expect(page.getByRole("heading", { name: "Added to Clio" })).toBeVisible();
});
