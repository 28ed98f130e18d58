#!/usr/bin/env bash
# Installs what this project needs: Debian packages, then Python packages into .venv from pinned, hashed files.
# Usage: setup.sh run|test. Says what it does; does nothing when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

kind=${1:-run}
packages=(python3-venv tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd poppler-utils ghostscript
  fonts-liberation2 fonts-dejavu-core libgl1 libglib2.0-0 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
requirements=(requirements/runtime.txt)
if [ "$kind" = test ]; then
  packages+=(postgresql git)
  requirements+=(requirements/dev.txt)
fi

find_python() {
  local candidate
  for candidate in python3.11 python3; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  echo "Python 3.11 is needed and was not found." >&2
  exit 4
}

missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing Debian packages: ${missing[*]}"
  sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

stamp=.venv/.installed-$(cat "${requirements[@]}" pyproject.toml | sha256sum | cut -c1-16)
if [ ! -e "$stamp" ]; then
  echo "Installing Python packages into .venv (${requirements[*]})"
  [ -x .venv/bin/python ] || "$(find_python)" -m venv .venv
  flags=()
  for file in "${requirements[@]}"; do flags+=(--requirement "$file"); done
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes "${flags[@]}"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
  touch "$stamp"
fi
