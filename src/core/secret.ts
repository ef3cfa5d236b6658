/**
 * Values that must never be seen. A Secret prints as `•••` wherever it is turned into text by accident; every
 * Secret that is made is also known to `redact`, which cleans texts before they leave for rooms, logs or pages.
 */
import { inspect } from "node:util";

const mark = "•••";
/** Below this length a value is too likely to be part of an ordinary word. */
const shortestRedacted = 6;
const known = new Set<string>();

export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
    if (value.length >= shortestRedacted) known.add(value);
  }
  /** The value itself. Call it only where it is handed to the system that needs it. */
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return mark;
  }
  toJSON(): string {
    return mark;
  }
  [inspect.custom](): string {
    return mark;
  }
}

const patterns = [
  // Matrix access tokens, Tandem's own bearer tokens, Stripe keys.
  /\b(?:syt|mct|mat)_[A-Za-z0-9_-]{12,}/g,
  /\btdm_[A-Za-z0-9_-]{20,}/g,
  /\b(?:sk|rk|whsec)_(?:live|test)?_?[A-Za-z0-9]{16,}/g,
];
const keyBegins = /-----BEGIN [A-Z ]*PRIVATE KEY-----/g;
const keyEnds = /-----END [A-Z ]*PRIVATE KEY-----/g;

/** The text with every known secret, and everything that has the shape of one, replaced by `•••`. */
export function redact(text: string): string {
  let clean = text;
  for (const value of known) clean = clean.replaceAll(value, mark);
  for (const pattern of patterns) clean = clean.replace(pattern, mark);
  return withoutPrivateKeys(clean);
}

/** Blocks of private keys, in one walk: a single pattern for both ends looks for the end anew from each beginning. */
function withoutPrivateKeys(text: string): string {
  let clean = "";
  let at = 0;
  for (;;) {
    keyBegins.lastIndex = at;
    const begin = keyBegins.exec(text);
    if (begin === null) break;
    keyEnds.lastIndex = keyBegins.lastIndex;
    if (!keyEnds.test(text)) break;
    clean += text.slice(at, begin.index) + mark;
    at = keyEnds.lastIndex;
  }
  return clean + text.slice(at);
}

/**
 * The same for everything inside a value of JSON's kinds, keys included. `spare` names what is left as it is, such
 * as a key that its reader asked for.
 */
export function redactAll(value: unknown, spare: (inner: object) => boolean = () => false): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null || spare(value)) return value;
  if (Array.isArray(value)) return value.map((inner) => redactAll(inner, spare));
  if (value instanceof Secret) return mark;
  if (hasJson(value)) return redactAll(value.toJSON(), spare);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [redact(key), redactAll(inner, spare)]),
  );
}

function hasJson(value: object): value is { toJSON(): unknown } {
  return "toJSON" in value && typeof value.toJSON === "function";
}
