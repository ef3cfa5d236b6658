/**
 * Makes start-up fast; imported before anything else, what is large is imported after it. For every file of a package
 * Node asks what kind of module it is, and parses the package.json beside it anew, with its list of entry points
 * (Node 24, `getPackageScopeConfig`). That of drizzle-orm has 179 kB and is asked for 113 times, which takes half of
 * the time in which the program starts. Its files are modules and name each other by path: so it is answered here.
 */
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL } = context;
    const isItsOwn = parentURL?.includes("/node_modules/drizzle-orm/") === true;
    if (!isItsOwn || !specifier.startsWith(".") || !specifier.endsWith(".js"))
      return next(specifier, context);
    return { url: new URL(specifier, parentURL).href, format: "module", shortCircuit: true };
  },
});
