# Two commands set everything up: `make demo` and `make test`. All live in the virtual environment .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EDITABLE := --config-settings editable_mode=strict

.PHONY: demo dev test check model clean

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/runtime: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet .
	touch $@

$(VENV)/dev: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet 'torch==2.13.0'
	$(BIN)/python -m pip install --quiet $(EDITABLE) -e '.[train,bench,eval,test,check]'
	touch $@

demo: $(VENV)/runtime  ## install the runtime, extract the sample reports, show the result
	$(BIN)/fiscalzh samples build/samples
	$(BIN)/fiscalzh extract build/samples --format table
	$(BIN)/fiscalzh extract build/samples -o build/demo.jsonl
	$(BIN)/fiscalzh show build/demo.jsonl -o build/samples.html --pages build/pages
	$(BIN)/fiscalzh show build/samples/final-accounts.txt -o build/report.html
	@echo "facts, claims and records of the samples: build/demo.jsonl, to look at: build/samples.html"
	@echo "a report with its figures beside it: build/report.html (open it in a browser)"

dev: $(BIN)/python  ## install everything for development (run again after adding a file)
	rm -f $(VENV)/dev $(VENV)/runtime
	$(MAKE) $(VENV)/dev

test: dev  ## run the tests
	$(BIN)/python -m pytest -m "not package"

check: $(VENV)/dev  ## style, types, layers, distributions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	cd $(VENV) && bin/mypy --config-file ../pyproject.toml
	cd $(VENV) && bin/lint-imports --config ../pyproject.toml
	$(BIN)/python -m pytest -m package

model: $(VENV)/dev  ## train the shipped model again (about ten minutes on two cores)
	$(BIN)/fiscalzh train shipped

clean:
	rm -rf $(VENV) build dist *.egg-info
