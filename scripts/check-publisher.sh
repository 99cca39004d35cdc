#!/usr/bin/env bash
# Makes a copy of the repository somebody's (scripts/publisher.mjs) and runs the tests of the documentation there.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" != in-the-copy ]; then exec scripts/in-a-copy.sh scripts/check-publisher.sh in-the-copy; fi

node scripts/publisher.mjs example-org/aws-login
npm test -- __tests__/docs __tests__/pipeline/gallery.test.ts __tests__/pipeline/readme-refusal.test.ts \
  __tests__/pipeline/troubleshooting.test.ts "${@:2}"
npm run test:processes -- __tests__/docs __tests__/pipeline __tests__/bundle/check-trust.test.ts "${@:2}"
