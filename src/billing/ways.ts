/**
 * Each kind of request that makes something: how it is sent, and how what it may have made is found again when the key
 * cannot tell any more (Stripe forgets keys after a day, and keeps a 500 under them until then).
 */
import type Stripe from "stripe";

export type Kind =
  | "customer"
  | "checkout"
  | "invoice"
  | "item"
  | "finalize"
  | "send"
  | "pay"
  | "credit"
  | "refund"
  | "link"
  | "product"
  | "price";

/** What is sent, as JSON keeps it. */
export interface Asks {
  /** For people, after "refused to". */
  operation: string;
  /** The object that it works on, where there is one. */
  on?: string;
  params: object;
}

interface Way {
  make: (stripe: Stripe, asks: Asks, idempotencyKey: string) => Promise<unknown>;
  /** `since`: seconds since 1970, before it was first sent. */
  find: (stripe: Stripe, asks: Asks, key: string, since: number) => Promise<unknown>;
}

/** So many objects are looked through for one with our key. */
const mostLooked = 1000;
const page = { limit: 100 };

interface Keyed {
  id: string;
  metadata?: Stripe.Metadata | null;
}

async function withKey(all: AsyncIterable<Keyed>, key: string): Promise<Keyed | undefined> {
  let looked = 0;
  for await (const one of all) {
    if (one.metadata?.["tandem_key"] === key) return one;
    if (++looked >= mostLooked) break;
  }
  return undefined;
}

/** Kept as JSON, made by `calls.ts` from the types of the SDK. */
const paramsOf = ({ params }: Asks): never => params as never;
const customerOf = (asks: Asks): string => (asks.params as { customer: string }).customer;

export const ways: Record<Kind, Way> = {
  customer: {
    make: (stripe, asks, idempotencyKey) => stripe.customers.create(paramsOf(asks), { idempotencyKey }),
    find: (stripe, _asks, key, since) =>
      withKey(stripe.customers.list({ ...page, created: { gte: since } }), key),
  },
  checkout: {
    make: (stripe, asks, idempotencyKey) =>
      stripe.checkout.sessions.create(paramsOf(asks), { idempotencyKey }),
    find: (stripe, asks, key) =>
      withKey(stripe.checkout.sessions.list({ ...page, customer: customerOf(asks) }), key),
  },
  invoice: {
    make: (stripe, asks, idempotencyKey) => stripe.invoices.create(paramsOf(asks), { idempotencyKey }),
    find: (stripe, asks, key) => withKey(stripe.invoices.list({ ...page, customer: customerOf(asks) }), key),
  },
  item: {
    make: (stripe, asks, idempotencyKey) => stripe.invoiceItems.create(paramsOf(asks), { idempotencyKey }),
    find: (stripe, asks, key) =>
      withKey(stripe.invoiceItems.list({ ...page, customer: customerOf(asks) }), key),
  },
  finalize: {
    make: (stripe, { on = "" }, idempotencyKey) =>
      stripe.invoices.finalizeInvoice(on, { auto_advance: false }, { idempotencyKey }),
    async find(stripe, { on = "" }) {
      const invoice = await stripe.invoices.retrieve(on);
      return invoice.status === "draft" ? undefined : invoice;
    },
  },
  send: {
    make: (stripe, { on = "" }, idempotencyKey) => stripe.invoices.sendInvoice(on, {}, { idempotencyKey }),
    /** An invoice does not say whether it was mailed; the events of a month do. */
    async find(stripe, { on = "" }, _key, since) {
      for await (const event of stripe.events.list({
        ...page,
        type: "invoice.sent",
        created: { gte: since },
      })) {
        if ((event.data.object as { id?: string }).id === on) return stripe.invoices.retrieve(on);
      }
      return undefined;
    },
  },
  pay: {
    /** Paid outside of Stripe: it moves no money for it. */
    make: (stripe, { on = "" }, idempotencyKey) =>
      stripe.invoices.pay(on, { paid_out_of_band: true }, { idempotencyKey }),
    async find(stripe, { on = "" }) {
      const invoice = await stripe.invoices.retrieve(on);
      return invoice.status === "paid" ? invoice : undefined;
    },
  },
  refund: {
    make: (stripe, asks, idempotencyKey) => stripe.refunds.create(paramsOf(asks), { idempotencyKey }),
    find: (stripe, asks, key) =>
      withKey(stripe.refunds.list({ ...page, charge: (asks.params as { charge: string }).charge }), key),
  },
  link: {
    make: (stripe, asks, idempotencyKey) => stripe.paymentLinks.create(paramsOf(asks), { idempotencyKey }),
    find: (stripe, _asks, key) => withKey(stripe.paymentLinks.list(page), key),
  },
  product: {
    make: (stripe, asks, idempotencyKey) => stripe.products.create(paramsOf(asks), { idempotencyKey }),
    find: (stripe, _asks, key) => withKey(stripe.products.list(page), key),
  },
  price: {
    make: (stripe, asks, idempotencyKey) => stripe.prices.create(paramsOf(asks), { idempotencyKey }),
    find: (stripe, asks, key) =>
      withKey(
        stripe.prices.list({ ...page, lookup_keys: [(asks.params as { lookup_key: string }).lookup_key] }),
        key,
      ),
  },
  credit: {
    make: (stripe, asks, idempotencyKey) => stripe.creditNotes.create(paramsOf(asks), { idempotencyKey }),
    find: (stripe, asks, key) =>
      withKey(
        stripe.creditNotes.list({ ...page, invoice: (asks.params as { invoice: string }).invoice }),
        key,
      ),
  },
};
