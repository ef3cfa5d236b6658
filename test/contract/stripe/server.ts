/**
 * Stripe as strict as the original, without a network: the routes and the shapes of requests and answers come from the
 * SDK that is installed, the rules are our own. It outlives the process under test, as the original would.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { Clock } from "../../../src/core/clock.ts";
import { readForm } from "./form.ts";
import { openPlay, type Played } from "./play.ts";
import { readRoutes, type Route } from "./routes.ts";
import { list, Refused, retrieve, type Params, type Rule, type World } from "./rules.ts";
import { schemasOf, type Schemas } from "./schemas.ts";
import * as selling from "./selling.ts";
import { openBuilder, type Builder, type Faults, type State } from "./state.ts";

export const apiBase = "https://api.stripe.test";

/** What is played here. Every other route that the SDK knows fails loudly, and those that it does not know are 404. */
const rules: Record<string, Rule> = {
  "POST /v1/customers": selling.createCustomer,
  "GET /v1/customers": list("customer", "/v1/customers", ["email"]),
  "GET /v1/customers/{}": retrieve("customer"),
  "GET /v1/prices": list("price", "/v1/prices", ["active", "product", "type"]),
  "POST /v1/prices": selling.createPrice,
  "POST /v1/products": selling.createProduct,
  "POST /v1/payment_links": selling.createLink,
  "GET /v1/payment_links": list("payment_link", "/v1/payment_links", ["active"]),
  "GET /v1/products": list("product", "/v1/products", ["active"]),
  "POST /v1/checkout/sessions": selling.createSession,
  "GET /v1/checkout/sessions": list("checkout.session", "/v1/checkout/sessions", ["customer"]),
  "GET /v1/checkout/sessions/{}": retrieve("checkout.session"),
  "POST /v1/billing_portal/sessions": selling.createPortal,
  "GET /v1/subscriptions": list("subscription", "/v1/subscriptions", ["customer", "status"]),
  "GET /v1/subscriptions/{}": retrieve("subscription"),
  "POST /v1/invoices": selling.createInvoice,
  "GET /v1/invoices": list("invoice", "/v1/invoices", ["customer", "status"]),
  "GET /v1/invoices/{}": retrieve("invoice"),
  "DELETE /v1/invoices/{}": selling.removeInvoice,
  "POST /v1/invoices/{}/finalize": selling.finalizeInvoice,
  "POST /v1/invoices/{}/send": selling.sendInvoice,
  "POST /v1/invoices/{}/void": selling.voidInvoice,
  "POST /v1/invoices/{}/pay": selling.payInvoice,
  "POST /v1/invoiceitems": selling.createItem,
  "GET /v1/invoiceitems": list("invoiceitem", "/v1/invoiceitems", ["customer", "invoice"]),
  "DELETE /v1/invoiceitems/{}": selling.removeItem,
  "POST /v1/refunds": selling.createRefund,
  "GET /v1/refunds": list("refund", "/v1/refunds", ["charge", "payment_intent"]),
  "GET /v1/refunds/{}": retrieve("refund"),
  "POST /v1/credit_notes": selling.createCreditNote,
  "GET /v1/credit_notes": list("credit_note", "/v1/credit_notes", ["customer", "invoice"]),
  "GET /v1/credit_notes/{}": retrieve("credit_note"),
  "GET /v1/charges": list("charge", "/v1/charges", ["customer", "payment_intent"]),
  "GET /v1/charges/{}": retrieve("charge"),
  "GET /v1/disputes": list("dispute", "/v1/disputes", ["charge", "payment_intent"]),
  "GET /v1/disputes/{}": retrieve("dispute"),
  "GET /v1/invoice_payments": list("invoice_payment", "/v1/invoice_payments", ["invoice", "status"]),
  "GET /v1/invoice_payments/{}": retrieve("invoice_payment"),
  "GET /v1/payouts": list("payout", "/v1/payouts", ["status"]),
  "GET /v1/payouts/{}": retrieve("payout"),
  "GET /v1/balance_transactions": list("balance_transaction", "/v1/balance_transactions", ["type", "source"]),
  "GET /v1/balance": ({ build }) => build("balance"),
  "GET /v1/events": list("event", "/v1/events", ["type"]),
  "GET /v1/events/{}": retrieve("event"),
};

export const routes: readonly Route[] = readRoutes();
export const played: readonly Route[] = routes.filter(({ name }) => name in rules);
export const schemas: Schemas = await schemasOf(played);

export interface ContractServer {
  state: State;
  faults: Faults;
  play: Played;
  build: Builder;
  /** As the SDK's fetch client calls it. */
  fetch: typeof fetch;
}

const forgetsAfterMs = 24 * 3_600_000;

