/**
 * Stored specs as people may see them: of settings that look secret only the name is shown, and in a
 * comparison only that they changed.
 */
import { stringify } from "yaml";
import type { Json } from "../core/canonical.ts";
import { redact } from "../core/secret.ts";
import type { StackSpecs } from "../swarm/types.ts";

const looksSecret = /pass|secret|token|key|credential|auth|salt|private|dsn|hash/i;
const inAddress = /(\b\w{1,20}:\/\/[^\s:/@]{0,200}):[^\s@/]+@/g;
const inFlag = /((?<![\w-])--?[\w-]{0,60}(?:pass|secret|token|key)[\w-]{0,60})([= ])(\S+)/gi;
const mark = "•••";

/**
 * The specs with everything that looks secret replaced. With `other`, what differs from it is marked as
 * changed.
 */
export function withoutSecrets(specs: StackSpecs, other?: StackSpecs): StackSpecs {
  return clean(specs as unknown as Json, other as unknown as Json | undefined, "") as unknown as StackSpecs;
}

/** As YAML, which people read line by line. */
export function specsText(specs: StackSpecs): string {
  return stringify(specs, { lineWidth: 0, aliasDuplicateObjects: false, sortMapEntries: true });
}

function clean(value: Json, other: Json | undefined, name: string): Json {
  if (Array.isArray(value)) return value.map((item, index) => cleanItem(item, other, index, name));
  if (typeof value === "object" && value !== null) {
    const beside = typeof other === "object" && other !== null && !Array.isArray(other) ? other : undefined;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, cleanMember(key, inner, beside?.[key], name)]),
    );
  }
  return typeof value === "string" ? cleanText(value, other) : value;
}

/** Labels by their name, configs by their content. References to secrets are names, not values, and stay. */
function cleanMember(key: string, inner: Json, other: Json | undefined, parent: string): Json {
  const isHidden = key === "Data" || (/labels$/i.test(parent) && looksSecret.test(key));
  return isHidden && typeof inner === "string" ? hidden(mark, inner, other) : clean(inner, other, key);
}

/** Settings stand beside the setting of the same name, other items beside that of the same place. */
function cleanItem(item: Json, others: Json | undefined, index: number, name: string): Json {
  const list = Array.isArray(others) ? others : [];
  if (name !== "Env" || typeof item !== "string") return clean(item, list[index], name);
  const key = item.split("=", 1)[0] ?? item;
  const before = list.find((other) => typeof other === "string" && other.startsWith(`${key}=`));
  return looksSecret.test(key) && item.includes("=")
    ? hidden(`${key}=${mark}`, item, before)
    : cleanText(item, before);
}

/** A text without what looks secret in it; where only that differs, it is said that it did. */
function cleanText(text: string, other: Json | undefined): string {
  const shown = withoutParts(text);
  return shown !== text && typeof other === "string" && withoutParts(other) === shown
    ? hidden(shown, text, other)
    : shown;
}

function withoutParts(text: string): string {
  return redact(text).replace(inAddress, `$1:${mark}@`).replace(inFlag, `$1$2${mark}`);
}

function hidden(shown: string, value: string, other: Json | undefined): string {
  return other === undefined || other === value ? shown : `${shown} (changed)`;
}
