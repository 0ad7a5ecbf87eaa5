# Everything a developer types. `make help` lists the targets.
SHELL := /bin/bash
JAVA_HOME := $(shell hack/jdk)
export JAVA_HOME
# Without a terminal Maven's console still writes escape sequences at its end.
export MAVEN_OPTS += -Djansi.noreset=true
MVN := mvn -B -ntp -Dstyle.color=never
SOURCES := $(shell find pom.xml src crds helm -type f -not -path '*/node_modules/*' -not -path '*/.venv/*')
TESTS := **/*Test.java,**/*IT.java

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: provision
provision: ## install what this machine lacks (NO_INSTALL=1: only say it)
	@hack/provision test

.PHONY: build
build: target/built ## compile, check style and dependencies, package
	@:

# A stamp, so that nothing is built twice: Maven alone takes half a minute to find that there is nothing to do.
target/built: $(SOURCES)
	@test -n "$(JAVA_HOME)" || { echo "no JDK 25 found: install one (for example Temurin 25) or set JAVA_HOME" >&2; exit 1; }
	@echo "building (the first time Maven downloads its libraries; some minutes)"
	@$(MVN) -q -DskipTests package
	@touch $@

.PHONY: format
format: ## format the sources
	$(MVN) -q spotless:apply

.PHONY: crds
crds: ## write crds/ and docs/reference/api.md from the Java types
	$(MVN) -q -DskipTests process-test-classes
	hack/java dev.cachepolicy.api.v1alpha1.CrdFiles
	hack/java dev.cachepolicy.chart.ChartFiles
	hack/java dev.cachepolicy.docs.ApiReference

.PHONY: chart
chart: ## write the chart's copy of crds/ and its table of values
	$(MVN) -q -DskipTests process-test-classes
	hack/java dev.cachepolicy.chart.ChartFiles

.PHONY: reference
reference: ## write docs/reference/ from the code
	$(MVN) -q -DskipTests process-test-classes
	hack/java dev.cachepolicy.docs.ApiReference
	hack/java dev.cachepolicy.observability.MetricsReference

.PHONY: test
test: provision build ## run everything: unit and integration tests, then those on a cluster (E2E=skip: without)
	$(MVN) surefire:test -Dtest.includes='$(TESTS)'
ifneq ($(E2E),skip)
	@$(MAKE) --no-print-directory e2e
endif

.PHONY: e2e
e2e: ## run the tests on a kind cluster (E2E_KUBECONFIG=...: on one that exists)
	@hack/e2e provision
	@$(MAKE) --no-print-directory images
	@hack/e2e run $(MVN) surefire:test -Dtest='$(or $(TEST),*E2E)'

.PHONY: images
images: build ## build the images of operator and agent
	@hack/image

.PHONY: cluster-up
cluster-up: ## a kind cluster with the images inside (E2E_CLUSTER names it)
	@hack/provision cluster
	@$(MAKE) --no-print-directory images
	@hack/cluster/up "$$E2E_CLUSTER"

.PHONY: cluster-down
cluster-down: ## end what cluster-up started (with the same E2E_CLUSTER)
	@hack/cluster/down "$$E2E_CLUSTER"

.PHONY: soak
soak: provision build ## the long modes: 50 kills of the operator, two idle minutes, histories, network faults and fuzzing by the hour
	$(MVN) surefire:test -Dtest='OperatorCrashIT,ApiServerIT' -Dcrash.kills=50 -Didle.seconds=120
	$(MVN) surefire:test -Dtest=DifferenceIT -Ddifference.commands=100000000 -Ddifference.seed=$$RANDOM$$RANDOM
	$(MVN) surefire:test -Dtest=FaultyNetworkIT -Dfaults.requests=10000000 -Dfaults.count=1000 -Dfaults.seed=$$RANDOM$$RANDOM
	$(MVN) surefire:test -Dtest=FencingHistoryIT -Dfencing.operations=2500000 -Dfencing.faults=250 -Dfencing.seed=$$RANDOM$$RANDOM
	$(MVN) surefire:test -Dtest="StampedeIT,ServeStaleIT,ProbabilisticIT,LeaseOwnerIT" -Dstampede.expiries=1000 -Dstale.expiries=1000 -Dprobabilistic.ttls=100 -Dleases.expiries=10000
	@hack/fuzz 50000000

.PHONY: fuzz
fuzz: build ## fuzz the parsers, guided by coverage (RUNS=n: so many inputs for each of the two)
	@hack/fuzz $(or $(RUNS),1000000)

.PHONY: demo
demo: ## the main job, from nothing: on kind where there is a container engine, else in local mode (DEMO=kind, DEMO=local)
	@hack/demo provision
	@$(MAKE) --no-print-directory $$(hack/demo needs)
	@hack/demo run

.PHONY: demo-up
demo-up: ## start what the demo starts, and keep it for playing
	@hack/demo provision
	@$(MAKE) --no-print-directory $$(hack/demo needs)
	@hack/demo up

.PHONY: demo-down
demo-down: ## end what demo-up started
	@hack/demo down

.PHONY: bench
bench: ## the agent beside twemproxy, haproxy and direct Redis, into docs/ (BENCH_ROUNDS=1: a first look, not into docs/)
	@hack/provision bench
	@$(MAKE) --no-print-directory target/image/agent/start
	@PATH="$$(hack/peers):$$PATH" hack/java dev.cachepolicy.bench.Bench $(BENCH_ROUNDS)

# The files of the agent's image with its runtime and AOT cache, for a machine without a container engine.
target/image/agent/start: target/built hack/image
	@hack/image --local

.PHONY: bench-image
bench-image: images ## size, memory and start-up of the agent's image, beside their limits
	@hack/java dev.cachepolicy.bench.ImageFootprint $$(hack/image --print agent)

.PHONY: bench-scale
bench-scale: ## an operator with 1,000 policies beside one with 10 (IDLE=10: that many idle minutes)
	@hack/provision demo
	@$(MAKE) --no-print-directory build
	@hack/java -Dscale.idle.minutes=$(or $(IDLE),1) dev.cachepolicy.bench.scale.Scale

.PHONY: clean
clean: ## remove what was built
	rm -rf target
