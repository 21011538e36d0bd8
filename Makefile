# Everything a newcomer needs: make run, make test. The other targets: make help.
.DEFAULT_GOAL := help
.PHONY: help run install uninstall deb test test-peer prove build e2e bench screenshots check lint format clean

SHELL := /bin/bash
PACKAGES := libsqlite3-dev libsystemd-dev
INSTALL_PACKAGES := binutils chrpath
TEST_PACKAGES := $(PACKAGES) $(INSTALL_PACKAGES) curl dbus fish gcc libc6-dev mandoc openssl polkitd procps python3 systemd tzdata zsh
BENCH_PACKAGES := $(INSTALL_PACKAGES) curl dbus gcc libc6-dev python3-venv sqlite3 systemd tzdata wrk
FORMATTED := Package.swift Sources Tests
SOURCES := Makefile Package.swift $(shell find Sources)
BUILT := .build/built
SAMPLE := .build/sample
PROMTOOL := .build/promtool
CTX7 := .build/release
# The Swift runtime and that of C++ go into the programs: they start in half the time and need no Swift on the host.
# Nobody looks up symbols in them, so they export none: the loader would go through thirty thousand at every start.
# Packed, the places that it has to relocate are a hundredth as long.
STATIC := $(CURDIR)/.build/static
RELEASE := -c release --static-swift-stdlib -Xswiftc -use-ld=lld -Xswiftc -L$(STATIC) \
  -Xlinker --no-export-dynamic -Xlinker -z -Xlinker pack-relative-relocs

# Where `make install` puts things; a package sets DESTDIR and PREFIX=/usr.
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
BINDIR ?= $(PREFIX)/bin
UNITDIR ?= $(PREFIX)/lib/systemd/system
USERUNITDIR ?= $(PREFIX)/lib/systemd/user
DATADIR ?= $(PREFIX)/share
ZSHDIR ?= $(DATADIR)/zsh/site-functions
# polkit looks into /etc and /usr/share only.
POLKITDIR ?= $(if $(filter /usr,$(PREFIX)),/usr/share,$(SYSCONFDIR))/polkit-1/rules.d
PROGRAMS := ctx7-job-exec ctx7-units ctx7ctl ctx7-api
export DESTDIR PREFIX BINDIR UNITDIR USERUNITDIR DATADIR ZSHDIR POLKITDIR PROGRAMS CTX7

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(STATIC)/libstdc++.a ## Refresh the bundled sample library: the main job on real input, its progress, result and history
	@Tests/install-packages $(PACKAGES)
	swift build $(RELEASE) --product ctx7-job-exec
	swift build $(RELEASE) --product ctx7ctl
	@Tests/run-sample $(CTX7) $(SAMPLE)

install: build ## Install, after `make build` also without Swift (DESTDIR, PREFIX, SYSCONFDIR, UNITDIR)
	@Tests/install-packages $(INSTALL_PACKAGES)
	@systemd/install-files install

uninstall: ## Take back exactly what install put there
	@systemd/install-files uninstall

deb: PREFIX = /usr
deb: ZSHDIR = $(DATADIR)/zsh/vendor-completions
deb: build ## Build the Debian package .build/ctx7-jobs_VERSION_ARCH.deb
	@Tests/install-packages $(INSTALL_PACKAGES) dpkg-dev
	@systemd/debian/build-package .build

test: check deb $(PROMTOOL) ## Run all tests, those on a real systemd too when root
	@Tests/run-tests

prove: check deb $(PROMTOOL) ## Run all tests with every proof in full length, and a browser and schemathesis against the API: an hour
	@Tests/install-packages chromium debootstrap fonts-dejavu-core lintian python3-venv
	PROVE=1 Tests/run-tests
	@Tests/prove-api .build/debug

e2e: check deb ## Run only the tests on a real systemd (root)
	swift test --skip-build --filter EndToEndTests

screenshots: ## Photograph the dashboard in headless Chromium, into .build/screenshots
	@Tests/install-packages $(PACKAGES) chromium fonts-dejavu-core sqlite3 systemd
	$(MAKE) check
	@Tests/make-screenshots .build/debug .build/screenshots

test-peer: ## Test the embedder against a server that is not ours: llama.cpp, built from PyPI (ten minutes)
	@Tests/Peer/test-peer

build: $(BUILT) ## Build everything, optimised

# A program that is newer comes from another build, of other options perhaps.
$(BUILT): $(STATIC)/libstdc++.a $(SOURCES) $(wildcard $(PROGRAMS:%=$(CTX7)/%))
	@Tests/install-packages $(PACKAGES)
	swift build $(RELEASE)
	@touch $@

# The linker takes the first that it finds, and this folder has no other kind.
$(STATIC)/libstdc++.a:
	@mkdir -p $(STATIC)
	ln -sf "$$(clang -print-file-name=$(@F))" $@

# The package would start a server on the machine; only its program is wanted.
$(PROMTOOL):
	@Tests/fetch-program prometheus /usr/bin/promtool $@

check: export CTX7_STRICT = 1
check: lint ## What must hold before a change lands: format, module map, no warnings
	@Tests/install-packages $(TEST_PACKAGES)
	swift build --build-tests --explicit-target-dependency-import-check error

bench: build ## Compare with the shortest other ways, on a machine of its own (root; BENCH="firing api", BENCH_FULL=1)
	@Tests/install-packages $(BENCH_PACKAGES)
	@Tests/Benchmarks/bench
	@Tests/bench-api $(CTX7)

lint: ## Check the format
	swift format lint --strict --recursive --parallel $(FORMATTED)

format: ## Format all code
	swift format --in-place --recursive --parallel $(FORMATTED)

clean: ## Remove everything that was built
	rm -rf .build
