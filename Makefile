# README's two commands are `make demo` and `make test`; each sets everything up by itself.
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup demo test bench docs fmt lock clean

setup: $(VENV)/ready

$(VENV)/ready: requirements.lock pyproject.toml scripts/setup
	sh scripts/setup $(VENV)

demo: setup
	cd examples/airport && ../../$(BIN)/milepost check --format json > /dev/null && ../../$(BIN)/milepost measure

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto

bench: setup
	$(BIN)/python -m benchmarks

docs: setup
	$(BIN)/python scripts/generate_docs.py

fmt: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup
	sh scripts/lock $(VENV)

clean:
	rm -rf $(VENV) dist build examples/*/store
