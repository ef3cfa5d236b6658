/** Asking for money there exactly once: look by our key, take a turn, make it, and in doubt look again. */
import { Problem } from "../core/problem.ts";
import {
  collectiveAmountUnfit,
  collectiveChanged,
  collectiveNoToken,
  collectivePage,
  collectiveRefused,
  collectiveUnreachable,
  expenseTwice,
  payableNotRefused,
  payableOwn,
  payeeMissing,
} from "../core/problems/collective.ts";
import { formatMoney } from "../core/money.ts";
import { Created, Found, Invited, Methods } from "./answers.ts";
import {
  createExpense,
  everyStatus,
  findExpenses,
  inviteToExpense,
  lockedFields,
  payoutMethods,
} from "./documents.ts";
import { asCoop, asMember, slugOfCoop, trouble, troubleOf, type As, type Ground } from "./ground.ts";
import type { PayableRow } from "./rows.ts";
import { aliveAmong, inWords, isRefused } from "./standing.ts";
import type { Anew, Asked, Expense, Found as FoundIt, Paying, PayeeView, Turn } from "./types.ts";
import { centsOf } from "../core/hundredths.ts";

/** Open Collective takes one invitation in ten seconds from each person; the way there may shorten a gap. */
const betweenDraftsMs = 12_000;

type Asking = Pick<Paying, "wayOf" | "refusedExpense" | "askAnew" | "find" | "takeTurn" | "submit" | "asked">;

export function openAsking(ground: Ground): Asking {
  const { db, audit, rows, payees } = ground;
  return {
    wayOf(id) {
      const row = rows.due(id);
      return row.how ?? payees.payee(row.member)?.how ?? "unknown";
    },
    refusedExpense: (id, by) => refusedExpense(rows.payable(id), by),
    askAnew: (id, anew) => db.tx(() => askAnew(ground, rows.payable(id), anew)),
    async find(id, signal) {
      const row = rows.due(id);
      const seer = seerOf(ground, row);
      return "kind" in seer ? seer : findAs(ground, row, seer, signal);
    },
    takeTurn: (id) => db.tx(() => takeTurn(ground, rows.due(id))),
    submit: (id, way, signal) => submit(ground, rows.due(id), way, signal),
    asked: (id, expense) =>
      db.tx(() => {
        const row = rows.payable(id);
        if (row.state === "asked" && row.reference === expense.id) return;
        const said = "asked for there";
        rows.change(id, { state: "asked", how: "opencollective", reference: expense.id, said });
        const details = { expense: expense.id, status: expense.status };
        audit.append({ who: "tandem", what: "payable.asked", subject: id, details });
      }),
  };
}

function refusedExpense({ id, member, state, how, reference, said }: PayableRow, by: string): string {
  if (member === by) throw payableOwn({ payable: id });
  if (state === "rejected" && how === "opencollective" && reference !== null) return reference;
  throw payableNotRefused({ payable: id, said: said ?? `is ${state}` });
}

function askAnew({ rows, audit }: Ground, row: PayableRow, { expense, why, by }: Anew): void {
  const refused = refusedExpense(row, by);
  const said = row.said ?? `is ${row.state}`;
  if (refused !== expense) throw payableNotRefused({ payable: row.id, said: `${said}, as ${refused}` });
  rows.addRound({ payable: row.id, refused, why, by });
  rows.change(row.id, { state: "ready", reference: null, said: "is to be asked for anew" });
  const details = { refused, why, key: rows.keyOf(row.id) };
  audit.append({ who: by, what: "payable.anew", subject: row.id, details });
}

interface Seer {
  as: As;
  /** Whoever is no admin of the co-op sees only what is made for an account of theirs. */
  payee: string | undefined;
}

/**
 * By whose eyes the expense is looked for: they must see whatever may have been made before. The co-op sees all of
 * it; a person sees what was made with their own token, and not an invitation to somebody's address.
 */
