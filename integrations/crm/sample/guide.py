"""How the sample company is connected: there is nothing to fill in."""

from goals.words import N_
from integrations.guide import Guide, Way

GUIDE = Guide(
    reads=(N_("Several years of made-up deals, leads, customers and spend"),),
    history=N_("The sample company tells when each deal came to each stage."),
    ways=(Way(N_("Sample"), (), ()),),
)
