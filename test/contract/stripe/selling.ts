/** Routes that sell: customers, Checkout, the portal, invoices, refunds, credit notes. */
import {
  add,
  find,
  inner,
  keep,
  missing,
  Refused,
  tell,
  type Params,
  type Rule,
  type Visit,
  type World,
} from "./rules.ts";
import type { Obj } from "./state.ts";

export const createCustomer: Rule = (visit) => {
  const made = keep(visit.state, visit.build("customer", { metadata: {}, ...visit.params }));
  tell(visit, "customer.created", made);
  return made;
};

export const createSession: Rule = ({ state, build, params, now }) => {
  find(state, "customer", params["customer"], "customer");
  if (params["success_url"] === undefined) missing("success_url");
  const [item] = (params["line_items"] ?? []) as { price?: string }[];
  const price = find(state, "price", item?.price, "line_items[0][price]");
  if (params["mode"] === "subscription" && price["recurring"] === null) {
    throw new Refused(400, "", "You must provide at least one recurring price in `subscription` mode");
  }
  const { mode, customer, metadata = {}, client_reference_id: reference = null, success_url: url } = params;
  const made = build("checkout.session", {
    ...{ mode, customer, metadata, client_reference_id: reference, success_url: url },
    ...{ status: "open", payment_status: "unpaid", expires_at: now() + 86_400, currency: price["currency"] },
    url: `https://checkout.stripe.test/c/${state.count + 1}`,
  });
  const data = params["subscription_data"] as Params | undefined;
  state.ordered.set(made.id, { price: price.id, metadata: (data?.["metadata"] ?? {}) as object });
  return keep(state, made);
};

export const createPortal: Rule = ({ state, build, params }) => {
  const { customer, return_url: back } = params;
  find(state, "customer", customer, "customer");
  const url = `https://billing.stripe.test/p/${state.count + 1}`;
  return keep(state, build("billing_portal.session", { customer, return_url: back, url }));
};

export const createInvoice: Rule = (visit) => {
  const { state, build, params } = visit;
  find(state, "customer", params["customer"], "customer");
  const { collection_method: method = "charge_automatically", days_until_due: days } = params;
  if (method === "send_invoice" && days === undefined && params["due_date"] === undefined) {
    throw new Refused(
      400,
      "",
      "If invoices are sent, `days_until_due` or `due_date` is needed",
      "days_until_due",
    );
  }
  const { customer, currency = "eur", metadata = {}, auto_advance = false, description = null } = params;
  const made = build("invoice", {
    ...{ customer, currency, metadata, auto_advance, description, collection_method: method },
    ...{ status: "draft", attempted: false, number: null, due_date: null },
  });
  state.days.set(made.id, (days as number | undefined) ?? 0);
  keep(state, made);
  tell(visit, "invoice.created", made);
  return made;
};

export const createItem: Rule = ({ state, build, params }) => {
  find(state, "customer", params["customer"], "customer");
  const { amount = 0, currency, customer, metadata = {}, description = null, invoice } = params;
  if (invoice !== undefined) addTo(find(state, "invoice", invoice, "invoice"), amount as number);
  return keep(
    state,
    build("invoiceitem", { amount, currency, customer, metadata, description, invoice: invoice ?? null }),
  );
};

function addTo(invoice: Obj, amount: number): void {
  if (invoice["status"] !== "draft") {
    throw new Refused(400, "invoice_not_editable", "This invoice is no longer editable", "invoice");
  }
  for (const field of ["total", "subtotal", "amount_due", "amount_remaining"]) add(invoice, field, amount);
}

function draft({ state, ids }: Visit): Obj {
  const invoice = find(state, "invoice", ids[0]);
  if (invoice["status"] === "draft") return invoice;
  throw new Refused(400, "invoice_not_editable", "This invoice is no longer a draft");
}

/** An item that is on no invoice waits for the next one of its customer. */
export const removeItem: Rule = ({ state, ids }) => {
  const item = find(state, "invoiceitem", ids[0]);
  state.objects.splice(state.objects.indexOf(item), 1);
  return { id: item.id, object: "invoiceitem", deleted: true };
};

export const removeInvoice: Rule = (visit) => {
  const invoice = draft(visit);
  for (const item of visit.state.objects) if (item["invoice"] === invoice.id) item["invoice"] = null;
  visit.state.objects.splice(visit.state.objects.indexOf(invoice), 1);
  return { id: invoice.id, object: "invoice", deleted: true };
};

export const finalizeInvoice: Rule = (visit) => {
  const invoice = draft(visit);
  Object.assign(invoice, {
    ...{ status: "open", number: `TANDEM-${visit.state.count}` },
    due_date: visit.now() + (visit.state.days.get(invoice.id) ?? 0) * 86_400,
    hosted_invoice_url: `https://invoice.stripe.test/i/${invoice.id}`,
  });
  inner(invoice, "status_transitions")["finalized_at"] = visit.now();
  tell(visit, "invoice.finalized", invoice);
  return invoice;
};

export const sendInvoice: Rule = (visit) => {
  const invoice = find(visit.state, "invoice", visit.ids[0]);
  if (invoice["status"] !== "open") throw new Refused(400, "", "You can only send open invoices");
  visit.state.mailed.push(invoice.id);
  tell(visit, "invoice.sent", invoice);
  return invoice;
};

export const voidInvoice: Rule = (visit) => {
  const invoice = find(visit.state, "invoice", visit.ids[0]);
  if (invoice["status"] !== "open") throw new Refused(400, "", "You can only void open invoices");
  Object.assign(invoice, { status: "void" });
  tell(visit, "invoice.voided", invoice);
  return invoice;
};

export const createProduct: Rule = ({ state, build, params }) =>
  keep(state, build("product", { active: true, metadata: {}, ...params }));

