import { expect, test } from "vitest";
import type { ApprovalView } from "../../src/approvals/types.ts";
import type { Member } from "../../src/people/index.ts";
import { maySeeApproval } from "../../src/approvals/may-see.ts";

const person = (name: string, ...roles: string[]): Member =>
  ({ name, roles: ["member", ...roles] }) as unknown as Member;
const question = (more: Partial<ApprovalView>): ApprovalView =>
  ({ asker: "ana", from: "member", only: null, voices: [], ...more }) as unknown as ApprovalView;

test("what is asked of a role is seen by its holders, the asker and operators", () => {
  const one = question({ from: "maintainer" });
  const seen = (member: Member): boolean => maySeeApproval(member, one);
  expect([seen(person("ana")), seen(person("mo", "maintainer")), seen(person("otto", "operator"))]).toEqual([
    true,
    true,
    true,
  ]);
  expect(seen(person("bo"))).toBe(false);
});

test("what is asked of named people is seen by these, the asker, and whoever has answered; by no operator", () => {
  const voices = [{ member: "di" }] as unknown as ApprovalView["voices"];
  const one = question({ only: ["mo"], voices });
  const seen = (member: Member): boolean => maySeeApproval(member, one);
  expect([seen(person("ana")), seen(person("mo")), seen(person("di"))]).toEqual([true, true, true]);
  expect([seen(person("otto", "operator")), seen(person("bo")), seen(person("max", "maintainer"))]).toEqual([
    false,
    false,
    false,
  ]);
});
