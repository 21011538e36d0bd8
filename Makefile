# Everything a newcomer needs: make run, make test. The other targets: make help.
.DEFAULT_GOAL := help
.PHONY: help run test prove build e2e check lint format clean packages

SHELL := /bin/bash
PACKAGES := libsqlite3-dev libsystemd-dev
TEST_PACKAGES := $(PACKAGES) dbus gcc libc6-dev procps python3 systemd tzdata
FORMATTED := Package.swift Sources Tests
SAMPLE := .build/sample
CTX7 := .build/release

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Refresh the bundled sample library: the main job on real input, its progress, result and history
	@Tests/install-packages $(PACKAGES)
	swift build -c release --product ctx7-job-exec
	swift build -c release --product ctx7ctl
	@Tests/run-sample $(CTX7) $(SAMPLE)

test: check ## Run all tests, those on a real systemd too when root
	@Tests/run-tests

prove: check ## Run all tests with every proof in full length: an hour
	CTX7_PROVE=1 Tests/run-tests

e2e: ## Run only the tests on a real systemd (root)
	@Tests/install-packages $(TEST_PACKAGES)
	swift test --filter EndToEndTests

build: ## Build everything, optimised
	@Tests/install-packages $(PACKAGES)
	swift build -c release

check: export CTX7_STRICT = 1
check: lint ## What must hold before a change lands: format, module map, no warnings
	@Tests/install-packages $(TEST_PACKAGES)
	swift build --build-tests --explicit-target-dependency-import-check error

lint: ## Check the format
	swift format lint --strict --recursive --parallel $(FORMATTED)

format: ## Format all code
	swift format --in-place --recursive --parallel $(FORMATTED)

clean: ## Remove everything that was built
	rm -rf .build
