/**
 * The co-op's own names for accounts. The ledger keeps the default ones, so that the same facts are the same books;
 * what is shown, exported and typed bears the co-op's. A name stands for everything below it too.
 */
import { nearest } from "../core/nearest.ts";
import { accounts } from "./chart.ts";

/** Accounts with others below them: a bank's, a person's, a circle's. */
const families = ["assets:bank", "liabilities:contributors", "expenses:work"];
const defaults: readonly string[] = [...Object.values(accounts), ...families];
const roots = ["assets", "liabilities", "equity", "income", "expenses"];
const isName = /^[a-z]+(?::[a-z0-9][a-z0-9_-]{0,40}){0,5}$/i;

export interface OwnNames {
  /** The co-op's name of an account. */
  shown: (account: string) => string;
  /** The default name of an account that somebody named; one that is none of ours stays as it is. */
  kept: (name: string) => string;
}

/** By default names; none: all are called so. */
export function namesOf(own: Readonly<Record<string, string>>): OwnNames {
  const pairs = Object.entries(own);
  return {
    shown: renaming(pairs),
    kept: renaming(pairs.map(([account, name]) => [name, account])),
  };
}

function renaming(pairs: readonly (readonly [from: string, to: string])[]): (account: string) => string {
  if (pairs.length === 0) return (account) => account;
  const to = new Map(pairs);
  const found = new Map<string, string>();
  const rename = (account: string): string => {
    // The longest part of it that has a name of its own, from the root on.
    for (let end = account.length; end > 0; end = account.lastIndexOf(":", end - 1)) {
      const name = to.get(account.slice(0, end));
      if (name !== undefined) return `${name}${account.slice(end)}`;
    }
    return account;
  };
  return (account) => {
    const known = found.get(account) ?? rename(account);
    found.set(account, known);
    return known;
  };
}

/** The first name that cannot be: of which default account, and what was expected in its place. */
export function faultOfNames(
  own: Readonly<Record<string, string>>,
): { account: string; expected: string } | undefined {
  for (const [account, name] of Object.entries(own)) {
    const expected = faultOf(account, name);
    if (expected !== undefined) return { account, expected };
  }
  const { shown } = namesOf(own);
  const all = [...new Set([...defaults, ...Object.keys(own)])].sort();
  for (const account of Object.keys(own)) {
    const twin = all.find((other) => other !== account && areOne(shown, account, other));
    if (twin !== undefined)
      return { account, expected: `a name that is not also that of ${twin} (${shown(account)})` };
  }
  return undefined;
}

function faultOf(account: string, name: string): string | undefined {
  const isOurs = defaults.includes(account) || families.some((one) => account.startsWith(`${one}:`));
  if (!isOurs) {
    const meant = nearest(account, defaults);
    const hint = meant === undefined ? "the manual lists them: docs/books" : `perhaps ${meant}`;
    return `a name for an account that the books have by default (${hint})`;
  }
  if (!isName.test(name)) return "an account's name, such as income:membership";
  const [root = ""] = name.split(":");
  const [kind = ""] = account.split(":");
  if (account === accounts.suspense)
    return name === account || (roots.includes(root) && name.includes(":"))
      ? undefined
      : "a name under assets, liabilities, equity, income or expenses";
  return root === kind && name.includes(":")
    ? undefined
    : `a name under ${kind}, as the account's kind stays`;
}

/** Whether two accounts, or what is below one and the other, would have one name; capital letters aside. */
function areOne(shown: (account: string) => string, one: string, other: string): boolean {
  const [a, b] = [shown(one).toLowerCase(), shown(other).toLowerCase()];
  if (a === b) return true;
  const isBelow = (below: string, above: string): boolean => below.startsWith(`${above}:`);
  return families.some(
    (family) =>
      (one === family && isBelow(b, a) && !isBelow(other, one)) ||
      (other === family && isBelow(a, b) && !isBelow(one, other)),
  );
}
