#!/usr/bin/env bash
# Runs every test of every module: first those that need nothing, then those on the local stack. `make test` builds what the
# local stack runs before it calls this.
set -euo pipefail
cd "$(dirname "$0")/.."
# The Makefile says why; here for a run without it.
[[ " ${GOFLAGS:-} " == *" -trimpath "* ]] || export GOFLAGS="${GOFLAGS:-} -trimpath"

step() { printf '\n== %s\n' "$1"; }

step "formatting"
unformatted=$(git ls-files '*.go' | xargs gofmt -l)
if [ -n "$unformatted" ]; then
	printf 'gofmt would change:\n%s\n' "$unformatted"
	exit 1
fi

step "the workflows"
make --no-print-directory lint-workflows
go -C test/workflows vet ./...
go -C test/workflows test ./...

step "the program and its components"
go vet ./...
go test -timeout 30m ./...

step "the sample model server"
go -C modelserver vet ./...
go -C modelserver test ./...

step "the model server in Python"
code=0
bash local/python.sh || code=$?
case $code in
0) (cd modelserver/mlflow && ../../.modelway/python/bin/python -W ignore -m unittest) ;;
3) echo "skipped: see above; so are the tests of the local stack that serve models in Python" ;;
*) exit "$code" ;;
esac

step "the training pipelines"
for lock in pipelines/*/requirements.lock; do
	pipeline=$(basename "$(dirname "$lock")")
	code=0
	bash local/python.sh "$pipeline" || code=$?
	case $code in
	0) (cd "pipelines/$pipeline" && "../../.modelway/training/$pipeline/bin/python" -W ignore -m unittest) ;;
	3) echo "skipped: see above; so are the tests of the local stack that train and promote" ;;
	*) exit "$code" ;;
	esac
done

step "the bootstrap of the local stack"
go -C local/bootstrap vet ./...
go -C local/bootstrap test ./...

step "the map of an environment, in a browser"
go -C local/browser vet ./...
go -C local/browser test -v ./...

step "the local stack: its parts, then whole stacks from up to down"
go -C local vet ./...
[ -x .modelway/bin/keda-operator ] ||
	echo "skipped: KEDA scales no model, since building it takes nine minutes of CPU; \`make tools-keda\` builds it, and then it does"
echo "a sample of configurations, of upgrades, of many models and of kills, and training to tracing in TestChain alone; \`make test-long\` takes all"
go -C local test -p 1 -parallel 3 -timeout 75m ./...
