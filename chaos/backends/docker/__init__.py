"""Services as containers of a Docker engine. `engine` is the only module that imports the library."""
