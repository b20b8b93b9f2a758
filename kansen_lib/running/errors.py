"""What a user can mend: each message says what, where, and what to do."""


class PlanError(ValueError):
    """A run that cannot be planned: an unknown school, notebook or parameter."""


class OutputError(RuntimeError):
    """An output folder that cannot be used as asked."""
