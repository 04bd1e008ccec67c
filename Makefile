# The commands of the project. `make` alone lists them; CI calls the same ones.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

# The folder that `make clean` removes: nobody can name another one.
override STATE := .modelway
# The one program: it brings what else a command needs up to date itself.
override MODELWAY := $(STATE)/bin/modelway
# Builds what is named, or all that the local stack runs, where it is out of date, and says how far it is.
override BUILD := go run -C local/bootstrap .
# The Go language host of the Pulumi CLI builds with -trimpath, and so does local/bootstrap: whatever differs from them compiles the SDKs again.
export GOFLAGS := $(strip $(filter-out -trimpath,$(GOFLAGS)) -trimpath)
# What a person gives reaches a recipe as a variable of its environment, which no shell reads as a command.
STACK ?= dev
export STACK_NAME = $(value STACK)
doctor: export CHECK := $(value CHECK)
# Options of `make up`: STACK (default local), PORT of the load balancer, KUBECONFIG of a cluster of your own.
UP_FLAGS := $(if $(filter-out file,$(origin STACK)),--stack "$$STACK_NAME") $(if $(PORT),--port "$$PORT") $(if $(filter command line,$(origin KUBECONFIG)),--kubeconfig "$$KUBECONFIG")
PREVIEW_FLAGS := --stack "$$STACK_NAME" $(if $(BASE),--base "$$BASE")

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: modelway
modelway: # Build the program modelway, which the workflows call as .modelway/bin/modelway ci <step>
	@command -v go > /dev/null || { echo "Go is not on PATH: install Go 1.26 or newer from https://go.dev/dl/" >&2; exit 1; }
	@$(BUILD) modelway >&2

.PHONY: up
up: modelway ## Bring the platform up on this machine (STACK=local, PORT=, KUBECONFIG=)
	@$(MODELWAY) up $(UP_FLAGS)

.PHONY: down
down: modelway ## Destroy the local stack and stop what was started (FORGET=1 without its state)
	@$(MODELWAY) down $(if $(FORGET),--forget)

.PHONY: preview
preview: modelway ## Preview an environment offline (STACK=dev, prod or local; BASE=origin/main shows what changes)
	@$(MODELWAY) preview $(PREVIEW_FLAGS)

.PHONY: report
report: modelway ## Preview an environment offline, and report what it changes, breaks and costs (STACK=, BASE=, FAIL_ON=)
	@$(MODELWAY) report $(PREVIEW_FLAGS) $(if $(FAIL_ON),--fail-on "$$FAIL_ON")

.PHONY: cost
cost: modelway ## Tell what an environment costs a month, and each of its models (STACK=)
	@$(MODELWAY) cost --stack "$$STACK_NAME"

.PHONY: plan
plan: modelway ## Tell where models go, and how much of each quota is left (STACK=)
	@$(MODELWAY) plan --stack "$$STACK_NAME"

.PHONY: doctor
doctor: ## Check the local stack, and tell what is wrong with its fix (CHECK= runs one check; modelway doctor --stack checks others)
	@$(BUILD) modelway modelway-local kubectl >&2
	@$(MODELWAY) doctor $(if $(CHECK),--check "$$CHECK")

.PHONY: refresh
refresh: modelway ## Read every resource of the local stack and show drift
	@$(MODELWAY) refresh

.PHONY: status
status: modelway ## Show whether the local stack runs, and how to reach it
	@$(MODELWAY) status

.PHONY: tools
tools: # Build what the local stack runs, where it is missing or out of date
	@command -v go > /dev/null || { echo "Go is not on PATH: install Go 1.26 or newer from https://go.dev/dl/" >&2; exit 1; }
	@$(BUILD)

.PHONY: tools-preview
tools-preview: # Build what an offline preview runs that is not compared with a commit
	@$(BUILD) preview

.PHONY: tools-all
tools-all: tools # Build what the local stack runs of every environment, and what the tests run
	@$(BUILD) argocd kserve monitoring rules

.PHONY: tools-kserve
tools-kserve: # Build the controller of KServe and the storage initializer, as make up does where the environment has KServe
	@$(BUILD) kserve

.PHONY: python
python: # Make the Python environment of models in Python, which make up does not need (PYTHON=)
	@bash local/python.sh

.PHONY: train
train: export MODEL_NAME = $(value MODEL)
train: ## Train a model on this machine, in an MLflow server that it starts (MODEL=fraud-detection, ROWS=, SEED=, ARTIFACTS=, PYTHON=)
	@bash local/python.sh "$${MODEL_NAME:?name a folder of pipelines/, as in make train MODEL=fraud-detection}"
	@$(BUILD) modelway modelway-local >&2
	@$(STATE)/bin/modelway-local train --model "$$MODEL_NAME" $(if $(ROWS),--rows "$$ROWS") $(if $(SEED),--seed "$$SEED") $(if $(ARTIFACTS),--artifacts "$$ARTIFACTS")

