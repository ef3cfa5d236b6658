/** A new recipe that keeps every rule: small enough to be read, with each part that a recipe has. */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { recipeFolderTaken } from "../../core/problems/recipe-release.ts";
import type { RecipeName } from "../../core/terms.ts";
import { ownGit } from "./own-git.ts";

const image = { name: "nginx", tag: "1.29.3-alpine", page: "https://hub.docker.com/_/nginx" };

/**
 * Writes the recipe into a folder of its own, as a git repository without a commit. Throws `recipe-folder-taken` when
 * the folder is there.
 */
export async function newRecipe(
  name: RecipeName,
  dir: string,
  env: Record<string, string>,
): Promise<string[]> {
  if (existsSync(dir)) throw recipeFolderTaken({ dir });
  const files = filesOf(name);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(dir, file)), { recursive: true });
    await writeFile(path.join(dir, file), text);
  }
  await ownGit(dir, env)(["init", "--quiet", "--initial-branch=main"]);
  return Object.keys(files);
}

function filesOf(name: RecipeName): Record<string, string> {
  return {
    "compose.yml": compose,
    "nginx.conf.tmpl": config,
    ".env.sample": sampleOf(name),
    "abra.sh": script,
    "README.md": readmeOf(name),
    "release/next": "The first release.\n",
  };
}

const compose = `version: "3.8"

services:
  app:
    image: ${image.name}:${image.tag}
    networks:
      - proxy
    environment:
      - DOMAIN
    configs:
      - source: nginx_conf
        target: /etc/nginx/conf.d/default.conf
    volumes:
      - data:/usr/share/nginx/html
    healthcheck:
      test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1/healthz"]
      interval: 10s
      timeout: 5s
      retries: 5
      start_period: 10s
    deploy:
      update_config:
        # A new task that does not become healthy is taken away again, and the old one stays.
        failure_action: rollback
        order: start-first
        monitor: 10s
      restart_policy:
        delay: 5s
      labels:
        - "traefik.enable=true"
        - "traefik.http.services.\${STACK_NAME}.loadbalancer.server.port=80"
        - "traefik.http.routers.\${STACK_NAME}.rule=Host(\`\${DOMAIN}\`\${EXTRA_DOMAINS})"
        - "traefik.http.routers.\${STACK_NAME}.entrypoints=web-secure"
        - "traefik.http.routers.\${STACK_NAME}.tls.certresolver=\${LETS_ENCRYPT_ENV}"
        - "backupbot.backup=true"
        - "coop-cloud.\${STACK_NAME}.timeout=\${TIMEOUT:-120}"
        - "coop-cloud.\${STACK_NAME}.version=0.1.0+${image.tag}"

networks:
  proxy:
    external: true

volumes:
  data:

configs:
  nginx_conf:
    name: \${STACK_NAME}_nginx_conf_\${NGINX_CONF_VERSION}
    file: nginx.conf.tmpl
    template_driver: golang
`;

const config = `server {
  listen 80;
  server_name {{ env "DOMAIN" }};
  root /usr/share/nginx/html;

  location = /healthz {
    access_log off;
    return 204;
  }
}
`;

const script = `# Raise a version whenever the file of that config changes: Swarm never changes a config.
export NGINX_CONF_VERSION=v1
`;

function sampleOf(name: string): string {
  return `TYPE=${name}

DOMAIN=${name}.example.com
## More names for the same app
#EXTRA_DOMAINS=', \`www.${name}.example.com\`'
LETS_ENCRYPT_ENV=production

## How many seconds a deploy may take
#TIMEOUT=120
`;
}

function readmeOf(name: string): string {
  return `# ${name}

> Say in one sentence what ${name} is for.

<!-- metadata -->

- **Category**: Apps
- **Status**: 1
- **Image**: [\`${image.name}\`](${image.page}), 4, upstream
- **Healthcheck**: Yes
- **Backups**: Yes
- **Email**: No
- **Tests**: No
- **SSO**: No

<!-- endmetadata -->

## Quick start

- \`app new ${name} <domain>\`, then \`app deploy <domain>\`
- or with abra: \`abra app new ${name}\`, \`abra app deploy <domain>\`
`;
}
