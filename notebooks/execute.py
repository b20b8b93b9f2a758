"""Execute the committed notebooks again, in place, on the simulated region: ``make notebooks``."""

import sys

from kansen_lib import benchmark, cli
from kansen_lib.running.plan import NOTEBOOKS, find_notebooks
from kansen_lib.running.refresh import refresh

if __name__ == "__main__":
    store = cli.make_example(NOTEBOOKS.parent / cli.EXAMPLE)
    benchmark.load(store)
    outcomes = refresh(find_notebooks().values(), store, workers=2)
    for outcome in outcomes:
        print(outcome.job.notebook.name, outcome.cause or "executed")
    sys.exit(not all(outcome.succeeded for outcome in outcomes))
