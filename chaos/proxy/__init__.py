"""The embedded proxy: a Toxiproxy-v2-compatible TCP fault proxy (api → proxy → connection → link → chain → toxics).

Only the standard library is imported in here, and as little of it as possible before it is needed: a run starts this
proxy as a child process and waits for it. Hence no `typing` or `dataclasses` in the modules that every start loads;
`TYPE_CHECKING = False` in them is the constant that type checkers know.
"""
