import { z } from "zod";
import { roomId } from "./room-id.ts";
import { PlanName } from "../core/billing-terms.ts";
import { readMoney } from "../core/money.ts";

const isLocal = (url: string): boolean =>
  /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?\/?$/.test(url);
const isBare = (url: string): boolean => URL.canParse(url) && new URL(url).pathname === "/";

const settingsPlan = z.strictObject({
  for: z.string().min(1).max(120).describe("What is paid for; plans for the same thing are a sliding scale."),
  title: z.string().min(1).max(120).optional().describe("How the plan is called."),
  amount: z
    .string()
    .refine((text) => (readMoney(text)?.amountMinor ?? 0n) > 0n, { error: "an amount, such as EUR10" })
    .describe("How much, such as EUR10."),
  every: z.enum(["month", "3 months", "6 months", "year"]).default("month").describe("How often."),
});

/** How payments are taken through Stripe. */
export const stripeSettings = z
  .strictObject({
    apiBase: z
      .url({ protocol: /^https?$/, error: "an address, such as https://api.stripe.com" })
      .refine((url) => (url.startsWith("https:") || isLocal(url)) && isBare(url), {
        error: "an address that begins with https and has no path",
      })
      .default("https://api.stripe.com")
      .describe("Where Stripe answers programs."),
    secretKeyFile: z
      .string()
      .optional()
      .describe(
        "File with the secret or restricted key (sk_…, rk_…). Unset: nobody is billed through Stripe.",
      ),
    webhookSecretFile: z
      .string()
      .optional()
      .describe(
        "File with the secret of the webhook endpoint (whsec_…); two while one is rotated, a line each.",
      ),
    room: roomId
      .optional()
      .describe("The treasurers' room: what happens to payments; without one each treasurer is told alone."),
    plans: z
      .record(PlanName, settingsPlan)
      .default({})
      .describe(
        "Plans by lookup key: for what, how much, how often. `billing plan make` makes them, when treasurers agree.",
      ),
    reminders: z
      .boolean()
      .default(true)
      .describe("Whether people are reminded of late invoices. Nothing is ever shut off by itself."),
  })
  .prefault({});

export type StripeSettings = z.infer<typeof stripeSettings>;
