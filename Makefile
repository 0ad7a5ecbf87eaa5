# Everything a developer types. `make help` lists the targets.
SHELL := /bin/bash
JAVA_HOME := $(or $(shell hack/jdk),$(error no JDK 25 found: install one (for example Temurin 25) or set JAVA_HOME))
export JAVA_HOME
MVN := mvn -B -q

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: build
build: ## compile, check style and dependencies, package
	$(MVN) -DskipTests package

.PHONY: crds
crds: ## write crds/ from the Java types
	$(MVN) -DskipTests test-compile
	$(JAVA_HOME)/bin/java -cp "target/test-classes:target/classes:$$($(MVN) dependency:build-classpath -Dmdep.outputFile=/dev/stdout -DincludeScope=test | tail -1)" dev.cachepolicy.api.v1alpha1.CrdFiles

.PHONY: format
format: ## format the sources
	$(MVN) spotless:apply
