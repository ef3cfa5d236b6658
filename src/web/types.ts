import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { Approvals } from "../approvals/types.ts";
import type { Apps, SecretForms } from "../apps/index.ts";
import type { Audit } from "../audit/index.ts";
import type { BackupCare, Backups } from "../backups/index.ts";
import type { Billing } from "../billing/index.ts";
import type { Collective } from "../collective/index.ts";
import type { Books } from "../books/index.ts";
import type { Clock } from "../core/clock.ts";
import type { Db } from "../db/index.ts";
import type { Docs } from "../docs/index.ts";
import type { People } from "../people/index.ts";
import type { Recipes } from "../recipes/types.ts";
import type { Router, TokenSpending } from "../router/index.ts";
import type { Payouts } from "../work/index.ts";
import type { RunsView } from "../workflow/types.ts";

export interface WebSettings {
  /** Under which address people reach the pages, such as `https://tandem.example.coop`. */
  publicUrl: string;
  listen: { host: string; port: number };
  /** Addresses or CIDR ranges whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  coopName: string;
  /** Allows signing in over plain http away from localhost (a cookie that can be read on the way). */
  insecureCookies?: boolean;
  /** IANA zone in which times are shown. Default UTC. */
  timeZone?: string;
  version?: string;
  /** Whether the totals of closed months are for everybody. Default no. */
  publicBooks?: boolean;
}

/**
 * How each part is. `says` is shown to operators only; a part that is `optional` may be away without Tandem
 * being ill.
 */
export type Health = Record<string, { ok: boolean; says: string; optional?: boolean }>;

export interface BankForms {
  /** Throws a Problem when treasurers have agreed to no such batch. */
  batch(batch: string): {
    batch: string;
    period: string;
    from: object;
    payables: {
      id: string;
      member: string;
      currency: string;
      amountMinor: number;
      state: string;
      reference: string;
    }[];
  };
  /** `on`: the day of payment. Throws a Problem that names nothing of what is in the file of payees but members. */
  make(batch: string, payees: string, on: string): { xml: string; name: string };
}

/** The books, as the form for bank statements needs them. */
export interface StatementForms {
  /** The bank accounts that the books know, by their names there. */
  accounts(): readonly string[];
  /** Keeps a file for `money import bank --from=<word>`; `forget` throws it away and may be called twice. */
  keep(bytes: Uint8Array): { word: string; forget: () => void };
}

/** All that the pages are made from. */
export interface WebParts {
  db: Db;
  clock: Clock;
  log: Pick<Logger, "info" | "warn" | "error">;
  people: Pick<People, "byName" | "onChange">;
  /** The one door: every write of the web is a command that goes through it. */
  router: Pick<Router, "dispatch">;
  tokens: TokenSpending;
  approvals: Pick<Approvals, "waitingFor" | "get" | "ofRun" | "list">;
  apps: Pick<Apps, "list" | "find" | "history" | "services" | "status">;
  /** Whether the data of apps is safe, and whether a restore of it works. */
  backups: Pick<BackupCare, "freshness" | "freshnessOfAll"> & Pick<Backups, "drillWords">;
  secretForms: Pick<SecretForms, "find" | "spend">;
  /** Backups on their way to one person; without it there are none. */
  downloads?: Pick<Backups, "findDownload" | "openDownload">;
  payouts: Pick<Payouts, "list" | "find" | "report" | "lines" | "payables">;
  /** The one-time forms for people's own tokens at Open Collective; and whether a word ends the webhooks' address. */
  collective: Pick<Collective, "findForm" | "spendForm"> & { hearNudge(word: string): boolean };
  /** Webhooks of Stripe, and what is billed for an app. */
  billing: Pick<Billing, "hear" | "planOf">;
  /** What batches pay by bank; a file for the bank is made in memory and kept nowhere. */
  bank: BankForms;
  statements: StatementForms;
  books: Pick<Books, "lastRun" | "closed" | "closedUntil" | "entryOf" | "entries" | "decisions" | "journal">;
  runs: Pick<RunsView, "list" | "show">;
  recipes: Pick<Recipes, "list" | "show">;
  audit: Pick<Audit, "append" | "list" | "verify" | "head">;
  docs: Docs;
  settings: WebSettings;
  health: () => Health | Promise<Health>;
  metrics?: Pick<Registry, "metrics" | "contentType">;
}
