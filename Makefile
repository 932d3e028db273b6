# The front door. Every target installs what it needs (scripts/setup), builds what it needs, and does the whole job.
PREFIX ?= /usr/local
DESTDIR ?=
WERROR ?= OFF
JOBS ?= $(shell nproc)
build = cmake --preset $(1) $(2) >build/$(1).configure.log || { cat build/$(1).configure.log; exit 1; }; \
        cmake --build --preset $(1) -j $(JOBS) $(3)

.DEFAULT_GOAL := help
.PHONY: demo test check prove asan tsan model instructions fuzz tidy bench format install deb clean help

demo:  ## a server and a client over TCP, TLS 1.3 and 1.2, and the three ways a connection ends
	@scripts/setup demo
	@mkdir -p build && $(call build,release,)
	@scripts/demo build/release/bin/schannix

test:  ## every test
	@scripts/setup test
	@mkdir -p build && $(call build,dev,-DSCHANNIX_WERROR=$(WERROR))
	@scripts/run_tests build/dev

check:  ## what a change must pass besides the tests: format, layers, symbols, clang-tidy, sanitizers
	@scripts/setup check
	@mkdir -p build && $(call build,dev,-DSCHANNIX_WERROR=$(WERROR))
	@scripts/run_checks build/dev

prove:  ## promises as figures, in full (less than half an hour); QUICK=1: a tenth of the size, in minutes
	@scripts/setup prove
	@$(if $(QUICK),,scripts/setup prove-starttls)
	@mkdir -p build && $(call build,prove,-DSCHANNIX_WERROR=$(WERROR))
	@scripts/prove build/prove $(if $(QUICK),--quick)

asan:  ## unit, win32 and conformance tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@scripts/setup check
	@mkdir -p build && $(call build,asan,-DSCHANNIX_WERROR=$(WERROR),--target unit_tests win32_tests conformance_tests)
	@scripts/run_tests build/asan unit win32 conformance

tsan:  ## unit, win32 and conformance tests, and eight threads at once, under ThreadSanitizer
	@scripts/setup check
	@mkdir -p build && $(call build,tsan,-DSCHANNIX_WERROR=$(WERROR),--target unit_tests win32_tests conformance_tests prove_threads)
	@TSAN_OPTIONS="suppressions=$(CURDIR)/scripts/tsan.supp" scripts/run_tests build/tsan unit win32 conformance
	@TSAN_OPTIONS="suppressions=$(CURDIR)/scripts/tsan.supp" scripts/prove build/tsan threads

model:  ## every run of closing that there can be, TLS 1.2 and 1.3, with an attacker in between (spin)
	@scripts/setup check
	@scripts/check_model

instructions:  ## what our own code executes for one operation, against bench/instructions.json
	@scripts/setup check
	@mkdir -p build && cmake --preset release -B build/guard -DSCHANNIX_BUILD_BENCH=ON -DSCHANNIX_BUILD_TOOL=OFF \
	  >build/guard.configure.log || { cat build/guard.configure.log; exit 1; }
	@cmake --build build/guard -j $(JOBS) --target bench_operations
	@scripts/check_instructions build/guard

fuzz:  ## every fuzz target for FUZZ_TIME=60 seconds each
	@scripts/setup check
	@mkdir -p build && $(call build,fuzz,-DSCHANNIX_WERROR=$(WERROR),--target fuzz_targets)
	@scripts/fuzz build/fuzz $(or $(FUZZ_TIME),60)

tidy:  ## clang-tidy on every file
	@scripts/setup check
	@mkdir -p build && $(call build,dev,,--target schannix)
	@scripts/check_tidy build/dev all

bench:  ## records, handshakes and connections beside other TLS libraries; writes docs/PERFORMANCE.md
	@scripts/setup bench
	@mkdir -p build && cmake --preset release -B build/bench -DSCHANNIX_BUILD_BENCH=ON -DSCHANNIX_BUILD_TOOL=OFF \
	  >build/bench.configure.log || { cat build/bench.configure.log; exit 1; }
	@cmake --build build/bench -j $(JOBS)
	@scripts/bench build/bench

format:  ## writes every file in the house's format
	@scripts/setup check
	@scripts/check_format --fix

install:  ## library, headers and tool into PREFIX (/usr/local), below DESTDIR
	@scripts/setup demo
	@mkdir -p build && $(call build,release,-DCMAKE_INSTALL_PREFIX=$(PREFIX))
	@DESTDIR=$(DESTDIR) cmake --install build/release --strip

deb:  ## Debian packages into build/deb, judged by lintian, installed into a root of their own and used there
	@scripts/setup deb
	@JOBS=$(JOBS) scripts/deb

clean:  ## removes everything that was built
	rm -rf build

help:  ## this list
	@sed -n 's/^\([a-z]*\):  ## /\1 \t/p' $(MAKEFILE_LIST) | expand -t 12
