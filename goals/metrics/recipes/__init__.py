"""Recipes: how each metric of the catalogue that is counted comes from measures."""

from goals.metrics.recipes import deals, leads
from goals.metrics.recipes.recipe import Asked, Recipe
from goals.metrics.recipes.window import Params, Window, money

__all__ = ["RECIPES", "Asked", "Params", "Recipe", "Window", "money"]

RECIPES: dict[str, Recipe] = {**deals.RECIPES, **leads.RECIPES}
