"""``python3 -m app WORD ...``: see that this Python is new enough, then let the bootstrap take over.

Kept to words that old Pythons can read, so that they can say what is wrong instead of failing on syntax.
"""

import sys

OLDEST_PYTHON = (3, 11)


def main() -> int:
    """Return the exit code of the command, or 2 when this Python is too old."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        sys.stderr.write(
            "Headway needs Python %d.%d or newer; this is Python %d.%d (%s).\n"
            "Run it with a newer one, for example: python3.13 -m app %s\n"
            % (*OLDEST_PYTHON, *sys.version_info[:2], sys.executable, " ".join(sys.argv[1:]))
        )
        return 2
    from app import bootstrap

    return bootstrap.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
