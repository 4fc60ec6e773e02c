# README's two commands are `make demo` and `make test`; each sets everything up by itself.
VENV := .venv
BIN := $(VENV)/bin
# Many tests wait for a browser, a server or a clock: one more at a time than there are processors.
AT_ONCE := $(shell expr $$(nproc) + 1)

.PHONY: setup services demo stop test bench docs translations fmt lock clean

setup: $(VENV)/ready

$(VENV)/ready: requirements.lock pyproject.toml scripts/setup
	sh scripts/setup $(VENV)

# What the tests need beside Python: a browser and PostgreSQL.
services:
	sh scripts/setup-services

# The demo company and the airport in the dashboard: prints addresses and login, and leaves both running.
demo: setup
	cd examples/airport && ../../$(BIN)/milepost check --format json > /dev/null && ../../$(BIN)/milepost measure
	sh scripts/demo $(BIN)

stop:
	sh scripts/demo $(BIN) stop

test: setup services
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n $(AT_ONCE)
	scripts/with-postgres $(BIN)/python -m pytest -n $(AT_ONCE) -m "not browser and not sqlite" tests/server

bench: setup
	$(BIN)/python -m benchmarks

docs: setup
	$(BIN)/python scripts/generate_docs.py

# The catalogues of the interface's languages, anew from the texts in templates and code.
translations: setup
	$(BIN)/python scripts/translations.py

fmt: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup
	sh scripts/lock $(VENV)

clean:
	rm -rf $(VENV) dist build examples/*/store
