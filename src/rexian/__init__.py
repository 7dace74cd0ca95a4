"""Rexian (热线): a whole contact centre in one program."""

__version__ = "0.1.0"
