import path from "node:path";
import { openCollective, readSealingKey, type Collective } from "../collective/index.ts";
import { readSecret } from "../config.ts";
import { Secret } from "../core/secret.ts";
import type { Engine } from "../workflow/index.ts";
import type { Rooms } from "./start-house.ts";

type Ground = Pick<Rooms, "options" | "db" | "clock" | "audit" | "people" | "outbox" | "payouts">;

/**
 * Opens the way to Open Collective, with what it needs of the engine and of the rooms. Throws `secret-file-unreadable`
 * and `collective-key-unfit`: a token that cannot be used is heard of at the start, not on the day of paying.
 */
export function collectiveFor(ground: Ground, engine: Pick<Engine, "list" | "signal">): Collective {
  const { options, outbox } = ground;
  const { collective: settings, web, root } = options.config;
  const { keyFile, tokenFile } = settings;
  return openCollective({
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
    post: (room, key, message) => outbox.post({ kind: "message", key, room, message }),
    wake: (payable) =>
      engine
        .list({ open: true, lock: `payable ${payable}` })
        .filter(({ id }) => engine.signal(id, "look", null)).length,
  });
}
