#!/usr/bin/env bash
# Installs what package-lock.json names into DIR, unless it is there already.
#
#   npm.sh DIR
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
if [ -d "$1/node_modules" ] && cmp -s "$here/package-lock.json" "$1/package-lock.json"; then
  exit 0
fi
cp "$here/package.json" "$here/package-lock.json" "$1"
npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund
