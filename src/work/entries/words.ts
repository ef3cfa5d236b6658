import { entryWithoutWords } from "../../core/problems/work.ts";
import { mostEvidence, mostWords } from "../limits.ts";

/** A ticket, or an address of the web. */
const evidenceWord = /^(?:#\d{1,10}|[\w.-]+\/[\w.-]+#\d{1,10}|https?:\/\/\S+)$/;

/**
 * Tells what was done from what proves it: the first word that is a ticket (`#812`, `org/repo#812`) or an address is
 * the evidence, all others are the description. Where nothing else was said, the evidence is the description, too.
 */
export function splitEvidence(words: readonly string[]): { description: string; evidence: string | null } {
  const single = words.flatMap((word) => (evidenceWord.test(word) ? [word] : []));
  const evidence = single[0]?.slice(0, mostEvidence) ?? null;
  const at = evidence === null ? -1 : words.findIndex((word) => word === single[0]);
  const rest = words.filter((_, index) => index !== at).join(" ");
  const description = rest.replaceAll(/\s+/g, " ").trim().slice(0, mostWords);
  if (description !== "") return { description, evidence };
  if (evidence !== null) return { description: evidence, evidence };
  throw entryWithoutWords({});
}
