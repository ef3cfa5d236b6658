import path from "node:path";
import { openBilling, type Billing } from "../billing/index.ts";
import { readSecret } from "../config.ts";
import type { Clock } from "../core/clock.ts";
import { Secret } from "../core/secret.ts";
import type { Rooms } from "./start-house.ts";

type Ground = Pick<Rooms, "options" | "db" | "clock" | "audit" | "people" | "outbox" | "books">;

/** A burst of webhooks is one look around. */
const afterHearingMs = 500;
const afterTroubleMs = 60_000;

export interface HouseBilling extends Billing {
  /** Looks no more; what was heard and not looked at is looked at after the next start. */
  stop(): void;
}

/**
 * Opens the way to Stripe. Throws `secret-file-unreadable`: a key that cannot be used is heard of at the start. What a
 * webhook names is looked at soon after; when that does not go, again in a minute, and each hour in any case.
 */
export function billingFor({ options, outbox, ...ground }: Ground): HouseBilling {
  const { stripe: settings, web, root } = options.config;
  const { secretKeyFile, webhookSecretFile } = settings;
  const read = (file: string | undefined, name: string): string[] =>
    file === undefined ? [] : readSecret(path.resolve(root, file), `stripe.${name}`).split(/\s+/);
  const [key] = read(secretKeyFile, "secretKeyFile");
  const billing = openBilling({
    ...{ ...ground, settings },
    publicUrl: web.publicUrl,
    key: key === undefined ? undefined : new Secret(key),
    hookSecrets: read(webhookSecretFile, "webhookSecretFile").map((secret) => new Secret(secret)),
    post: (room, messageKey, message) => outbox.post({ kind: "message", key: messageKey, room, message }),
  });
  const stopping = new AbortController();
  const { signal } = stopping;
  const soon = openSoon(ground.clock, signal, async () => {
    try {
      return (await billing.drain(signal)).kind === "drained";
    } catch (thrown) {
      if (signal.aborted) return true;
      options.log.error(
        { err: thrown },
        "what Stripe's events name could not be looked at; again in a minute",
      );
      return false;
    }
  });
  return {
    ...billing,
    async hear(...heard) {
      const { fresh } = await billing.hear(...heard);
      if (fresh && key !== undefined) soon(afterHearingMs);
      return { fresh };
    },
    stop: () => stopping.abort(),
  };
}

/** Calls `work` once after a while, however often it was asked for in between; until it has gone well. */
function openSoon(clock: Clock, signal: AbortSignal, work: () => Promise<boolean>): (inMs: number) => void {
  let waits = false;
  let cancel = (): void => undefined;
  signal.addEventListener("abort", () => cancel());
  const soon = (inMs: number): void => {
    if (waits || signal.aborted) return;
    waits = true;
    cancel = clock.after(inMs, () => {
      waits = false;
      void work().then((well) => {
        if (!well) soon(afterTroubleMs);
      });
    });
  };
  return soon;
}
