"""Why a goal is where it is: its gap to the plan, split by drivers and by segments."""
