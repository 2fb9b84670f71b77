"""Whether a statement says on which days it will be looked at again (pure)."""

import re

_TIMES_EN = (
    r"(?:every|each|once an?|twice an?|the (?:first|last|second|1st)) (?:\w+ ){0,3}?"
    r"(?:day|week|fortnight|month|quarter|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?"
    r"|(?:bi-?)?(?:daily|weekly|monthly|quarterly)|fortnightly|mid-?(?:term|point|year|way)"
    r"|half-?way"
    r"|(?:mon|tues|wednes|thurs|fri)days?"
    r"|every (?:\w+ )?meeting|each (?:\w+ )?meeting|month-end|quarter-end"
    r"|on (?:the )?\d{1,2}(?:st|nd|rd|th)?(?: of)? [a-z]+"
)
_LOOK_EN = (
    r"review(?:s|ed|ing)?|check(?:s|ed|ing)?(?:[- ](?:in|up|point)s?)?|checkpoints?"
    r"|report(?:s|ed|ing)?(?! in hubspot)|revisit(?:s|ed)?|look(?:s|ed|ing)? (?:at|over)"
    r"|go(?:es|ing)? (?:through|over)|track(?:s|ed|ing)|monitor(?:s|ed|ing)?|measur(?:e|es|ed|ing)"
    r"|stand-?ups?|agenda|status (?:call|meeting|update)s?|evaluat(?:e|es|ed|ion)|updates?"
    r"|progress"
    r"|sees? (?:the |its )?(?:figures?|numbers?|results?|curve|status)"
    r"|discuss(?:es|ed)?|counts? (?:it|them|the|signed)|scorecards?|steering (?:group"
    r"|committee)"
)
_WITH_CUSTOMERS_EN = re.compile(
    r"[^.;]{0,12}?(?:with|at|of|for|on|to) (?:the |our |all |each |every )?(?:\w+ ){0,3}?"
    r"(?:customers?|clients?|accounts?|contacts?|leads?|prospects?|quotes?|calls)(?![a-z])"
)
#: A review by its word, then when; or when, then its word; in one sentence.
_EN = re.compile(
    rf"(?<![a-z])(?P<look>{_LOOK_EN})(?![a-z])[^.;]{{0,60}}?(?<![a-z])(?:{_TIMES_EN})(?![a-z])"
    rf"|(?<![a-z])(?:{_TIMES_EN})(?![a-z])[^.;]{{0,40}}?(?<![a-z])(?P<late>{_LOOK_EN})(?![a-z])"
    r"|(?<![a-z])check-?(?:in|point)s? (?:on|in|every|at)"
    r"|(?<![a-z])(?:reviews?|check-?(?:in|point)s?)(?: on)?: ?\d{1,2} [a-z]"
)
_TIMES_TH = (
    r"ทุก(?:ๆ)?\s?(?:วัน|สัปดาห์|เดือน|ไตรมาส|ต้น|สิ้น|สอง|สาม|\d|ปักษ์|ครึ่ง|เช้า|บ่าย)"
    r"|ราย(?:วัน|สัปดาห์|เดือน|ไตรมาส|ปักษ์)|(?:สัปดาห์|เดือน|ไตรมาส)ละ|กลาง(?:ทาง|ปี|เทอม|ไตรมาส)"
    r"|ประจำ(?:สัปดาห์|เดือน|ไตรมาส|วัน)|วันที่\s?\d"
)
_LOOK_TH = (
    r"ทบทวน|ติดตาม(?!ลูกค้า|ลีด|ใบเสนอ|ดีล|หลังการ)|รายงาน|ตรวจ(?:สอบ|ผล|ดู|ทาน)?|ดู(?:ตัวเลข|ผล"
    r"|ความคืบหน้า)"
    r"|วัดผล|ประเมิน|อัปเดต|เช็[กค]|สรุปผล|ประชุม(?!ลูกค้า|กับลูกค้า)|พิจารณา|รีวิวผล|นับ(?=จาก"
    r"|ยอด|จำนวน)"
)
_TH = re.compile(
    rf"(?P<look>{_LOOK_TH})[^.;]{{0,50}}?(?:{_TIMES_TH})"
    rf"|(?:{_TIMES_TH})[^.;\d]{{0,24}}?(?P<late>{_LOOK_TH})"
)
_WITH_CUSTOMERS_TH = re.compile(r"[^ ]{0,10}(?:ลูกค้า|ลีด|ใบเสนอ)")
_TIMES_ZH = (
    r"每(?:逢|隔)?(?:天|日|周|两周|双周|月|两个?月|个月|季|半月|旬|次例会)|隔周|双周|按(?:天|日|周|月|季)"
    r"|(?:周|月|季)(?:度|例会|会|报)|中期|年中|期中|\d{1,2}月\d{1,2}[日号]"
)
_LOOK_ZH = (
    r"复盘|回顾|检查|检视|汇报|通报|跟踪|监测|监控|评估|盘点|查看|例会|统计|复核|核对|核查"
    r"|过一?遍|更新进展|追踪|检讨|审视|碰头|跟进(?:一次)?进[展度]|看(?:一次)?(?:数据|数字|进展)"
)
_ZH = re.compile(
    rf"(?:{_TIMES_ZH})[^。;,]{{0,16}}?(?P<late>{_LOOK_ZH})"
    rf"|(?P<look>{_LOOK_ZH})[^。;,]{{0,12}}?(?:{_TIMES_ZH})"
)
_WITH_CUSTOMERS_ZH = re.compile(r"[^。;,]{0,6}?(?:客户|线索|报价|商机|录音|询盘)(?!数|量)")
_WAYS = ((_EN, _WITH_CUSTOMERS_EN), (_TH, _WITH_CUSTOMERS_TH), (_ZH, _WITH_CUSTOMERS_ZH))


def place(folded: str) -> tuple[int, int] | None:
    """Return where a review of the goal itself is promised; a talk with customers is none."""
    for said, with_customers in _WAYS:
        for found in said.finditer(folded):
            words = found.groupdict()
            look = "look" if words["look"] else "late" if words["late"] else None
            if look is None or not with_customers.match(folded, found.end(look)):
                return found.span()
    return None
