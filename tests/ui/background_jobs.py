"""What the tests have worked out in a process of its own; it imports little, so that the process begins soon."""

import os
import sys
import time

from sctrain.errors import SelectionError


def square(number, tell):
    sys.stdout.write("this is not a message\n")
    for step in range(1, 4):
        tell(step, 3)
        time.sleep(0.25)
    return number**2, os.getpid()


def refuse(tell):
    raise SelectionError("region", "nowhere", ["north", "south"])


def die(tell):
    os._exit(9)


def stumble(tell):
    raise ZeroDivisionError


def spin(path, tell):
    """Begins by saying who it is, and computes until it is ended."""
    path.write_text(str(os.getpid()))
    while True:
        tell(1, 2)
