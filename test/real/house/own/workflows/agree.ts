import { z } from "zod";
import { say } from "../../../../../src/chat/message.ts";
import { workflow } from "../../../../../src/workflow/define.ts";

/** Asks for so many voices, which may be taken back until there are enough; says whose they were. */
export default workflow({
  input: z.strictObject({ about: z.string(), needed: z.number(), seconds: z.number() }),
  outline: ["approval", "carry out"],
  async run({ step, approval }, { about, needed, seconds }) {
    await approval({
      ask: say(`Carry out ${about}?`),
      from: "maintainer",
      weight: "ordinary",
      needed,
      expires: `${seconds}s`,
      binds: about,
      subject: about,
    });
    await step("carry out", () => Promise.resolve(true));
    return say(`${about} is carried out.`);
  },
});
