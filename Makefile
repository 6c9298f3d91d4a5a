# Two commands set everything up: `make demo` and `make test`. See CONTRIBUTING.md.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=

.PHONY: demo test check bench fix venv clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    the example service under obs, with traffic and a live table   (ARGS='--duration 30')"
	@echo "make test    every test, on every supported Python that is here             (ARGS='-k store')"
	@echo "make check   lint, format, types, layers, generated files"
	@echo "make bench   obs against its peers                                          (ARGS='overhead --json')"
	@echo "make fix     format, and mend what the linter can"

$(VENV)/dev: pyproject.toml
	@tools/make-venv $(PYTHON) $(VENV) dev
	@touch $@

$(VENV)/demo:
	@test -e $(VENV)/dev || tools/make-venv $(PYTHON) $(VENV) demo
	@touch $@

venv: $(VENV)/dev

demo: $(VENV)/demo
	@$(BIN)/obs demo $(ARGS)

test: $(VENV)/dev
	@tools/make-test $(VENV) $(ARGS)

check: $(VENV)/dev
	@tools/make-check $(BIN)

fix: $(VENV)/dev
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

bench: $(VENV)/dev
	@$(BIN)/python -m benchmarks $(ARGS)

clean:
	rm -rf .venv .venv-3.* build dist *.egg-info
