"""The ``kansen`` command: reads words, calls one function a verb.

Heavy imports stand inside the verbs, so that ``kansen --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import kansen_lib

if TYPE_CHECKING:
    from rich.table import Table

    from kansen_lib.plannen import Locked
    from kansen_lib.planning.kracht import Seen
    from kansen_lib.running.plan import Plan
    from kansen_lib.store import Store

EXAMPLE = Path("data/store/voorbeeld")
DEMO = Path("reports/demo")
#: Four kinds of school: a broad scholengemeenschap, a gymnasium, a vmbo, and a nevenvestiging that is
#: too small to report much on.
DEMO_SCHOOLS = "ZZ0100,ZZ0200,ZZ0900,ZZ0G01"
SEED = 20260101
CORES = os.cpu_count() or 1

app = typer.Typer(
    help="How equal are the chances of pupils in Dutch secondary schools, and does what we try help?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
ingest_app = typer.Typer(help="Read outside files into a store.", no_args_is_help=True)
app.add_typer(ingest_app, name="ingest")
plan_app = typer.Typer(help="Plan an evaluation before you look, and lock the plan.", no_args_is_help=True)
app.add_typer(plan_app, name="plan")

StorePath = Annotated[Path, typer.Argument(metavar="STORE", help="Folder of the store.")]
Workers = Annotated[int, typer.Option(min=1, help="Number of processes; each needs about 0.5 GB.")]


def main() -> None:
    """Entry point: an error that a user can mend is one message, and exit code 2."""
    try:
        app()
    except Exception as error:
        if not (isinstance(error, OSError) or type(error).__module__.startswith("kansen_lib.")):
            raise
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"kansen {kansen_lib.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    pass


# --- stores ----------------------------------------------------------------------------------------


@app.command()
def example(
    out: Annotated[Path, typer.Argument(help="Folder of the store to make.")] = EXAMPLE,
    vestigingen: Annotated[int, typer.Option(min=1, help="Number of schools.")] = 24,
    leerlingen: Annotated[int, typer.Option(min=1, help="Number of pupils, about.")] = 22_500,
    seed: Annotated[int, typer.Option(help="Seed: the same seed gives the same bytes.")] = SEED,
) -> None:
    """Simulate a region whose truth is known, and store it."""
    store = make_example(out, vestigingen, leerlingen, seed)
    _print_tables(store)


def make_example(out: Path, vestigingen: int = 24, leerlingen: int = 22_500, seed: int = SEED) -> Store:
    """Simulate a region into a store at ``out``, with its truth and a locked plan; always the same bytes."""
    from kansen_lib import store
    from kansen_lib.example import Region
    from kansen_lib.planning import voorbeeld

    try:
        region = Region(vestigingen=vestigingen, leerlingen=leerlingen, seed=seed)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    made = store.write(out, region.tables(), simulated=True)
    store.write_json(out / "truth.json", region.truth())
    voorbeeld.lock(made)
    return made


@ingest_app.command("duo")
def ingest_duo(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders or zips of DUO and CBS.")],
    store: Annotated[Path, typer.Option("--store", help="Folder of the store to make.")],
) -> None:
    """Read open data files of DUO and CBS into a store; a file that is not understood refuses all."""
    from kansen_lib import store as stores
    from kansen_lib.sources import duo

    reading = duo.read(paths)
    made = stores.write(store, reading.tables.items())
    for finding in reading.findings:
        typer.echo(f"note: {finding}")
    _print_tables(made)


@ingest_app.command("star")
def ingest_star(
    store: Annotated[Path, typer.Option("--store", help="Folder of the store to make.")],
) -> None:
    """Read Project STAR, a real lottery of class size, into a store (needs the extra 'star')."""
    from kansen_lib import store as stores
    from kansen_lib.sources import star

    reading = star.read()
    made = stores.write(store, reading.tables.items(), experiment=star.EXPERIMENT)
    for finding in reading.findings:
        typer.echo(f"note: {finding}")
    _print_tables(made)


@app.command()
def check(store: StorePath) -> None:
    """Check a store: the content against its hashes, every table against the schema."""
    from kansen_lib.store import Store

    opened = Store(store)
    faults = _faults(opened)
    for fault in faults:
        typer.echo(f"fault: {fault}", err=True)
    if faults:
        raise typer.Exit(1)
    _print_tables(opened)


def _faults(store: Store) -> list[str]:
    """What is wrong with the tables of a store, a line a table."""
    import hashlib

    from kansen_lib import plannen, schema

    faults = []
    for name, entry in store.record["tables"].items():
        path = store.folder / f"{name}.parquet"
        if not path.is_file():
            faults.append(f"table '{name}': {path.name} is gone; make the store again")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            faults.append(f"table '{name}': {path.name} is not what was stored; make the store again")
        else:
            try:
                schema.validate(name, store.read(name))
            except schema.SchemaError as error:
                faults.append(str(error))
    changed = [name for name, plan in plannen.plans(store).items() if not plan.intact]
    return faults + [
        f"plan '{name}': its content does not fit its hash; put back what was locked" for name in changed
    ]


def _print_tables(store: Store) -> None:
    from rich.console import Console
    from rich.table import Table

    typer.echo(f"{store.path}: tier {store.tier}, fingerprint {store.fingerprint[:12]}")
    table = Table("table")
    table.add_column("rows", justify="right")
    for name, rows in store.tables.items():
        table.add_row(name, f"{rows:,}")
    Console().print(table)


@app.command("list")
def list_schools(
    store: StorePath,
    gemeente: Annotated[str | None, typer.Option(help="Only the schools of this gemeente.")] = None,
) -> None:
    """List the schools of a store: code, name, gemeente."""
    from kansen_lib.store import Store, StoreError, did_you_mean

    columns = ["vestiging", "naam", "gemeente"]
    schools = (
        Store(store)
        .vestigingen[columns]
        .reset_index(drop=True)
        .sort_values(["gemeente", "naam", "vestiging"])
    )
    if gemeente is not None:
        known = {name.casefold(): name for name in schools["gemeente"].dropna()}
        if gemeente.casefold() not in known:
            raise StoreError(f"no school in gemeente '{gemeente}'.{did_you_mean(gemeente, known.values())}")
        schools = schools[schools["gemeente"] == known[gemeente.casefold()]]
    width = schools["naam"].str.len().max()
    for row in schools.fillna("-").itertuples():
        typer.echo(f"{row.vestiging}  {row.naam:<{width}}  {row.gemeente}")


@app.command()
def prepare(store: StorePath) -> None:
    """Compute what needs more than one school (reference values, pooled models), once a store."""
    from kansen_lib import benchmark
    from kansen_lib.store import Store

    opened = Store(store)
    benchmark.prepare(opened)
    typer.echo(f"{store}: reference values are ready")


# --- plans -----------------------------------------------------------------------------------------


@plan_app.command("new")
def plan_new(
    store: StorePath,
    interventie: Annotated[str | None, typer.Option(help="Short name in the register of the store.")] = None,
    vraag: Annotated[
        str | None, typer.Option(help="A question of the field: toets, overstapcoach, mentor, aansluiting.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; shown when left out.")] = None,
) -> None:
    """Write the plan of an evaluation as far as register and data fill it in."""
    from kansen_lib.planning import sjabloon
    from kansen_lib.store import Store

    if (interventie is None) == (vraag is None):
        raise typer.BadParameter("give one of --interventie and --vraag")
    if out is not None and out.exists():
        raise typer.BadParameter(f"{out} is there already; choose another --out")
    opened = Store(store)
    filled = (
        sjabloon.of_intervention(opened, interventie) if interventie else sjabloon.of_question(opened, vraag)
    )
    if out is None:
        typer.echo(sjabloon.toml(filled), nl=False)
    else:
        out.write_text(sjabloon.toml(filled), encoding="utf-8")
        typer.echo(f"{out}: fill in what is empty, sign it, then: kansen plan lock {out} {store}")


@plan_app.command("lock")
def plan_lock(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The plan, as TOML.")], store: StorePath
) -> None:
    """Check a plan and keep it in the store; a plan that changed becomes the next version."""
    from kansen_lib import plannen
    from kansen_lib.store import Store

    done = plannen.lock(Store(store), plannen.read_file(file), str(file))
    version = done.version
    what = "locked" if done.is_new else "was locked already, nothing changed"
    typer.echo(f"version {version.number} {what}: {version.sha256}")
    if done.changed:
        typer.echo(f"since version {version.number - 1}:")
    for path, (old, new) in done.changed.items():
        typer.echo(f"  {path}: {old!r} -> {new!r}")


@plan_app.command("show")
def plan_show(
    store: StorePath,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A plan to hold to the lock.")] = None,
) -> None:
    """List the locked plans and whether they, or a FILE, are still as they were locked."""
    from kansen_lib import plannen
    from kansen_lib.store import Store

    known = plannen.plans(Store(store))
    for plan in known.values():
        typer.echo("\n".join(_versions(plan)))
    wrong = [name for name, plan in known.items() if not plan.intact]
    if file is not None:
        found = plannen.read_file(file)
        differs = plannen.difference(known.get(str(found.get("interventie"))), found)
        typer.echo(f"{file}: {differs or 'as locked'}")
        wrong += [str(file)] if differs else []
    elif not known:
        typer.echo(f"{store}: no plan is locked")
    if wrong:
        raise typer.Exit(1)


def _versions(plan: Locked) -> list[str]:
    """A line a version of a plan: hash, date, and whether its content still fits the hash."""
    if not plan.versions:
        return [f"{plan.interventie}: CHANGED after it was locked, and cannot be read"]
    return [
        f"{plan.interventie}: version {one.number} of {one.date}, {one.sha256}, "
        f"{'as locked' if one.intact else 'CHANGED after it was locked: its content does not fit its hash'}"
        for one in plan.versions
    ]


@app.command("power")
def power_command(
    store: Annotated[
        Path | None, typer.Argument(metavar="[STORE]", help="Take the numbers from here.")
    ] = None,
    school: Annotated[str | None, typer.Option(help="One school of the store, instead of all.")] = None,
    interventie: Annotated[str | None, typer.Option(help="Who is in scope of this intervention.")] = None,
    uitkomst: Annotated[str, typer.Option(help="Outcome of which the store tells the spread.")] = "",
    ontwerp: Annotated[str | None, typer.Option(help="One design; all when left out.")] = None,
    pupils: Annotated[float | None, typer.Option(help="Pupils of each school and cohort.")] = None,
    schools: Annotated[int | None, typer.Option(min=1, help="Number of schools.")] = None,
    cohorts: Annotated[int | None, typer.Option(min=1, help="Number of cohorts.")] = None,
    icc: Annotated[float | None, typer.Option(help="Share of the variance between schools.")] = None,
    r2: Annotated[float | None, typer.Option(help="Share between pupils that a test explains.")] = None,
    r2_schools: Annotated[float | None, typer.Option(help="The same between schools.")] = None,
    shocks: Annotated[float | None, typer.Option(help="Share between cohorts of a school.")] = None,
    share: Annotated[float | None, typer.Option(help="Share drawn, or with the approach.")] = None,
    take_up: Annotated[float | None, typer.Option(help="Difference in taking part.")] = None,
    effect: Annotated[float | None, typer.Option(help="An effect in sd: how likely is it found?")] = None,
    power: Annotated[float, typer.Option(help="Chance to find the effect that is asked for.")] = 0.8,
) -> None:
    """The smallest effect that each design would find, with all that this rests on."""
    from rich.console import Console

    from kansen_lib.planning import tabel

    options = {
        "pupils": pupils, "schools": schools, "cohorts": cohorts, "icc": icc, "r2": r2,
        "r2_schools": r2_schools, "shocks": shocks, "share": share, "take_up": take_up,
    }  # fmt: skip
    given = tabel.assumptions(store, school, interventie, uitkomst, options)
    seen = tabel.all_designs(given, ontwerp, effect, power)
    Console().print(_power_table(seen, effect, power))
    for line in tabel.told(given, seen):
        typer.echo(line)


def _power_table(seen: list[Seen], effect: float | None, chance: float) -> Table:
    from rich.table import Table

    from kansen_lib.planning import tabel

    table = Table("design")
    for head in tabel.heads(effect, chance):
        table.add_column(head, justify="right")
    for one in seen:
        table.add_row(one.ontwerp, *tabel.cells(one, effect))
    return table


# --- reports ---------------------------------------------------------------------------------------


@app.command()
def run(
    store: StorePath,
    schools: Annotated[str, typer.Option(help="Codes of schools, with commas, or all.")] = "all",
    notebooks: Annotated[str, typer.Option(help="Numbers or names, with commas, or all.")] = "all",
    workers: Workers = CORES,
    profile: Annotated[str | None, typer.Option(help="Disclosure profile: cbs, nco or duo.")] = None,
    out: Annotated[Path | None, typer.Option(help="Output folder; reports/<store> when left out.")] = None,
    param: Annotated[list[str] | None, typer.Option(help="Parameter of a notebook, as name=value.")] = None,
) -> None:
    """Make the reports of schools: a folder with HTML, notebooks, an index and the results."""
    from kansen_lib import disclosure
    from kansen_lib.running import plan
    from kansen_lib.store import Store

    if profile is not None:
        disclosure.profile(profile)
    planned = plan.make(Store(store), schools, notebooks, profile, param or [])
    _run(planned, out or Path("reports") / store.resolve().name, workers)


@app.command()
def demo(workers: Workers = 2) -> None:
    """Simulate a region and make all reports of four of its schools."""
    from kansen_lib.running import plan

    store = make_example(EXAMPLE)
    _run(plan.make(store, DEMO_SCHOOLS), DEMO, workers)


def _run(plan: Plan, out: Path, workers: int) -> None:
    """Prepare the store when needed, run the plan, and say what came of it."""
    from rich.console import Console

    from kansen_lib import benchmark
    from kansen_lib.reports.build import build
    from kansen_lib.running.console import Watch, failures

    console = Console(stderr=True)
    if not benchmark.current(plan.store):
        with console.status("computing reference values"):
            benchmark.prepare(plan.store)
    with Watch(len(plan.jobs), console) as watch:
        outcomes = build(
            plan, out, workers=workers, seed=benchmark.SEED, on_start=watch.started, on_done=watch.done
        )
    typer.echo(f"{sum(item.succeeded for item in outcomes)} reports: {out / 'index.html'}")
    table = failures(outcomes)
    if table is not None:
        console.print(table)
        raise typer.Exit(1)


if __name__ == "__main__":
    main()
