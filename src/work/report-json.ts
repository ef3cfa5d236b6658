import { decimalOf } from "../core/money.ts";
import type { PayoutReport } from "./report.ts";

/** The report as plain data: amounts as whole minor units, and beside them as a decimal text. */
export function reportJson(report: PayoutReport): unknown {
  return plain(report);
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap((member) => plainMember(member, value)));
}

function plainMember([key, inner]: [string, unknown], of: object): [string, unknown][] {
  if (typeof inner !== "bigint") return [[key, plain(inner)]];
  const { currency } = of as { currency: string };
  return [
    [key, Number(inner)],
    ["amount", decimalOf({ amountMinor: inner, currency })],
  ];
}
