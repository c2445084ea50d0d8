"""HTTP/1.1 as the HTTP-aware toxics see it: bytes of a connection in, messages out. No I/O.

Only `llhttp` needs httptools (llhttp); it is imported with the first HTTP toxic that is set.
"""
