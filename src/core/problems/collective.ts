/** Paying through Open Collective: what may stand in the way between us and it. */
import { problem } from "../problem.ts";

const nothingPaid =
  "Nothing was lost and nothing is paid twice: what was asked for before is looked up first.";

export const collectiveOff = problem(
  "collective-off",
  ({ setting }: { setting: string }) => ({
    happened: `Open Collective cannot be used: the setting ${setting} is not there.`,
    means: "Nobody is paid through it; everything else works.",
    remedy: `An operator sets \`${setting}\`; what belongs there: \`help paying\``,
  }),
  { setting: "collective.slug" },
);

export const collectiveUnreachable = problem(
  "collective-unreachable",
  ({ reason }: { reason: string }) => ({
    happened: `Open Collective did not answer: ${reason}.`,
    means: `It is asked again, with growing waits. ${nothingPaid}`,
    remedy: "Nothing, for now. Whether it answers: `collective check`",
  }),
  { reason: "no answer within 60 s" },
);

export const collectivePage = problem(
  "collective-page",
  ({ status, type }: { status: number; type: string }) => ({
    happened: `Open Collective answered with a page (${type}, status ${status}) in place of data.`,
    means: `That is what it does while it is down. It is asked again, with growing waits. ${nothingPaid}`,
    remedy: "Nothing, for now. Whether it answers: `collective check`",
  }),
  { status: 503, type: "text/html" },
);

export const collectiveBusy = problem(
  "collective-busy",
  ({ seconds }: { seconds: number }) => ({
    happened: "Open Collective said that it was asked too often.",
    means: `It is left alone for ${seconds} s and asked again then. ${nothingPaid}`,
    remedy: "Nothing. If it lasts, look whether other programs use the same token.",
  }),
  { seconds: 60 },
);

export const collectiveChanged = problem(
  "collective-changed",
  ({ operation, what }: { operation: string; what: string }) => ({
    happened: `Open Collective's answer to ${operation} is not as it was: ${what}.`,
    means: `Its programming interface has changed, and nothing is guessed. ${nothingPaid}`,
    remedy: "An operator looks for a newer Tandem; until then, pay by hand there and tell the treasurers.",
  }),
  { operation: "FindExpenses", what: "expenses.nodes.0.status is missing" },
);

export const collectiveRefused = problem(
  "collective-refused",
  ({ operation, says }: { operation: string; says: string }) => ({
    happened: `Open Collective refused ${operation}: ${says}.`,
    means: "Nothing was made there.",
    remedy: "Put right what it names, then say `collective pay <payable>`; how people are paid: `payee show`",
  }),
  { operation: "CreateExpense", says: "You don't have permission to create expenses for this payee" },
);

export const collectiveTokenRefused = problem(
  "collective-token-refused",
  ({ whose }: { whose: string }) => ({
    happened: `Open Collective does not accept the token of ${whose} any more.`,
    means: "It was revoked there or has come to its end. It is not used again.",
    remedy:
      whose === "the co-op"
        ? "An operator puts a new one into the file of `collective.tokenFile` and starts Tandem again."
        : "Its owner puts in a new one: `collective token`",
  }),
  { whose: "bo" },
);

export const collectiveUnreadable = problem(
  "collective-unreadable",
  ({ slug, says }: { slug: string; says: string }) => ({
    happened: `Open Collective does not let the transactions of ${slug} be read: ${says}.`,
    means: "The books hear nothing new from there. What they know stays as it is.",
    remedy:
      "Look at `collective.slug`; " +
      "the token of `collective.tokenFile` needs the scopes account, expenses, transactions.",
  }),
  { slug: "three-rivers", says: 'The User Token is not allowed for operations in scope "transactions"' },
);

export const collectiveNoToken = problem(
  "collective-no-token",
  ({ member, why }: { member: string; why: string }) => ({
    happened: `Nothing can be asked of Open Collective for ${member}: ${why}.`,
    means: "What is owed stays ready to be paid and is asked for as soon as there is a token.",
    remedy: `${member} says \`collective token\`, or an operator sets \`collective.tokenFile\`.`,
  }),
  { member: "bo", why: "neither bo nor the co-op has a token here" },
);

export const collectiveTokenUnfit = problem(
  "collective-token-unfit",
  ({ expected }: { expected: string }) => ({
    happened: `That is no token of Open Collective: it is ${expected}.`,
    means: "Nothing was kept; the link can be used again.",
    remedy: "Copy the whole of it, from opencollective.com, your profile, settings, For developers.",
  }),
  { expected: "not one word of 20 to 200 letters, digits, - or _" },
);

export const collectiveFormSpent = problem(
  "collective-form-spent",
  ({ minutes }: { minutes: number }) => ({
    happened: `This link counts for nothing: it was used, is older than ${minutes} minutes, or was never made.`,
    means: "What was typed was not kept anywhere and went nowhere.",
    remedy: "Ask for a new one: `collective token`",
  }),
  { minutes: 15 },
);

