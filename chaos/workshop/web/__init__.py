"""The workshop in a browser: pages that are put together here, and runs whose output comes as it is printed."""
