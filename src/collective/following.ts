/** What becomes of an expense: looked at again and again until it is paid or refused, each news told once. */
import { say, sayProblem } from "../chat/message.ts";
import { isoOf } from "../core/clock.ts";
import { formatMoney } from "../core/money.ts";
import { Problem, problemFromJson } from "../core/problem.ts";
import { collectiveChanged, expenseGone, expenseTwice } from "../core/problems/collective.ts";
import { Looked } from "./answers.ts";
import { Refusal } from "./client.ts";
import { lookAtExpense } from "./documents.ts";
import { tellMember, tellTreasurers } from "../people/index.ts";
import { asCoop, asMember, coopName, passing, trouble, troubleOf } from "./ground.ts";
import type { Ground } from "./ground.ts";
import { unsettledOf, type PayableRow } from "./rows.ts";
import { aliveAmong, inWords, isRefused, stateInWords } from "./standing.ts";
import type { Expense, Noted, Paying, Seen, Trouble } from "./types.ts";
import { moneyOf } from "../core/hundredths.ts";

type Following = Pick<Paying, "look" | "note" | "tellTrouble" | "nudge">;

/** Tries after which what passes by itself is told. */
const toldFrom = 3;

export function openFollowing(ground: Ground): Following {
  const { db, rows } = ground;
  return {
    look: (id, signal) => look(ground, rows.payable(id), signal),
    note: (id, seen) =>
      db.tx(() => {
        const row = rows.payable(id);
        if (row.state === "paid") return { state: "paid", said: row.said ?? "" };
        return noteOthers(ground, row, seen) ?? noteOwn(ground, row, seen);
      }),
    tellTrouble: (id, met, about) => db.tx(() => tellTrouble(ground, rows.payable(id), met, about)),
    nudge: ({ payable, member }) => {
      const ids = payable === undefined ? [] : [payable];
      if (member !== undefined) ids.push(...unsettledOf(db, member));
      if (payable === undefined && member === undefined) ids.push(...rows.following().map(({ id }) => id));
      return ids.reduce((woken, id) => woken + ground.wake(id), 0);
    },
  };
}

/** The expense, and whether one that was refused before it is open again. */
async function look(ground: Ground, row: PayableRow, signal: AbortSignal | undefined): Promise<Seen> {
  const seen = await lookAtOwn(ground, row, signal);
  const before = ground.rows.refusedOf(row.id).filter((id) => id !== row.reference);
  if (seen.kind === "trouble" || before.length === 0) return seen;
  try {
    const others = await aliveAmong(ground, before, signal);
    return others.length === 0 ? seen : { ...seen, others };
  } catch (thrown) {
    return troubleOf("LookAtExpense", thrown, asCoop(ground) ?? null);
  }
}

async function lookAtOwn(ground: Ground, row: PayableRow, signal: AbortSignal | undefined): Promise<Seen> {
  const operation = "LookAtExpense";
  // An expense's state is public there: without a token it is seen as anybody sees it.
  const as = asCoop(ground) ?? asMember(ground, row.member) ?? null;
  try {
    const { expense } = await ground.client.ask({
      operation,
      document: lookAtExpense,
      variables: { expense: { id: row.reference ?? "" } },
      answer: Looked,
      ...{ as, signal },
    });
    if (expense === null) return { kind: "gone" };
    // Whoever may not see it gets no key; another key would be another expense.
    if (expense.key !== null && expense.key.split("/", 3).join("/") !== row.id) {
      return trouble(collectiveChanged({ operation, what: `it bears the key of ${expense.key}` }));
    }
    return { kind: "expense", expense: expense.expense };
  } catch (thrown) {
    if (thrown instanceof Refusal && /not.?found/i.test(thrown.code)) return { kind: "gone" };
    return troubleOf(operation, thrown, as);
  }
}

type Looked = Exclude<Seen, Trouble>;

const noteOwn = (ground: Ground, row: PayableRow, seen: Looked): Noted =>
  seen.kind === "gone" ? noteGone(ground, row) : noteExpense(ground, row, seen.expense);

/**
 * One that was refused before is open again, or paid. Beside a living one that is an alarm; in place of one that is
 * refused or gone it is the one that is followed. Undefined: there is nothing more to it than that of our own.
 */
function noteOthers(ground: Ground, row: PayableRow, seen: Looked): Noted | undefined {
  const [other] = seen.others ?? [];
  if (other === undefined) return undefined;
  const own = seen.kind === "gone" || isRefused(seen.expense) ? undefined : seen.expense;
  if (own !== undefined) {
    const expenses = [...(seen.others ?? []), own].map(inWords).join(", ");
    const key = `collective/twice/${row.id}/${other.id}/${other.status}/${own.status}`;
    tellTreasurers(ground, key, sayProblem(expenseTwice({ payable: row.id, expenses })));
    if (own.status === "PAID" || other.status !== "PAID") return undefined;
  }
  return noteExpense(ground, takeUp(ground, row, other), other);
}

/** What was asked for is asked for, or paid, by the earlier one; that of our own is watched as it was before. */
function takeUp({ rows, audit }: Ground, row: PayableRow, { id, number, status }: Expense): PayableRow {
  const refused = row.reference ?? "?";
  rows.addRound({ payable: row.id, refused, why: `#${number} is open again`, by: "tandem" });
  rows.change(row.id, { reference: id });
  audit.append({ who: "tandem", what: "payable.asked", subject: row.id, details: { expense: id, status } });
  return { ...row, reference: id };
}

