#!/usr/bin/env bash
# Builds the matcher and its tests for 64-bit Arm with Debian's cross compiler, and runs them under
# qemu-user: NEON gives the scalar path's scores and those of the golden file, to the bit.
#
#   tests/neon.sh [CTEST-OPTION...]
set -euo pipefail
cd "$(dirname "$0")/.."

deploy/dependencies.sh arm64
cmake -S . -B build/aarch64 -G Ninja -Wno-dev -DCMAKE_TOOLCHAIN_FILE=tests/support/aarch64.cmake \
  -DCMAKE_BUILD_TYPE=Release -DTAANU_MATCHER_ONLY=ON -DTAANU_TESTS=ON -DTAANU_WERROR=ON
cmake --build build/aarch64
# Emulated, which is slow: fewer pairs are compared, and what measures time or memory, or has no
# kernel of its own in the gallery, is left out.
export TAANU_PAIRS_EVERY=7
left_out='WorstCase.*:Allocation.*:BadInput.*:Gallery.*:IndexedGallery.*:*EditOf.*:Edit.*:Search*.*'
export GTEST_FILTER="-$left_out:IndexedSearch.*:SnapshotCell.*:Fusion.*:Shortlist.*"
ctest --test-dir build/aarch64 --output-on-failure --parallel "$(nproc)" "$@"
