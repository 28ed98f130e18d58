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
  packages+=(postgresql git chromium softhsm2)
  requirements+=(requirements/dev.txt)
fi

say() {  # in Vietnamese, or in English when that is asked for
  if [ "${SOHOA_LANG:-vi}" = en ]; then echo "$2"; else echo "$1"; fi
}

ask_administrator() {
  say "Còn thiếu các gói Debian: ${missing[*]}" "Debian packages are missing: ${missing[*]}"
  say "Cài đặt chúng cần quyền root hoặc sudo. Hãy nhờ quản trị viên chạy, rồi chạy lại lệnh này:" \
    "Installing them needs root or sudo. Let an administrator run this, then run this command again:"
  echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  exit 4
}

find_python() {
  local candidate
  for candidate in python3.11 python3; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  say "Cần Python 3.11 nhưng không tìm thấy; trên Debian 12: apt-get install python3 python3-venv" \
    "Python 3.11 is needed and was not found; on Debian 12: apt-get install python3 python3-venv" >&2
  exit 4
}

missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || ask_administrator >&2
  sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || ask_administrator >&2
    sudo=(sudo)
  fi
  say "Đang cài các gói Debian: ${missing[*]}" "Installing Debian packages: ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

stamp=.venv/.installed-$(cat "${requirements[@]}" pyproject.toml | sha256sum | cut -c1-16)
if [ ! -e "$stamp" ]; then
  say "Đang cài các gói Python vào .venv (${requirements[*]})" "Installing Python packages into .venv (${requirements[*]})"
  [ -x .venv/bin/python ] || "$(find_python)" -m venv .venv
  flags=()
  for file in "${requirements[@]}"; do flags+=(--requirement "$file"); done
  # The lock names every package, so nothing is resolved anew (trueocr would bring a second OpenCV).
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps "${flags[@]}"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
  touch "$stamp"
fi
