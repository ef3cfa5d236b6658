/** Scalars with a tag of their own (`!!int "5"`), as go-yaml v3 resolves them; unlike plain ones they can be wrong. */
import { readPlain, type GoScalar } from "./scalar.ts";

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The value of `text` under the tag; undefined when the text is none of that kind. Tags of others leave it text. */
export function readTagged(tag: string, text: string): GoScalar | undefined {
  const name = /^tag:yaml\.org,2002:(\w+)$/.exec(tag)?.[1];
  if (name === "binary") {
    const digits = text.replaceAll(/[\r\n]/g, "");
    return base64.test(digits) ? Buffer.from(digits, "base64").toString("utf8") : undefined;
  }
  const isKind = kinds[name ?? ""];
  if (isKind === undefined) return text;
  const value = readPlain(text);
  return isKind(value) ? value : undefined;
}

const isWhole = (value: GoScalar): boolean => typeof value === "number" || typeof value === "bigint";
const has = (value: GoScalar, member: string): boolean =>
  typeof value === "object" && value !== null && member in value;

const kinds: Record<string, (value: GoScalar) => boolean> = {
  int: isWhole,
  float: (value) => isWhole(value) || has(value, "float"),
  bool: (value) => typeof value === "boolean",
  null: (value) => value === null,
  timestamp: (value) => has(value, "time"),
};
