/** The rules that were observed at Open Collective, one by one. */
import { balanceThere, transactionsFor, type Listing } from "./ledger.ts";
import { refusal } from "./server.ts";
import type { State, StoredExpense, Visitor } from "./state.ts";

const betweenDraftsMs = 10_000;

interface Reference {
  slug?: string;
  id?: string;
}
interface Given {
  description?: string;
  currency?: string;
  payee: Reference & { email?: string; name?: string };
  payoutMethod?: Reference & { publicId?: string };
  items?: { amountV2?: { valueInCents: number; currency: string }; amount?: number }[];
  customData?: unknown;
  reference?: string;
}

export function rulesOf(visitor: Visitor) {
  const { state, user } = visitor;
  return {
    query: {
      me: () => (user === null ? null : accountOf(visitor, user)),
      account: ({ slug = "" }: Reference) => {
        if (!state.accounts.has(slug)) throw refusal("NotFound", "Account Not Found");
        return accountOf(visitor, slug);
      },
      expense: ({ expense }: { expense: Reference }) => {
        const found = state.expenses.find(({ id }) => id === expense.id);
        if (found === undefined) throw refusal("NotFound", "Expense Not Found");
        return shown(visitor, found);
      },
      expenses: (args: Search) => search(visitor, args),
      transactions: (args: Listing) =>
        transactionsFor(visitor, args, {
          account: (slug) => accountOf(visitor, slug),
          expense: (id) => {
            const found = state.expenses.find((one) => one.id === id);
            return found === undefined ? null : shown(visitor, found);
          },
        }),
    },
    mutation: {
      createExpense: ({ expense, account }: { expense: Given; account: Reference }) =>
        create(visitor, expense, account),
      draftExpenseAndInviteUser: (args: { expense: Given; account: Reference; lockedFields?: string[] }) =>
        invite(visitor, args.expense, args.account, args.lockedFields ?? []),
      processExpense: ({ expense, action }: { expense: Reference; action: string }) =>
        decide(visitor, expense, action),
    },
  };
}

function isAdmin({ accounts }: State, user: string | null, slug: string | undefined): boolean {
  return user !== null && slug !== undefined && accounts.get(slug)?.admins.includes(user) === true;
}

interface Search {
  account?: Reference;
  fromAccount?: Reference | null;
  customData?: unknown;
  status?: string[];
  limit: number;
}

/** By our data only with a token of somebody who administers one side; drafts of others only when asked for. */
function search(visitor: Visitor, { account, fromAccount, customData, status, limit }: Search) {
  const { state, user } = visitor;
  const from = fromAccount?.slug;
  if (customData != null && !isAdmin(state, user, account?.slug) && !isAdmin(state, user, from))
    throw refusal(
      "Unauthorized",
      "You need to be an admin of the collective, payee or host to filter by customData",
    );
  const found = state.expenses.filter(
    (one) =>
      (account?.slug === undefined || one.account === account.slug) &&
      (from === undefined || one.payee === from) &&
      (status === undefined ? one.status !== "DRAFT" : status.includes(one.status)) &&
      (customData == null || contains(one.customData, customData)),
  );
  return { totalCount: found.length, nodes: found.slice(0, limit).map((one) => shown(visitor, one)) };
}

/** As jsonb's `@>` does. */
function contains(whole: unknown, part: unknown): boolean {
  if (typeof part !== "object" || part === null) return whole === part;
  if (typeof whole !== "object" || whole === null) return false;
  return Object.entries(part).every(([key, value]) =>
    contains((whole as Record<string, unknown>)[key], value),
  );
}

/** Whoever asks must administer the payee; nobody can do it for somebody else. */
function create(visitor: Visitor, given: Given, account: Reference) {
  const { state, user } = visitor;
  if (user === null) throw refusal("Unauthorized", "You need to be logged in to create an expense");
  const payee = state.accounts.get(given.payee.slug ?? "");
  if (payee === undefined) throw refusal("NotFound", "Account Not Found");
  if (!payee.admins.includes(user))
    throw refusal("ValidationFailed", "You must be an admin of the account to submit an expense in its name");
  const method = given.payoutMethod?.publicId ?? given.payoutMethod?.id ?? "";
  if (!payee.methods.includes(method)) throw refusal("NotFound", "Payout method not found");
  return shown(
    visitor,
    keep(state, given, account, { status: "PENDING", createdBy: user, lockedFields: [] }),
  );
}

