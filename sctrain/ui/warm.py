"""What the first page would wait for, done as a server opens: the code of every page, and a first chart."""

from __future__ import annotations

import gc
from importlib import import_module
from pkgutil import iter_modules

PACKAGES = "sctrain.analysis", "sctrain.charts", "sctrain.ui"
SCRIPT = "shell"
"""What Streamlit runs, and nobody imports."""


def warm() -> None:
    """Load what pages draw with. It takes seconds of a core, and nothing of it is loaded with this module.

    Sums of matrices are kept to one thread: those of pages are small, and threads that wait for each other in a loop
    take the core from phones.
    """
    for package in map(import_module, PACKAGES):
        for module in iter_modules(package.__path__):
            if module.name != SCRIPT:
                import_module(f"{package.__name__}.{module.name}")
    _first_chart()
    gc.collect()
    gc.freeze()  # a look through all that is loaded stops everybody for 0.2 s
    import_module("threadpoolctl").threadpool_limits(limits=1, user_api="blas")


def _first_chart() -> None:
    alt, pd = import_module("altair"), import_module("pandas")
    alt.Chart(pd.DataFrame({"x": [0.0], "y": ["a"]})).mark_point().encode(x="x:Q", y="y:N").to_dict()
