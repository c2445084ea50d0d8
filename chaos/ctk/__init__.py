"""Experiments of Chaos Toolkit, read and written anew in our words: file → model → timeline → drafts.

The format is the open one of chaostoolkit-lib; toxics are those of the extension chaostoolkit-toxiproxy. Neither is
needed for reading them.
"""
