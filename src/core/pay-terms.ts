import { z } from "zod";

/** What one person is owed in one currency by one batch, such as `bakor/bo/EUR`. */
export const PayableId = z.string().regex(/^[a-z]{5}\/[a-z][a-z0-9_-]{0,30}\/[A-Z]{3}$/, {
  error: "what is to be paid, such as bakor/bo/EUR",
});
export type PayableId = z.infer<typeof PayableId>;

/** A person's or an organisation's name in the addresses of Open Collective. */
export const CollectiveSlug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,100}$/, { error: "a name in addresses of Open Collective, such as bo-b" });

/** The id of a way to be paid that somebody has saved at Open Collective. */
export const PayoutMethodId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{4,80}$/, { error: "the id of a payout method at Open Collective" });

export const EmailAddress = z.email({ error: "an address for mail, such as bo@example.coop" });
