# deeproof. `make` builds ./deeproof; `make help` lists the rest.
#
# `make deps check` and `make deps report` start from a machine that has only
# git and make: no compiler or library is looked for while this file is read,
# and where deps is asked for, all that needs them waits for it.

ifeq ($(origin CC),default)
CC := gcc
endif
PREFIX ?= /usr/local
FUZZ_S ?= 30
MUTANTS ?= 20000

# All cores, unless the caller said otherwise: a -j on the command line wins.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif

# make V=1 shows the commands.
SAY      = $(if $(V),,@echo "  $@";)

# The commands use argp, which is GNU's; the rest is POSIX.
FEATURES = -D_POSIX_C_SOURCE=200809L
$(foreach d,options crew tasks cmd,build/sim/$(d)/%.o build/san/sim/$(d)/%.o): FEATURES = -D_GNU_SOURCE

# The pure floors run on small stacks too: a thread's, a web page's.
# Which they are, the README says.
PURE    := $(shell sed -n '/^    base /,/^    ----/s/^    \([a-z ]*\)  .*/\1/p' README.md)
$(PURE:%=build/sim/%/%.o): WARN += -Wframe-larger-than=16384

WARN     = -Wall -Wextra -Wconversion -Wshadow $(if $(WERROR),-Werror)
# Sums of two things kept in one register, as gcc would, wait for each other.
FLAGS    = -std=c11 $(FEATURES) -O2 -fno-tree-slp-vectorize -g $(WARN) \
	   -ffp-contract=off -pthread -Isim -I.
# What a string may hold, the plain build knows better. -Og compiles in seven
# tenths of -O1's time, and runs a fifth longer: not what computes.
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -Og -g1 \
	   -Wno-format-truncation
