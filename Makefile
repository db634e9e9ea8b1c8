# The project's tasks by name. The work is done by CMake's presets and by tools/; newcomers need ./run and ./test.
.PHONY: help check format-check format arrows house web e2e e2e-check lint build fast all-tests release tsan tidy fuzz bench install clean

PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60

help:  ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1 \2/p' Makefile | while read -r name text; do printf '  %-14s %s\n' "$$name" "$$text"; done

check:  ## every stage below down to fast, cheapest first, then e2e-check, with times
	@tools/check

format-check:  ## is every C++ file as clang-format would leave it?
	@tools/format --check

arrows:  ## does every #include follow arrows.txt?
	@tools/check-arrows --self-test
	@tools/check-arrows

house:  ## the other rules of the house
	@tools/check-house

web:  ## the pages: colours, types, style, unit tests, build, sizes
	@tools/web --check

e2e:  ## the program's own pages, driven through Chromium; axe on every one
	@tools/provide run e2e
	@tools/web
	@tools/build release -DSECUREBASE_TESTS=OFF securebase
	@tools/e2e build/release/securebase

e2e-check: build  ## the same with the program of `build`, in few words; skipped where Chromium or npm's packages are not there
	@tools/e2e --check build/dev/securebase

lint:  ## clang-tidy; a file is read again only when it, its headers, its flags or the rules change
	@tools/lint

build:  ## program and tests with the address and undefined-behaviour sanitizers
	@tools/build dev

fast: build  ## the tests not labelled slow
	@ctest --preset dev -LE slow

all-tests: build  ## every test
	@ctest --preset dev

format:  ## rewrite every C++ file as clang-format would
	@tools/format

release:  ## build/release/securebase, as people run it
	@tools/build release -DSECUREBASE_TESTS=OFF

tsan:  ## program and tests with the thread sanitizer, and the fast tests
	@tools/build tsan
	@ctest --preset tsan -LE slow

tidy:  ## build everything with clang and clang-tidy, without the cache that lint has
	@tools/build tidy

fuzz:  ## each fuzzer for FUZZ_SECONDS
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tools/fuzz

bench:  ## provide R, build the benchmarks and run them
	@tools/bench

install: release  ## into PREFIX, below DESTDIR if given
	@cmake --install build/release --prefix $(PREFIX)

clean:  ## remove build/
	@rm -rf build
