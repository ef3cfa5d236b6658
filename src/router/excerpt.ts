/** How many characters of the line are shown before and after the word. */
const shownBefore = 48;
const shownAfter = 32;

/** The line with a mark under the place `at`, on two lines; long lines are cut around it. */
export function excerpt(line: string, at: number, expected: string): string {
  const from = Math.max(0, at - shownBefore);
  const before = `${from > 0 ? "…" : ""}${line.slice(from, at)}`;
  const after = line.slice(at, at + shownAfter);
  const more = at + shownAfter < line.length ? "…" : "";
  return `${before}${after}${more}\n${" ".repeat(Array.from(before).length)}^ expected ${expected}`;
}

/** A typed word as problems show it: whole when it is short. */
export function shown(typed: string): string {
  return typed.length > 60 ? `${typed.slice(0, 60)}…` : typed;
}

/** "a, b or c". */
export function either(choices: readonly string[]): string {
  const last = choices.at(-1) ?? "";
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(", ")} or ${last}`;
}
