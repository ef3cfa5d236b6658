/** The words of work, budgets and payouts as branded types; each schema's message says what was expected. */
import { z } from "zod";
import { readDuration } from "./work-time.ts";
import { readMoney, type Money } from "./money.ts";
import { MatrixId, MemberName } from "./terms.ts";

/** A circle of the co-op, such as `recipes`. */
export const CircleName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, { error: "a circle's name, such as recipes" })
  .brand<"CircleName">();
export type CircleName = z.infer<typeof CircleName>;

/** A budget, as people say it, such as `010`. */
export const BudgetName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, { error: "a budget's name, such as 010" })
  .brand<"BudgetName">();
export type BudgetName = z.infer<typeof BudgetName>;

/** The number of an entry of work, such as `17`; `#` before it is welcome. */
export const EntryNumber = z
  .string()
  .regex(/^#?[1-9]\d{0,9}$/, { error: "the number of an entry, such as 17" })
  .transform((typed) => Number(typed.replace("#", "")));
export type EntryNumber = z.infer<typeof EntryNumber>;

/** A month of the calendar, such as `2026-10`. */
export const Month = z
  .string()
  .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, { error: "a month, such as 2026-10" })
  .brand<"Month">();
export type Month = z.infer<typeof Month>;

/** A code of three letters (ISO 4217), such as `EUR`. */
export const Currency = z
  .string()
  .transform((typed) => typed.toUpperCase())
  .refine((code) => /^[A-Z]{3}$/.test(code), { error: "a currency, such as EUR" });

/** How long somebody worked, in minutes, as people type it. */
export const WorkTime = z.string().transform((typed, context) => {
  const minutes = readDuration(typed);
  if (minutes !== undefined) return minutes;
  context.addIssue({ code: "custom", message: "a time, such as 2h30, 2.5h, 150m or 2:30" });
  return z.NEVER;
});

/** An amount with its currency in one word, such as `EUR250` or `12.50eur`. */
export const Amount = z.string().transform((typed, context) => {
  const money = readMoney(typed);
  if (money !== undefined) return money;
  context.addIssue({ code: "custom", message: "an amount with its currency, such as EUR250 or 12.50EUR" });
  return z.NEVER;
});

/** A time, or for a lump sum an amount in its place. */
export const TimeOrAmount = z
  .string()
  .transform((typed, context): { minutes: number | null; lump: Money | null } => {
    const minutes = readDuration(typed);
    if (minutes !== undefined) return { minutes, lump: null };
    const lump = readMoney(typed);
    if (lump !== undefined) return { minutes: null, lump };
    context.addIssue({
      code: "custom",
      message: "a time, such as 2h30, 2.5h, 150m or 2:30, or an amount, such as EUR100",
    });
    return z.NEVER;
  });

/** A time that may be nothing: what should have been paid of something that was paid. */
export const RightTime = z.string().transform((typed, context) => {
  const minutes = /^0(?:h|m|min|:00)?$/i.test(typed) ? 0 : readDuration(typed);
  if (minutes !== undefined) return minutes;
  context.addIssue({ code: "custom", message: "a time, such as 2h30, or 0" });
  return z.NEVER;
});

/** One member or several with commas, each by short name or Matrix id: `bo`, `@bo`, `bo,cy`. */
export const People = z.string().transform((typed, context): string[] => {
  const names = typed.split(",").map((one) => one.trim());
  const shortened = names.map((one) =>
    MemberName.safeParse(one.slice(1)).success && one.startsWith("@") ? one.slice(1) : one,
  );
  const isGood = shortened.every(
    (one) => MemberName.safeParse(one).success || MatrixId.safeParse(one).success,
  );
  if (isGood) return shortened;
  context.addIssue({
    code: "custom",
    message: "a member, or several with commas between them, such as bo,cy",
  });
  return z.NEVER;
});

/** A share in percent for each of several people: `40%`, `33.33%,33.33%`. In ten-thousandths. */
export const Shares = z.string().transform((typed, context): number[] => {
  const parts = typed.split(",").map((one) => /^(\d{1,3})(?:\.(\d{1,2}))?\s?%?$/.exec(one.trim()));
  const points = parts.map((part) => Number(part?.[1]) * 100 + Number((part?.[2] ?? "").padEnd(2, "0")));
  if (points.every((one) => one > 0 && one <= 10_000)) return points;
  context.addIssue({ code: "custom", message: "a share, such as 40%, or one for each: 40%,20%" });
  return z.NEVER;
});

/** What a piece of work is for its person. */
export const EntryKind = z.enum(["paid", "volunteer", "in-kind", "stipend", "lump-sum"], {
  error: "a kind: paid, volunteer, in-kind, stipend or lump-sum",
});

/** Where an entry stands. */
export const EntryState = z.enum(
  ["submitted", "approved", "batched", "paid", "recorded", "declined", "withdrawn"],
  { error: "a state: submitted, approved, batched, paid, recorded, declined or withdrawn" },
);

/** A day as people type it; which one it is depends on where they are. */
export const Day = z.string().min(1).max(40).describe("a day: today, yesterday, monday, or 2026-10-03");

/** The number of a resolution, such as `R003` or `010`. */
export const Resolution = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,60}$/, { error: "the resolution's number, such as R003" });
