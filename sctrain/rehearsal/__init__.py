"""An event in one run: phones, tables and viewers against a real server that is killed in the middle."""

from sctrain.rehearsal.conduct import run
from sctrain.rehearsal.plan import Plan
from sctrain.rehearsal.result import Rehearsal, report

__all__ = ["Plan", "Rehearsal", "report", "run"]
