import { html } from "hono/html";
import { assets } from "../assets.ts";
import { mayOpen, type Audience, type Html, type Visit } from "../page.ts";
import { link } from "./link.ts";
import { tandem } from "./tandem.ts";

/** The places that the top of each page names, for whom they are. */
const places: { href: string; word: string; audience: Audience }[] = [
  { href: "/", word: "Home", audience: "everyone" },
  { href: "/approvals", word: "Approvals", audience: "members" },
  { href: "/apps", word: "Apps", audience: "members" },
  { href: "/runs", word: "Runs", audience: "members" },
  { href: "/recipes", word: "Recipes", audience: "members" },
  { href: "/payouts", word: "Payouts", audience: "members" },
  { href: "/books", word: "Books", audience: ["treasurer"] },
  { href: "/audit", word: "Audit", audience: ["maintainer", "treasurer", "operator"] },
  { href: "/docs", word: "Manual", audience: "everyone" },
];

/** A whole page around its body. */
export function layout(
  visit: Pick<Visit, "parts" | "member">,
  page: { title: string; at: string; body: Html; refreshSeconds?: number },
): Html {
  const { coopName } = visit.parts.settings;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${page.title} · ${coopName}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${
          page.refreshSeconds !== undefined &&
          html`<meta http-equiv="refresh" content="${page.refreshSeconds}" />`
        }
        <link rel="stylesheet" href="${assets.styleHref}" />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        ${top(visit, page.at)}
        <main id="main" class="width" tabindex="-1">${page.body}</main>
        ${foot(visit)}
      </body>
    </html>`;
}

function top({ parts, member }: Pick<Visit, "parts" | "member">, at: string): Html {
  const waiting = member === null ? 0 : parts.approvals.waitingFor(member.name).length;
  const shown = places.filter((place) => mayOpen(place.audience, member));
  return html`<header class="top">
    <div class="width">
      <a class="home" href="/">${tandem()}<span>${parts.settings.coopName}</span></a>
      <nav aria-label="Pages">
        <ul>
          ${shown.map((place) => html`<li>${placeLink(place, at, waiting)}</li>`)}
        </ul>
      </nav>
    </div>
    <div class="lane"></div>
  </header>`;
}

function placeLink(place: { href: string; word: string }, at: string, waiting: number): Html {
  const here = place.href === "/" ? at === "/" : at === place.href || at.startsWith(`${place.href}/`);
  const text =
    place.href === "/approvals" && waiting > 0
      ? html`${place.word} <span class="count">${waiting}<span class="unseen"> waiting for you</span></span>`
      : place.word;
  return here
    ? html`<a href="${place.href}" aria-current="${at === place.href ? "page" : "true"}">${text}</a>`
    : link(place.href, text);
}

function foot({ parts, member }: Pick<Visit, "parts" | "member">): Html {
  const version = parts.settings.version;
  return html`<footer class="foot">
    <div class="width">
      <p>Tandem${version !== undefined && ` ${version}`}: said in a room, agreed by the people concerned.</p>
      ${
        member === null
          ? html`<p>${link("/docs/members", "How to sign in")}</p>`
          : html`<form method="post" action="/sign-out">
              <button class="plain" type="submit">Sign out ${member.displayName}</button>
            </form>`
      }
    </div>
  </footer>`;
}