function noteGone(ground: Ground, row: PayableRow): Noted {
  const { text } = expenseGone({ expense: row.reference ?? "?" });
  settle(ground, row, "rejected", "was removed there");
  tellTreasurers(ground, `collective/gone/${row.id}/${row.reference ?? ""}`, sayProblem(text));
  return { state: "rejected", said: "was removed there" };
}

function noteExpense(ground: Ground, row: PayableRow, expense: Expense): Noted {
  const changed = changesOf(ground, row, expense);
  const state = stateInWords(expense.status);
  const said = changed.length === 0 ? state : `${state}; changed there: ${changed.join("; ")}`;
  const name = `The expense #${expense.number} for ${row.id}`;
  if (changed.length > 0) {
    const message = say(`${name} was changed at Open Collective.`, { list: changed });
    tellTreasurers(ground, `collective/changed/${row.id}/${changed.join("/")}`, message);
  }
  tellSelfApproval(ground, row, expense, name);
  if (expense.status === "PAID") {
    settle(ground, row, "paid", said);
    tellMember(
      ground,
      row.member,
      `collective/paid/${row.id}`,
      say(`${name} is paid (${amountOf(expense)}).`),
    );
    return { state: "paid", said };
  }
  if (isRefused(expense)) {
    settle(ground, row, "rejected", said);
    const message = say(`${name} ${said}.`, {
      list: [
        `When it is put right there, it is followed again: \`collective pay ${row.id}\``,
        `When something is put right here, a treasurer asks anew: \`collective anew ${row.id} "what was put right"\``,
      ],
    });
    const key = `collective/refused/${row.id}/${expense.id}/${expense.status}`;
    tellTreasurers(ground, key, message);
    tellMember(ground, row.member, key, message);
    return { state: "rejected", said };
  }
  if (expense.status === "ERROR" || expense.status === "INCOMPLETE") {
    const key = `collective/stuck/${row.id}/${expense.id}/${expense.status}`;
    tellTreasurers(ground, key, say(`${name} ${said}.`));
  }
  if (row.said !== said || row.state !== "asked") ground.rows.change(row.id, { state: "asked", said });
  return { state: "asked", said };
}

/** What is other than we asked, in words. */
function changesOf({ payees }: Ground, row: PayableRow, expense: Expense): string[] {
  const ours = formatMoney({ amountMinor: BigInt(row.amountMinor), currency: row.currency });
  const theirs = amountOf(expense);
  const slug = payees.payee(row.member)?.slug ?? null;
  return [
    ...(ours === theirs ? [] : [`${theirs} in place of ${ours}`]),
    ...(slug === null || expense.payee === null || expense.payee === slug || expense.status === "DRAFT"
      ? []
      : [`paid to ${expense.payee} in place of ${slug}`]),
  ];
}

function amountOf({ cents, currency }: Expense): string {
  const money = moneyOf(cents, currency);
  return money === undefined ? `${currency} ${cents}/100` : formatMoney(money);
}

/** Open Collective lets people approve their own expenses unless a policy says otherwise; our rule does not. */
function tellSelfApproval(ground: Ground, row: PayableRow, expense: Expense, name: string): void {
  const own = [expense.payee, ground.payees.payee(row.member)?.slug].filter((slug) => slug != null);
  const by = expense.approvedBy.find((slug) => own.includes(slug));
  if (by === undefined) return;
  const message = say(`${name} was approved at Open Collective by ${by}, whom it pays.`, {
    next: "Nobody agrees to their own pay here. Look at it there; its policy against this can be switched on.",
  });
  tellTreasurers(ground, `collective/self/${row.id}/${expense.id}`, message);
}

function settle(ground: Ground, row: PayableRow, state: "paid" | "rejected", said: string): void {
  if (row.state === state && row.said === said) return;
  ground.rows.change(row.id, { state, said });
  if (row.state === state) return;
  const details = { expense: row.reference, said };
  ground.audit.append({ who: "tandem", what: `payable.${state}`, subject: row.id, details });
  ground.onSettled(row.id, state);
}

function tellTrouble(
  ground: Ground,
  row: PayableRow,
  { problem, token }: Trouble,
  { run, times }: { run: string; times: number },
): void {
  if (token !== undefined) tellRefusedToken(ground, token, problemFromJson(problem));
  if (token !== undefined && token !== coopName) return;
  if (passing.includes(problem.code) && times < toldFrom) return;
  const key =
    token === coopName
      ? `collective/token/coop/${isoOf(ground.clock.now()).slice(0, 10)}`
      : `collective/trouble/${row.id}/${problem.code}/${run}`;
  const message = sayProblem(problemFromJson(problem), { run });
  tellTreasurers(ground, key, message);
  if (problem.code.startsWith("payee-") || problem.code === "collective-no-token")
    tellMember(ground, row.member, key, message);
}

function tellRefusedToken(ground: Ground, whose: string, problem: Problem): void {
  if (whose === coopName) {
    ground.coop.refused = true;
    return;
  }
  const addedAt = ground.tokens.refuse(whose);
  if (addedAt === undefined) return;
  tellMember(ground, whose, `collective/token/${whose}/${addedAt}`, sayProblem(problem));
}
