// Every table of Tandem, one file per room that owns it. After a change: `npm run migrations`.
export * from "./people.ts";
export * from "./audit.ts";
export * from "./billing.ts";
export * from "./chat.ts";
export * from "./collective.ts";
export * from "./workflow.ts";
export * from "./approvals.ts";
export * from "./servers.ts";
export * from "./apps.ts";
export * from "./backups.ts";
export * from "./books.ts";
export * from "./work.ts";
export * from "./router.ts";
export * from "./web.ts";
