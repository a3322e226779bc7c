"""Frames that leave the house as files: each tells its base when it is opened alone."""
