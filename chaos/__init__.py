"""Gatecrash: break an app's dependencies on purpose and judge what its users were told."""

__version__ = "0.1.0"
