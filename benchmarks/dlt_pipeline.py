"""A whole load of deals with dlt, in an environment of its own: url, token, database (JSON).

Prints the seconds that it took. It reads the older v3 paths, the only ones that dlt's verified
source knows, with dlt's own client, pages and types.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import dlt
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

PROPERTIES = (
    "dealname,hubspot_owner_id,amount,deal_currency_code,createdate,closedate,pipeline,dealstage,"
    "hs_analytics_source,hs_deal_stage_probability,closed_lost_reason,product,hs_lastmodifieddate"
)


def main(url: str, token: str, database: str) -> None:
    """Load all deals and print how long that took."""
    client = RESTClient(
        url,
        auth=BearerTokenAuth(token),
        paginator=JSONResponseCursorPaginator("paging.next.after", cursor_param="after"),
        data_selector="results",
    )

    @dlt.resource(name="deals", primary_key="id", write_disposition="merge")
    def deals() -> Iterator[list[dict[str, Any]]]:
        words = {"limit": 100, "properties": PROPERTIES, "associations": "companies"}
        for page in client.paginate("/crm/v3/objects/deals", params=words):
            yield [{"id": one["id"], **one["properties"]} for one in page]

    where = json.loads(database)
    if isinstance(where, dict):
        destination = dlt.destinations.postgres(credentials=where)
    else:
        destination = dlt.destinations.sqlalchemy(where)
    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            "bench", destination=destination, dataset_name="bench", pipelines_dir=folder
        )
        started = time.perf_counter()
        pipeline.run(deals())
        print(time.perf_counter() - started)


if __name__ == "__main__":
    main(*sys.argv[1:4])
