/**
 * The words of the field as branded types. Each schema's message says what was expected, in the words a member
 * would use, because the parser shows it under the word that did not fit.
 */
import { z } from "zod";

const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

/**
 * An app's domain, such as `cloud.example.coop`: lower case, at least two labels, 253 characters at most (RFC
 * 1035).
 */
export const AppDomain = z
  .string()
  .transform((typed) => typed.toLowerCase())
  .refine((domain) => domain.length <= 253 && new RegExp(`^${label}(?:\\.${label})+$`).test(domain), {
    error: "an app's domain, such as cloud.example.coop",
  })
  .brand<"AppDomain">();
export type AppDomain = z.infer<typeof AppDomain>;

/** The name of a recipe, such as `nextcloud`. */
export const RecipeName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, { error: "a recipe's name, such as nextcloud" })
  .brand<"RecipeName">();
export type RecipeName = z.infer<typeof RecipeName>;

/**
 * A version of a recipe as its git tag says it, such as `5.1.0+29.0.1` (facts: old tags like `5.7.1_1` are
 * live too).
 */
export const RecipeVersion = z
  .string()
  .regex(/^v?\d+(?:\.\d+)*(?:_\d+)?(?:-[\w.]+)?(?:\+[\w.-]+)?$/, {
    error: "a recipe's version, such as 5.1.0+29.0.1",
  })
  .brand<"RecipeVersion">();
export type RecipeVersion = z.infer<typeof RecipeVersion>;

/** The beginning of a commit's hash, such as `3f2a91c0`. */
export const RecipeCommit = z
  .string()
  .regex(/^[0-9a-f]{7,40}$/, { error: "a commit, such as 3f2a91c0" })
  .brand<"RecipeCommit">();
export type RecipeCommit = z.infer<typeof RecipeCommit>;

/**
 * A Matrix user id, such as `@bo:example.coop`. Only its shape is checked; the homeserver knows whether it
 * exists.
 */
export const MatrixId = z
  .string()
  .max(255)
  .regex(/^@[^\s:]+:[^\s]+$/, { error: "a full Matrix id, such as @bo:example.coop" })
  .brand<"MatrixId">();
export type MatrixId = z.infer<typeof MatrixId>;

/** The short name of a member inside the co-op, such as `bo`. */
export const MemberName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,30}$/, { error: "a member's short name, such as bo" })
  .brand<"MemberName">();
export type MemberName = z.infer<typeof MemberName>;

/** A member as people name one: by short name, or by Matrix id (what a mention becomes). */
export const Person = z.union([MemberName, MatrixId], {
  error: "a member's short name or Matrix id, such as bo or @bo:example.coop",
});
export type Person = z.infer<typeof Person>;

/** What a member calls one of their tokens. */
export const TokenLabel = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,40}$/, { error: "a name for the token, such as backup-script" })
  .brand<"TokenLabel">();
export type TokenLabel = z.infer<typeof TokenLabel>;

/** The short name of a member organisation, which holds one vote. */
export const SeatName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,40}$/, { error: "a member organisation's short name, such as autonomic" })
  .brand<"SeatName">();
export type SeatName = z.infer<typeof SeatName>;

/** A run's id: five letters that can be said aloud. */
export const RunId = z
  .string()
  .regex(/^[a-z]{5}$/, { error: "a run's five letters, such as bakor" })
  .brand<"RunId">();
export type RunId = z.infer<typeof RunId>;

/** The name of a Swarm server, such as `local`. */
export const ServerName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,252}$/, { error: "a server's name, such as local" })
  .brand<"ServerName">();
export type ServerName = z.infer<typeof ServerName>;

/** A service of a stack, such as `app` or `db`. */
export const ServiceName = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/, { error: "a service's name, such as app" })
  .brand<"ServiceName">();
export type ServiceName = z.infer<typeof ServiceName>;

/**
 * What one may do. Everybody who is known is a member; the other roles are given one by one and imply nothing
 * else.
 */
export const Role = z.enum(["member", "maintainer", "treasurer", "operator"], {
  error: "a role: member, maintainer, treasurer or operator",
});
export type Role = z.infer<typeof Role>;

/** States shared by database, chat and web. */
export const RunStatus = z.enum(["waiting", "running", "done", "failed", "undone", "cancelled"]);
export type RunStatus = z.infer<typeof RunStatus>;

/** A setting of an app, as its recipe writes it. */
export const SettingName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, {
  error: "a setting's name as the recipe writes it, such as PORT",
});

/** A secret, as the recipe's compose file calls it. */
export const SecretName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, {
  error: "a secret's name as the recipe writes it, such as db_password",
});
