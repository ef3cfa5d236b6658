/** A browser without JavaScript, over the wire: keeps the cookie, says from which site a form comes. */
export interface Browser {
  get(path: string): Promise<Response>;
  post(path: string, fields: Record<string, string>, origin?: string): Promise<Response>;
  /** Sends the form of the page at `path` whose action matches, with what the page put into its hidden fields. */
  submit(path: string, action: RegExp, typed?: Record<string, string>): Promise<Response>;
}

export function browser(url: string): Browser {
  let cookie = "";
  const keep = (response: Response): Response => {
    const set = response.headers.get("set-cookie");
    if (set !== null) cookie = set.split(";")[0] ?? "";
    return response;
  };
  const ask = (path: string, body: URLSearchParams | null = null, origin?: string): Promise<Response> =>
    fetch(new URL(path, url), {
      method: body === null ? "GET" : "POST",
      body,
      redirect: "manual",
      headers: { ...(cookie !== "" && { cookie }), ...(origin !== undefined && { origin }) },
    }).then(keep);
  const post: Browser["post"] = (path, fields, origin = url) =>
    ask(path, new URLSearchParams(fields), origin);
  return {
    get: (path) => ask(path),
    post,
    async submit(path, action, typed = {}) {
      const html = await (await ask(path)).text();
      const forms = [...html.matchAll(/<form[^>]*action="([^"]*)"[^>]*>(.*?)<\/form>/gs)];
      const form = forms.find(([, to = ""]) => action.test(to));
      if (form === undefined)
        throw new Error(`${path} has no form ${String(action)}: ${html.slice(0, 2000)}`);
      const hidden = [...(form[2] ?? "").matchAll(/type="hidden"\s+name="([^"]*)"\s+value="([^"]*)"/g)];
      const fields = Object.fromEntries(hidden.map(([, name = "", value = ""]) => [name, value]));
      return post(form[1] ?? "", { ...fields, ...typed });
    },
  };
}
