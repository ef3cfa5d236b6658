/** Reads what a report is made of. Lines come in the order of the report, some hundreds at a time. */
import type { Db } from "../../db/index.ts";
import { partOf, partsOf, type Share } from "../../core/shares.ts";
import { lastDayOf } from "../booked.ts";
import type {
  GivenWork,
  ReportBatch,
  ReportDispute,
  ReportLine,
  ReportPayable,
  ReportRows,
} from "../report-rows.ts";
import type { BatchFilter } from "./types.ts";

/** Lines read at once: few enough to be held, many enough to be quick. The database is free in between. */
const linesAtOnce = 500;

/** All rows of a report over these batches. */
export function rowsFor(db: Db, filter: BatchFilter): ReportRows {
  const batches = batchesOf(db, filter);
  return {
    batches,
    lines: [...linesOf(db, batches)],
    payables: payablesOf(db, batches),
    given: givenIn(db, batches),
    disputes: batches.flatMap((batch) => disputesOf(db, batch)),
  };
}

type BatchRow = Omit<ReportBatch, "approvedBy"> & { approvedBy: string | null };

/** Oldest first. */
export function batchesOf(db: Pick<Db, "sqlite">, filter: BatchFilter): ReportBatch[] {
  const { batch = null, fromPeriod = null, untilPeriod = null, agreed = false } = filter;
  return db.sqlite
    .prepare<unknown[], BatchRow>(
      `select id, period, state, hash, proposed_by as proposedBy, published_at as publishedAt,
         disputes_until as disputesUntil, approved_by as approvedBy, approved_at as approvedAt
       from work_batch
       where (?1 is null or id = ?1) and (?2 is null or period >= ?2) and (?3 is null or period <= ?3)
         and (?4 = 0 or state in ('approved', 'paid'))
       order by period, published_at, id`,
    )
    .all({ 1: batch, 2: fromPeriod, 3: untilPeriod, 4: agreed ? 1 : 0 })
    .map((row) => ({ ...row, approvedBy: namesOf(row.approvedBy) }));
}

/** As SQLite gives them, in the order of the columns: a year has 60,000, and a second object for each takes time. */
type LineRow = [
  entry: number,
  corrects: number | null,
  member: string,
  seat: string | null,
  by: string,
  circle: string,
  budget: string | null,
  kind: string,
  day: string,
  minutes: number | null,
  description: string,
  evidence: string | null,
  perHourMinor: number | null,
  amountMinor: number,
  currency: string,
  hash: string,
  approval: string | null,
  agreedBy: string | null,
  agreedAt: string | null,
  room: string | null,
  event: string | null,
  shares: string,
];

/** The lines of these batches, by entry and member; of one member, if named. */
export function* linesOf(
  { sqlite }: Pick<Db, "sqlite">,
  batches: readonly ReportBatch[],
  member?: string,
): Generator<ReportLine> {
  const page = sqlite
    .prepare<unknown[], LineRow>(
      `select l.entry, e.corrects, l.member, case when l.member = e.person then v.seat else m.seat end,
         e.person, v.circle, v.budget, v.kind, v.day, v.minutes, v.description, v.evidence, v.per_hour_minor,
         l.amount_minor, l.currency, l.hash, e.approval, e.approved_by, e.approved_at, v.room, v.event, v.shares
       from work_line l
       join work_entry e on e.id = l.entry
       join work_entry_version v on v.entry = l.entry and v.version = e.version
       left join member m on m.name = l.member
       where l.batch = ? and (l.entry, l.member) > (?, ?)${member === undefined ? "" : " and l.member = ?"}
       order by l.entry, l.member limit ${linesAtOnce}`,
    )
    .raw();
  for (const batch of batches) {
    let after: [number, string] = [0, ""];
    for (;;) {
      const rows = page.all(batch.id, ...after, ...(member === undefined ? [] : [member]));
      for (const row of rows) yield lineOf(row, batch);
      const last = rows.at(-1);
      if (last === undefined || rows.length < linesAtOnce) break;
      after = [last[0], last[2]];
    }
  }
}

