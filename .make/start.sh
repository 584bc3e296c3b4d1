#!/bin/sh
# Finds a Python that can make a virtual environment and hands over to the set-up.
cd "$(dirname "$0")/.." || exit 1
for python in python3.13 python3.12 python3.11 python3; do
  if "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    exec "$python" -B .make/main.py "$@"
  fi
done
cat >&2 <<'TEXT'
没有找到可用的 Python:需要 3.11 或更新版本,并带有 venv 模块。
  Debian / Ubuntu: apt-get install python3 python3-venv
No usable Python found: 3.11 or later with the venv module is needed.
TEXT
exit 1
