// The pages: what the co-op sees in a browser, sign-in, and the JSON API. Rendered on the server, without scripts.
// Reading is done here from the trades' queries; every write is a command that goes through dispatch.
// `routes.ts` lists every page with its audience: what is not listed does not exist, nor what one may not see.
// To add a page: copy one of `pages/`, say for whom it is, add it to the list. Its `.json` comes by itself.
// Pages are built from `parts/`; the look is in `style.css` alone.
export { openWeb, type Web } from "./open-web.ts";
export { sessionCookie } from "./cookie.ts";
export type { Health, WebParts, WebSettings } from "./types.ts";
