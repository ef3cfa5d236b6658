/** Which lines name which claims in their text. */
import type { Claim, Line } from "./match.ts";
import { isOwed } from "./owed.ts";

/** Shorter ones stand in a text by chance. */
const shortestReference = 4;
/** From this length on a reference is also found where the bank has broken it over lines. */
const longEnoughToBreak = 10;
const notInWord = /[^\p{L}\p{N}]+/u;

/**
 * The lines that name each claim. A reference counts as a whole word: the one of `PO-12` does not stand in `PO-123`.
 * Banks break long references and put spaces into them: in lines of the same amount these are found as well.
 */
export function namedIn(claims: readonly Claim[], lines: readonly Line[]): Map<Claim, Line[]> {
  const index = indexOf(lines);
  const places = new Map(lines.map((line, place) => [line, place]));
  const found = new Map<Claim, Line[]>();
  for (const claim of claims) {
    const named = new Set(claim.references.flatMap((reference) => linesWith(reference, claim, index)));
    if (named.size > 0)
      found.set(
        claim,
        [...named].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0)),
      );
  }
  return found;
}

interface Index {
  byWord: ReadonlyMap<string, Line[]>;
  byAmount: ReadonlyMap<string, Line[]>;
}

const amountKey = ({ amountMinor, currency }: Line | Claim): string => `${amountMinor} ${currency}`;

function indexOf(lines: readonly Line[]): Index {
  const byWord = new Map<string, Line[]>();
  for (const line of lines)
    for (const word of new Set(line.text.toUpperCase().split(notInWord))) {
      const with_ = byWord.get(word);
      if (with_ === undefined) byWord.set(word, [line]);
      else with_.push(line);
    }
  return { byWord, byAmount: Map.groupBy(lines, amountKey) };
}

function linesWith(reference: string, claim: Claim, { byWord, byAmount }: Index): Line[] {
  const wanted = reference.trim().toUpperCase();
  if (wanted.length < shortestReference) return [];
  // Its longest word stands in the text as a word, wherever the whole reference does.
  const [longest = ""] = wanted.split(notInWord).toSorted((a, b) => b.length - a.length);
  const near = byWord.get(longest) ?? [];
  const whole = longest === wanted ? near : standing(() => RegExp.escape(wanted), near);
  if (whole.length > 0 || wanted.length < longEnoughToBreak) return whole;
  const squeezed = squeeze(wanted);
  // What comes back bears the reference as well, and the amount the other way round.
  const turned = isOwed(claim) ? byAmount.get(amountKey({ ...claim, amountMinor: -claim.amountMinor })) : [];
  const broken = [...(byAmount.get(amountKey(claim)) ?? []), ...(turned ?? [])].filter((line) =>
    squeeze(line.text).includes(squeezed),
  );
  return standing(() => Array.from(squeezed, (sign) => RegExp.escape(sign)).join("\\s*"), broken);
}

const squeeze = (text: string): string => text.toUpperCase().replaceAll(/\s+/g, "");

/** Those in which it stands with no letter or digit directly before or after. Patterns are dear, lines often none. */
function standing(pattern: () => string, lines: readonly Line[]): Line[] {
  if (lines.length === 0) return [];
  const bounded = new RegExp(`(?<![\\p{L}\\p{N}])${pattern()}(?![\\p{L}\\p{N}])`, "u");
  return lines.filter(({ text }) => bounded.test(text.toUpperCase()));
}
