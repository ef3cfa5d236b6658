import { openPayouts, type Payouts } from "../work/index.ts";
import type { Rooms } from "./start-house.ts";

type Ground = Pick<Rooms, "options" | "db" | "clock" | "audit" | "people" | "outbox">;

/** Opens the payouts with what they need of the settings and of the rooms. */
export function payoutsFor({ options, outbox, ...ground }: Ground): Payouts {
  const { work, web } = options.config;
  return openPayouts({
    ...ground,
    settings: work,
    publicUrl: web.publicUrl,
    defaultRoom: options.defaultRoom,
    post: (room, key, message) => outbox.post({ kind: "message", key, room, message }),
  });
}
