from tests.support.salesforce import books, make, org
from tests.support.sources import page_by_page

__all__ = ["books", "make", "org", "page_by_page"]
