import { z } from "zod";

/** A plan, by the lookup key of its price at Stripe. */
export const PlanName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,199}$/, {
  error: "a plan's name, such as hosting-small",
});

/** Who pays: `seat/three-rivers`, `member/bo`, `institution/town-library`. */
export const PayerId = z.string().regex(/^(?:seat|member|institution)\/[a-z0-9][a-z0-9_-]{0,40}$/, {
  error: "who pays, such as seat/three-rivers, member/bo or institution/town-library",
});

export const InstitutionName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,40}$/, {
  error: "a short name for an institution, such as town-library",
});

/** What is paid for regularly. */
export const BillSubject = z.templateLiteral([z.enum(["app", "dues"]), "/", z.string().min(1).max(253)]);

/** An invoice, by its number or by Stripe's id. */
export const InvoiceName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{2,80}$/, {
  error: "an invoice's number, such as TANDEM-0007",
});

/** A payment at Stripe. */
export const ChargeId = z.string().regex(/^(?:ch|py)_[A-Za-z0-9]{1,80}$/, {
  error: "a payment's id at Stripe, such as ch_3PabcDEF",
});

/** An amount as people type it; whether it fits is seen where the currency is known. */
export const TypedAmount = z.string().regex(/^\S{1,30}$/, { error: "an amount, such as EUR12.50" });
