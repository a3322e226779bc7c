"""What is free is handed back to the system."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

TAKES = """
import numpy as np
from sctrain.ui.memory import hand_back

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * {page} / 2**20

held = [np.ones(1000) for _ in range(20_000)]  # 160 MB in small pieces
kept = held[::500]
del held
before = resident()
hand_back()
print(before - resident())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library keeps what is free")
def test_what_is_free_between_pieces_in_use_is_handed_back():
    told = subprocess.run(
        [sys.executable, "-c", TAKES.format(page=os.sysconf("SC_PAGE_SIZE"))],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert float(told.stdout) > 100
