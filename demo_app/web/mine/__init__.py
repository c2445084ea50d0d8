"""The app in a learner's hands: it begins as it was that night, and each lesson puts one of its files right.

`mode.py` brings the files together. `lesson_3.py` to `lesson_8.py` are there to be changed.
"""
