/** Two months for the demo's treasurers: taken in by the commands by which real ones are, and closed in the script. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Writable } from "node:stream";
import type { ConsoleTransport } from "../chat/console.ts";
import { money } from "../cli/money.ts";
import type { Config } from "../config.ts";
import { cleo, dana, emil } from "./people.ts";
import { hear } from "./talk.ts";
import { bankTable, collectiveTransactions, openingJournal, saidAgain, stripeObjects } from "./two-months.ts";

/**
 * Puts the files of September and October 2026 beside the demo's data, and takes them in once, as Dana would on the
 * server. Throws when they cannot be taken.
 */
export async function takeBooks(folder: string, config: Config): Promise<void> {
  const at = path.join(folder, "books");
  // A room that is gone on in has them already.
  if (existsSync(at)) return;
  mkdirSync(at, { recursive: true });
  const write = (name: string, content: string | object): string => {
    const file = path.join(at, name);
    writeFileSync(file, typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
    return file;
  };
  const said: string[] = [];
  const out = new Writable({
    write(chunk: Buffer, _, next) {
      said.push(chunk.toString());
      next();
    },
  });
  const take = async (...words: string[]): Promise<void> => {
    const code = await money(["money", "import", ...words], { config, as: "dana", json: false, out });
    if (code !== 0) throw new Error(`the demo's books were not taken in: ${said.join("")}`);
  };
  await take("opening", "--from", write("opening.journal", openingJournal()));
  await take("stripe", "--from", write("stripe.json", stripeObjects()));
  await take("opencollective", "--from", write("opencollective.json", collectiveTransactions()));
  await take("bank", "--account=gls", "--from", write("bank-account.csv", bankTable()));
  await take("stripe", "--from", write("stripe-again.json", saidAgain()));
}

export interface BooksStage {
  room: ConsoleTransport;
  say: (text: string) => void;
}

/** Dana closes September: what waits is decided, two voices agree. Throws where an answer does not come. */
export async function playBooks({ room, say }: BooksStage): Promise<void> {
  say("Now the books of September. Dana lets Stripe, Open Collective and the bank be compared, to the cent.");
  await hear(room, dana, "money reconcile", /\d+ in the queue/);
  const queue = await hear(room, dana, "money queue", /things wait in the books/);
  await hear(room, dana, "money close 2026-09", /does not come out even/);
  say("A payout that came late, a bill, and a grant that is so much that a second treasurer agrees to it.");
  const line = (day: string): string => new RegExp(`${day}/[0-9a-f]+`).exec(queue.text)?.[0] ?? day;
  await hear(
    room,
    dana,
    `money match ${line("2026-09-29")} po_sep_2 "the bank held it back"`,
    /decision \d+/,
  );
  await hear(
    room,
    dana,
    `money split ${line("2026-09-15")} expenses:work:servers=EUR38.50,expenses:work:domains=EUR3.50 "bill 4711"`,
    /decision \d+/,
  );
  const grant = await hear(
    room,
    dana,
    `money split ${line("2026-09-22")} income:grants=EUR-640 "their letter of September"`,
    /640\.00[^]*approve /,
  );
  room.react(emil, grant.eventId, "✅");
  await room.seen(/That is decided about/, { after: grant.number });
  say("Nothing of September waits any more. Dana asks to close it; Cleo and Emil agree by typing the month.");
  const question = await hear(room, dana, "money close 2026-09", /approve [a-z]{5}/);
  const run = /approve ([a-z]{5})/.exec(question.text)?.[1] ?? "";
  await hear(room, cleo, `approve ${run} 2026-09`, /1 of 2/);
  await hear(room, emil, `approve ${run} 2026-09`, /2026-09 is closed; cleo, emil agreed/);
  say("October is left to you: money queue, money close 2026-10, or the page /books.");
}
