/** TypeScript's view of a type as JSON Schema: one definition per type, references between them. */
import path from "node:path";
import ts from "typescript";
import { sdk } from "./routes.ts";

export type Schema = Record<string, unknown>;

export interface Converter {
  defs: Record<string, Schema>;
  /** The schema of a type; objects become definitions. */
  of: (type: ts.Type) => Schema;
}

export function openConverter(checker: ts.TypeChecker): Converter {
  const defs: Record<string, Schema> = {};
  const names = new Map<ts.Type, string>();

  const of = (type: ts.Type): Schema => {
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
    if (type.isStringLiteral() || type.isNumberLiteral()) return { enum: [type.value] };
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { enum: [checker.typeToString(type) === "true"] };
    if (type.flags & ts.TypeFlags.StringLike) return { type: "string" };
    if (type.flags & ts.TypeFlags.NumberLike) return { type: "number" };
    if (type.flags & ts.TypeFlags.BooleanLike) return { type: "boolean" };
    if (type.flags & ts.TypeFlags.Null) return { type: "null" };
    if (isDecimal(type)) return { type: "string", decimal: true };
    if (isText(type)) return { type: "string" };
    if (type.isUnion()) return union(type.types);
    if (checker.isArrayType(type)) {
      const [item] = checker.getTypeArguments(type as ts.TypeReference);
      return { type: "array", items: item === undefined ? {} : of(item) };
    }
    return { $ref: `#/$defs/${object(type)}` };
  };

  const union = (types: readonly ts.Type[]): Schema => {
    const there = types.filter((type) => !(type.flags & ts.TypeFlags.Undefined));
    const schemas = there.map(of);
    const literals = schemas.flatMap((schema) => (schema["enum"] as unknown[] | undefined) ?? []);
    const others = schemas.filter((schema) => schema["enum"] === undefined);
    const isOpen = others.some((schema) => schema["type"] === "string");
    const distinct = [...new Map(others.map((schema) => [JSON.stringify(schema), schema])).values()];
    if (literals.length === 2 && literals.includes(true)) distinct.push({ type: "boolean" });
    else if (literals.length > 0 && !isOpen) distinct.push({ enum: literals });
    return distinct.length === 1 ? (distinct[0] ?? {}) : { anyOf: distinct };
  };

  const object = (type: ts.Type): string => {
    const known = names.get(type);
    if (known !== undefined) return known;
    const name = freeName(checker, type, defs);
    names.set(type, name);
    const schema: Schema = { type: "object" };
    defs[name] = schema;
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const property of checker.getPropertiesOfType(type)) {
      const of_ = checker.getTypeOfSymbol(property);
      if (of_.getCallSignatures().length > 0 || property.name === "lastResponse") continue;
      properties[property.name] = of(of_);
      if (!(property.flags & ts.SymbolFlags.Optional)) required.push(property.name);
    }
    const index = checker.getIndexInfoOfType(type, ts.IndexKind.String);
    Object.assign(schema, {
      properties,
      ...(required.length > 0 && { required }),
      additionalProperties: index === undefined ? false : of(index.type),
    });
    return name;
  };

  return { defs, of };
}

/** A number as text. */
function isDecimal(type: ts.Type): boolean {
  return /^Decimal(Impl)?$/.test(type.aliasSymbol?.name ?? type.getSymbol()?.name ?? "");
}

/** Open enums (`string & Record<never, never>`) and dates go over the wire as text. */
function isText(type: ts.Type): boolean {
  if (type.getSymbol()?.name === "Date") return true;
  return type.isIntersection() && type.types.some((part) => part.flags & ts.TypeFlags.String);
}

function freeName(checker: ts.TypeChecker, type: ts.Type, defs: object): string {
  const symbol = type.aliasSymbol ?? type.getSymbol();
  const full = symbol === undefined ? "type" : checker.getFullyQualifiedName(symbol);
  const match = /^"(.+)"\.(.+)$/.exec(full);
  const file = match?.[1] === undefined ? "" : path.relative(path.join(sdk, "esm/resources"), match[1]);
  const plain = `${file}:${match?.[2] ?? full}`.replaceAll(/[^\w:.]/g, "-");
  let name = plain;
  for (let n = 2; name in defs; n++) name = `${plain}-${n}`;
  return name;
}
