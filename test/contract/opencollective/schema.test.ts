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
  type GraphQLArgument,
  type GraphQLInputField,
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

/** What the smaller schema says otherwise than the larger one, in words. */
function differences(small: GraphQLSchema, large: GraphQLSchema): string[] {
  const found: string[] = [];
  for (const type of Object.values(small.getTypeMap())) {
    if (type.name.startsWith("__") || isSpecifiedScalarType(type)) continue;
    const there = large.getType(type.name);
    if (there === undefined || there.constructor !== type.constructor) {
      found.push(`${type.name} is not there`);
      continue;
    }
    if (isEnumType(type) && isEnumType(there)) {
      const values = there.getValues().map(({ name }) => name);
      found.push(
        ...type
          .getValues()
          .flatMap(({ name }) => (values.includes(name) ? [] : [`${type.name} has no ${name}`])),
      );
    } else if (isInputObjectType(type) && isInputObjectType(there)) {
      for (const field of Object.values(type.getFields()))
        found.push(...taken(`${type.name}.${field.name}`, field, there.getFields()[field.name], large));
      const missing = Object.values(there.getFields()).filter(
        (field) => isNeeded(field) && type.getFields()[field.name] === undefined,
      );
      found.push(...missing.map((field) => `${type.name} needs ${field.name}`));
    } else if (
      (isObjectType(type) || isInterfaceType(type)) &&
      (isObjectType(there) || isInterfaceType(there))
    ) {
      for (const field of Object.values(type.getFields())) {
        const other = there.getFields()[field.name];
        const name = `${type.name}.${field.name}`;
        if (other === undefined) found.push(`${name} is not there`);
        else {
          if (!gives(other.type, field.type, large))
            found.push(`${name} is ${other.type} and not ${field.type}`);
          for (const arg of field.args) {
            const theirs = other.args.find((one) => one.name === arg.name);
            if (theirs === undefined) found.push(`${name} takes no ${arg.name}`);
            else found.push(...taken(`${name}(${arg.name})`, arg, theirs, large));
          }
          const missing = other.args.filter(
            (arg) => isNeeded(arg) && !field.args.some((one) => one.name === arg.name),
          );
          found.push(...missing.map((arg) => `${name} needs ${arg.name}`));
        }
      }
    }
  }
  return found;
}

const isNeeded = ({ type, defaultValue }: GraphQLInputField | GraphQLArgument): boolean =>
  String(type).endsWith("!") && defaultValue === undefined;

function inLarge(type: GraphQLType, large: GraphQLSchema): GraphQLType | undefined {
  return typeFromAST(large, parseType(String(type)) as never) as GraphQLType | undefined;
}

/** What it gives must be all that we read. */
function gives(theirs: GraphQLType, ours: GraphQLType, large: GraphQLSchema): boolean {
  const wanted = inLarge(ours, large);
  return wanted !== undefined && isTypeSubTypeOf(large, theirs, wanted);
}

/** What we hand in must be something that it takes. */
function taken(
  name: string,
  ours: GraphQLInputField | GraphQLArgument,
  theirs: GraphQLInputField | GraphQLArgument | undefined,
  large: GraphQLSchema,
): string[] {
  if (theirs === undefined) return [`${name} is not there`];
  const given = inLarge(ours.type, large);
  const fits = given !== undefined && isTypeSubTypeOf(large, given, theirs.type);
  return fits ? [] : [`${name} takes ${theirs.type} and not ${ours.type}`];
}
