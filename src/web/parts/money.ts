import { html } from "hono/html";
import { formatMoney, type Money } from "../../core/money.ts";
import type { Html } from "../page.ts";

/** One amount per line, each with its currency. */
export function amounts(all: readonly Money[]): Html {
  const one = (money: Money): Html => html`<span class="nowrap">${formatMoney(money)}</span>`;
  return html`${all.map((money, n) => html`${n > 0 && html`<br />`}${one(money)}`)}`;
}
