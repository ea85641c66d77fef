#!/usr/bin/env bash
# From a fresh clone to voters being verified: installs what it needs, builds, starts the daemon on an
# empty register, loads synthetic voters from images of their fingers, opens the polls, verifies voters,
# impostors and second attempts, prints the figures, and stops the daemon.
#
#   deploy/quickstart.sh [--voters N] [--precincts N] [--keep DIR]
#
# Exit status 0 only if every decision was what it should be. No image of a real finger is used.
set -euo pipefail
cd "$(dirname "$0")/.."

voters=1000
precincts=4
keep=
while [ $# -gt 0 ]; do
  case "$1" in
    --voters) voters=$2; shift 2 ;;
    --precincts) precincts=$2; shift 2 ;;
    --keep) keep=$2; shift 2 ;;
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "quickstart.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
  esac
done

began=$SECONDS
step() { printf '\n== %s  [%d s]\n' "$1" $((SECONDS - began)); }

step "Installing what is missing"
deploy/dependencies.sh build

step "Building (release)"
cmake --preset release -DTAANU_TESTS=OFF -Wno-dev >/dev/null
cmake --build --preset release --target taanud taanu

bin=$PWD/build/release/bin
work=${keep:-$(mktemp -d)}
mkdir -p "$work"
daemon=
finish() {
  status=$?
  if [ -n "$daemon" ] && kill -0 "$daemon" 2>/dev/null; then
    kill -TERM "$daemon"
    wait "$daemon" || true
  fi
  if [ "$status" -ne 0 ] && [ -f "$work/taanud.log" ]; then
    echo "The daemon's last lines:" >&2
    tail -n 20 "$work/taanud.log" >&2
  fi
  [ -n "$keep" ] || rm -rf "$work"
  exit "$status"
}
trap finish EXIT

step "Making keys, and $voters synthetic voters with two fingers each"
"$bin/taanu" keys init --out "$work/keys" --name quickstart.taanu/1
"$bin/taanu" synth --voters "$voters" --precincts "$precincts" --fingers 2 --probes 2 --probe-voters 200 --out "$work/register"

step "Starting taanud on an empty register"
cat >"$work/taanud.toml" <<TOML
[listen]
unix_socket = "$work/taanud.sock"
[store]
database = "$work/register.db"
key_file = "$work/keys/store.key"
[audit]
key_file = "$work/keys/audit.key"
[election]
name = "quick start"
# Made-up fingers are more alike than people's: one is now and then taken for another voter's, which
# two officers would settle on the spot (taanu fallback --reason finger_disputed).
duplicate_scope = "off"
TOML
"$bin/taanud" --config "$work/taanud.toml" --ready-file "$work/ready" 2>"$work/taanud.log" &
daemon=$!
for _ in $(seq 300); do
  [ -e "$work/ready" ] && break
  kill -0 "$daemon" 2>/dev/null || { echo "taanud did not start" >&2; exit 1; }
  sleep 0.1
done
export TAANU_SERVER=unix:$work/taanud.sock

step "Loading the register"
"$bin/taanu" load "$work/register/manifest.csv" --create-precincts --rejects "$work/rejects.csv"

step "Election day: 50 voters, 10 impostors, 10 second attempts"
"$bin/taanu" polls open --all --operator chair
"$bin/taanu" demo --dir "$work/register" --voters 50 --impostors 10 --second-attempts 10

step "Closing the polls, and what an auditor sees"
"$bin/taanu" polls close --all --operator chair
"$bin/taanu" stats --by precinct,outcome,method
"$bin/taanu" audit checkpoint

step "Stopping the daemon"
kill -TERM "$daemon"
wait "$daemon"
daemon=
printf '\nEvery decision was what it should be. From start to end: %d s.\n' $((SECONDS - began))
