/** Entries of work: what they say, who agrees to them, what becomes of them. */
import { problem } from "../problem.ts";

const nothing = "Nothing was entered.";

export const entryUnknown = problem(
  "entry-unknown",
  ({ id }: { id: number }) => ({
    happened: `There is no entry ${id} that you can see.`,
    means: "Entries are seen by those whose work they are, by those who agree to them, and by treasurers.",
    remedy: "See yours: `work mine`",
  }),
  { id: 17 },
);

export const entryNotYours = problem(
  "entry-not-yours",
  ({ id, person }: { id: number; person: string }) => ({
    happened: `Entry ${id} is the work of ${person}.`,
    means: "Only those whose work it is, or who entered it, may change it or take it back.",
    remedy: `Ask ${person}. If you do not agree to it, decline it where it is asked.`,
  }),
  { id: 17, person: "bo" },
);

export const entryWithoutWords = problem(
  "entry-without-words",
  (_: object) => ({
    happened: "There is not a word about what was done.",
    means: `Those who agree would not know to what. ${nothing}`,
    remedy: 'Say it at the end: work log 2h recipes "nextcloud 30 migration"',
  }),
  {},
);

export const entryWithoutTime = problem(
  "entry-without-time",
  ({ kind }: { kind: string }) => ({
    happened: `An entry of kind ${kind} needs a time, not an amount.`,
    means: `Volunteer and in-kind work is never paid, and paid work is worth its time by the rate. ${nothing}`,
    remedy: "Say how long it took: work log 2h30 … ; a fixed amount is of kind lump-sum or stipend.",
  }),
  { kind: "volunteer" },
);

export const entryWithoutAmount = problem(
  "entry-without-amount",
  ({ kind }: { kind: string }) => ({
    happened: `An entry of kind ${kind} needs an amount.`,
    means: `A lump sum and a stipend are fixed amounts, whatever the time. ${nothing}`,
    remedy: "Say it in place of the time: work log EUR100 … ; or beside it: --lump EUR100",
  }),
  { kind: "stipend" },
);

export const amountNotPositive = problem(
  "amount-not-positive",
  ({ amount }: { amount: string }) => ({
    happened: `${amount} is not above zero.`,
    means: "Nothing was written down.",
    remedy: "Say an amount above zero, such as EUR100. What was paid too much is put right by: work correct",
  }),
  { amount: "EUR -5.00" },
);

export const amountTooLarge = problem(
  "amount-too-large",
  ({ amount }: { amount: string }) => ({
    happened: `${amount} is more than can be counted here.`,
    means: "Amounts are kept to the cent up to 1,000,000,000 of a currency. Nothing was written down.",
    remedy: "Look whether a digit slipped in.",
  }),
  { amount: "EUR 99999999999999.00" },
);

export const dayUnreadable = problem(
  "day-unreadable",
  ({ typed }: { typed: string }) => ({
    happened: `“${typed}” is no day that I know.`,
    means: "Nothing was written down.",
    remedy: "Say today, yesterday, a weekday (the last one is meant), or a date such as 2026-10-03.",
  }),
  { typed: "2026-02-30" },
);

export const dayInFuture = problem(
  "day-in-future",
  ({ day, today }: { day: string; today: string }) => ({
    happened: `${day} is still to come: today is ${today} where you are.`,
    means: `Work is entered when it is done. ${nothing}`,
    remedy: "Enter it then. Your time zone, if it is another: work remind Europe/Berlin",
  }),
  { day: "2026-12-01", today: "2026-11-26" },
);

export const dayTooOld = problem(
  "day-too-old",
  ({ day, days, oldest }: { day: string; days: number; oldest: string }) => ({
    happened: `${day} is more than ${days} days ago.`,
    means: `Nobody remembers well enough to agree to it. The oldest day that can be entered is ${oldest}. ${nothing}`,
    remedy:
      "Bring it up in your circle. If it resolves to pay it, enter it as a lump sum with today's date and name " +
      "the resolution in the words.",
  }),
  { day: "2026-07-01", days: 90, oldest: "2026-08-28" },
);

