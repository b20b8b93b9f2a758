"""Sliders above a card in a live notebook; everywhere else the card at its first setting, and nothing more.

A setting is one of few listed values, so that nobody can slide from one group of pupils to the next; the card
of each setting is drawn by the caller, who lets its numbers through the gate.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kansen_lib.present import text

if TYPE_CHECKING:
    from ipywidgets import SelectionSlider

    from kansen_lib.present.card import Card

#: In the environment of a kernel that a Jupyter server started for a notebook somebody has open.
SESSION = "JPY_SESSION_NAME"
#: No more sliders on a card, and no more values on a slider: settings can be held against each other.
MOST_SLIDERS, MOST_VALUES = 3, 12
_HINT = "In JupyterLab kun je hier schuiven."


def is_live() -> bool:
    """Whether somebody looks at this notebook in Jupyter; not when a run makes a report of it."""
    return bool(os.environ.get(SESSION))


def start(function: Callable[..., Any], sliders: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """The first setting: of each slider the function's own default, or the first value where it has none.

    Raises:
        ValueError: too many sliders or values, or a default that is not among them; all faults at once.
    """
    faults = [f"{len(sliders)} sliders; 1 to {MOST_SLIDERS} can be shown"]
    faults = faults if not 1 <= len(sliders) <= MOST_SLIDERS else []
    known, setting = inspect.signature(function).parameters, {}
    for name, values in sliders.items():
        if not 2 <= len(values) <= MOST_VALUES:
            faults.append(f"slider '{name}' has {len(values)} values; 2 to {MOST_VALUES} can be shown")
            continue
        own = known[name].default if name in known else inspect.Parameter.empty
        setting[name] = values[0] if own is inspect.Parameter.empty else own
        if setting[name] not in values:
            faults.append(f"slider '{name}' starts at {own!r}, which is not among its values")
    if faults:
        raise ValueError("; ".join(faults))
    return setting


def told(setting: Mapping[str, Any]) -> str:
    """The setting in words, and where it can be changed."""
    listed = text.name_list([f"{text.plain(name)} {_value(value)}" for name, value in setting.items()])
    return f"Stand: {listed}." + ("" if is_live() else f" {_HINT}")


def _value(value: Any) -> str:
    """A value as it is written in Dutch."""
    return str(value).replace(".", ",").replace("-", "−") if isinstance(value, int | float) else str(value)


def show(
    draw: Callable[[dict[str, Any]], Card],
    sliders: Mapping[str, Sequence[Any]],
    first: Mapping[str, Any],
    opening: Card,
) -> None:
    """Put the sliders in the notebook with the card under them, and draw it again at every setting.

    The card is an output of its own: what is saved with the notebook is the card, not the state of sliders.

    Args:
        draw: the card at a setting.
        sliders: the values of each slider.
        first: the setting to begin with.
        opening: the card at that setting.
    """
    import ipywidgets
    from IPython.display import display

    controls = {name: _slider(name, values, first[name]) for name, values in sliders.items()}
    faults = ipywidgets.Output()  # where a card that fails says so: a slider would be silent
    display(ipywidgets.VBox([*controls.values(), faults]))
    shown = display(opening, display_id=True)

    def again(_: Any) -> None:
        faults.clear_output()
        with faults:
            shown.update(draw({name: control.value for name, control in controls.items()}))

    for control in controls.values():
        control.observe(again, names="value")


def _slider(name: str, values: Sequence[Any], value: Any) -> SelectionSlider:
    """A slider over the listed values that is read when it is let go."""
    import ipywidgets

    return ipywidgets.SelectionSlider(
        options=[(_value(each), each) for each in values],
        value=value,
        description=text.plain(name),
        continuous_update=False,
        style={"description_width": "initial"},
        layout={"width": "min(100%, 34em)"},
    )
