/** The treasurer's own file of payees: `member,name,iban,bic`, with commas or semicolons. It is read and forgotten. */
import { payeesFileUnfit } from "../../core/problems/bank.ts";

export interface BankPayee {
  name: string;
  iban: string;
  bic: string | undefined;
}

const mostLines = 5000;

/** By member. Throws `payees-file-unfit` with the line, and never with what stands in it. */
export function readPayees(text: string): Map<string, BankPayee> {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .slice(0, mostLines);
  const sign = (lines[0] ?? "").includes(";") ? ";" : ",";
  const head = fieldsOf(lines[0] ?? "", sign, 1).map((field) => field.toLowerCase());
  if (head.slice(0, 3).join() !== "member,name,iban" || (head[3] ?? "bic") !== "bic" || head.length > 4)
    throw payeesFileUnfit({ line: 1, what: "it does not say member,name,iban,bic" });
  const payees = new Map<string, BankPayee>();
  for (const [index, content] of lines.entries()) {
    if (index === 0 || content.trim() === "") continue;
    const line = index + 1;
    const fields = fieldsOf(content, sign, line);
    const [member = "", name = "", iban = "", bic = ""] = fields;
    if (fields.length !== 3 && fields.length !== 4)
      throw payeesFileUnfit({ line, what: `it has ${fields.length} fields and not 3 or 4` });
    if (member === "" || name === "" || iban === "")
      throw payeesFileUnfit({ line, what: "its member, name or IBAN is empty" });
    if (payees.has(member)) throw payeesFileUnfit({ line, what: "its member is named twice" });
    payees.set(member, { name, iban, bic: bic === "" ? undefined : bic });
  }
  return payees;
}

/** As RFC 4180 quotes them, without line ends inside. */
function fieldsOf(line: string, sign: string, number: number): string[] {
  const fields: string[] = [];
  const field =
    sign === ";" ? /\s*(?:"((?:[^"]|"")*)"|([^";]*))\s*(;|$)/y : /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/y;
  for (;;) {
    const match = field.exec(line);
    if (match === null) throw payeesFileUnfit({ line: number, what: "a quote in it is not closed" });
    fields.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? "").trim());
    if (match[3] === "") return fields;
  }
}
