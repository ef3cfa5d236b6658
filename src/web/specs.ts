/**
 * Stored specs as people may see them: of settings that look secret only the name is shown, and in a comparison
 * only that they changed.
 */
import { stringify } from "yaml";
import type { Json } from "../core/canonical.ts";
import { redact } from "../core/secret.ts";
import type { StackSpecs } from "../swarm/types.ts";

const looksSecret = /pass|secret|token|key|credential|auth|salt|private|dsn|hash/i;
const inAddress = /(\w+:\/\/[^\s:/@]*):[^\s@/]+@/g;
const inFlag = /(--?[\w-]*(?:pass|secret|token|key)[\w-]*)([= ])(\S+)/gi;
const mark = "•••";

/** The specs with everything that looks secret replaced. With `other`, what differs from it is marked as changed. */
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
  return typeof value === "string" ? cleanText(value) : value;
}

/** Labels and the like. Secret and config references are names, not values, and stay. */
function cleanMember(key: string, inner: Json, other: Json | undefined, parent: string): Json {
  const isLabel = /labels$/i.test(parent);
  if (isLabel && looksSecret.test(key) && typeof inner === "string") return hidden(inner, other);
  if (key === "Data" && typeof inner === "string") return hidden(inner, other);
  return clean(inner, other, key);
}

function cleanItem(item: Json, others: Json | undefined, index: number, name: string): Json {
  if (name !== "Env" || typeof item !== "string") {
    return clean(item, Array.isArray(others) ? others[index] : undefined, name);
  }
  const at = item.indexOf("=");
  const key = at < 0 ? item : item.slice(0, at);
  if (at < 0 || !looksSecret.test(key)) return cleanText(item);
  const before = Array.isArray(others)
    ? others.find((other) => typeof other === "string" && other.startsWith(`${key}=`))
    : undefined;
  return `${key}=${hidden(item, before)}`;
}

function hidden(value: string, other: Json | undefined): string {
  return other === undefined || other === value ? mark : `${mark} (changed)`;
}

function cleanText(text: string): string {
  return redact(text).replace(inAddress, `$1:${mark}@`).replace(inFlag, `$1$2${mark}`);
}
