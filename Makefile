# Everything a newcomer needs: make run, make test. The other targets: make help.
.DEFAULT_GOAL := help
.PHONY: help run test build e2e prove bench screenshots check lint format clean packages

SHELL := /bin/bash
PACKAGES := libsqlite3-dev libsystemd-dev
TEST_PACKAGES := $(PACKAGES) curl dbus gcc libc6-dev polkitd procps prometheus systemd tzdata
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

e2e: ## Run only the tests on a real systemd (root)
	@Tests/install-packages $(TEST_PACKAGES)
	swift test --filter EndToEndTests

screenshots: ## Photograph the dashboard in headless Chromium, into .build/screenshots
	@Tests/install-packages $(PACKAGES) chromium fonts-dejavu-core sqlite3 systemd
	swift build
	@Tests/make-screenshots .build/debug .build/screenshots

prove: ## The long proofs: OpenAPI by schemathesis, browser
	@Tests/install-packages $(TEST_PACKAGES) chromium fonts-dejavu-core python3-venv
	swift build --build-tests
	@Tests/prove-api .build/debug
	swift test --skip-build --filter BrowserTests

bench: ## Measure the API on a history of 10 million executions
	@Tests/install-packages $(PACKAGES) curl sqlite3 systemd wrk
	swift build -c release
	@Tests/bench-api $(CTX7)

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
