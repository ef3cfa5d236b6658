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

export const identityMissing = problem(
  "identity-missing",
  ({ matrixId }: { matrixId: string }) => ({
    happened: `${matrixId} has no device that vouches for its identity.`,
    means: `There is nothing by which anybody could compare its keys. ${nothingChanged}`,
    remedy:
      "Let them set up encryption in their Matrix client (in Element: Settings, Encryption), then ask again.",
  }),
  { matrixId: "@bo:example.coop" },
);

export const identityNotKnown = problem(
  "identity-not-known",
  ({ matrixId }: { matrixId: string }) => ({
    happened: `This Tandem is not in Matrix, so it knows no identity of ${matrixId}.`,
    means: nothingChanged,
    remedy: "Connect it to the homeserver first: set `matrix` in tandem.yaml and start again.",
  }),
  { matrixId: "@bo:example.coop" },
);

export const identityChanged = problem(
  "identity-changed",
  ({ matrixId }: { matrixId: string }) => ({
    happened: `${matrixId} has another identity by now than the one that was agreed to.`,
    means: `Somebody set up the keys once more, and these keys nobody has compared. ${nothingChanged}`,
    remedy: `Ask the person whether it was they; if so: member identity ${matrixId}`,
  }),
  { matrixId: "@bo:example.coop" },
);
