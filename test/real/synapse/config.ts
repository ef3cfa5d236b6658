import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** With it tests register users; the server listens on loopback only. */
export const registrationSecret = "test-shared-secret";

/** A homeserver for one test run: no federation, no rate limits, cheap passwords. */
export function writeConfig(data: string, port: number): void {
  mkdirSync(path.join(data, "media"), { recursive: true });
  const unlimited = { per_second: 100_000, burst_count: 100_000 };
  const config = {
    server_name: "coop.test",
    public_baseurl: `http://127.0.0.1:${port}/`,
    pid_file: path.join(data, "homeserver.pid"),
    report_stats: false,
    listeners: [
      {
        port,
        type: "http",
        tls: false,
        x_forwarded: false,
        bind_addresses: ["127.0.0.1"],
        resources: [{ names: ["client", "openid"] }],
      },
    ],
    database: { name: "sqlite3", args: { database: path.join(data, "homeserver.db") } },
    log_config: path.join(data, "log.yaml"),
    media_store_path: path.join(data, "media"),
    // Given, because making one costs a start of its own.
    signing_key: `ed25519 a_test ${randomBytes(32).toString("base64").replace(/=+$/, "")}`,
    registration_shared_secret: registrationSecret,
    macaroon_secret_key: "test-macaroon",
    form_secret: "test-form",
    trusted_key_servers: [],
    suppress_key_server_warning: true,
    federation_domain_whitelist: [],
    presence: { enabled: false },
    bcrypt_rounds: 4,
    rc_message: unlimited,
    rc_registration: unlimited,
    rc_login: { address: unlimited, account: unlimited, failed_attempts: unlimited },
    rc_admin_redaction: unlimited,
    rc_joins: { local: unlimited, remote: unlimited },
    rc_joins_per_room: unlimited,
    rc_invites: { per_room: unlimited, per_user: unlimited, per_issuer: unlimited },
    rc_key_requests: unlimited,
    rc_media_create: unlimited,
    rc_room_creation: unlimited,
  };
  // JSON is YAML.
  writeFileSync(path.join(data, "homeserver.yaml"), JSON.stringify(config, undefined, 2));
  const file = {
    class: "logging.FileHandler",
    filename: path.join(data, "homeserver.log"),
    formatter: "plain",
  };
  const log = {
    version: 1,
    formatters: { plain: { format: "%(asctime)s %(name)s %(levelname)s %(message)s" } },
    handlers: { file },
    root: { level: "WARNING", handlers: ["file"] },
    disable_existing_loggers: false,
  };
  writeFileSync(path.join(data, "log.yaml"), JSON.stringify(log, undefined, 2));
}
