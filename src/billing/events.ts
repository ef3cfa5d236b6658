/**
 * What happens at Stripe: webhooks say early that something did, the list of events says it for sure. Neither is
 * believed: what they name is fetched anew, so that their order and number do not matter.
 */
import { isoOf } from "../core/clock.ts";
import type { Problem } from "../core/problem.ts";
import { billingOff, hookRefused } from "../core/problems/billing.ts";
import { Event, listOf } from "./answers.ts";
import { troubleOf, type Ground } from "./ground.ts";
import { lookAt } from "./looks.ts";
import type { Events, Swept, Trouble } from "./types.ts";
import { sdk } from "./sdk.ts";

/** As Stripe's libraries; both ways here, as theirs take a time in the future. */
const toleranceS = 300;
/** Events are there for 30 days; a first look goes not so far. */
const firstSweepS = 7 * 86_400;
/** An event may appear in the list a little after others that are younger. */
const overlapS = 600;
const pageSize = 100;
/** Refused ones are audited one by one up to here in an hour, then only counted: anybody can send them. */
const mostAuditedPerHour = 20;
const hourMs = 3_600_000;

export function openEvents(ground: Ground): Events {
  const refuse = openRefusals(ground);
  let draining: ReturnType<Events["drain"]> | undefined;
  return {
    async hear(body, signature, from) {
      const { db, rows } = ground;
      const event = readHook(ground, body, signature, (why) => refuse(why, from));
      const fresh = await db.write(() => rows.addEvent(rowOf(event, "hook")));
      return { fresh };
    },
    sweep: (signal) => sweep(ground, signal),
    async drain(signal) {
      // Two at once could write an older look over a newer one. Whoever comes meanwhile looks again after it.
      while (draining !== undefined) await draining;
      draining = drain(ground, signal).finally(() => (draining = undefined));
      return draining;
    },
    async refresh(kind, id, signal) {
      try {
        const note = await lookAt(ground, kind, id, signal);
        ground.db.tx(note);
        return { kind: "seen" };
      } catch (thrown) {
        return troubleOf(`show ${id}`, thrown);
      }
    },
  };
}

function rowOf({ id, type, created, data }: Event, via: "hook" | "sweep") {
  const { object, id: objectId = "" } = data.object;
  return { id, type, createdS: created, objectKind: object, object: objectId, via };
}

/** Checks the signature over the very bytes that came, then the time both ways, then the shape. */
function readHook(
  { hookSecrets, clock }: Ground,
  body: string,
  signature: string | undefined,
  refuse: (why: string) => Problem,
): Event {
  if (hookSecrets.length === 0) throw billingOff({ setting: "stripe.webhookSecretFile" });
  const nowMs = clock.now();
  const signedAt = Number(/(?:^|,)t=(\d{1,12})(?:,|$)/.exec(signature ?? "")?.[1] ?? Number.NaN);
  if (signature === undefined || Number.isNaN(signedAt)) throw refuse("it is not signed");
  if (signedAt > nowMs / 1000 + toleranceS) throw refuse("it is signed in the future");
  if (signedAt < nowMs / 1000 - toleranceS) throw refuse(`it was signed more than ${toleranceS} s ago`);
  const fits = hookSecrets.some((secret) => isSigned(body, signature, secret.reveal(), nowMs));
  if (!fits) throw refuse("its signature does not fit");
  try {
    return Event.parse(JSON.parse(body));
  } catch {
    throw refuse("it holds no event");
  }
}

function isSigned(body: string, signature: string, secret: string, nowMs: number): boolean {
  try {
    // Only its yes is one: a library without the check must not let everything through.
    const check = sdk().webhooks.signature;
    return check?.verifyHeader(body, signature, secret, toleranceS, undefined, nowMs) === true;
  } catch {
    return false;
  }
}

function openRefusals({ audit, clock, db }: Ground): (why: string, from: string) => Problem {
  let hour = 0;
  let audited = 0;
  let passedOver = 0;
  return (why, from) => {
    const now = Math.floor(clock.now() / hourMs);
    if (now !== hour) [hour, audited] = [now, 0];
    if (audited < mostAuditedPerHour) {
      audited++;
      const details = { why, from, ...(passedOver > 0 && { passedOver }) };
      passedOver = 0;
      db.tx(() => audit.append({ who: "nobody", what: "billing.hook-refused", subject: "stripe", details }));
    } else passedOver++;
    return hookRefused({ why });
  };
}

async function sweep(ground: Ground, signal: AbortSignal | undefined): Promise<Swept | Trouble> {
  const { client, rows, db, clock } = ground;
  const nowS = Math.floor(clock.now() / 1000);
  const since = Math.max((rows.mark("events") ?? nowS - firstSweepS) - overlapS, nowS - 30 * 86_400);
  const operation = "list the events";
  let fresh = 0;
  try {
    for (let after: string | undefined; ;) {
      const from: string | undefined = after;
      const { data, has_more: more } = await client.ask({
        ...{ operation, answer: listOf(Event), signal },
        work: (stripe) =>
          stripe.events.list({
            limit: pageSize,
            created: { gte: since },
            ...(from && { starting_after: from }),
          }),
      });
      fresh += db.tx(() => data.filter((event) => rows.addEvent(rowOf(event, "sweep"))).length);
      after = data.at(-1)?.id;
      if (!more || after === undefined) break;
    }
    // Only after all pages: what was missed in between is asked for again the next time.
    db.tx(() => {
      rows.setMark("events", nowS);
      rows.setMark("swept", nowS);
    });
    return { kind: "swept", fresh };
  } catch (thrown) {
    return troubleOf(operation, thrown);
  }
}

async function drain(ground: Ground, signal: AbortSignal | undefined): ReturnType<Events["drain"]> {
  const { rows, db } = ground;
  let looked = 0;
  try {
    for (;;) {
      const open = rows.openEvents();
      if (open.length === 0) return { kind: "drained", looked };
      // Ten events of one invoice are one look at it.
      const groups = Map.groupBy(open, ({ objectKind, object }) => `${objectKind} ${object}`);
      for (const events of groups.values()) {
        const [{ objectKind, object } = { objectKind: "", object: "" }] = events;
        const note = await lookAt(ground, objectKind, object, signal);
        looked++;
        db.tx(() => {
          note();
          rows.handled(events.map(({ id }) => id));
        });
      }
    }
  } catch (thrown) {
    return troubleOf("show what has changed", thrown);
  }
}

/** When the list was last read, ISO. */
export function lastSwept({ rows }: Ground): string | null {
  const at = rows.mark("swept");
  return at === undefined ? null : isoOf(at * 1000);
}
