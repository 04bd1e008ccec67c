#!/usr/bin/env bash
# Runs every fuzz target of every module, each for FUZZTIME (default 30s), one after another: `make fuzz`. FUZZ chooses targets by a pattern of
# their names. The first failure ends it, and go says where it wrote the input, which belongs in the commit that mends the fault.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ " ${GOFLAGS:-} " == *" -trimpath "* ]] || export GOFLAGS="${GOFLAGS:-} -trimpath"

targets() { git ls-files '*_test.go' | xargs grep -Eo '^func Fuzz[A-Za-z0-9_]+' | sed 's/:func / /' | grep -E " .*${FUZZ:-}"; }

# module <file>: the folder of the nearest go.mod above it
module() {
	local folder
	folder=$(dirname "$1")
	while [ ! -e "$folder/go.mod" ]; do folder=$(dirname "$folder"); done
	printf '%s\n' "$folder"
}

count=$(targets | wc -l)
[ "$count" -gt 0 ] || { echo "no fuzz target matches FUZZ=${FUZZ:-}" >&2; exit 1; }
number=0
while read -r file target; do
	number=$((number + 1))
	module=$(module "$file")
	package=$(realpath --relative-to "$module" "$(dirname "$file")")
	printf '== %d/%d %s in %s, %s\n' "$number" "$count" "$target" "$(dirname "$file")" "${FUZZTIME:-30s}"
	go -C "$module" test "./$package" -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-30s}" -fuzzminimizetime 10s < /dev/null
done < <(targets)