export const dayTooLong = problem(
  "day-too-long",
  ({ day, person, hours, with: sum }: { day: string; person: string; hours: number; with: string }) => ({
    happened: `With this, ${person} would have worked ${sum} on ${day}.`,
    means: `More than ${hours} hours on one day are mostly a slip of the finger. ${nothing}`,
    remedy: "Look at that day: work mine. If it is meant, say it again with --sure",
  }),
  { day: "2026-11-25", person: "bo", hours: 16, with: "18 h" },
);

export const budgetWhich = problem(
  "budget-which",
  ({ names }: { names: readonly string[] }) => ({
    happened: `Several budgets could bear this: ${names.join(", ")}.`,
    means: nothing,
    remedy: `Say which: --budget ${names[0] ?? "010"}`,
  }),
  { names: ["010", "014"] },
);

export const budgetNone = problem(
  "budget-none",
  ({ day, person }: { day: string; person: string }) => ({
    happened: `No open budget bears work of ${person} on ${day}.`,
    means: `Paid work needs a budget that was resolved. ${nothing}`,
    remedy: "See all: budget list. Work that is not to be paid: --kind volunteer",
  }),
  { day: "2026-11-25", person: "bo" },
);

export const budgetDoesNotFit = problem(
  "budget-does-not-fit",
  ({ budget, why }: { budget: string; why: string }) => ({
    happened: `Budget ${budget} does not bear this: ${why}.`,
    means: "The entry does not count against it.",
    remedy: `See what it is for: budget show ${budget}. See all: budget list`,
  }),
  { budget: "010", why: "cy is not among those who may enter work on it" },
);

export const budgetNotForKind = problem(
  "budget-not-for-kind",
  ({ kind }: { kind: string }) => ({
    happened: `Work of kind ${kind} is not paid, so no budget bears it.`,
    means: `It counts in reports and never in a payout. ${nothing}`,
    remedy: "Leave out --budget; or, if it is to be paid, --kind",
  }),
  { kind: "volunteer" },
);

export const currencyDiffers = problem(
  "currency-differs",
  ({ amount, budget, currency }: { amount: string; budget: string; currency: string }) => ({
    happened: `${amount} is not in ${currency}, the currency of budget ${budget}.`,
    means: `Nothing is converted before it is paid. ${nothing}`,
    remedy: `Say the amount in ${currency}, or name another budget.`,
  }),
  { amount: "GBP 50.00", budget: "010", currency: "EUR" },
);

export const budgetFull = problem(
  "budget-full",
  ({
    entry,
    budget,
    period,
    needs,
    left,
  }: Record<"entry" | "budget" | "period" | "needs" | "left", string>) => ({
    happened: `${entry} takes ${needs}, and of budget ${budget} ${left} is left ${period}.`,
    means: "More than was resolved is not spent, whoever agrees. The entry still waits.",
    remedy: `See the budget: budget show ${budget}`,
  }),
  { entry: "Entry 17", budget: "010", period: "in 2026-11", needs: "2 h", left: "1 h" },
);

export const shareUnclear = problem(
  "share-unclear",
  ({ why }: { why: string }) => ({
    happened: `Who gets how much is not clear: ${why}.`,
    means: nothing,
    remedy: "Say it like this: --for bo --share 40%, or --for bo,cy --share 40%,20%; the rest is yours.",
  }),
  { why: "three people, but two shares" },
);

export const entryInPast = problem(
  "entry-is-over",
  ({ id, state, to }: { id: number; state: string; to: string }) => ({
    happened: `Entry ${id} is ${state}.`,
    means: `It cannot be ${to} any more.`,
    remedy: `See it: work show ${id}. What is in a batch or paid is put right by: work correct ${id}`,
  }),
  { id: 17, state: "paid", to: "withdrawn" },
);

