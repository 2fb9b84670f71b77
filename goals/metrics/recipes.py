"""Recipes: how each metric of the catalogue that is counted comes from measures."""

from goals.metrics.figures import (
    activities,
    costs,
    deals,
    growth,
    leads,
    marketing,
    pipeline,
    purchases,
    quality,
    quota,
    service,
    subscriptions,
)
from goals.metrics.figures.recipe import Asked, Recipe
from goals.metrics.figures.window import Params, Window, hours, money

__all__ = ["RECIPES", "Asked", "Params", "Recipe", "Window", "every", "hours", "money", "of"]

RECIPES: dict[str, Recipe] = {
    **deals.RECIPES,
    **pipeline.RECIPES,
    **growth.RECIPES,
    **quota.RECIPES,
    **leads.RECIPES,
    **marketing.RECIPES,
    **costs.RECIPES,
    **service.RECIPES,
    **activities.RECIPES,
    **subscriptions.RECIPES,
    **purchases.RECIPES,
    **quality.RECIPES,
}


def of(metric: str, params: Params) -> Recipe:
    """Return how a metric is counted with these parameters."""
    recipe = RECIPES[metric]
    return next((one for name, one in recipe.given.items() if params.get(name)), recipe)


def every(metric: str) -> tuple[Recipe, ...]:
    """Return all the ways in which a metric is counted, () where it is not."""
    recipe = RECIPES.get(metric)
    return () if recipe is None else (recipe, *recipe.given.values())
