/** What the columns of a bank's CSV are. Saved for each bank as JSON; nothing about it is guessed from a file. */
import { z } from "zod";
import { statementMappingUnfit } from "../../core/problems/books-statements.ts";
import { isDayPattern } from "./day.ts";

/** By its name in the header, or by its number, from 1. */
const column = z.union(
  [z.string().min(1).max(100), z.int().min(1).max(200)],
  "it is the name or number of a column",
);
const words = z.array(z.string().min(1)).min(1).max(20);

const amount = z.union(
  [
    /** One column with a sign. */
    z.strictObject({ column }),
    /** One column without a sign, and one that says which way the money went. */
    z.strictObject({ column, side: column, out: words, in: words }),
    /** One column for each way. `outIsNegative`: the bank writes a minus before what goes out. */
    z.strictObject({ out: column, in: column, outIsNegative: z.boolean().optional() }),
  ],
  "it is {column}, {column, side, out, in} or {out, in, outIsNegative}",
);

const shape = z.strictObject({
  encoding: z.enum(["utf-8", "windows-1252", "iso-8859-15"], "it is utf-8, windows-1252 or iso-8859-15"),
  separator: z.enum([",", ";", "\t"], "it is a comma, a semicolon or a tab"),
  /** On which line the names of the columns stand; 0: nowhere, and columns go by their numbers. */
  header: z.int().min(0).max(100),
  date: column,
  /** `DD.MM.YYYY`, `YYYY-MM-DD`, `D/M/YY` … */
  datePattern: z
    .string()
    .refine(isDayPattern, "it is made of YYYY or YY, MM or M, DD or D, such as DD.MM.YYYY"),
  amount,
  decimal: z.enum([".", ","], "it is . or ,"),
  /** What stands between thousands, if anything may. */
  thousands: z.enum([".", ",", "'", " "], "it is . , ' or a space").optional(),
  id: column.optional(),
  /** Without it, all lines are in the currency of the account. */
  currency: column.optional(),
  account: column.optional(),
  /** What is on the account after the line: by it a missing line is noticed. */
  balance: column.optional(),
  text: z.array(column).min(1).max(20),
  /** Only lines with one of these words in a column are booked. */
  only: z.strictObject({ column, is: words }).optional(),
});

export type CsvMapping = z.infer<typeof shape>;
export type Column = z.infer<typeof column>;

/** A mapping as it was saved or typed. Throws `statement-mapping-unfit`, with all that is wrong with it. */
export function csvMappingOf(value: unknown): CsvMapping {
  const result = shape.safeParse(value);
  const faults = result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join(".") || "mapping"}: ${inWords(message)}`);
  if (!result.success) throw statementMappingUnfit({ faults }, result.error);
  const { data } = result;
  if (data.thousands === data.decimal) faults.push("thousands: it is the same sign as decimal");
  if (data.header === 0 && columnsOf(data).some((each) => typeof each === "string"))
    faults.push("header: without one, columns are named by their numbers");
  if (faults.length > 0) throw statementMappingUnfit({ faults });
  return data;
}

/** Where the shape says nothing of its own, zod does in words of programmers. */
const inWords = (message: string): string =>
  message.startsWith("Invalid input") ? "it is missing, or of another kind" : message;

/** All columns that a mapping names. */
export function columnsOf(mapping: CsvMapping): Column[] {
  const { amount: money } = mapping;
  const ofAmount = "out" in money && !("column" in money) ? [money.out, money.in] : [money.column];
  const optional = [mapping.id, mapping.currency, mapping.account, mapping.balance, mapping.only?.column];
  const side = "side" in money ? money.side : undefined;
  return [mapping.date, ...ofAmount, ...mapping.text, ...optional, side].filter((each) => each !== undefined);
}
