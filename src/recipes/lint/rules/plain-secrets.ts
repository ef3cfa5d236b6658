import { looksSecret } from "../../looks-secret.ts";
import { environmentOf, hitAt } from "../look.ts";
import type { Hit, Rule } from "../types.ts";

const standIn =
  /^(change.?me|replace.?me|x{3,}|<.*>|\.{3}|example|your.*|todo|none|null|true|false|yes|no|v?\d{1,4})$/i;
/** Texts that are keys wherever they stand. */
const shapes: [RegExp, string][] = [
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/, "a private key"],
  [/\bAGE-SECRET-KEY-1[A-Z0-9]{20,}/, "an age key"],
  [/\bAKIA[0-9A-Z]{16}\b/, "an access key of AWS"],
  [/\bgh[pousr]_[A-Za-z0-9]{30,}\b/, "a token of GitHub"],
  [/\bglpat-[A-Za-z0-9_-]{20,}\b/, "a token of GitLab"],
  [/\bxox[abprs]-[A-Za-z0-9-]{20,}/, "a token of Slack"],
  [/\b[sr]k_live_[A-Za-z0-9]{16,}\b/, "a live key of Stripe"],
  [/\bsyt_[a-zA-Z0-9+/=]+_[A-Za-z]{20}_[0-9A-Za-z]{6}\b/, "a token of Matrix"],
];

/** True for a value that is written out and no stand-in, reference or path of a mounted secret. */
function isWrittenOut(value: string): boolean {
  const bare = value.trim();
  return bare !== "" && !bare.includes("$") && !bare.startsWith("/") && !standIn.test(bare);
}

function speaksOfSecret(key: string): boolean {
  return looksSecret(key) && !/_(FILE|PATH|DIR|URL|NAME|ID)$/.test(key);
}

export const plainSecrets: Rule[] = [
  {
    id: "T014",
    severity: "error",
    asks: "no password stands in a compose file",
    fix: "Make it a secret of the swarm, and give the program its file: …_FILE=/run/secrets/<secret>",
    check: ({ parts }) =>
      parts.flatMap((part) =>
        environmentOf(part)
          .filter(({ key, value }) => speaksOfSecret(key) && isWrittenOut(value))
          .map(({ key, at }) =>
            hitAt(part, ["environment", at], `${key} of ${part.service} is written out.`),
          ),
      ),
  },
  {
    id: "T015",
    severity: "warn",
    asks: "no password stands in .env.sample",
    fix: "Leave the value empty, or make it a secret of the swarm: every new app would begin with the same one.",
    check: ({ sample }) =>
      sample
        .filter(({ key, value }) => speaksOfSecret(key) && isWrittenOut(value))
        .map(({ key, line }) => ({ where: `.env.sample:${line}`, what: `${key} is written out.` })),
  },
  {
    id: "T016",
    severity: "error",
    asks: "no key or token was committed",
    fix: "Take it out, and make it useless where it came from: it stays readable in the history.",
    check: ({ files }) =>
      [...files].flatMap(([path, content]): Hit[] =>
        shapes
          .filter(([shape]) => shape.test(content))
          .map(([, name]) => ({ where: path, what: `It holds what looks like ${name}.` })),
      ),
  },
];
