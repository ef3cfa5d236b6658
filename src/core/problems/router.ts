import { problem } from "../problem.ts";
import type { Role } from "../terms.ts";

const nothingDone = "Nothing was done.";

/** `excerpt` is what was typed with a mark under the word, on two lines; it keeps its columns. */
const withExcerpt = (first: string, excerpt: string | undefined): string =>
  excerpt === undefined ? first : `${first}\n${excerpt}`;

export const nothingSaid = problem(
  "nothing-said",
  (_: object) => ({
    happened: "No command was said.",
    means: nothingDone,
    remedy: "See what can be said: help",
  }),
  {},
);

export const commandTooLong = problem(
  "command-too-long",
  ({ bytes, most }: { bytes: number; most: number }) => ({
    happened: `The command is ${bytes} bytes long; ${most} is the most.`,
    means: nothingDone,
    remedy: "Say it shorter. Long texts belong in a file or a link.",
  }),
  { bytes: 70_000, most: 4096 },
);

export const quoteOpen = problem(
  "quote-open",
  ({ excerpt }: { excerpt: string }) => ({
    happened: `A quotation mark is opened and never closed.\n${excerpt}`,
    means: "It is not clear where the words that belong together end. Nothing was done.",
    remedy: 'Close it, or put a backslash before it if it is meant as it stands: \\"',
  }),
  { excerpt: 'seat add autonomic "Autonomic\n                   ^ expected a closing " after this' },
);

export const commandUnknown = problem(
  "command-unknown",
  ({ typed, excerpt, nearest }: { typed: string; excerpt: string; nearest?: string }) => ({
    happened: `There is no command ${typed}.\n${excerpt}`,
    means: nothingDone,
    remedy: nearest === undefined ? "See what can be said: help" : `Was this meant: ${nearest}`,
  }),
  {
    typed: "app deplyo",
    excerpt: "app deplyo notes.example.coop\n    ^ expected new, list, show, deploy or undeploy",
    nearest: "app deploy notes.example.coop",
  },
);

export const commandOtherWayRound = problem(
  "command-other-way-round",
  ({ typed, meant }: { typed: string; meant: string }) => ({
    happened: `There is no command ${typed}.`,
    means: "Here the verb comes before the name. Nothing was done.",
    remedy: `Say it in this order: ${meant}`,
  }),
  { typed: "app notes.example.coop deploy", meant: "app deploy notes.example.coop" },
);

export const commandIncomplete = problem(
  "command-incomplete",
  ({ typed, choices }: { typed: string; choices: string }) => ({
    happened: `${typed} is only the beginning of a command.`,
    means: nothingDone,
    remedy: `It goes on with ${choices}. To read about them: help ${typed}`,
  }),
  { typed: "app", choices: "new, list, show, deploy or undeploy" },
);

interface AboutCommand {
  command: string;
  usage: string;
  example: string;
}
const deployed: AboutCommand = {
  command: "app deploy",
  usage: "app deploy <app> [version]",
  example: "app deploy cloud.example.coop",
};
const sayInFull = ({ usage, example }: AboutCommand): string =>
  `Say it like this: ${usage}. Example: ${example}`;

export const argumentMissing = problem(
  "argument-missing",
  (p: AboutCommand & { expected: string }) => ({
    happened: `${p.command} needs ${p.expected}. Which one?`,
    means: nothingDone,
    remedy: sayInFull(p),
  }),
  { ...deployed, expected: "an app's domain, such as cloud.example.coop" },
);

export const argumentUnfit = problem(
  "argument-unfit",
  (p: AboutCommand & { typed: string; expected: string; excerpt?: string; nearest?: string }) => ({
    happened: withExcerpt(`${p.command} cannot work with ${p.typed}.`, p.excerpt),
    means: `It needs ${p.expected}. Nothing was done.`,
    remedy: p.nearest === undefined ? sayInFull(p) : `Was ${p.nearest} meant? Example: ${p.example}`,
  }),
  {
    ...deployed,
    typed: "cloud",
    expected: "an app's domain, such as cloud.example.coop",
    excerpt: "app deploy cloud\n           ^ expected an app's domain, such as cloud.example.coop",
  },
);

