"""How a goal will likely end, and its chance (pure): the only room in which numpy is used.

numpy is loaded when something is forecast, not when the room is imported.
"""
