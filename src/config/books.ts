import { z } from "zod";

/** How the books are kept. */
export const bookSettings = z
  .strictObject({
    secondVoiceFrom: z
      .number()
      .int()
      .min(0)
      .default(50_000)
      .describe(
        "From this amount on (in minor units of any currency) a second treasurer agrees to a decision.",
      ),
    closeVoices: z
      .number()
      .int()
      .min(1)
      .max(5)
      .default(2)
      .describe("How many treasurers agree to the closing of a month; whoever asks for it has no voice."),
  })
  .prefault({});

export type BookSettings = z.infer<typeof bookSettings>;