/** One in ten seconds for each user, whatever they are for. */
function invite(visitor: Visitor, given: Given, account: Reference, lockedFields: string[]) {
  const { state, user, clock } = visitor;
  if (user === null) throw refusal("Unauthorized", "You need to be logged in to invite somebody");
  const last = state.drafts.get(user);
  if (last !== undefined && clock.now() - last < betweenDraftsMs)
    throw refusal("RateLimitExceeded", "Rate limit exceeded. Try again in a few seconds");
  state.drafts.set(user, clock.now());
  if (given.payee.slug === undefined && given.payee.email == null)
    throw refusal("ValidationFailed", "The payee needs a slug or an email");
  return shown(visitor, keep(state, given, account, { status: "DRAFT", createdBy: user, lockedFields }));
}

function keep(
  state: State,
  given: Given,
  account: Reference,
  more: Pick<StoredExpense, "status" | "createdBy" | "lockedFields">,
): StoredExpense {
  const [item] = given.items ?? [];
  const cents = item?.amountV2?.valueInCents ?? item?.amount ?? 0;
  const n = state.expenses.length + 1;
  const made = {
    ...{ id: `ex-${n}`, legacyId: 4700 + n, description: given.description ?? "", cents, ...more },
    reference: given.reference ?? null,
    currency: given.currency ?? "EUR",
    account: account.slug ?? "",
    // An invitation to a mail address belongs to the one who invited until it is taken.
    payee: given.payee.slug ?? more.createdBy,
    approvedBy: [],
    customData: given.customData,
  };
  state.expenses.push(made);
  return made;
}

/** Approving twice is harmless, also by the person who is paid; paying is for admins of the host. */
function decide(visitor: Visitor, { id }: Reference, action: string) {
  const { state, user } = visitor;
  const expense = state.expenses.find((one) => one.id === id);
  if (expense === undefined) throw refusal("NotFound", "Expense Not Found");
  if (!isAdmin(state, user, expense.account))
    throw refusal("MINIMAL_CONDITION_NOT_MET", "You don't have permission to approve this expense");
  if (action === "PAY") throw refusal("Forbidden", "You don't have permission to pay this expense");
  if (action === "APPROVE") {
    expense.status = "APPROVED";
    if (user !== null && !expense.approvedBy.includes(user)) expense.approvedBy.push(user);
  }
  if (action === "REJECT") expense.status = "REJECTED";
  return shown(visitor, expense);
}

function shown(visitor: Visitor, one: StoredExpense) {
  const { state, user } = visitor;
  const maySee = isAdmin(state, user, one.account) || isAdmin(state, user, one.payee);
  const { cents, currency } = one;
  return {
    ...one,
    amountV2: { valueInCents: cents, currency },
    payee: accountOf(visitor, one.payee),
    createdByAccount: accountOf(visitor, one.createdBy),
    approvedBy: one.approvedBy.map((slug) => accountOf(visitor, slug)),
    customData: maySee ? one.customData : null,
  };
}

function accountOf({ state, user }: Visitor, slug: string) {
  const account = state.accounts.get(slug);
  const { cents, currency } = balanceThere(state, slug);
  const methods = account?.methods.map((id) => ({
    ...{ id, publicId: `po_${id}`, type: "BANK_ACCOUNT", name: "An account", isSaved: true },
    data: { details: { IBAN: "DE89370400440532013000" } },
  }));
  return {
    id: `acc-${slug}`,
    slug,
    name: slug,
    payoutMethods: isAdmin(state, user, slug) ? methods : null,
    stats: { balance: { valueInCents: cents, currency } },
  };
}
