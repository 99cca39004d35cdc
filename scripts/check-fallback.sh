#!/usr/bin/env bash
# Builds dist/ with the AWS SDK's own client (npm run build:fallback) in a copy, and runs it there on the sandbox.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" != in-the-copy ]; then exec scripts/in-a-copy.sh scripts/check-fallback.sh in-the-copy "$@"; fi

npm run build:fallback
grep -rq 'nothing is sent here' dist
if grep -q xml-builder build/src/sts/protocol.js; then exit 1; fi
npm run test:processes -- __tests__/bundle/archive.test.ts __tests__/bundle/https.test.ts __tests__/bundle/process.test.ts \
  __tests__/bundle/refresh.test.ts __tests__/bundle/refresh-sources.test.ts __tests__/bundle/secrets.test.ts "${@:2}"
