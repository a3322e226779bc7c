"""The store: all SQL of the product is in this folder and nowhere else."""
