import { accountOf, PASSWORD } from "./support/accounts.ts";
import { expect, expectAccessible, signIn, test } from "./support/test.ts";

test("somebody with an account here proves it and is told by mail", async ({ page, site, person }) => {
  await accountOf(site, person);
  await signIn(page, site, person);
  await expect(page).toHaveURL("/link");
  await expectAccessible(page);

  await page.getByLabel("Password of the account here").fill(PASSWORD);
  await page.getByRole("button", { name: "Link these accounts" }).click();
  await expect(page).toHaveURL("/account");
  await expect(page.getByText(`Clio login ${person.email}`)).toBeVisible();
  const mail = await site.clio.newestMail(person.email);
  expect(mail.subject).toContain("Clio");
});

test.describe("with the wrong password", () => {
  // What the server answers to the island that sends the form.
  test.use({ complaintsAllowed: [/422 \(Unprocessable Entity\)/] });

  test("nothing is linked, and the form says so", async ({ page, site, person }) => {
    await accountOf(site, person);
    await signIn(page, site, person);
    await page.getByLabel("Password of the account here").fill("a guess");
    await page.getByRole("button", { name: "Link these accounts" }).click();
    await expect(page.getByText("Nothing was linked.")).toBeVisible();
    await expectAccessible(page);

    const links = await site.database.rows(
      "SELECT 1 FROM identities JOIN accounts ON accounts.id = account_id WHERE accounts.email = :'email'",
      { email: person.email },
    );
    expect(links).toEqual([]);
  });
});

test("whoever uses another Clio login instead is back at sign-in", async ({ page, site, person }) => {
  await accountOf(site, person);
  await signIn(page, site, person);
  await page.getByRole("button", { name: "Use another Clio login" }).click();
  await expect(page).toHaveURL(/\/sign-in/);

  await page.goto("/link");
  await expect(page.getByRole("heading", { name: "There’s nothing to link" })).toBeVisible();
  await expectAccessible(page);
});
