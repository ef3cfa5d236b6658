/** Stripe's SDK, loaded when it is first asked for: it takes a quarter of a second, and most houses have no key. */
import { createRequire } from "node:module";
import type Stripe from "stripe";

const load = createRequire(import.meta.url);

export function sdk(): typeof Stripe {
  return load("stripe") as typeof Stripe;
}
