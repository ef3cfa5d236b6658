// Stripe: plans, invoices, refunds, and what becomes of them. Whatever is made there is made once: its key is written
// down before, and when the key cannot tell any more it is looked first. Webhooks and events only say what to look at;
// what counts is what Stripe shows when it is asked. Late payment asks, and never shuts anything off.
export { openBilling, type BillingParts } from "./open.ts";
export type * from "./types.ts";
export { invoicesByTransfer, type InvoiceByTransfer, type TransferWord } from "./transfers.ts";
