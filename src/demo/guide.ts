/** What a newcomer is told to try next, by what the room has said so far. */
import type { ConsoleTransport } from "../chat/console.ts";
import { app, brokenVersion, goodVersion } from "./people.ts";

interface Hint {
  /** Shown once this has been said in the room. */
  after: RegExp;
  text: string;
}

export interface Beginning {
  /** Where the deployed page answers. */
  pageUrl: string;
  /** Nothing was asked for here before. */
  begins: boolean;
  withEngine: boolean;
}

const booksHint =
  "The books of September and October 2026 wait for Dana, too. As /as dana:\n" +
  "    money reconcile\n    money queue\n    web";

/** What follows once the books are looked at. */
const closing: Hint[] = [
  {
    after: /things? waits? in the books/,
    text:
      "Each is matched, split, written off or ignored, with a reason; the page /books has a form for each.\n" +
      'What belongs together:\n    money match <line> po_sep_2 "the bank held it back"\n' +
      "When nothing of September is left:\n    money close 2026-09",
  },
  {
    after: /Close the books of/,
    text: "Two other treasurers agree, by typing the month:\n    /as cleo\n    approve <run> 2026-09\n    /as emil",
  },
];

export function firstHint(withEngine: boolean, begins: boolean): string {
  if (!begins) return `What was done last time is still there. Look:\n    app list\n    runs --all`;
  return withEngine
    ? `Ask for an app:\n    app new custom-html ${app} --version ${goodVersion}`
    : `Without a Docker Engine you can try:\n    help\n    whoami\n    recipe list\n${booksHint}`;
}

function hints({ pageUrl, begins, withEngine }: Beginning): Hint[] {
  if (!withEngine) return closing;
  const first = {
    after: new RegExp(`${app} is a custom-html now`),
    text: `Nothing of it runs yet. Ask for that:\n    app deploy ${app}`,
  };
  return [
    ...(begins ? [first] : []),
    {
      after: /approve \w+/,
      text: "Who asks cannot agree. Become somebody else and do it:\n    /as bo\n    /react ✅",
    },
    {
      after: new RegExp(`${app} runs `),
      text:
        `It runs. Open ${pageUrl} in a browser. Then break it, and agree as another:\n` +
        `    app deploy ${app} ${brokenVersion}\nThe pages of Tandem, signed in:\n    web`,
    },
    {
      after: /went back|rolled back/,
      text:
        "That was a verdict: it says why, and the old version is back. Look around:\n" +
        `    app show ${app}\n    runs --all\n    help\n` +
        "Work is entered, agreed to and paid here too. Dana begins, as /as dana:\n" +
        "    circle add recipes Recipes\n    help work\n" +
        booksHint,
    },
    ...closing,
  ];
}

/** Gives each hint once, a moment after what it follows. Answers how to stop. */
export function guide(room: ConsoleTransport, beginning: Beginning, say: (text: string) => void): () => void {
  const left = hints(beginning);
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