.PHONY: chain
chain: modelway ## Go the whole way of a model on this machine: commit, training, gates, Argo CD, KServe, answers, canary, rollback (KEEP=1)
	@bash local/python.sh
	@bash local/python.sh fraud-detection
	@$(BUILD) argocd kserve monitoring
	@$(MODELWAY) chain $(if $(KEEP),--keep)

.PHONY: tools-monitoring
tools-monitoring: # Build Prometheus, its operator and Alertmanager, as make up does where the environment has the monitoring, and what checks rules
	@$(BUILD) monitoring rules

.PHONY: tools-keda
tools-keda: # Build KEDA, which scales models by what Prometheus measures, and which make up does not need
	@$(BUILD) keda

.PHONY: tools-argocd
tools-argocd: # Build Argo CD, as make up does where the environment has it
	@$(BUILD) argocd

.PHONY: test
test: tools-all ## Run every test
	@bash local/test.sh

.PHONY: test-long
test-long: export MODELWAY_KILLS = $(or $(KILLS),all)
test-long: export MODELWAY_KILL_POINTS = $(POINTS)
test-long: tools-all ## Take whole what make test takes a sample of: every configuration, a hundred models, the chain twice, each program killed at twelve points of up and down (hours; KILLS=engine takes one, POINTS=8,Service some)
	@MODELWAY_WHOLE=1 go -C local test ./command -v -count=1 -parallel 3 -timeout 4h -run 'TestConfigurations|TestManyModels|TestTrainPromoteServeTrace|TestUpgradeFromThePast'
	@MODELWAY_CHAIN=2 go -C local test ./command -v -count=1 -timeout 1h -run TestChain
	@go -C local test ./command -v -count=1 -timeout 12h -run TestKillMatrix
	@MODELWAY_KILL_MODELS=30 go -C local test ./command -v -count=1 -timeout 24h -run TestKillMatrix

.PHONY: fuzz
fuzz: ## Run every fuzz target, each for FUZZTIME (default 30s); FUZZ chooses by a pattern of their names
	@bash local/fuzz.sh

.PHONY: race
race: tools ## Run the tests of whatever serves, reconciles or decides under the race detector
	@go test -race ./internal/... ./cmd/... ./policies/rules
	@go -C modelserver test -race ./...
	@go -C local test -race -p 1 -timeout 30m ./aws ./awsprovider ./certmanager ./controlplane ./egress ./engine ./identity ./kubelet ./loadbalancer ./nodes ./port ./programs ./store ./supervisor

.PHONY: bench
bench: modelway ## Measure up, down and preview, and print a table (COLD=1 adds the cold build)
	@$(MODELWAY) bench $(if $(COLD),--cold)

.PHONY: golden
golden: tools ## Rewrite the golden files and generated tables after a wanted change
	@go test $$(grep -rl --include='*_test.go' -e 'recorder.Golden' -e '"update"' . | grep -v '^./local/\|^./.modelway/\|^./internal/recorder/' | xargs -n1 dirname | sort -u) -update
	@go -C local test ./command -run TestPreviewOffline -update
	@go -C local test ./baseline -run TestExceptionsAreDocumented -update
	@go -C local/bootstrap test ./toolchain -run TestDocumentTellsOfDownloads -update

.PHONY: lint-workflows
lint-workflows: ## Check the workflows of GitHub Actions (PYTHON= for zizmor)
	@go tool -modfile=test/workflows/go.mod actionlint .github/workflows/*.yaml internal/starter/_files/.github/workflows/*.yaml
	@bash local/zizmor.sh

.PHONY: clean
clean: ## Remove everything the local stack built, and tell what is kept elsewhere (run `make down` first)
	@rm -rf $(STATE)
	@! command -v go > /dev/null || $(BUILD) -kept

# Continuous delivery: the steps of .github/workflows, described in docs/continuous-delivery.md. Each takes its arguments from
# environment variables or from the command line, and names what is missing.
delivery := environments organization preview comment plan apply verify drift
.PHONY: $(addprefix delivery-,$(delivery))
$(addprefix delivery-,$(delivery)): delivery-%: modelway
	@$(STATE)/bin/modelway ci $*

by-hand := ephemeral-keep ephemeral-destroy image-build image-push image-pull-request promote promote-pull-request render-check
.PHONY: $(by-hand) train-cluster
$(by-hand): modelway
	@$(STATE)/bin/modelway ci $@

train-cluster: modelway
	@$(STATE)/bin/modelway ci train
