"""The workshop: the evening of 6 July 2021 in eleven lessons, at a terminal or in a browser."""
