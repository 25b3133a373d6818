"""Écluse: the first measures for securing AI in an organisation, proven by what was observed."""

__version__ = "0.1.0"
