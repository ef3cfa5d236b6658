/** Every page, form and download of the web, each with its audience. What is not listed here does not exist. */
import type { Download, Form, Page } from "./page.ts";
import { appPage } from "./pages/app.ts";
import { approvalPage, approveForm, declineForm } from "./pages/approval.ts";
import { approvalsPage } from "./pages/approvals.ts";
import { appsPage } from "./pages/apps.ts";
import { auditPage } from "./pages/audit.ts";
import { deployPage } from "./pages/deploy.ts";
import { bookItemPage, ignoreForm, matchForm, splitForm, writeOffForm } from "./pages/books-item.ts";
import { booksJournals, booksMonthPage } from "./pages/books-month.ts";
import { booksPage, closeForm, reconcileForm, undoForm } from "./pages/books.ts";
import { publicBooksPage, publicMonthPage } from "./pages/books-public.ts";
import { bankFilePage } from "./pages/bank-file.ts";
import { docPage, docsPage } from "./pages/docs.ts";
import { homePage } from "./pages/home.ts";
import { beancountDownload, journalDownload, payoutPage } from "./pages/payout.ts";
import { payoutsPage } from "./pages/payouts.ts";
import { recipePage, recipesPage } from "./pages/recipes.ts";
import { cancelForm, runPage } from "./pages/run.ts";
import { runsPage } from "./pages/runs.ts";
import { statementPage } from "./pages/statement.ts";

export const pages: readonly Page[] = [
  homePage,
  approvalsPage,
  approvalPage,
  appsPage,
  appPage,
  deployPage,
  runsPage,
  runPage,
  payoutsPage,
  payoutPage,
  booksPage,
  bookItemPage,
  booksMonthPage,
  publicBooksPage,
  publicMonthPage,
  recipesPage,
  recipePage,
  docsPage,
  docPage,
  auditPage,
  bankFilePage,
  statementPage,
];

export const forms: readonly Form[] = [
  approveForm,
  declineForm,
  cancelForm,
  reconcileForm,
  closeForm,
  undoForm,
  matchForm,
  splitForm,
  writeOffForm,
  ignoreForm,
];

export const downloads: readonly Download[] = [journalDownload, beancountDownload, ...booksJournals];
