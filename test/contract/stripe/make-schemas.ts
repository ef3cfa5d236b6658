import ts from "typescript";
import { openConverter, type Schema } from "./convert.ts";
import type { Route } from "./routes.ts";
import type { Schemas } from "./schemas.ts";

/** Asks the TypeScript compiler about the SDK's declarations: a second or some. */
export function makeSchemas(routes: readonly Route[]): Schemas {
  const roots = [...new Set(routes.map(({ declarations }) => declarations))];
  const program = ts.createProgram(roots, {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const { of, defs } = openConverter(checker);
  const made: Schemas = { params: {}, answers: {}, $defs: defs };
  for (const route of routes) {
    const source = program.getSourceFile(route.declarations);
    const method = source && methodIn(source, route.method);
    if (method === undefined) throw new Error(`${route.name} has no declaration`);
    const params = method.parameters.find((one) => one.name.getText() === "params");
    const paramsType = params && checker.getNonNullableType(checker.getTypeAtLocation(params));
    made.params[route.name] = paramsType === undefined ? { type: "object" } : of(paramsType);
    // An event may be any of 275 kinds, each with its object: they would be half of all definitions.
    if (route.declarations.endsWith("/Events.d.ts")) made.answers[route.name] = {};
    else made.answers[route.name] = answerOf(method, (node) => of(checker.getTypeFromTypeNode(node)));
  }
  return made;
}

/** Of several ways to call it the one that takes parameters. */
function methodIn(source: ts.SourceFile, name: string): ts.MethodDeclaration | undefined {
  const found: ts.MethodDeclaration[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isMethodDeclaration(node) && node.name.getText() === name) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const takes = (method: ts.MethodDeclaration): boolean =>
    method.parameters.some((one) => one.name.getText() === "params");
  return found.find(takes) ?? found[0];
}

/** `Promise<Response<X>>` is X; a list of X is what the API sends in place of an `ApiListPromise<X>`. */
function answerOf(method: ts.MethodDeclaration, of: (node: ts.TypeNode) => Schema): Schema {
  let node = method.type;
  let wrapper = "";
  while (node && ts.isTypeReferenceNode(node) && /Promise$|^Response$/.test(node.typeName.getText())) {
    wrapper = /^Api/.test(node.typeName.getText()) ? node.typeName.getText() : wrapper;
    node = node.typeArguments?.[0];
  }
  if (node === undefined) return {};
  if (wrapper === "") return of(node);
  return {
    type: "object",
    properties: { data: { type: "array", items: of(node) }, has_more: { type: "boolean" } },
    required: ["object", "data", "has_more", "url"],
  };
}
