import type { CommandContext } from "../../src/router/define.ts";

type Payee = NonNullable<ReturnType<CommandContext<object>["collective"]["payee"]>>;

/** How a person is paid, as the end of a sentence. An address is not repeated: others may read along. */
export function payeeInWords({ how, slug, payoutMethod, email }: Payee): string {
  if (how === "bank") return "by bank";
  const to = slug === null ? (email === null ? "" : ", by an invitation to your mail") : `, as ${slug}`;
  return `by Open Collective${to}${payoutMethod === null ? "" : `, to ${payoutMethod}`}`;
}
