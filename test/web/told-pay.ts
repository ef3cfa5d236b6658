import { bankBatchUnknown } from "../../src/core/problems/bank.ts";
import { hookRefused } from "../../src/core/problems/billing.ts";
import { collectiveFormSpent, collectiveTokenUnfit } from "../../src/core/problems/collective.ts";
import type { WebParts } from "../../src/web/index.ts";
import { makeBankFile, referenceOf, type BankBatch } from "../../src/work/sepa/index.ts";
import type { Told } from "./told-runs.ts";

/** The batch `bakor` is paid by bank; the link `open` opens the form for a token, and values are kept to be looked at. */
export function toldPay(told: Told): Pick<WebParts, "collective" | "bank" | "statements" | "billing"> {
  const row = (member: string, amountMinor: number, currency: string) => {
    const id = `bakor/${member}/${currency}`;
    return { id, member, currency, amountMinor, state: "ready", reference: referenceOf(id) };
  };
  const batch: BankBatch = {
    batch: "bakor",
    period: "2026-10",
    from: { name: "Three Rivers Co-op", iban: "NL91ABNA0417164300" },
    payables: [row("ana", 12_345, "EUR"), row("bo", 5000, "EUR"), row("bo", 900, "GBP")],
  };
  const batchOf = (id: string): BankBatch => {
    if (id !== batch.batch) throw bankBatchUnknown({ batch: id });
    return batch;
  };
  return {
    collective: {
      hearNudge: (word) => word === "the-word-of-this-house",
      findForm: (link) => (link === "open" ? { member: "bo" } : undefined),
      spendForm(link, value) {
        if (link !== "open") return Promise.reject(collectiveFormSpent({ minutes: 15 }));
        if (value === "") return Promise.reject(collectiveTokenUnfit({ expected: "empty" }));
        told.putIn = [...(told.putIn ?? []), value];
        return Promise.resolve({ member: "bo", slug: "bo-b" });
      },
    },
    statements: {
      accounts: () => ["gls", "wise"],
      keep(bytes) {
        const word = `kept-${bytes.length}`;
        told.keptStatements = [...(told.keptStatements ?? []), new TextDecoder().decode(bytes)];
        return {
          word,
          forget: () => void (told.forgotStatements = [...(told.forgotStatements ?? []), word]),
        };
      },
    },
    billing: {
      hear: () => Promise.reject(hookRefused({ why: "it is not signed" })),
      planOf: (subject) =>
        subject === "app/notes.example.coop"
          ? {
              ...{
                subject,
                payer: told.hostile ?? "seat/three-rivers",
                plan: "hosting-small",
                state: "active",
              },
              ...{ said: "is paid for", paidUntil: "2026-12-26T09:00:00.000Z" },
            }
          : undefined,
    },
    bank: {
      batch: batchOf,
      make: (id, payees, on) =>
        makeBankFile(batchOf(id), payees, { on, nowMs: Date.parse("2026-11-24T09:00:00Z") }),
    },
  };
}
