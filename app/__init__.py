"""Headway: the program around goals, strategy and integrations.

Importing this package loads nothing outside the standard library, so that ``python3 -m app`` runs
before anything is installed; annotations are quoted so that even a Python that is too old can read
this file and be told so.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.settings import Settings

__version__ = "0.1.0"


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Return the web application, with the settings of the environment unless others are given."""
    from app import factory

    return factory.create_app(settings)
