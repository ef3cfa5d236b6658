/** An app's secrets: made in place, moved to the next version, taken away. No value passes through anything kept. */
import { eq } from "drizzle-orm";
import type { Audit } from "../../audit/index.ts";
import { hashOf } from "../../core/canonical.ts";
import {
  secretAlreadyThere,
  secretByHand,
  secretNotInserted,
  secretNotMade,
  secretUnknown,
} from "../../core/problems/care.ts";
import type { AppDomain } from "../../core/terms.ts";
import { schema, type Db } from "../../db/index.ts";
import { envValues, generateSecret, setEnv, type WantedSecret } from "../../recipes/index.ts";
import { renderApp } from "../render.ts";
import { reading, type Ground, type Reading } from "./reading.ts";
import type { AppSecrets, RotatePlan, SecretState } from "./types.ts";

/** So many versions are tried for a name that is free. */
const mostVersionsTried = 100;

export function openSecrets(parts: Ground & { db: Db; audit: Audit }): AppSecrets {
  const { rows, servers } = parts;
  const place = (domain: AppDomain) => {
    const { server, stack } = rows.get(domain);
    return { swarm: servers.swarmOf(server), stack };
  };
  return {
    secrets: (domain) => reading(parts, domain, statesOf),
    secretsToMake: (domain, secret) => reading(parts, domain, (read) => toMake(read, secret)),
    makeSecrets: (domain, names) =>
      reading(parts, domain, async (read) => {
        const wanted = wantedIn(read).filter(({ name }) => names.includes(name));
        await make(read, wanted);
      }),
    putSecret: (domain, secret, version, value) =>
      reading(parts, domain, async (read) => {
        const { setting } = wantedOf(read, secret);
        const { name } = nameAt(read, secret, setting, version);
        // What an earlier try at a rotation left behind was never in use: it makes way.
        const isNext = envValues(read.envText)[setting] !== version;
        const rows = isNext ? await read.swarm.secretRows(read.app.stack) : [];
        const isUnused = rows.find((row) => row.name === name)?.usedBy.length === 0;
        if (isUnused) await read.swarm.removeSecrets(read.app.stack, [name]);
        const { created } = await read.swarm.createSecrets(read.app.stack, [{ name, value: () => value }]);
        return { name, fresh: created.length > 0 };
      }),
    planRotate: (domain, secret, inserted) =>
      reading(parts, domain, (read) => planRotate(read, secret, inserted)),
    makeRotated: async (plan) => {
      if (!plan.generate) return;
      await reading(parts, plan.domain, async (read) => {
        const one = { ...wantedOf(read, plan.secret), name: plan.newName };
        await make(read, [one]);
      });
    },
    setSecretVersion: (who, domain, setting, version) => setVersion(parts, who, domain, setting, version),
    async removeSecrets(domain, names) {
      const { swarm, stack } = place(domain);
      await swarm.removeSecrets(stack, names);
    },
  };
}

function wantedIn({ app, envText, checkout }: Reading): WantedSecret[] {
  return renderApp(app, envText, checkout).secrets;
}

/** One of them by the recipe's name for it. Throws `secret-unknown` with those that there are. */
function wantedOf(read: Reading, secret: string): WantedSecret {
  const wanted = wantedIn(read);
  const found = wanted.find(({ key }) => key === secret);
  if (found !== undefined) return found;
  throw secretUnknown({ app: read.app.domain, secret, known: wanted.map(({ key }) => key) });
}

async function make({ swarm, app }: Reading, wanted: WantedSecret[]): Promise<void> {
  await swarm.createSecrets(
    app.stack,
    wanted.map((one) => ({ name: one.name, value: () => generateSecret(one) })),
  );
}

async function toMake(read: Reading, secret: string | undefined): Promise<string[]> {
  const { domain } = read.app;
  const existing = await read.swarm.secretNames();
  if (secret === undefined) {
    return wantedIn(read)
      .filter(({ name, generate }) => generate && !existing.has(name))
      .map(({ name }) => name);
  }
  const { name, generate } = wantedOf(read, secret);
  if (existing.has(name)) throw secretAlreadyThere({ app: domain, secret, name });
  if (!generate) throw secretByHand({ app: domain, secret });
  return [name];
}

