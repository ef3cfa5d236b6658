import { z } from "zod";
import { say } from "../../../src/chat/message.ts";
import { InstitutionName } from "../../../src/core/billing-terms.ts";
import { EmailAddress } from "../../../src/core/pay-terms.ts";
import { answer, command } from "../../../src/router/define.ts";

export default command({
  summary: "Add an institution that pays by invoice and is no member.",
  example: "billing payer add town-library Town Library --email office@library.example",
  role: "treasurer",
  args: {
    name: InstitutionName,
    title: z.string().min(1).max(120).describe("its full name"),
    email: EmailAddress.optional(),
  },
  flags: ["email"],
  rest: true,
  run: ({ args: { name, title, email }, by, billing }) => {
    const id = billing.addPayer(by.member.name, name, title, email);
    return answer(
      say(`${title} can be billed now, as \`${id}\`.`, {
        next: `To do so: \`billing invoice ${id} EUR250 "Hosting in 2027"\``,
      }),
      { id },
    );
  },
});
