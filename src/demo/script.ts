/** The demo without a terminal: the same room, played by itself, at the pace at which things really happen. */
import { setTimeout as pause } from "node:timers/promises";
import type { ConsoleTransport } from "../chat/console.ts";
import { systemClock } from "../core/clock.ts";
import { playBooks } from "./books.ts";
import { lastMonth, playMonth } from "./month.ts";
import { ana, app, bo, brokenVersion, cleo, goodVersion, nextVersion } from "./people.ts";
import { hear, patienceMs } from "./talk.ts";

const pageTries = 40;
const pageRhythmMs = 250;

export interface Stage {
  room: ConsoleTransport;
  say: (text: string) => void;
  /** Where the deployed page answers. */
  pageUrl: string;
}

/**
 * Plays new → deploy → approve → open the page → upgrade → break it → see the verdict, then a month of work up to its
 * payout, and the closing of a month of the books. True when the page answered; throws where the room does not answer
 * as it should.
 */
export async function playScript({ room, say, pageUrl }: Stage): Promise<boolean> {
  const deploy = async (version: string, by: typeof bo, outcome: RegExp): Promise<void> => {
    const question = await hear(room, ana, `app deploy ${app} ${version}`, /approve /);
    // The outcome may only be looked for after this: progress messages tell of the same run.
    room.react(by, question.eventId, "✅");
    await room.seen(outcome, { after: question.number, timeoutMs: patienceMs });
  };

  say("A member asks what can be said, and makes an app of the sample recipe.");
  await hear(room, ana, "help", /`app`: .*\bdeploy\b/);
  await hear(
    room,
    ana,
    `app new custom-html ${app} --version ${goodVersion}`,
    new RegExp(`${app} is a custom-html`),
  );

  say("She asks for its deploy and agrees with herself, which counts for nothing. Then Bo agrees.");
  const question = await hear(room, ana, `app deploy ${app} ${goodVersion}`, /approve /);
  room.react(ana, question.eventId, "✅");
  await room.seen(/does not count|counts for nothing|your own|who asked/i, { after: question.number });
  room.react(bo, question.eventId, "✅");
  await room.seen(new RegExp(`${app} runs ${goodVersion.replaceAll(/[.+]/g, "\\$&")}`), {
    after: question.number,
    timeoutMs: patienceMs,
  });
  if (!(await pageAnswers(pageUrl, say))) return false;

  say("An upgrade, agreed by Cleo.");
  await deploy(nextVersion, cleo, new RegExp(`${app} runs ${nextVersion.replaceAll(/[.+]/g, "\\$&")}`));

  say("Now a version that is broken on purpose: the verdict, and the version before comes back.");
  await deploy(brokenVersion, bo, /went back|rolled back|came back|failed/i);
  if (!(await pageAnswers(pageUrl, say))) return false;

  await playMonth({ room, say, month: lastMonth(systemClock.now()) });
  await playBooks({ room, say });
  return true;
}

/** The page as anybody on this machine would open it. */
async function pageAnswers(url: string, say: (text: string) => void): Promise<boolean> {
  let last = "nothing answered";
  for (let tries = 0; tries < pageTries; tries++) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
      const text = await answer.text();
      if (answer.ok) {
        const title = /<title>([^<]*)/.exec(text)?.[1] ?? "a page";
        say(`${url} answers ${answer.status}: ${title.trim()}`);
        return true;
      }
      last = `status ${answer.status}`;
    } catch (thrown) {
      last = thrown instanceof Error ? thrown.message : String(thrown);
    }
    await pause(pageRhythmMs);
  }
  say(`${url} does not answer: ${last}`);
  return false;
}
