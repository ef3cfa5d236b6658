/** A small recipe that keeps every rule; tests break it in one place. */
export const goodFiles = (version = "1.0.0+1.29.3"): Record<string, string> => ({
  "compose.yml": `version: "3.8"

services:
  app:
    image: nginx:1.29.3@sha256:${"a".repeat(64)}
    networks: [proxy]
    environment:
      - DOMAIN
      - DB_PASSWORD_FILE=/run/secrets/db_password
    secrets: [db_password]
    volumes:
      - data:/srv
    configs:
      - source: conf
        target: /etc/app.conf
    healthcheck:
      test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1/"]
      interval: 10s
    deploy:
      update_config:
        failure_action: rollback
        order: start-first
      labels:
        - "traefik.enable=true"
        - "traefik.http.routers.\${STACK_NAME}.rule=Host(\`\${DOMAIN}\`)"
        - "backupbot.backup=true"
        - "backupbot.backup.volumes.data.path=files"
        - "coop-cloud.\${STACK_NAME}.version=${version}"

networks:
  proxy:
    external: true

volumes:
  data:

secrets:
  db_password:
    external: true
    name: \${STACK_NAME}_db_password_\${SECRET_DB_PASSWORD_VERSION}

configs:
  conf:
    name: \${STACK_NAME}_conf_\${CONF_VERSION}
    file: app.conf.tmpl
    template_driver: golang
`,
  "app.conf.tmpl": 'domain = {{ env "DOMAIN" }}\n',
  ".env.sample": "TYPE=notes\nDOMAIN=notes.example.com\nSECRET_DB_PASSWORD_VERSION=v1\n",
  "abra.sh": "export CONF_VERSION=v1\n",
  "README.md": `# Notes

> Notes for everyone.

- **Category**: Apps
- **Status**: 3
- **Image**: [nginx](https://hub.docker.com/_/nginx), 4, upstream
- **Healthcheck**: Yes
- **Backups**: Yes
- **Email**: No
- **Tests**: No
- **SSO**: No
`,
});