$(foreach d,work cost skew time play traffic serve,build/san/sim/$(d)/%.o): SANITIZE := $(subst -Og,-O1,$(SANITIZE))
COMPILE  = $(SAY) $(CC) $(FLAGS) -MMD -MP $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
LINK     = $(SAY) $(CC) $(FLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^
LIBS     = -lgsl -lgslcblas -ljansson -lcsv -lplot -lm -lpthread
CHECK    = $$(pkg-config --libs check)

sources := $(sort $(wildcard sim/*/*.c plots/*.c))
suites  := $(sort $(wildcard tests/test_*.c))
benches := $(sort $(wildcard tests/bench*.c))
fuzzers := $(sort $(wildcard tests/fuzz_*.c))
helpers := $(filter-out $(suites) $(benches) $(fuzzers) tests/main.c, \
	   $(sort $(wildcard tests/*.c)))
scripts := $(filter-out $(addprefix tests/,lint.sh mutate.sh assault.sh), \
	   $(sort $(wildcard tests/*.sh)))

objects := $(sources:%.c=build/%.o)
inner   := $(filter-out build/sim/cmd/main.o,$(objects))
helped  := $(helpers:%.c=build/%.o)
read    := $(fuzzers:%.c=build/%.o)
tests   := $(suites:%.c=build/%.o) $(helped) $(read) build/tests/main.o
san     := $(patsubst build/%,build/san/%,$(inner) $(tests))
bench   := $(benches:tests/%.c=build/%)
fuzz    := $(fuzzers:tests/%.c=build/%)

# What must be done before the compiler is called. `make clean all` is done one
# after the other.
first   := $(filter deps,$(MAKECMDGOALS))
ifneq ($(filter clean,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

.PHONY: all lib mpi design explorer deps lint test assault check golden bench results \
	report fuzz coverage install uninstall clean help FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: deeproof			## build ./deeproof (the default)

help:				## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile

deeproof: $(objects)
	$(LINK) $(LIBS)

build/%.o: %.c Makefile | $(first)
	@mkdir -p $(@D)
	$(COMPILE)

build/san/%.o: %.c Makefile | $(first)
	@mkdir -p $(@D)
	$(COMPILE) $(SANITIZE)

# ---- what it is built with ----

# A library is missing when a program that calls it does not compile and link.
deps:				## install what is missing (Debian, apt-get)
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT; \
	has() { command -v "$$1" >/dev/null 2>&1; }; \
	links() { \
		echo "#include <stdio.h>" >"$$dir/a.c"; \
		echo "#include <$$1>" >>"$$dir/a.c"; \
		echo "void *f; int main(void) { f = $$2; return !f; }" \
			>>"$$dir/a.c"; \
		shift 2; \
		$(CC) -w -o "$$dir/a" "$$dir/a.c" "$$@" 2>/dev/null; \
	}; \
	missing() { \
		links stdio.h puts || printf ' gcc libc6-dev'; \
		links gsl/gsl_rng.h gsl_rng_alloc -lgsl -lgslcblas -lm || \
			printf ' libgsl-dev'; \
		links csv.h csv_init -lcsv || printf ' libcsv-dev'; \
		links plot.h pl_newpl_r -lplot || printf ' libplot-dev'; \
		links jansson.h json_loadb -ljansson || \
			printf ' libjansson-dev'; \
		has pkg-config || printf ' pkg-config'; \
		links check.h srunner_create \
			$$(pkg-config --libs check 2>/dev/null) || \
			printf ' check'; \
		has rsvg-convert || printf ' librsvg2-bin'; \
		python3 -c 'import yaml' 2>/dev/null || \
			printf ' python3-yaml'; \
		find /usr/share/fonts /usr/local/share/fonts \
			-name 'LiberationSans-Regular*' 2>/dev/null | \
			grep -q . || printf ' fonts-liberation'; \
	}; \
	need=$$(missing); \
	if [ -z "$$need" ]; then exit 0; fi; \
	echo "make deps: installing$$need"; \
	if ! has apt-get; then \
		echo "make deps: no apt-get here; install the like of these:" \
			"$$need" >&2; exit 1; \
	fi; \
	as_root=; \
	if [ "$$(id -u)" -ne 0 ]; then \
		as_root=sudo; \
		if ! has sudo; then \
			echo "make deps: run it as root, or with sudo" >&2; \
			exit 1; \
		fi; \
	fi; \
	apt() { \
		$$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq \
			-o DPkg::Lock::Timeout=300 "$$@" >"$$dir/log" 2>&1; \
	}; \
	apt install -y --no-install-recommends $$need || { \
		apt update && apt install -y --no-install-recommends $$need; \
	} || { cat "$$dir/log" >&2; exit 1; }; \
	need=$$(missing); \
	if [ -n "$$need" ]; then \
		echo "make deps: installed, but $(CC) cannot use:$$need" >&2; \
		exit 1; \
	fi

# ---- a second program: sweeps over the ranks of an MPI job ----

MPICC   ?= mpicc
mpied   := $(patsubst %.c,build/%.o,$(wildcard sim/cmd/mpi/*.c))
$(mpied): COMPILE = $(SAY) $(MPICC) $(FLAGS) -MMD -MP \
	$(CPPFLAGS) $(CFLAGS) -c -o $@ $<

mpi: deeproof-mpi		## build ./deeproof-mpi (needs mpicc: libopenmpi-dev)
deeproof-mpi: $(filter-out build/sim/crew/crew.o,$(inner)) $(mpied)
	$(SAY) $(MPICC) $(FLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# ---- the library: the pure floors behind sim/embed/deeproof.h ----

# Without what only a command does: playing drawn loads, sweeping tables.
embedded := $(filter-out sim/answer/run.c sim/answer/sweep.c sim/ask/grid.c \
	    sim/plan/verify.c sim/requests/ranks_play.c, \
	    $(sort $(wildcard $(PURE:%=sim/%/*.c)))) \
	    $(sort $(wildcard sim/embed/alone/*.c))
heaped    := $(embedded) sim/embed/heap/heap.c
native    := $(sort $(wildcard sim/embed/native/*.c))
embedding := $(patsubst %.c,build/lib/%.o,$(heaped) $(native))

# A handle has its own heap: what it holds is given back when memory ends.
build/lib/%.o: %.c Makefile | $(first)
	@mkdir -p $(@D)
	$(COMPILE) -g1 -fPIC -include sim/embed/native/door.h

build/libdeeproof.so.1: $(embedding) sim/embed/deeproof.map
	$(SAY) $(CC) $(FLAGS) $(CFLAGS) $(LDFLAGS) -shared \
		-Wl,--version-script=sim/embed/deeproof.map \
		-Wl,-soname,libdeeproof.so.1 -Wl,-z,defs -o $@ $(embedding) -lm
	@ln -sf libdeeproof.so.1 build/libdeeproof.so

build/libdeeproof.a: $(embedding)
	$(SAY) rm -f $@ && ar rcs $@ $^

build/descriptors.txt: deeproof $(wildcard hw/*.csv hw/stacks/*.csv models/*)
	$(SAY) ./deeproof bundle -o $@

lib: build/libdeeproof.so.1 build/libdeeproof.a build/descriptors.txt ## build libdeeproof

# ---- the page: the same library in WebAssembly (needs clang, wasi-libc) ----

WASM     = clang --target=wasm32-wasi -std=c11 -D_POSIX_C_SOURCE=200809L -O2 \
	   -mmutable-globals -ffp-contract=off -Isim -I.
wasm    := $(patsubst %.c,build/wasm/%.o,$(heaped) \
	   $(sort $(wildcard sim/embed/page/*.c)))
exports := __stack_pointer malloc free $(addprefix deeproof_,version open \
	   close error load names clear set answer serving serve number text \
	   head row table versus left)

build/wasm/%.o: %.c Makefile | $(first)
	@mkdir -p $(@D)
	$(SAY) $(WASM) -include sim/embed/page/door.h -MMD -MP -c -o $@ $<

build/deeproof.wasm: $(wasm)
	$(SAY) clang --target=wasm32-wasi -nostartfiles -Wl,--no-entry \
		-Wl,--gc-sections -Wl,--strip-all -Wl,-z,stack-size=131072 \
		-Wl,--stack-first -Wl,--max-memory=1073741824 \
		$(exports:%=-Wl,--export=%) -o $@ $^ -lm

out/explorer.html: build/deeproof.wasm build/descriptors.txt \
		experiments/measured/decode.csv $(wildcard explorer/*)
	@mkdir -p $(@D)
	$(SAY) sh explorer/build.sh build/deeproof.wasm build/descriptors.txt \
		experiments/measured/decode.csv >$@.tmp && mv $@.tmp $@

explorer:			## write out/explorer.html, installing what it needs
	@sh explorer/deps.sh
	@$(MAKE) --no-print-directory out/explorer.html
	@echo "out/explorer.html: $$(wc -c <out/explorer.html) bytes"

# ---- tests ----

build/suites.h: FORCE
	@mkdir -p $(@D)
	@printf 'SUITE(%s)\n' $(suites:tests/test_%.c=%) >$@.tmp
	@cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@

build/tests/main.o build/san/tests/main.o: build/suites.h
build/tests/%.o build/san/tests/%.o: FLAGS += -Ibuild

# Loops over columns, some lanes at a time (base/wide.h): nobody asks for errno
# or for traps, and the numbers are the same.
build/sim/cost/kernels.o: FLAGS += -O3 -fno-math-errno -fno-trapping-math
# A suite runs for a moment, but is compiled twice.
$(suites:%.c=build/%.o) $(suites:%.c=build/san/%.o): FLAGS += -O0
$(suites:%.c=build/san/%.o): SANITIZE := $(subst -Og,-O0,$(SANITIZE))

# The suites call what libFuzzer does, each by its file's name.
$(read) $(read:build/%=build/san/%) $(read:build/%=build/cov/%): FLAGS += -DLLVMFuzzerTestOneInput=$(*F)

# What is allocated is counted there (tests/allocated.h).
comma   := ,
COUNTED := $(addprefix -Wl$(comma)--wrap=,malloc calloc realloc)

build/test: $(inner) $(tests)
	$(LINK) $(COUNTED) $(CHECK) $(LIBS)

build/san/test: $(san)
	$(LINK) $(SANITIZE) $(COUNTED) $(CHECK) $(LIBS)

# The program itself with sanitizers, for mutants of what it reads.
build/san/deeproof: $(objects:build/%=build/san/%)
	$(LINK) $(SANITIZE) $(LIBS)

test: build/test | $(first)	## the C suites alone, while you write
	@build/test

assault: deeproof build/san/test build/san/deeproof	## try to break it: 15 minutes
	@sh tests/assault.sh >build/assault.csv
	@cp build/assault.csv experiments/15-reliability/assault.csv
	@sh experiments/15-reliability/table.sh

lint: | $(first)		## what a machine can say about style
	@CC="$(CC)" sh tests/lint.sh

# A lint or a script is one check, whatever it finds, and a job of make's, as the
# suites of a build are: as many run at once as there are cores, the long ones
# first, as they stand here. What a job says stands together, when it has ended.
long    := results suites.san explorer faults accuracy cli suites lint sweeps \
	   calibrated mpi slurm
names   := suites suites.san lint $(scripts:tests/%.sh=%)
ended   := $(patsubst %,build/check/%.rc,$(filter $(names),$(long)) \
	   $(filter-out $(long),$(names)))

build/check/%.rc: tests/%.sh deeproof lib FORCE | $(first)
	@mkdir -p $(@D); CC="$(CC)" sh $< >$(@:.rc=.log) 2>&1; echo $$? >$@
	@cat $(@:.rc=.log); read rc <$@; [ $$rc -eq 0 ] || echo "FAILED: sh $<"

build/check/suites.san.rc: TEST = export CK_TIMEOUT_MULTIPLIER=4 \
	ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 \
	LSAN_OPTIONS=suppressions=tests/lsan.supp:print_suppressions=0;
build/check/suites.san.rc: build/san/test
build/check/suites.rc: build/test
build/check/suites.rc build/check/suites.san.rc: FORCE
	@mkdir -p $(@D); $(TEST) $(filter %/test,$^) >$(@:.rc=.log) 2>&1; \
	echo $$? >$@; if read rc <$@ && [ $$rc -eq 0 ]; then \
		tail -n 1 $(@:.rc=.log); \
	else cat $(@:.rc=.log); echo "FAILED: $(filter %/test,$^)"; fi

check: WERROR = 1
check: $(ended)			## build, run all tests
	@good=0; bad=0; for rc in $^; do \
		read status <$$rc; \
		set -- $$(awk -F '[ ,]+' '/^[0-9]+%: Checks: / { \
			print $$3 - $$5 - $$7, $$5 + $$7 }' $${rc%rc}log); \
		case $$rc in *suites*) ;; *) set -- ;; esac; \
		ok=$$((status ? 0 : 1)); \
		good=$$((good + $${1:-$$ok})); \
		failed=$${2:-0}; \
		bad=$$((bad + (status && !failed ? 1 : failed))); \
	done; \
	echo "$$good passed, $$bad failed"; \
	[ $$bad -eq 0 ]

golden: deeproof build/test	## rewrite the golden files, to review the diff
	sh tests/golden.sh rewrite
	GOLDEN=1 CK_RUN_SUITE=said build/test
	GOLDEN=1 CK_RUN_SUITE=wild build/test

# ---- the rest ----

results: deeproof lib		## rewrite the experiments' results and READMEs
	sh experiments/results.sh

design: deeproof		## a million scenarios anew: five seconds of CPU
	@sh experiments/11-design-space/space.sh ./deeproof sweep \
		--where fits=yes | \
		sh experiments/11-design-space/tables.sh \
		experiments/11-design-space

report: deeproof		## measured deployments beside predictions
	sh experiments/report.sh

$(bench): build/%: build/tests/%.o $(filter-out %/allocated.o,$(helped)) $(inner)
	$(LINK) $(CHECK) $(LIBS)

bench: deeproof $(bench)			## speed of what must be fast; BEFORE=an earlier output
	@for b in $(bench); do BEFORE=$(BEFORE) $$b || exit 1; done

# Fuzzed are the readers, and what they stand on.
fuzzed := $(filter-out sim/cmd/% sim/crew/% sim/options/% sim/tasks/% plots/%,$(sources))
FUZZER  = clang $(FLAGS) -fsanitize=fuzzer,address,undefined \
	  -fno-sanitize-recover=all

build/fuzz/%.o: %.c Makefile | $(first)
	@mkdir -p $(@D)
	$(SAY) $(FUZZER) -MMD -MP -c -o $@ $<

$(fuzz): build/%: build/fuzz/tests/%.o $(fuzzed:%.c=build/fuzz/%.o)
	$(SAY) $(FUZZER) -o $@ $^ $(LIBS)

fuzz: $(fuzz) build/san/deeproof			## FUZZ_S seconds a fuzzer (needs clang)
	@for f in $(fuzz); do mkdir -p $$f.corpus; $$f -close_fd_mask=2 \
		-max_total_time=$(FUZZ_S) $$f.corpus hw hw/stacks models \
		tests/golden || exit 1; done
	@MUTANTS=$(MUTANTS) DEEPROOF=$(CURDIR)/build/san/deeproof \
		sh tests/mutants.sh

# Built once more, with counters; percentages are of lines that a test ran.
covered := $(patsubst build/%,build/cov/%,$(inner) $(tests))

build/cov/%.o: %.c Makefile | $(first)
	@mkdir -p $(@D)
	$(COMPILE) --coverage -O0

$(foreach d,options crew tasks cmd,build/cov/sim/$(d)/%.o): FEATURES = -D_GNU_SOURCE
build/cov/tests/%.o: FLAGS += -Ibuild
build/cov/tests/main.o: build/suites.h

build/cov/test: $(covered)
	$(LINK) --coverage $(COUNTED) $(CHECK) $(LIBS)

build/cov/deeproof: $(objects:build/%=build/cov/%)
	$(LINK) --coverage $(LIBS)

coverage: build/cov/test build/cov/deeproof	## lines that the tests run
	@find build/cov -name '*.gcda' -delete
	@build/cov/test >build/cov/log 2>&1 || tail -n 5 build/cov/log
	@for script in tests/cli.sh tests/explain.sh; do \
		DEEPROOF=$(CURDIR)/build/cov/deeproof sh $$script \
			>build/cov/log 2>&1; done; true
	@find build/cov -name '*.gcda' -exec gcov -n {} + 2>/dev/null | \
		awk -f tests/coverage.awk

install: deeproof lib		## into PREFIX (/usr/local), below DESTDIR
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/deeproof
	install -m 755 deeproof $(DESTDIR)$(PREFIX)/bin
	cp -R hw models build/descriptors.txt \
		$(DESTDIR)$(PREFIX)/share/deeproof
	install -d $(DESTDIR)$(PREFIX)/include \
		$(DESTDIR)$(PREFIX)/lib/pkgconfig
	install -m 644 sim/embed/deeproof.h $(DESTDIR)$(PREFIX)/include
	install -m 644 build/libdeeproof.a $(DESTDIR)$(PREFIX)/lib
	install -m 755 build/libdeeproof.so.1 $(DESTDIR)$(PREFIX)/lib
	ln -sf libdeeproof.so.1 $(DESTDIR)$(PREFIX)/lib/libdeeproof.so
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|1|' sim/embed/deeproof.pc.in \
		>$(DESTDIR)$(PREFIX)/lib/pkgconfig/deeproof.pc
	install -m 644 python/deeproof.py $(DESTDIR)$(PREFIX)/share/deeproof
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions
	./deeproof help --man >$(DESTDIR)$(PREFIX)/share/man/man1/deeproof.1
	./deeproof help --bash \
		>$(DESTDIR)$(PREFIX)/share/bash-completion/completions/deeproof

uninstall:			## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/deeproof \
		$(DESTDIR)$(PREFIX)/share/man/man1/deeproof.1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/deeproof \
		$(DESTDIR)$(PREFIX)/include/deeproof.h \
		$(DESTDIR)$(PREFIX)/lib/libdeeproof.a \
		$(DESTDIR)$(PREFIX)/lib/libdeeproof.so.1 \
		$(DESTDIR)$(PREFIX)/lib/libdeeproof.so \
		$(DESTDIR)$(PREFIX)/lib/pkgconfig/deeproof.pc
	rm -rf $(DESTDIR)$(PREFIX)/share/deeproof

clean:				## remove what make made
	rm -rf build out deeproof

-include $(patsubst %.o,%.d,$(objects) $(embedding) $(wasm) $(mpied) \
	$(tests) $(san) $(covered) $(benches:%.c=build/%.o) \
	$(fuzzed:%.c=build/fuzz/%.o) $(fuzzers:%.c=build/fuzz/%.o))
