"""sctrain: from a smart-city workshop to a training programme, every line with its evidence."""

__version__ = "0.3.0"
