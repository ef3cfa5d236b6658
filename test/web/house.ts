/** A house for the web's tests: database, people and audit are real; questions, runs and apps are told. */
import { openAudit } from "../../src/audit/index.ts";
import { FakeClock } from "../../src/core/clock.ts";
import type { MatrixId, MemberName, Role } from "../../src/core/terms.ts";
import { openDb } from "../../src/db/index.ts";
import { openDocs } from "../../src/docs/index.ts";
import { openPeople, type People } from "../../src/people/index.ts";
import {
  openTokens,
  type DispatchOptions,
  type Outcome,
  type Said,
  type Speaker,
} from "../../src/router/index.ts";
import { secretFormSpent } from "../../src/core/problems/care.ts";
import type { Trust } from "../../src/chat/transport.ts";
import { openWeb, type Web, type WebParts, type WebSettings } from "../../src/web/index.ts";
import { toldApps, toldBackups, toldRecipes } from "./told-apps.ts";
import { toldPayouts } from "./told-payouts.ts";
import { toldBooks } from "./told-books.ts";
import { toldPay } from "./told-pay.ts";
import { toldApprovals, toldRuns, type Told } from "./told-runs.ts";

export const publicUrl = "https://tandem.example.coop";

/** Who lives in the test house, with the roles beside member. */
export const household = {
  ana: [],
  bo: ["maintainer"],
  cleo: ["maintainer"],
  tess: ["treasurer"],
  otto: ["operator"],
} as const satisfies Record<string, readonly Role[]>;
export type Name = keyof typeof household;

/** What went through the door. */
export interface Heard {
  said: Said;
  by: Speaker;
  key: string | undefined;
}

export interface House {
  parts: WebParts;
  web: Web;
  clock: FakeClock;
  people: People;
  told: Told;
  /** Every command that went through the door. */
  heard: Heard[];
  /** What the door answers next. */
  answerWith: (outcome: Outcome) => void;
  /** Lines of the log. */
  logged: unknown[];
  linkFor(name: Name, trust?: Trust): string;
  apiTokenFor(name: Name): string;
}

export interface HouseOptions {
  settings?: Partial<WebSettings>;
  parts?: Partial<WebParts>;
  told?: Told;
}

/** The token `open` opens the form of an app's secret, `next` that of a rotation; values are kept to be looked at. */
function toldForms(told: Told): WebParts["secretForms"] {
  const find: WebParts["secretForms"]["find"] = (token) => {
    if (token !== "open" && token !== "next") return undefined;
    const app = "notes.example.coop" as never;
    const secret = told.hostile ?? "smtp_password";
    return { app, secret, version: "v1", rotates: token === "next", member: "bo" };
  };
  return {
    find,
    spend(token, value) {
      const form = find(token);
      if (form === undefined) return Promise.reject(secretFormSpent({ minutes: 15 }));
      told.putIn = [...(told.putIn ?? []), value];
      return Promise.resolve(form);
    },
  };
}

export function house(options: HouseOptions = {}): House {
  const clock = new FakeClock(Date.parse("2026-11-24T09:00:00Z"));
  const db = openDb(":memory:");
  const audit = openAudit(db, clock);
  const people = openPeople({ db, clock, audit });
  for (const [name, roles] of Object.entries(household)) {
    const displayName = `${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`;
    people.add("config", {
      name: name as MemberName,
      displayName,
      matrixId: `@${name}:example.coop` as MatrixId,
    });
    for (const role of roles) people.grant("config", name as MemberName, role);
  }
  const told = options.told ?? {};
  const heard: Heard[] = [];
  const logged: unknown[] = [];
  const log = (...line: unknown[]): void => void logged.push(line);
  let outcome: Outcome = { kind: "answer", message: { blocks: [{ kind: "text", text: "Noted." }] } };
  const settings = {
    publicUrl,
    listen: { host: "127.0.0.1", port: 0 },
    trustedProxies: [],
    coopName: "Three Rivers Co-op",
    version: "0.1.0",
    publicBooks: true,
    ...options.settings,
  };
  const tokens = openTokens({ db, clock, audit, people, log: { warn: log }, publicUrl: settings.publicUrl });
  const parts: WebParts = {
    db,
    clock,
    log: { info: log, warn: log, error: log },
    people,
    audit,
    tokens,
    router: {
      dispatch(said: Said, by: Speaker, given?: DispatchOptions) {
        heard.push({ said, by, key: given?.key });
        return Promise.resolve(outcome);
      },
    },
    ...toldApprovals(clock, told),
    ...toldRuns(clock, told),
    ...toldApps(told),
    ...toldBackups(told),
    ...toldRecipes(told),
    ...toldPayouts(told),
    secretForms: toldForms(told),
    ...toldPay(told),
    ...toldBooks(told),
    docs: openDocs(),
    settings,
    health: () => ({ database: { ok: true, says: "5000 MB free" }, docker: { ok: true, says: "engine 27" } }),
    metrics: {
      metrics: () => Promise.resolve("tandem_runs_open 2\n"),
      contentType: "text/plain; version=0.0.4",
    },
    ...options.parts,
  } as WebParts;
  return {
    parts,
    web: openWeb(parts),
    clock,
    people,
    told,
    heard,
    logged,
    answerWith: (next) => (outcome = next),
    linkFor: (name, trust = "verified") =>
      new URL(tokens.signInLink(name, trust)).searchParams.get("token") ?? "",
    apiTokenFor: (name) => tokens.createApiToken(name, "script"),
  };
}
