# Everything a newcomer needs: make run, make test. The other targets: make help.
.DEFAULT_GOAL := help
.PHONY: help run test build e2e check lint format clean

SHELL := /bin/bash
PACKAGES := libsqlite3-dev libsystemd-dev
TEST_PACKAGES := $(PACKAGES) dbus gcc libc6-dev procps systemd tzdata
FORMATTED := Package.swift Sources Tests
SAMPLE := .build/sample
CTX7 := .build/release
# The Swift runtime goes into the programs: they start in half the time and need no Swift on the host.
RELEASE := -c release --static-swift-stdlib

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Refresh the bundled sample library: the main job on real input, its progress, result and history
	@Tests/install-packages $(PACKAGES)
	swift build $(RELEASE) --product ctx7-job-exec
	swift build $(RELEASE) --product ctx7ctl
	@Tests/run-sample $(CTX7) $(SAMPLE)

test: check ## Run all tests, those on a real systemd too when root
	@Tests/run-tests

e2e: check ## Run only the tests on a real systemd (root)
	swift test --skip-build --filter EndToEndTests

build: ## Build everything, optimised
	@Tests/install-packages $(PACKAGES)
	swift build $(RELEASE)

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
