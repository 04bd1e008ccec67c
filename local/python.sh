#!/usr/bin/env bash
# Makes a virtual environment with what a lock file names: .modelway/python with modelserver/mlflow/requirements.lock and the programs in
# Python that stand for images on the local stack, or, with the name of a folder of pipelines/, .modelway/training/NAME with that folder's
# requirements.lock. One that is there is kept while the lock file and the Python are the same. It ends with 3 where Python or its packages
# cannot be had here, which it says; everything else works without them.
set -euo pipefail
cd "$(dirname "$0")/.."

pipeline=${1:-}
if [ -z "$pipeline" ]; then
	project=modelserver/mlflow home=.modelway/python size=650 again="make python"
else
	project=pipelines/$pipeline home=.modelway/training/$pipeline size=900 again="make train MODEL=$pipeline"
fi
lock=$project/requirements.lock
if [[ $pipeline == */* || ! -e $lock ]]; then
	echo "There is no pipeline $pipeline: $lock is missing; there are: $(cd pipelines && printf '%s ' */requirements.lock | sed 's#/requirements.lock##g')" >&2
	exit 2
fi
new=$home.new.$$

# find_python prints the first program of a version that the lock file is for, as pyproject.toml says; PYTHON names another one.
find_python() {
	local candidate
	for candidate in ${PYTHON:-python3.12 python3.11 python3.13 python3.10 python3}; do
		if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' 2> /dev/null; then
			command -v "$candidate"
			return
		fi
	done
	echo "Python 3.10 to 3.13 with its module venv is not on PATH: install it, or name it with $again PYTHON=/path/to/python3" >&2
	exit 3
}

# progress shows how many packages pip has taken, of as many as the lock file has for all versions of Python.
progress() {
	awk -v all="$1" '/^Collecting / { if (++n % 20 == 0) { printf "  %d of at most %d packages\n", n, all; fflush() } }
		/^ERROR|^error/ { print "  " $0; fflush() }'
}

# failed ends with 3, or with 1 where a package is another one than the lock file names, which is no matter of this machine.
failed() {
	echo "The packages of $lock could not be installed: pip says why above; try again with $again" >&2
	if grep -q 'DO NOT MATCH THE HASHES' "$1"; then exit 1; fi
	exit 3
}

install() {
	local started=$SECONDS
	rm -rf "$home".new.*
	trap 'rm -rf "$new"' EXIT
	echo "Python packages of $project, with $python (some $size MB, a minute or two)"
	"$python" -m venv "$new"
	"$new/bin/python" -m pip --disable-pip-version-check install --progress-bar off \
		--require-hashes --only-binary :all: --no-compile -r "$lock" 2>&1 |
		tee "$new/pip.log" | progress "$(grep -c '==' "$lock")" || failed "$new/pip.log"
	echo "$stamp" > "$new/stamp"
	rm -rf "$home"
	mv "$new" "$home"
	echo "  done after $((SECONDS - started)) s, $(du -sm "$home" | cut -f1) MB"
}

python=$(find_python)
stamp="$("$python" -c 'import sys; print(sys.version.split()[0], sys.base_prefix)') $(git hash-object "$lock")"
mkdir -p "$(dirname "$home")"
[ "$(cat "$home/stamp" 2> /dev/null)" = "$stamp" ] || install
[ -z "$pipeline" ] || exit 0

site=$("$home/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
rm -rf "$site/modelway_mlflow"
cp -R modelserver/mlflow/modelway_mlflow "$site/modelway_mlflow"
cp local/runtimes/kserve_runtime.py "$site/kserve_runtime.py"
