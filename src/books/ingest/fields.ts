/** Reading objects that came from outside: every step says in words what is not as it should be. */

/** An object of a file that cannot be taken; the message says which part of it and why. */
export class Unfit extends RangeError {
  override readonly name = "Unfit";
}

export type Json = Record<string, unknown>;

export function objectOf(value: unknown, what: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Unfit(`${what} is no object`);
  return value as Json;
}

/** A text that is not empty. */
export function textAt(from: Json, key: string): string {
  const value = from[key];
  if (typeof value !== "string" || value === "" || value.length > 500) throw new Unfit(`${key} is no text`);
  return value;
}

/** A text, or null where there is none. */
export function maybeText(from: Json, key: string): string | null {
  const value = from[key] ?? null;
  if (value === null || value === "") return null;
  return textAt(from, key);
}

/** A whole number that can be told exactly. Money is never anything else. */
export function integerAt(from: Json, key: string): number {
  const value = from[key];
  if (!Number.isSafeInteger(value)) throw new Unfit(`${key} is no whole number`);
  return value as number;
}

export function maybeInteger(from: Json, key: string): number | null {
  return (from[key] ?? null) === null ? null : integerAt(from, key);
}

/** The id of something, given as such or as the whole object; null where there is none. */
export function maybeId(from: Json, key: string): string | null {
  const value = from[key] ?? null;
  return value === null ? null : idOf(value, key);
}

export function idOf(value: unknown, what: string): string {
  const id = typeof value === "string" ? value : (value as Partial<Json> | null)?.["id"];
  if (typeof id !== "string" || !/^[\x21-\x7e]{1,200}$/.test(id)) throw new Unfit(`${what} has no id`);
  return id;
}

/** An ISO 4217 code, in capitals. */
export function currencyAt(from: Json, key: string): string {
  const value = from[key];
  if (typeof value !== "string" || !/^[a-z]{3}$/i.test(value)) throw new Unfit(`${key} is no currency`);
  return value.toUpperCase();
}

/** A moment in seconds since 1970, between 2000 and 2100. */
export function secondsAt(from: Json, key: string): number {
  const seconds = integerAt(from, key);
  if (seconds < 946_684_800 || seconds > 4_102_444_800) throw new Unfit(`${key} is no moment`);
  return seconds;
}