export const argumentUnknown = problem(
  "argument-unknown",
  (p: AboutCommand & { key: string }) => ({
    happened: `${p.command} knows no value named ${p.key}.`,
    means: "A misspelt name would be ignored in silence, so nothing was done.",
    remedy: sayInFull(p),
  }),
  { ...deployed, key: "domain" },
);

export const wordsLeftOver = problem(
  "words-left-over",
  (p: AboutCommand & { typed: string; excerpt: string }) => ({
    happened: `${p.command} does not know what to do with ${p.typed}.\n${p.excerpt}`,
    means: nothingDone,
    remedy: `${sayInFull(p)}. Words that belong together go in "quotation marks".`,
  }),
  {
    ...deployed,
    typed: "now",
    excerpt:
      "app deploy cloud.example.coop 5.1.0 now\n                                    ^ expected nothing more here",
  },
);

export const flagUnknown = problem(
  "flag-unknown",
  (p: AboutCommand & { typed: string; excerpt: string; nearest?: string }) => ({
    happened: `${p.command} has no ${p.typed}.\n${p.excerpt}`,
    means: nothingDone,
    remedy: p.nearest === undefined ? sayInFull(p) : `Was ${p.nearest} meant? ${sayInFull(p)}`,
  }),
  {
    command: "member role",
    usage: "member role <name> <role> [--remove]",
    example: "member role bo maintainer",
    typed: "--remov",
    excerpt: "member role bo maintainer --remov\n                          ^ expected --remove or nothing",
    nearest: "--remove",
  },
);

export const flagUnfit = problem(
  "flag-unfit",
  (
    p: AboutCommand & {
      flag: string;
      why: "needs a value" | "takes no value" | "is said twice";
      excerpt: string;
    },
  ) => ({
    happened: `${p.flag} ${p.why}.\n${p.excerpt}`,
    means: nothingDone,
    remedy: sayInFull(p),
  }),
  {
    command: "app logs",
    usage: "app logs <app> [--lines <lines>]",
    example: "app logs cloud.example.coop --lines 50",
    flag: "--lines",
    why: "needs a value" as const,
    excerpt:
      "app logs cloud.example.coop --lines\n                            ^ expected a number of lines after this",
  },
);

export const notKnown = problem(
  "not-known",
  ({ who, operators }: { who: string; operators: string }) => ({
    happened: `${who} is not known here.`,
    means: "Only members of the co-op can give commands. Nothing was done.",
    remedy: `Ask an operator (${operators}) to say: member add <name> ${who}`,
  }),
  { who: "@eve:example.net", operators: "ana (@ana:example.coop)" },
);

export const notAllowed = problem(
  "not-allowed",
  ({
    command,
    name,
    roles,
    holders,
  }: {
    command: string;
    name: string;
    roles: readonly Role[];
    holders: string;
  }) => ({
    happened: `${command} is for ${roles.map((role) => `${role}s`).join(", ")}; ${name} is none.`,
    means: nothingDone,
    remedy:
      holders === ""
        ? `Nobody holds that role yet. An operator gives it: member role <name> ${roles[0] ?? ""}`
        : `Ask one of them to say it: ${holders}.`,
  }),
  {
    command: "member add",
    name: "bo",
    roles: ["operator"] as readonly Role[],
    holders: "ana (@ana:example.coop)",
  },
);

export const notByToken = problem(
  "not-by-token",
  ({ command }: { command: string }) => ({
    happened: `${command} cannot be said with a bearer token.`,
    means:
      "It gives out a key, and a token that can make keys would live on after it is revoked. Nothing was done.",
    remedy: `Say it in the chat: ${command}`,
  }),
  { command: "token create" },
);

