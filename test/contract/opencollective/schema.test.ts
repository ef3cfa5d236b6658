/** Our operations and our subset against the whole schema, where it is at hand; our operations against the subset always. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  isTypeSubTypeOf,
  parse,
  typeFromAST,
  parseType,
  validate,
  type GraphQLSchema,
  type GraphQLType,
} from "graphql";
import { describe, expect, test } from "vitest";
import * as documents from "../../../src/collective/documents.ts";
import { subset } from "./server.ts";

const root = path.join(import.meta.dirname, "../../..");
const whole = path.join(root, "../shared/data/opencollective/schemaV2.graphql");
const operations = Object.entries(documents).flatMap(([name, document]): [string, string][] =>
  typeof document === "string" ? [[name, document]] : [],
);

test("every operation fits the subset", () => {
  expect(operations.length).toBeGreaterThan(6);
  for (const [name, document] of operations)
    expect({ name, faults: validate(subset, parse(document)).map(String) }).toEqual({ name, faults: [] });
});

if (!existsSync(whole)) {
  console.log(`the whole schema of Open Collective is not at ${path.relative(root, whole)}: left out`);
}

describe.skipIf(!existsSync(whole))("against the whole schema", () => {
  const real = existsSync(whole)
    ? buildSchema(readFileSync(whole, "utf8"), { assumeValidSDL: true })
    : subset;

  test("every operation fits it", () => {
    for (const [name, document] of operations)
      expect({ name, faults: validate(real, parse(document)).map(String) }).toEqual({ name, faults: [] });
  });

  test("every type, field, argument and value of the subset is there, with a fitting type", () => {
    expect(differences(subset, real)).toEqual([]);
  });

  test("the comparison finds what is not there", () => {
    const odd = buildSchema(`
      scalar JSON
      type Query { me(nobody: Int): Individual expense(expense: ExpenseReferenceInput): Individual }
      type Individual { slug: Int! shoeSize: Int }
      input ExpenseReferenceInput { id: JSON }
      enum Currency { EUR PEBBLES }
      type Velodrome { laps: Int }
    `);
    expect(differences(odd, real)).toEqual([
      "Query.me takes no nobody",
      "Query.expense is Expense and not Individual",
      "Individual.slug is String! and not Int!",
      "Individual.shoeSize is not there",
      "ExpenseReferenceInput.id takes String and not JSON",
      "Currency has no PEBBLES",
      "Velodrome is not there",
    ]);
  });
});

interface Slot {
  name: string;
  type: string;
  /** It must be handed in. */
  needed: boolean;
}
interface Shape {
  kind: string;
  values: string[];
  inputs: Slot[];
  fields: (Slot & { args: Slot[] })[];
}

/** A type as plain words; its own classes refer to each other in rings. */
function shapeOf(type: unknown): Shape {
  const shape: Shape = { kind: (type as object).constructor.name, values: [], inputs: [], fields: [] };
  const slot = ({
    name,
    type: of,
    defaultValue,
  }: {
    name: string;
    type: unknown;
    defaultValue?: unknown;
  }): Slot => {
    const text = String(of);
    return { name, type: text, needed: text.endsWith("!") && defaultValue === undefined };
  };
  if (isEnumType(type)) shape.values = type.getValues().map(({ name }) => name);
  if (isInputObjectType(type)) shape.inputs = Object.values(type.getFields()).map(slot);
  if (isObjectType(type) || isInterfaceType(type)) {
    shape.fields = Object.values(type.getFields()).map((field) => ({
      ...slot(field),
      args: field.args.map(slot),
    }));
  }
  return shape;
}

/** What the smaller schema says otherwise than the larger one, in words. */
function differences(small: GraphQLSchema, large: GraphQLSchema): string[] {
  return Object.values(small.getTypeMap()).flatMap((type) => {
    const { name } = type;
    if (name.startsWith("__") || isSpecifiedScalarType(type)) return [];
    const there = large.getType(name);
    const [ours, theirs] = [shapeOf(type), there === undefined ? undefined : shapeOf(there)];
    if (theirs?.kind !== ours.kind) return [`${name} is not there`];
    return [
      ...ours.values
        .filter((value) => !theirs.values.includes(value))
        .map((value) => `${name} has no ${value}`),
      ...slots(ours.inputs, theirs.inputs, large, (field) => `${name}.${field}`, `${name} has no`),
      ...ours.fields.flatMap((field) => {
        const at = `${name}.${field.name}`;
        const other = theirs.fields.find((one) => one.name === field.name);
        if (other === undefined) return [`${at} is not there`];
        return [
          ...(isWithin(other.type, field.type, large)
            ? []
            : [`${at} is ${other.type} and not ${field.type}`]),
          ...slots(field.args, other.args, large, (arg) => `${at}(${arg})`, `${at} takes no`),
        ];
      }),
    ];
  });
}

/** What we hand in must be there, of a type that is taken, and nothing that is needed may be left out. */
function slots(
  ours: Slot[],
  theirs: Slot[],
  large: GraphQLSchema,
  named: (name: string) => string,
  none: string,
): string[] {
  const unfit = ours.flatMap(({ name, type }) => {
    const other = theirs.find((one) => one.name === name);
    if (other === undefined) return [`${none} ${name}`];
    return isWithin(type, other.type, large) ? [] : [`${named(name)} takes ${other.type} and not ${type}`];
  });
  const left = theirs.filter(({ name, needed }) => needed && !ours.some((one) => one.name === name));
  return [...unfit, ...left.map(({ name }) => `${named(name)} is needed`)];
}

/** The larger schema's own type of that name, such as `[String!]`. */
function inLarge(type: string, large: GraphQLSchema): GraphQLType | undefined {
  return typeFromAST(large, parseType(type) as never) as GraphQLType | undefined;
}

function isWithin(narrow: string, wide: string, large: GraphQLSchema): boolean {
  const [inner, outer] = [inLarge(narrow, large), inLarge(wide, large)];
  return inner !== undefined && outer !== undefined && isTypeSubTypeOf(large, inner, outer);
}
