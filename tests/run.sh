#!/usr/bin/env bash
# Installs what is missing, builds everything, and runs every test.
#
#   tests/run.sh [PRESET]     release (default), dev, asan, tsan or clang
#
# Tests on real fingerprints find them through TAANU_DATA and are skipped, saying so, without it.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}

deploy/dependencies.sh test
cmake --preset "$preset" -DTAANU_TESTS=ON -DTAANU_WERROR=ON -Wno-dev
cmake --build --preset "$preset"
ctest --preset "$preset" --output-on-failure --parallel "$(nproc)"
