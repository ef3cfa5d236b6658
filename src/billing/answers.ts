/** What Stripe's answers must look like, as far as we use them. Anything else is told in words, never guessed. */
import { z } from "zod";

const amount = z.number().int();
const currency = z.string().regex(/^[a-z]{3}$/);
/** An object in a field is an id, or the whole object where that was asked for. */
const ref = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);
const seconds = z.number().int();
const metadata = z.record(z.string(), z.string()).nullish();

export const Price = z.object({
  id: z.string(),
  lookup_key: z.string().nullable(),
  nickname: z.string().nullable(),
  unit_amount: amount.nullable(),
  currency,
  product: ref,
  active: z.boolean(),
  recurring: z.object({ interval: z.string(), interval_count: z.number().int() }).nullable(),
});

export const Made = z.object({ id: z.string(), metadata });
export const Product = z.object({ id: z.string(), name: z.string() });
/** A payment, whether an invoice asked for it or not. */
export const Charge = z.object({
  id: z.string(),
  amount,
  amount_refunded: amount,
  currency,
  status: z.string(),
  disputed: z.boolean(),
  customer: ref.nullable(),
  payment_intent: ref.nullable(),
  description: z.string().nullable(),
  created: seconds,
});
export const Customer = z.object({ id: z.string() });
export const Session = z.object({
  id: z.string(),
  url: z.string().nullable(),
  status: z.string().nullable(),
  payment_status: z.string(),
  metadata,
  subscription: ref.nullable(),
});
export const PortalSession = z.object({ url: z.url() });

export const Subscription = z.object({
  id: z.string(),
  status: z.string(),
  customer: ref,
  metadata,
  items: z.object({
    data: z.array(
      z.object({
        current_period_end: seconds,
        price: z.object({ id: z.string(), lookup_key: z.string().nullable() }),
      }),
    ),
  }),
});

export const Invoice = z.object({
  id: z.string(),
  number: z.string().nullable(),
  status: z.string().nullable(),
  customer: ref,
  currency,
  total: amount,
  amount_remaining: amount,
  amount_paid: amount,
  attempted: z.boolean(),
  created: seconds,
  due_date: seconds.nullable(),
  collection_method: z.string(),
  hosted_invoice_url: z.string().nullish(),
  metadata,
  status_transitions: z.object({ paid_at: seconds.nullable() }),
  parent: z.object({ subscription_details: z.object({ subscription: ref, metadata }).nullable() }).nullable(),
});
export type Invoice = z.infer<typeof Invoice>;

export const Dispute = z.object({
  id: z.string(),
  status: z.string(),
  amount,
  currency,
  reason: z.string(),
  charge: ref,
  evidence_details: z.object({ due_by: seconds.nullable() }),
});
export const Payout = z.object({
  id: z.string(),
  status: z.string(),
  amount,
  currency,
  failure_message: z.string().nullish(),
});
export const Refund = z.object({
  id: z.string(),
  status: z.string().nullable(),
  amount,
  currency,
  failure_reason: z.string().nullish(),
});
export const InvoicePayment = z.object({ id: z.string(), invoice: ref });

export const Event = z.object({
  id: z.string().regex(/^evt_\w{1,100}$/),
  type: z.string().max(100),
  created: seconds,
  data: z.object({ object: z.object({ object: z.string().max(60), id: z.string().max(255).optional() }) }),
});
export type Event = z.infer<typeof Event>;

export function listOf<T extends z.ZodType>(one: T) {
  return z.object({ data: z.array(one), has_more: z.boolean() });
}
