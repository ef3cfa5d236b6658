import { z } from "zod";

/** An alias (`#…`) may lead elsewhere tomorrow, and nothing can be sent to one. */
export const roomId = z
  .string()
  .regex(/^!\S+$/, { error: "a room's internal id, such as !abc:example.coop" });
