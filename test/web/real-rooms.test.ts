/** The pages with the real door, engine and approvals behind them: what a form says is what happens. */
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openApprovals } from "../../src/approvals/index.ts";
import { openOutbox } from "../../src/chat/outbox.ts";
import { say } from "../../src/chat/message.ts";
import { startedOtherwise } from "../../src/house/scheduled.ts";
import { discover, openHelp, openRouter } from "../../src/router/index.ts";
import { openEngine, type Engine } from "../../src/workflow/index.ts";
import { workflow, type Trades } from "../../src/workflow/define.ts";
import { openWeb } from "../../src/web/index.ts";
import { api, signedIn, type Browser } from "./browse.ts";
import { house, type House } from "./house.ts";

const root = path.join(import.meta.dirname, "../..");
const drop = workflow({
  input: z.strictObject({ app: z.string() }),
  lock: ({ app }: { app: string }) => `app ${app}`,
  outline: ["approval", "drop"],
  async run({ step, approval }, { app }: { app: string }) {
    const ask = say(`Drop **${app}**?`, { diff: "- everything" });
    await approval({ ask, from: "maintainer", weight: "grave", binds: "h1", subject: app });
    return step("drop", () => say(`${app} is gone.`));
  },
});

let home: House;
let engine: Engine;
let bo: Browser;
let ana: Browser;

beforeAll(async () => {
  home = house();
  const { db, clock, audit, recipes, apps } = home.parts;
  const { people } = home;
  const log = { error: () => undefined, warn: () => undefined, info: () => undefined } as never;
  const outbox = openOutbox({ db, clock });
  const found = await discover({
    commands: [`${root}/commands`],
    workflows: [`${root}/workflows`],
    startedOtherwise,
  });
  engine = openEngine({
    db,
    clock,
    log,
    approvals: { open: (row) => approvals.open(row), withdraw: (id, why) => approvals.withdraw(id, why) },
    get trades(): Trades {
      return trades;
    },
  });
  const approvals = openApprovals({
    db,
    clock,
    people,
    audit: audit,
    outbox,
    settle: (run, topic, payload, dedupe) => engine.signal(run, topic, payload, dedupe),
    self: () => null,
    defaultRoom: "nowhere",
    webUrl: home.parts.settings.publicUrl,
    prefix: "!tandem ",
    report: () => undefined,
  });
  engine.register("drop", drop as never);
  const help = openHelp({ commands: found.commands, people, topics: () => [] });
  const trades = {
    people,
    apps,
    recipes,
    approvals,
    runs: engine,
    help,
    tokens: home.parts.tokens,
    audit,
  } as unknown as Trades;
  const commands = found.commands;
  const router = openRouter({ db, clock, people, audit: audit, log, trades, commands, engine });
  home.web = openWeb({ ...home.parts, router, approvals, runs: engine });
  engine.start(drop as never, { app: "old.example.coop" }, { askedBy: "ana", place: null });
  bo = await signedIn(home, "bo");
  ana = await signedIn(home, "ana");
});
afterAll(() => engine.stop());

async function waiting(one: Browser): Promise<{ id: string; run: string; status: string }[]> {
  const response = await one.get("/approvals.json");
  return ((await response.json()) as { waitsForYou: { id: string; run: string; status: string }[] })
    .waitsForYou;
}

/** Turns until the engine has done what it can do now. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let turns = 0; turns < 200; turns++) {
    const found = await look();
    if (found !== undefined) return found;
    await home.clock.turn(1);
  }
  throw new Error("it did not come to that");
}

const at = (id: string): string => `/approvals/${id.split("/").map(encodeURIComponent).join("/")}`;

test("a grave question by form: wrong subject kept out, the asker kept out, the right one counts", async () => {
  const [question] = await until(async () => ((await waiting(bo)).length > 0 ? waiting(bo) : undefined));
  if (question === undefined) throw new Error("there is a question");
  expect(await waiting(ana)).toEqual([]);

  const wrong = await bo.post(`${at(question.id)}/approve`, { subject: "new.example.coop" });
  expect(wrong.status).toBe(422);
  expect(await wrong.text()).toContain("You named new.example.coop");
  const own = await ana.post(`${at(question.id)}/approve`, { subject: "old.example.coop" });
  expect(own.status).toBe(403);
  expect(await own.text()).toContain("You asked for run");
  const token = home.apiTokenFor("cleo");
  const copied = await api(home, token, { line: `approve ${question.run} old.example.coop` });
  expect(copied.status).toBe(403);
  expect(await copied.json()).toMatchObject({ problem: { code: "approval-unverified" } });

  const yes = await bo.post(`${at(question.id)}/approve`, { subject: "old.example.coop", once: "1" });
  expect([yes.status, yes.headers.get("location")]).toEqual([303, at(question.id)]);
  const page = await (await bo.get(at(question.id))).text();
  expect(page).toMatch(/<\/svg\s*>approved/);
  await until(async () => {
    const run = (await (await bo.get(`/runs/${question.run}.json`)).json()) as { status: string };
    return run.status === "done" ? run : undefined;
  });
  expect(await (await bo.get(`/runs/${question.run}`)).text()).toContain("old.example.coop is gone.");
  expect(await (await bo.get(`/runs/${question.run}`)).text()).toContain("command.said");
});

test("decline and cancel by form: the run ends, and the page says why and by whom", async () => {
  const next = engine.start(drop as never, { app: "wiki.example.coop" }, { askedBy: "ana", place: null });
  const [question] = await until(async () => ((await waiting(bo)).length > 0 ? waiting(bo) : undefined));
  await bo.post(`${at(question?.id ?? "")}/decline`, { why: 'it\'s "ours" -- still' });
  await until(async () => {
    const text = await (await ana.get(`/runs/${next.runId}`)).text();
    return text.includes("How it ended") ? text : undefined;
  });
  expect(await (await ana.get(at(question?.id ?? ""))).text()).toContain(
    "it&#39;s &quot;ours&quot; -- still",
  );

  const third = engine.start(drop as never, { app: "chat.example.coop" }, { askedBy: "ana", place: null });
  await until(async () => ((await waiting(bo)).length > 0 ? true : undefined));
  const tess = await signedIn(home, "tess");
  expect((await tess.post(`/runs/${third.runId}/cancel`, { why: "x" })).status).toBe(403);
  expect((await ana.post(`/runs/${third.runId}/cancel`, { why: "not today" })).status).toBe(303);
  const ended = await until(async () => {
    const run = (await (await ana.get(`/runs/${third.runId}.json`)).json()) as { status: string };
    return run.status === "cancelled" ? run.status : undefined;
  });
  expect(ended).toBe("cancelled");
  expect(await waiting(bo)).toEqual([]);
});
