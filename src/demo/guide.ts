/** What a newcomer is told to try next, by what the room has said so far. */
import type { ConsoleTransport } from "../chat/console.ts";
import { app, brokenVersion, goodVersion } from "./people.ts";

interface Hint {
  /** Shown once this has been said in the room. */
  after: RegExp;
  text: string;
}

export function firstHint(withEngine: boolean): string {
  return withEngine
    ? `You are Ana, a member. Try:  app new custom-html ${app} --version ${goodVersion}`
    : "You are Ana, a member. Try:  help  ·  whoami  ·  recipe list";
}

function hints(pageUrl: string): Hint[] {
  return [
    {
      after: new RegExp(`${app} is a custom-html`),
      text: `Nothing runs yet. Ask for it:  app deploy ${app}`,
    },
    {
      after: /approve \w+/,
      text: "Your own yes counts for nothing. Become a maintainer and agree:  /as bo  then  /react ✅",
    },
    {
      after: new RegExp(`${app} runs `),
      text:
        `It runs. Open ${pageUrl} in a browser. Then break it:  app deploy ${app} ${brokenVersion}\n` +
        "(agreed by somebody else than who asks). The pages of Tandem:  web",
    },
    {
      after: /went back|rolled back/,
      text:
        "That was a verdict: why, and the old version is back.\n" +
        `Look around:  app show ${app}  ·  runs  ·  help  ·  /quit`,
    },
  ];
}

/** Gives each hint once, a moment after what it follows. Answers how to stop. */
export function guide(room: ConsoleTransport, pageUrl: string, say: (text: string) => void): () => void {
  const left = hints(pageUrl);
  const timer = setInterval(() => {
    const next = left[0];
    if (next === undefined) {
      clearInterval(timer);
      return;
    }
    const said = room.board.all().filter((one) => one.sender === room.self);
    if (!said.some((one) => next.after.test(one.text))) return;
    left.shift();
    say(next.text);
  }, 400);
  return () => clearInterval(timer);
}