export const correctionEmpty = problem(
  "correction-empty",
  ({ id }: { id: number }) => ({
    happened: `Nothing in entry ${id} would be different.`,
    means: "It stays as it is, and so does the agreement to it.",
    remedy: `Say what is to change: work correct ${id} --time 2h`,
  }),
  { id: 17 },
);

export const correctionTooWide = problem(
  "correction-too-wide",
  ({ id, what }: { id: number; what: string }) => ({
    happened: `Entry ${id} is in a batch or paid, so its ${what} cannot change.`,
    means: "What was paid stays in the records; a correction only brings the difference in time or amount.",
    remedy:
      `Say the right time or amount: work correct ${id} --time 2h. ` +
      `All of it was wrong: work correct ${id} --time 0, then enter it anew.`,
  }),
  { id: 17, what: "budget" },
);

export const reviewChanged = problem(
  "review-changed",
  ({ typed, list, again }: { typed: string; list: readonly string[]; again: string }) => ({
    happened: [`The list that ${typed} stands for is not the list that waits now:`, ...list].join("\n"),
    means: "You would agree to something that you have not read. No voice was given.",
    remedy:
      list.length === 0
        ? "Nothing waits for you any more."
        : `Read the list above. If you agree to it: ${again}`,
  }),
  { typed: "k3f9x", list: ["17: bo, 2 h for recipes"], again: "work approve recipes 7c2m1" },
);

export const holdNotPossible = problem(
  "hold-not-possible",
  ({ id }: { id: number }) => ({
    happened: `There is no entry ${id} that can be disputed now.`,
    means:
      "Entries are held once they are agreed to, and until treasurers have agreed to the batch that they are in.",
    remedy: `If too much was paid, those whose work it is put it right: work correct ${id}. Else speak to a treasurer.`,
  }),
  { id: 17 },
);

export const holdNotThere = problem(
  "hold-not-there",
  ({ id }: { id: number }) => ({
    happened: `Entry ${id} is not held.`,
    means: "There was nothing to release.",
    remedy: "See what you can see of it: work list",
  }),
  { id: 17 },
);

export const releaseNotYours = problem(
  "release-not-yours",
  ({ id, holder }: { id: number; holder: string }) => ({
    happened: `${holder} holds entry ${id}, and you cannot release it.`,
    means: "A hold is released by whoever placed it, or by a treasurer who gains nothing by the entry.",
    remedy: `Speak to ${holder}.`,
  }),
  { id: 17, holder: "cy" },
);

export const timeZoneUnknown = problem(
  "time-zone-unknown",
  ({ typed }: { typed: string }) => ({
    happened: `“${typed}” is neither on, off nor a time zone.`,
    means: "Your reminders stay as they are.",
    remedy: "Say on, off, or a time zone such as Europe/Berlin.",
  }),
  { typed: "Berlin" },
);

export const correctionOfCorrection = problem(
  "correction-of-correction",
  ({ id, of }: { id: number; of: number }) => ({
    happened: `Entry ${id} is itself a correction of entry ${of}.`,
    means: "A difference of a difference could not be read by anybody. Nothing was changed.",
    remedy: `Take it back (work withdraw ${id}), then say what entry ${of} should be: work correct ${of} --time 2h`,
  }),
  { id: 21, of: 17 },
);

export const entryHasCorrections = problem(
  "entry-has-corrections",
  ({ id, by }: { id: number; by: readonly number[] }) => ({
    happened: `Entry ${id} is corrected by ${by.join(", ")}.`,
    means: "Without it, only the difference would be left. Nothing was changed.",
    remedy: `Take back the corrections first: work withdraw ${by[0] ?? ""}`,
  }),
  { id: 17, by: [21] },
);

export const voicesKeepChanging = problem(
  "voices-keep-changing",
  ({ id, times }: { id: number; times: number }) => ({
    happened: `Entry ${id} was asked about ${times} times, and each time somebody who agreed may not agree any more.`,
    means: "It still waits, and counts nowhere.",
    remedy: `When it is settled who looks after its circle: work submit ${id}`,
  }),
  { id: 17, times: 3 },
);
