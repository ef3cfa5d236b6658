import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * A Swarm that is reached over SSH; the server `local` has no row, it is the socket of the settings. Host, port,
 * user and key are those of the manager that is asked; keys are files or an agent's, never here.
 */
export const server = sqliteTable("server", {
  name: text("name").primaryKey(),
  host: text("host").notNull(),
  port: integer("port").notNull(),
  user: text("user").notNull(),
  /** Path of the private key; null: the SSH agent of the process. */
  keyFile: text("key_file"),
  /** The one host key that counts: `SHA256:…`. */
  hostKey: text("host_key").notNull(),
  /** Path of the Docker socket there. */
  socket: text("socket").notNull(),
  addedBy: text("added_by").notNull(),
  addedAt: text("added_at").notNull(),
});

/** Another node of a server's Swarm: exec and volumes go to the node that runs the task. */
export const serverNode = sqliteTable(
  "server_node",
  {
    server: text("server").notNull(),
    /** As the Swarm calls it. */
    hostname: text("hostname").notNull(),
    host: text("host").notNull(),
    port: integer("port").notNull(),
    hostKey: text("host_key").notNull(),
  },
  (table) => [primaryKey({ columns: [table.server, table.hostname] })],
);
