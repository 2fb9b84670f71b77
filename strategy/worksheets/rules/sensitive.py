"""Protected traits where leads are sorted: named in a rule or a score, a bare word is enough.

What only sounds like one, such as the age of a deal or of a firm, is none (pure).
"""

import re

from strategy.worksheets.rules import marks, traits

_BARE = re.compile(
    r"(?<!\w)(?:ages?|aged|years old|races?|sex|male|citizenship|faith|church|disabled"
    r"|(?:has|have|having|with|number of|no) (?:\w+ )?(?:children|kids)|married|health status"
    r"|generation|political)(?!\w)"
    r"|(?<!หมด)(?<!ต่อ)(?<!สินค้า)อายุ(?!ลีด|ดีล|งาน|การ|สัญญา|บริษัท|กิจการ|ธุรกิจ|บัญชี|องค์กร|เครื่อง|สินค้า|เว็บ|ใบ|ของ)"
    r"|เพศ|แต่งงาน|มีบุตร|จำนวนบุตร|พิการ|(?:มี|จำนวน)ลูก(?!ค้า|จ้าง|น้อง|ทีม)"
    r"|年龄|年齡|年纪|岁数|歲數|民族|婚姻|子女|有孩子|残疾|殘疾|疾病",
    re.IGNORECASE,
)
_THINGS = (
    r"(?:leads?|deals?|accounts?|contracts?|compan(?:y|ies)|firms?|business(?:es)?|tickets?"
    r"|customers?|orders?|quotes?|invoices?|cars?|machines?|equipment|software|websites?|domains?)"
)
#: Ages of things, which say nothing about a person.
_OF_THINGS = re.compile(
    rf"\b{_THINGS}(?:['’]s?)? ages?\b|\bages? of (?:the |a |an |their |its )?{_THINGS}\b"
    r"|(?:客户|公司|企业|合同|商机|线索|设备|账户|客戶|企業|線索|設備|帳戶)的?(?:年龄|年齡)",
    re.IGNORECASE,
)


def trait(text: str) -> str | None:
    """Return the words of a text that name a protected trait, None if there are none."""
    people = _OF_THINGS.sub(" ", text)
    named = next(iter(traits.found(people).values()), None)
    return named[0] if named else marks.said(_BARE, people)