export const notVerified = problem(
  "not-verified",
  ({ command, name, byToken }: { command: string; name: string; byToken: boolean }) => ({
    happened: `${command} counts only from a verified device, and I cannot be sure that you said it yourself.`,
    means:
      (byToken
        ? "It came with a bearer token, and whoever has a copy of that speaks in your name. "
        : "It came without encryption or from a device that is not verified, so somebody else may have said it in " +
          "your name. ") + nothingDone,
    remedy:
      "Verify your device in your Matrix client and say it to me in an encrypted room. Or somebody who works on the " +
      `machine itself says it there: \`npx tandem --as ${name} ${command} …\`. If you set up your keys anew, an ` +
      "operator has to say first: `member identity <your Matrix id>`",
  }),
  { command: "member link", name: "ana", byToken: false },
);

export const notYourRun = problem(
  "not-your-run",
  ({ run, asker, holders }: { run: string; asker: string; holders: string }) => ({
    happened: `Run ${run} was asked for by ${asker}.`,
    means: "Only who asked, a maintainer or an operator can cancel it. Nothing was done.",
    remedy: `Ask one of them to say it: ${holders}.`,
  }),
  { run: "bakor", asker: "bo", holders: "ana (@ana:example.coop)" },
);

export const tooManyCommands = problem(
  "too-many-commands",
  ({ where, burst, seconds }: { where: string; burst: number; seconds: number }) => ({
    happened: `More than ${burst} commands came ${where} in a short time.`,
    means:
      "So that one cannot keep Tandem from the others, this one was not run. More of them before that time is over " +
      "are not run either; in a room that is not said again.",
    remedy: `Say it again in ${seconds} s.`,
  }),
  { where: "from bo", burst: 30, seconds: 4 },
);

export const commandTooOld = problem(
  "command-too-old",
  ({ typed, minutes }: { typed: string; minutes: number }) => ({
    happened: `Tandem was away: ${typed} was said ${minutes} minutes ago.`,
    means: "Much may have changed since, so it was not run.",
    remedy: "Still want this? Then say it again.",
  }),
  { typed: "app deploy cloud.example.coop", minutes: 45 },
);

export const unexpected = problem(
  "unexpected",
  ({ reference }: { reference: string }) => ({
    happened: "Tandem came upon something that it was not built for.",
    means: "The command was not carried out, and nothing was changed by it.",
    remedy: `Tell an operator the reference ${reference}: the log says more under it.`,
  }),
  { reference: "3f9a12c4" },
);

export const topicUnknown = problem(
  "topic-unknown",
  ({ typed, nearest }: { typed: string; nearest?: string }) => ({
    happened: `There is neither a command nor a page of the manual named ${typed}.`,
    means: "So there is nothing to show.",
    remedy: nearest === undefined ? "See all: help" : `Was this meant: help ${nearest}`,
  }),
  { typed: "aprove", nearest: "approve" },
);

export const tokenLabelTaken = problem(
  "token-label-taken",
  ({ label }: { label: string }) => ({
    happened: `You have a token named ${label} already.`,
    means: "Two of one name could not be told apart when one has to go. Nothing was done.",
    remedy: `Choose another name, or end the old one first: token revoke ${label}`,
  }),
  { label: "backup-script" },
);

export const tokenUnknown = problem(
  "token-unknown",
  ({ label }: { label: string }) => ({
    happened: `You have no token named ${label}.`,
    means: nothingDone,
    remedy: "See yours: token list",
  }),
  { label: "backup-script" },
);

export const tooManyTokens = problem(
  "too-many-tokens",
  ({ most }: { most: number }) => ({
    happened: `You have ${most} tokens, and that is the most.`,
    means: "Each one is a key to the co-op; those that are forgotten are the dangerous ones.",
    remedy: "End one that is no longer used: token list, then token revoke <name>",
  }),
  { most: 20 },
);

export const houseNotInOrder = problem(
  "house-not-in-order",
  ({ faults }: { faults: readonly string[] }) => ({
    happened: `The folders of commands and workflows are not in order:\n${faults.join("\n")}`,
    means: "A command that half works is worse than none, so Tandem does not start.",
    remedy: "Mend each file named above; the manual's page on adding a command shows how one looks.",
  }),
  { faults: ["commands/app/deploy.ts: the example does not parse: app deploy needs an app's domain."] },
);
