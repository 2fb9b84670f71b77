from tests.support.records import database, room, sqlite_database, sqlite_room

__all__ = ["database", "room", "sqlite_database", "sqlite_room"]