export const createPrice: Rule = ({ state, build, params }) => {
  find(state, "product", params["product"], "product");
  const key = params["lookup_key"] as string | undefined;
  if (state.objects.some((one) => one.object === "price" && one["lookup_key"] === key))
    throw new Refused(400, "", `A price already uses that lookup key.`, "lookup_key");
  const { interval, interval_count: count = 1 } = params["recurring"] as {
    interval: string;
    interval_count?: number;
  };
  return keep(
    state,
    build("price", {
      ...{ active: true, type: "recurring", billing_scheme: "per_unit", metadata: {}, ...params },
      recurring: { interval, interval_count: count, usage_type: "licensed", meter: null },
    }),
  );
};

export const createLink: Rule = ({ state, build, params }) => {
  const [item] = (params["line_items"] ?? []) as { price?: string }[];
  find(state, "price", item?.price, "line_items[0][price]");
  const limit = (params["restrictions"] as Params | undefined)?.["completed_sessions"] as Params | undefined;
  return keep(
    state,
    build("payment_link", {
      ...{
        active: true,
        metadata: (params["metadata"] ?? {}) as Params,
        url: `https://buy.stripe.test/${state.count + 1}`,
      },
      ...(limit !== undefined && {
        restrictions: { completed_sessions: { count: 0, limit: limit["limit"] as unknown } },
      }),
    }),
  );
};

/** Only outside of Stripe: no money moves here, and no balance transaction tells of it. */
export const payInvoice: Rule = (visit) => {
  const invoice = find(visit.state, "invoice", visit.ids[0]);
  if (visit.params["paid_out_of_band"] !== true)
    throw new Refused(400, "", "No payment method is played here");
  if (invoice["status"] !== "open")
    throw new Refused(400, "", `Invoice is already ${String(invoice["status"])}`);
  Object.assign(invoice, { status: "paid", amount_paid: invoice["amount_due"], amount_remaining: 0 });
  inner(invoice, "status_transitions")["paid_at"] = visit.now();
  tell(visit, "invoice.paid", invoice);
  return invoice;
};

/** A refund does not give the fee back. */
export function refundOf(world: World, charge: Obj, amount: number, more: Params): Obj {
  const left = (charge["amount"] as number) - (charge["amount_refunded"] as number);
  if (left === 0)
    throw new Refused(400, "charge_already_refunded", `Charge ${charge.id} has already been refunded.`);
  if (amount > left)
    throw new Refused(400, "amount_too_large", `Refund amount is greater than ${left}`, "amount");
  const currency = charge["currency"] as string;
  const refund = world.build("refund", {
    ...{ amount, currency, charge: charge.id, payment_intent: charge["payment_intent"] as string },
    ...{ status: "succeeded", metadata: {}, ...more },
  });
  const line = world.build("balance_transaction", {
    ...{ amount: -amount, net: -amount, currency, type: "refund", reporting_category: "refund" },
    ...{ source: refund.id, status: "available" },
  });
  refund["balance_transaction"] = line.id;
  add(charge, "amount_refunded", amount);
  charge["refunded"] = charge["amount_refunded"] === charge["amount"];
  keep(world.state, line);
  keep(world.state, refund);
  tell(world, "refund.created", refund);
  return refund;
}

export const createRefund: Rule = (visit) => {
  const { charge, payment_intent: intent, amount } = visit.params;
  const metadata = (visit.params["metadata"] ?? {}) as object;
  const paid = visit.state.objects.find(
    (one) => one.object === "charge" && (one.id === charge || one["payment_intent"] === (intent ?? "")),
  );
  if (paid === undefined) throw new Refused(400, "resource_missing", "No such charge", "charge");
  const left = (paid["amount"] as number) - (paid["amount_refunded"] as number);
  return refundOf(visit, paid, (amount as number | undefined) ?? left, { metadata });
};

/** On an open invoice it lessens what is due; on a paid one it must say where the money goes, here a refund. */
export const createCreditNote: Rule = (visit) => {
  const { state, build, params } = visit;
  const invoice = find(state, "invoice", params["invoice"], "invoice");
  const { metadata = {}, memo = null } = params as { metadata?: object; memo?: string | null };
  const amount = (params["amount"] ?? invoice["total"]) as number;
  const back = (params["refund_amount"] ?? 0) as number;
  if (invoice["status"] === "paid" && back !== amount) {
    throw new Refused(
      400,
      "",
      `The sum of credit amount, refund amount and out of band amount must be ${amount}`,
    );
  }
  if (!["open", "paid"].includes(invoice["status"] as string)) {
    throw new Refused(400, "", "You can only create a credit note for an open or paid invoice", "invoice");
  }
  if (invoice["status"] === "open") {
    if (amount > (invoice["amount_remaining"] as number))
      throw new Refused(400, "", "Amount is too large", "amount");
    add(invoice, "amount_remaining", -amount);
    add(invoice, "amount_due", -amount);
    add(invoice, "pre_payment_credit_notes_amount", amount);
  }
  const intent = state.paidBy.get(invoice.id);
  const charge = state.objects.find((one) => one.object === "charge" && one["payment_intent"] === intent);
  const refund = back > 0 && charge !== undefined ? refundOf(visit, charge, back, {}) : undefined;
  const made = build("credit_note", {
    ...{
      invoice: invoice.id,
      customer: invoice["customer"] as string,
      amount,
      total: amount,
      metadata,
      memo,
    },
    ...{ currency: invoice["currency"] as string, status: "issued", number: `CN-${state.count}` },
    refunds: refund && [{ refund: refund.id, amount_refunded: back, type: "refund" }],
  });
  keep(state, made);
  tell(visit, "credit_note.created", made);
  return made;
};
