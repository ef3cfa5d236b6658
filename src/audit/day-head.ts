import { isoOf, type Clock } from "../core/clock.ts";
import type { Audit } from "./audit.ts";

/**
 * The head of the chain as a message for the operators' room, where it lives on the servers of many people:
 * whoever rewrites the database cannot rewrite those. It has the shape of a chat Message.
 */
export function dayHead(audit: Audit, clock: Clock): { blocks: { kind: "text"; text: string }[] } {
  const { n, hash } = audit.head();
  const text = `Audit trail on ${isoOf(clock.now()).slice(0, 10)}: ${n} entries, head \`${hash}\`.`;
  return { blocks: [{ kind: "text", text }] };
}

/** The heads that were posted, read back from a room's text: what `verify-audit` compares the chain with. */
function headsIn(text: string): { n: number; hash: string }[] {
  return [...text.matchAll(/: (\d+) entries, head `?([0-9a-f]{64})/g)].map((match) => ({
    n: Number(match[1]),
    hash: match[2] ?? "",
  }));
}

/**
 * Whether the chain still holds every head that was posted: finds what `verify` cannot, a tail that was cut off
 * or a whole chain that was written anew.
 */
export function verifyAgainst(
  audit: Audit,
  text: string,
): { witnessed: number } | { brokenAt: number; why: string } {
  const heads = headsIn(text);
  for (const { n, hash } of heads) {
    if (n === 0) continue;
    const row = audit.list({ before: n + 1, limit: 1 })[0];
    if (row?.n !== n) return { brokenAt: n, why: `row ${n} was posted as a head and is missing` };
    if (row.hash !== hash) return { brokenAt: n, why: `row ${n} has another hash than the one posted` };
  }
  return { witnessed: heads.length };
}
