/** The words of work, budgets and payouts as branded types; each schema's message says what was expected. */
import { z } from "zod";
import { readDuration } from "./work-time.ts";
import { readMoney } from "./money.ts";

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
