/** An address for every page, with the data of the test house. A page without one fails the sweep. */
import { downloads, forms, pages } from "../../src/web/routes.ts";

const examples: Record<string, string[]> = {
  "/": ["/"],
  "/approvals": ["/approvals"],
  "/approvals/:run/:step": [
    "/approvals/bakor/approval",
    "/approvals/dufem/approval%232",
    "/approvals/payot/approval",
  ],
  "/apps": ["/apps"],
  "/apps/:domain": ["/apps/notes.example.coop", "/apps/wiki.example.coop"],
  "/apps/:domain/deploys/:id": ["/apps/notes.example.coop/deploys/1", "/apps/notes.example.coop/deploys/2"],
  "/runs": ["/runs"],
  "/runs/:id": ["/runs/bakor", "/runs/gomip", "/runs/lekab", "/runs/payot"],
  "/recipes": ["/recipes"],
  "/recipes/:name": ["/recipes/custom-html"],
  "/payouts": ["/payouts"],
  "/payouts/:id": ["/payouts/tomek", "/payouts/rufin"],
  "/payouts/:id/journal": ["/payouts/tomek/journal", "/payouts/rufin/journal"],
  "/payouts/:id/beancount": ["/payouts/tomek/beancount", "/payouts/rufin/beancount"],
  "/docs": ["/docs"],
  "/docs/:page": ["/docs/approve"],
  "/audit": ["/audit"],
  "/payouts/:id/bank-file": ["/payouts/bakor/bank-file"],
  "/books": ["/books"],
  "/books/statement": ["/books/statement"],
  "/books/queue/:id": ["/books/queue/2026-10-05%2F8f3a"],
  "/books/summary": ["/books/summary"],
  "/books/summary/:month": ["/books/summary/2026-09"],
  "/books/months/:month": ["/books/months/2026-09"],
  "/books/months/:month/hledger": ["/books/months/2026-09/hledger"],
  "/books/months/:month/beancount": ["/books/months/2026-09/beancount"],
  "/books/reconcile": ["/books/reconcile"],
  "/books/close": ["/books/close"],
  "/books/decisions/:id/undo": ["/books/decisions/2/undo"],
  "/books/queue/:id/match": ["/books/queue/2026-10-05%2F8f3a/match"],
  "/books/queue/:id/split": ["/books/queue/2026-10-05%2F8f3a/split"],
  "/books/queue/:id/writeoff": ["/books/queue/2026-10-05%2F8f3a/writeoff"],
  "/books/queue/:id/ignore": ["/books/queue/2026-10-05%2F8f3a/ignore"],
  "/approvals/:run/:step/approve": ["/approvals/bakor/approval/approve", "/approvals/payot/approval/approve"],
  "/approvals/:run/:step/decline": ["/approvals/bakor/approval/decline", "/approvals/payot/approval/decline"],
  "/runs/:id/cancel": ["/runs/bakor/cancel", "/runs/payot/cancel"],
};

/** What is answered beside the listed pages. */
export const otherGets = [
  "/sign-in",
  "/secret?token=open",
  "/secret?token=x",
  "/secret?done=rotates",
  "/collective-token?token=open",
  "/collective-token?token=x",
  "/collective-token?done=kept",
  "/healthz",
  "/metrics",
  "/style.css",
  "/icon.svg",
  "/sign-out",
  "/nowhere",
];

/** What other houses tell: with a wrong word there is nothing. */
export const everyHook = [
  "/hooks/stripe",
  "/hooks/opencollective/another-word",
  "/hooks/opencollective/the-word-of-this-house",
];

/** Somebody who may see it: what is about money is for treasurers. */
export function visitorOf(path: string): "tess" | "bo" {
  return /payot|^\/(?:payouts|books)/.test(path) ? "tess" : "bo";
}

export function examplesOf(path: string): string[] {
  const found = examples[path];
  if (found === undefined) throw new Error(`${path} has no example: add one, so that it is swept`);
  return found;
}

export const everyGet: string[] = pages.flatMap((page) => examplesOf(page.path));
export const everyDownload: string[] = downloads.flatMap((one) => examplesOf(one.path));
export const everyPost: string[] = forms.flatMap((form) => examplesOf(form.path));
