# Two commands matter: `make site` and `make test`. `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export PATH := $(CURDIR)/.venv/bin:$(PATH)

# Which edition `book`, `pdf` and `dist` make: the student's leaves out what problem sets ask for.
EDITION ?= instructor
ifneq ($(filter-out instructor student,$(EDITION)),)
$(error There is no edition "$(EDITION)": take EDITION=student, or leave it out)
endif

SITE := _build/$(if $(filter student,$(EDITION)),student/_build/)html

LIBRARY := $(shell find course_lib -type f -not -path '*/__pycache__/*')
GRADER := $(shell find autograder assignments -type f -not -path '*/__pycache__/*')
BOOK := $(shell find book -type f) $(wildcard assignments/*/exercises.py) _config.yml _toc.yml
LAB_TOOLS := $(shell find tools/lab -type f -not -path '*/__pycache__/*')
PAGE_TOOLS := $(wildcard tools/*.py tools/pages/*.py)

BENCHMARKS := $(filter-out side_by_side report,$(basename $(notdir $(wildcard benchmarks/*.py))))

# Threads of several processes wait for each other, and small products gain nothing by them.
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1

# A test process for each core; the tests of one file stay together.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help site book student lab pdf dist test test-slow test-exhaustive test-tamper test-quick lint format nbval bench bench-grading learned mutants lighthouse requirements clean

help:  ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

site: book  ## Build the site and serve it on localhost (PORT=8000)
	@$(BIN)/python tools/serve.py --port $(PORT) --folder $(SITE)

book: $(if $(filter student,$(EDITION)),student,_build/html/index.html)  ## Build the book into _build/html (EDITION=student: leave out solutions)

# Always asked for, because what it shows depends on the day; what is done already costs seconds.
student: .stamps/environment .stamps/node
	@$(BIN)/python tools/build_book.py student

lab: _build/html/lite/index.html  ## Add the lab to the site (PYODIDE=bundled: with all that it needs, for hosting without a network)
	$(if $(filter student,$(EDITION)),$(error The lab goes with the whole book: its wheel holds all of course_lib))

pdf: book .stamps/chromium  ## Print the whole book as one PDF
	@$(BIN)/python -m tools.pdf $(EDITION)

dist: book  ## Put all there is to publish into _build/dist, as a folder and a zip
	@$(BIN)/python -m tools.make_dist $(EDITION)

test: lint .stamps/node .stamps/test-programs  ## Prove it: lint, book, chapters, tests, browser
	@$(MAKE) --no-print-directory --jobs 2 _build/html/index.html nbval
	@$(PYTEST) -m "not slow and not exhaustive"

test-slow: .stamps/test-programs .stamps/node .stamps/jupyterlite  ## The tests that take minutes, which `make test` leaves out
	@$(PYTEST) -m "slow and not exhaustive"

test-exhaustive: .stamps/test-programs .stamps/node .stamps/jupyterlite  ## What takes too long for CI: every hostile submission, every problem set's exam, a hundred kills
	@$(BIN)/python -m pytest -m exhaustive

test-tamper: .stamps/test-programs  ## Grade all hostile submissions, as root and as an ordinary user
	@$(BIN)/python -m pytest tests/tamper -m exhaustive

test-quick: lint  ## Lint and the tests that need neither browser nor book
	@$(PYTEST) -m "not browser and not slow and not exhaustive"

lint: .stamps/environment  ## Check style and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: .stamps/environment  ## Mend style and format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

nbval: .stamps/nbval  ## Run every chapter and every problem set's solutions as notebooks

bench: .stamps/peers  ## Measure speed beside the peers, for the book's page (QUICK=1: just look)
	@for script in $(BENCHMARKS); do \
		$(BIN)/python -m benchmarks.$$script \
			$(if $(QUICK),--quick,--save _build/bench/$$script.json) || exit 1; done
	$(if $(QUICK),,@$(BIN)/python -m benchmarks.report \
		$(BENCHMARKS:%=_build/bench/%.json) --into book/measured)

bench-grading: .stamps/environment  ## Measure the grader, for the book's page (QUICK=1: just look)
	@$(BIN)/python -m benchmarks.grading $(if $(QUICK),--quick,--into book/measured)

learned: .stamps/environment  ## Train every model once, for the book's table of what they learn
	@$(BIN)/python -m pytest tests/course_lib --learned book/measured/learned.md

mutants: .stamps/mutants  ## Break course_lib in every small way, and list what no test notices
	@$(BIN)/mutmut run > _build/mutants.log; $(BIN)/mutmut results

lighthouse: _build/html/index.html .stamps/lighthouse .stamps/test-programs  ## Measure every chapter as a phone on a slow network meets it
	@$(BIN)/python tools/measure_pages.py

requirements: .stamps/environment  ## Pin the newest allowed versions in requirements.txt
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --upgrade --universal --extra test pyproject.toml \
		--custom-compile-command "make requirements" --output-file requirements.txt

clean:  ## Remove everything that was made here
	rm -rf .venv .stamps _build node_modules tools/lighthouse/node_modules

.stamps/environment: requirements.txt pyproject.toml tools/make_environment.py
	@$(PYTHON) tools/make_environment.py
	@mkdir -p .stamps && touch $@

.stamps/chromium: tools/system_packages.py | .stamps/environment
	@$(BIN)/python tools/system_packages.py chromium
	@touch $@

.stamps/node-programs: tools/system_packages.py | .stamps/environment
	@$(BIN)/python tools/system_packages.py nodejs npm
	@touch $@

.stamps/test-programs: tools/system_packages.py | .stamps/environment
	@$(BIN)/python tools/system_packages.py chromium bubblewrap libseccomp2 postgresql
	@touch $@

.stamps/peers .stamps/mutants: .stamps/environment
	@$(BIN)/pip install --quiet --editable ".[$(@F)]"
	@touch $@

.stamps/node: package.json package-lock.json .stamps/node-programs
	@npm ci --silent --no-audit --no-fund
	@touch $@

.stamps/lighthouse: tools/lighthouse/package.json tools/lighthouse/package-lock.json .stamps/node-programs
	@npm ci --prefix tools/lighthouse --silent --no-audit --no-fund
	@touch $@

_build/html/index.html: $(BOOK) $(LIBRARY) $(PAGE_TOOLS) .stamps/environment .stamps/node
	@$(BIN)/python tools/build_book.py
	@touch $@

# Where the lab's Python comes from: its own network, or files in the site. Another choice builds anew.
PYODIDE ?= network
.stamps/pyodide-$(subst /,-,$(PYODIDE)):
	@rm -f .stamps/pyodide-* && touch $@

.stamps/jupyterlite: tools/lab/requirements.txt .stamps/environment
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --upgrade \
		--target _build/jupyterlite --requirement $<
	@touch $@

_build/html/lite/index.html: _build/html/index.html $(GRADER) $(LAB_TOOLS) .stamps/jupyterlite .stamps/pyodide-$(subst /,-,$(PYODIDE))
	@$(BIN)/python -m tools.lab --pyodide $(PYODIDE)
	@touch $@

.stamps/nbval: $(BOOK) $(LIBRARY) $(GRADER) tools/export_notebooks.py .stamps/environment
	@$(BIN)/python tools/export_notebooks.py _build/notebooks
	@$(PYTEST) --nbval-lax --nbval-cell-timeout 60 -p no:cacheprovider _build/notebooks
	@touch $@
