import { openBankWords, type BankWords } from "../work/index.ts";
import type { Rooms } from "./start-house.ts";

type Ground = Pick<Rooms, "db" | "clock" | "audit" | "people"> & {
  options: { config: Pick<Rooms["options"]["config"], "collective" | "stripe"> };
  outbox: Pick<Rooms["outbox"], "post">;
};

/** What the bank says of payments; treasurers hear of it where they hear of the others. */
export function bankWordsFor({ options, db, clock, audit, people, outbox }: Ground): BankWords {
  const { collective, stripe } = options.config;
  return openBankWords({
    ...{ db, clock, audit, people, room: collective.room ?? stripe.room },
    post: (room, key, message) => outbox.post({ kind: "message", key, room, message }),
  });
}
