"""The words beside a number that say what a statement counts on, in three languages (pure)."""

import re

# What may be bought, and what it is won from. Each pattern ends or begins at the number.
CHANCES = (
    r"leads?|quotes?|quotations?|proposals?|offers|opportunit(?:y|ies)|trials?|enquir(?:y|ies)"
    r"|inquir(?:y|ies)|prospects?|pitches|tenders?|demos?|visitors?|applications?"
)
CHANCES_TH = "ลีด|ใบเสนอราคา|โอกาสการขาย|ผู้ทดลองใช้|ผู้สนใจ|ข้อเสนอ|คนทดลอง|ผู้ติดต่อ"
CHANCES_ZH = "线索|报价|商机|试用|询盘|潜在客户|意向客户|咨询|方案"
SALES = r"deals?|orders?|customers?|clients?|contracts?|sales|projects?|accounts?|jobs?|units?"
TALKS = r"meetings?|visits?|appointments?|calls?|talks"

RATE_BEFORE = re.compile(
    r"(?:(?:clos(?:e|ing)|conversion|win|success|hit|trial[- ]to[- ]paid)(?:[- ]rate)?"
    r"(?: of [a-z]+(?: [a-z]+){1,4}?)?|rate)"
    r"(?: (?:is|of|at|stays?|stands?|remains|was|being|about|around|only|roughly"
    r"|currently)){0,4}\s?:?\s?$"
    r"|(?:we|they|reps?|team) (?:usually |typically |normally )?(?:close|win|convert)s?(?: about"
    r"| around| only| roughly)?\s?$"
    r"|(?:อัตรา(?:การ)?(?:ปิด|แปลง|ชนะ|ซื้อ)|ปิด(?:การขาย)?(?:ได้)?)[^\d,]{0,16}$"
    r"|(?:成交率|转化率|赢单率|成单率|签单率|签约率|中标率)[^\d,。;]{0,6}$"
    rf"|(?:{CHANCES_ZH})的\s?$"
)
RATE_AFTER = re.compile(
    r"\s?(?:close|closing|conversion|win|success|hit)[- ]?rate"
    rf"|\s?of (?:the |our |all |those "
    rf"|these )?(?:\w+ )?(?:{CHANCES})(?![a-z])(?: \w+){{0,2}}? (?:become|turn|convert|close|buy"
    rf"|sign|are won|end)"
    r"|\s?的?(?:成交率|转化率|赢单率|成单率|签单率)"
    rf"|\s?ของ(?:{CHANCES_TH})|\s?的(?:{CHANCES_ZH})(?:能|会|可)?(?:成交|转化|签约|成单|赢)?"
)
ONE_IN = re.compile(
    r"(?<![a-z])(?:one|1) (?:in|out of|of)(?: every)? (?P<en>\d+|[a-z]+)(?![a-z])(?! (?:days"
    r"|weeks))"
    rf"|(?P<part>half|(?:a|one) (?:third|quarter|fifth|tenth)) of (?:all |the |our |these )*"
    rf"(?:{CHANCES})(?![a-z])"
    rf"|every (?P<nth>second|third|fourth|fifth|sixth|tenth) (?:{CHANCES})(?![a-z])"
    rf"|(?:{CHANCES_TH})?\s?(?:ทุก\s?)?(?P<th>\d+|สอง|สาม|สี่|ห้า|หก|แปด|สิบ)\s?(?:ใบ|ราย|คน"
    rf"|ครั้ง|ข้อ)?\s?"
    r"(?:จะ)?(?:ปิด|ซื้อ|ได้|ขาย|เป็นลูกค้า)[^\d]{0,10}?(?:1|หนึ่ง)(?!\d)\s?(?:ใบ|ราย|คน)?"
    rf"|每(?P<zh>\d+|[两三四五六七八九十])[个份条家位名次张](?:{CHANCES_ZH})?[^,。\d]{{0,6}}(?:成交|成单|签下|签|转化|赢)(?:一"
    rf"|1)[个份条家位名次单笔]?"
)
NTH = {
    "half": 2,
    "quarter": 4,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "tenth": 10,
}
CHANCES_AFTER = re.compile(
    rf"\s?(?!(?:in|by|of|from)\b)(?:[a-z-]+ ){{0,2}}?(?:{CHANCES})(?![a-z])"
    rf"|\s?(?:ราย|ใบ|คน)?(?:{CHANCES_TH})|[个份条位名家]?[^,。;\d]{{0,4}}?(?:{CHANCES_ZH})(?!率|转化)"
)
CHANCES_BEFORE = re.compile(
    rf"(?:{CHANCES_TH})(?!เป็น)[^\d,]{{0,14}}$|(?:{CHANCES_ZH})(?!率)[^\d,。;率]{{0,6}}$"
    rf"|(?:{CHANCES})(?: (?:expected|planned|forecast|available|likely))?\s?(?::|=|are|is|about"
    rf"|will be)\s?$"
)
EACH_BEFORE = re.compile(
    r"(?:average[a-z ]*?|avg\.?|worth|deal size|order value|ticket)(?: (?:of|is|at|about|around"
    r"|only|roughly|deal|order|sale|value|size)){0,4}\s?:?\s?$"
    r"|(?:ดีลละ|รายละ|ออเดอร์ละ|สัญญาละ|ชิ้นละ|เฉลี่ย[^\d,]{0,16})\s?(?:ประมาณ)?\s?$"
    r"|(?:平均|每[笔单家个份]|客单价|均价|单价)[^\d,。;]{0,10}$"
)
EACH_AFTER = re.compile(
    rf"\s?(?:each|apiece|(?:per|an?) (?:{SALES}))(?![a-z])|\s?ต่อ(?:ดีล|ราย|ออเดอร์|สัญญา)"
    r"|\s?[/每](?:笔|单|家|个|份)"
)
DEALS_AFTER = re.compile(
    rf"\s?(?:[a-z-]+ ){{0,3}}?(?:{SALES})(?![a-z])|\s?(?:ดีล|ออเดอร์|สัญญา|คำสั่งซื้อ|รายการขาย)"
    r"|\s?[笔单](?!价)|\s?[份个家](?:合同|订单|客户)"
)
BUDGET = re.compile(
    r"(?:budget|spend(?:ing)?)(?: (?:is|of|at|about|around|only|for this|to|capped|limited"
    r"|stands)){0,3}\s?:?\s?$"
    r"|งบ(?:ประมาณ|โฆษณา|การตลาด)?[^\d,]{0,8}$|预算[^\d,。;]{0,5}$"
)
BUDGET_AFTER = re.compile(
    r"\s?(?:[a-z]+ ){0,2}?budget(?![a-z])|\s?(?:to spend|available)|的?[^,。;\d]{0,4}预算"
)
COST_BEFORE = re.compile(
    r"(?:costs?|cac|acquisition cost|cost per (?:\w+ ){1,2})(?: (?:us|is|of|about|around|only"
    r"|roughly|some|currently)){0,3}\s?:?\s?$"
    r"|(?:ต้นทุนต่อ[^\d,]{0,20}|รายละ(?:ประมาณ)?|ลูกค้าละ(?:ประมาณ)?|cac[^\d,]{0,8})\s?$"
    r"|(?:获客成本|cac|每[家个位名](?:新)?(?:客户)?(?:的)?(?:成本|花费|要花|需要花)?)[^\d,。;]{0,5}$"
)
COST_AFTER = re.compile(
    r"\s?(?:each(?![a-z])|(?:for |per |an? )(?:each |every )?(?:new )?(?:customer|client"
    r"|subscriber|account|one)(?![a-z])"
    r"|to (?:win|get|acquire))|\s?ต่อ(?:ราย|ลูกค้า)|[/每](?:家|个|位|名)"
)
COST_OR_EACH_BEFORE = re.compile(f"{COST_BEFORE.pattern}|{EACH_BEFORE.pattern}")
COST_OR_EACH_AFTER = re.compile(f"{COST_AFTER.pattern}|{EACH_AFTER.pattern}")
TALKS_EACH = re.compile(
    r"(?:each|every|one|an?|per) (?:\w+ )?(?:deal|contract|customer|client|sale|order|signature"
    r"|account)"
    r" (?:takes?|needs?|requires?|costs?|means)(?: us)?(?: about| around| some| roughly)?\s?$"
    r"|(?:แต่ละ|ต่อ|หนึ่ง)(?:สัญญา|ดีล|ราย|ลูกค้า)[^\d,]{0,24}$"
    r"|每[份个家笔单位](?:合同|客户|订单|交易|单)?[^\d,。;]{0,6}$"
)
TALKS_AFTER = re.compile(
    rf"\s?(?:[a-z-]+ )?(?:{TALKS})(?![a-z])|\s?(?:การ)?(?:ประชุม|นัด)|\s?(?:ครั้ง|นัด)"
    rf"|\s?[次场](?:会议|拜访|面谈|会面|沟通)?"
)
ROOM = re.compile(r"(?:room|time|space|capacity|slots?)(?: \w+)? for(?: only| about| just)?\s?$")
SALE_TAKES = re.compile(
    r"(?:sales? cycles?|buying cycle|cycle|deals?|contracts?|purchase|decisions?|tenders?|sale"
    r"|signing|closing)"
    r"(?: [a-z]+){0,3}?,? (?:is|of|now|today|currently|takes?|lasts?|averages?|runs?|needs?"
    r"|requires?|last|taking)(?: us| them)?"
    r"(?: (?:about|around|at least|roughly|some|on average|usually|typically|nearly|almost|over"
    r"|more than)){0,2}\s?$"
    r"|(?:รอบการขาย|วงจรการขาย|ดีล|การขาย|ปิดการขาย|การตัดสินใจ)[^\d,]{0,24}ใช้เวลา(?:ประมาณ|ราว"
    r"|เฉลี่ย)?\s?$"
    r"|(?:รอบการขาย|วงจรการขาย)[^\d,]{0,14}(?:คือ|ยาว|นาน|เฉลี่ย|อยู่ที่)\s?(?:ประมาณ)?\s?$"
    r"|(?:销售周期|成交周期|采购周期|决策周期|交易|签约|成交|客户决策|订单)[^\d,。;]{0,16}?(?:是|为|需要|要|约|长达|平均|耗时|历时"
    r"|大概)\s?(?:大?约|大概|平均)?\s?$"
)
SALE_TAKES_AFTER = re.compile(
    r"[- ](?:long )?(?:sales?|buying|decision) cycle|\s?(?:from|between) (?:the )?first (?:call"
    r"|contact|meeting)"
    r"|的?(?:销售|成交|采购|决策)周期"
)
QUIET_BEFORE = re.compile(
    r"(?:lost|inactive|churned|lapsed|gone)(?: (?:after|when|once|if|for|only|as)| they| it"
    r"| a customer| who| has| have| had| not| ordered| bought){0,7}\s?$"
    r"|no (?:orders?|purchases?|logins?|activity|usage|contact) (?:for|in|within)\s?$"
    r"|(?:เลิกใช้|เลิก|หาย|นับว่า|ถือว่า)[^\d]{0,30}$|(?:流失|沉默)[^\d,。;]{0,10}$"
)
QUIET_AFTER = re.compile(
    r"\s?(?:without|of (?:silence|inactivity|no)|with no)|[^\d,。;]{0,2}(?:未|没有|没|不|无)(?:再"
    r"|曾)?(?:下单|购买|登录|消费|使用|交易|订货)"
)
#: What moves is the goal's own number and nothing that it counts on.
MOVES = re.compile(r"(?:from|to|by|จาก|เป็น|เหลือ|ให้ได้|从|由|到|至|提高|提升|降低|降)\s?[$€£¥฿]?\s?$")
A_WHILE = re.compile(
    r"[^\d,.;。]{0,28}?(?:(?:a|per|each|every) (?P<en>week|month|quarter)|ต่อ(?P<th>สัปดาห์|เดือน"
    r"|ไตรมาส))(?![a-z])"
)
A_WHILE_BEFORE = re.compile(
    r"(?:每(?P<zh>周|个?月|季度?)|(?P<th>สัปดาห์|เดือน|ไตรมาส)ละ)[^\d,。;]{0,12}$"
)
