# libdaemon: `make help` lists what there is.

PREFIX     ?= /usr/local
LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR     ?= $(PREFIX)/share/man
PCDIR      ?= $(LIBDIR)/pkgconfig
BINDIR     ?= $(PREFIX)/bin
DATADIR    ?= $(PREFIX)/share
DESTDIR    ?=
STRIP      ?= strip
OBJCOPY    ?= objcopy
DEBUGDIR   ?=
CARGO      ?= cargo
# Another machine's, such as aarch64-unknown-linux-gnu, with CC=aarch64-linux-gnu-gcc.
TARGET      =

CARGO_TARGET_DIR ?= target
override CARGO_TARGET_DIR := $(abspath $(CARGO_TARGET_DIR))
RELEASE  := $(CARGO_TARGET_DIR)$(addprefix /,$(TARGET))/release
LIBRARY  := $(RELEASE)/libdaemon.so.1
PREPARE  := ./scripts/install-packages
SOURCES  := Cargo.toml Cargo.lock build.rs libdaemon.map include/libdaemon.h $(shell find src cli -type f 2>/dev/null)
PHP      := $(shell find php-ext -name '*.php' 2>/dev/null)
MANPAGES := $(wildcard man/*.[13])

export CARGO_TARGET_DIR RELEASE
# Not for the tests, which install into places of their own.
install uninstall: export PREFIX := $(PREFIX)
install uninstall: export LIBDIR := $(LIBDIR)
install uninstall: export INCLUDEDIR := $(INCLUDEDIR)
install uninstall: export MANDIR := $(MANDIR)
install uninstall: export PCDIR := $(PCDIR)
install uninstall: export BINDIR := $(BINDIR)
install uninstall: export DATADIR := $(DATADIR)
install uninstall: export DESTDIR := $(DESTDIR)
install uninstall: export STRIP := $(STRIP)
install uninstall: export OBJCOPY := $(OBJCOPY)
install uninstall: export DEBUGDIR := $(DEBUGDIR)

.PHONY: all build library php-extension php-package test storm faults demo bench lint headers headers-check wheel examples install uninstall clean help
.SUFFIXES:

all: build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1: /p' Makefile

build: ## the library, the daemonize command and PHP's extension, in target/release
	@$(PREPARE) build
	@$(MAKE) --no-print-directory library php-extension

library: ## libdaemon.so.1, libdaemon.a and the daemonize command
	$(CARGO) build --release --locked --package libdaemon $(addprefix --target ,$(TARGET))
	@CC='$(CC)' LDFLAGS='$(LDFLAGS)' ./scripts/link $(RELEASE)
	@CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' ./scripts/link-command $(RELEASE)
	@touch $(LIBRARY)

php-extension: ## libdaemon-php.so, which PHP loads by extension=
	$(CARGO) build --release --locked --package libdaemon-php $(addprefix --target ,$(TARGET))
	@ln -f $(RELEASE)/libdaemon_php.so $(RELEASE)/libdaemon-php.so

php-package: php-extension ## the package for composer with the library in it, target/libdaemon-php.tar.gz
	@./scripts/php-package $(CARGO_TARGET_DIR)

# For `make install`, which root may run without a cargo of its own, and which installs no packages: built only when older
# than its sources.
$(LIBRARY): $(SOURCES)
	@$(PREPARE) --check build || { echo "make build comes first, by a user who has all of that" >&2; exit 1; }
	@$(MAKE) --no-print-directory library

headers: ## write include/libdaemon.h, php-ext/libdaemon.h and libdaemon.map anew from the sources
	$(CARGO) run --quiet --locked -p libdaemon-tests --features headers --bin headers

headers-check: headers ## fail when the headers that are checked in are not what the sources say
	git diff --exit-code -- include/libdaemon.h php-ext/libdaemon.h libdaemon.map

test: ## every test; the summary comes last
	@$(PREPARE) test
	$(CARGO) test --locked

storm: ## one test: a minute of signals into PHP
	@$(PREPARE) test
	STORM_SECONDS=60 $(CARGO) test --locked php_storm

faults: ## fail each call and each allocation of each operation once, and send signals at each; FAULTS=--help
	@$(PREPARE) test
	@$(MAKE) --no-print-directory build
	$(CARGO) run --quiet --locked --package libdaemon-faults -- $(FAULTS)
	@[ -n "$(FAULTS)" ] || ./tests/faults/undefined

demo: ## five situations, the usual way beside libdaemon; VERBOSE=1: two daemons step by step
	@$(PREPARE) demo
	@$(MAKE) --no-print-directory build
	@$(MAKE) --no-print-directory -B -C examples/c LIBDAEMON=$(RELEASE)
	@./demo/run

bench: ## side by side with a bare double fork, with daemon(3), with PHP's own pcntl and posix, with Debian's commands
	@$(PREPARE) bench
	@$(MAKE) --no-print-directory build
	@./benches/run

wheel: ## the Python package with the library in it, in target/wheels
	@$(PREPARE) wheel
	@./scripts/wheel

examples: build ## the C examples, against the library of this checkout
	@$(MAKE) --no-print-directory -B -C examples/c LIBDAEMON=$(RELEASE)

lint: ## rustfmt, clippy, the man pages, the syntax of the PHP files
	@$(PREPARE) lint
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	$(CARGO) clippy --locked --workspace --release -- -D warnings
	mandoc -Tlint -Wwarning $(MANPAGES)
	@command -v php >/dev/null || exit 0; native=$$(php -n -r 'echo implode(",", get_extension_funcs("pcntl") ?: []);'); \
	for file in $(PHP); do php -n -d disable_functions=$$native -l $$file >/dev/null || exit 1; done

install: $(LIBRARY) ## PREFIX= DESTDIR= BINDIR= LIBDIR= INCLUDEDIR= MANDIR= DATADIR= STRIP= DEBUGDIR=
	@./scripts/install

uninstall: ## what install put there, and only if it is ours
	@./scripts/install --remove

clean: ## what make and cargo built
	$(CARGO) clean
	@$(MAKE) --no-print-directory -C examples/c clean
