import { z } from "zod";
import { workflow } from "../src/workflow/define.ts";

/** Once a day: gentle words about late invoices. Says nothing itself, and shuts nothing off. */
export default workflow({
  input: z.strictObject({}),
  lock: () => "billing reminders",

  async run({ tx, billing }) {
    await tx("remind", () => billing.remind());
    return null;
  },
});