async function statesOf(read: Reading): Promise<SecretState[]> {
  const [existing, rows] = await Promise.all([
    read.swarm.secretNames(),
    read.swarm.secretRows(read.app.stack),
  ]);
  const values = envValues(read.envText);
  const usersOf = (name: string): string[] => rows.find((row) => row.name === name)?.usedBy ?? [];
  const wanted = wantedIn(read).map(({ key, name, setting, generate }) => ({
    secret: key,
    version: values[setting] ?? null,
    name,
    exists: existing.has(name),
    usedBy: usersOf(name),
    generate,
  }));
  const left = rows
    .filter((row) => !wanted.some(({ name }) => name === row.name))
    .map(({ name, usedBy }) => ({
      secret: null,
      version: null,
      name,
      exists: true,
      usedBy,
      generate: false,
    }));
  return [...wanted, ...left];
}

async function planRotate(read: Reading, secret: string, inserted: boolean): Promise<RotatePlan> {
  const { app, swarm } = read;
  const { name: oldName, setting, generate } = wantedOf(read, secret);
  const existing = await swarm.secretNames();
  if (!existing.has(oldName)) throw secretNotMade({ app: app.domain, secret, name: oldName });
  if (!generate && !inserted) throw secretByHand({ app: app.domain, secret });
  const from = envValues(read.envText)[setting] ?? "";
  const { to, name: newName } = inserted
    ? nameAt(read, secret, setting, nextVersion(from))
    : freeName(read, { secret, setting, from, existing });
  if (inserted && !existing.has(newName)) throw secretNotInserted({ app: app.domain, secret, name: newName });
  const env = { from: `${setting}=${from}`, to: `${setting}=${to}` };
  const stack = await swarm.planLive(app.stack, { secret: { from: oldName, to: newName, env } });
  const services = stack.changes.filter(({ change }) => change === "update").map(({ service }) => service);
  const plan = {
    domain: app.domain,
    secret,
    setting,
    from,
    to,
    oldName,
    newName,
    generate: !inserted,
    services,
  };
  return { ...plan, stack, hash: hashOf({ ...plan, stack: stack.hash }) };
}

function nameAt(
  { app, envText, checkout }: Reading,
  secret: string,
  setting: string,
  to: string,
): { to: string; name: string } {
  const changed = renderApp(app, setEnv(envText, setting, to), checkout);
  const name = changed.secrets.find(({ key }) => key === secret)?.name ?? "";
  return { to, name };
}

/** What an earlier try left behind has a value that nobody chose for this: it is passed over. */
function freeName(
  read: Reading,
  about: { secret: string; setting: string; from: string; existing: Set<string> },
): { to: string; name: string } {
  let next = nameAt(read, about.secret, about.setting, nextVersion(about.from));
  for (let tries = 0; about.existing.has(next.name) && tries < mostVersionsTried; tries++) {
    next = nameAt(read, about.secret, about.setting, nextVersion(next.to));
  }
  return next;
}

/** `v1` → `v2`, `2024` → `2025`, `first` → `first2`. */
export function nextVersion(version: string): string {
  const match = /^(.*?)(\d+)$/.exec(version);
  return match === null ? `${version}2` : `${match[1] ?? ""}${Number(match[2]) + 1}`;
}

function setVersion(
  { db, audit, rows }: Ground & { db: Db; audit: Audit },
  who: string,
  domain: AppDomain,
  key: string,
  value: string,
): void {
  db.tx(() => {
    const before = rows.envOf(domain);
    if (envValues(before)[key] === value) return;
    const env = setEnv(before, key, value);
    db.orm.update(schema.app).set({ env }).where(eq(schema.app.domain, domain)).run();
    audit.append({ who, what: "app.set", subject: domain, details: { key, value } });
  });
}
