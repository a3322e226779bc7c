"""What a figure stands on: the same on a page and in a document."""

from sctrain.report.base import Base

__all__ = ["Base"]
