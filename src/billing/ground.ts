import type { Audit } from "../audit/index.ts";
import type { Message } from "../chat/message.ts";
import type { Clock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { stripeBusy, stripeChanged, stripeIll, stripeUnreachable } from "../core/problems/billing.ts";
import type { Secret } from "../core/secret.ts";
import type { Db } from "../db/index.ts";
import { tellMember, tellTreasurers, type People } from "../people/index.ts";
import { asProblem, type Client } from "./client.ts";
import type { Rows } from "./rows.ts";
import type { ForBooks, Post, SettingsPlan, Trouble } from "./types.ts";

/** What everything of billing is built on. */
export interface Ground {
  db: Db;
  clock: Clock;
  audit: Audit;
  people: Pick<People, "byName" | "withRole" | "list" | "seats">;
  client: Client;
  rows: Rows;
  post: Post;
  /** The treasurers' own room; without one each is told alone. */
  room: string | undefined;
  publicUrl: string;
  apiBase: string;
  /** Of the webhook endpoint; two while one is rotated. */
  hookSecrets: Secret[];
  books: ForBooks | undefined;
  /** The settings' plans, by lookup key. */
  plans: Readonly<Record<string, SettingsPlan>>;
}

const passing: string[] = [stripeUnreachable.code, stripeBusy.code, stripeIll.code, stripeChanged.code];

/** What passes by itself, as something that a story can wait out; everything else is thrown on. */
export function troubleOf(operation: string, thrown: unknown): Trouble {
  if (thrown instanceof Problem && passing.includes(thrown.code)) {
    return { kind: "trouble", problem: thrown.toJSON() };
  }
  throw asProblem(operation, thrown);
}

/** Whoever may act for a payer: the member, everybody of the seat; for an institution the treasurers. */
export function tellPayer(ground: Ground, payer: string, key: string, message: Message): void {
  const [kind, name = ""] = payer.split("/");
  const seat = kind === "seat" ? ground.people.seats().find((one) => one.name === name) : undefined;
  const members = kind === "member" ? [name] : (seat?.members ?? []);
  if (members.length === 0) tellTreasurers(ground, key, message);
  for (const member of members) tellMember(ground, member, key, message);
}