function lineOf(row: LineRow, { id: batch, period }: ReportBatch): ReportLine {
  const [entry, corrects, member, seat, by, circle, budget, kind, day, minutes, description, evidence] = row;
  return {
    batch,
    period,
    entry,
    corrects,
    member,
    seat,
    by,
    circle,
    budget,
    kind,
    day,
    minutes: minutesOf(minutes, member, by, row[21]),
    description,
    evidence,
    perHourMinor: row[12],
    amountMinor: BigInt(row[13]),
    currency: row[14],
    hash: row[15],
    approval: row[16],
    agreedBy: namesOf(row[17]),
    agreedAt: row[18],
    room: row[19],
    event: row[20],
  };
}

/** Time is split as money is: the minutes of all persons of an entry are the minutes of the entry. */
function minutesOf(minutes: number | null, member: string, by: string, shares: string): number | null {
  if (minutes === null || shares === "[]") return minutes;
  return Number(partOf(BigInt(minutes), by, JSON.parse(shares) as Share[], member));
}

type PayableRow = Omit<ReportPayable, "amountMinor"> & { amountMinor: number };

/** The payables of these batches. How somebody is paid is as it stands now until it was asked for. */
export function payablesOf(db: Pick<Db, "sqlite">, batches: readonly ReportBatch[]): ReportPayable[] {
  const ofBatch = db.sqlite.prepare<[string], PayableRow>(
    `select p.id, p.batch, p.member, p.currency, p.amount_minor as amountMinor, p.state,
       coalesce(p.how, w.how) as how, p.reference, p.said, p.carried_into as carriedInto,
       (select group_concat(l.line || ' ' || l.on_day, ', ' order by l.rowid) from payable_line l
        where l.payable = p.id) as bankLine
     from payable p left join payee w on w.member = p.member where p.batch = ? order by p.id`,
  );
  return batches.flatMap(({ id }) =>
    ofBatch.all(id).map((row) => ({ ...row, amountMinor: BigInt(row.amountMinor) })),
  );
}

/** Work that was agreed to and is not paid, of the months of these batches, each month once. */
function givenIn(db: Db, batches: readonly ReportBatch[]): GivenWork[] {
  const ofMonth = db.sqlite.prepare<[string, string], GivenWork & { shares: string }>(
    `select e.id as entry, e.person as member, v.seat, v.circle, v.kind, v.day, v.minutes, v.description, v.shares
     from work_entry e join work_entry_version v on v.entry = e.id and v.version = e.version
     where e.state = 'recorded' and v.day between ? and ? order by e.id`,
  );
  const months = [...new Set(batches.map(({ period }) => period))];
  return months.flatMap((month) =>
    ofMonth.all(`${month}-01`, lastDayOf(month)).flatMap(({ shares, ...work }) => givenBy(work, shares)),
  );
}

/** What several gave together is each one's part. */
function givenBy(work: GivenWork, shares: string): GivenWork[] {
  const parts = partsOf(BigInt(work.minutes ?? 0), work.member, JSON.parse(shares) as Share[]);
  return parts.map(({ member, part }) => ({
    ...work,
    member,
    seat: member === work.member ? work.seat : null,
    minutes: work.minutes === null ? null : Number(part),
  }));
}

/** Entries that were held between a batch's publication and its agreement; later holds are of a later batch. */
function disputesOf(db: Db, { id, period, publishedAt, approvedAt }: ReportBatch): ReportDispute[] {
  const until = approvedAt ?? "9999";
  return db.sqlite
    .prepare<unknown[], ReportDispute>(
      `select h.entry, e.person, h.by, h.why, h.at,
         case when h.released_at <= ?3 then h.released_by end as releasedBy,
         case when h.released_at <= ?3 then h.released_why end as releasedWhy
       from work_hold h
       join work_entry e on e.id = h.entry
       join work_entry_version v on v.entry = e.id and v.version = e.version
       where v.day <= ?1 and h.at <= ?3 and (h.released_at is null or h.released_at >= ?2)
         and not exists (select 1 from work_line l join work_batch b on b.id = l.batch
           where l.entry = h.entry and b.id <> ?4 and b.approved_at < ?2)
       order by h.entry, h.at, h.id`,
    )
    .all({ 1: lastDayOf(period), 2: publishedAt, 3: until, 4: id });
}

/** The same few people agree to most: their list is read once in a row. */
let namesBefore: { json: string; names: readonly string[] } = { json: "[]", names: [] };

function namesOf(json: string | null): readonly string[] {
  if (json === null) return [];
  if (json !== namesBefore.json) namesBefore = { json, names: JSON.parse(json) as string[] };
  return namesBefore.names;
}
