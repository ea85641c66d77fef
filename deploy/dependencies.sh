#!/usr/bin/env bash
# Installs what Taanu needs from Debian 12's packages, and nothing from anywhere else.
#
#   deploy/dependencies.sh build    compilers and libraries to build it
#   deploy/dependencies.sh test     the same, and what only the tests need
#   deploy/dependencies.sh arm64    what builds and runs the matcher for 64-bit Arm here (tests/neon.sh)
#
# Does nothing, and needs no rights, where everything is there already.
set -euo pipefail

build=(
  g++ cmake ninja-build ccache pkg-config dpkg-dev
  libopencv-core-dev libopencv-imgproc-dev libopencv-imgcodecs-dev libopenjp2-7-dev libjpeg-dev
  libfprint-2-dev libglib2.0-dev
  libsqlite3-dev libsodium-dev libssl-dev libarchive-dev
  libgrpc++-dev protobuf-compiler-grpc protobuf-compiler libprotobuf-dev libprotoc-dev
  golang-github-gogo-googleapis-dev
  libhwy-dev libexpected-dev libcli11-dev libspdlog-dev libtomlplusplus-dev
  nlohmann-json3-dev prometheus-cpp-dev libqrencode-dev libcpp-httplib-dev libmicrohttpd-dev
  zlib1g-dev gettext
)
testing=(
  libgtest-dev libgmock-dev libbenchmark-dev librapidcheck-dev
  clang-14 clang-format-14 libclang-rt-14-dev openssl python3 sqlite3 zbar-tools
  libfaketime chromium nodejs
)
# The nodejs of others than Debian has npm in it.
command -v npm >/dev/null || testing+=(npm)
arm64=(
  cmake ninja-build ccache g++-aarch64-linux-gnu qemu-user-static libexpected-dev nlohmann-json3-dev
  libhwy-dev:arm64 libgtest-dev:arm64 libgmock-dev:arm64 librapidcheck-dev:arm64
)

case "${1:-}" in
  build) wanted=("${build[@]}") ;;
  test) wanted=("${build[@]}" "${testing[@]}") ;;
  arm64) wanted=("${arm64[@]}") ;;
  *)
    echo "usage: ${0##*/} build|test|arm64" >&2
    exit 2
    ;;
esac

# A package may be there for another architecture only.
native=$(dpkg --print-architecture)
missing=()
for package in "${wanted[@]}"; do
  [[ $package == *:* ]] && wanted_for=${package#*:} || wanted_for="$native|all"
  dpkg-query -W -f '${Architecture} ${db:Status-Status}\n' "$package" 2>/dev/null |
    grep -qE "^($wanted_for) installed$" || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "${0##*/}: these packages are missing, and only root can install them:" >&2
    [ "$1" != arm64 ] || echo "  dpkg --add-architecture arm64 && apt-get update" >&2
    echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing ${#missing[@]} packages from Debian: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
[ "$1" != arm64 ] || "${as_root[@]}" dpkg --add-architecture arm64
"${as_root[@]}" apt-get update -q
"${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"
