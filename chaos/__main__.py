"""The command's entry. `--version` and `gatecrash proxy` are answered before anything heavy is imported."""

from __future__ import annotations

import sys


def main() -> int:
    arguments = sys.argv[1:]
    if arguments[:1] == ["--version"]:
        from chaos import __version__

        print(f"gatecrash {__version__}")
        return 0
    if arguments[:1] == ["proxy"]:
        from chaos.proxy.main import main as proxy

        return proxy(arguments[1:])
    from chaos.cli.app import run_command

    return run_command(arguments)


if __name__ == "__main__":
    sys.exit(main())
