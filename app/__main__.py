"""``python3 -m app WORD ...``: sees that this Python is new enough, then the bootstrap takes over.

Kept to words that old Pythons can read: they say what is wrong instead of failing on syntax.
"""

import sys

OLDEST_PYTHON = (3, 11)


def main() -> int:
    """Return the exit code of the command, or 2 when this Python is too old."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        running = ".".join(map(str, sys.version_info[:2]))
        sys.stderr.write(
            f"Headway needs Python {oldest} or newer; this is {running}, {sys.executable}\n"
            f"Run it with a newer one, for example: python3.13 -m app {' '.join(sys.argv[1:])}\n"
        )
        return 2
    from app import bootstrap

    return bootstrap.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
