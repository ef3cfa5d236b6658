import { createHash, timingSafeEqual } from "node:crypto";
import path from "node:path";
import { openCollective, readSealingKey, type Collective } from "../collective/index.ts";
import { readSecret } from "../config.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { collectiveHookUnfit } from "../core/problems/collective.ts";
import { Secret } from "../core/secret.ts";
import type { Engine } from "../workflow/index.ts";
import type { Rooms } from "./start-house.ts";

type Ground = Pick<
  Rooms,
  "options" | "db" | "clock" | "audit" | "people" | "outbox" | "payouts" | "books" | "work"
>;

/** The rows of what a webhook tells of are there soon after it, and many webhooks are one look. */
const afterNudgeMs = 20_000;
/** Whoever learns the address can make us ask no more often than this. */
const betweenNudgesMs = 120_000;

export interface HouseCollective extends Collective {
  /**
   * Whether this is the word at the end of the webhooks' address, compared in constant time. Then the ledger there is
   * read soon; what the webhook says is not looked at, because nobody signs it.
   */
  hearNudge(word: string): boolean;
  /** Begins nothing more. */
  stop(): void;
}

/**
 * Opens the way to Open Collective, with what it needs of the engine and of the rooms. Throws `secret-file-unreadable`,
 * `collective-key-unfit` and `collective-hook-unfit`: what cannot be used is heard of at the start, not on the day of
 * paying.
 */
export function collectiveFor(
  ground: Ground,
  engine: Pick<Engine, "list" | "signal" | "start">,
): HouseCollective {
  const { options, outbox, work } = ground;
  const { collective: settings, web, root } = options.config;
  const { keyFile, tokenFile, webhookSecretFile } = settings;
  const collective = openCollective({
    ...ground,
    settings,
    publicUrl: web.publicUrl,
    token:
      tokenFile === undefined
        ? undefined
        : new Secret(readSecret(path.resolve(root, tokenFile), "collective.tokenFile")),
    key: keyFile === undefined ? undefined : readSealingKey(path.resolve(root, keyFile)),
    room: settings.room,
    onSettled: (payable) => ground.payouts.settle(payable),
    onBalance: (money) => work.balanceFrom("opencollective", money),
    post: (room, key, message) => outbox.post({ kind: "message", key, room, message }),
    wake: (payable) =>
      engine
        .list({ open: true, lock: `payable ${payable}` })
        .filter(({ id }) => engine.signal(id, "look", null)).length,
  });
  const word = webhookSecretFile === undefined ? undefined : wordIn(path.resolve(root, webhookSecretFile));
  const nudges = openNudges(
    ground.clock,
    () => readAnew(ground.clock, engine),
    (err) => options.log.error({ err }, "a webhook of Open Collective was not followed; the hour will be"),
  );
  return {
    ...collective,
    hearNudge(said) {
      if (word === undefined || !isSame(said, word.reveal())) return false;
      nudges.soon();
      return true;
    },
    stop: () => nudges.stop(),
  };
}

/** Long enough not to be guessed; it is part of an address. */
function wordIn(file: string): Secret {
  const word = readSecret(file, "collective.webhookSecretFile");
  if (/^[\w-]{32,200}$/.test(word)) return new Secret(word);
  throw collectiveHookUnfit({ file });
}

/** Hashes have one length, so that neither it nor where two words differ can be measured. */
function isSame(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

/** Starts the reading of the ledger; false while one is under way. */
function readAnew(clock: Clock, engine: Pick<Engine, "list" | "start">): boolean {
  if (engine.list({ open: true, lock: "collective books" }).length > 0) return false;
  const key = `nudge ${isoOf(clock.now())}`;
  engine.start("collective-books", {}, { key, askedBy: null, place: null });
  return true;
}

interface Nudges {
  soon(): void;
  stop(): void;
}

/** Begins `work` once after a while, however often it was asked for in between, and not too often. */
function openNudges(clock: Clock, work: () => boolean, report: (thrown: unknown) => void): Nudges {
  let [waits, stopped, lastMs] = [false, false, -Infinity];
  let cancel = (): void => undefined;
  const soon = (): void => {
    if (waits || stopped) return;
    waits = true;
    cancel = clock.at(Math.max(clock.now() + afterNudgeMs, lastMs + betweenNudgesMs), () => {
      waits = false;
      try {
        if (work()) lastMs = clock.now();
        else soon();
      } catch (thrown) {
        report(thrown);
      }
    });
  };
  const stop = (): void => {
    stopped = true;
    cancel();
  };
  return { soon, stop };
}
