"""Texts from files: problems and capabilities that were written elsewhere."""
