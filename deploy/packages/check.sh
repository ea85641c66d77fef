#!/usr/bin/env bash
# Builds the Debian packages of a built tree, installs them, runs what they installed, and removes them.
#
#   deploy/packages/check.sh BUILD_FOLDER      needs root, since it installs
set -euo pipefail
build=$(cd "$1" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

(cd "$build" && cpack -B "$out" >"$out/cpack.log" 2>&1) || { cat "$out/cpack.log" >&2; exit 1; }
ls -l "$out"/*.deb
for deb in "$out"/*.deb; do
  dpkg-deb --info "$deb" | grep -E '^ (Package|Version|Depends|Installed-Size):'
done

dpkg -i "$out"/taanu-server_*.deb "$out"/taanu-tools_*.deb
remove() { dpkg --purge taanu-server taanu-tools >/dev/null; rm -rf "$out"; }
trap remove EXIT

/usr/bin/taanud --version
/usr/bin/taanu --version
/usr/bin/taanud --check-config --config /etc/taanu/taanud.toml
[ "$(stat -c '%U %a' /var/lib/taanu)" = "taanu 700" ]
if command -v systemd-analyze >/dev/null; then
  systemd-analyze verify /lib/systemd/system/taanud.service
  systemd-analyze security --offline=true --threshold=20 --no-pager /lib/systemd/system/taanud.service |
    tail -n 1
fi
echo "The packages install, run and can be removed."
