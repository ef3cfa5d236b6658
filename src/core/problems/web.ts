import { problem } from "../problem.ts";

export const pageUnknown = problem(
  "page-unknown",
  ({ path, signedIn }: { path: string; signedIn: boolean }) => ({
    happened: `There is nothing at ${path} that you may see.`,
    means: "It never was there, it is gone, or it is for others; this page does not tell which.",
    remedy: signedIn
      ? "Go on from the home page. Which roles you hold, the bot tells you: `whoami`"
      : "If you are a member, sign in: send `!tandem web` to the bot and open the link that it sends you.",
  }),
  { path: "/runs/bakor", signedIn: false },
);

export const signInLinkSpent = problem(
  "sign-in-link-spent",
  () => ({
    happened: "This sign-in link does not open anything.",
    means: "A link works once and for 5 minutes; this one was used, is too old, or was copied in part.",
    remedy: "Send `!tandem web` to the bot: it sends you a new one.",
  }),
  {},
);

export const tooManyTries = problem(
  "too-many-tries",
  ({ seconds }: { seconds: number }) => ({
    happened: "Too much came from your address in a short time.",
    means: "This was not looked at. It protects sign-in from being guessed and the pages from being flooded.",
    remedy: `Wait ${seconds} s, then try again.`,
  }),
  { seconds: 30 },
);

export const formFromElsewhere = problem(
  "form-from-elsewhere",
  ({ expected }: { expected: string }) => ({
    happened: "This form was sent from another site.",
    means: "Nothing was done: otherwise any page that you visit could act in your name.",
    remedy: `Open ${expected} itself and send the form from there.`,
  }),
  { expected: "https://tandem.example.coop" },
);

export const bodyTooLarge = problem(
  "body-too-large",
  ({ mostKb }: { mostKb: number }) => ({
    happened: `More than ${mostKb} KB were sent.`,
    means: "A command is 4 KB at most, so this was not read.",
    remedy: "Say it in fewer words.",
  }),
  { mostKb: 16 },
);

export const jsonExpected = problem(
  "json-expected",
  ({ got }: { got: string }) => ({
    happened: `The request came as ${got}.`,
    means: "Commands are taken as JSON only, and nothing was done.",
    remedy: 'Send `Content-Type: application/json` and a body such as {"line": "app list"}.',
  }),
  { got: "text/plain" },
);

export const commandBodyWrong = problem(
  "command-body-wrong",
  ({ expected }: { expected: string }) => ({
    happened: "The body does not say a command.",
    means: `Expected ${expected}. Nothing was done.`,
    remedy: 'Send {"line": "app list"}, or {"command": "app list", "args": {}}.',
  }),
  { expected: "a line, or a command with its args" },
);

export const apiTokenUnknown = problem(
  "api-token-unknown",
  () => ({
    happened: "No member stands behind this request.",
    means: "The bearer token is missing, was mistyped or was revoked. Nothing was done.",
    remedy: "Make one with `token create <label>` and send it as `Authorization: Bearer tdm_…`.",
  }),
  {},
);

export const privateAnswer = problem(
  "private-answer",
  (_: object) => ({
    happened: "The answer to this command is for a person's eyes alone.",
    means: "A token can be copied, so it never opens a sign-in or another token. It was not handed out.",
    remedy: "Say it in a room or to the bot directly; the answer then comes to you alone.",
  }),
  {},
);

export const pageBroke = problem(
  "page-broke",
  ({ reference }: { reference: string }) => ({
    happened: "This page could not be made.",
    means: "The fault is Tandem's; it is in the log. Runs go on without the pages.",
    remedy: `Try again in a minute; if it stays, tell an operator this reference: ${reference}.`,
  }),
  { reference: "kx3f0q" },
);

export const publicUrlInsecure = problem(
  "public-url-insecure",
  ({ url }: { url: string }) => ({
    happened: `The pages are to be reached under ${url}, which is not encrypted.`,
    means: "Whoever sits on the way could take over a sign-in, so the pages have not started.",
    remedy: "Put a proxy with TLS before Tandem and set web.publicUrl to its https address.",
  }),
  { url: "http://tandem.example.coop" },
);

export const serverSlow = problem(
  "server-slow",
  ({ seconds }: { seconds: number }) => ({
    happened: `The server did not answer within ${seconds} s.`,
    means: "What runs there is not known right now. What is stored here is shown all the same.",
    remedy: "Load the page again; if it stays, an operator runs `npx tandem doctor`.",
  }),
  { seconds: 3 },
);
