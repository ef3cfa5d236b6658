import { problem } from "../problem.ts";

export const payoutAhead = problem(
  "payout-ahead",
  (p: { period: string; now: string }) => ({
    happened: `${p.period} has not begun.`,
    means: "A payout is of work that was done.",
    remedy: `The newest month that can be paid: \`payout propose ${p.now}\``,
  }),
  { period: "2027-01", now: "2026-11" },
);

export const payoutOpen = problem(
  "payout-open",
  (p: { batch: string; period: string }) => ({
    happened: `The payout of ${p.period} (batch ${p.batch}) is still proposed.`,
    means:
      "Two at a time could take the same work, so the next one begins when that one is agreed to or dropped.",
    remedy: `See how it stands: \`payout show ${p.batch}\`. To drop it: \`cancel ${p.batch} <why>\``,
  }),
  { batch: "bakor", period: "2026-10" },
);

export const payoutNothing = problem(
  "payout-nothing",
  (p: { period: string; leftOut: readonly string[] }) => ({
    happened: [`There is no approved work to pay until the end of ${p.period}.`, ...p.leftOut].join("\n"),
    means: "No batch was made.",
    remedy: "What waits for agreement: `work review`. Batches there are: `payout list`",
  }),
  { period: "2026-10", leftOut: ["17 is held by cleo: counted twice"] },
);

export const payoutTooFewTreasurers = problem(
  "payout-too-few-treasurers",
  (p: { period: string; needed: number; may: readonly string[] }) => ({
    happened: `Too few treasurers could agree to the payout of ${p.period}: it needs ${p.needed}, and ${
      p.may.length === 0 ? "nobody" : `only ${p.may.join(", ")}`
    } may.`,
    means:
      "Whoever proposes it or is paid by it has no voice, so it would never be agreed to. No batch was made.",
    remedy: "An operator makes one more person treasurer: `member role <name> treasurer`",
  }),
  { period: "2026-10", needed: 1, may: [] },
);

export const payoutUnknown = problem(
  "payout-unknown",
  (p: { batch: string }) => ({
    happened: `There is no batch ${p.batch} here.`,
    means: "Nothing was done.",
    remedy: "The batches there are: `payout list`",
  }),
  { batch: "bakor" },
);

export const payoutKeepsChanging = problem(
  "payout-keeps-changing",
  (p: { period: string; times: number }) => ({
    happened: `The payout of ${p.period} has changed ${p.times} times while treasurers agreed to it.`,
    means: "Nothing is paid, the batch is dropped, and its work waits for the next one.",
    remedy: `When nobody holds or withdraws entries any more: \`payout propose ${p.period}\``,
  }),
  { period: "2026-10", times: 6 },
);
