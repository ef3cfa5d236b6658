/**
 * The one list of what commands and workflows can use beside the engine's own tools. `main.ts` fills it; the type
 * reaches `commands/` and `workflows/` through `Trades`, so that they import no trade.
 */
import type { Approvals } from "./approvals/types.ts";
import type { Apps, SecretForms } from "./apps/index.ts";
import type { HouseBooks } from "./house/books.ts";
import type { Identities } from "./house/identities.ts";
import type { SentFiles } from "./house/sent-files.ts";
import type { People } from "./people/types.ts";
import type { Servers } from "./servers/types.ts";
import type { Recipes } from "./recipes/types.ts";
import type { Bank } from "./work/bank.ts";
import type { RunsView } from "./workflow/types.ts";
import type { Help, Tokens } from "./router/types.ts";
import type { Audit } from "./audit/index.ts";
import type { BackupCare, Backups } from "./backups/index.ts";
import type { Billing } from "./billing/index.ts";
import type { Collective } from "./collective/index.ts";
import type { Upgrades } from "./upgrades/types.ts";
import type { Payouts } from "./work/index.ts";
import type { Work } from "./work/types.ts";

declare module "./workflow/define.ts" {
  interface Trades {
    people: People;
    servers: Servers;
    apps: Apps;
    /** One-time pages on which the value of a secret is put in. */
    secretForms: Pick<SecretForms, "link" | "isByHand">;
    /** Files that people sent into rooms. */
    sentFiles: SentFiles;
    /** With which keys members prove that it is they who speak. */
    identities: Identities;
    recipes: Recipes;
    approvals: Approvals;
    /** Runs: reading, and cancel as a message. */
    runs: RunsView;
    help: Help;
    /** Sign-in links and bearer tokens. */
    tokens: Tokens;
    audit: Audit;
    /** Newer versions: plans, proposals, what happens by itself. */
    upgrades: Upgrades;
    /** Taking and finding backups, and all that is around them. */
    backups: Backups & BackupCare;
    /** Batches of approved work. */
    payouts: Payouts;
    /** Entries, rates, budgets and the agreement to them. */
    work: Work;
    /** Open Collective: asking for money there, and following what becomes of it. */
    collective: Collective;
    /** Stripe: plans, invoices, what is given back. */
    billing: Billing;
    /** What a batch pays by bank. */
    bank: Bank;
    /** The ledger, and what Stripe, Open Collective and the banks have told. */
    books: HouseBooks;
  }
}
