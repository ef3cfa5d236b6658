import { problem } from "../problem.ts";
import type { Role } from "../terms.ts";

const nothingChanged = "Nothing was changed.";

export const noMaintainer = problem(
  "no-maintainer",
  (_: object) => ({
    happened: "Nobody holds the role maintainer.",
    means:
      "Nobody could agree to a deploy, and Tandem never takes an empty list for everybody, so it does not start.",
    remedy:
      "Name at least one in tandem.yaml under people.maintainers, with name and matrixId, then start again.",
  }),
  {},
);

export const memberUnknown = problem(
  "member-unknown",
  ({ typed, nearest }: { typed: string; nearest?: string }) => ({
    happened: `There is no member ${typed}.`,
    means: nothingChanged,
    remedy:
      nearest === undefined
        ? "See who is here: member list"
        : `Was ${nearest} meant? See who is here: member list`,
  }),
  { typed: "boo", nearest: "bo" },
);

export const memberNameTaken = problem(
  "member-name-taken",
  ({ name, matrixId }: { name: string; matrixId: string }) => ({
    happened: `There is a member ${name} already.`,
    means: nothingChanged,
    remedy: `If it is the same person, link the account: member link ${name} ${matrixId}. Else choose another name.`,
  }),
  { name: "bo", matrixId: "@bo:example.coop" },
);

export const memberNameOfThePast = problem(
  "member-name-of-the-past",
  ({ name, removedOn }: { name: string; removedOn: string }) => ({
    happened: `The name ${name} belonged to a member who was removed on ${removedOn}.`,
    means: "The records speak of that person by this name, so nobody else gets it.",
    remedy: `Choose another name, such as ${name}2; that also goes for somebody who comes back.`,
  }),
  { name: "bo", removedOn: "2026-10-01" },
);

export const accountTaken = problem(
  "account-taken",
  ({ matrixId, name }: { matrixId: string; name: string }) => ({
    happened: `${matrixId} is already an account of ${name}.`,
    means: "An account speaks for one person only, so that nobody has two voices.",
    remedy: `To see ${name}'s accounts: member list. An operator frees them by: member remove ${name}`,
  }),
  { matrixId: "@bo:example.coop", name: "bo" },
);

export const lastWithRole = problem(
  "last-with-role",
  ({ name, role }: { name: string; role: Role }) => ({
    happened: `${name} is the last ${role}.`,
    means:
      role === "operator"
        ? "Without an operator nobody could add members or give roles again."
        : "Without a maintainer nobody could agree to a deploy.",
    remedy: `Give the role to somebody else first: member role <name> ${role}`,
  }),
  { name: "ana", role: "maintainer" },
);

export const memberRoleStays = problem(
  "member-role-stays",
  ({ name }: { name: string }) => ({
    happened: `The role member cannot be taken from ${name} alone.`,
    means: "Everybody who is known is a member; the other roles are given one by one.",
    remedy: `To take every role and account: member remove ${name}`,
  }),
  { name: "bo" },
);

export const seatUnknown = problem(
  "seat-unknown",
  ({ typed, nearest }: { typed: string; nearest?: string }) => ({
    happened: `There is no member organisation ${typed}.`,
    means: nothingChanged,
    remedy:
      nearest === undefined
        ? `Add it first: seat add ${typed} <its full name>. See all: seat list`
        : `Was ${nearest} meant? See all: seat list`,
  }),
  { typed: "autonomik", nearest: "autonomic" },
);

export const seatTaken = problem(
  "seat-taken",
  ({ name, title }: { name: string; title: string }) => ({
    happened: `There is a member organisation ${name} already: ${title}.`,
    means: nothingChanged,
    remedy: "Choose another short name. See all: seat list",
  }),
  { name: "autonomic", title: "Autonomic Cooperative" },
);
