/** October 2026 as three people worked it, what November corrects, and what December takes over. */
import type { Told, WorkHouse } from "./payouts-house.ts";

/** What playing needs. */
export type Stage = Pick<
  WorkHouse,
  "payouts" | "clock" | "log" | "hold" | "release" | "paidThrough" | "markPaid"
>;

/** What each entry is worth, said as a fraction: minutes × minor units per hour ÷ 60. Null: it is not paid. */
export interface Worked extends Told {
  id: number;
}

const work = (id: number, told: Omit<Told, "amount"> & { amount?: number | null }): Worked => ({
  amount: null,
  ...told,
  id,
});

/** The rate rises in the middle of the month. */
const before16th = 2000;
const from16th = 2150;
const yen = 3000;

/** Entries up to the end of October; each amount as the trade of entries has rounded it, once. */
export const october: Worked[] = [
  work(1, {
    person: "bo",
    day: "2026-10-05",
    minutes: 140,
    perHour: before16th,
    amount: 4667,
    description: "nextcloud 30 migration",
    evidence: "#812",
  }),
  work(2, {
    person: "ana",
    day: "2026-10-10",
    minutes: 100,
    perHour: before16th,
    amount: 3333,
    description: 'pairing; on "alerts" | part 1',
    shares: [
      { member: "cleo", basisPoints: 3334 },
      { member: "bo", basisPoints: 3333 },
      { member: "ana", basisPoints: 3333 },
    ],
  }),
  work(3, {
    person: "bo",
    day: "2026-10-20",
    minutes: 95,
    perHour: from16th,
    amount: 3404,
    description: "=cmd()",
  }),
  work(4, {
    person: "cleo",
    day: "2026-10-21",
    minutes: 47,
    perHour: yen,
    amount: 2350,
    circle: "finance",
    budget: "020",
    currency: "JPY",
    description: "translate the accounts",
  }),
  work(5, {
    person: "cleo",
    day: "2026-10-22",
    minutes: 120,
    kind: "volunteer",
    state: "recorded",
    description: "welcome two members",
  }),
  work(6, {
    person: "ana",
    day: "2026-10-23",
    minutes: null,
    kind: "in-kind",
    state: "recorded",
    circle: "finance",
    description: "a disk for the backups",
  }),
  work(7, {
    person: "ana",
    day: "2026-10-24",
    minutes: 60,
    perHour: from16th,
    amount: 2150,
    description: "review of the accounts",
    circle: "finance",
  }),
  work(8, {
    person: "bo",
    day: "2026-09-29",
    minutes: 31,
    perHour: before16th,
    amount: 1033,
    description: "restore drill",
  }),
  // The budget's ten hours of October are used up: it waits.
  work(9, {
    person: "ana",
    day: "2026-10-28",
    minutes: 240,
    perHour: from16th,
    amount: 8600,
    state: "submitted",
    description: "on call",
  }),
];

/** What November brings: two corrections of what was paid, and new work. */
export const november: Worked[] = [
  work(10, {
    person: "bo",
    day: "2026-10-05",
    minutes: -20,
    perHour: before16th,
    amount: -667,
    corrects: 1,
    description: "20 minutes too many",
  }),
  work(11, {
    person: "bo",
    day: "2026-11-05",
    minutes: 61,
    perHour: from16th,
    amount: 2186,
    description: "renew certificates",
  }),
  work(12, {
    person: "cleo",
    day: "2026-10-21",
    minutes: -47,
    perHour: yen,
    amount: -2350,
    circle: "finance",
    budget: "020",
    currency: "JPY",
    corrects: 4,
    description: "was done by the auditor",
  }),
];

export const december: Worked[] = [
  work(13, {
    person: "cleo",
    day: "2026-12-02",
    minutes: 60,
    perHour: yen,
    amount: 3000,
    circle: "finance",
    budget: "020",
    currency: "JPY",
    description: "close November",
  }),
];

export const tomek = "tomek";
export const rufin = "rufin";
export const sadel = "sadel";

/** October as it was paid: 7 is disputed and stays disputed until the batch is agreed to; bo and cleo say how they are paid. */
export function playOctober(house: Stage): void {
  const { payouts, clock } = house;
  for (const told of october) house.log(told);
  house.paidThrough("bo", "opencollective");
  house.paidThrough("cleo", "bank");
  payouts.publish(tomek, "2026-10", "tess");
  clock.pass(2 * 86_400_000);
  house.hold(7, "cleo", "was done in October last year");
  const drill = house.hold(8, "ana", "was it not September?");
  clock.pass(86_400_000);
  house.release(drill, "ana", "yes, and never paid");
  clock.pass(4 * 86_400_000);
  const { hash } = payouts.lookAgain(tomek);
  if (!payouts.agree(tomek, hash ?? "", ["tom"])) throw new Error("October was not agreed to");
}

/** November: 1 and 4 are corrected after they were paid. */
export function proposeNovember(house: Stage): void {
  const { payouts, clock } = house;
  house.markPaid(`${tomek}/bo/EUR`, "expense-4711");
  payouts.settle(`${tomek}/bo/EUR`);
  house.markPaid(`${tomek}/cleo/EUR`, "TANDEM-TOMEK-1");
  house.markPaid(`${tomek}/cleo/JPY`, "TANDEM-TOMEK-2");
  payouts.settle(`${tomek}/cleo/EUR`);
  payouts.settle(`${tomek}/cleo/JPY`);
  clock.pass(20 * 86_400_000);
  for (const told of november) house.log(told);
  payouts.publish(rufin, "2026-11", "tess");
}

export function playNovember(house: Stage): void {
  proposeNovember(house);
  const { payouts } = house;
  const { hash } = payouts.lookAgain(rufin);
  if (!payouts.agree(rufin, hash ?? "", ["tom"])) throw new Error("November was not agreed to");
}

export function playDecember(house: Stage): void {
  const { payouts, clock } = house;
  clock.pass(30 * 86_400_000);
  for (const told of december) house.log(told);
  payouts.publish(sadel, "2026-12", "tess");
  const { hash } = payouts.lookAgain(sadel);
  if (!payouts.agree(sadel, hash ?? "", ["tom"])) throw new Error("December was not agreed to");
}