function seerOf(ground: Ground, row: PayableRow): Seer | ReturnType<typeof trouble> {
  const coop = asCoop(ground);
  if (coop !== undefined) return { as: coop, payee: undefined };
  const { member } = row;
  const own = asMember(ground, member);
  const payee = ground.payees.payee(member)?.slug ?? undefined;
  if (ground.rows.turnsOf(row.id).some(({ way }) => way === "draft")) {
    const why = "an invitation may have gone out, and only the co-op's token can tell";
    return trouble(collectiveNoToken({ member, why }));
  }
  if (own !== undefined && payee !== undefined) return { as: own, payee };
  return trouble(cannotBeAsked(ground, row));
}

/** Why there is nobody in whose name it could be asked for. */
function cannotBeAsked({ payees, tokens, coop }: Ground, { member }: PayableRow): Problem {
  if (payees.payee(member) === undefined) return payeeMissing({ member });
  if (tokens.tokenOf(member)?.refusedAt === null && tokens.usable(member) === undefined) {
    return collectiveNoToken({ member, why: "the token was sealed with another key than there is now" });
  }
  const ours = coop.refused ? "the co-op's is refused" : "the co-op has none";
  return collectiveNoToken({ member, why: `${member} has no token here that is accepted, and ${ours}` });
}

async function findAs(
  ground: Ground,
  row: PayableRow,
  { as, payee }: Seer,
  signal: AbortSignal | undefined,
): Promise<FoundIt> {
  const operation = "FindExpenses";
  const key = ground.rows.keyOf(row.id);
  try {
    // Whoever was refused may have changed it there since, so that it waits for approval again.
    const earlier = await aliveAmong(ground, ground.rows.refusedOf(row.id), signal);
    const { expenses } = await ground.client.ask({
      operation,
      document: findExpenses,
      variables: {
        account: { slug: slugOfCoop(ground) },
        payee: payee === undefined ? null : { slug: payee },
        customData: { tandem: { key } },
        status: everyStatus,
      },
      answer: Found,
      ...{ as, signal },
    });
    const own = expenses.nodes.filter((one) => one.key === key).map(({ expense }) => expense);
    // A filter that is passed over would answer other people's expenses, and ours might be on another page.
    if (own.length < expenses.nodes.length) {
      return trouble(collectiveChanged({ operation, what: "it also shows expenses without our key" }));
    }
    return theOne(row, earlier, own);
  } catch (thrown) {
    return troubleOf(operation, thrown, as);
  }
}

/** The one that stands for the payable. Nothing is made while two could be paid. */
function theOne({ id }: PayableRow, earlier: readonly Expense[], own: readonly Expense[]): FoundIt {
  const alive = [...earlier, ...own.filter((one) => !isRefused(one))];
  if (alive.length > 1)
    return trouble(expenseTwice({ payable: id, expenses: alive.map(inWords).join(", ") }));
  const [one] = [...alive, ...own];
  return one === undefined ? { kind: "none" } : { kind: "expense", expense: one };
}

function takeTurn(ground: Ground, row: PayableRow): Turn {
  const { clock, rows, payees } = ground;
  const payee = payees.payee(row.member);
  if (payee === undefined) return trouble(payeeMissing({ member: row.member }));
  if (centsOf(moneyIn(row)) === undefined) {
    return trouble(collectiveAmountUnfit({ amount: formatMoney(moneyIn(row)) }));
  }
  const now = clock.now();
  if (asMember(ground, row.member) !== undefined && payee.slug !== null) {
    rows.addTurn({ payable: row.id, way: "own", atMs: now });
    return { kind: "turn", way: "own", waitMs: 0 };
  }
  if (asCoop(ground) === undefined || (payee.slug === null && payee.email === null)) {
    return trouble(cannotBeAsked(ground, row));
  }
  const atMs = Math.max(now, (rows.lastDraftMs() ?? -Infinity) + betweenDraftsMs);
  rows.addTurn({ payable: row.id, way: "draft", atMs });
  return { kind: "turn", way: "draft", waitMs: atMs - now };
}

const moneyIn = ({ amountMinor, currency }: PayableRow) => ({ amountMinor: BigInt(amountMinor), currency });

