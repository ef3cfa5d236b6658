/** All that is said to Open Collective. The contract test holds each to its schema. */

const expenseFields = `
  id
  legacyId
  status
  currency
  amountV2 { valueInCents currency }
  payee { slug }
  approvedBy { slug }
  customData
`;

/** Whose token it is. */
export const whoAmI = `query WhoAmI { me { slug } }`;

/** Expenses with our key, in whatever state; the oldest first. */
export const findExpenses = `
  query FindExpenses(
    $account: AccountReferenceInput!
    $payee: AccountReferenceInput
    $customData: JSON!
    $status: [ExpenseStatusFilter]
  ) {
    expenses(
      account: $account
      fromAccount: $payee
      customData: $customData
      status: $status
      limit: 10
      orderBy: { field: CREATED_AT, direction: ASC }
    ) {
      totalCount
      nodes { ${expenseFields} }
    }
  }
`;

export const lookAtExpense = `
  query LookAtExpense($expense: ExpenseReferenceInput!) {
    expense(expense: $expense) { ${expenseFields} }
  }
`;

/** Which ways to be paid a person has saved there. Their details are not asked for. */
export const payoutMethods = `
  query PayoutMethods($slug: String!) {
    account(slug: $slug) { slug payoutMethods { id type isSaved } }
  }
`;

export const createExpense = `
  mutation CreateExpense($expense: ExpenseCreateInput!, $account: AccountReferenceInput!) {
    createExpense(expense: $expense, account: $account) { ${expenseFields} }
  }
`;

export const inviteToExpense = `
  mutation InviteToExpense(
    $expense: ExpenseInviteDraftInput!
    $account: AccountReferenceInput!
    $lockedFields: [ExpenseLockableFields]
  ) {
    draftExpenseAndInviteUser(expense: $expense, account: $account, lockedFields: $lockedFields) {
      ${expenseFields}
    }
  }
`;

export const balanceOf = `
  query Balance($slug: String!) {
    account(slug: $slug) { slug stats { balance { valueInCents currency } } }
  }
`;

/** The account's own side of what moved, the oldest first: which groups there are. */
export const ownTransactions = `
  query OwnTransactions($account: [AccountReferenceInput!], $from: DateTime, $limit: Int!, $offset: Int!) {
    transactions(
      account: $account
      dateFrom: $from
      limit: $limit
      offset: $offset
      orderBy: { field: CREATED_AT, direction: ASC }
    ) {
      totalCount
      nodes { id group createdAt }
    }
  }
`;

const cents = "{ valueInCents currency }";

/**
 * Whole groups with both sides of everything: only of these it can be seen whether they add up. The amounts are those
 * of each row alone (nothing is fetched into another one), so that fees count once in either layout of the ledger.
 */
export const transactionGroups = `
  query TransactionGroups($groups: [String], $limit: Int!, $offset: Int!) {
    transactions(
      group: $groups
      includeDebts: true
      limit: $limit
      offset: $offset
      orderBy: { field: CREATED_AT, direction: ASC }
    ) {
      totalCount
      nodes {
        id
        group
        type
        kind
        amount ${cents}
        netAmount ${cents}
        hostFee ${cents}
        paymentProcessorFee ${cents}
        platformFee ${cents}
        taxAmount ${cents}
        isRefund
        createdAt
        clearedAt
        merchantId
        account { slug }
        toAccount { slug }
        expense { id reference customData payee { slug } }
      }
    }
  }
`;

/** Every state in which an expense may be; without them drafts of others are left out. */
export const everyStatus = [
  "DRAFT",
  "UNVERIFIED",
  "PENDING",
  "INCOMPLETE",
  "APPROVED",
  "REJECTED",
  "PROCESSING",
  "ERROR",
  "PAID",
  "SCHEDULED_FOR_PAYMENT",
  "SPAM",
  "CANCELED",
  "INVITE_DECLINED",
] as const;

/** What the invited person must leave as it is. */
export const lockedFields = ["AMOUNT", "PAYEE", "DESCRIPTION", "TYPE"] as const;