export const collectiveTokenMissing = problem(
  "collective-token-missing",
  ({ member }: { member: string }) => ({
    happened: `No token of ${member} is kept here.`,
    means: "There was nothing to forget.",
    remedy: "To put one in: `collective token`",
  }),
  { member: "bo" },
);

export const collectiveKeyUnfit = problem(
  "collective-key-unfit",
  ({ file, reason }: { file: string; reason: string }) => ({
    happened: `The key in ${file} cannot be used: ${reason}.`,
    means: "Tokens of members are kept encrypted or not at all, so Tandem does not start without it.",
    remedy: "A new key: `openssl rand -base64 32 > FILE`. A lost one: members put in their tokens again.",
  }),
  { file: "/etc/tandem/collective.key", reason: "it holds 16 bytes and not 32" },
);

export const collectiveHookUnfit = problem(
  "collective-hook-unfit",
  ({ file }: { file: string }) => ({
    happened: `The word in ${file} cannot end the address for webhooks of Open Collective.`,
    means:
      "Whoever guesses it could make Tandem ask there again and again, so it does not start with a short one.",
    remedy: "It is one of at least 32 letters, digits, - or _: `openssl rand -hex 32 > FILE`",
  }),
  { file: "/etc/tandem/collective-hook.word" },
);

export const collectiveAmountUnfit = problem(
  "collective-amount-unfit",
  ({ amount }: { amount: string }) => ({
    happened: `${amount} cannot be asked for at Open Collective.`,
    means: "It counts hundredths of every currency, between 1 and 2,147,483,647 of them.",
    remedy: "Pay this one by bank: its owner says `payee set --bank`",
  }),
  { amount: "KWD 1.234" },
);

export const expenseGone = problem(
  "expense-gone",
  ({ expense }: { expense: string }) => ({
    happened: `The expense ${expense} is not at Open Collective any more.`,
    means: "Somebody removed it there. It was not paid by way of it.",
    remedy: "Ask there who removed it, and why.",
  }),
  { expense: "ex-4711" },
);

export const payableUnknown = problem(
  "payable-unknown",
  ({ payable }: { payable: string }) => ({
    happened: `Nothing is to be paid as ${payable}.`,
    means: "Nothing was done.",
    remedy: "What is to be paid is named `batch/member/currency`, as on the page of the batch.",
  }),
  { payable: "bakor/bo/EUR" },
);

export const payableNotDue = problem(
  "payable-not-due",
  ({ payable, state }: { payable: string; state: string }) => ({
    happened: `${payable} is ${state}: it is not to be asked for.`,
    means: "Nothing was done.",
    remedy: "Asked for is what treasurers have agreed to and what is not paid yet.",
  }),
  { payable: "bakor/bo/EUR", state: "paid" },
);

export const payableNotRefused = problem(
  "payable-not-refused",
  ({ payable, said }: { payable: string; said: string }) => ({
    happened: `${payable} cannot be asked for anew: it ${said}.`,
    means: "Nothing was done. Only what was refused at Open Collective is asked for a second time.",
    remedy: "To look at it there now: `collective pay <payable>`",
  }),
  { payable: "bakor/bo/EUR", said: "is approved there and waits to be paid" },
);

export const payableOwn = problem(
  "payable-own",
  ({ payable }: { payable: string }) => ({
    happened: `${payable} is your own pay: somebody else has to ask for it anew.`,
    means: "Nothing was done. Nobody decides about money that goes to them.",
    remedy: "Another treasurer says it; tell them what was put right.",
  }),
  { payable: "bakor/bo/EUR" },
);

export const expenseTwice = problem(
  "expense-twice",
  ({ payable, expenses }: { payable: string; expenses: string }) => ({
    happened: `${payable} is asked for twice at Open Collective: ${expenses}.`,
    means: "One that was refused is open again beside the one that took its place. Both could be paid.",
    remedy: "Reject one of them there, now; which one stands is seen by itself.",
  }),
  { payable: "bakor/bo/EUR", expenses: "#4701 (waits for approval there), #4702 (is approved there)" },
);

export const payeeMissing = problem(
  "payee-missing",
  ({ member }: { member: string }) => ({
    happened: `${member} has not said how to be paid.`,
    means: "What is owed stays ready to be paid.",
    remedy: `${member} says: \`payee set --slug <name at Open Collective>\` or \`payee set --bank\``,
  }),
  { member: "bo" },
);

export const payeeNothingSaid = problem(
  "payee-nothing-said",
  () => ({
    happened: "That does not say how you want to be paid.",
    means: "Nothing was changed.",
    remedy: "By Open Collective: `payee set --slug bo-b`; by bank: `payee set --bank`",
  }),
  {},
);

export const payeeTwoWays = problem(
  "payee-two-ways",
  () => ({
    happened: "That names both ways to be paid: by bank and by Open Collective.",
    means: "Nothing was changed.",
    remedy: "Say one of them: `payee set --bank`, or `payee set --slug bo-b`",
  }),
  {},
);
