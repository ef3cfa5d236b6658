import { z } from "zod";

/** The account from which people are paid by bank. Their own details are never here. */
export const bankSettings = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(70)
      .optional()
      .describe("Whose account pays, as the bank knows it: the co-op or its fiscal host."),
    iban: z.string().optional().describe("Its IBAN, for the files of credit transfers."),
    bic: z.string().optional().describe("The BIC of its bank, where the bank wants it in the file."),
  })
  .prefault({});

export type BankSettings = z.infer<typeof bankSettings>;
