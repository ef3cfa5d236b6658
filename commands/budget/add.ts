import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { formatMoney } from "../../src/core/money.ts";
import { amountNotPositive, amountTooLarge, currencyDiffers } from "../../src/core/problems/work.ts";
import { Amount, BudgetName, Currency, Day, Resolution, WorkTime } from "../../src/core/work-terms.ts";
import { answer, command } from "../../src/router/define.ts";
import { capWords } from "../parts/budget.ts";

/** Budgets that many co-ops have, as the federation resolved them. */
const presets = {
  "critical-fixes": { title: "Critical fixes", hours: 600, per: "month", resolution: "010" },
} as const;

const mostCapMinor = 100_000_000_000n;

export default command({
  summary: "Add a budget that was resolved: most money, most hours or both, for each month or in total.",
  example: "budget add 014 Documentation sprint --cap EUR1000 --per total --resolution 014",
  role: "treasurer",
  args: {
    name: BudgetName,
    title: z.string().min(1).max(120).optional().describe("what it is for"),
    cap: Amount.optional().describe("most money, such as EUR1000"),
    hours: WorkTime.optional().describe("most time, such as 10h"),
    per: z.enum(["month", "total"], { error: "month or total" }).optional(),
    from: Day.optional().describe("its first day of work; today when left out"),
    until: Day.optional().describe("its last day of work"),
    currency: Currency.optional(),
    resolution: Resolution.optional(),
    preset: z.enum(["critical-fixes"], { error: "a preset: critical-fixes" }).optional(),
  },
  flags: ["cap", "hours", "per", "from", "until", "currency", "resolution", "preset"],
  rest: true,
  run: ({ args, by: { member }, work }) => {
    const { name, cap } = args;
    const preset = args.preset === undefined ? undefined : presets[args.preset];
    const currency = args.currency ?? cap?.currency ?? work.usualCurrency;
    if (cap !== undefined && cap.currency !== currency)
      throw currencyDiffers({ amount: formatMoney(cap), budget: name, currency });
    if (cap !== undefined && cap.amountMinor <= 0n) throw amountNotPositive({ amount: formatMoney(cap) });
    if (cap !== undefined && cap.amountMinor > mostCapMinor)
      throw amountTooLarge({ amount: formatMoney(cap) });
    const budget = work.addBudget(member.name, {
      ...{ name, currency, title: args.title ?? preset?.title ?? name },
      resolution: args.resolution ?? preset?.resolution ?? name,
      capMinor: cap === undefined ? null : Number(cap.amountMinor),
      capMinutes: args.hours ?? preset?.hours ?? null,
      per: args.per ?? preset?.per ?? "total",
      fromDay: args.from === undefined ? work.today(member.name) : work.day(args.from, member.name),
      untilDay: args.until === undefined ? null : work.day(args.until, member.name),
    });
    return answer(
      say(`Budget ${name}, ${budget.title}, is open: ${capWords(budget)}.`, {
        list: ["Every member may enter work on it, until somebody is named."],
        next: `To name who may, and who agrees: \`budget person ${name} <name> eligible\`, or \`steward\``,
      }),
      budget,
    );
  },
});
