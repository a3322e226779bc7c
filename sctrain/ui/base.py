"""What a figure stands on: the same on a page and in a document."""

from sctrain.report.base import Base, waiting

__all__ = ["Base", "waiting"]
