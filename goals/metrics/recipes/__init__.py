"""Recipes: how each metric of the catalogue that is counted comes from measures."""

from goals.metrics.recipes import deals, leads
from goals.metrics.recipes.recipe import Asked, Recipe
from goals.metrics.recipes.window import Params, Window, hours, money

__all__ = ["RECIPES", "Asked", "Params", "Recipe", "Window", "hours", "money"]

RECIPES: dict[str, Recipe] = {**deals.RECIPES, **leads.RECIPES}
