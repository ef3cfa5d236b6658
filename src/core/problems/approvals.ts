import { problem } from "../problem.ts";
import type { Role } from "../terms.ts";

const notCounted = "Your voice was not counted; the question stays as it was.";

export const approvalUnknown = problem(
  "approval-unknown",
  ({ typed }: { typed: string }) => ({
    happened: `The run ${typed} has asked nothing.`,
    means: "There is no question to which your voice could belong.",
    remedy: "See the open questions and their letters: `runs`",
  }),
  { typed: "bakor" },
);

export const approvalSettled = problem(
  "approval-settled",
  ({ run, subject, status }: { run: string; subject: string; status: string }) => ({
    happened: `The question of run ${run} about ${subject} is already ${status}.`,
    means: "Your voice was not counted, and it changes nothing any more.",
    remedy: `See how it went: \`run show ${run}\``,
  }),
  { run: "bakor", subject: "cloud.example.coop", status: "approved" },
);

export const approvalAnother = problem(
  "approval-another",
  ({ run, subject }: { run: string; subject: string }) => ({
    happened: `Since you agreed to run ${run}, its question has become another one.`,
    means: `The plan has changed meanwhile, and nobody agrees to what they have not read. ${notCounted}`,
    remedy:
      `Read the question that is open now. If you agree to it: \`approve ${run} ${subject}\`, or press Approve on ` +
      "its page.",
  }),
  { run: "bakor", subject: "cloud.example.coop" },
);

export const approvalPast = problem(
  "approval-past",
  ({ run, subject, until }: { run: string; subject: string; until: string }) => ({
    happened: `The question of run ${run} about ${subject} was open until ${until}.`,
    means: "That time is over, so your voice was not counted.",
    remedy: "Whoever asked says the command again, and the question is asked anew.",
  }),
  { run: "bakor", subject: "cloud.example.coop", until: "Friday 2 October, 08:00 UTC" },
);

export const approvalOwn = problem(
  "approval-own",
  ({ run, names }: { run: string; names: string }) => ({
    happened: `You asked for run ${run} yourself.`,
    means: `It takes somebody else to agree. ${notCounted}`,
    remedy: `May answer: ${names}. To stop it yourself: \`cancel ${run}\``,
  }),
  { run: "bakor", names: "bo, cy" },
);

export const approvalBeneficiary = problem(
  "approval-beneficiary",
  ({ run, names }: { run: string; names: string }) => ({
    happened: `You would gain by run ${run}.`,
    means: `Those who gain by it have no voice in it. ${notCounted}`,
    remedy: `May answer: ${names}.`,
  }),
  { run: "bakor", names: "bo, cy" },
);

export const approvalRole = problem(
  "approval-role",
  ({ run, role, names }: { run: string; role: Role; names: string }) => ({
    happened: `Run ${run} asks for the voice of a ${role}, and you do not hold that role.`,
    means: notCounted,
    remedy: `May answer: ${names}. An operator gives roles.`,
  }),
  { run: "bakor", role: "maintainer", names: "bo, cy" },
);

export const approvalNotNamed = problem(
  "approval-not-named",
  ({ run, names }: { run: string; names: string }) => ({
    happened: `Run ${run} asks others, not you.`,
    means: `It is for those who look after what it is about and gain nothing by it. ${notCounted}`,
    remedy: `May answer: ${names}.`,
  }),
  { run: "bakor", names: "bo, cy" },
);

export const approvalSubject = problem(
  "approval-subject",
  ({ run, subject, typed }: { run: string; subject: string; typed: string }) => ({
    happened:
      typed === ""
        ? `Run ${run} is grave, and you did not name what it is about.`
        : `You named ${typed}, but run ${run} is about ${subject}.`,
    means: `Naming it makes sure that you mean this one. ${notCounted}`,
    remedy: `Read the question again; if you agree: \`approve ${run} ${subject}\``,
  }),
  { run: "bakor", subject: "cloud.example.coop", typed: "wiki.example.coop" },
);

export const approvalUnverified = problem(
  "approval-unverified",
  ({ run, subject }: { run: string; subject: string }) => ({
    happened: `Run ${run} is grave, and I cannot be sure that you said this yourself.`,
    means: `Your message came without encryption or from a device that is not verified. ${notCounted}`,
    remedy:
      `Verify this device in your Matrix client and say \`approve ${run} ${subject}\` in an encrypted room, ` +
      "or say `web` to me from such a device and agree on the page. On a page that was opened otherwise: sign in " +
      "anew. If you set up your keys anew, an operator has to say first: `member identity <your Matrix id>`",
  }),
  { run: "bakor", subject: "cloud.example.coop" },
);

export const declineWithoutWhy = problem(
  "decline-without-why",
  ({ run }: { run: string }) => ({
    happened: `You declined run ${run} without saying why.`,
    means: "Whoever asked would not know what to change, so it was not counted.",
    remedy: `Say it with a reason: \`decline ${run} <why>\``,
  }),
  { run: "bakor" },
);
