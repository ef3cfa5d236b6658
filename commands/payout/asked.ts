import { say } from "../../src/chat/message.ts";
import { RunId } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Say that the file of a batch has gone to the bank. Paid it is when the bank's statement says so.",
  example: "payout asked bakor",
  role: "treasurer",
  args: { batch: RunId },
  run: ({ args: { batch }, by, bank }) => {
    const asked = bank.markAsked(by.member.name, batch);
    if (asked.length === 0)
      return answer(say(`Nothing of the batch ${batch} was waiting to go to the bank.`), { asked });
    return answer(
      say(`${asked.length} ${asked.length === 1 ? "payment is" : "payments are"} with the bank now.`, {
        list: asked.map((payable) => `\`${payable}\``),
        next: "Each counts as paid when its reference stands on the statement.",
      }),
      { asked },
    );
  },
});
