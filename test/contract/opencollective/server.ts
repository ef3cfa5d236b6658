/**
 * Open Collective as strict as the original, without a network: graphql-js over our subset of its schema, with the
 * rules that were observed there and its limits. It outlives the process under test, as the original would.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  buildSchema,
  executeSync,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from "graphql";
import type { Clock } from "../../../src/core/clock.ts";
import { rulesOf } from "./rules.ts";
import type { Faults, State, Visitor } from "./state.ts";

export const subsetFile = path.join(import.meta.dirname, "subset.graphql");
export const apiUrl = "https://api.opencollective.test/graphql/v2";
export const subset: GraphQLSchema = buildSchema(readFileSync(subsetFile, "utf8"));

const mostPerMinute = 100;
const mostAsNobody = 10;

export interface ContractServer {
  state: State;
  faults: Faults;
  /** As the client calls it. */
  fetch: typeof fetch;
}

export function openContractServer(state: State, clock: Pick<Clock, "now" | "at">): ContractServer {
  const faults: Faults = {};
  const calls: { at: number; who: string }[] = [];
  const answer = async (init: RequestInit): Promise<Response> => {
    const token = new Headers(init.headers).get("personal-token");
    const { query, variables } = JSON.parse(init.body as string) as { query: string; variables?: object };
    state.requests.push(/(?:query|mutation) (\w+)/.exec(query)?.[1] ?? query);
    const fault = faults.next?.(state.requests.at(-1) ?? "");
    if (fault === "away") throw new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } });
    if (fault === "page") return page();
    if (fault === "busy") return tooMany();
    const user = token === null ? null : state.tokens.get(token);
    if (user === undefined) return json(401, { error: { code: 401, message: "Invalid personal token" } });
    const who = user ?? "";
    if (isTooOften(calls, clock.now(), who)) return tooMany();
    calls.push({ at: clock.now(), who });
    const scopes = token === null ? undefined : state.scopes.get(token);
    const result = execute({ state, clock, user, scopes }, query, variables ?? {});
    if (fault === "lost") return never(init.signal);
    if (fault === "lost at once") throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
    if (fault === "changed") return json(200, { data: nonsense });
    return result;
  };
  return { state, faults, fetch: (_url, init) => answer(init ?? {}) };
}

const nonsense = {
  ...{ expenses: null, me: 7, expense: 7, createExpense: null },
  transactions: { totalCount: "many", nodes: [null] },
};

function execute(visitor: Visitor, query: string, variables: object): Response {
  const { document, faults } = read(query);
  const [first] = faults;
  if (first !== undefined)
    return json(400, { errors: [refusal("GRAPHQL_VALIDATION_FAILED", first.message)] });
  const { query: queries, mutation: mutations } = rulesOf(visitor);
  const result = executeSync({
    schema: subset,
    document,
    rootValue: { ...queries, ...mutations },
    variableValues: variables as Record<string, unknown>,
    typeResolver: (value) => (value as { __typename?: string }).__typename ?? "Individual",
  });
  const [failed] = result.errors ?? [];
  if (failed?.originalError === undefined && failed !== undefined && failed.path === undefined)
    return json(400, { errors: [refusal("BAD_USER_INPUT", failed.message)] });
  return json(200, result);
}

/** Said thousands of times in a test of power cuts, and never otherwise. */
const known = new Map<string, { document: DocumentNode; faults: readonly GraphQLError[] }>();

function read(query: string): { document: DocumentNode; faults: readonly GraphQLError[] } {
  const before = known.get(query);
  if (before !== undefined) return before;
  const document = parse(query);
  const made = { document, faults: validate(subset, document) };
  known.set(query, made);
  return made;
}

export function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

function isTooOften(calls: { at: number; who: string }[], now: number, who: string): boolean {
  const recent = calls.filter((call) => call.who === who && call.at > now - 60_000).length;
  return recent >= (who === "" ? mostAsNobody : mostPerMinute);
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}

function page(): Response {
  const headers = { "content-type": "text/html; charset=utf-8" };
  return new Response("<!doctype html><title>Application Error</title>", { status: 503, headers });
}

function tooMany(): Response {
  return json(429, { error: { message: "Rate limit exceeded" } });
}

/** The answer gets lost on its way; whoever asked gives up in the end. */
function never(signal: AbortSignal | null | undefined): Promise<Response> {
  return new Promise((_, failed) => {
    const give = (): void => failed(new DOMException("aborted", "AbortError"));
    if (signal?.aborted === true) give();
    else signal?.addEventListener("abort", give);
  });
}
