"""Sales processes: which opportunities follow which, and the stages of each.

An opportunity's record type names its process, and a process lets through some of the stages.
"""

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any

from goals.errors import SourceError
from integrations.crm.salesforce import fields, lists
from integrations.crm.salesforce.shapes import Choices


class Processes:
    """The sales processes of an organisation; many have none, and then there is one pipeline."""

    def __init__(self, source: Any) -> None:
        """Take the source that is asked."""
        self._source = source

    @cached_property
    def names(self) -> dict[str, str]:
        """Return the names of processes by the ids of the record types that follow them."""
        source = self._source
        if not source.described("Opportunity").has("RecordTypeId"):
            return {}
        if not (source.sees("RecordType") and source.sees("BusinessProcess")):
            return {}
        text = "SELECT Id,Name FROM BusinessProcess WHERE TableEnumOrId='Opportunity'"
        names = {str(one["Id"]): str(one["Name"]) for one in lists.query(source, text).records}
        text = "SELECT Id,BusinessProcessId FROM RecordType WHERE SobjectType='Opportunity'"
        types = lists.query(source, f"{text} ORDER BY Id").records
        found = {str(one["Id"]): names.get(str(one["BusinessProcessId"])) for one in types}
        return {id_: name for id_, name in found.items() if name is not None}

    def pipeline(self, record_type: Any) -> str:
        """Return the pipeline of opportunities of a record type, None for those of none."""
        return self.names.get(str(record_type), fields.PIPELINE)

    def stages(self) -> Iterator[tuple[str, Collection[str] | None]]:
        """Yield each pipeline with the API names of its stages, None where it has all of them."""
        source = self._source
        first: dict[str, str] = {}
        for id_, name in self.names.items():
            first.setdefault(name, id_)
        for name, id_ in first.items():
            yield name, self._let_through(id_)
        # Opportunities of no record type follow none.
        text = "SELECT COUNT() FROM Opportunity WHERE RecordTypeId=null"
        if not first or lists.query(source, text).total_size:
            yield fields.PIPELINE, None

    def _let_through(self, record_type: str) -> Collection[str] | None:
        """Return the API names of the stages that opportunities of a record type may have.

        None where that is not told.
        """
        where = f"ui-api/object-info/Opportunity/picklist-values/{record_type}/StageName"
        try:
            found = self._source.client.get(f"{self._source.root}/{where}", Choices)
        except SourceError as error:
            if not error.code.startswith(("refused_", "forbidden", "not_allowed")):
                raise
            return None
        return {one.value for one in found.values}
