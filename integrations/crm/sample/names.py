"""Who and what the sample company is made of; all of it invented."""

from decimal import Decimal

COMPANY = "Northbay Filtration"

#: Owner: id, name, e-mail, team, manager, region, how well they close.
OWNERS = (
    (
        "rep-01",
        "Alex Morgan",
        "alex@northbay.example",
        "Key accounts",
        "Dana Keller",
        "Central",
        1.10,
    ),
    (
        "rep-02",
        "Nok Srisai",
        "nok@northbay.example",
        "Key accounts",
        "Dana Keller",
        "Central",
        1.05,
    ),
    ("rep-03", "Wei Lin", "wei@northbay.example", "Field sales", "Sam Ortega", "North", 1.00),
    ("rep-04", "Priya Nair", "priya@northbay.example", "Field sales", "Sam Ortega", "North", 0.92),
    ("rep-05", "Tom Becker", "tom@northbay.example", "Field sales", "Sam Ortega", "South", 0.85),
    ("rep-06", "Malee Chai", "malee@northbay.example", "Field sales", "Sam Ortega", "South", 1.02),
    ("rep-07", "Jonas Weber", "jonas@northbay.example", "Partners", "Dana Keller", "East", 0.95),
    ("rep-08", "Ines Costa", "ines@northbay.example", "Partners", "Dana Keller", "East", 1.08),
)

#: Product: id, name, family, list price, share of deals.
PRODUCTS = (
    ("p-100", "Cartridge set", "Filters", Decimal(48_000), 0.34),
    ("p-200", "Line filter 200", "Filters", Decimal(135_000), 0.27),
    ("p-300", "Pump skid", "Systems", Decimal(310_000), 0.17),
    ("p-400", "Reverse osmosis unit", "Systems", Decimal(640_000), 0.10),
    ("p-900", "Service contract", "Service", Decimal(90_000), 0.12),
)

SOURCES = (("Referral", 0.22), ("Website", 0.30), ("Trade fair", 0.18), ("Outbound", 0.20),
           ("Partner", 0.10))  # fmt: skip
CAMPAIGNS = ("Clean lines", "Plant visits", "Water week")
#: Topic of a ticket, and how long it takes beside the others.
TOPICS = (("Delivery", 0.7), ("Pressure", 1.3), ("Cartridges", 0.8), ("Invoice", 0.6),
          ("Measurement", 1.5))  # fmt: skip
#: Plans of service contracts, the smallest first.
PLANS = ("Yearly visit", "Quarterly visit", "Full care")
REASONS = ("Price", "No decision", "Chose another", "No budget", "Timing")

GIVEN = (
    "Anong", "Bao", "Clara", "Daniel", "Ewa", "Farid", "Grace", "Hiro", "Iris", "Jin", "Kanya",
    "Linh", "Mateo", "Nadia", "Omar", "Pim", "Rosa", "Somchai", "Tara", "Viktor",
)  # fmt: skip
FAMILY = (
    "Abe", "Boonmee", "Castro", "Dang", "Engel", "Fischer", "Goh", "Haddad", "Ito", "Jansen",
    "Kumar", "Lim", "Meyer", "Nguyen", "Osman", "Phan", "Rahman", "Sato", "Tan", "Wong",
)  # fmt: skip

FIRST_WORDS = (
    "Alfa", "Boreal", "Cedar", "Delta", "Elm", "Fjord", "Grand", "Harbor", "Indigo", "Juniper",
    "Kanda", "Lotus", "Maple", "Nimbus", "Orchid", "Pearl", "Quarry", "River", "Summit", "Tamarind",
    "Union", "Vista", "Willow", "Yara", "Zenith",
)  # fmt: skip
SECOND_WORDS = (
    "Foods", "Pumps", "Breweries", "Dairy", "Textiles", "Chemicals", "Paper", "Hotels", "Clinics",
    "Beverages",
)  # fmt: skip
PLACES = ("", " Asia", " Pacific", " International")
INDUSTRIES = {
    "Foods": "Food", "Breweries": "Food", "Dairy": "Food", "Beverages": "Food",
    "Pumps": "Machinery", "Textiles": "Textiles", "Chemicals": "Chemicals", "Paper": "Paper",
    "Hotels": "Hospitality", "Clinics": "Health",
}  # fmt: skip
COUNTRIES = ("Thailand", "Vietnam", "Malaysia", "Singapore")

#: Stage: name, status, probability.
STAGES = (
    ("Qualified", "open", 0.20),
    ("Needs analysis", "open", 0.35),
    ("Proposal", "open", 0.55),
    ("Negotiation", "open", 0.75),
    ("Won", "won", 1.0),
    ("Lost", "lost", 0.0),
)
PIPELINE = "Sales"


def campaign_id(name: str) -> str:
    """Return the id of a campaign; deals and leads know it by its name."""
    return f"cam-{CAMPAIGNS.index(name) + 1}"
