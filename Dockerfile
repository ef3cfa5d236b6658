# Tandem as an image. Give BASE by digest (node:24-slim@sha256:…) where builds must be repeatable.
ARG BASE=node:24-slim
FROM ${BASE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --strict-allow-scripts --no-audit --no-fund

FROM ${BASE}
RUN apt-get update \
  && apt-get install -y --no-install-recommends git openssh-client ca-certificates restic \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE README.md ./
COPY bin bin
COPY src src
COPY commands commands
COPY workflows workflows
COPY migrations migrations
ENV NODE_ENV=production TANDEM_DATA_DIR=/data TANDEM_SETTINGS=/etc/tandem/tandem.yaml TANDEM_WEB_LISTEN=0.0.0.0:8080
# What Node compiles is kept beside the packages, so that a start takes half the time: compiled by whom it is kept for,
# and from then on nobody may write there. It counts for a program with the same flags only.
RUN mkdir -p node_modules/.cache/tandem && chown node node_modules/.cache/tandem
USER node
RUN ["node", "--max-semi-space-size=4", "--heap-growing-percent=20", "--no-wasm-tier-up", "--no-wasm-dynamic-tiering", "src/compile.ts"]
USER root
RUN chown -R root node_modules/.cache && chmod -R a+rX,go-w node_modules/.cache
# Not root. To reach the Engine's socket the container is given the socket's group (docker run --group-add).
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
# Any answer counts as alive, a 503 too: it says that a run cannot go on, that the homeserver is away or that the disk
# is full. A restart mends none of these, and a Swarm service would be killed for them again and again. What it does
# mend is a process that hangs. A server that is away lets the answer take 5 s; the timeout leaves room for that.
HEALTHCHECK --interval=30s --timeout=15s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then(() => process.exit(0), () => process.exit(1))"]
# As `npm start`. A small young space: start-up leaves garbage that V8 would otherwise keep (290 MB resident instead of
# 180). A heap that grows by a fifth before it is tidied, not fourfold: that would be 250 MB on a busy day. WebAssembly
# is compiled once, quickly: compiling it better takes 15 MB for what a bot does not need.
CMD ["node", "--max-semi-space-size=4", "--heap-growing-percent=20", "--no-wasm-tier-up", "--no-wasm-dynamic-tiering", "src/main.ts"]
