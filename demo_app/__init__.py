"""Clipshare, a small short-video app that exists to be broken: `profile`, `media`, and `web` in front of them.

`web` runs in one of two modes, which share all code but one module each: `web/fragile.py` and `web/resilient.py`.
"""
