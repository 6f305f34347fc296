import { expect, expectAccessible, signIn, test } from "./support/test.ts";

/** A password that nobody guesses, and that the rules take. */
const NEW_PASSWORD = "seven lamps over quiet water";

test("somebody connects a second Clio login, disconnects it, and undoes that", async ({ page, site, person }) => {
  await signIn(page, site, person);
  await page.getByRole("button", { name: "Save and go on" }).click();
  await page.goto("/account/connections");
  await expect(page.getByText("the only way in")).toBeVisible();
  await expectAccessible(page);

  const second = await site.clio.newPerson({ first_name: "Second" });
  await page.getByRole("button", { name: "Connect another Clio login" }).click();
  await site.clio.signIn(page, second);
  await expect(page).toHaveURL("/account/connections?done=connected");
  await expect(page.getByRole("heading", { name: second.email })).toBeVisible();
  await expectAccessible(page);
  await site.clio.mail(person.email, /linked/);

  const row = page.getByRole("listitem").filter({ hasText: second.email });
  await row.getByRole("button", { name: /Disconnect/ }).click();
  await expect(page).toHaveURL("/account/connections?done=disconnected");
  await expectAccessible(page);
  await page.getByRole("button", { name: /Connect it again/ }).click();
  await expect(page).toHaveURL("/account/connections?done=undone");
  await expect(page.getByRole("button", { name: /Disconnect/ })).toHaveCount(2);

  await page.getByRole("button", { name: "Disconnect and sign out here" }).click();
  await expect(page).toHaveURL("/sign-in?done=disconnected");
  await expect(page.getByText("sign in another way within 14 days")).toBeVisible();
  await expectAccessible(page);
  await signIn(page, site, second, "/account/connections");
  await expect(page.getByRole("heading", { name: "Disconnected lately" })).toBeVisible();

  await page.goto("/account/activity");
  await expect(page.getByText(/disconnected/i).first()).toBeVisible();
  await expectAccessible(page);
});

test("somebody sets a password, and sees who is signed in", async ({ page, site, person }) => {
  await signIn(page, site, person);
  await page.getByRole("button", { name: "Save and go on" }).click();
  await page.goto("/account/password");
  await expectAccessible(page);
  await page.getByLabel("New password", { exact: true }).fill("password123");
  await page.getByLabel("The same once more").fill("password123");
  await page.getByRole("button", { name: /password/i }).last().click();
  await expect(page.getByText("guessed first")).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
  await page.getByLabel("The same once more").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: /password/i }).last().click();
  await expect(page).toHaveURL("/account/password?done=password_set");
  await site.clio.mail(person.email, /password/i);

  await page.goto("/account/sessions");
  await expect(page.getByText("This browser", { exact: true })).toBeVisible();
  await expectAccessible(page);
});

test("after five minutes somebody confirms that it’s still them, with Clio or with the password", async ({
  page,
  site,
  person,
}) => {
  await signIn(page, site, person);
  await page.getByRole("button", { name: "Save and go on" }).click();
  const stale = () =>
    site.database.rows(
      "UPDATE sessions SET fresh_at = now() - interval '6 minutes' WHERE account_id = (SELECT id FROM accounts WHERE email = :'email')",
      { email: person.email },
    );
  await site.database.rows("UPDATE accounts SET email_verified_at = now() WHERE email = :'email'", {
    email: person.email,
  });
  await stale();
  await page.goto("/account/connections");
  await page.getByRole("link", { name: "Confirm that it’s you" }).click();
  await expect(page).toHaveURL(/\/account\/confirm\?then=/);
  await expectAccessible(page);
  await page.getByRole("main").getByRole("link", { name: /Clio/ }).click();
  await site.clio.signIn(page, person);
  await expect(page).toHaveURL("/account/connections");
  await expect(page.getByRole("button", { name: "Connect another Clio login" })).toBeVisible();

  await stale();
  await page.goto("/account/confirm?then=/account/password");
  await page.getByRole("button", { name: `Mail a code to ${person.email}` }).click();
  await page.getByLabel("Code from the mail").fill(await site.clio.code(person.email, /code|confirm/i));
  await page.getByRole("button", { name: "Check the code" }).click();
  await expect(page).toHaveURL("/account/password");
  await expect(page.getByLabel("New password", { exact: true })).toBeVisible();
});

test("“This wasn’t me” in a mail asks first, and then shuts out whoever is in", async ({
  page,
  browser,
  site,
  person,
}) => {
  await signIn(page, site, person);
  await page.getByRole("button", { name: "Save and go on" }).click();
  const second = await site.clio.newPerson();
  await page.goto("/account/connections");
  await page.getByRole("button", { name: "Connect another Clio login" }).click();
  await site.clio.signIn(page, second);
  await expect(page).toHaveURL("/account/connections?done=connected");
  const { text } = await site.clio.mail(person.email, /linked/);
  const [link] = text.match(/http\S+\/not-me\?token=\S+/) ?? [];

  // Read on another device, where nobody is signed in.
  const elsewhere = await browser.newContext({ baseURL: site.url });
  const other = await elsewhere.newPage();
  await other.goto(link ?? "");
  await expect(other.getByRole("button", { name: "This wasn’t me" })).toBeVisible();
  await expectAccessible(other);
  await page.goto("/account/connections");
  await expect(page.getByRole("heading", { name: second.email })).toBeVisible();

  await other.getByRole("button", { name: "This wasn’t me" }).click();
  await expect(other).toHaveURL(/done=not_me/);
  await expectAccessible(other);
  await elsewhere.close();
  await page.goto("/account");
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await site.vestibule("cases", "list")).toContain(person.email);
});