async function submit(
  ground: Ground,
  row: PayableRow,
  way: "own" | "draft",
  signal: AbortSignal | undefined,
): Promise<Asked> {
  const payee = ground.payees.payee(row.member);
  const as = way === "own" ? asMember(ground, row.member) : asCoop(ground);
  if (payee === undefined || as === undefined) return trouble(cannotBeAsked(ground, row));
  const operation = way === "own" ? "CreateExpense" : "InviteToExpense";
  try {
    const expense = await (way === "own"
      ? create(ground, row, payee, as, signal)
      : invite(ground, row, payee, as, signal));
    return { kind: "expense", expense };
  } catch (thrown) {
    const isDoubtful = thrown instanceof Problem && doubtful.includes(thrown.code);
    return isDoubtful ? { kind: "unsure" } : troubleOf(operation, thrown, as);
  }
}

/** After these it may have been made all the same. */
const doubtful: string[] = [collectiveUnreachable.code, collectivePage.code, collectiveChanged.code];

async function create(
  ground: Ground,
  row: PayableRow,
  payee: PayeeView,
  as: As,
  signal: AbortSignal | undefined,
): Promise<Expense> {
  const slug = payee.slug ?? "";
  const method = payee.payoutMethod ?? (await savedMethod(ground, slug, as, signal));
  const made = await ground.client.ask({
    operation: "CreateExpense",
    document: createExpense,
    variables: {
      account: { slug: slugOfCoop(ground) },
      expense: {
        ...wordsOf(ground, row),
        payee: { slug },
        payoutMethod: method.startsWith("po_") ? { publicId: method } : { id: method },
        items: [itemOf(row)],
      },
    },
    answer: Created,
    ...{ as, signal },
  });
  return made.createExpense.expense;
}

/** The first way to be paid that the person has saved there. */
async function savedMethod(
  { client }: Ground,
  slug: string,
  as: As,
  signal: AbortSignal | undefined,
): Promise<string> {
  const operation = "PayoutMethods";
  const { account } = await client.ask({
    operation,
    document: payoutMethods,
    variables: { slug },
    answer: Methods,
    ...{ as, signal },
  });
  const saved = account?.payoutMethods?.find(({ isSaved }) => isSaved === true);
  if (saved !== undefined) return saved.id;
  const says = `${slug} has saved no way to be paid there`;
  throw collectiveRefused({ operation, says });
}

async function invite(
  ground: Ground,
  row: PayableRow,
  payee: PayeeView,
  as: As,
  signal: AbortSignal | undefined,
): Promise<Expense> {
  const item = itemOf(row);
  const made = await ground.client.ask({
    operation: "InviteToExpense",
    document: inviteToExpense,
    variables: {
      account: { slug: slugOfCoop(ground) },
      expense: {
        ...wordsOf(ground, row),
        payee:
          payee.slug === null
            ? { name: ground.people.byName(row.member)?.displayName ?? row.member, email: payee.email }
            : { slug: payee.slug },
        // A draft's items are kept as they are sent; its pages read the older field.
        items: [{ ...item, amount: item.amountV2.valueInCents }],
      },
      lockedFields,
    },
    answer: Invited,
    ...{ as, signal },
  });
  return made.draftExpenseAndInviteUser.expense;
}

/** What people read there, and our key. Hours and tickets of single entries stay here. */
function wordsOf({ rows }: Ground, { id, period, currency }: PayableRow) {
  const key = rows.keyOf(id);
  return {
    type: "INVOICE",
    description: `Work in ${period} (${id}${key === id ? "" : ", asked for anew"})`,
    currency,
    reference: id,
    customData: { tandem: { key } },
  };
}

function itemOf(row: PayableRow) {
  const [year = 0, month = 1] = row.period.split("-").map(Number);
  const lastDay = new Date(Date.UTC(year, month, 0));
  return {
    description: `Work in ${row.period}`,
    amountV2: { valueInCents: centsOf(moneyIn(row)) ?? 0, currency: row.currency },
    incurredAt: lastDay.toISOString(),
  };
}
