import type { Audit } from "../audit/index.ts";
import type { Clock } from "../core/clock.ts";
import { Problem, type ProblemText } from "../core/problem.ts";
import type { Secret } from "../core/secret.ts";
import type { Db } from "../db/index.ts";
import { listOf, Made } from "./answers.ts";
import { openCalls } from "./calls.ts";
import { asProblem, openClient } from "./client.ts";
import { lastSwept, openEvents } from "./events.ts";
import { openFetching } from "./for-books.ts";
import { openGivingBack } from "./giving-back.ts";
import type { Ground } from "./ground.ts";
import { planInWords } from "./noting.ts";
import { openPlanList } from "./plan-list.ts";
import { openReminding } from "./reminding.ts";
import { openRows, type PlanRow } from "./rows.ts";
import { openSelling } from "./selling.ts";
import { openTransfers } from "./transfers.ts";
import type { Billing, CheckUp, ForBooks, Looking, PlanView, Post, SettingsPlan, Subject } from "./types.ts";

export interface BillingParts {
  db: Db;
  clock: Clock;
  audit: Audit;
  people: Ground["people"];
  settings: {
    apiBase: string;
    room?: string | undefined;
    plans?: Readonly<Record<string, SettingsPlan>> | undefined;
  };
  publicUrl: string;
  key: Secret | undefined;
  /** Of the webhook endpoint; two while one is rotated. */
  hookSecrets: Secret[];
  post: Post;
  /** Where what happened to money goes; without it nothing is fetched for books. */
  books?: ForBooks;
  /** Tests hand in the contract server. */
  fetch?: typeof fetch;
}

/** Opens the room; nothing is asked of Stripe yet. */
export function openBilling(parts: BillingParts): Billing {
  const { settings, key } = parts;
  const { apiBase, room, plans = {} } = settings;
  const ground: Ground = {
    ...parts,
    ...{ apiBase, room, plans, books: parts.books, rows: openRows(parts) },
    client: openClient({ apiBase, key, ...(parts.fetch && { fetch: parts.fetch }) }),
  };
  return {
    ...openCalls(ground),
    ...openSelling(ground),
    ...openEvents(ground),
    ...openReminding(ground),
    ...openFetching(ground),
    ...openTransfers(ground),
    ...openGivingBack(ground),
    ...openPlanList(ground),
    ...openLooking(ground),
  };
}

function openLooking(ground: Ground): Looking {
  const { rows } = ground;
  const transfers = openTransfers(ground);
  const view = (row: PlanRow): PlanView => {
    const { payer, plan, state, paidUntil } = row;
    return { subject: row.subject as Subject, payer, plan, state, paidUntil, said: planInWords(state) };
  };
  return {
    planOf(subject) {
      const row = rows.plan(subject);
      return row && view(row);
    },
    list: () => ({
      plans: rows.plans().map(view),
      invoices: rows.invoices().flatMap((row) => {
        const isBack = row.state === "paid" && transfers.cameBack(row.id);
        if (row.state !== "open" && !isBack) return [];
        const { id, number, subject, currency, totalMinor, dueAt, lateSince } = row;
        const payer = rows.payerOf(row.customer)?.id ?? null;
        const [state, leftMinor] = isBack ? ["went back", totalMinor] : [row.state, row.leftMinor];
        return [{ id, number, payer, subject, state, currency, totalMinor, leftMinor, dueAt, lateSince }];
      }),
      payers: rows.payers().map(({ id, title }) => ({ id, title })),
    }),
    checkUp: () => checkUp(ground),
  };
}

async function checkUp(ground: Ground): Promise<CheckUp> {
  const { rows, client, apiBase, hookSecrets } = ground;
  const known = {
    ...{ on: client.isOn, apiBase, hooks: hookSecrets.length > 0, lastSwept: lastSwept(ground) },
    ...{ lastHeard: rows.lastHook() ?? null, waiting: rows.openEvents().length },
  };
  if (!client.isOn) return { ...known, problem: null };
  return { ...known, problem: await problemOfAsking(ground) };
}

async function problemOfAsking({ client }: Ground): Promise<ProblemText | null> {
  const operation = "list customers";
  try {
    const work = { operation, answer: listOf(Made) };
    await client.ask({ ...work, work: (stripe) => stripe.customers.list({ limit: 1 }) });
    return null;
  } catch (thrown) {
    const problem = asProblem(operation, thrown);
    if (problem instanceof Problem) return problem.text;
    throw thrown;
  }
}
