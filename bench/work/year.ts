/** A year of payouts in a file: 12 months, 200 people, 60,000 entries. */
import { openDb, type Db } from "../../src/db/index.ts";
import { divideHalfUp } from "../../src/core/money.ts";

const months = 12;
const people = 200;
export const entries = 60_000;
const circles = ["recipes", "servers", "finance", "welcome", "docs"];

/** The same each time: chance would make two runs differ. */
function* dice(): Generator<number, never> {
  for (let state = 42; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

export function makeYear(file: string): void {
  const db = openDb(file);
  const roll = dice();
  const below = (n: number): number => Math.floor(roll.next().value * n);
  db.tx(() => {
    const insert = writers(db);
    for (let month = 1; month <= months; month++) {
      const period = `2026-${String(month).padStart(2, "0")}`;
      insert.batch(`batch${month}`, period);
      const owed = new Map<number, number>();
      for (let n = 0; n < entries / months; n++) {
        const person = below(people);
        const minutes = 5 + below(600);
        const amount = Number(divideHalfUp(BigInt(minutes) * 2150n, 60n));
        const day = `${period}-${String(1 + below(28)).padStart(2, "0")}`;
        const circle = circles[below(circles.length)] ?? "";
        insert.entry({
          batch: `batch${month}`,
          id: (month - 1) * (entries / months) + n + 1,
          person,
          day,
          minutes,
          amount,
          circle,
        });
        owed.set(person, (owed.get(person) ?? 0) + amount);
      }
      for (const [person, amount] of owed) insert.payable(`batch${month}`, person, amount);
    }
  });
  db.close();
}

interface Row {
  batch: string;
  id: number;
  person: number;
  day: string;
  minutes: number;
  amount: number;
  circle: string;
}

function writers({ sqlite }: Db) {
  const batch = sqlite.prepare(
    `insert into work_batch values (?, ?, 'paid', 'hash', 'tess', '2026-01-01T00:00:00.000Z',
     '2026-01-08T00:00:00.000Z', '["tom"]', '2026-01-08T00:00:00.000Z')`,
  );
  const entry = sqlite.prepare(
    `insert into work_entry (id, person, version, state, approved_hash, approved_at, approved_by, approval, added_at)
     values (?, ?, 1, 'paid', 'hash', '2026-01-01T00:00:00.000Z', '["mia"]', 'gomip/approval',
     '2026-01-01T00:00:00.000Z')`,
  );
  const version = sqlite.prepare(
    `insert into work_entry_version (entry, version, kind, seat, circle, budget, day, minutes, description, evidence,
     per_hour_minor, currency, amount_minor, shares, hash, by, at)
     values (?, 1, 'paid', ?, ?, ?, ?, ?, ?, '#812', 2150, 'EUR', ?, '[]', ?, ?, '2026-01-01T00:00:00.000Z')`,
  );
  const line = sqlite.prepare("insert into work_line values (?, ?, ?, ?, ?, 'EUR')");
  const payable = sqlite.prepare(
    `insert into payable (id, batch, member, currency, amount_minor, state, how, reference, updated_at)
     values (?, ?, ?, 'EUR', ?, 'paid', 'bank', ?, '2026-01-09T00:00:00.000Z')`,
  );
  const hash = "130ee86a7e696e06365016574e92dd61aab189b97e2d43d371a3fd4759a9415e";
  return {
    batch: (id: string, period: string) => batch.run(id, period),
    entry({ batch: of, id, person, day, minutes, amount, circle }: Row): void {
      const name = `person-${person}`;
      const what = `work on the migration, part ${id}`;
      entry.run(id, name);
      version.run(
        id,
        `seat-${person % 25}`,
        circle,
        `0${person % 10}0`,
        day,
        minutes,
        what,
        amount,
        hash,
        name,
      );
      line.run(of, id, name, hash, amount);
    },
    payable: (of: string, person: number, amount: number) =>
      payable.run(`${of}/person-${person}/EUR`, of, `person-${person}`, amount, `${of}-${person}`),
  };
}
