/** What a line says in words, from the parts in which a bank writes it. */

const mostSigns = 2000;

/** One line: no line ends, no signs that cannot be seen, no two spaces side by side. */
export function oneLine(text: string): string {
  const plain = /[^\x20-\x7e\xa1-\u1fff]| {2}|^ | $/.test(text)
    ? text.replaceAll(/[\s\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu, " ").trim()
    : text;
  return plain.length > mostSigns ? plain.slice(0, mostSigns).trimEnd() : plain;
}

/** The parts that say something, each once, with a dot between them. */
export function joined(parts: readonly string[]): string {
  const kept: string[] = [];
  for (const part of parts) {
    const plain = oneLine(part);
    if (plain !== "" && !kept.some((other) => other.includes(plain))) kept.push(plain);
  }
  return kept.length === 1 ? (kept[0] ?? "") : oneLine(kept.join(" · "));
}

/**
 * Puts text together that a bank cut into parts of `width`: a part that is full was cut within a word, or might have
 * been; after a shorter one a space was dropped, or a line ended.
 */
export function unfolded(parts: readonly string[], width: number): string {
  if (parts.length < 2) return parts[0] ?? "";
  return parts
    .map((part, index) => (part.length >= width || index === parts.length - 1 ? part : `${part} `))
    .join("");
}

/** A reference that says something. */
export function reference(text: string): string {
  return /^(?:NONREF|NOTPROVIDED|NOT PROVIDED|NONE|-|0*)$/i.test(text.trim()) ? "" : text.trim();
}
