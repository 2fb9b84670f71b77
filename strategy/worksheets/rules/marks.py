"""Words that tell a difference, a customer, a number or a time, in three languages (pure).

Thai and Chinese do not part words by spaces, so a mark is looked for anywhere in them; an
English one must be a word of its own.
"""

import re
import unicodedata

_NUMBER_EN = (
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty "
    "fifty sixty ninety hundred half third quarter tenth twice double triple dozen zero"
).split()
_SPAN_EN = r"(?:minutes?|hours?|days?|nights?|weeks?|months?|quarters?|years?|seasons?)"
_COUNT = r"(?:\d[\d.,]*|one|" + "|".join(_NUMBER_EN) + ")"


def _english(words: str) -> str:
    return r"\b(?:" + "|".join(part.strip() for part in words.split(" | ")) + r")\b"


#: Something is said about others, or about being the only or the first to do a thing. Being
#: unique, or putting customers first, says nothing of the kind.
DIFFERENCE = re.compile(
    _english(
        "only(?! the best| the finest| quality) | the first (?:to|in|that|who) | unlike | instead"
        " | rather than | no other | nobody else | no one else | others? | elsewhere"
        " | exclusive(?:ly)? | alone | sole | competitors? | rivals? | differs? from"
        " | different(?:ly)? from | compared | alternatives? | twice as | half the"
        " | (?:more|less|faster|cheaper|longer|sooner|earlier|nearer|fewer|better) than"
        " | where most | while most"
    )
    + r"|เดียว|เท่านั้น|รายแรก|เจ้าแรก|แห่งแรก|ต่างจาก|ไม่เหมือน(?:ใคร|ที่อื่น|รายอื่น|เจ้าอื่น)|ไม่มีใคร|ไม่มีที่ไหน"
    + r"|กว่า(?:ที่อื่น|รายอื่น|เจ้าอื่น|คู่แข่ง|ใคร|ทั่วไป|ร้าน|บริษัท|ตลาด)|คู่แข่ง|รายอื่น|เจ้าอื่น|ที่อื่น|เฉพาะที่เรา"
    + r"|唯一|只有|独家|獨家|首家|首个|首個|第一家|不同于|不同於|而不是|不像|别家|別家|其他|同行"
    + r"|对手|對手|独有|獨有|比.{1,12}(?:更|快|低|高|少|多|早)|率先|没有人|沒有人",
    re.IGNORECASE,
)

#: Praise that every firm could give itself.
SLOGAN = re.compile(
    _english(
        "best | leading | world[- ]class | top[- ]quality | high(?:est)?[- ]quality | quality"
        " | excellence | excellent | innovative | passion(?:ate)? | trusted | trust"
        " | professional(?:ism)? | number one | no\\. ?1 | state[- ]of[- ]the[- ]art | premium"
        " | outstanding | solutions? | commitment | perfect(?:ion)? | great | second to none"
    )
    + r"|ดีที่สุด|ชั้นนำ|คุณภาพ|มืออาชีพ|ครบวงจร|นวัตกรรม|เป็นเลิศ|อันดับหนึ่ง|อันดับ 1|ไว้วางใจ|ระดับโลก"
    + r"|最好|最佳|领先|領先|一流|优质|優質|卓越|专业|專業|创新|創新|值得信赖|值得信賴"
    + r"|品质|品質|第一品牌|世界级",
    re.IGNORECASE,
)

