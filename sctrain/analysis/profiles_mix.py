"""Who is in a profile: the options its people gave about themselves, beside everyone's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.analysis.gaps import Numbers, whole
from sctrain.analysis.who import wilson
from sctrain.frames import PROFILE_MIX


def mix(
    dimension: str,
    options: Sequence[str],
    sizes: dict[str, int],
    n: NDArray[np.integer],
    hidden: NDArray[np.bool_],
    share_all: Numbers,
) -> pd.DataFrame:
    """Rows of PROFILE_MIX of one dimension: `n[profile, option]` of profiles with `sizes` people, by letter.

    Where `hidden`, numbers are missing; `share_all[option]` is that of all who are looked at.
    """
    people = np.array([*sizes.values()])[:, None]
    low, high = (np.array(end) for end in zip(*map(wilson, n, people[:, 0].tolist()), strict=True))
    shown = {"share": n / people, "share_low": low, "share_high": high}
    frame = pd.DataFrame(
        {
            "profile": np.repeat(list(sizes), len(options)),
            "dimension": dimension,
            "option": list(options) * len(sizes),
            "n": whole(np.where(hidden, np.nan, n).ravel()),
            **{name: np.where(hidden, np.nan, numbers).ravel() for name, numbers in shown.items()},
            "share_all": np.tile(share_all, len(sizes)),
            "suppressed": hidden.ravel(),
        }
    )
    return PROFILE_MIX.check(frame.sort_values("profile", kind="stable", ignore_index=True))
