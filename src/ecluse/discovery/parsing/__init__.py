"""Pieces of log syntax that several formats share: moments, hosts, pairs, prefixes."""
