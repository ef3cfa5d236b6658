import { html } from "hono/html";
import { RecipeName } from "../../core/terms.ts";
import type { RecipeDetail, RecipeSummary } from "../../recipes/types.ts";
import { memberPage, type Html } from "../page.ts";
import { link, pathOf } from "../parts/link.ts";
import { markdown } from "../parts/markdown.ts";
import { inline } from "../parts/message.ts";
import { problemNote } from "../parts/problem.ts";
import { table } from "../parts/table.ts";
import { within } from "../within.ts";

/** The recipes from which apps can be made. */
export const recipesPage = memberPage({
  path: "/recipes",
  audience: "members",
  shows: "the recipes from which apps can be made",
  async show({ parts }) {
    const asked = await within(parts.clock, parts.recipes.list());
    const recipes = "value" in asked ? asked.value : [];
    return {
      title: "Recipes",
      body: () =>
        html`<h1>Recipes</h1>
          ${"problem" in asked && problemNote(asked.problem.text)} ${recipesTable(recipes)}`,
      json: recipes,
      csv: {
        head: ["recipe", "newest", "description", "source"],
        rows: recipes.map((recipe) => [recipe.name, recipe.newest, recipe.description, recipe.source]),
      },
    };
  },
});

function recipesTable(recipes: readonly RecipeSummary[]): Html {
  return table({
    id: "recipes",
    caption: "Recipes from which apps can be made",
    quietCaption: true,
    columns: [{ head: "Recipe" }, { head: "What it is for" }, { head: "Newest version" }],
    rows: recipes.map((recipe) => [
      link(pathOf("recipes", recipe.name), recipe.name),
      recipe.description,
      recipe.newest ?? html`<span class="soft">none yet</span>`,
    ]),
    empty: inline("No recipes yet. An operator names them in the settings, under `recipes`."),
  });
}

/** One recipe: its versions, its settings, its readme. */
export const recipePage = memberPage({
  path: "/recipes/:name",
  audience: "members",
  shows: "a recipe: versions, settings, readme",
  async show({ parts, path }) {
    const name = RecipeName.safeParse(path["name"]);
    if (!name.success) return undefined;
    const listed = await within(parts.clock, parts.recipes.list());
    if ("value" in listed && !listed.value.some((recipe) => recipe.name === name.data)) return undefined;
    const asked = await within(parts.clock, parts.recipes.show(name.data));
    return {
      title: name.data,
      body: () =>
        html`<p class="way">${link("/recipes", "Recipes")}</p>
          <h1>${name.data}</h1>
          ${"value" in asked ? recipeBody(asked.value) : problemNote(asked.problem.text)}`,
      json: "value" in asked ? asked.value : { problem: asked.problem },
    };
  },
});

function recipeBody(recipe: RecipeDetail): Html {
  return html`<p>${recipe.description}</p>
    <dl class="facts">
      <dt>Versions</dt>
      <dd>${recipe.versions.length === 0 ? "none yet" : recipe.versions.join(", ")}</dd>
      <dt>Source</dt>
      <dd>${link(recipe.source, recipe.source)}</dd>
    </dl>
    <h2>Settings</h2>
    ${table({
      id: "settings",
      caption: "Settings of the recipe",
      quietCaption: true,
      columns: [{ head: "Setting" }, { head: "Sample" }, { head: "What it does" }],
      rows: recipe.settings.map((setting) => [
        html`<code>${setting.key}</code>`,
        html`<span class="mono">${setting.sample}</span>`,
        setting.comment ?? "",
      ]),
      empty: "It needs no settings.",
    })}
    <h2>Readme</h2>
    ${
      recipe.readme.trim() === ""
        ? html`<p class="empty">It has no readme.</p>`
        : markdown(recipe.readme, { below: 2, link: outwards, idPrefix: "readme-" })
    }`;
}

/** Links inside a readme lead nowhere on these pages unless they are full addresses. */
function outwards(href: string): string {
  return href.startsWith("https://") ? href : "";
}
