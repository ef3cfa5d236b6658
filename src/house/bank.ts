import { makeBankFile, type MadeFile } from "../work/sepa/index.ts";
import { openBank, type Bank } from "../work/bank.ts";
import type { Rooms } from "./start-house.ts";

type Ground = Pick<Rooms, "options" | "db" | "clock" | "audit">;

/** What is paid by bank, and the making of files in memory for the form on the pages. */
export interface BankForms extends Bank {
  make(batch: string, payees: string, on: string): MadeFile;
}

export function bankFor(ground: Ground): BankForms {
  const bank = openBank({ ...ground, from: ground.options.config.work.bank });
  return {
    ...bank,
    make: (batch, payees, on) => makeBankFile(bank.batch(batch), payees, { on, nowMs: ground.clock.now() }),
  };
}