export function openContractServer(state: State, clock: Pick<Clock, "now">): ContractServer {
  const now = (): number => Math.floor(clock.now() / 1000);
  const build = openBuilder(schemas, state, () => clock.now());
  const world: World = { state, build, now };
  const faults: Faults = {};
  const handle = async (url: URL, init: RequestInit): Promise<Response> => {
    await Promise.resolve();
    const verb = init.method ?? "GET";
    const isAsked = (one: Route): boolean => one.verb === verb && one.pattern.test(url.pathname);
    const route = played.find(isAsked) ?? routes.find(isAsked);
    state.requests.push(route?.name ?? `${verb} ${url.pathname}`);
    const fault = faults.next?.(route?.name ?? "");
    if (fault === "away") throw new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } });
    if (fault === "page") return page();
    if (fault === "busy") return error(429, "rate_limit", "Too many requests", "rate_limit_error");
    if (fault === "500") return error(500, "", "An unknown error occurred", "api_error");
    if (fault === "nonsense") return json(200, { object: "poem", lines: 7 });
    const headers = new Headers(init.headers);
    const key = headers.get("authorization")?.replace("Bearer ", "") ?? "";
    if (fault === "refused key" || !state.apiKeys.has(key)) {
      return error(401, "", "Invalid API Key provided: sk_test_****6789");
    }
    if (route === undefined) return error(404, "", `Unrecognized request URL (${verb}: ${url.pathname})`);
    const rule = rules[route.name];
    if (rule === undefined) throw new Error(`${route.name} is a route of Stripe that is not played here`);
    const sent = verb === "GET" ? url.search.slice(1) : typeof init.body === "string" ? init.body : "";
    const answer = once(
      world,
      clock,
      headers.get("idempotency-key"),
      `${route.name} ${url.pathname} ${sent}`,
      () => answerOf(world, route, rule, url, sent, fault === "kept"),
    );
    if (fault === "lost") throw new TypeError("fetch failed", { cause: { code: "ETIMEDOUT" } });
    return answer;
  };
  return {
    ...{ state, faults, build, play: openPlay(world) },
    fetch: (url, init) => handle(new URL(url instanceof Request ? url.url : url), init ?? {}),
  };
}

interface Answer {
  status: number;
  body: string;
}

/** The first answer is kept under its key for a day, whatever it was, and given again; then the key is a new one. */
function once(
  { state }: World,
  clock: Pick<Clock, "now">,
  key: string | null,
  asked: string,
  make: () => Answer,
): Response {
  const before = key === null ? undefined : state.answered.get(key);
  if (before !== undefined && clock.now() - before.atMs < forgetsAfterMs) {
    if (before.asked !== asked) {
      return error(400, "", "Keys can only be used with the same parameters", "idempotency_error");
    }
    return text(before.status, before.body, { "idempotent-replayed": "true" });
  }
  const made = make();
  // What is refused before anything is done (a 400 of the validation, say) is not kept.
  const isKept = key !== null && (made.status < 400 || made.status >= 500);
  if (isKept) state.answered.set(key, { asked, ...made, atMs: clock.now() });
  return text(made.status, made.body, {});
}

function answerOf(world: World, route: Route, rule: Rule, url: URL, sent: string, kept: boolean): Answer {
  try {
    const params = readForm(sent) as Params;
    check(route, params);
    const ids = (route.pattern.exec(url.pathname) ?? []).slice(1).map(decodeURIComponent);
    const made = rule({ ...world, ids, params });
    if (kept) return { status: 500, body: errorText("", "An unknown error occurred", "api_error") };
    return { status: 200, body: JSON.stringify(made) };
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    const { status, code, message, param } = thrown;
    return { status, body: errorText(code, message, "invalid_request_error", param) };
  }
}

const checks = new Map<string, ValidateFunction>();
const ajv = new Ajv2020({ strict: false, coerceTypes: "array" });

function compile({ name }: Route): ValidateFunction {
  const { params, $defs } = schemas;
  if (ajv.getSchema("stripe") === undefined) ajv.addSchema({ $id: "stripe", $defs });
  const shape = JSON.stringify(params[name]).replaceAll('"#/$defs/', '"stripe#/$defs/');
  return ajv.compile(JSON.parse(shape) as object);
}

function check(route: Route, params: Params): void {
  const validate = checks.get(route.name) ?? compile(route);
  checks.set(route.name, validate);
  if (validate(params)) return;
  const unknown = validate.errors?.find(({ keyword }) => keyword === "additionalProperties");
  if (unknown !== undefined) {
    const inner = (unknown.params as { additionalProperty: string }).additionalProperty;
    const parts: string[] = [...unknown.instancePath.split("/").slice(1), inner];
    const param =
      (parts[0] ?? "") +
      parts
        .slice(1)
        .map((part) => `[${part}]`)
        .join("");
    throw new Refused(400, "parameter_unknown", `Received unknown parameter: ${param}`, param);
  }
  const lacking = validate.errors?.find(({ keyword }) => keyword === "required");
  if (lacking !== undefined) {
    const param = (lacking.params as { missingProperty: string }).missingProperty;
    throw new Refused(400, "parameter_missing", `Missing required param: ${param}.`, param);
  }
  const [first] = validate.errors ?? [];
  const param = first?.instancePath.slice(1) ?? "";
  throw new Refused(400, "parameter_invalid", `Invalid ${param}: ${first?.message ?? "?"}`, param);
}

function errorText(code: string, message: string, type: string, param?: string): string {
  return JSON.stringify({ error: { ...(code && { code }), message, type, ...(param && { param }) } });
}

function error(status: number, code: string, message: string, type = "invalid_request_error"): Response {
  return text(status, errorText(code, message, type), {});
}

function json(status: number, body: unknown): Response {
  return text(status, JSON.stringify(body), {});
}

let requestIds = 0;

function text(status: number, body: string, headers: Record<string, string>): Response {
  const id = `req_${++requestIds}`;
  return new Response(body, {
    status,
    headers: { "content-type": "application/json", "request-id": id, ...headers },
  });
}

function page(): Response {
  const headers = { "content-type": "text/html" };
  return new Response("<!doctype html><title>Bad gateway</title>", { status: 502, headers });
}