#: Somebody who buys or uses is spoken of: not "our team", nor 本公司, nor the คุณ in คุณภาพ.
CUSTOMER = re.compile(
    _english("customers? | clients? | buyers? | users? | shoppers? | you | your")
    + r"|(?<!\bour )"
    + _english(
        "people | patients? | guests? | members? | families | parents | owners? | companies"
        " | businesses | firms? | manufacturers? | plants? | shops? | stores? | retailers?"
        " | restaurants? | hotels? | schools? | hospitals? | clinics? | teams? | managers?"
        " | directors? | departments? | employers? | developers? | agencies | practices"
        " | households? | organi[sz]ations?"
    )
    + r"|ลูกค้า|ผู้ซื้อ|ผู้ใช้|ผู้บริโภค|ผู้ประกอบการ|ผู้จัดการ|เจ้าของ|องค์กร|ธุรกิจ|ร้านค้า|ร้านอาหาร"
    + r"|(?:บริษัท|โรงงาน)(?!ของเรา|เรา)|โรงแรม|โรงเรียน|โรงพยาบาล|คลินิก|ครอบครัว"
    + r"|คุณ(?!ภาพ|ค่า|สมบัติ|ธรรม)|สมาชิก|ผู้ปกครอง|ฝ่ายขาย|ทีมขาย"
    + r"|客户|客戶|顾客|顧客|用户|用戶|买家|買家|消费者|消費者|企业|企業|(?<![本我们們])公司"
    + r"|(?<![本我们們])(?:工厂|工廠)|商家|商户|商戶|门店|門店|餐厅|餐廳|酒店"
    + r"|学校|學校|医院|醫院|诊所|診所|家庭|家长|家長|您|你|团队|團隊|会员|會員|经理|經理",
    re.IGNORECASE,
)

#: A time in which something happens.
TIME = re.compile(
    r"\b(?:within|in|inside|under|after|by|first|next)\s+"
    rf"(?:the\s+|only\s+|just\s+|first\s+|next\s+|an?\s+)*(?:{_COUNT}[\s-]+)?"
    rf"(?:working\s+|business\s+)?{_SPAN_EN}\b"
    rf"|\b{_COUNT}[\s-]+(?:working\s+|business\s+)?{_SPAN_EN}\b"
    r"|\b(?:overnight|same[- ]day|next[- ]day|immediately|at once|by the end of)\b"
    r"|\bby\s+(?:the end of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d{4}|q[1-4])\w*"
    r"|ภายใน|ใน(?:วัน|สัปดาห์|เดือน|ไตรมาส|ปี)เดียว|ข้ามคืน|ทันที|สิ้น(?:เดือน|ปี|ไตรมาส)"
    r"|(?:\d+|หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ครึ่ง)\s*(?:นาที|ชั่วโมง|วัน|สัปดาห์|เดือน|ไตรมาส|ปี)"
    r"|(?:วัน|สัปดาห์|เดือน|ไตรมาส|ปี)(?:แรก|เดียว|นี้|หน้า)"
    r"|(?:\d+|[一二三四五六七八九十两兩半几幾]+)\s*(?:个|個)?\s*(?:分钟|分鐘|小时|小時|工作日|天|日|周|週|星期|月|季度|年)"
    r"(?:以?之?[内內])?|当天|當天|次日|隔天|年底前?|月底前?|首年|第一年|年内|年內",
    re.IGNORECASE,
)

#: A size of a result.
NUMBER = re.compile(
    r"\d|[%％]|" + _english(" | ".join(_NUMBER_EN)) + r"|ครึ่ง|เท่าตัว|สองเท่า|ร้อยละ|เปอร์เซ็นต์|"
    r"(?:หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ)(?:เท่า|ครั้ง|บาท|ล้าน)"
    r"|一半|减半|減半|翻倍|翻番|百分之|[一二三四五六七八九十百千万两兩]+(?:倍|成|次|万|萬|元|分之)",
    re.IGNORECASE,
)

