import type { Json } from "../../../core/canonical.ts";
import { readPlain } from "../scalar.ts";

/**
 * YAML that every reader understands alike, whichever of its versions it knows: words that some take for a truth and
 * texts that look like numbers or dates stand in quotes.
 */
export function yamlText(value: Json): string {
  return typeof value === "object" && value !== null && !isEmpty(value)
    ? `${block(value, "")}\n`
    : `${scalar(value)}\n`;
}

function block(value: Json, indent: string): string {
  const entries = Array.isArray(value)
    ? value.map((item) => ["-", item] as const)
    : Object.entries(value as Record<string, Json>).map(
        ([key, inner]) => [`${scalar(key)}:`, inner] as const,
      );
  return entries.map(([head, inner]) => `${indent}${head}${rest(head, inner, indent)}`).join("\n");
}

function rest(head: string, value: Json, indent: string): string {
  if (typeof value !== "object" || value === null || isEmpty(value)) return ` ${scalar(value)}`;
  const inner = block(value, `${indent}  `);
  // What is in a list begins beside its dash.
  return head === "-" ? ` ${inner.trimStart()}` : `\n${inner}`;
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

const plain = /^[A-Za-z0-9_./][A-Za-z0-9_./+@-]*(?:[ :][A-Za-z0-9_./+@-]+)*$/;
const truths = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

function scalar(value: Json): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[]" : "{}";
  if (typeof value !== "string") return String(value);
  const isSafe = plain.test(value) && !truths.test(value) && !/^[0-9.]/.test(value);
  return isSafe && typeof readPlain(value) === "string" ? value : JSON.stringify(value);
}
