// Accounts that are here before anybody signs in with Clio.
import type { Person } from "./clio.ts";
import type { Site } from "./test.ts";

/** The password of every account made here. */
export const PASSWORD = "harbour bell lantern";

// argon2id of PASSWORD.
const HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$pnK3DMLP7tN4JrMD1FRoOw$TiiMSk5axtuN/L0P1L70H2Vip7Qj/5g1PyC1YDcI+o0";

/**
 * Makes an account with the person's e-mail, verified, and PASSWORD; its names are the person's, or
 * others. Clio doesn't know of it.
 */
export async function accountOf(site: Site, person: Person, names: Partial<Person> = {}) {
  const { email, first_name, last_name } = { ...person, ...names };
  await site.database.rows(
    `INSERT INTO accounts (email, email_verified_at, first_name, last_name, welcomed_at, password_hash)
     VALUES (:'email', now(), :'first_name', :'last_name', now(), :'hash')`,
    { email, first_name, last_name, hash: HASH },
  );
}
