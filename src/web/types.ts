import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { Approvals } from "../approvals/types.ts";
import type { Apps } from "../apps/types.ts";
import type { Audit } from "../audit/index.ts";
import type { Message } from "../chat/message.ts";
import type { Clock } from "../core/clock.ts";
import type { Problem } from "../core/problem.ts";
import type { Db } from "../db/index.ts";
import type { Docs } from "../docs/index.ts";
import type { People } from "../people/types.ts";
import type { Recipes } from "../recipes/types.ts";
import type { Speaker } from "../router/define.ts";
import type { RunsView } from "../workflow/types.ts";

/** What dispatch answers, as the web needs it. */
export type Outcome =
  | { kind: "answer"; message: Message; json?: unknown }
  | { kind: "private"; message: Message; public: Message }
  | { kind: "started"; runId: string; fresh: boolean; message: Message }
  | { kind: "problem"; problem: Problem };

/** The one door: every write of the web is a command that goes through it. */
export interface Door {
  dispatch(line: string, by: Speaker, options?: { key?: string }): Promise<Outcome>;
}

/** Who a single-use link or a bearer token stands for: a member's short name. Undefined when it counts for nothing. */
export interface WebTokens {
  /** Spends the link: the second call with the same token answers undefined. */
  spendSignInLink(token: string): string | undefined;
  memberOfApiToken(token: string): string | undefined;
}

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
}

/** How each part is. `says` is shown to operators only; a part that is `optional` may be away without Tandem being ill. */
export type Health = Record<string, { ok: boolean; says: string; optional?: boolean }>;

/** All that the pages are made from. */
export interface WebParts {
  db: Db;
  clock: Clock;
  log: Pick<Logger, "info" | "warn" | "error">;
  people: Pick<People, "byName" | "onChange">;
  router: Door;
  tokens: WebTokens;
  approvals: Pick<Approvals, "waitingFor" | "get" | "ofRun" | "list">;
  apps: Pick<Apps, "list" | "find" | "history" | "services" | "status">;
  runs: Pick<RunsView, "list" | "show">;
  recipes: Pick<Recipes, "list" | "show">;
  audit: Pick<Audit, "append" | "list" | "verify" | "head">;
  docs: Docs;
  settings: WebSettings;
  health: () => Health | Promise<Health>;
  metrics?: Pick<Registry, "metrics" | "contentType">;
}
