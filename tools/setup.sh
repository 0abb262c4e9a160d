#!/usr/bin/env bash
# Brings this checkout to the state in which every command of the project runs, and does nothing when it is there:
# the pinned Node.js (tools/runtime), the npm packages of the root, the patches. Safe to run any number of times.
#
#   tools/setup.sh [--browser] [--firefox] [--postgres] [--coturn]
#
# --browser   Chromium is needed for the browser tests: installed when we may, otherwise the command to run is named.
# --firefox   Firefox, PostgreSQL and coturn make more tests run. Without them those tests are skipped and say so.
# --postgres
# --coturn
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
runtime="$root/tools/runtime"

fail() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

hash_of() {
  cat -- "$@" | sha256sum | cut -d' ' -f1
}

stamp_is() {
  [ -f "$1" ] && [ "$(cat -- "$1")" = "$2" ]
}

# The package `node` fetches the binary of this machine in an install script. npm versions differ in whether such a
# script may run, so it is run here by name, and every other script stays off.
install_runtime() {
  command -v node >/dev/null && command -v npm >/dev/null || fail \
    'Node.js (18 or newer, any version will do to begin with) and npm are needed.' \
    'On Debian: apt-get install nodejs npm'
  echo 'setup: fetching the pinned Node.js (once)'
  npm ci --prefix "$runtime" --ignore-scripts --no-audit --no-fund --loglevel=error || fail \
    'npm could not install tools/runtime. Is the npm registry reachable? See the message above, then run this again.'
  (cd -- "$runtime/node_modules/node" && node installArchSpecificPackage.js >/dev/null) || fail \
    "npm has no Node.js binary for this machine ($(uname -sm)). Put Node 24 first on PATH as tools/runtime/node_modules/.bin/node."
  mkdir -p "$runtime/node_modules/.bin"
  ln -sf ../node/bin/node "$runtime/node_modules/.bin/node"
  "$runtime/node_modules/.bin/node" --version >/dev/null || fail \
    'The pinned Node.js does not start on this machine. Its message is above.'
}

# `npm install --no-save`, not `npm ci`: npm leaves optional binaries of other platforms out of a lock file when the
# registry it was written against has none of them, and the `npm ci` of npm 11 refuses a lock file without them. This
# installs the same locked versions with the same integrity check; that lock file and package.json files agree, which
# is what `npm ci` would add, is checked by tidy.
install_packages() {
  echo 'setup: installing packages (once per change of package-lock.json)'
  (cd -- "$root" && npm install --no-save --no-audit --no-fund --ignore-scripts --include=dev --include=optional --loglevel=error) || fail \
    'npm could not install the packages. Is the npm registry reachable? See the message above, then run this again.'
  (cd -- "$root" && node node_modules/patch-package/index.js --error-on-fail >/dev/null) || fail \
    'A patch in patches/ does not fit the installed package. Remove node_modules and run this again.'
}

# Debian starts services as soon as their package is there. Nothing of ours needs a running service, so a policy
# forbids it for the time of the installation, unless the machine already has one.
policy=/usr/sbin/policy-rc.d
policy_is_ours=no
remove_policy() {
  if [ "$policy_is_ours" = yes ]; then rm -f -- "$policy"; fi
}
trap remove_policy EXIT

install_debian() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    policy_is_ours=yes
  fi
  echo "setup: installing $1 from Debian"
  local log
  log=$(mktemp)
  if ! { DEBIAN_FRONTEND=noninteractive apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$1"; } >"$log" 2>&1; then
    tail -n 20 -- "$log" >&2
    rm -f -- "$log"
    return 1
  fi
  rm -f -- "$log"
}

has_chromium() {
  [ -x "${CHROMIUM_PATH:-/usr/bin/chromium}" ]
}

has_firefox() {
  [ -x "${FIREFOX_PATH:-/usr/bin/firefox-esr}" ]
}

has_postgres() {
  compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null
}

has_coturn() {
  command -v turnserver >/dev/null
}

want_browser=no want_firefox=no want_postgres=no want_coturn=no
for argument in "$@"; do
  case "$argument" in
    --browser) want_browser=yes ;;
    --firefox) want_firefox=yes ;;
    --postgres) want_postgres=yes ;;
    --coturn) want_coturn=yes ;;
    *) fail "unknown option $argument" ;;
  esac
done

# Two commands at once must not install into one folder: the second waits. Released when this shell ends.
if command -v flock >/dev/null; then
  exec 9<"$root/tools/setup.sh"
  flock 9
fi

runtime_hash=$(hash_of "$runtime/package-lock.json")
if ! stamp_is "$runtime/node_modules/.visavis-stamp" "$runtime_hash" || [ ! -x "$runtime/node_modules/.bin/node" ]; then
  install_runtime
  printf '%s' "$runtime_hash" >"$runtime/node_modules/.visavis-stamp"
fi

export PATH="$runtime/node_modules/.bin:$PATH"
shopt -s nullglob
packages_hash=$(hash_of "$root/package-lock.json" "$root"/patches/*)
if ! stamp_is "$root/node_modules/.visavis-stamp" "$packages_hash"; then
  install_packages
  printf '%s' "$packages_hash" >"$root/node_modules/.visavis-stamp"
fi

if [ "$want_browser" = yes ] && ! has_chromium; then
  { install_debian chromium && has_chromium; } || fail \
    'Chromium is needed for the browser tests and could not be installed.' \
    'Run as root: apt-get install chromium' \
    'or name another Chromium: CHROMIUM_PATH=/path/to/chromium'
fi
if [ "$want_firefox" = yes ] && ! has_firefox; then
  install_debian firefox-esr || echo 'setup: Firefox is absent, its tests will be skipped (as root: apt-get install firefox-esr)'
fi
if [ "$want_postgres" = yes ] && ! has_postgres; then
  install_debian postgresql || echo 'setup: PostgreSQL is absent, its tests will be skipped (as root: apt-get install postgresql)'
fi
if [ "$want_coturn" = yes ] && ! has_coturn; then
  install_debian coturn || echo 'setup: coturn is absent, its tests will be skipped (as root: apt-get install coturn)'
fi
