"""Pure statistics: arrays and frames in, frozen results out. Knows nothing of schools, files or Dutch."""

#: Modules whose ``__all__`` is the public statistics, in the order of ``docs/methods.md``.
SUBJECTS: tuple[str, ...] = (
    "inference",
    "gaps",
    "segregation",
    "contacts",
    "multilevel",
    "shrinkage",
    "decomposition",
    "ordinal",
    "flows",
    "fairness",
    "scales",
    "trials",
    "panel",
    "rd",
    "matching",
    "power",
    "meta",
    "welfare",
)