#: A day or a time by which something is done: a figure, a month, a weekday, a season.
DAY = re.compile(
    r"\d|"
    + _english(
        "jan(?:uary)? | feb(?:ruary)? | mar(?:ch)? | apr(?:il)? | june? | july? | aug(?:ust)?"
        " | (?:by|in|until|before|early|late|mid|of) may | sep(?:t|tember)? | oct(?:ober)?"
        " | nov(?:ember)? | dec(?:ember)?"
        " | (?:mon|tues|wednes|thurs|fri|satur|sun)days? | today | tomorrow | daily | weekly"
        " | monthly | every (?:day|week|month|quarter) | spring | summer | autumn | winter"
        " | christmas | easter | new year"
        " | (?:this|next|end of(?: the)?) (?:week|month|quarter|year|season)"
    )
    + r"|มกรา|กุมภา|มีนา|เมษา|พฤษภา|มิถุนา|กรกฎา|สิงหา|กันยา|ตุลา|พฤศจิกา|ธันวา|[ก-ฮ]\.[ก-ฮ]\."
    + r"|วัน(?:นี้|พรุ่งนี้|จันทร์|อังคาร|พุธ|พฤหัส|ศุกร์|เสาร์|อาทิตย์)|พรุ่งนี้|ภายใน|ทุก(?:วัน|สัปดาห์|เดือน|ไตรมาส)"
    + r"|(?:สิ้น|ต้น|กลาง|ปลาย)(?:สัปดาห์|เดือน|ไตรมาส|ปี)|(?:สัปดาห์|เดือน|ไตรมาส|ปี)(?:นี้|หน้า)|สงกรานต์|ปีใหม่"
    + r"|[一二三四五六七八九十正腊臘]+月|[周週](?:[一二三四五六日末]|内|內)|星期|今天|明天"
    + r"|每[天日周週月季年]|[本下这這今明][周週月年]|[本下]季|月底|年底|季末|年内|年內"
    + r"|春节|春節|春季|夏季|秋季|冬季|国庆|國慶",
    re.IGNORECASE,
)

_SENTENCE_END = re.compile(r"[.!?。！？]+(?=\s|$|[^\x00-\x7f])")


def plain(text: str) -> str:
    """Return a text for comparing: one case, Western digits, no marks, single blanks."""
    # The form takes the Thai vowel am apart, which nobody writes so.
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u0e4d\u0e32", "\u0e33")
    kept = (" " if unicodedata.category(one)[0] in "PSZ" else one for one in folded)
    return " ".join("".join(kept).split())


def said(pattern: re.Pattern[str], text: str) -> str | None:
    """Return the words of a text that match, the longest where several do, None if none do."""
    found = [one.group().strip() for one in pattern.finditer(unicodedata.normalize("NFC", text))]
    return max(found, key=len, default=None)


def sentences(text: str) -> int:
    """Return the number of sentences, counted by their closing marks."""
    lines = [line for line in text.splitlines() if line.strip()]
    ends = [len(_SENTENCE_END.findall(line.strip())) for line in lines]
    open_ends = [not re.search(r"[.!?。！？]\s*$", line.strip()) for line in lines]
    return sum(ends) + sum(open_ends)


def shares(text: str, source: str) -> str | None:
    """Return the longest run of words that a text takes up from another, None if too little.

    Two words of substance together count, or four signs in a script without spaces.
    """
    one, other = plain(text), plain(source)
    spaced = " " in one and " " in other and other.isascii()
    if spaced:
        return _words_in_common(one.split(), other.split())
    size = 4
    tight, whole = one.replace(" ", ""), other.replace(" ", "")
    best = ""
    for start in range(len(tight) - size + 1):
        end = start + max(size, len(best) + 1)
        while end <= len(tight) and tight[start:end] in whole:
            best = tight[start:end]
            end += 1
    return best or None


#: Words that carry nothing by themselves.
_SMALL = frozenset(
    (
        "a an and are as at be by can for from has have in into is it its of on or our that the "
        "their them they this to we what which who will with you your not no do does than more"
    ).split()
)


def _words_in_common(text: list[str], source: list[str]) -> str | None:
    known = {_stem(word) for word in source if word not in _SMALL}
    best: list[str] = []
    run: list[str] = []
    for word in [*text, ""]:
        if _stem(word) in known or (run and word in _SMALL):
            run.append(word)
            continue
        while run and run[-1] in _SMALL:
            run.pop()
        if _weight(run) > _weight(best):
            best = run
        run = []
    return " ".join(best) if _weight(best) >= 2 else None


def _stem(word: str) -> str:
    return re.sub(r"(?:ies|es|s|ing|ed)$", "", word) if len(word) > 4 else word


def _weight(words: list[str]) -> int:
    return sum(word not in _SMALL for word in words)
