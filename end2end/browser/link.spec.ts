import { accountOf, PASSWORD } from "./support/accounts.ts";
import { expect, expectAccessible, signIn, test } from "./support/test.ts";

const CODE_MAIL = /link/i;

test("somebody with an account here proves it by its password, confirms, and is told by mail", async ({
  page,
  site,
  person,
}) => {
  await accountOf(site, person);
  await signIn(page, site, person);
  await expect(page).toHaveURL("/link");
  await expectAccessible(page);

  await page.getByLabel("Password of the account here").fill(PASSWORD);
  await page.getByRole("button", { name: "Check the password" }).click();
  await expect(page.getByRole("heading", { name: "Link these two" })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Link these accounts" }).click();
  await expect(page).toHaveURL("/account");
  await expectAccessible(page);
  await page.goto("/account/connections");
  await expect(page.getByRole("heading", { name: person.email })).toBeVisible();
  const mail = await site.clio.mail(person.email, /linked/);
  expect(mail.text).toContain("/not-me?token=");
});

test("a mailed code proves the account where the link was begun, and nowhere else", async ({
  page,
  browser,
  site,
  person,
}) => {
  await accountOf(site, person, { first_name: "Eleonora" });
  await signIn(page, site, person);
  await page.getByRole("button", { name: `Mail a code to ${person.email}` }).click();
  await expect(page.getByLabel("Code from the mail")).toBeFocused();
  await expect(page.getByLabel("Code from the mail")).toBeInViewport();
  await expect(page).toHaveTitle(/^A code is on its way · /);
  await expectAccessible(page);
  const code = await site.clio.code(person.email, CODE_MAIL);

  // The mail may be read on any device; there is nothing to be opened, and nothing to be typed there.
  const elsewhere = await browser.newContext({ baseURL: site.url });
  const other = await elsewhere.newPage();
  await other.goto("/link");
  await expect(other.getByRole("heading", { name: "There’s nothing to link" })).toBeVisible();
  await elsewhere.close();

  await page.getByLabel("Code from the mail").fill(code);
  await page.getByRole("button", { name: "Check the code" }).click();
  await page.getByLabel(/as it is at Clio/).check();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Link these accounts" }).click();
  await expect(page).toHaveURL("/account");
  await expect(page.getByRole("heading", { name: `${person.first_name} ${person.last_name}` })).toBeVisible();
});

test("a login that is connected already proves the account for another one", async ({
  page,
  browser,
  site,
  person,
}) => {
  // Somebody's account was opened with a first login, and carries the e-mail of the second.
  const first = await site.clio.newPerson();
  const elsewhere = await browser.newContext({ baseURL: site.url });
  const other = await elsewhere.newPage();
  await signIn(other, site, first);
  await expect(other).toHaveURL("/welcome");
  await site.database.rows(
    "UPDATE accounts SET email = :'new', email_verified_at = now() WHERE email = :'old'",
    { new: person.email, old: first.email },
  );

  await signIn(page, site, person);
  await expect(page).toHaveURL("/link");
  await page.getByRole("link", { name: "Use the connected login" }).click();
  await site.clio.signIn(page, first);
  await expect(page).toHaveURL("/link");
  await page.getByRole("button", { name: "Link these accounts" }).click();
  await expect(page).toHaveURL(/\/(welcome|account)/);
  const links = await site.database.rows(
    "SELECT link_method FROM identities JOIN accounts ON accounts.id = account_id WHERE accounts.email = :'email' ORDER BY linked_at",
    { email: person.email },
  );
  expect(links).toEqual(["first_sign_in", "linked_sign_in"]);

  // Whoever was in before is out, and comes back with the first login.
  await other.goto("/account");
  await expect(other).toHaveURL(/\/sign-in/);
  await elsewhere.close();
});

test("somebody who can prove nothing asks an administrator, who decides", async ({ page, site, person }) => {
  await accountOf(site, person);
  await signIn(page, site, person);
  await page.getByText("Write to an administrator").click();
  await page.getByLabel("What should the administrator know?").fill("The old mailbox is closed.");
  await page.getByRole("button", { name: "Ask an administrator" }).click();
  await expect(page.getByText("An administrator looks at it.")).toBeVisible();
  await expectAccessible(page);

  const waiting = (await site.vestibule("cases", "list")).split("\n").find((line) => line.includes(person.email));
  expect(waiting).toContain("The old mailbox is closed.");
  const [reference] = (waiting ?? "").split(" ");
  await expect(page.getByText(reference)).toBeVisible();
  await site.vestibule("cases", "approve", reference);

  await signIn(page, site, person);
  await expect(page).toHaveURL("/account");
});

test("an administrator's account asks for more than a mailed code", async ({ page, site, person }) => {
  await accountOf(site, person);
  await site.database.rows("UPDATE accounts SET role = 'admin' WHERE email = :'email'", { email: person.email });
  await signIn(page, site, person);
  await page.getByRole("button", { name: `Mail a code to ${person.email}` }).click();
  await page.getByLabel("Code from the mail").fill(await site.clio.code(person.email, CODE_MAIL));
  await page.getByRole("button", { name: "Check the code" }).click();
  await expect(page.getByRole("heading", { name: "One more proof" })).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("Password of the account here").fill(PASSWORD);
  await page.getByRole("button", { name: "Check the password" }).click();
  await page.getByRole("button", { name: "Link these accounts" }).click();
  await expect(page).toHaveURL("/account");
});

test.describe("with a wrong password", () => {
  // What the server answers to the island that sends the form.
  test.use({ complaintsAllowed: [/422 \(Unprocessable Entity\)/] });

  test("nothing is linked, and the form says so", async ({ page, site, person }) => {
    await accountOf(site, person);
    await signIn(page, site, person);
    await page.getByLabel("Password of the account here").fill("a guess");
    await page.getByRole("button", { name: "Check the password" }).click();
    await expect(page.getByText("Nothing was changed. 4 tries are left.")).toBeVisible();
    const password = page.getByLabel("Password of the account here");
    await expect(password).toHaveAttribute("aria-invalid", "true");
    await expect(password).toHaveAccessibleDescription(/Nothing was changed. 4 tries are left.$/);
    await expectAccessible(page);

    await password.fill("another guess");
    await page.getByRole("button", { name: "Check the password" }).click();
    await expect(page.getByText("3 tries are left.")).toBeVisible();
    await expect(password).toHaveAttribute("aria-invalid", "true");

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

test("a code that is asked for again at once is on its way already, and nothing is marked", async ({
  page,
  site,
  person,
}) => {
  await accountOf(site, person);
  await signIn(page, site, person);
  await page.getByRole("button", { name: `Mail a code to ${person.email}` }).click();
  await page.getByRole("button", { name: "Send a new code" }).click();
  const note = page.getByRole("alert").filter({ hasText: "If a code was sent a moment ago" });
  await expect(note).toBeInViewport();
  await expect(page).toHaveTitle(/^Problem: That was too soon · /);
  await expect(page.getByLabel("Code from the mail")).not.toHaveAttribute("aria-invalid");
  await expectAccessible(page);
});

test("the keyboard leads past the head of a page to what it is about", async ({ page, site, person }) => {
  await accountOf(site, person);
  await signIn(page, site, person);
  const skip = page.getByRole("link", { name: "Skip to the content" });
  await expect(skip).not.toBeInViewport();
  await page.keyboard.press("Tab");
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});
