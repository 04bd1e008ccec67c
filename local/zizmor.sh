#!/usr/bin/env bash
# Checks the workflows with zizmor, which looks for ways into them. It is a program in a Python package, in an environment of its own,
# .modelway/zizmor. Where Python or the package cannot be had it is left out, which is said.
set -euo pipefail
cd "$(dirname "$0")/.."

version=1.32.0
home=.modelway/zizmor
if [ "$("$home/bin/zizmor" --version 2> /dev/null)" != "zizmor $version" ]; then
	rm -rf "$home"
	mkdir -p "$(dirname "$home")"
	if ! "${PYTHON:-python3}" -m venv "$home" > /dev/null 2>&1; then
		echo "skipped: zizmor, since ${PYTHON:-python3} with its module venv is not on PATH; PYTHON names another"
		exit 0
	fi
	if ! "$home/bin/python" -m pip --disable-pip-version-check install --quiet --only-binary :all: "zizmor==$version"; then
		echo "skipped: zizmor, since pip could not install zizmor==$version: see above"
		rm -rf "$home"
		exit 0
	fi
fi
# Offline: whether an action's tag is that of its commit, and known holes in actions, only GitHub tells.
exec "$home/bin/zizmor" --offline --quiet --no-progress --persona regular .github internal/starter/_files/.github
