"""The command line, one module for each thing one does there."""
